"""Several runs and their list followed at once, over one connection: what a screen starts and steers."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from contextlib import AbstractAsyncContextManager
from datetime import timedelta
from typing import Any, Final, Protocol, TypeVar

from currents_tui.core.events import THE_LIST, Asked, Event, Paged, PageFailed, Paging, PollFailed
from currents_tui.core.model import FeedItem, Project, Run, RunPage, Spec
from currents_tui.core.problem import Kind, Problem
from currents_tui.core.run_filter import PageRequest, RunFilter
from currents_tui.watch.clock import Clock
from currents_tui.watch.deeds import Doer
from currents_tui.watch.inspector import Inspector
from currents_tui.watch.instances import InstanceSource
from currents_tui.watch.pace import RETRY_AFTER_CAP, SLOW, SLOWED_FOR, Hold, background
from currents_tui.watch.poller import ListSource, Poller, Subject, newest_runs, one_run

STAGGER = 0.4
"""Seconds between the first requests of two runs, so that they do not all ask at one moment."""
LIST_INTERVAL: Final = 15.0
"""Seconds between looks at the newest page of a project's runs."""


class Service(Doer, ListSource, InstanceSource, Protocol):
    """All that is asked of the API."""

    async def run_answer(self, run_id: str) -> bytes | bytearray:
        """The answer about a run as it came. Raises `Problem`."""

    async def projects(self) -> tuple[Project, ...]:
        """Every project that the key can see. Raises `Problem`."""

    async def project(self, project_id: str) -> Project:
        """One project. Raises `Problem`."""


Connect = Callable[[], AbstractAsyncContextManager[Service]]
"""Makes the source when it is first needed: importing an HTTP library is not a screen's first act."""

T = TypeVar("T")


class Following:
    """Polls the runs that were added, one of them in front, and a project's list of runs."""

    def __init__(
        self,
        connect: Connect,
        *,
        clock: Clock,
        emit: Callable[[Event], None],
        interval: float,
        list_interval: float = LIST_INTERVAL,
    ) -> None:
        self._connect = connect
        self._clock = clock
        self._tell = emit
        self._interval = interval
        self._list_interval = list_interval
        self._front = ""
        self._paused = False
        self._focused = True
        self._list_hidden = False
        self._held: Hold | None = None
        self._pollers: dict[str, Poller[Any]] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._group: asyncio.TaskGroup | None = None
        self._paging = False
        self._inspector = Inspector(clock, self._emit, self._slow_down)
        self._connected = asyncio.Event()
        self.service: Service | None = None
        """Who is asked; None until there is a connection."""

    async def follow(self) -> None:
        """Ask until cancelled. It ends with the `Problem` of connecting, else with what nobody foresaw."""
        async with self._connect() as service, asyncio.TaskGroup() as group:
            self.service, self._group = service, group
            self._connected.set()
            for name, poller in self._pollers.items():
                self._tasks[name] = group.create_task(poller.poll_forever())
            try:
                await asyncio.Event().wait()
            finally:
                self._group = None  # it is ending: an answer that comes now must not begin anything in it

    # --- what is asked about

    def add_all(self, run_ids: Iterable[str], front: str, first_delay: float = 0.0) -> None:
        """Follow several runs, `front` first and the others a little later each.

        `first_delay`, in seconds, is how long the question about that first one can wait.
        """
        self._front = front
        others = [run_id for run_id in run_ids if run_id != front]
        for place, run_id in enumerate([front, *others] if front else others):
            self.add(run_id, place * STAGGER if place else first_delay)

    def add(self, run_id: str, first_delay: float = 0.0) -> None:
        """Follow one more run."""
        if run_id not in self._pollers:
            self._begin(run_id, one_run(self, run_id), self._interval, first_delay)
            self._share()

    def drop(self, run_id: str) -> None:
        """Ask no more about `run_id`."""
        self._pollers.pop(run_id, None)
        if (task := self._tasks.pop(run_id, None)) is not None:
            task.cancel()
        self._share()

    def keep(self, run_ids: Iterable[str], front: str) -> None:
        """Follow these runs and no others, `front` being looked at."""
        self._front = front
        wanted = list(run_ids)
        for name in [name for name in self._pollers if name != THE_LIST and name not in wanted]:
            self.drop(name)
        for run_id in wanted:
            self.add(run_id)
        self._share()

    def list_runs(self, project_id: str, wanted: RunFilter, first_delay: float = 0.0) -> None:
        """Ask for the newest of the project's runs that are `wanted`, in place of whatever was listed."""
        self.drop(THE_LIST)
        self._begin(THE_LIST, newest_runs(self, project_id, wanted), self._list_interval, first_delay)
        self.set_list_hidden(self._list_hidden)

    def _begin(self, name: str, subject: Subject[Any], interval: float, first_delay: float) -> None:
        poller = self._pollers[name] = Poller(
            subject,
            clock=self._clock,
            emit=self._emit,
            interval=interval,
            random=random.random,
            first_delay=first_delay,
        )
        poller.set_paused(self._paused)
        poller.set_focused(self._focused)
        if self._held is not None:
            poller.hold(self._held)
        if self._group is not None:
            self._tasks[name] = self._group.create_task(poller.poll_forever())

    def _share(self) -> None:
        """Runs that nobody looks at are asked about the less, the more there are."""
        runs = [name for name in self._pollers if name != THE_LIST]
        slowly = background(len(runs) - 1)
        for name in runs:
            self._pollers[name].set_background(0.0 if name == self._front else slowly)

    # --- the source of its pollers, which are made before there is a connection

    @property
    def _there(self) -> Service:
        assert self.service is not None, "whoever asks waits for the connection"  # noqa: S101
        return self.service

    async def run(self, run_id: str) -> Run:
        """The run as it is now. Raises `Problem`."""
        return await self._there.run(run_id)

    async def runs(
        self, project_id: str, wanted: RunFilter, *, after: str = "", before: str = "", limit: int = 50
    ) -> RunPage:
        """A page of the project's runs. Raises `Problem`."""
        return await self._there.runs(project_id, wanted, after=after, before=before, limit=limit)

    # --- asked once

    async def newest_of(self, project_id: str, branch: str) -> FeedItem | None:
        """The newest run of `branch` there is; waits for the connection. Raises `Problem`."""
        wanted = RunFilter(branches=(branch,))
        page = await self.aside(
            f"newest of {branch}", lambda service: service.runs(project_id, wanted, limit=1)
        )
        return page.items[0] if page.items else None

    async def projects(self) -> tuple[Project, ...]:
        """The projects that the key can see; waits for the connection. Raises `Problem`."""
        return await self.aside("projects", lambda service: service.projects())

    @property
    def wants_quiet(self) -> bool:
        """Whether the service has asked for fewer requests, and not long ago."""
        return self._held is not None and self._held.slows(self._clock.now())

    async def aside(self, what: str, ask: Callable[[Service], Awaitable[T]]) -> T:
        """The answer to a question beside the polling; waits for the connection. Raises `Problem`.

        No run is called `what`: the question is counted under that name, and that is all.
        """
        await self._connected.wait()
        self._emit(Asked(run_id=what, at=self._clock.now()))
        try:
            return await ask(self._there)
        except Problem as problem:
            self._slow_down(problem)
            raise

    def begin(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None] | None:
        """Begin `work` beside the polling: what it raises ends all of it. None without a connection."""
        if self._group is None:
            work.close()
            return None
        return self._group.create_task(work)

    def turn_page(self, project_id: str, wanted: RunFilter, request: PageRequest) -> None:
        """Ask once for a page beside what is known; one at a time, and not while the service wants quiet."""
        now = self._clock.now()
        if self._group is None or self._paging or self._is_held:
            return
        self._paging = True
        self._emit(Paging(request=request, at=now))
        self._group.create_task(self._page(project_id, wanted, request))

    async def _page(self, project_id: str, wanted: RunFilter, request: PageRequest) -> None:
        try:
            page = await self.runs(project_id, wanted, after=request.after, before=request.before)
        except Problem as problem:
            self._slow_down(problem)
            self._emit(PageFailed(project_id=project_id, wanted=wanted, request=request, problem=problem))
        else:
            self._emit(Paged(project_id=project_id, wanted=wanted, request=request, page=page))
        finally:
            self._paging = False

    def inspect(self, run_id: str, specs: Iterable[Spec]) -> None:
        """Ask for the tests of `specs`, the first of them first; not while paused, nor while held back."""
        if self._group is not None and self.service is not None and not (self._paused or self._is_held):
            self._inspector.want(self.service, self._group, run_id, specs)

    # --- what happens

    @property
    def _is_held(self) -> bool:
        """Whether the service wants quiet."""
        return self._held is not None and self._held.is_on(self._clock.now())

    def _emit(self, event: Event) -> None:
        if isinstance(event, PollFailed):
            self._slow_down(event)
        self._tell(event)

    def _slow_down(self, failure: Problem | PollFailed) -> None:
        """The service counts requests by key, not by run: all of them wait, and go on slowly."""
        if failure.kind is not Kind.RATE_LIMITED:
            return
        now = self._clock.now()
        until = now + timedelta(seconds=min(failure.retry_after or SLOW, RETRY_AFTER_CAP))
        if self._held is not None and self._held.is_on(now):
            # The answer to a question that was out already: what was asked for before stands.
            until = max(until, self._held.until)
        self._held = Hold(now, until, until + timedelta(seconds=SLOWED_FOR))
        for poller in self._pollers.values():
            poller.hold(self._held)

    # --- steering

    def wake(self, run_id: str | None = None) -> None:
        """Ask about `run_id`, else the run in front, now, whatever the schedule says."""
        if (poller := self._pollers.get(self._front if run_id is None else run_id)) is not None:
            poller.wake()

    def wake_list(self) -> None:
        """Ask for the newest runs now."""
        self.wake(THE_LIST)

    def wake_all(self) -> None:
        """Ask about everything now: the machine was asleep, and everything on the screen is old.

        Nobody pressed a key, so what the service wants comes first.
        """
        if self._is_held:
            return
        for poller in self._pollers.values():
            poller.wake()

    def set_interval(self, seconds: float) -> None:
        self._interval = seconds
        for name, poller in self._pollers.items():
            if name != THE_LIST:
                poller.set_interval(seconds)

    def set_paused(self, paused: bool) -> None:
        self._paused = paused
        for name, poller in self._pollers.items():
            poller.set_paused(paused or (name == THE_LIST and self._list_hidden))

    def set_list_hidden(self, hidden: bool) -> None:
        """Whether nobody needs the list: it is not asked for then."""
        self._list_hidden = hidden
        if (poller := self._pollers.get(THE_LIST)) is not None:
            poller.set_paused(self._paused or hidden)

    def set_focused(self, focused: bool) -> None:
        """Whether the terminal is looked at, as far as it says."""
        self._focused = focused
        for poller in self._pollers.values():
            poller.set_focused(focused)
