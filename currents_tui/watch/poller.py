"""The loop that keeps one run fresh: ask, tell what came, sleep after the answer."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Protocol

from currents_tui.core.completion import completion
from currents_tui.core.events import Asked, Event, Polled, PollFailed, Scheduled
from currents_tui.core.model import Run
from currents_tui.core.problem import Problem
from currents_tui.watch.clock import Clock
from currents_tui.watch.pace import MIN_INTERVAL, Failure, Pace, Situation, pace


class Source(Protocol):
    async def run(self, run_id: str) -> Run:
        """The run as it is now. Raises `Problem`."""


class Poller:
    """Asks `source` about one run, and tells `emit` what happened: Asked, Polled, PollFailed, Scheduled.

    One question is under way at any time; the pause begins with its answer, so a slow server is asked
    less often and still shown. `random` gives numbers from 0 to 1; `first_delay` is in seconds.
    """

    def __init__(
        self,
        source: Source,
        run_id: str,
        *,
        clock: Clock,
        emit: Callable[[Event], None],
        interval: float = 5.0,
        random: Callable[[], float],
        first_delay: float = 0.0,
    ) -> None:
        self._source = source
        self._run_id = run_id
        self._clock = clock
        self._emit = emit
        self._random = random
        self._interval = interval
        self._first_delay = first_delay
        self._paused = False
        self._focused = True
        self._in_front = True

        self._asking = False
        self._woken = False
        self._changed = asyncio.Event()
        self._asked_at: datetime | None = None
        self._answered_at: datetime | None = None
        self._took = 0.0
        self._run: Run | None = None
        self._unchanged = 0
        self._over_since: datetime | None = None
        self._failure: Failure | None = None

    async def poll_forever(self) -> None:
        """Runs until it is cancelled. Anything but a `Problem` ends it, so that a bug is seen."""
        started_at = self._clock.now()
        while True:
            await self._until_due(started_at)
            await self._ask()

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

    def set_in_front(self, in_front: bool) -> None:
        """Whether this is the run that is looked at, among several."""
        self._in_front = in_front
        self._changed.set()

    async def _until_due(self, started_at: datetime) -> None:
        """Sleep until the next question is due, planning anew whenever something has changed."""
        while True:
            self._changed.clear()
            now = self._clock.now()
            plan = self._plan(started_at, now)
            if plan.next_at is not None and plan.next_at <= now:
                return
            self._emit(plan)
            await self._sleep(None if plan.next_at is None else (plan.next_at - now).total_seconds())

    def _plan(self, started_at: datetime, now: datetime) -> Scheduled:
        since = self._answered_at or started_at
        if self._woken:
            since, told = self._asked_at or now, Pace(MIN_INTERVAL if self._asked_at else 0.0)
        elif self._answered_at is None and not self._paused:
            told = Pace(self._first_delay)
        else:
            told = pace(self._situation())
        return Scheduled(
            run_id=self._run_id,
            # A wall clock that was set back must not make the pause longer.
            next_at=None if told.seconds is None else min(since, now) + timedelta(seconds=told.seconds),
            interval=self._interval if told.seconds is None else told.seconds,
            reason=told.reason,
        )

    def _situation(self) -> Situation:
        over_for = None
        if self._over_since is not None and self._answered_at is not None:
            over_for = (self._answered_at - self._over_since).total_seconds()
        return Situation(
            interval=self._interval,
            took=self._took,
            unchanged=self._unchanged,
            over_for=over_for,
            failure=self._failure,
            paused=self._paused,
            focused=self._focused,
            in_front=self._in_front,
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
        self._emit(Asked(run_id=self._run_id, at=asked_at))
        self._asking = True
        answer: Run | Problem
        try:
            answer = await self._source.run(self._run_id)
        except Problem as problem:
            answer = problem
        finally:
            self._asking = False
        self._answered_at = at = self._clock.now()
        self._took = max(0.0, (at - asked_at).total_seconds())
        if isinstance(answer, Problem):
            self._failed(answer, at)
        else:
            self._answered(answer, asked_at, at)

    def _answered(self, run: Run, asked_at: datetime, at: datetime) -> None:
        changed = run != self._run
        self._run = run
        self._failure = None
        self._unchanged = 0 if changed else self._unchanged + 1
        if not completion(run).is_over:
            self._over_since = None
        elif changed or self._over_since is None:
            self._over_since = at
        self._emit(Polled(run_id=self._run_id, run=run, asked_at=asked_at, at=at))

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
                run_id=self._run_id,
                at=at,
                kind=problem.kind,
                sentence=problem.sentence,
                hint=problem.hint,
                attempt=failure.in_a_row,
                retry_after=problem.retry_after,
            )
        )
