"""A widget that shows lines of toned text and writes only those that changed."""

from typing import Protocol, cast

from rich.segment import Segment
from rich.style import Style
from textual.filter import ANSIToTruecolor
from textual.geometry import Region, Size
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
        self._kept: dict[int, tuple[object, Strip]] = {}

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

    def fit(self, size: Size) -> None:
        """Called before lines are drawn, with the size they are drawn in."""

    def render_lines(self, crop: Region) -> list[Strip]:
        """The lines within `crop`.

        Textual would ask the style sheet about every line between the first and the last that changed.
        Nothing painted has a frame, a padding or an opacity there.
        """
        size = self.size  # once: it is worked out anew each time
        self.fit(size)
        strips = [self.strip(y, size.width) for y in crop.line_range]
        if crop.column_span != (0, size.width):
            strips = [strip.crop(*crop.column_span) for strip in strips]
        for line_filter in self.get_line_filters():
            # A theme with colours of its own leaves this one nothing to do.
            if not (self.palette.is_truecolor and isinstance(line_filter, ANSIToTruecolor)):
                paper = self.background_colors[1]
                strips = [strip.apply_filter(line_filter, paper) for strip in strips]
        return strips

    def render_line(self, y: int) -> Strip:
        size = self.size
        self.fit(size)
        return self.strip(y, size.width)

    def strip(self, y: int, cells: int) -> Strip:
        """The line `y` in its styles, as wide as the widget."""
        line = self._lines[y] if y < len(self._lines) else EMPTY
        made_of = (line, cells, self.line_style(y), self.palette)
        kept = self._kept.get(y)
        if kept is None or kept[0] != made_of:
            kept = self._kept[y] = (made_of, _strip(*made_of))
        return kept[1]


def _strip(line: Line, cells: int, over: Style | None, palette: Palette) -> Strip:
    # Laid over, not under: every span has a background of its own.
    styles = {tone: palette[tone] + over if over else palette[tone] for _, tone in line}
    segments = [Segment(text, styles[tone]) for text, tone in line if text]
    paper = palette[Tone.TEXT]
    return Strip(segments).adjust_cell_length(cells, paper + over if over else paper)
