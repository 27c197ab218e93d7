"""What the terminal shows, cell by cell, and the fewest bytes that make it show what is wanted.

Textual writes whole spans for one changed cell. Everything it writes is drawn here on a grid first;
then only the cells that differ from what the terminal shows are written. Pure: text in, text out.

The grid also frees the program from a slow terminal: what is taken is always the newest state, and
what was drawn over meanwhile is never sent.
"""

from __future__ import annotations

from itertools import compress, count
from operator import is_not, ne, or_
from re import Match
from typing import Protocol

from currents_tui.ui.grid import NOTHING, SECOND_HALF, Row
from currents_tui.ui.paint import Brush, Run, shorter
from currents_tui.ui.sequences import (
    ALLOWED,
    DRAWING,
    ERASURES,
    FINAL,
    FIRST,
    LINE_END,
    SECOND,
    SGR,
    STYLED,
    SYNC_END,
    SYNC_START,
    TEXT,
    cleaned,
    in_place_of,
    is_uncertain,
)
from currents_tui.ui.sgr import PLAIN, Style, apply, transition

WORTH_BRACKETING = 64
"""Bytes. A smaller update arrives in one piece anyway; brackets would cost it sixteen more."""

_CACHED_STYLES = 4096


class Filter(Protocol):
    """What stands between Textual and the terminal."""

    in_frame: bool
    """Whether a frame has begun that has not ended: nothing should be taken now."""

    def feed(self, data: str) -> None:
        """Take in what Textual writes."""

    def take(self) -> str:
        """What is to be written to the terminal now; "" when it shows all that is wanted."""

    def forget(self) -> None:
        """What the terminal shows is no longer known: the next `take` draws everything anew."""

    def resize(self, width: int, height: int) -> None:
        """The terminal has `width` by `height` cells from now on."""


class Unchanged:
    """A filter that writes what Textual writes, without the sequences that may not pass."""

    def __init__(self) -> None:
        self.in_frame = False
        self._out: list[str] = []

    def feed(self, data: str) -> None:
        self._out.append(data if ALLOWED.fullmatch(data) else cleaned(data))

    def take(self) -> str:
        out, self._out = "".join(self._out), []
        return out

    def forget(self) -> None:
        pass

    def resize(self, width: int, height: int) -> None:
        pass


class Cells:
    """A filter that writes the cells that differ.

    `encoding` is that of the stream to the terminal. Nothing is drawn outside the alternate screen.
    """

    def __init__(self, width: int, height: int, encoding: str = "utf-8") -> None:
        self.in_frame = False
        self._encoding = encoding
        self._out: list[str] = []
        self._parsed: dict[tuple[Style, str], Style] = {}
        self._alternate = False
        self._brackets = False
        self._cursor_shown = False
        self._drawn: Style = PLAIN
        self._row = self._column = 0
        self._brush = Brush()
        self._size = (-1, -1)
        self.resize(width, height)

    def resize(self, width: int, height: int) -> None:
        if (width, height) == self._size:
            return
        self._size = (width, height)
        self._width, self._height = width, height
        self._wanted = [Row(width) for _ in range(height)]
        self.forget()

    def forget(self) -> None:
        self._shown = [Row(self._width) for _ in range(self._height)]
        self._touched = set(range(self._height))
        self._brush = Brush()

    def feed(self, data: str) -> None:
        if data == SYNC_START:
            self.in_frame = self._brackets = True
        elif data == SYNC_END:
            self.in_frame = False
        elif ALLOWED.fullmatch(data):
            self._pass(data)
        else:
            self._draw(data)

    def take(self) -> str:
        self._out.append(self._changes())
        out, self._out = "".join(self._out), []
        return out

    # --- sequences that do not draw

    def _pass(self, data: str) -> None:
        self._out.append(self._changes())
        if "\x1b[?1049l" in data:
            # The rendition outlives the alternate screen on some terminals.
            self._out.append(transition(self._brush.style, PLAIN))
            self._alternate = False
            self.forget()
        self._out.append(data)
        if "\x1b[?1049h" in data:
            self._alternate = True
            self.forget()
        for mode in ("\x1b[?25h", "\x1b[?25l"):
            if mode in data:
                self._cursor_shown = mode.endswith("h")

    # --- drawing on the wanted grid

    def _draw(self, frame: str) -> None:
        self._drawn = PLAIN
        parsed = self._parsed
        wrote = False
        for token in DRAWING.finditer(frame):
            if (parameters := token[SGR]) is not None:
                key = (self._drawn, parameters)
                style = parsed.get(key)
                if style is None:
                    if len(parsed) >= _CACHED_STYLES:
                        parsed.clear()
                    style = parsed[key] = apply(self._drawn, parameters)
                self._drawn = style
                if text := token[STYLED]:
                    self._write(text)
                    wrote = True
            elif (text := token[TEXT]) is not None:
                self._write(text)
                wrote = True
            elif not self._obey(token, wrote) and wrote:
                self._write(in_place_of(token[0]))

    def _obey(self, token: Match[str], wrote: bool) -> bool:
        """Do what a token that is no text asks for. Returns False where it must not be done."""
        final = token[FINAL]
        if final == "H":
            self._row = max(1, int(token[FIRST] or 1)) - 1
            self._column = max(1, int(token[SECOND] or 1)) - 1
        elif final in ERASURES:
            if wrote:
                return False
            self._erase(final, int(token[FIRST] or 0))
        elif (line_end := token[LINE_END]) is not None:
            self._column = 0
            self._row += line_end == "\n"
        else:
            return False
        return True

    def _write(self, text: str) -> None:
        if 0 <= self._row < self._height:
            self._touched.add(self._row)
            self._column = self._wanted[self._row].put(self._column, text, self._drawn, self._encoding)

    def _erase(self, final: str, mode: int) -> None:
        """`J` erases the screen, `K` the line: from the cursor on (0), up to it (1), or all (2)."""
        for y, row in enumerate(self._wanted):
            if y == self._row:
                start = 0 if mode else self._column
                end = min(self._column + 1, self._width) if mode == 1 else self._width
            elif final == "J" and (mode >= 2 or (y > self._row) == (mode == 0)):
                start, end = 0, self._width
            else:
                continue
            row.erase(start, end, self._drawn)
            self._touched.add(y)

    # --- what differs

    def _changes(self) -> str:
        """Make the terminal show the wanted grid: returns how, and takes it for done."""
        if not self._alternate:
            return ""
        runs: list[Run] = []
        in_order = False
        for y in sorted(self._touched):
            wanted, shown = self._wanted[y], self._shown[y]
            if wanted.same(shown):
                continue
            if wanted.uncertain or shown.uncertain:
                in_order = True
            runs += runs_of(y, wanted, changed_columns(wanted, shown))
            if wanted.uncertain:
                wanted.uncertain = any(map(is_uncertain, wanted.chars))
        out, self._brush = shorter(self._wanted, runs, self._brush, self._resting_place(), in_order)
        for y in self._touched:
            self._shown[y].copy_from(self._wanted[y])
        self._touched.clear()
        if self._brackets and len(out) >= WORTH_BRACKETING:
            return f"{SYNC_START}{out}{SYNC_END}"
        return out

    def _resting_place(self) -> tuple[int, int] | None:
        """Where the cursor has to stand after a frame; None when nobody can tell.

        A hidden cursor matters to input methods alone, and Textual leaves it in the corner unless a
        widget takes text.
        """
        if (self._row, self._column) == (0, 0) and not self._cursor_shown:
            return None
        return min(self._row, self._height - 1), min(self._column, self._width - 1)


def changed_columns(wanted: Row, shown: Row) -> list[int]:
    """Columns of the cells to be written, rising."""
    # Without a step of the interpreter for each cell: most rows differ in a few.
    differs = map(or_, map(ne, wanted.chars, shown.chars), map(is_not, wanted.styles, shown.styles))
    columns = [x for x in compress(count(), differs) if wanted.chars[x] != NOTHING]
    if columns and (wanted.uncertain or shown.uncertain):
        # Where the terminal's widths differ from ours, what stands behind such a cluster, or stood
        # behind one that goes, may have been pushed away or painted over.
        for x in columns:
            if is_uncertain(wanted.chars[x]) or is_uncertain(shown.chars[x]):
                behind = (c for c in range(x, len(wanted.chars)) if wanted.chars[c] != NOTHING)
                return [c for c in columns if c < x] + list(behind)
    return columns


def runs_of(y: int, row: Row, columns: list[int]) -> list[Run]:
    """The cells in `columns` as pieces of one style each; a blank joins any in which it looks right."""
    runs: list[Run] = []
    chars, styles = row.chars, row.styles
    run: Run | None = None
    for x in columns:
        char, style = chars[x], styles[x]
        if char == SECOND_HALF:
            continue
        if run is None or run.end != x or not _joins(run, char, style):
            run = Run(y, x, x, style, True)
            runs.append(run)
        run.is_blank = run.is_blank and char == " "
        run.clusters.append(char)
        # The second half comes with the first, changed or not.
        run.end = x + 2 if x + 1 < len(chars) and chars[x + 1] == SECOND_HALF else x + 1
    return runs


def _joins(run: Run, char: str, style: Style) -> bool:
    """Whether a cell can be written in the style of the run before it, or the run in the cell's."""
    if style is run.style or (char == " " and run.style.blank is style):
        return True
    if run.is_blank and style.blank is run.style:
        run.style = style
        return True
    return False
