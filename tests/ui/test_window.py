"""The window's title and the taskbar: written when they change, and taken back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from currents_tui.core.outside import Mark, Shade
from currents_tui.ui.sequences import ALLOWED
from currents_tui.ui.window import POP, PUSH, Window

HALF = Mark(Shade.NORMAL, 50)


def window(*, title: bool = True, progress: bool = True) -> tuple[Window, list[str]]:
    written: list[str] = []
    return Window(written.append, title=title, progress=progress), written


def taken(written: list[str]) -> list[str]:
    told = list(written)
    written.clear()
    return told


def test_it_is_kept_at_the_begin_and_brought_back_at_the_end() -> None:
    shown, written = window()
    shown.begin()
    assert taken(written) == [PUSH]
    shown.show("one", HALF)
    assert taken(written) == ["\x1b]2;one\x07", "\x1b]9;4;1;50\x07"]
    shown.show("one", HALF)
    assert taken(written) == []
    shown.show("one", Mark(Shade.ERROR, 51))
    assert taken(written) == ["\x1b]9;4;2;51\x07"]
    shown.end()
    assert taken(written) == ["\x1b]9;4;0;0\x07", "\x1b]2;\x07", POP]
    shown.end()
    assert taken(written) == []


def test_after_a_suspension_it_shows_what_it_should_by_then() -> None:
    shown, written = window()
    shown.begin()
    shown.show("one", HALF)
    shown.end()
    taken(written)
    shown.show("two", HALF)
    assert taken(written) == []
    shown.begin()
    assert taken(written) == [PUSH, "\x1b]2;two\x07", "\x1b]9;4;1;50\x07"]


def test_a_bar_that_was_cleared_is_not_cleared_again() -> None:
    shown, written = window()
    shown.begin()
    shown.show("one", HALF)
    shown.show("one", Mark())
    assert taken(written)[-1] == "\x1b]9;4;0;0\x07"
    shown.end()
    assert "\x1b]9;4;0;0\x07" not in written


def test_what_is_switched_off_is_never_written() -> None:
    shown, written = window(title=False, progress=False)
    shown.begin()
    shown.show("one", HALF)
    shown.end()
    assert written == []
    assert shown.farewell == b""


@pytest.mark.parametrize(
    ("title", "progress", "farewell"),
    [
        (False, True, b"\x1b]9;4;0;0\x07"),
        (True, False, b"\x1b]2;\x07\x1b[23;0t"),
        (True, True, b"\x1b]9;4;0;0\x07\x1b]2;\x07\x1b[23;0t"),
    ],
)
def test_a_signal_takes_back_what_was_begun_and_nothing_before(
    title: bool, progress: bool, farewell: bytes
) -> None:
    shown, _ = window(title=title, progress=progress)
    assert shown.farewell == b""
    shown.begin()
    assert shown.farewell == farewell


@given(st.text(), st.sampled_from(Shade), st.integers(0, 100))
def test_whatever_it_shows_the_driver_lets_pass(title: str, shade: Shade, percent: int) -> None:
    shown, written = window()
    shown.begin()
    shown.show(title, Mark(shade, percent))
    shown.end()
    assert all(ALLOWED.fullmatch(told) for told in written)
    assert [told for told in written if told.endswith("t")] == [PUSH, POP]
