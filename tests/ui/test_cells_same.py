"""The same screen with the cell diff as without it, whatever is drawn."""

from __future__ import annotations

import random
from itertools import pairwise

import pyte
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from currents_tui.ui.cells import Cells
from currents_tui.ui.sequences import is_uncertain
from tests.ui.model_terminal import SECOND_HALF, UNTOUCHED, ModelTerminal
from tests.ui.test_cells import ENTER, STYLES, started

# --- the same screen


Span = tuple[int, int, list[tuple[str, str]]]

PIECES = ["a", "b", " ", "  ", "0", "─", "é", "e\u0301", "你", "你好", "한", "x y z"]
UNCERTAIN = ["👍", "❤️", "👨‍👩‍👧", "👍🏽"]


def frame_of(spans: list[Span]) -> str:
    """As Textual writes it: down the screen, with a line end wherever the row changes."""
    out = []
    last_row = None
    for row, column, pieces in sorted(spans, key=lambda span: span[:2]):
        if last_row not in (None, row):
            out.append("\n")
        last_row = row
        out.append(f"\x1b[{row + 1};{column + 1}H")
        out += [f"\x1b[{style}m{text}\x1b[0m" if style else text for text, style in pieces]
    return "".join(out)


def clipped(pieces: list[tuple[str, str]], room: int) -> list[tuple[str, str]]:
    """What fits into `room` cells, with blanks up to its end: strips are as wide as their widget."""
    kept: list[tuple[str, str]] = []
    for text, style in pieces:
        if cell_len(text) > room:
            break
        kept.append((text, style))
        room -= cell_len(text)
    return [*kept, (" " * room, kept[-1][1] if kept else "")] if room else kept


def spans_anywhere(width: int, height: int, pieces: list[str]) -> st.SearchStrategy[list[Span]]:
    piece = st.tuples(st.sampled_from(pieces), st.sampled_from(STYLES))

    def fitting(row: int, column: int, drawn: list[tuple[str, str]]) -> Span:
        text = clipped(drawn, width - column)
        return row, column, text[:-1] or text

    span = st.builds(
        fitting,
        st.integers(0, height - 1),
        st.integers(0, width - 1),
        st.lists(piece, min_size=1, max_size=6),
    )
    return st.lists(span, min_size=1, max_size=6)


@settings(deadline=None)
@given(st.lists(spans_anywhere(20, 4, PIECES), min_size=1, max_size=8), st.randoms(use_true_random=False))
def test_spans_anywhere_make_the_same_screen_cut_through_wide_clusters_or_not(
    frames: list[list[Span]], rnd: random.Random
) -> None:
    cells = started(20, 4)
    direct, through = ModelTerminal(20, 4), ModelTerminal(20, 4)
    direct.feed("\x1b[m")
    for spans in frames:
        frame = frame_of(spans)
        direct.feed(frame)
        cells.feed(frame)
        if rnd.random() < 0.1:
            cells.forget()
            through.rendition = through.row = through.column = None
        if rnd.random() < 0.7:
            through.feed(cells.take())
    through.feed(cells.take())
    assert through.looks() == direct.looks()


@settings(deadline=None)
@given(st.lists(spans_anywhere(20, 3, PIECES + UNCERTAIN), min_size=1, max_size=8), st.integers(1, 4))
def test_a_terminal_with_other_widths_still_shows_everything_else_in_its_place(
    frames: list[list[Span]], cells_drawn: int
) -> None:
    cells = started(20, 3)
    believed = ModelTerminal(20, 3)
    terminal = ModelTerminal(20, 3, dict.fromkeys(UNCERTAIN, cells_drawn))
    believed.feed("\x1b[m")
    for spans in frames:
        frame = frame_of(spans)
        believed.feed(frame)
        cells.feed(frame)
        terminal.feed(cells.take())
    for want, have in zip(believed.looks(), terminal.looks(), strict=True):
        for x, cell in enumerate(want):
            second_of = want[x - 1].cluster if x and cell.cluster == SECOND_HALF else ""
            beyond = have[x].cluster == SECOND_HALF or is_uncertain(have[x].cluster)
            if cell == UNTOUCHED or is_uncertain(cell.cluster) or is_uncertain(second_of):
                continue
            assert have[x] == cell or (beyond and cell == UNTOUCHED)


def pyte_looks(screen: pyte.Screen) -> list[list[tuple[object, ...]]]:
    """The cells of a pyte screen, without what nobody can see."""
    looks = []
    for y in range(screen.lines):
        row: list[tuple[object, ...]] = []
        for x in range(screen.columns):
            char = screen.buffer[y][x]
            if char.data == " " and not (char.underscore or char.reverse or char.strikethrough):
                row.append((" ", char.bg))
            else:
                row.append(tuple(char))
        looks.append(row)
    return looks


@pytest.mark.parametrize("seed", range(6))
def test_random_frames_end_in_the_same_screen_of_a_terminal_with_and_without(seed: int) -> None:
    rnd = random.Random(seed)
    width, height = 60, 16
    cells = Cells(width, height)
    screens = [pyte.Screen(width, height) for _ in range(2)]
    direct, through = (pyte.Stream(screen) for screen in screens)
    for stream in (direct, through):
        stream.feed("\x1b[?7l")
    cells.feed(ENTER)
    for number in range(250):
        if rnd.random() < 0.02:
            width, height = rnd.randint(20, 90), rnd.randint(4, 30)
            cells.resize(width, height)
            for screen in screens:
                screen.resize(height, width)
                screen.reset()
            for stream in (direct, through):
                stream.feed("\x1b[?7l")
        if rnd.random() < 0.02:
            cells.forget()
        # pyte does not clear the other half of a wide character that is cut, so panes are whole.
        cuts = [0, width // 3, 2 * width // 3, width]
        spans: list[Span] = []
        for y in range(height):
            for left, right in pairwise(cuts):
                if number == 0 or rnd.random() < 0.3:
                    pieces = [(rnd.choice(PIECES), rnd.choice(STYLES)) for _ in range(rnd.randint(0, 20))]
                    spans.append((y, left, clipped(pieces, right - left)))
        frame = frame_of(spans)
        direct.feed(frame)
        cells.feed(frame)
        if rnd.random() < 0.8:
            through.feed(cells.take())
    through.feed(cells.take())
    assert pyte_looks(screens[1]) == pyte_looks(screens[0])
