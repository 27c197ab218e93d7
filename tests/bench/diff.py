"""The processor time of the cell diff alone, from Textual's frame to the bytes for the terminal."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

from currents_tui.ui.cells import Cells
from tests.bench.figure import Figure
from tests.bench.rig import Rig

WIDTH, HEIGHT = 200, 60
ROUNDS = 60
_COLOURS = ("38;2;214;218;227", "1;38;2;108;180;255", "38;2;141;150;168", "38;2;111;207;142")
_GROUND = "48;2;20;23;31"


def line(y: int, mark: int) -> str:
    """A line as Textual writes it: six spans of several styles, another text for another `mark`."""
    spans = []
    for place, width in enumerate((8, 90, 24, 20, 30, 28)):
        text = f"{'spec' if place != 2 else '███▒▒▒░'} {y * 7 + place}-{mark:03}"[:width].ljust(width)
        spans.append(f"\x1b[{_COLOURS[(y + place) % 4]};{_GROUND}m{text}\x1b[0m")
    return f"\x1b[{y + 1};1H{''.join(spans)}"


def frame(rows: range, mark: int) -> str:
    """Some of the screen's lines."""
    return "".join(line(y, mark) for y in rows) + "\x1b[1;1H"


def diff(rig: Rig) -> Iterator[Figure]:
    """The minimum, for the work is the same each time and everything else only adds to it."""
    cells = Cells(WIDTH, HEIGHT)
    cells.feed("\x1b[?1049h" + "")
    cells.take()
    for what, rows, most in (
        ("partial frame, 8 lines", range(10, 18), 1.0),
        ("full frame", range(HEIGHT), 15.0),
    ):
        frames = [frame(rows, mark) for mark in range(ROUNDS)]

        def draw(data: str) -> None:
            cells.feed(data)
            cells.take()

        yield Figure(
            kind="diff",
            what=f"the cell diff, {what} of {WIDTH}x{HEIGHT}",
            value=1000 * min(_spent(draw, data) for data in frames),
            unit="ms",
            most=None if rig.short else most,
            how=f"minimum of {ROUNDS}, processor time",
        )


def _spent(draw: Callable[[str], None], data: str) -> float:
    begun = time.process_time()
    draw(data)
    return time.process_time() - begun
