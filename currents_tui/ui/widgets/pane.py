"""The table in a frame: it paints the rows in sight, and its cursor sits on what a row is.

Cost follows the lines in sight: ten thousand rows are a sequence of keys until they are scrolled to.
The cursor is a key, not a number, so that rows may come, go and move under it as polls bring them.
"""

from collections.abc import Callable, Sequence

from rich.style import Style
from textual import events
from textual.geometry import Region, Size
from textual.message import Message

from currents_tui.core.cells import EMPTY, Glyphs, Line, Span, Tone, crop, line_width
from currents_tui.core.text import width
from currents_tui.ui.widgets.painted import Painted

Painter = Callable[[str, int], Sequence[Line]]
"""(key of a row, its width in cells) -> its lines."""

WHEEL_ROWS = 3
FRAMES = 500
"""Lines in their frames that are kept."""
NOTABLE = 12
"""Cells from which on a part of a note still says something."""


class Pane(Painted, can_focus=True):
    """A framed list of rows, each of `row_height` lines."""

    class Moved(Message):
        """The cursor sits on another row."""

        def __init__(self, pane: "Pane", key: str | None) -> None:
            super().__init__()
            self.pane = pane
            self.key = key

    class Opened(Moved):
        """The row under the cursor was clicked again."""

    def __init__(
        self,
        glyphs: Glyphs,
        *,
        id: str | None = None,
        row_height: int = 1,
        keeps_top: bool = False,
    ) -> None:
        super().__init__(id=id)
        self.glyphs = glyphs
        self.row_height = row_height
        self.cursor: str | None = None
        self._left: str | None = None
        """Where the cursor was before there were no rows."""
        self._keeps_top = keeps_top
        self.on_top = keeps_top
        """Whether the cursor stays on the first row, whichever that is, until somebody moves it."""
        self._keys: Sequence[str] = ()
        self._places: dict[str, int] = {}
        self._top = 0
        self._paint: Painter = lambda key, cells: ()
        self._title: Line = EMPTY
        self._note: Line = EMPTY
        self._heading: Callable[[int], Line] | None = None
        self._painted_in: Size | None = None
        self._empty = ""
        self._made_of: tuple[object, ...] | None = None
        self._frames: dict[object, Line] = {}
        self._cursor_line: int | None = None

    # --- what is shown

    def present(
        self,
        keys: Sequence[str],
        paint: Painter,
        *,
        title: Line,
        note: Line = EMPTY,
        heading: Callable[[int], Line] | None = None,
        empty: str = "",
        made_of: tuple[object, ...] | None = None,
        hold: bool = False,
    ) -> None:
        """Show the rows `keys`. `paint` is asked only for those in sight, now, when scrolled and when
        the size changes; like it, `heading` is told how many cells there are.

        `made_of` is what `paint` and `heading` paint from: nothing is painted while those are the very same.
        `hold` says that somebody is about to act on the row under the cursor, whichever row comes first now.
        """
        edges = (title, note, empty)
        is_same = (
            made_of is not None
            and keys is self._keys
            and edges == (self._title, self._note, self._empty)
            and self._made_of is not None
            and len(made_of) == len(self._made_of)
            and all(one is before for one, before in zip(made_of, self._made_of, strict=True))
        )
        self._made_of = made_of
        if keys is not self._keys:
            kept = self._places.get(self.cursor, 0) if self.cursor is not None else 0
            at_top = self._top == 0
            offset = kept - self._top
            self._keys = keys
            self._places = {key: place for place, key in enumerate(keys)}
            self._follow(kept, offset, at_top=at_top, hold=hold)
        self._paint, self._title, self._note = paint, title, note
        self._heading, self._empty = heading, empty
        if not is_same:
            self.repaint()

    def _follow(self, kept: int, offset: int, *, at_top: bool, hold: bool) -> None:
        """After the rows changed: the cursor stays on its row, and that row stays where the eye is."""
        if not self._keys:
            # A filter may match nothing for a while: the cursor goes back to its row when there are rows.
            self._left, self.cursor, self._top = self.cursor or self._left, None, 0
            return
        if self.on_top and not hold:
            self.cursor, self._top = self._keys[0], 0
            return
        if self.cursor is None or self.cursor not in self._places:
            was = self._left if self.cursor is None else None
            self.cursor = was if was in self._places else self._keys[min(kept, len(self._keys) - 1)]
        place = self._places[self.cursor]
        # At the top of the list one wants to see what is new there, as long as the cursor stays in sight.
        self._top = 0 if at_top and place < self.page else place - offset
        self._clamp()

    @property
    def keys(self) -> Sequence[str]:
        """The keys of all rows, in their order."""
        return self._keys

    @property
    def in_sight(self) -> Sequence[str]:
        """The keys of the rows in sight; none where the pane is not shown."""
        return self._keys[self._top : self._top + self.page] if self.region else ()

    @property
    def page(self) -> int:
        """Rows in sight."""
        used = 2 + (self._heading is not None)
        return max(1, (self.size.height - used) // self.row_height)

    @property
    def inner(self) -> int:
        """Cells of a row, between the frame's sides."""
        return max(0, self.size.width - 2)

    @property
    def has_keys(self) -> bool:
        """Whether keys are about it.

        Of keys that arrive together the later ones are carried out before Textual has told the widget that it
        has the focus: `has_focus` would still be another's.
        """
        return self.is_attached and self.screen.focused is self

    @property
    def row_cells(self) -> int:
        """Cells a row is painted in: what the cursor's mark and the blank before the frame leave."""
        return max(0, self.inner - 2)

    def repaint(self) -> None:
        """Paint the lines in sight and write those that differ."""
        self.show(self._painted())

    def fit(self, size: Size) -> None:
        if self._painted_in != size:
            # Drawn at a new size before it was told of it: what was painted for the old one never shows.
            self._lines = self._painted()

    def _painted(self) -> tuple[Line, ...]:
        """Every line from the upper edge to the lower one, at the size there is now."""
        self._painted_in = self.size
        self._cursor_line = None
        height = self.size.height
        if height < 1 or self.size.width < 4:
            return ()
        if height == 1:
            return (self._edge(top=True),)
        self._clamp()
        # Asked for once: the size of a widget is worked out anew each time.
        inner, cells, side = self.inner, self.row_cells, self._side
        body: list[Line] = []
        if self._heading is not None:
            body.append(self._framed(((" ", Tone.TEXT), *self._heading(cells)), inner, side))
        thumb = self._thumb()
        for key in self._keys[self._top : self._top + self.page]:
            marked = key == self.cursor
            for index, line in enumerate(self._paint(key, cells)):
                if marked and index == 0:
                    self._cursor_line = len(body) + 1
                mark = ">" if marked and index == 0 else " "
                right = (self.glyphs.thumb, Tone.MUTED) if len(body) in thumb else side
                body.append(self._framed(((mark, Tone.TEXT), *line), inner, side, right))
        if not self._keys and self._empty:
            body.append(self._framed(((f" {self._empty}", Tone.MUTED),), inner, side))
        room = height - 2
        body = body[:room] + [self._framed(EMPTY, inner, side)] * (room - len(body))
        return (self._edge(top=True), *body, self._edge(top=False))

    def _framed(self, line: Line, inner: int, left: Span, right: Span | None = None) -> Line:
        # Most lines are what they were a second ago, and widths are looked up sign by sign.
        asked = (line, inner, left, right)
        known = self._frames.get(asked)
        if known is None:
            if len(self._frames) > FRAMES:
                self._frames.clear()
            kept = crop(line, inner, self.glyphs)
            gap = inner - line_width(kept)
            known = self._frames[asked] = (left, *kept, (" " * gap, Tone.TEXT), right or left)
        return known

    @property
    def _side(self) -> Span:
        glyphs = self.glyphs
        return (glyphs.focused_vertical, Tone.KEY) if self.has_focus else (glyphs.vertical, Tone.FRAME)

    def _edge(self, *, top: bool) -> Line:
        glyphs = self.glyphs
        focused = self.has_focus
        tone = Tone.KEY if focused else Tone.FRAME
        rule = glyphs.focused_horizontal if focused else glyphs.horizontal
        corners = glyphs.focused_corners if focused else glyphs.corners
        left, right = (corners[0], corners[1]) if top else (corners[2], corners[3])
        if self.size.height == 1:
            left = right = rule  # folded: an edge that nothing hangs from
        if not top:
            return ((left + rule * self.inner + right, tone),)
        title = crop(self._title, max(0, self.inner - 4), glyphs)
        room = self.inner - line_width(title) - 8
        note = crop(self._note, room, glyphs) if room >= NOTABLE else EMPTY
        spans: list[Span] = [(f"{left}{rule} ", tone), *title]
        used = line_width(title) + 3
        tail: list[Span] = [(f"{rule}{right}", tone)]
        if note:
            tail = [(" ", tone), *note, (f" {rule}{right}", tone)]
        fill = self.size.width - used - 1 - sum(width(text) for text, _ in tail)
        return (*spans, (" " + rule * max(0, fill), tone), *tail)

    def _thumb(self) -> range:
        """Which body lines carry the scroll mark; none when everything is in sight."""
        total, page = len(self._keys), self.page
        if total <= page:
            return range(0)
        offset = 0 if self._heading is None else 1
        lines = page * self.row_height
        size = max(1, lines * page // total)
        start = (lines - size) * self._top // max(1, total - page)
        return range(offset + start, offset + start + size)

    def _clamp(self) -> None:
        page = self.page
        if self.cursor in self._places:
            place = self._places[self.cursor]
            self._top = min(max(self._top, place - page + 1), place)
        self._top = max(0, min(self._top, len(self._keys) - page))

    def line_style(self, y: int) -> Style | None:
        if self._cursor_line is None or not self.has_focus:
            return None
        within = self._cursor_line <= y < self._cursor_line + self.row_height
        return self.palette.cursor if within else None

    # --- moving

    def move(self, rows: int) -> None:
        """The cursor `rows` further down, or up when negative."""
        if not self._keys:
            return
        place = self._places.get(self.cursor or "", 0)
        self.go(self._keys[min(max(place + rows, 0), len(self._keys) - 1)])

    def turn(self, rows: int) -> None:
        """The view and the cursor `rows` further down, as one turns a page."""
        self._top = max(0, min(self._top + rows, len(self._keys) - self.page))
        self.move(rows)

    def go(self, key: str) -> None:
        """The cursor onto the row `key`; nothing happens when there is no such row."""
        if key not in self._places or key == self.cursor:
            return
        before = self._cursor_line
        self.cursor = key
        self.on_top = self._keeps_top and key == self._keys[0]
        self.repaint()
        self._restyle(before)
        self.post_message(self.Moved(self, key))

    def _restyle(self, before: int | None) -> None:
        """The cursor's colour lies over whole lines whose text need not have changed."""
        for line in (before, self._cursor_line):
            if line is not None and before != self._cursor_line:
                self.refresh(*(self._region(line + extra) for extra in range(self.row_height)))

    def _region(self, y: int) -> Region:
        return Region(0, y, self.size.width, 1)

    # --- what happens to it

    def on_resize(self, event: events.Resize) -> None:
        self.repaint()

    def on_focus(self) -> None:
        self.repaint()
        self.refresh()

    def on_blur(self) -> None:
        self.repaint()
        self.refresh()

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        self.move(WHEEL_ROWS)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        self.move(-WHEEL_ROWS)

    def on_click(self, event: events.Click) -> None:
        row = (event.y - 1 - (self._heading is not None)) // self.row_height
        place = self._top + row
        if row < 0 or row >= self.page or place >= len(self._keys):
            return
        key = self._keys[place]
        if key == self.cursor:
            self.post_message(self.Opened(self, key))
        self.go(key)


def title(number: int | None, name: str, count: str = "") -> Line:
    """A pane's title: its key, its name, how many it holds."""
    key: tuple[Span, ...] = ((f"{number} ", Tone.KEY),) if number is not None else ()
    counted: tuple[Span, ...] = ((f" {count}", Tone.MUTED),) if count else ()
    return (*key, (name, Tone.STRONG), *counted)
