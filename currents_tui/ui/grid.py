"""A grid of cells: what stands where, and in which style. Drawing on it is all that it can do."""

from __future__ import annotations

from currents_tui.ui.sequences import clusters, is_uncertain
from currents_tui.ui.sgr import PLAIN, Style

NOTHING = "\0"
"""What a cell holds of which nothing is known."""

SECOND_HALF = ""
"""What the cell behind a wide cluster holds."""

# Letters that need no look at the width tables: ASCII, Latin, Greek, Cyrillic, lines and blocks, the
# signs that this program draws with, and Braille.
_ONE_CELL = frozenset(
    chr(code)
    for start, end in (
        (0x20, 0x7E),
        (0xA1, 0xAC),
        (0xAE, 0x2FF),
        (0x370, 0x377),
        (0x390, 0x3A1),
        (0x3A3, 0x482),
        (0x2010, 0x2027),
        (0x2190, 0x21FF),
        (0x2500, 0x25FC),
        (0x2800, 0x28FF),
    )
    for code in range(start, end + 1)
)
_is_simple = _ONE_CELL.issuperset


class Row:
    """One line of the grid. `uncertain` says that a cluster in it may not be as wide as believed."""

    __slots__ = ("chars", "styles", "uncertain")

    def __init__(self, width: int) -> None:
        self.chars = [NOTHING] * width
        self.styles: list[Style] = [PLAIN] * width
        self.uncertain = False

    def copy_from(self, other: Row) -> None:
        self.chars = other.chars.copy()
        self.styles = other.styles.copy()
        self.uncertain = other.uncertain

    def same(self, other: Row) -> bool:
        return self.chars == other.chars and self.styles == other.styles

    def put(self, column: int, text: str, style: Style, encoding: str) -> int:
        """Write `text` from `column` on, clipped at the end of the row. Returns the column behind it."""
        if _is_simple(text):
            return self._put_simple(column, text, style)
        for cluster, cells in clusters(text, encoding):
            if column >= len(self.chars):
                break
            if column + cells > len(self.chars):
                cluster, cells = " ", 1
            self._open(column, column + cells)
            self.chars[column] = cluster
            self.styles[column] = style.blank if cluster == " " else style
            if cells == 2:
                self.chars[column + 1] = SECOND_HALF
                self.styles[column + 1] = style
            if is_uncertain(cluster):
                self.uncertain = True
            column += cells
        return column

    def erase(self, start: int, end: int, style: Style) -> None:
        """Make the cells from `start` to before `end` blank, in the background of `style`."""
        if start < end:
            self._put_simple(start, " " * (end - start), Style.of("", style.bg))

    def _put_simple(self, column: int, text: str, style: Style) -> int:
        end = min(column + len(text), len(self.chars))
        if column >= end:
            return column
        text = text[: end - column]
        self._open(column, end)
        self.chars[column:end] = text
        blank = style.blank
        if blank is style or " " not in text:
            self.styles[column:end] = [style] * len(text)
        elif text.isspace():
            self.styles[column:end] = [blank] * len(text)
        else:
            self.styles[column:end] = [blank if char == " " else style for char in text]
        return end

    def _open(self, start: int, end: int) -> None:
        """Make room: of a wide cluster that is cut in half, the other half becomes blank."""
        chars, styles = self.chars, self.styles
        if chars[start] == SECOND_HALF:
            chars[start - 1] = " "
            styles[start - 1] = styles[start - 1].blank
        if end < len(chars) and chars[end] == SECOND_HALF:
            chars[end] = " "
            styles[end] = styles[end].blank
