"""Which part of a run is in sight: where the view begins, how much time a cell is, and round marks on it.

Scales are round, and a view begins at a whole cell: from second to second nothing moves but the ends of
what runs.
"""

from math import ceil, floor

from msgspec import Struct

SCALES = (
    0.1, 0.15, 0.2, 0.3, 0.5, 0.75, 1, 1.5, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 30, 40, 60, 90, 120, 180, 240,
    300, 450, 600, 900, 1200, 1800, 3600, 7200, 14400, 43200, 86400,
)  # fmt: skip
"""Seconds per cell that one steps through."""

STEPS = (
    1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 21600, 43200, 86400, 172800, 604800,
)  # fmt: skip
"""Seconds between two marks of the axis."""

APART = 9
"""Cells between two marks, at least: room for what is written at one."""

AHEAD = 8
"""Into how many parts the width is divided of which one lies before us when the view goes along with now."""


class View(Struct, frozen=True, gc=False):
    start: float
    """Seconds at the left edge."""
    scale: float
    """Seconds per cell."""

    def column(self, at: float) -> int:
        """The cell that the moment falls into; it need not be in sight."""
        # A moment on the edge of a cell belongs to it, whatever the division makes of it.
        return floor((at - self.start) / self.scale + 1e-6)

    def end(self, cells: int) -> float:
        """The moment at the right edge."""
        return self.start + cells * self.scale


def whole(elapsed: float, cells: int, *, is_over: bool) -> View:
    """The whole run. While it goes on, at a round scale with some room for what comes."""
    cells = max(1, cells)
    if is_over:
        # The service tells milliseconds: nothing is shorter.
        return View(0.0, max(0.001, elapsed / cells))
    return View(0.0, next((s for s in SCALES if s * cells > elapsed), elapsed / cells + 1))


def zoomed(view: View, steps: int, about: float, cells: int, elapsed: float) -> View:
    """`view` closer by so many steps, or wider by negative ones; `about` stays where it is."""
    if steps > 0:
        scale = max((s for s in SCALES if s < view.scale * 0.999), default=SCALES[0])
    else:
        scale = min((s for s in SCALES if s > view.scale * 1.001), default=SCALES[-1])
    column = (min(max(about, view.start), view.end(cells)) - view.start) / view.scale
    return _within(View(about - column * scale, scale), cells, elapsed)


def _within(view: View, cells: int, elapsed: float) -> View:
    """`view` moved so that it shows as much of the run as it can, and begins at a whole cell."""
    last = ceil((elapsed - cells * view.scale * (AHEAD - 1) / AHEAD) / view.scale)
    first = min(round(view.start / view.scale), last)
    return View(max(0, first) * view.scale, view.scale)


def brought(view: View, start: float, end: float, cells: int, elapsed: float) -> View:
    """`view` moved as little as shows the time from `start` to `end`; of what is longer, its end."""
    first, last = view.column(start), max(view.column(start), view.column(end))
    if first >= 0 and last < cells:
        return view
    longer = last - first >= cells
    if longer and first < cells and last >= 0:
        return view  # some of it is in sight, and more than that cannot be
    margin = 0 if longer else min(4, (cells - (last - first)) // 2)
    left = last - cells + 1 + margin if last >= cells or longer else first - margin
    return _within(View(view.start + left * view.scale, view.scale), cells, elapsed)


def along(view: View, now: float, cells: int, kept: float) -> View:
    """`view` gone along so that `now` stays in sight, in jumps; no further than `kept` stays in sight."""
    if view.column(now) < cells:
        return view
    moved = _within(View(now - cells * view.scale * (AHEAD - 1) / AHEAD, view.scale), cells, now)
    return moved if moved.column(kept) >= 0 else view


def marks(view: View, cells: int) -> tuple[tuple[int, str], ...]:
    """(cell, what is written there) for each round moment in sight."""
    least = view.scale * APART
    step = next((s for s in STEPS if s >= least), ceil(least / STEPS[-1]) * STEPS[-1])
    first = ceil((view.start - view.scale * 1e-6) / step)
    last = floor(view.end(cells) / step)
    found = ((view.column(n * step), mark(n * step, step)) for n in range(first, last + 1))
    return tuple((column, text) for column, text in found if column < cells)


def mark(seconds: int, step: int) -> str:
    """A round moment as short as it reads: "0", "30s", "1:30", "12m", "2h", "1h30"."""
    minutes, rest = divmod(seconds, 60)
    hours, left = divmod(minutes, 60)
    if step < 60 and seconds:
        return f"{minutes}:{rest:02}" if minutes else f"{rest}s"
    if hours:
        return f"{hours}h{left:02}" if left else f"{hours}h"
    return f"{minutes}m" if minutes else "0"
