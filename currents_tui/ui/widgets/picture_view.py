"""A picture in as many cells as there are, in the middle of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.segment import Segment
from textual.geometry import Size
from textual.strip import Strip

from currents_tui.core.cells import Line, Tone
from currents_tui.ui.pixels import Drawing, strips
from currents_tui.ui.widgets.painted import Painted

if TYPE_CHECKING:
    from PIL import Image


class PictureView(Painted):
    """Shows a picture, or a line in its place. Drawn anew at every size."""

    def __init__(self, drawing: Drawing, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._drawing = drawing
        self._picture: Image.Image | None = None
        self._strips: list[Strip] = []
        self._drawn_in: Size | None = None

    def present(self, picture: Image.Image | None, instead: Line = ()) -> None:
        """Show `picture`; while there is none, the line `instead`."""
        lines = (instead,) if instead else ()
        if picture is self._picture and lines == self._lines:
            return
        self._picture, self._lines, self._drawn_in = picture, lines, None
        self.refresh()

    @property
    def strips(self) -> list[Strip]:
        """The rows of cells that the picture takes."""
        if self._drawn_in != self.size:
            self._drawn_in = self.size
            cells, rows = self.size
            self._strips = strips(self._picture, cells, rows, self._drawing) if self._picture else []
        return self._strips

    def strip(self, y: int, cells: int) -> Strip:
        height = self.size.height
        paper = self.palette[Tone.TEXT]
        drawn = self.strips
        row = y - (height - len(drawn)) // 2
        if drawn and 0 <= row < len(drawn):
            middle = drawn[row].apply_style(paper) if self._drawing is Drawing.SHADES else drawn[row]
        elif self._lines and y == height // 2:
            middle = Strip([Segment(text, self.palette[tone]) for text, tone in self._lines[0] if text])
        else:
            middle = Strip.blank(0)
        left = Segment(" " * max(0, (cells - middle.cell_length) // 2), paper)
        return Strip([left, *middle]).adjust_cell_length(cells, paper)
