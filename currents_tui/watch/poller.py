"""The loop that keeps one thing fresh, a run or the list of runs: ask, tell what came, sleep after it."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Generic, Protocol, TypeVar

from currents_tui.core.completion import completion, is_finishing
from currents_tui.core.events import THE_LIST, Asked, Event, Listed, Polled, PollFailed, Scheduled
from currents_tui.core.model import Run, RunPage
from currents_tui.core.problem import Problem
from currents_tui.core.run_filter import RunFilter
from currents_tui.watch.clock import Clock
from currents_tui.watch.pace import BACK_OFF_CAP, MIN_INTERVAL, Failure, Hold, Pace, Situation, pace


class Source(Protocol):
    async def run(self, run_id: str) -> Run:
        """The run as it is now. Raises `Problem`."""


class ListSource(Protocol):
    async def runs(
        self, project_id: str, wanted: RunFilter, *, after: str = "", before: str = "", limit: int = 50
    ) -> RunPage:
        """A page of the project's runs: the newest, or those beside a cursor. Raises `Problem`."""


T = TypeVar("T")


class Subject(Generic[T]):
    """What is asked about again and again."""

    def __init__(
        self,
        run_id: str,
        ask: Callable[[], Awaitable[T]],
        told: Callable[[T, datetime, datetime], Event],
        is_over: Callable[[T, datetime], bool] = lambda answer, at: False,
    ) -> None:
        self.run_id = run_id
        """`THE_LIST` for the list of runs."""
        self.ask = ask
        self.told = told
        """(answer, when it was asked for, when it came) -> what is told of it."""
        self.is_over = is_over
        """(answer, when it came) -> whether it says that nothing more is expected."""


def one_run(source: Source, run_id: str) -> Subject[Run]:
    """The run `run_id`, as `source` tells it."""
    return Subject(
        run_id,
        lambda: source.run(run_id),
        lambda run, asked_at, at: Polled(run_id=run_id, run=run, asked_at=asked_at, at=at),
        lambda run, at: completion(run).is_over and not is_finishing(run, at),
    )


def newest_runs(source: ListSource, project_id: str, wanted: RunFilter) -> Subject[RunPage]:
    """The newest page of a project's runs."""
    return Subject(
        THE_LIST,
        lambda: source.runs(project_id, wanted),
        lambda page, asked_at, at: Listed(
            project_id=project_id, wanted=wanted, page=page, asked_at=asked_at, at=at
        ),
    )


class Poller(Generic[T]):
    """Asks about one subject, and tells `emit` what happened: Asked, what came or PollFailed, Scheduled.

    One question is under way at any time; the pause begins with its answer, so a slow server is asked
    less often and still shown. `random` gives numbers from 0 to 1; `first_delay` is in seconds.
    """

    def __init__(
        self,
        subject: Subject[T],
        *,
        clock: Clock,
        emit: Callable[[Event], None],
        interval: float = 5.0,
        random: Callable[[], float],
        first_delay: float = 0.0,
    ) -> None:
        self._subject = subject
        self._clock = clock
        self._emit = emit
        self._random = random
        self._interval = interval
        self._first_delay = first_delay
        self._paused = False
        self._focused = True
        self._background = 0.0
        self._held: Hold | None = None

        self._asking = False
        self._woken = False
        self._changed = asyncio.Event()
        self._since = clock.now()
        """When the last answer came; before there was one, when the polling began."""
        self._asked_at: datetime | None = None
        self._took = 0.0
        self._answer: T | None = None
        self._unchanged = 0
        self._over_since: datetime | None = None
        self._failure: Failure | None = None

    async def poll_forever(self) -> None:
        """Runs until it is cancelled. Anything but a `Problem` ends it, so that a bug is seen."""
        self._since = self._clock.now()
        try:
            while True:
                await self._until_due()
                await self._ask()
        except asyncio.CancelledError as cancelled:
            # A task group takes it for an end that was wanted, and what is shown would stand still unseen.
            task = asyncio.current_task()
            if task is not None and not task.cancelling():
                raise RuntimeError("the polling was cancelled by nobody") from cancelled
            raise

    def wake(self) -> None:
        """Ask now, also when stopped or paused; at most once a second. A question under way will do."""
        if not self._asking:
            self._woken = True
            self._changed.set()

    def set_interval(self, seconds: float) -> None:
        self._interval = seconds
        self._changed.set()

    def set_paused(self, paused: bool) -> None:
        self._paused = paused
        self._changed.set()

    def set_focused(self, focused: bool) -> None:
        """Whether anybody sees the terminal."""
        self._focused = focused
        self._changed.set()

    def set_background(self, seconds: float) -> None:
        """Look every `seconds` at most, for nobody looks at this; 0 when somebody does."""
        self._background = seconds
        self._changed.set()

    def hold(self, held: Hold) -> None:
        """Ask nothing for a while, and then slowly: the service wants fewer requests."""
        self._held = held
        self._changed.set()

    async def _until_due(self) -> None:
        """Sleep until the next question is due, planning anew whenever something has changed."""
        while True:
            self._changed.clear()
            now = self._clock.now()
            plan = self._plan(now)
            if plan.next_at is not None and plan.next_at <= now:
                return
            self._emit(plan)
            await self._sleep(None if plan.next_at is None else (plan.next_at - now).total_seconds())

    def _plan(self, now: datetime) -> Scheduled:
        # After a wall clock was set back, what is counted from would come later than what it is counted to.
        since = self._since = min(self._since, now)
        if self._asked_at is not None:
            self._asked_at = min(self._asked_at, now)
        if self._woken:
            since, told = self._asked_at or now, Pace(MIN_INTERVAL if self._asked_at else 0.0)
        elif self._asked_at is None and not self._paused:
            told = Pace(self._first_delay)
        else:
            told = pace(self._situation(now))
        next_at = None if told.seconds is None else since + timedelta(seconds=told.seconds)
        reason = told.reason
        held = None if self._woken else self._held
        if next_at is not None and held is not None and held.is_on(now) and next_at < held.until:
            next_at, reason = held.until, "rate limited"
        return Scheduled(
            run_id=self._subject.run_id,
            next_at=next_at,
            interval=self._interval if told.seconds is None else told.seconds,
            reason=reason,
        )

    def _situation(self, now: datetime) -> Situation:
        over_for = None
        if self._over_since is not None:
            over_for = (self._since - self._over_since).total_seconds()
        return Situation(
            interval=self._interval,
            took=self._took,
            unchanged=self._unchanged,
            over_for=over_for,
            failure=self._failure,
            paused=self._paused,
            focused=self._focused,
            background=self._background,
            slowed=self._held is not None and self._held.slows(now),
        )

    async def _sleep(self, seconds: float | None) -> None:
        """Until `seconds` have passed, or something has changed."""
        waits: list[asyncio.Task[object]] = [asyncio.create_task(self._changed.wait())]
        if seconds is not None:
            waits.append(asyncio.create_task(self._clock.sleep(seconds)))
        try:
            done, _ = await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
            for wait in done:
                wait.result()
        finally:
            for wait in waits:
                wait.cancel()
            await asyncio.gather(*waits, return_exceptions=True)

    async def _ask(self) -> None:
        self._woken = False
        self._asked_at = asked_at = self._clock.now()
        self._emit(Asked(run_id=self._subject.run_id, at=asked_at))
        self._asking = True
        problem: Problem | None = None
        try:
            answer = await self._subject.ask()
        except Problem as failure:
            problem = failure
        finally:
            self._asking = False
        self._since = at = self._clock.now()
        took = (at - asked_at).total_seconds()
        # No question is out for longer than that: the machine slept meanwhile, or its clock was set.
        self._took = took if 0.0 <= took <= BACK_OFF_CAP else 0.0
        if problem is not None:
            self._failed(problem, at)
        else:
            self._answered(answer, asked_at, at)

    def _answered(self, answer: T, asked_at: datetime, at: datetime) -> None:
        changed = answer != self._answer
        self._answer = answer
        self._failure = None
        self._unchanged = 0 if changed else self._unchanged + 1
        if not self._subject.is_over(answer, at):
            self._over_since = None
        elif changed or self._over_since is None:
            self._over_since = at
        self._emit(self._subject.told(answer, asked_at, at))

    def _failed(self, problem: Problem, at: datetime) -> None:
        before = self._failure
        self._failure = failure = Failure(
            kind=problem.kind,
            in_a_row=before.in_a_row + 1 if before else 1,
            of_its_kind=before.of_its_kind + 1 if before and before.kind is problem.kind else 1,
            retry_after=problem.retry_after,
            jitter=self._random(),
        )
        self._emit(
            PollFailed(
                run_id=self._subject.run_id,
                at=at,
                kind=problem.kind,
                sentence=problem.sentence,
                hint=problem.hint,
                attempt=failure.in_a_row,
                of_its_kind=failure.of_its_kind,
                retry_after=problem.retry_after,
            )
        )
