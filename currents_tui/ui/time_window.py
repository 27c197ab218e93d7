"""The part of a run that a timeline shows: all of it, or what the person has zoomed and moved to."""

from currents_tui.core.zoom import View, along, brought, whole, zoomed


class TimeWindow:
    """Goes along with now while it reaches to it; elsewhere it stays where it is.

    Times are seconds since the run's zero, widths are cells.
    """

    def __init__(self) -> None:
        self.view = View(0.0, 1.0)
        self.is_whole = True
        self._goes_along = True

    def place(self, now: float, cells: int, *, is_over: bool, kept: float) -> None:
        """Where it is now. It goes no further along than `kept` stays in sight."""
        if self.is_whole:
            self.view = whole(now, cells, is_over=is_over)
        elif self._goes_along and not is_over:
            self.view = along(self.view, now, cells, kept)
        self._goes_along = self.view.column(now) < cells

    def look_at(self, begin: float, end: float, now: float, cells: int) -> None:
        """Bring the time from `begin` to `end` into sight."""
        if not self.is_whole:
            self.view = brought(self.view, begin, end, cells, now)
            self._goes_along = self.view.column(now) < cells

    def zoom(self, steps: int, begin: float, end: float, now: float, cells: int, *, is_over: bool) -> None:
        """Closer, or wider with negative steps, to what is in sight of the time from `begin` to `end`; and
        to now, where one looks at something that runs."""
        begin, end = max(begin, self.view.start), min(end, self.view.end(cells))
        about = now if self._goes_along and end >= now else (begin + end) / 2
        self.view = zoomed(self.view, steps, about, cells, now)
        self.is_whole = self.view.scale >= whole(now, cells, is_over=is_over).scale
        self.look_at(begin, end, now, cells)
