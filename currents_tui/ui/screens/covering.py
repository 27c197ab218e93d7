"""What all pages have in common that cover the main screen: what they say stands above their keys, and they
go back.
"""

from currents_tui.core.cells import Line, Tone, crop
from currents_tui.ui.commanded import Commanded
from currents_tui.ui.screens.movement import Movement
from currents_tui.ui.session import Session


class Covering(Movement, Commanded):
    """A page over the main screen. A key takes away what was said before it."""

    session: Session
    _said = ""

    def press(self, key: str) -> bool:
        self._said = ""
        return super().press(key)

    def say(self, text: str) -> None:
        self._said = text
        self.draw()

    def said(self, cells: int, otherwise: str = "") -> tuple[Line]:
        """The row above the keys: what was just said, else what there is to say without being asked."""
        return (crop(((f" {self._said or otherwise}", Tone.TEXT),), cells, self.session.look.glyphs),)

    def do_help(self) -> None:
        self.shell.show_help()

    def do_back(self) -> None:
        self.dismiss()

    def do_quit(self) -> None:
        self.dismiss()
