"""Lent to others the terminal comes back whole, whatever they do, and the program goes on meanwhile."""

from __future__ import annotations

import signal
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from currents_tui.core.editing import Editing
from currents_tui.ui.lending import edit
from tests.terminal import Terminal, assert_left_as_found
from tests.ui.at_terminal import ROOT, small_app
from tests.ui.test_signals import stopped
from tests.ui.watching import watching


def back(terminal: Terminal, told: str) -> None:
    """The program has its whole screen again, and takes keys."""
    terminal.wait_for(lambda text: f"back: {told}" in text and "ready" in text)
    terminal.send("g")
    terminal.wait_for("key g")
    terminal.send("q")
    assert terminal.wait_exit() == 0
    assert_left_as_found(terminal)


def test_a_child_has_the_terminal_as_it_was_and_ctrl_c_for_itself() -> None:
    with small_app() as terminal:
        terminal.wait_for("ready")
        terminal.send("h")
        terminal.wait_for("a child")
        assert terminal.attributes() == terminal.attributes_before
        terminal.send("\x03")
        terminal.wait_for("interrupted")
        terminal.send("words\n")
        back(terminal, "status 3")
        assert b"typed words" in terminal.raw


def test_the_program_goes_on_meanwhile_and_draws_nothing() -> None:
    with small_app("count") as terminal:
        terminal.wait_for("count 1")
        terminal.send("w")
        terminal.wait_until(lambda: b"\x1b[?1049l" in terminal.raw, "the terminal given back")
        left = len(terminal.raw)
        terminal.wait_for("back: it counted")
        between = bytes(terminal.raw[left : terminal.raw.rindex(b"\x1b[?1049h")])
        assert b"count" not in between
        back(terminal, "it counted")


def test_it_comes_back_though_the_borrower_fails() -> None:
    with small_app() as terminal:
        terminal.wait_for("ready")
        terminal.send("r")
        back(terminal, "it failed, as asked")


def test_stopped_while_a_child_has_it_both_go_on_together() -> None:
    with small_app() as terminal:
        terminal.wait_for("ready")
        terminal.send("h")
        terminal.wait_for("a child")
        terminal.kill(signal.SIGTSTP)
        terminal.wait_until(lambda: stopped(terminal), "the stop")
        terminal.kill(signal.SIGCONT)
        terminal.send("words\n")
        back(terminal, "status 3")


@pytest.mark.parametrize(
    ("number", "status"), [(signal.SIGTERM, 143), (signal.SIGINT, 130), (signal.SIGHUP, 129)]
)
def test_what_was_drawn_on_it_is_taken_back_when_a_signal_ends_it(number: int, status: int) -> None:
    with small_app() as terminal:
        terminal.wait_for("ready")
        terminal.send("u")
        terminal.wait_for("alone")
        assert terminal.close(number)[0] == status
        assert_left_as_found(terminal)


def test_drawn_on_by_itself_it_comes_back() -> None:
    with small_app() as terminal:
        terminal.wait_for("ready")
        terminal.send("u")
        terminal.wait_for("alone")
        terminal.send("\n")
        back(terminal, "it drew")


@pytest.mark.parametrize(
    ("status", "told"),
    [(0, "Back from README.md:3."), (7, "The editor ed-example ended with status 7.")],
)
def test_the_editor_has_the_line_and_the_terminal_and_no_key(tmp_path: Path, status: int, told: str) -> None:
    editor = tmp_path / "ed-example"
    editor.write_text(f'#!/bin/sh\necho "got $* [$CURRENTS_API_KEY]"\nread typed\nexit {status}\n')
    editor.chmod(0o755)
    env = {"VISUAL": f"{editor} --own", "CURRENTS_API_KEY": "key-of-the-example-organisation"}
    with small_app(env=env, cols=200) as terminal:
        terminal.wait_for("ready")
        terminal.send("o")
        terminal.wait_for(f"got --own +3 {ROOT}/README.md []")
        terminal.send("\n")
        back(terminal, told)


def test_an_editor_that_is_not_there_is_a_sentence() -> None:
    with small_app(env={"VISUAL": "/nonexistent/editor"}) as terminal:
        terminal.wait_for("ready")
        terminal.send("o")
        back(terminal, "The editor cannot be started: No such file or directory: editor.")


@dataclass
class FakeEditor:
    chosen: Editing | str
    asked: list[tuple[str, int]] = field(default_factory=list)

    def choose(self, spec: str, line: int) -> Editing | str:
        self.asked.append((spec, line))
        return self.chosen

    def run(self, chosen: Editing) -> str:
        return f"Opened {chosen.what}."


@pytest.mark.parametrize(
    ("chosen", "told"),
    [
        ("There is no such file.", "There is no such file."),
        (Editing(("code",), True, "a.spec.ts:3"), "Opened a.spec.ts:3."),
        # A test has no terminal.
        (Editing(("vi",), False, "a.spec.ts:3"), "The terminal cannot be lent to another program here."),
    ],
)
async def test_how_editing_went_is_a_sentence(chosen: Editing | str, told: str) -> None:
    editor = FakeEditor(chosen)
    async with watching() as watched:
        assert await edit(watched.app, editor, "a.spec.ts", 3) == told
    assert editor.asked == [("a.spec.ts", 3)]
