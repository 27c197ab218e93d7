"""The dialog in front of what cannot be undone. It is about one run, whatever moves behind it."""

from collections.abc import Callable, Sequence
from typing import cast

from msgspec import structs
from textual.app import ComposeResult
from textual.screen import ModalScreen

from currents_tui.core.cells import Line, Span, Tone, crop, line_width
from currents_tui.core.commands import BY_ID
from currents_tui.core.deed import Deed
from currents_tui.core.rows.dialog import DEAF_FOR, TYPED, Question, caption, dialog
from currents_tui.core.watched import Watched
from currents_tui.ui.commanded import Shell
from currents_tui.ui.session import Session
from currents_tui.ui.widgets.painted import Painted

WIDTH = 72
"""Cells that the box takes where there is room."""


HEXADECIMAL = "0123456789abcdef"
KEEPS = ("escape", "enter", "n")
"""Keys that close the question about a delete, beside those with ctrl. Any other may be a slip in the id, and
where it closed, the rest of what is typed would be commands.
"""


OPENED_BY = {deed: BY_ID[deed].keys[0] for deed in Deed}


class QuestionScreen(ModalScreen[bool], inherit_bindings=False):
    """Gives True when the deed was confirmed. Enter, Space and Ctrl keys never do that."""

    def __init__(
        self,
        session: Session,
        question: Question,
        about: Callable[[], Sequence[Watched]],
        save: Callable[[], None],
    ) -> None:
        super().__init__()
        self.session = session
        self.question = question
        self._about = about
        self._save = save
        self._box = Painted(id="box")
        self._confirms = False
        """Whether what is on the screen offers to confirm it."""

    def compose(self) -> ComposeResult:
        yield self._box

    def on_mount(self) -> None:
        self.draw()
        # The key that confirms shows when it begins to work.
        self.set_timer(DEAF_FOR.total_seconds() + 0.05, self.draw)

    def on_resize(self) -> None:
        self.draw()

    def draw(self) -> None:
        """Show the question with the facts as they are now."""
        about = self._about()
        self._confirms = False
        if not about or not self.is_attached:
            return
        look = self.session.look
        width = min(WIDTH, self.app.size.width)
        now = self.session.clock.now()
        inside = max(0, width - 4), max(1, self.app.size.height - 2)
        shown = dialog(self.question, about, now, *inside, look)
        self._confirms = shown.confirms
        self._box.styles.width, self._box.styles.height = width, len(shown.lines) + 2
        self._box.show(self._framed(shown.lines, width))

    def _framed(self, lines: tuple[Line, ...], width: int) -> tuple[Line, ...]:
        glyphs = self.session.look.glyphs
        corners, rule, side = glyphs.focused_corners, glyphs.focused_horizontal, glyphs.focused_vertical
        tone = Tone.FAILED if self.question.deed is Deed.DELETE else Tone.WARNING
        title = crop(((caption(self.question), Tone.STRONG),), max(0, width - 6), glyphs)
        fill = max(0, width - 5 - line_width(title))
        top: Line = ((f"{corners[0]}{rule} ", tone), *title, (f" {rule * fill}{corners[1]}", tone))
        bottom: Line = ((corners[2] + rule * max(0, width - 2) + corners[3], tone),)

        def framed(line: Line) -> Line:
            gap = " " * max(0, width - 4 - line_width(line))
            left: Span = (f"{side} ", tone)
            return (left, *line, (f"{gap} ", Tone.TEXT), (side, tone))

        return (top, *map(framed, lines), bottom)

    def press(self, key: str) -> bool:
        """Take a key; all of them are taken."""
        if not self.question.hears(self.session.clock.now()):
            return True
        if key == OPENED_BY[self.question.deed]:
            return True  # held down, it would open and close this many times a second
        if self.question.deed is Deed.DELETE:
            self._press_in_delete(key)
        elif key != "y" or self._confirms:
            # Where it is not offered, y neither confirms nor closes: the answer it waits for may be near.
            self._answer(confirmed=key == "y", in_words=len(key) == 1)
        return True

    def _answer(self, *, confirmed: bool, in_words: bool) -> None:
        if in_words:
            cast(Shell, self.app).begin_word()
        self.dismiss(confirmed)

    def _press_in_delete(self, key: str) -> None:
        if key == "x":
            self._save()
        elif key == "backspace":
            self._type(self.question.typed[:-1])
        elif key in KEEPS or key.startswith("ctrl+"):
            self._answer(confirmed=False, in_words=len(key) == 1)
        elif len(key) == 1 and key.lower() in HEXADECIMAL:
            if self._confirms:
                self._type(self.question.typed + key.lower())
        else:
            self.question = structs.replace(self.question, is_foreign=True)
            self.draw()

    def _type(self, typed: str) -> None:
        if len(typed) < TYPED:
            self.question = structs.replace(self.question, typed=typed, is_wrong=False, is_foreign=False)
        elif self.question.run_id.startswith(typed):
            self._answer(confirmed=True, in_words=True)
            return
        else:
            self.question = structs.replace(self.question, typed="", is_wrong=True, is_foreign=False)
        self.draw()

    def tell_copied(self, told: str) -> None:
        """Say what became of saving a copy."""
        self.question = structs.replace(self.question, copied=told)
        self.draw()
