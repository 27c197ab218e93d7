"""Tells whoever looks elsewhere: by a bell or a notification, the window's title and the taskbar."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from currents_tui.core.notice import Noted, noticed
from currents_tui.core.outside import Mark, taskbar_mark, window_title
from currents_tui.core.state import State
from currents_tui.core.watched import stuck
from currents_tui.ui.notify import Noticing, sequences


class Outlet(Protocol):
    """The way to the terminal, past the screen."""

    def ring(self, told: Sequence[str]) -> None:
        """Write each of these sequences."""

    def show_outside(self, title: str, mark: Mark) -> None:
        """Show this in the window's title and in the taskbar, as far as they are to be had."""


class Attention:
    """Looks at every state that is drawn, and remembers what has been told of each run."""

    def __init__(self, noticing: Noticing) -> None:
        self._noticing = noticing
        self._noted: dict[str, Noted] = {}

    def look(self, state: State, now: datetime, outlet: Outlet) -> None:
        """Tell what is new in `state` at `now`. Nothing is written while nothing changes."""
        before, self._noted = self._noted, {}
        for watched in state.runs:
            stalls = stuck(watched, now, state.pace, state.run_timeout)
            noted, notice = noticed(before.get(watched.run_id) or Noted(), watched, stalls, now)
            self._noted[watched.run_id] = noted
            if notice is not None:
                outlet.ring(sequences(notice, self._noticing))
        current = state.current
        outlet.show_outside(window_title(current), taskbar_mark(current))
