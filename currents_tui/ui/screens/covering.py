"""What all pages have in common that cover the main screen: what they say stands above their keys, and they
go back.
"""

from collections.abc import Callable
from typing import NamedTuple

from currents_tui.core.cells import Line, Tone, crop
from currents_tui.core.commands import DEEDS, Command
from currents_tui.core.deed import Deed
from currents_tui.ui.commanded import Commanded
from currents_tui.ui.layout import TOO_SMALL, is_too_small
from currents_tui.ui.screens.movement import Movement
from currents_tui.ui.session import Session

_NOT_HERE = "Runs are cancelled and deleted on the main screen and on a run's own page."


class Deeds(NamedTuple):
    """What can be done to the run that a page is about."""

    refusal: Callable[[Deed], str | None]
    """Why it cannot be done now, or None."""
    ask: Callable[[Deed], None]
    """Put the question before it."""


class Covering(Movement, Commanded):
    """A page over the main screen. A key takes away what was said before it."""

    session: Session
    deeds: Deeds | None = None
    _said = ""

    def refusal(self, command: Command) -> str | None:
        if command.id in DEEDS:
            if is_too_small(*self.app.size):
                return TOO_SMALL
            return self.deeds.refusal(Deed(command.id)) if self.deeds is not None else _NOT_HERE
        return None

    def press(self, key: str) -> bool:
        self._said = ""
        return super().press(key)

    def say(self, text: str) -> None:
        self._said = text
        self.draw()

    def said(self, cells: int, otherwise: str = "") -> tuple[Line]:
        """The row above the keys: what was just said, else what there is to say without being asked."""
        return (crop(((f" {self._said or otherwise}", Tone.TEXT),), cells, self.session.look.glyphs),)

    def do_cancel(self) -> None:
        self._ask(Deed.CANCEL)

    def do_delete(self) -> None:
        self._ask(Deed.DELETE)

    def _ask(self, deed: Deed) -> None:
        if self.deeds is not None:
            self.deeds.ask(deed)

    def do_help(self) -> None:
        self.shell.show_help(self.PLACE)

    def do_back(self) -> None:
        self.dismiss()

    def do_quit(self) -> None:
        self.dismiss()
