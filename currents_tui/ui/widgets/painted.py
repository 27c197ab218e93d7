"""A widget that shows lines of toned text and writes only those that changed."""

from typing import Protocol, cast

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from currents_tui.core.cells import EMPTY, Line, Tone
from currents_tui.ui.themes import Palette


class Painter(Protocol):
    """What a painted widget asks of the application around it."""

    palette: Palette


class Painted(Widget):
    """Shows what `show` was last given. Everything here is text that was painted before: nothing in it
    is ever read as markup.
    """

    ALLOW_SELECT = False

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._lines: tuple[Line, ...] = ()

    @property
    def lines(self) -> tuple[Line, ...]:
        """What is shown now."""
        return self._lines

    def show(self, lines: tuple[Line, ...]) -> None:
        """Show `lines` from the top; draws the lines that differ from what is shown, and no others."""
        before, self._lines = self._lines, lines
        if before is lines:
            return
        width = self.size.width
        for y in range(max(len(before), len(lines))):
            old = before[y] if y < len(before) else EMPTY
            new = lines[y] if y < len(lines) else EMPTY
            if old != new:
                self.refresh(Region(0, y, width, 1))

    @property
    def palette(self) -> Palette:
        """The styles of the theme that is on."""
        return cast(Painter, self.app).palette

    def line_style(self, y: int) -> Style | None:
        """A style laid over the whole line `y`, or None."""
        return None

    def render_line(self, y: int) -> Strip:
        width = self.size.width
        line = self._lines[y] if y < len(self._lines) else EMPTY
        over = self.line_style(y)
        palette = self.palette
        # Laid over, not under: every span has a background of its own.
        styles = {tone: palette[tone] + over if over else palette[tone] for _, tone in line}
        segments = [Segment(text, styles[tone]) for text, tone in line if text]
        paper = palette[Tone.TEXT]
        return Strip(segments).adjust_cell_length(width, paper + over if over else paper)
