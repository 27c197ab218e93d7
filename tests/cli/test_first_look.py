"""The process that asks the first question: what it answers, and what it keeps to itself."""

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from currents_tui.api.address import Address
from currents_tui.api.key import Key
from currents_tui.cli.first_look import FirstLook, Subject
from currents_tui.core.events import Polled
from currents_tui.core.problem import Kind, Problem
from tests import guards
from tests.canned import Answer, nobody
from tests.cli.answers import playwright
from tests.cli.program import KEY, RUN_ID, watching
from tests.cli.serving import enveloped, serving
from tests.patience import PATIENCE, until
from tests.simulator import Simulator
from tests.terminal import Terminal


def look_at(url: str, key: str = KEY, run_id: str = RUN_ID, patience: float = PATIENCE) -> FirstLook:
    return FirstLook(Address(url), Key(key), Subject(run_id), os.environ, time.monotonic() + patience)


def test_an_answer_is_granted_and_then_ready_and_read() -> None:
    with serving(enveloped(playwright(complete=False))) as server:
        look = look_at(server.url)
        answer = look.answer()
        assert answer is not None
        assert look.is_granted
        assert look.is_ready(within=PATIENCE)
        polled = answer.read()
    assert isinstance(polled, Polled)
    assert polled.run_id == RUN_ID
    assert [spec.spec for spec in polled.run.specs] == [
        "storefront/cart.spec.ts",
        "storefront/search.spec.ts",
        "storefront/login.spec.ts",
    ]
    assert polled.asked_at <= polled.at


def test_a_large_answer_is_granted_but_not_read_in_passing() -> None:
    with Simulator.start("huge", now="2026-03-01T12:00:00Z") as simulator:
        look = look_at(simulator.url, simulator.read_only_key, simulator.runs[0])
        answer = look.answer()
        assert answer is not None
        polled = answer.read()
        assert isinstance(polled, Polled)
        assert len(polled.run.specs) == 10_000
        assert not look.is_ready()


@pytest.mark.parametrize(
    ("key", "run_id", "kind"),
    [("not-a-key", None, Kind.KEY_REFUSED), (None, "0" * 16, Kind.NOT_FOUND)],
)
def test_what_no_asking_mends_is_a_problem(key: str | None, run_id: str | None, kind: Kind) -> None:
    with Simulator.start("green", now="2026-03-01T12:00:00Z") as simulator:
        look = look_at(simulator.url, key or simulator.read_only_key, run_id or simulator.runs[0])
        with pytest.raises(Problem) as raised:
            look.answer()
    assert raised.value.kind is kind
    assert not look.is_granted


def test_a_refused_key_is_told_with_where_it_was_set() -> None:
    with serving(Answer(status=401, body=b"{}")) as server:
        key, deadline = Key(KEY, setting="api_key_file (file)"), time.monotonic() + PATIENCE
        look = FirstLook(Address(server.url), key, Subject(RUN_ID), os.environ, deadline)
        with pytest.raises(Problem) as raised:
            look.answer()
    assert "check api_key_file (file)" in raised.value.hint


def test_where_nobody_listens_there_is_no_answer_and_no_problem() -> None:
    with nobody() as url:
        assert look_at(f"{url}/v1").answer() is None


def test_a_server_error_is_left_to_the_polls() -> None:
    with serving(Answer(status=503, body=b"{}")) as server:
        assert look_at(server.url).answer() is None


def test_an_answer_that_breaks_off_is_granted_and_reads_as_nothing() -> None:
    whole = enveloped(playwright(complete=False))
    with serving(Answer(headers=whole.headers, body=whole.body, cut=300)) as server:
        answer = look_at(server.url).answer()
        assert answer is None or answer.read() is None


def test_past_the_deadline_nobody_waits_and_no_process_is_left() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        look = look_at(f"http://127.0.0.1:{silent.getsockname()[1]}/v1", patience=0.3)
        assert look.answer() is None
        until(lambda: look._process.poll() is not None)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
def test_the_key_is_in_no_place_where_others_can_read_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CURRENTS_API_KEY", KEY)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        look = look_at(f"http://127.0.0.1:{silent.getsockname()[1]}/v1", patience=1.0)
        process = Path(f"/proc/{look._process.pid}")
        # From here on it has read its question and asks it.
        until(lambda: b"first_look" in (process / "cmdline").read_bytes())
        told = (process / "cmdline").read_bytes() + (process / "environ").read_bytes()
        assert KEY.encode() not in told
        assert b"CURRENTS_API_KEY" not in told
        look.answer()


def test_a_file_in_the_working_directory_cannot_pose_as_a_module(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "httpx.py").write_text("raise SystemExit('this is not the library')", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    with serving(enveloped(playwright(complete=False))) as server:
        assert look_at(server.url).answer() is not None


# --- what else that process prints

CHATTY = (
    "print('hello')",
    "print('hello', flush=True)",
    'import os; os.write(1, b\'[1]\\n\\xff\\n{"kind": "not found"}\\n\\n\')',
    "import threading; threading.Timer(0.0, lambda: print('hello', flush=True)).start()",
    "print('[' * 100_000, flush=True)",
)


@pytest.fixture(params=CHATTY, ids=["held", "at once", "almost", "later", "deep"])
def chatty(request: pytest.FixtureRequest, tmp_path: Path) -> dict[str, str]:
    """An environment in which every Python says something by itself."""
    (tmp_path / "of_this_test.py").write_text(request.param)
    return {**os.environ, "PYTHONPATH": guards.python_path(str(tmp_path))}


def test_what_a_site_prints_at_the_start_is_no_answer(chatty: dict[str, str]) -> None:
    """It was taken for one, and that was a crash."""
    with Simulator.start("green", now="2026-03-01T12:00:00Z") as simulator:
        for key, is_good in ((simulator.read_only_key, True), ("not-a-key", False)):
            deadline = time.monotonic() + PATIENCE
            address, wanted = Address(simulator.url), Subject(simulator.runs[0])
            look = FirstLook(address, Key(key), wanted, chatty, deadline)
            if is_good:
                answer = look.answer()
                assert answer is not None
                assert isinstance(answer.read(), Polled)
            else:
                with pytest.raises(Problem) as raised:
                    look.answer()
                assert raised.value.kind is Kind.KEY_REFUSED


def test_where_nothing_but_that_comes_there_is_no_answer(tmp_path: Path) -> None:
    (tmp_path / "of_this_test.py").write_text("import os; print('hello', flush=True); os._exit(0)")
    environ = {**os.environ, "PYTHONPATH": guards.python_path(str(tmp_path))}
    with nobody() as url:
        look = FirstLook(
            Address(f"{url}/v1"), Key(KEY), Subject(RUN_ID), environ, time.monotonic() + PATIENCE
        )
        assert look.answer() is None


# --- it ends with whoever asked


def asking(terminal: Terminal) -> psutil.Process:
    """The process that asks for the program at `terminal`."""
    found: list[psutil.Process] = []

    def is_there() -> bool:
        for child in psutil.Process(terminal.process.pid).children():
            with suppress(psutil.NoSuchProcess):
                found.extend([child] if "currents_tui.cli.first_look" in child.cmdline() else [])
        return bool(found)

    until(is_there)
    return found[0]


def assert_gone_within(seconds: float, process: psutil.Process) -> None:
    """That it has ended, also where nobody has taken notice of that yet."""
    end = time.monotonic() + seconds
    with suppress(psutil.NoSuchProcess):
        while process.status() != psutil.STATUS_ZOMBIE:
            assert time.monotonic() < end, "it is still there, with the key"
            time.sleep(0.01)


@pytest.mark.parametrize("has_asked", [False, True], ids=["at once", "asking"])
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_it_is_gone_when_the_program_is(number: int, has_asked: bool) -> None:
    with serving(Answer(delay=600.0)) as server, watching(server) as terminal:
        process = asking(terminal)
        if has_asked:
            until(lambda: bool(server.requests))
        until(lambda: ended_by(terminal, number))
        assert_gone_within(1.0, process)


def ended_by(terminal: Terminal, number: int) -> bool:
    """Whether that signal ends the program within 2 s. Python can lose one that comes while it imports
    (KeyboardInterrupt in a callback is ignored), and a person presses Ctrl+C again.
    """
    terminal.kill(number)
    with suppress(subprocess.TimeoutExpired):
        terminal.process.wait(2)
    return terminal.process.poll() is not None


def test_it_is_gone_when_the_terminal_is() -> None:
    with serving(Answer(delay=600.0)) as server, watching(server) as terminal:
        process = asking(terminal)
        terminal.hang_up()
        terminal.process.wait(PATIENCE)
        assert_gone_within(1.0, process)


def test_a_granted_answer_that_drips_ends_with_the_screen() -> None:
    whole = enveloped(playwright(complete=False))
    dripping = Answer(headers=whole.headers, body=whole.body, drip=0.1)
    with serving(dripping) as server, watching(server) as terminal:
        process = asking(terminal)
        terminal.wait_for("q quit")
        assert process.is_running()
        terminal.send("q")
        assert terminal.wait_exit() == 0
        assert_gone_within(1.0, process)
