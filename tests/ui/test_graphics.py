"""Pictures in the terminal's own graphics: asked for once, drawn beside the screen, and taken back."""

from __future__ import annotations

import signal
import sys
from pathlib import Path

import pytest

from currents_tui.ui.graphics import KITTY, SIXEL, answered
from tests import guards
from tests.terminal import Terminal, assert_left_as_found

ROOT = str(Path(__file__).parents[2])
QUERY = b"\x1b_Gi=4207,s=1,v=1,a=q,t=d,f=24;AAAA\x1b\\"
YES = b"\x1b_Gi=4207;OK\x1b\\"
WITH_SIXEL, WITHOUT = b"\x1b[?62;4;22c", b"\x1b[?62;22c"
CELL = {b"\x1b[16t": b"\x1b[6;20;10t"}

CAN_SIXEL = CELL | {b"\x1b[c": WITH_SIXEL}
CAN_KITTY = CELL | {QUERY: YES, b"\x1b[c": WITHOUT}
CAN_NEITHER = CELL | {QUERY: b"", b"\x1b[c": WITHOUT}
SAYS_NOTHING = {QUERY: b"", b"\x1b[c": b""}

SIXELS, KITTYS = b"\x1bP0;0;0q", b"\x1b_Gi="
BLOCKS = "▀"


def at_a(can: dict[bytes, bytes], pictures: str = "auto", count: int = 1) -> Terminal:
    beyond = (guards.PICTURES, guards.CLIPBOARD)
    argv = [sys.executable, "-m", "tests.ui.picture_app", pictures, str(count)]
    return Terminal(argv, cwd=ROOT, env={"TMUX": None, "STY": None}, answers=can, beyond=beyond)


@pytest.mark.parametrize(
    ("answer", "can"),
    [
        (WITH_SIXEL, SIXEL),
        (b"\x1b[?4c", SIXEL),
        (YES + WITH_SIXEL, SIXEL),
        (YES + WITHOUT, KITTY),
        (b"j" + YES + b"k" + WITHOUT, KITTY),
        (WITHOUT, ""),
        (b"\x1b[?64;14;24c", ""),
        (b"\x1b_Gi=4207;ENOTSUPPORTED\x1b\\" + WITHOUT, ""),
        (b"", ""),
        (b"\x1b[?4", ""),
    ],
)
def test_what_an_answer_means(answer: bytes, can: str) -> None:
    assert answered(answer) == can


def until_back(terminal: Terminal) -> None:
    """The main screen is there, whole, and quits."""
    terminal.wait_for("a-fail.spec.ts")
    terminal.send("\x11")
    assert terminal.wait_exit() == 0
    assert_left_as_found(terminal)


@pytest.mark.parametrize(("can", "drawn"), [(CAN_SIXEL, SIXELS), (CAN_KITTY, KITTYS)])
def test_it_is_drawn_sharp_where_the_terminal_says_that_it_can(can: dict[bytes, bytes], drawn: bytes) -> None:
    with at_a(can) as terminal:
        terminal.wait_until(lambda: b"screenshot 1  esc back" in terminal.raw, "the picture")
        assert drawn in terminal.raw.replace(QUERY, b"")
        terminal.send("\x1b")
        until_back(terminal)


@pytest.mark.parametrize("can", [CAN_NEITHER, SAYS_NOTHING])
def test_elsewhere_it_is_drawn_with_cells(can: dict[bytes, bytes]) -> None:
    with at_a(can, count=2) as terminal:
        terminal.wait_for("320×160")
        terminal.send("]")
        terminal.wait_for(lambda text: "2 of 2" in text and "320×160" in text)
        terminal.send("v")
        terminal.wait_for("blocks only")
        # Asked once, and nothing that draws got out.
        assert terminal.raw.count(QUERY) == 1
        assert SIXELS not in terminal.raw
        terminal.send("\x1b")
        until_back(terminal)


def test_its_keys_turn_to_others_without_asking_again() -> None:
    with at_a(CAN_SIXEL, count=2) as terminal:
        terminal.wait_until(lambda: b"1 of 2, [ ] other" in terminal.raw, "the first picture")
        for key, caption in (("]", b"2 of 2, [ ] other"), ("[", b"1 of 2, [ ] other")):
            before = len(terminal.raw)
            terminal.send(key)
            terminal.wait_until(lambda: caption in terminal.raw[before:], "the other picture")  # noqa: B023
        assert terminal.raw.count(QUERY) == 1
        terminal.send("q")
        until_back(terminal)


def test_what_is_asked_of_it_is_done_on_the_page() -> None:
    with at_a(CAN_SIXEL) as terminal:
        terminal.wait_until(lambda: b"screenshot 1  esc back" in terminal.raw, "the picture")
        terminal.send("y")
        terminal.wait_for("Sent to the clipboard: https://files.example/1.png")
        assert "320×160" not in terminal.text()
        before = len(terminal.raw)
        terminal.send("v")
        terminal.wait_until(lambda: b"screenshot 1  esc back" in terminal.raw[before:], "it once more")
        terminal.send("\x1b[A")
        until_back(terminal)


def test_the_setting_is_believed_without_asking() -> None:
    with at_a(CAN_NEITHER, "sixel") as terminal:
        terminal.wait_until(lambda: b"screenshot 1  esc back" in terminal.raw, "the picture")
        assert QUERY not in terminal.raw
        assert SIXELS in terminal.raw
        terminal.send("\x1b")
        until_back(terminal)
    with at_a(CAN_SIXEL, "blocks") as terminal:
        terminal.wait_for("320×160")
        terminal.send("\x1b")
        until_back(terminal)
        assert QUERY not in terminal.raw
        assert SIXELS not in terminal.raw


def test_ctrl_c_ends_it_from_there() -> None:
    with at_a(CAN_SIXEL) as terminal:
        terminal.wait_until(lambda: b"screenshot 1  esc back" in terminal.raw, "the picture")
        terminal.send("\x03")
        assert terminal.wait_exit() == 130
        assert_left_as_found(terminal)


@pytest.mark.parametrize(("number", "status"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_a_signal_takes_it_back(number: int, status: int) -> None:
    with at_a(CAN_SIXEL) as terminal:
        terminal.wait_until(lambda: b"screenshot 1  esc back" in terminal.raw, "the picture")
        assert terminal.close(number)[0] == status
        assert_left_as_found(terminal)
