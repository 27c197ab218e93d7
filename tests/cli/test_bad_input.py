"""What cannot work is told in one sentence, at once, and the terminal is not touched."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from currents_tui.cli.full_screen import PATIENCE
from tests.cli.program import KEY, ROOT, RUN_ID, program
from tests.simulator import Simulator
from tests.terminal import Terminal

GOOD: Mapping[str, str | None] = {"CURRENTS_API_KEY": KEY}
AT_ONCE = 1.0
"""Seconds, on a machine that has nothing else to do."""


def at_once() -> float:
    """The seconds that "at once" may take here and now: the largest import on the way to a sentence tells
    how busy the machine is.
    """
    began = time.monotonic()
    subprocess.run([sys.executable, "-c", "import httpx"], check=True)
    return AT_ONCE + 4 * (time.monotonic() - began)


def told(terminal: Terminal, status: int) -> str:
    """What the program said before it ended with `status`: one short line, and nothing but text."""
    started = time.monotonic()
    assert terminal.wait_exit() == status, terminal.text()
    took = time.monotonic() - started
    assert took < AT_ONCE or took < at_once()
    assert b"\x1b" not in terminal.raw
    return a_sentence(terminal.raw.decode())


def a_sentence(said: str) -> str:
    assert said.startswith("currents-tui: "), said
    assert said.count("\n") == 1 and said.endswith("\n")
    assert len(said.rstrip()) <= 160, "more than two lines of 80 columns"
    assert said.rstrip().endswith((".", ")", "…", "1"))
    assert "Traceback" not in said
    return said


@pytest.mark.parametrize(
    ("env", "words"),
    [
        ({"CURRENTS_API_KEY": ""}, "The API key is empty"),
        ({"CURRENTS_API_KEY": f"{KEY}\n"}, "line break"),
        ({"CURRENTS_API_KEY": f"{KEY}\r\nX-Other: 1"}, "line break"),
        ({"CURRENTS_API_KEY": f"{KEY}é"}, "a character in it that no key has"),
        ({"CURRENTS_API_KEY": f"Bearer {KEY}"}, "blank"),
        ({"CURRENTS_API_KEY": f"\x1b]0;{KEY}\x07"}, "control character"),
    ],
)
def test_a_key_that_cannot_be_sent(env: Mapping[str, str], words: str) -> None:
    with program(RUN_ID, env=env) as terminal:
        said = told(terminal, 4)
    assert words in said
    assert KEY not in said


def test_no_key_at_all_is_three_lines_that_help() -> None:
    with program(env={"HOME": "/home/example", "XDG_CONFIG_HOME": None}) as terminal:
        assert terminal.wait_exit() == 4
        assert b"\x1b" not in terminal.raw
        # Who they are is nobody's business who is shown this.
        assert b"/home/example" not in terminal.raw
        lines = bytes(terminal.raw).decode().splitlines()
    assert len(lines) == 3
    assert lines[0].startswith("currents-tui: No API key: CURRENTS_API_KEY is not set.")
    assert "creates one on the Currents dashboard" in lines[0]
    assert "export CURRENTS_API_KEY=" in lines[1]
    assert "~/.config/currents-tui/config.toml" in lines[1]
    assert lines[2] == "To look around without one: currents-tui demo"


def test_a_key_of_bytes_that_are_no_text() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "currents_tui", RUN_ID],
        env={**os.environb, b"CURRENTS_API_KEY": KEY.encode() + b"\xff\xfe"},
        cwd=ROOT,
        capture_output=True,
        timeout=60,
    )
    assert done.returncode == 4
    assert "no key has" in a_sentence(done.stderr.decode())
    assert KEY.encode() not in done.stderr + done.stdout


@pytest.mark.parametrize(
    "run",
    [
        "nonsense", "..", "../../admin", "", "6f3b9c0e", RUN_ID + "?x=1", RUN_ID + "/../x",
        "\x1b[2Jboo", "https://app.currents.dev/run/", "\x1b]52;c;aGVsbG8=\x07", "x" * 500,
    ],
)  # fmt: skip
def test_what_is_no_run_id(run: str) -> None:
    with program(run, env=GOOD) as terminal:
        said = told(terminal, 2)
    assert "run id" in said


@pytest.mark.parametrize(
    "url",
    [
        "", "garbage", "http://api.example.com/v1", "https://user:pass@api.example.com/v1",
        "https://api.example.com:99999/v1", "https://api.example.com:port/v1", "ftp://127.0.0.1/v1",
        "https://", "http://127.0.0.1.example.com/v1", "https://api.example.com/v1?key=1",
        "https://exämple.com/v1", "https://api.example.com/v1\nx",
    ],
)  # fmt: skip
def test_an_address_that_cannot_be_asked(url: str) -> None:
    with program(RUN_ID, "--api-url", url, env=GOOD) as terminal:
        said = told(terminal, 2)
    assert "--api-url" in said
    assert "pass@" not in said


def test_an_address_from_the_environment_is_named_by_its_variable() -> None:
    with program(RUN_ID, env={**GOOD, "CURRENTS_TUI_API_URL": "http://api.example.com/v1"}) as terminal:
        assert "CURRENTS_TUI_API_URL" in told(terminal, 2)


def test_no_run_and_nobody_who_could_say_which_projects_there_are() -> None:
    said = until_told_in_time("--api-url", "http://127.0.0.1:1/v1", env=GOOD, status=6)
    assert "no connection" in said


@pytest.mark.parametrize("project", ["", " ", "../x", "a/b", "x" * 65, "\x1b[2J", "проект"])
def test_what_is_no_project_id(project: str) -> None:
    with program("--project", project, env=GOOD) as terminal:
        assert "--project" in told(terminal, 2)


def test_a_ci_build_without_a_project() -> None:
    with program("@build-7", env=GOOD) as terminal:
        assert "CURRENTS_PROJECT_ID" in told(terminal, 2)


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["--interval", "0.5"], "--interval"),
        (["--interval", "soon"], "--interval"),
        (["--interval", "nan"], "--interval"),
        (["--interval", "inf"], "--interval"),
        (["--interval"], "--interval"),
        (["--nonsense"], "--nonsense"),
        (["--theme", "pink"], "--theme"),
    ],
)
def test_a_wrong_option(arguments: list[str], word: str) -> None:
    with program(RUN_ID, *arguments, env=GOOD) as terminal:
        assert word in told(terminal, 2)


@pytest.mark.parametrize(
    "arguments",
    [["--scenario", "quiet"], ["--speed", "0"], ["--seed", "one"], ["--nonsense"], ["more"]],
)
def test_a_wrong_option_of_the_demo(arguments: list[str]) -> None:
    with program("demo", *arguments) as terminal:
        told(terminal, 2)


@pytest.mark.parametrize("verb", [RUN_ID, "demo"])
@pytest.mark.parametrize(
    ("redirection", "name"), [("<&-", "input"), ("</dev/null", "input"), (">/dev/null", "output")]
)
def test_a_stream_that_is_no_terminal(verb: str, redirection: str, name: str) -> None:
    with program(verb, env=GOOD, redirection=redirection) as terminal:
        assert f"standard {name} is not a terminal" in told(terminal, 2)


@pytest.mark.parametrize("verb", [RUN_ID, "demo"])
def test_standard_error_elsewhere(verb: str, tmp_path: Path) -> None:
    errors = tmp_path / "errors"
    with program(verb, env=GOOD, redirection=f"2>{errors}") as terminal:
        assert terminal.wait_exit() == 2
        assert not terminal.raw
    assert "standard error is not a terminal" in a_sentence(errors.read_text())


@pytest.mark.parametrize("verb", [RUN_ID, "demo"])
@pytest.mark.parametrize(("term", "word"), [("dumb", "dumb"), (None, "TERM is not set"), ("", "TERM")])
def test_a_terminal_that_can_do_nothing(verb: str, term: str | None, word: str) -> None:
    with program(verb, env={**GOOD, "TERM": term}) as terminal:
        assert word in told(terminal, 2)


def test_a_terminal_that_cannot_be_written_to() -> None:
    with program(RUN_ID, env=GOOD, redirection="2</dev/tty") as terminal:
        assert "the terminal cannot be written to" in told(terminal, 2)


def test_nowhere_to_say_it_the_exit_status_does() -> None:
    with program(RUN_ID, env=GOOD, redirection=">/dev/null 2>&-") as terminal:
        assert terminal.wait_exit() == 2
        assert not terminal.raw


@pytest.mark.parametrize(
    ("env", "word"),
    [
        ({"HTTPS_PROXY": "nonsense://proxy.example.com:1"}, "HTTPS_PROXY"),
        ({"ALL_PROXY": "socks5://127.0.0.1:1"}, "SOCKS"),
        ({"SSL_CERT_FILE": "/nowhere/certificates.pem"}, "SSL_CERT_FILE"),
        ({"SSL_CERT_FILE": "/dev/null"}, "SSL_CERT_FILE"),
    ],
)
def test_a_proxy_or_certificates_that_cannot_be_used(env: Mapping[str, str], word: str) -> None:
    said = until_told_in_time(RUN_ID, env={**GOOD, **env, "CURRENTS_TUI_API_URL": nobody_listens()}, status=2)
    assert word in said


def nobody_listens() -> str:
    """An https address on this machine where nothing answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return f"https://127.0.0.1:{server.getsockname()[1]}/v1"


@pytest.mark.parametrize("own", [True, False])
def test_a_key_that_is_refused(service: Simulator, own: bool) -> None:
    run = service.runs[0] if own else RUN_ID
    said = until_told_in_time(run, "--api-url", service.url, env=GOOD, status=4)
    assert "refused (401)" in said
    assert KEY not in said


def test_a_run_that_is_not_there(service: Simulator) -> None:
    env = {"CURRENTS_API_KEY": service.read_write_key}
    said = until_told_in_time("00000000000000000000", "--api-url", service.url, env=env, status=7)
    assert "no such run" in said
    assert service.read_write_key not in said


def until_told_in_time(*arguments: str, env: Mapping[str, str | None], status: int) -> str:
    """As `told`, of what only a question brings to light.

    The program opens its screen when the answer takes too long, and on a busy machine it may: then it
    is tried again.
    """
    for _ in range(6):
        started = time.monotonic()
        with program(*arguments, env=env) as terminal:
            terminal.wait_until(lambda: bool(terminal.raw), "a word")
            if b"\x1b" not in terminal.raw or time.monotonic() - started < PATIENCE:
                return told(terminal, status)
    pytest.fail("the screen was opened each time")


def test_version_and_help_are_told_without_a_terminal() -> None:
    for argument, words in (("--version", "currents-tui "), ("--help", "usage: currents-tui")):
        done = subprocess.run(
            [sys.executable, "-m", "currents_tui", argument], cwd=ROOT, capture_output=True, timeout=60
        )
        assert done.returncode == 0
        assert done.stdout.decode().startswith(words)
        assert not done.stderr
