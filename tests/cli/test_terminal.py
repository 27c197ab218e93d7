"""The question whether a full screen can be had."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from currents_tui.cli.terminal import preflight
from tests.terminal import Terminal

ROOT = str(Path(__file__).parents[2])
ASK = "from currents_tui.cli.terminal import refusal; import sys; print(refusal(), file=sys.{stream})"


def test_a_terminal_is_taken() -> None:
    assert preflight(stdin=True, stdout=True, stderr=True, term="xterm-256color") is None
    assert preflight(stdin=True, stdout=True, stderr=True, term=None, windows=True) is None


@pytest.mark.parametrize("name", ["input", "output", "error"])
def test_each_stream_has_to_be_a_terminal(name: str) -> None:
    said = preflight(stdin=name != "input", stdout=name != "output", stderr=name != "error", term="xterm")
    assert said is not None and said.startswith(f"standard {name} is not a terminal")


@pytest.mark.parametrize(("term", "word"), [("dumb", "dumb"), ("", "not set"), (None, "not set")])
def test_a_terminal_that_can_do_nothing_is_refused(term: str | None, word: str) -> None:
    said = preflight(stdin=True, stdout=True, stderr=True, term=term)
    assert said is not None and word in said


def test_a_terminal_that_cannot_be_written_to_is_refused() -> None:
    said = preflight(stdin=True, stdout=True, stderr=True, term="xterm", writable=False)
    assert said == "the terminal cannot be written to"


def test_asked_at_a_real_terminal_nothing_is_refused() -> None:
    with Terminal([sys.executable, "-c", ASK.format(stream="stdout")], cwd=ROOT) as terminal:
        terminal.wait_exit()
        assert terminal.text().strip() == "None"


@pytest.mark.parametrize(
    ("redirection", "stream", "name"),
    [
        ("</dev/null", "stdout", "input"),
        ("<&-", "stdout", "input"),
        (">/dev/null", "stderr", "output"),
        ("2>/dev/null", "stdout", "error"),
        ("2>&-", "stdout", "error"),
    ],
)
def test_asked_with_a_stream_elsewhere_it_is_named(redirection: str, stream: str, name: str) -> None:
    command = f'exec "$0" -c "$1" {redirection}'
    argv = ["sh", "-c", command, sys.executable, ASK.format(stream=stream)]
    with Terminal(argv, cwd=ROOT, cols=160) as terminal:
        terminal.wait_exit()
        assert terminal.text().startswith(f"standard {name} is not a terminal")


def test_a_terminal_open_for_reading_only_is_refused() -> None:
    argv = ["sh", "-c", 'exec "$0" -c "$1" 2</dev/tty', sys.executable, ASK.format(stream="stdout")]
    with Terminal(argv, cwd=ROOT) as terminal:
        terminal.wait_exit()
        assert terminal.text().startswith("the terminal cannot be written to")


def test_asking_does_not_load_textual() -> None:
    program = (
        "import sys, currents_tui.cli.terminal; sys.exit('textual' in sys.modules or 'rich' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, env=dict(os.environ), timeout=60)
    assert done.returncode == 0
