"""Writes runs of cells with few bytes: short moves, few changes of style, short gaps written over."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct, field

from currents_tui.ui.grid import NOTHING, SECOND_HALF, Row
from currents_tui.ui.motion import UNKNOWN, absolute, move
from currents_tui.ui.sequences import is_uncertain
from currents_tui.ui.sgr import PLAIN, Style, transition

_LONGEST_GAP = 8
"""Cells. No move within a line takes more bytes than this."""

_WORTH_SORTING = 400
"""Runs. In a frame with more of them a second order would cost time and gain little."""


class Run(Struct, eq=False):
    """Neighbouring cells of one style, beginning at row `y` and column `x`, ending before `end`."""

    y: int
    x: int
    end: int
    style: Style
    is_blank: bool
    """Spaces only: any style with the same look will do."""
    clusters: list[str] = field(default_factory=list)


class Brush(Struct, frozen=True):
    """The terminal's cursor and rendition as last left; `style` None: not known."""

    row: int = UNKNOWN
    column: int = UNKNOWN
    style: Style | None = None


def shorter(
    rows: Sequence[Row], runs: list[Run], brush: Brush, rest: tuple[int, int] | None, in_order: bool
) -> tuple[str, Brush]:
    """The shorter of two ways to write `runs`: as they stand, or style by style.

    `in_order` allows only the first. `rest` is where the cursor has to end, if anywhere. Returns what
    to write and the brush afterwards.
    """
    out, after = paint(rows, runs, brush, rest)
    if in_order or not 1 < len(runs) <= _WORTH_SORTING or len({run.style for run in runs}) == 1:
        return out, after
    pen = brush.style or PLAIN

    def by_style(run: Run) -> tuple[bool, bool, str, str, int]:
        style = run.style
        return style is not pen, style.bg != pen.bg, style.bg, style.fg, style.attributes

    other, after_other = paint(rows, sorted(runs, key=by_style), brush, rest)
    if len(other.encode()) < len(out.encode()):
        return other, after_other
    return out, after


def paint(
    rows: Sequence[Row], runs: list[Run], brush: Brush, rest: tuple[int, int] | None
) -> tuple[str, Brush]:
    """What to write for `runs` in this order, and the brush afterwards."""
    out: list[str] = []
    row, column, pen = brush.row, brush.column, brush.style
    for run in runs:
        style = _style_for(run, pen)
        restyle = transition(pen, style)
        if (row, column) != (run.y, run.x):
            out.append(_reach(rows[run.y], row, column, run, pen, style))
        else:
            out.append(restyle)
        pen = style
        if rows[run.y].uncertain and any(map(is_uncertain, run.clusters)):
            row, column = _write_uncertain(out, rows[run.y], run)
        else:
            out.append("".join(run.clusters))
            row, column = run.y, run.end
        if column >= len(rows[run.y].chars):
            # Waiting to wrap or standing on the last cell: terminals differ.
            column = UNKNOWN
    if rest is not None and (row, column) != rest:
        out.append(move(row, column, *rest))
        row, column = rest
    return "".join(out), Brush(row, column, pen)


def _style_for(run: Run, pen: Style | None) -> Style:
    if not run.is_blank or pen is None:
        return run.style
    return pen if pen.blank is run.style else pen.for_blanks(run.style)


def _reach(line: Row, row: int, column: int, run: Run, pen: Style | None, style: Style) -> str:
    """Bring cursor and style to the run: by a move, or by writing again what stands in between."""
    restyle = transition(pen, style)
    step = move(row, column, run.y, run.x)
    if row == run.y and column != UNKNOWN and 0 < run.x - column <= _LONGEST_GAP and not line.uncertain:
        gap = slice(column, run.x)
        between = "".join(line.chars[gap])
        if NOTHING not in between and len(between.encode()) <= len(step):
            if pen is not None and _all_look_right(line, gap, pen):
                return between + restyle
            if _all_look_right(line, gap, style):
                return restyle + between
    return step + restyle


def _all_look_right(line: Row, gap: slice, style: Style) -> bool:
    return all(
        cell is style or (char == " " and style.blank is cell)
        for char, cell in zip(line.chars[gap], line.styles[gap], strict=True)
    )


def _write_uncertain(out: list[str], line: Row, run: Run) -> tuple[int, int]:
    """Write a run with clusters that may move the cursor by more or less than believed.

    Returns the cursor's row and column, UNKNOWN if such a cluster was the last.
    """
    row, column = run.y, run.x
    x = run.x
    for cluster in run.clusters:
        if column == UNKNOWN:
            out.append(absolute(run.y, x))
        is_wide = x + 1 < len(line.chars) and line.chars[x + 1] == SECOND_HALF
        after = x + 1 + is_wide
        if is_uncertain(cluster):
            if is_wide:
                # Where it is drawn narrow, its second cell would go on showing what it did.
                out.append(f"  {absolute(run.y, x)}")
            out.append(cluster)
            row, column = UNKNOWN, UNKNOWN
        else:
            out.append(cluster)
            row, column = run.y, after
        x = after
    return row, column
