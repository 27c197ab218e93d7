"""The limit of quiet: how many bytes an update has to cost, worked out of the screen before and after it.

It is what curses or mosh would write: for each run of changed cells a jump, a change of style where there is
one, and the new characters. A cell that did not change is written over where that is shorter than a jump.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import pyte
from msgspec import Struct
from pyte.graphics import FG_BG_256

Pen = tuple[str, str, frozenset[str]]
"""Foreground, background and attributes, as pyte names them."""
Cell = tuple[str, Pen]

_ON = {"bold": 1, "italics": 3, "underscore": 4, "blink": 5, "reverse": 7, "strikethrough": 9}
_OFF = {"bold": 22, "italics": 23, "underscore": 24, "blink": 25, "reverse": 27, "strikethrough": 29}
_SEEN_ON_BLANKS = frozenset({"underscore", "reverse", "strikethrough"})
_BASIC = ("black", "red", "green", "brown", "blue", "magenta", "cyan", "white")
_PALETTE = {colour: place for place, colour in enumerate(FG_BG_256)}


class Shot(Struct, frozen=True):
    """What a terminal shows, where its cursor stands, and the style that it writes in."""

    rows: tuple[tuple[Cell, ...], ...]
    at: tuple[int, int]
    """Row and column."""
    pen: Pen


def shot(screen: pyte.Screen) -> Shot:
    """The screen as it is now."""
    rows = tuple(
        tuple((char.data, _pen(char)) for char in (screen.buffer[y][x] for x in range(screen.columns)))
        for y in range(screen.lines)
    )
    cursor = screen.cursor
    return Shot(rows, (cursor.y, min(cursor.x, screen.columns - 1)), _pen(cursor.attrs))


def least_bytes(before: Shot, after: Shot) -> int:
    """The bytes that make a terminal that shows `before` show `after`: row by row, or style by style."""
    runs = [run for y in range(len(after.rows)) for run in _runs(y, before.rows[y], after.rows[y])]
    places = {run.pen: place for place, run in reversed(list(enumerate(runs)))}
    by_style = sorted(runs, key=lambda run: (run.pen != before.pen, places[run.pen]))
    return min(_cost(order, before, after) for order in (runs, by_style))


class _Run(Struct):
    """Changed cells beside each other, of one style: a blank joins any in which it looks right."""

    y: int
    start: int
    end: int
    pen: Pen
    length: int
    is_blank: bool


def _runs(y: int, old_row: tuple[Cell, ...], row: tuple[Cell, ...]) -> list[_Run]:
    runs: list[_Run] = []
    for x, (old, cell) in enumerate(zip(old_row, row, strict=True)):
        char, pen = cell
        if not char or _looks(old) == _looks(cell):
            continue  # the second half of a wide character comes with the first
        end = x + 2 if x + 1 < len(row) and not row[x + 1][0] else x + 1
        run = runs[-1] if runs and runs[-1].end == x else None
        if run is not None and run.is_blank and _fits((" ", pen), run.pen):
            run.pen = pen
        if run is None or not _fits(cell, run.pen):
            run = _Run(y, x, end, pen, 0, True)
            runs.append(run)
        run.end = end
        run.length += len(char.encode())
        run.is_blank = run.is_blank and char == " "
    return runs


def _cost(runs: Sequence[_Run], before: Shot, after: Shot) -> int:
    """The bytes of these runs, written in this order."""
    total, at, pen = 0, before.at, before.pen
    for run in runs:
        total += _way(at, (run.y, run.start), after.rows[run.y], pen)
        if not (run.is_blank and _fits((" ", run.pen), pen)) and pen != run.pen:
            total += _restyled(pen, run.pen)
            pen = run.pen
        total += run.length
        at = (run.y, run.end)
    return total


def _way(at: tuple[int, int], to: tuple[int, int], row: tuple[Cell, ...], pen: Pen) -> int:
    """The bytes from one place to another: a jump, or writing over what stands between."""
    if at == to:
        return 0
    jump = _jump(at, to)
    between = row[at[1] : to[1]] if at[0] == to[0] else ()
    if between and all(_fits(cell, pen) for cell in between):
        return min(jump, sum(len(char.encode()) for char, _ in between))
    return jump


@cache
def _jump(at: tuple[int, int], to: tuple[int, int]) -> int:
    (y, x), (to_y, to_x) = at, to
    absolute = len(f"\x1b[{to_y + 1};{to_x + 1}H") if to_x else len(f"\x1b[{to_y + 1}H")
    down = to_y - y
    vertical = min(_steps(down), down if down >= 0 else 1_000)  # "\n" keeps the column here
    right = to_x - x
    horizontal = min(
        _steps(right),
        -right if right <= 0 else 1_000,
        len(f"\x1b[{to_x + 1}G"),
        1 + _steps(to_x),
    )
    return min(absolute, vertical + horizontal)


def _steps(count: int) -> int:
    """The bytes of moving by `count`, to either side."""
    if count == 0:
        return 0
    return len("\x1b[C") if abs(count) == 1 else len(f"\x1b[{abs(count)}C")


def _fits(cell: Cell, pen: Pen) -> bool:
    """Whether the cell looks right when it is written with `pen`."""
    return _looks((cell[0], pen)) == _looks(cell)


@cache
def _looks(cell: Cell) -> Cell:
    """The cell without what nobody can see: a blank has hardly more than a background."""
    char, (_, back, attributes) = cell
    return cell if char != " " else (char, ("", back, attributes & _SEEN_ON_BLANKS))


@cache
def _restyled(pen: Pen, wanted: Pen) -> int:
    """The bytes of going from one style to another: what differs, or all of it after a reset."""
    differing = _attributes(pen[2], wanted[2])
    differing += [_colour(wanted[0], 30)] if pen[0] != wanted[0] else []
    differing += [_colour(wanted[1], 40)] if pen[1] != wanted[1] else []
    anew = ["", *_attributes(frozenset(), wanted[2])]
    grounds = ((wanted[0], 30), (wanted[1], 40))
    anew += [_colour(colour, base) for colour, base in grounds if colour != "default"]
    return min(len(f"\x1b[{';'.join(codes)}m") for codes in (differing, anew))


def _attributes(old: frozenset[str], new: frozenset[str]) -> list[str]:
    return [str(_OFF[name]) for name in old - new] + [str(_ON[name]) for name in new - old]


def _colour(name: str, base: int) -> str:
    """The parameters of a colour; `base` is 30 for the foreground and 40 for the background."""
    if name == "default":
        return str(base + 9)
    if (basic := name.removeprefix("bright")) in _BASIC:
        return str(base + _BASIC.index(basic) + (60 if basic != name else 0))
    if name in _PALETTE:
        return f"{base + 8};5;{_PALETTE[name]}"
    if len(name) != 6:
        return str(base + 60)  # a bright colour that pyte calls something else
    red, green, blue = (int(name[place : place + 2], 16) for place in (0, 2, 4))
    return f"{base + 8};2;{red};{green};{blue}"


def _pen(char: pyte.screens.Char) -> Pen:
    return char.fg, char.bg, frozenset(name for name in _ON if getattr(char, name))
