"""The keys that move: the same on every screen, and always about the pane that has the focus."""

from textual.screen import Screen

from currents_tui.ui.widgets.pane import Pane

ALL = 1_000_000_000


class Movement(Screen[None], inherit_bindings=False):
    """Commands that move the cursor of the focused pane."""

    def moved_pane(self) -> Pane | None:
        """The pane that the keys move."""
        return self.focused if isinstance(self.focused, Pane) else None

    def _move(self, rows: int) -> None:
        if (pane := self.moved_pane()) is not None:
            pane.move(rows)

    def _turn_page(self, rows: int) -> None:
        if (pane := self.moved_pane()) is not None:
            pane.turn(rows)

    def _page(self) -> int:
        pane = self.moved_pane()
        return pane.page if pane is not None else 1

    def do_down(self) -> None:
        self._move(1)

    def do_up(self) -> None:
        self._move(-1)

    def do_page_down(self) -> None:
        self._turn_page(self._page())

    def do_page_up(self) -> None:
        self._turn_page(-self._page())

    def do_half_down(self) -> None:
        self._turn_page(max(1, self._page() // 2))

    def do_half_up(self) -> None:
        self._turn_page(-max(1, self._page() // 2))

    def do_first(self) -> None:
        self._move(-ALL)

    def do_last(self) -> None:
        self._move(ALL)
