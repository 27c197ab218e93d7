"""How the main screen comes up: the first answer, the curtain, and what is asked from then on."""

import asyncio
from datetime import datetime
from typing import TYPE_CHECKING

from currents_tui.core.events import Listed, Polled
from currents_tui.core.model import ProjectPage
from currents_tui.core.problem import Problem
from currents_tui.core.state import reduce
from currents_tui.ui.screens.run_commands import RunCommands

if TYPE_CHECKING:
    from currents_tui.ui.panes import Panes

SOON = 0.02
"""Seconds within which most answers are here once they are granted."""


class Opening(RunCommands):
    """The screen below draws, and has made its `state` for the runs that were named."""

    panes: "Panes"
    _is_answered = False
    """Whether the first question brought what was asked for."""

    def __init__(self) -> None:
        super().__init__()
        self._drawn = asyncio.Event()

    def _look(self, now: datetime) -> None:
        raise NotImplementedError

    def take_what_is_here(self) -> None:
        """Mostly the first answer is here by now, and then nothing is drawn twice."""
        if (first := self.session.first) is not None and first.is_granted:
            self.shell.raise_curtain()
            if first.is_ready() and (answer := first.answer()) is not None:
                self._take(answer.read())

    async def follow(self) -> None:
        """Take the answer to the first question, show the screen, and go on asking."""
        try:
            await self._take_first()
        except Problem as problem:
            self.shell.give_up(problem)
            return
        await self._show()
        # What polls, failures and events need comes after the first screen.
        self.call_later(self._warm_up)
        self._begin()
        await self.following.follow()

    async def _take_first(self) -> None:
        """Take in the answer to the first question, unless that was done already. Raises `Problem`."""
        first = self.session.first
        if first is None or self._is_answered:
            return
        answer = await asyncio.to_thread(first.answer)
        if answer is None:
            return
        # Most are here now. A first screen does not wait for a large one, or for a slow link.
        if not await asyncio.to_thread(first.is_ready, SOON):
            self.shell.raise_curtain()
            await self._done_so_far()
        self._take(await asyncio.to_thread(answer.read))
        self.draw()

    async def _done_so_far(self) -> None:
        """After what waits to be done, the first frame with it: reading a large answer would hold that up."""
        is_done = asyncio.Event()
        # What that work asks for in its turn stands behind the first of the two.
        self.call_later(self.call_later, is_done.set)
        await is_done.wait()

    async def _show(self) -> None:
        """Show the screen once it is drawn with what is known by now."""
        self._drawn.clear()
        self.call_after_refresh(self._drawn.set)
        if self.is_current:
            await self._drawn.wait()
        self.shell.raise_curtain()

    def on_screen_suspend(self) -> None:
        """A key that came early has covered the screen, and it is not drawn until that page is closed."""
        self._drawn.set()

    def _warm_up(self) -> None:
        self.panes.is_warm = True
        now = self.session.clock.now()
        self.panes.write_down(self.state, now)
        self._look(now)

    def _take(self, told: "Polled | Listed | ProjectPage | None") -> None:
        """Take in the answer to the first question."""
        if isinstance(told, ProjectPage):
            self._is_answered = True
            whole = told.items if not told.has_more else None
            self.run_worker(self.offer_projects(whole), name="projects", group="projects", exclusive=True)
        elif told is not None:
            self._is_answered = True
            self.state = reduce(self.state, told)
            if isinstance(told, Listed):
                self.list_arrived(told)

    def _begin(self) -> None:
        """Begin to ask about everything that is known to be wanted by now."""
        session, feed = self.session, self.state.feed
        if session.run_ids:
            waits = session.interval if self._is_answered else 0.0
            self.following.add_all(session.run_ids, session.run_ids[0], waits)
        if feed is not None:
            waits = session.list_interval if feed.as_of is not None else 0.0
            self.following.list_runs(feed.project_id, feed.wanted, waits)
        elif not session.run_ids and not self._is_answered:
            self.run_worker(self.offer_projects(), name="projects", group="projects", exclusive=True)
