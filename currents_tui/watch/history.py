"""Asks what earlier runs teach about the run that is looked at: late, slowly, and a few times at most.

What is known is asked for once; a question that was not answered is tried again after ten minutes, and a
run that began later has earlier runs of its own. It is a help and nothing else: whatever fails leaves
history out, and is no trouble of the run.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeVar

from msgspec import Struct, structs

from currents_tui.core.events import HistoryTold
from currents_tui.core.file_key import group_key
from currents_tui.core.history import MOST_RUNS, NOTHING, History, PastRun, newest_first, past_run
from currents_tui.core.model import FeedItem, Run
from currents_tui.core.problem import Kind, Problem
from currents_tui.core.run_filter import RunFilter
from currents_tui.watch.clock import Clock

if TYPE_CHECKING:
    from currents_tui.core.watched import Watched
    from currents_tui.watch.follow import Service

LATE: Final = 2.0
"""Seconds from the first look at a run to the first question about its past."""
PAUSE: Final = 1.5
"""Seconds between an answer and the next question."""
WHOLE_RUNS: Final = 3
"""Earlier runs that are asked for with their specs."""
LISTED: Final = 20
"""Runs of a list that are looked through for earlier ones."""
PAST_RUNS: Final = 20
"""Earlier runs whose lessons are kept for other runs than the one that they were asked for."""
LARGE: Final = 3000
"""Specs from which on a single earlier run has to do: its answer is several megabytes."""
MOST_REQUESTS: Final = 6
"""Requests for one run's history in all, however often it is begun anew."""
QUIET_FOR: Final = timedelta(minutes=10)
"""After a failure, a refusal to be asked so often above all, nothing is tried for so long."""

T = TypeVar("T")
Key = tuple[str, str]
"""(project, branch)."""


class Aside(Protocol):
    """Asks beside the polling, and works beside it."""

    @property
    def wants_quiet(self) -> bool:
        """Whether the service has lately asked for fewer requests."""

    async def aside(self, what: str, ask: Callable[[Service], Awaitable[T]]) -> T:
        """The answer; the question is counted under the name `what`. Raises `Problem`."""

    def begin(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None] | None:
        """Begin `work`, whose failure is a bug and ends everything; None where that is not possible yet."""


class _Learned(Struct, frozen=True):
    history: History
    at: datetime


class Histories:
    """What earlier runs teach, by project and branch."""

    def __init__(self, following: Aside, clock: Clock, emit: Callable[[HistoryTold], None]) -> None:
        self._following = following
        self._clock = clock
        self._emit = emit
        self._learned: dict[Key, _Learned] = {}
        self._past: dict[str, PastRun] = {}
        self._lessons: dict[str, _Lesson] = {}
        """By the id of the run that each is about: what was interrupted goes on where it was."""
        self._task: asyncio.Task[None] | None = None
        self._asked_for = ""
        self._failed_at: datetime | None = None
        """When the service last refused a question, or to be asked so often."""

    def look_at(self, watched: Watched, *, paused: bool) -> None:
        """Somebody looks at this run: tell its history, or begin to ask for it. Costs nothing otherwise."""
        if watched.run_id != self._asked_for:
            self._stop()
        run = watched.run
        if run is None or not run.project_id or not run.meta.commit.branch:
            return
        key = run.project_id, run.meta.commit.branch
        learned = self._learned.get(key)
        if learned is not None and not self._is_outdated(learned, run):
            if watched.history is None:
                self._tell(watched.run_id, run, learned.history)
        elif paused or self._is_quiet():
            self._stop()
        elif self._task is None or self._task.done():
            self._asked_for = watched.run_id
            self._task = self._following.begin(self._learn(watched.run_id, run, key))

    def _stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
        self._task, self._asked_for = None, ""

    def _is_quiet(self) -> bool:
        return self._following.wants_quiet or (
            self._failed_at is not None and timedelta() <= self._clock.now() - self._failed_at < QUIET_FOR
        )

    def _is_outdated(self, learned: _Learned, run: Run) -> bool:
        """A run that began later may have had earlier runs which ended meanwhile."""
        lesson = self._lessons.get(run.run_id or "")
        if lesson is not None and lesson.is_over:
            return False
        began_later = run.created_at is not None and run.created_at > learned.at
        again = not learned.history.is_complete and self._clock.now() > learned.at + QUIET_FOR
        return began_later or again

    def _tell(self, run_id: str, run: Run, history: History) -> None:
        older = tuple(past for past in history.runs if _is_older(past, run))
        self._emit(HistoryTold(run_id=run_id, history=structs.replace(history, runs=older)))

    async def _learn(self, run_id: str, run: Run, key: Key) -> None:
        lesson = self._lessons.get(run_id)
        if lesson is None:
            lesson = _Lesson(self._following, self._clock, run, key, self._past)
            self._lessons[run_id] = lesson
        await self._clock.sleep(LATE)
        try:
            await lesson.learn()
        except Problem as problem:
            if problem.kind in (Kind.RATE_LIMITED, Kind.FORBIDDEN, Kind.KEY_REFUSED):
                self._failed_at = self._clock.now()
        self._learned[key] = _Learned(lesson.history, self._clock.now())
        self._tell(run_id, run, lesson.history)
        if lesson.history.is_complete:
            lesson.end()


class _Lesson:
    """The questions about one run's past, six at most, one after the other."""

    def __init__(self, following: Aside, clock: Clock, run: Run, key: Key, past: dict[str, PastRun]) -> None:
        self._following = following
        self._clock = clock
        self._is_large = _specs(run) > LARGE
        self._run = structs.replace(run, specs=())  # it is kept for as long as the program runs
        self._project, self._branch = key
        self._past = past
        self._requests = 0
        self._answers: dict[str, Any] = {}
        self.history = NOTHING
        """What is known so far; nothing any more when it is over."""
        self.is_over = False

    async def _ask(self, what: str, ask: Callable[[Service], Awaitable[T]]) -> T:
        """The answer, asked for once. Raises `Problem`."""
        if what in self._answers:
            known: T = self._answers[what]
            return known
        if self._requests >= MOST_REQUESTS:
            # No 429: that would keep it from asking for others as well.
            raise Problem(Kind.REFUSED, "The history of this run was asked for often enough.")
        if self._requests:
            await self._clock.sleep(PAUSE)
        self._requests += 1
        answer = await self._following.aside(f"history: {what}", ask)
        self._answers[what] = answer
        return answer

    async def learn(self) -> None:
        """Ask. Raises the `Problem` of the question that was not answered; what came before it is kept."""
        project = await self._ask("project", lambda service: service.project(self._project))
        limit, default = project.inactivity_timeout_seconds, project.default_branch_name or ""
        self.history = structs.replace(
            self.history, inactivity_limit=float(limit) if limit else None, default_branch=default
        )
        found = await self._earlier(self._branch)
        wanted = 1 if self._is_large else WHOLE_RUNS
        if default not in ("", self._branch):
            # One of them is of the default branch: that is what this one is measured against.
            own = max(1, wanted - 1)
            of_default = await self._earlier(default) if len(found[:own]) < wanted else []
            found = [*found[:own], *of_default[: max(1, wanted - len(found))], *found[own:], *of_default]
        for item in found[:wanted]:
            past = await self._whole(item.run_id or "")
            self.history = structs.replace(self.history, runs=newest_first((*self.history.runs, past)))
        self.history = structs.replace(self.history, is_complete=True)

    def end(self) -> None:
        """All was told: what is left is that it was asked for."""
        self.is_over, self.history = True, NOTHING
        self._answers.clear()

    async def _earlier(self, branch: str) -> list[FeedItem]:
        wanted = RunFilter(branches=(branch,), states=("COMPLETE",))
        page = await self._ask(
            f"runs of {branch}", lambda service: service.runs(self._project, wanted, limit=LISTED)
        )
        return list(_useful(page.items, self._run))[:MOST_RUNS]

    async def _whole(self, run_id: str) -> PastRun:
        if (known := self._past.get(run_id)) is not None:
            return known
        run = await self._ask(f"run {run_id}", lambda service: service.run(run_id))
        del self._answers[f"run {run_id}"]  # what it teaches is kept, and that is much smaller
        is_large = len(run.specs) >= LARGE
        past = self._past[run_id] = await asyncio.to_thread(past_run, run) if is_large else past_run(run)
        if len(self._past) > PAST_RUNS:
            del self._past[next(iter(self._past))]
        return past


def _specs(run: Run) -> int:
    return max(len(run.specs), sum(group.instances.overall or 0 for group in run.groups))


def _is_older(past: PastRun | FeedItem, run: Run) -> bool:
    if past.run_id == run.run_id or past.created_at is None:
        return False
    return run.created_at is None or past.created_at < run.created_at


def _useful(items: tuple[FeedItem, ...], run: Run) -> Iterator[FeedItem]:
    """Those that came before `run` and have a group in common with it, for others ran other files."""
    groups = {group_key(run, group.group_id) for group in run.groups}
    for item in items:
        theirs = {group_key(item, group.group_id) for group in item.groups}
        if _is_older(item, run) and (not groups or not theirs or groups & theirs):
            yield item
