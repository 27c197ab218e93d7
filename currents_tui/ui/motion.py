"""The shortest way to move a terminal's cursor."""

from __future__ import annotations

from functools import lru_cache

UNKNOWN = -1
"""A row or column that is not known: only an absolute move leads out of it."""


def absolute(row: int, column: int) -> str:
    """A move that needs no knowledge of where the cursor is. Row and column count from 0."""
    if column:
        return f"\x1b[{row + 1};{column + 1}H"
    return f"\x1b[{row + 1}H" if row else "\x1b[H"


@lru_cache(maxsize=1 << 15)
def move(from_row: int, from_column: int, row: int, column: int) -> str:
    """The shortest sequence from one cell to another, all counted from 0.

    `from_column` UNKNOWN stands for a cursor behind the last cell of its row as well: whether it
    waits there to wrap is the terminal's secret, so only moves that hold either way are made. Line
    feeds are never used: at the bottom of a terminal smaller than believed they would scroll it.
    """
    ways = [absolute(row, column)]
    if from_row != UNKNOWN:
        vertical = _counted(row - from_row, "B", "A")
        ways.append(f"\r{vertical}{_counted(column, 'C', 'C')}")
        if row == from_row:
            ways.append(f"\x1b[{column + 1}G")
        if from_column != UNKNOWN:
            across = column - from_column
            ways.append(vertical + _counted(across, "C", "D"))
            if across < 0:
                ways.append("\b" * -across + vertical)
    return min(ways, key=len)


def _counted(steps: int, forward: str, backward: str) -> str:
    if not steps:
        return ""
    letter = forward if steps > 0 else backward
    return f"\x1b[{abs(steps)}{letter}" if abs(steps) > 1 else f"\x1b[{letter}"
