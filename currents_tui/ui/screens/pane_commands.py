"""The keys that go from pane to pane."""

from typing import TYPE_CHECKING

from currents_tui.ui.screens.run_commands import RunCommands
from currents_tui.ui.widgets.pane import Pane

if TYPE_CHECKING:
    from currents_tui.ui.panes import Panes


class PaneCommands(RunCommands):
    """A command a method. The screen below gives them their state."""

    panes: "Panes"

    def _shown_panes(self) -> list[Pane]:
        return [pane for pane in self.panes if pane.region and pane.size.height > 1]

    def do_next_pane(self) -> None:
        self._turn(1)

    def do_previous_pane(self) -> None:
        self._turn(-1)

    def _turn(self, step: int) -> None:
        shown = self._shown_panes()
        focused = self.moved_pane()
        if shown:
            place = shown.index(focused) if focused in shown else 0
            self.set_focus(shown[(place + step) % len(shown)])

    def do_runs_pane(self) -> None:
        if len(self.session.run_ids) < 2:
            self.ensure_list()
        if self.alone == "runs" and self.state.selected:
            self.select_run(self.state.selected)
        else:
            self.go_to_runs()

    def do_failures_pane(self) -> None:
        self.go_alone("failures")

    def do_log_pane(self) -> None:
        self.go_alone("log")

    def go_alone(self, name: str) -> None:
        """Into the pane `name`, over the whole screen where there is no room beside; once more goes back."""
        if self.alone == name:
            self.leave_alone("specs")
            return
        self.alone = name
        self.lay_out()
        self.set_focus(self.pane(name))
        self.draw()

    def leave_alone(self, to: str) -> None:
        """Give the other panes their room back, and go to the pane `to`; to the runs before one is chosen."""
        if self.alone:
            if not self.state.selected:
                self.go_to_runs()
                return
            self.alone = ""
            self.lay_out()
        self.set_focus(self.pane(to))
        self.draw()

    def do_groups_pane(self) -> None:
        pane = self.pane("groups")
        if self.alone:
            self.leave_alone("groups")
            return
        if self.panes.folded or pane.has_keys:
            self.panes.folded = not self.panes.folded
            self.lay_out()
        self.set_focus(self.pane("specs" if self.panes.folded else "groups"))
        self.draw()

    def do_specs_pane(self) -> None:
        self.leave_alone("specs")
