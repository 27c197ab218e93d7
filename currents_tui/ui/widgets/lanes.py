"""The pane of a timeline: its cursor sits on a machine's row and, within it, on the cells of one spec."""

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip

from currents_tui.core.cells import Glyphs
from currents_tui.ui.widgets.pane import Pane

BEFORE = 2
"""Cells in front of a row: the frame, and the cursor's mark."""


def is_head(key: str) -> bool:
    """Whether a row is the head of a group. The key of a machine's row has several lines."""
    return "\n" not in key


class LanePane(Pane):
    """Rows of machines under heads of groups, on which no cursor sits."""

    class Picked(Message):
        """A row was clicked, at a cell counted from the row's left end."""

        def __init__(self, pane: "LanePane", key: str, column: int) -> None:
            super().__init__()
            self.pane = pane
            self.key = key
            self.column = column

    def __init__(self, glyphs: Glyphs, *, id: str | None = None) -> None:
        super().__init__(glyphs, id=id)
        self._spot = range(0)

    def highlight(self, cells: range) -> None:
        """Mark these cells of the row under the cursor, and no others."""
        if cells != self._spot:
            self._spot = cells
            if self._cursor_line is not None:
                self.refresh(Region(0, self._cursor_line, self.size.width, 1))

    @property
    def spot(self) -> str:
        """The text of the marked cells."""
        if self._cursor_line is None:
            return ""
        line = "".join(text for text, _ in self.lines[self._cursor_line])
        return line[BEFORE + self._spot.start : BEFORE + self._spot.stop]

    def line_style(self, y: int) -> Style | None:
        style = super().line_style(y)
        # Where the row is shown the other way round, its marked cells could not be told from the others.
        return None if style is not None and style.reverse else style

    def strip(self, y: int, cells: int) -> Strip:
        strip = super().strip(y, cells)
        if y != self._cursor_line or not self._spot:
            return strip
        start, stop = BEFORE + self._spot.start, BEFORE + self._spot.stop
        marked = Style(reverse=True, bold=True)
        middle = [
            Segment(segment.text, (segment.style or Style()) + marked) for segment in strip.crop(start, stop)
        ]
        return Strip.join([strip.crop(0, start), Strip(middle), strip.crop(stop, strip.cell_length)])

    # --- moving

    def move(self, rows: int) -> None:
        lanes = [key for key in self._keys if not is_head(key)]
        if lanes:
            place = lanes.index(self.cursor) if self.cursor in lanes else 0
            self.go(lanes[min(max(place + rows, 0), len(lanes) - 1)])

    def _clamp(self) -> None:
        super()._clamp()
        # The head of the topmost row's group is worth more than what is at the very end.
        if self._top > 0 and is_head(self._keys[self._top - 1]) and not is_head(self._keys[self._top]):
            place = self._places.get(self.cursor or "", 0)
            if place - (self._top - 1) < self.page:
                self._top -= 1

    def on_click(self, event: events.Click) -> None:
        event.stop()
        place = self._top + event.y - 1 - (self._heading is not None)
        if self._top <= place < min(self._top + self.page, len(self._keys)) and not is_head(
            self._keys[place]
        ):
            self.post_message(self.Picked(self, self._keys[place], event.x - BEFORE))
