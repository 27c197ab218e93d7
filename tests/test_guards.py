"""Each of the guards can fail: what must not be is done here, and found."""

from __future__ import annotations

import asyncio
import base64
import http.client
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from currents_tui.core.deed import Deed
from currents_tui.sim.api import READ_ONLY_KEY, READ_WRITE_KEY
from tests import guards
from tests.canned import Answer
from tests.cli.program import KEY, clean
from tests.cli.serving import Elsewhere, Serving, in_thread
from tests.faults import FAULTS, Faulty
from tests.keys import KEYS
from tests.simulator import Simulator, WritableSimulator
from tests.terminal import Terminal

HERE = Path(__file__).parent
COPIED = b"\x1b]52;c;%s\x07"


def test_every_key_of_the_tests_is_looked_for() -> None:
    for key in (KEY, READ_WRITE_KEY, READ_ONLY_KEY):
        assert any(part in key for part in KEYS)


@pytest.mark.parametrize("room", ["cli", "ui"])
def test_nobody_goes_round_them(room: str) -> None:
    """Nobody looks at a service, a terminal or a server of a test's own making, nor at pipes it reads, and a
    `sitecustomize.py` of its own is in the place of the guard's.
    """
    own = re.compile(
        r"sim\.launch|openpty|import pty|\bCannedServer\("
        r"|\.std(?:out|err)\.read\(|sitecustomize\.py"
    )
    found = [path.name for path in (HERE / room).rglob("*.py") if own.search(path.read_text("utf-8"))]
    assert found == []


# --- the terminal


@pytest.mark.parametrize(
    "raw",
    [
        b"\x1b]0;owned\x07",
        b"\x1b]2;owned\x07",
        b"\x1b]2;\xe2\x80\xae - currents-tui\x07",
        b"\x1b]8;;https://files.example\x1b\\link\x1b]8;;\x1b\\",
        b"\x1b]52;c;?\x07",
        b"\x1b]9;4;1;40\x07",
        b"\x1bc",
        b"\x1b[6n",
        b"\x1b[?47h",
        b"\x1b[21t",
        b"\x1bP1$r\x1b\\",
        b"\x07",
        b"a\tb",
        b"\x7f",
        "\x9b31m".encode(),
        "\u202e".encode(),
        "\u2028".encode(),
        b"\x1b[",
    ],
)
def test_a_byte_that_a_terminal_could_obey_is_found(raw: bytes) -> None:
    with pytest.raises(AssertionError, match="written to a terminal"):
        guards.assert_harmless(b"\x1b[?1049h\x1b[1;1Hwords" + raw)


@pytest.mark.parametrize("raw", [b"\xff", b"\x9b31m", b"\xe2\x80"])
def test_bytes_that_are_no_text_are_found(raw: bytes) -> None:
    with pytest.raises(UnicodeDecodeError):
        guards.assert_harmless(b"words" + raw)


@pytest.mark.parametrize("raw", [b"\x1b", b"\x1b[38;2;1", b"\x1b]2;words", b"\xe2\x94"])
def test_only_what_was_killed_may_break_off(raw: bytes) -> None:
    guards.assert_harmless(b"words" + raw, whole=False)
    with pytest.raises((AssertionError, UnicodeDecodeError)):
        guards.assert_harmless(b"words" + raw)


@pytest.mark.parametrize(
    ("raw", "beyond"),
    [
        (b"\x07", guards.BELL),
        (COPIED % b"d29yZHM=", guards.CLIPBOARD),
        (b"\x1b]9;4;2;27\x07", guards.TASKBAR),
        (b"\x1b]777;notify;FAILED: Run;1 of 2\x07", guards.NOTIFICATION),
        (b"\x1bPtmux;\x1b\x1b]9;FAILED: Run\x07\x1b\\", guards.NOTIFICATION),
        (b'\x1b7\x1bP0;0;0q"1;1;8;8#0~-\x1b\\\x1b8', guards.PICTURES),
    ],
)
def test_what_goes_beyond_drawing_is_expected_or_found(raw: bytes, beyond: str) -> None:
    guards.assert_harmless(raw, (beyond,))
    with pytest.raises(AssertionError, match="written to a terminal"):
        guards.assert_harmless(raw)


@pytest.mark.parametrize("words", [b"\x1b[2J", "\u202e".encode(), b"\x07"])
def test_what_is_copied_and_told_is_looked_at_as_well(words: bytes) -> None:
    with pytest.raises(AssertionError, match="written to a terminal"):
        guards.assert_harmless(COPIED % base64.b64encode(words), (guards.CLIPBOARD,))
    with pytest.raises(AssertionError, match="written to a terminal"):
        guards.assert_harmless(b"\x1b]9;words %s\x07" % words, (guards.NOTIFICATION,))


@pytest.mark.parametrize(
    ("raw", "beyond"),
    [
        (KEY.encode(), ()),
        (f"{KEY[:9]}\x1b[4;9H\x1b[1m{KEY[9:]}".encode(), ()),
        (f"\x1b]2;{KEY} - currents-tui\x07".encode(), ()),
        (COPIED % base64.b64encode(KEY.encode()), (guards.CLIPBOARD,)),
        (READ_ONLY_KEY.encode(), ()),
    ],
)
def test_a_key_on_the_terminal_is_found(raw: bytes, beyond: Sequence[str]) -> None:
    with pytest.raises(AssertionError, match="a key was told") as told:
        guards.assert_harmless(raw, beyond)
    assert KEY not in str(told.value)


def python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


def test_a_terminal_looks_when_it_is_closed() -> None:
    with (
        pytest.raises(AssertionError, match="written to a terminal"),
        Terminal(python("print('\\x1b]0;owned\\x07')")) as terminal,
    ):
        terminal.wait_exit()


def test_a_terminal_looks_at_what_came_last_and_nobody_read() -> None:
    code = "import time; print('ready', flush=True); time.sleep(0.2); print('\\x1bc', flush=True)"
    with (
        pytest.raises(AssertionError, match="written to a terminal"),
        Terminal(python(code)) as terminal,
    ):
        terminal.wait_for("ready")
        terminal.process.wait(30)


def test_what_the_test_itself_found_goes_first() -> None:
    with pytest.raises(ZeroDivisionError), Terminal(python("print('\\x1bc')")) as terminal:
        terminal.wait_exit()
        raise ZeroDivisionError


# --- processes

SPLIT = f"{KEY[:5]!r} + {KEY[5:]!r}"
STARTS = f"import subprocess, sys; subprocess.run([sys.executable, '-c', '', {SPLIT}])"
BECOMES = f"import os, sys; os.execv(sys.executable, [sys.executable, '-c', '', {SPLIT}])"


def test_a_key_in_the_output_of_a_process_is_found() -> None:
    for stream in ("stdout", "stderr"):
        with pytest.raises(AssertionError, match="a key was told"):
            subprocess.run(
                python(f"import sys; print('x', {SPLIT}, file=sys.{stream})"), capture_output=True, check=True
            )


def test_a_key_in_what_a_verb_prints_here_is_found(capsys: pytest.CaptureFixture[str]) -> None:
    print(KEY)
    with pytest.raises(AssertionError, match="a key was told"):
        capsys.readouterr()


def test_no_process_is_started_with_a_key_on_its_command_line() -> None:
    with pytest.raises(AssertionError, match="on a command line"):
        subprocess.run([sys.executable, "-c", "", KEY], check=True)


@pytest.mark.parametrize("code", [STARTS, BECOMES])
def test_a_process_that_would_start_one_is_ended(code: str, tmp_path: Path) -> None:
    with (
        pytest.raises(AssertionError, match="on a command line"),
        Terminal(python(code)) as terminal,
    ):
        assert terminal.wait_exit() == 97
    with pytest.raises(AssertionError, match="on a command line"):
        subprocess.run(python(code), env=clean(), capture_output=True, check=False)
    (tmp_path / "of_this_test.py").write_text("print('here')")
    env = clean()
    env["PYTHONPATH"] = f"{tmp_path}:{env['PYTHONPATH']}"
    with pytest.raises(AssertionError, match="on a command line"):
        subprocess.run(python(code), env=env, capture_output=True, check=False)
    assert subprocess.run(python(""), env=env, capture_output=True, check=False).stdout == b"here\n"


# --- servers


def ask(url: str, method: str = "GET", path: str = "/v1/runs/0123", key: str = "", **headers: str) -> int:
    """The status of the answer."""
    told = headers | ({"Authorization": f"Bearer {key}"} if key else {})
    place = urlsplit(url)
    assert place.hostname is not None
    connection = http.client.HTTPConnection(place.hostname, place.port, timeout=30)
    try:
        connection.request(method, path, headers=told)
        return connection.getresponse().status
    finally:
        connection.close()


def test_questions_with_the_key_in_its_header_are_right() -> None:
    with in_thread(Serving([Answer()])) as server:
        for path in (
            "/v1/runs/0123", "/v1/runs/find?branch=a%2Fb", "/v1/projects", "/v1/projects?limit=1",
            "/v1/projects/Ab1", "/v1/projects/Ab1/runs?limit=50", "/v1/instances/x-1",
        ):  # fmt: skip
            assert ask(server.url, path=path, key=KEY) == 200


@pytest.mark.parametrize("method", ["PUT", "DELETE", "POST", "PATCH"])
def test_a_write_that_no_test_has_asked_for_is_found(method: str) -> None:
    with (
        pytest.raises(AssertionError, match=f"a write that no test has asked for: .'{method} /v1/runs/0123"),
        in_thread(Serving([Answer()])) as server,
    ):
        assert ask(server.url, method) == 200


async def test_a_server_of_the_same_loop_is_looked_at_as_well() -> None:
    with pytest.raises(AssertionError, match="a write that no test has asked for"):
        async with Serving([Answer()]) as server:
            await asyncio.to_thread(ask, server.url, "PUT")
    with pytest.raises(ZeroDivisionError):
        async with Serving([Answer()]) as server:
            await asyncio.to_thread(ask, server.url, "PUT")
            raise ZeroDivisionError  # what the test itself found goes first


def test_a_server_that_is_there_to_be_written_to_takes_writes() -> None:
    with in_thread(Faulty(Deed.DELETE, FAULTS[0])) as server:
        assert ask(server.url, "DELETE") == 200
    assert server.writes == ["DELETE"]


@pytest.mark.parametrize(
    "path", ["/", "/v1", "/v2/runs/0123", "/v1/runs/..", "/v1/runs/0123/tests", "/x.png"]
)
def test_what_is_no_path_of_the_api_is_found(path: str) -> None:
    with (
        pytest.raises(AssertionError, match="no path of the API"),
        in_thread(Serving([Answer()])) as server,
    ):
        ask(server.url, path=path)


def test_paths_beside_the_prefix_are_found() -> None:
    with (
        pytest.raises(AssertionError, match="several prefixes"),
        in_thread(Serving([Answer()])) as server,
    ):
        ask(server.url, path="/v1/runs/0123")
        ask(server.url, path="/runs/0123")


def test_a_key_beside_its_header_is_found() -> None:
    with (
        pytest.raises(AssertionError, match="a key was told"),
        in_thread(Serving([Answer()])) as server,
    ):
        ask(server.url, path=f"/v1/runs/0123?key={KEY}")
    with (
        pytest.raises(AssertionError, match="a key was told, behind 'cookie: "),
        in_thread(Serving([Answer()])) as server,
    ):
        ask(server.url, Cookie=KEY)


def test_a_key_that_goes_elsewhere_is_found() -> None:
    with in_thread(Elsewhere([Answer()])) as server:
        ask(server.url, path="/x.png")
    with (
        pytest.raises(AssertionError, match=r"got a key: /x\.png"),
        in_thread(Elsewhere([Answer()])) as server,
    ):
        # Whatever is in it: nothing of that kind is sent there.
        ask(server.url, path="/x.png", key="another")


def test_the_simulated_service_is_looked_at_and_each_request_once() -> None:
    with Simulator.start("green", now="2026-03-01T12:00:00Z") as simulator:
        path = f"/v1/runs/{simulator.runs[0]}"
        assert ask(simulator.url, path=path, key=simulator.read_only_key) == 200
        simulator.look()
        assert ask(simulator.url, "DELETE", path, simulator.read_only_key) == 403
        with pytest.raises(AssertionError, match="a write that no test has asked for"):
            simulator.look()
        simulator.look()
        ask(simulator.url, path="/storage/x.png")
        simulator.look()
        ask(simulator.url, path="/storage/x.png", key=simulator.read_only_key)
        with pytest.raises(AssertionError, match=r"got a key: /storage/x\.png"):
            simulator.look()
        ask(simulator.url, path="/v1/admin", key=simulator.read_only_key)
        with pytest.raises(AssertionError, match="no path of the API"):
            simulator.look()
    with (
        pytest.raises(AssertionError, match="a write that no test has asked for"),
        Simulator.start("green", now="2026-03-01T12:00:00Z") as simulator,
    ):
        ask(simulator.url, "PUT", f"{path}/cancel")
    with WritableSimulator.start("green", now="2026-03-01T12:00:00Z") as simulator:
        assert ask(simulator.url, "PUT", f"{path}/cancel", simulator.read_write_key) in (200, 409)
