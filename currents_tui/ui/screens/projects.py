"""The projects that the key can see, one of which is to be chosen."""

from typing import ClassVar, cast

from textual.app import ComposeResult
from textual.screen import ModalScreen

from currents_tui.core.cells import Line, Tone, crop
from currents_tui.core.model import Project
from currents_tui.core.rows.projects import project_row
from currents_tui.ui.commanded import Shell
from currents_tui.ui.screens.movement import ALL
from currents_tui.ui.session import Session
from currents_tui.ui.widgets.painted import Painted
from currents_tui.ui.widgets.pane import Pane, title

_HINT = "enter opens the project   esc goes back"
_FIRST_HINT = "Which project? enter opens it   q quits"
_BEFOREHAND = "--project or CURRENTS_PROJECT_ID chooses beforehand"


class ProjectsScreen(ModalScreen[str], inherit_bindings=False):
    """Gives the id of the project that was chosen, or None."""

    AUTO_FOCUS: ClassVar[str] = "#projects"

    def __init__(
        self, session: Session, projects: tuple[Project, ...], current: str | None, *, quits: bool
    ) -> None:
        super().__init__()
        self.session = session
        self._projects = {project.project_id or "": project for project in projects}
        self._current = current
        self._quits = quits
        """Whether there is nothing underneath to go back to."""
        self.pane = Pane(session.look.glyphs, id="projects")
        self._message = Painted()

    def compose(self) -> ComposeResult:
        yield self.pane
        yield self._message

    def on_mount(self) -> None:
        self.draw()
        if self._current in self._projects:
            self.pane.go(self._current or "")

    def on_resize(self) -> None:
        self.draw()

    def draw(self) -> None:
        if not self.is_attached:
            return
        look = self.session.look
        now = self.session.clock.now()

        def paint(key: str, cells: int) -> tuple[Line]:
            return (project_row(self._projects[key], now, cells, look),)

        self.pane.present(
            tuple(self._projects),
            paint,
            title=title(None, "Projects", str(len(self._projects))),
            note=((_BEFOREHAND, Tone.MUTED),) if self._quits else (),
            empty="This key sees no project.",
        )
        hint = _FIRST_HINT if self._quits else _HINT
        self._message.show((crop(((f" {hint}", Tone.MUTED),), self.size.width, look.glyphs),))

    def on_pane_opened(self, event: Pane.Opened) -> None:
        self.dismiss(event.key)

    def press(self, key: str) -> bool:
        """Take a key; all of them are taken."""
        page = self.pane.page
        moves = {
            "down": 1, "j": 1, "up": -1, "k": -1, "pagedown": page, "pageup": -page,
            "home": -ALL, "g": -ALL, "end": ALL, "G": ALL,
        }  # fmt: skip
        if key in moves:
            self.pane.move(moves[key])
        elif key == "enter" and self.pane.cursor is not None:
            self.dismiss(self.pane.cursor)
        elif key == "ctrl+c":
            self.app.exit(return_code=130)
        elif key == "ctrl+q" or (self._quits and key in ("q", "escape")):
            cast(Shell, self.app).leave()
        elif key in ("q", "escape"):
            self.dismiss(None)
        return True
