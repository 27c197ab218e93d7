"""A thousand lines by holding `j`: each position drawn, and none twice."""

from __future__ import annotations

import time
from collections.abc import Iterator

from msgspec import Struct

from tests.bench.figure import Figure
from tests.bench.growth import spent
from tests.bench.paint import cursor_row
from tests.bench.rig import Rig, Story, median
from tests.documents import a_run
from tests.terminal import Terminal

LINES, STRETCHES = 200, 5
RATE = 90
"""Keys a second: more than Textual draws frames (60), so that it is the frames that are counted."""
FRAMES = 54
"""A second at least: Textual's 60, less what a timer among other programs loses."""
FRAME_END = b"\x1b[?2026l"
QUIET = 0.5


class Held(Struct):
    """What was seen while the key was held."""

    positions: int = 0
    """Different positions of the cursor that were shown."""
    twice: int = 0
    """Lines of specs that were drawn again for a position for which they had been."""
    seconds: float = 0.0
    cost: float = 0.0
    """Milliseconds of processor time."""


def holding(rig: Rig) -> Iterator[Figure]:
    """Nothing runs, so that nothing but the key draws among the specs."""
    stretches: list[Held] = []
    with rig.at_rest(Story(a_run(("pass",) * 2_000))) as (terminal, _):
        terminal.send("j")
        terminal.settle()
        for _ in range(STRETCHES):
            chunks: list[bytes] = []
            begun = time.perf_counter()
            cost = spent(terminal, lambda: _hold(terminal, chunks))  # noqa: B023
            seconds = terminal.read_at - begun
            held = looked_at(terminal, b"".join(chunks))
            held.seconds, held.cost = seconds, cost
            stretches.append(held)
    how = f"median of {STRETCHES} stretches"
    lines = STRETCHES * LINES
    yield Figure(kind="holding", what=f"holding j for {lines:,} lines: lines drawn twice for a position",
                 value=sum(held.twice for held in stretches), unit="", most=0, how="all")  # fmt: skip
    yield Figure(kind="holding", what=f"the same, {RATE} keys a second: frames a second",
                 value=median(held.positions / held.seconds for held in stretches), unit="/s",
                 most=FRAMES, least=True, how=how)  # fmt: skip
    yield Figure(kind="holding", what="the same: processor for each line", unit="ms",
                 value=median(held.cost / LINES for held in stretches), how=how)  # fmt: skip


def _hold(terminal: Terminal, chunks: list[bytes]) -> None:
    """Send the keys at an even pace, and read without looking: that takes time of its own."""
    begun = time.perf_counter()
    for number in range(LINES):
        terminal.send("j")
        while (left := begun + (number + 1) / RATE - time.perf_counter()) > 0:
            chunks.append(terminal.read(left))
    while data := terminal.read(QUIET):
        chunks.append(data)


def looked_at(terminal: Terminal, written: bytes) -> Held:
    """Show frame by frame what was written, and see which lines of specs each drew."""
    held = Held()
    position, drawn = _position(terminal), set[int]()
    for frame in written.split(FRAME_END):
        terminal.screen.dirty.clear()
        terminal.show(frame + FRAME_END)
        here = _position(terminal)
        lines = {y for y in terminal.screen.dirty if terminal.screen.buffer[y][0].data == "┃"}
        if here != position:
            position, drawn = here, set()
            held.positions += 1
        held.twice += len(lines & drawn)
        drawn |= lines
    return held


def _position(terminal: Terminal) -> tuple[int | None, str]:
    row = cursor_row(terminal)
    return row, terminal.screen.display[row][3:60] if row is not None else ""
