"""The lower bound: exact for what can be counted by hand, and what it counts makes the screen."""

import pyte
import pytest
from hypothesis import given
from hypothesis import strategies as st

from currents_tui.ui.cells import Cells
from tests.bench.quiet import least_bytes, shot


def screen_of(*written: str, cols: int = 40, rows: int = 6) -> pyte.Screen:
    screen = pyte.Screen(cols, rows)
    stream = pyte.Stream(screen)
    for text in written:
        stream.feed(text)
    return screen


def bound(before: str, after: str) -> int:
    """From a screen with `before` written on it to one on which `after` was written then."""
    return least_bytes(shot(screen_of(before)), shot(screen_of(before, after)))


@pytest.mark.parametrize(
    ("before", "after", "least"),
    [
        ("", "", 0),
        ("same", "\rsame", 0),
        ("", "abc", 3),
        ("", "é", 2),
        ("", "日本", 6),
        # Back by one cell: a backspace, and the digit.
        ("12:00:01", "\b2", 2),
        # A carriage return; the second row's start.
        ("12:00:01", "\r2", 2),
        ("", "\r\nx", 2),
        # Far away: an absolute jump.
        ("", "\x1b[5;20Hx", 7 + 1),
        # Three cells on: written over, for they are shorter than a jump.
        ("a--b\r", "x--y", 4),
        ("a------b\r", "x\x1b[6Cy", 1 + 4 + 1),
        # A style, the basic one and one of true colour.
        ("", "\x1b[31mx", 5 + 1),
        ("", "\x1b[38;2;1;2;3mx", len("\x1b[38;2;1;2;3m") + 1),
        # Bold falls away, and so does the colour: a reset is shorter.
        ("\x1b[1;31m", "\x1b[mx", 3 + 1),
        # A blank shows no foreground.
        ("\x1b[31m", "x\x1b[32m \x1b[31my", 3),
    ],
)
def test_the_bound_is_what_can_be_counted_by_hand(before: str, after: str, least: int) -> None:
    assert bound(before, after) == least


def test_styles_are_gathered_where_that_is_shorter() -> None:
    rows = "".join(f"\x1b[{y};1H\x1b[31ma\x1b[{y};30H\x1b[32mb" for y in range(1, 7))
    one_by_one = sum(len(f"\x1b[{y};1H\x1b[31ma\x1b[{y};30H\x1b[32mb") for y in range(1, 7))
    assert bound("", rows) < one_by_one
    # Two changes of style, twelve letters, and jumps of at most seven bytes.
    assert bound("", rows) <= 2 * 5 + 12 + 12 * 7


STYLES = st.sampled_from(("31", "1;32", "38;2;10;20;30", "0", "48;2;9;9;9", "4"))
SPANS = st.lists(
    st.tuples(st.integers(0, 5), st.integers(0, 30), st.text("ab █é", min_size=1, max_size=8), STYLES),
    max_size=8,
)


def frame(spans: list[tuple[int, int, str, str]]) -> str:
    return (
        "".join(f"\x1b[{y + 1};{x + 1}H\x1b[{style}m{text}\x1b[0m" for y, x, text, style in spans)
        + "\x1b[1;1H"
    )


@given(SPANS, SPANS)
def test_what_the_cell_diff_writes_is_never_far_below_the_bound(
    first: list[tuple[int, int, str, str]], second: list[tuple[int, int, str, str]]
) -> None:
    cells = Cells(40, 6)
    cells.feed("\x1b[?1049h")
    cells.take()
    screen = pyte.Screen(40, 6)
    stream = pyte.Stream(screen)
    blank = "".join(f"\x1b[{y};1H{' ' * 40}" for y in range(1, 7))
    cells.feed(blank + frame(first))
    stream.feed(cells.take())
    before = shot(screen)
    cells.feed(frame(second))
    written = cells.take()
    stream.feed(written)
    after = shot(screen)
    least = least_bytes(before, after)
    assert (least == 0) == (written == "")
    # The bound is greedy within an order; the diff may find a better mix of the two orders.
    assert least <= 1.5 * len(written.encode()) + 12


@given(SPANS)
def test_nothing_changed_costs_nothing(spans: list[tuple[int, int, str, str]]) -> None:
    once = shot(screen_of(frame(spans)))
    assert least_bytes(once, once) == 0
