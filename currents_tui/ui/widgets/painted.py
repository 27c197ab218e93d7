"""A widget that shows lines of toned text and writes only those that changed."""

from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from currents_tui.core.cells import EMPTY, Line, Tone

CURSOR = "cursor"


class Painted(Widget):
    """Shows what `show` was last given. Everything here is text that was painted before: nothing in it
    is ever read as markup.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"tone--{name}" for name in (*Tone, CURSOR)}
    ALLOW_SELECT = False

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._lines: tuple[Line, ...] = ()
        self._styles: dict[str, Style] = {}

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

    def tone_style(self, name: str) -> Style:
        """The style of a tone, from the style sheet; kept until the style sheet says otherwise."""
        style = self._styles.get(name)
        if style is None:
            style = self._styles[name] = self.get_component_rich_style(f"tone--{name}")
        return style

    def notify_style_update(self) -> None:
        self._styles.clear()
        super().notify_style_update()

    def line_style(self, y: int) -> Style | None:
        """A style laid over the whole line `y`, or None."""
        return None

    def render_line(self, y: int) -> Strip:
        width = self.size.width
        line = self._lines[y] if y < len(self._lines) else EMPTY
        over = self.line_style(y)
        base = self.tone_style(Tone.TEXT.value)
        if over is not None:
            # Laid over, not under: every span has a background of its own.
            segments = [Segment(text, self.tone_style(tone.value) + over) for text, tone in line if text]
            return Strip(segments).adjust_cell_length(width, base + over)
        segments = [Segment(text, self.tone_style(tone.value)) for text, tone in line if text]
        return Strip(segments).adjust_cell_length(width, base)
