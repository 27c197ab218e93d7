"""A page of rows over the main screen: one spec, one run, the help. It scrolls, copies and opens."""

from collections.abc import Callable
from typing import ClassVar

from textual.app import ComposeResult

from currents_tui.core.cells import Line, Tone, spread
from currents_tui.core.commands import Place
from currents_tui.core.rows.detail import Row, detail_line
from currents_tui.core.rows.footer import keys
from currents_tui.ui.commanded import bindings
from currents_tui.ui.screens.covering import Covering, Deeds
from currents_tui.ui.session import Session
from currents_tui.ui.widgets.painted import Painted
from currents_tui.ui.widgets.pane import Pane, title


class PageScreen(Covering):
    """Rows that are asked for anew whenever something changed. `deeds` are those of a run's own page."""

    PLACE: ClassVar[Place] = Place.DETAIL
    BINDINGS = bindings(Place.DETAIL)
    AUTO_FOCUS = "#rows"

    def __init__(
        self,
        session: Session,
        caption: str,
        rows: Callable[[], tuple[Row, ...]],
        *,
        pulse: Callable[[int], Line],
        url: Callable[[], str | None] = lambda: None,
        deeds: Deeds | None = None,
    ) -> None:
        super().__init__()
        self.session = session
        self._caption = caption
        self._rows_now = rows
        self._pulse = pulse
        self._url = url
        self.deeds = deeds
        self._rows: tuple[Row, ...] = ()
        self._keys: tuple[str, ...] = ()
        # Held, not looked up: a poll can come before they are composed, and while they are taken away.
        self.pane = Pane(session.look.glyphs, id="rows")
        self._header, self._message, self._footer = Painted(), Painted(), Painted()

    def compose(self) -> ComposeResult:
        yield self._header
        yield self.pane
        yield self._message
        yield self._footer

    def on_mount(self) -> None:
        self.draw()

    def on_resize(self) -> None:
        self.draw()

    def draw(self) -> None:
        """Ask for the rows again and show them."""
        if not self.is_attached:
            return
        look = self.session.look
        self._rows = self._rows_now()
        if len(self._keys) != len(self._rows):
            self._keys = tuple(str(number) for number in range(len(self._rows)))
        self.pane.present(
            self._keys,
            lambda key, cells: (detail_line(self._rows[int(key)], cells, look),),
            title=title(None, self._caption),
        )
        cells = self.size.width
        header = spread((("currents-tui", Tone.STRONG),), self._pulse(cells), cells - 2, look.glyphs)
        self._header.show((((" ", Tone.TEXT), *header),))
        self._message.show(self.said(cells))
        without = self.refused() | ({"web"} if self._url() is None else set())
        self._footer.show((keys(self.PLACE, cells, without=without),))

    @property
    def _row(self) -> Row | None:
        cursor = self.pane.cursor
        return self._rows[int(cursor)] if cursor is not None and int(cursor) < len(self._rows) else None

    # --- commands

    def do_copy(self) -> None:
        row = self._row
        if row is None or not row.copies:
            self.say("Nothing to copy on this row.")
            return
        self.shell.copy_text(row.copies)
        self.say(f"Sent to the clipboard: {row.copies}")

    def do_web(self) -> None:
        row = self._row
        link = row.link.url if row is not None and row.link is not None and row.link.is_web else self._url()
        self.say(self.shell.open_page(link) if link else "There is no page to open here.")
