"""A clock that a test moves, and a source that says what it was told to: polling without waiting."""

import asyncio
import heapq
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from currents_tui.core.events import Asked, Event, Polled, PollFailed, Scheduled
from currents_tui.core.model import Cancellation, Run, Spec
from currents_tui.core.problem import Kind, Problem
from currents_tui.core.text import plain

RUN_ID = "0123456789abcdef"
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


class FakeClock:
    """Stands still until `advance`; with `runs_by_itself` every sleep is over at once, and has passed."""

    def __init__(self, *, runs_by_itself: bool = False) -> None:
        self.time = NOON
        self.slept: list[float] = []
        self._runs_by_itself = runs_by_itself
        self._sleepers: list[tuple[datetime, int, asyncio.Event]] = []

    @property
    def seconds(self) -> float:
        """Seconds since the test began."""
        return (self.time - NOON).total_seconds()

    def now(self) -> datetime:
        return self.time

    async def sleep(self, seconds: float) -> None:
        self.slept.append(round(seconds, 3))
        until = self.time + timedelta(seconds=seconds)
        if self._runs_by_itself:
            self.time = until
            await asyncio.sleep(0)
            return
        over = asyncio.Event()
        heapq.heappush(self._sleepers, (until, len(self.slept), over))
        await over.wait()

    def set_back(self, seconds: float) -> None:
        """The wall clock is set; whoever sleeps has as long to sleep as before."""
        back = timedelta(seconds=seconds)
        self.time -= back
        self._sleepers = [(until - back, number, over) for until, number, over in self._sleepers]

    async def advance(self, seconds: float) -> None:
        """Lets that time pass, waking whoever slept through it, each at its own moment."""
        await settle()
        end = self.time + timedelta(seconds=seconds)
        while self._sleepers and self._sleepers[0][0] <= end:
            until, _, over = heapq.heappop(self._sleepers)
            self.time = max(self.time, until)
            over.set()
            await settle()
        self.time = end
        await settle()


async def settle() -> None:
    """Lets every task go as far as it can: there is no input and no thread here that could be slow."""
    for _ in range(20):
        await asyncio.sleep(0)


class EndOfScript(Exception):
    """Nothing is left to say: it ends the poller, as every exception but a Problem does."""


class Script:
    """A source that gives `answers` in turn; before each, `took` seconds pass on the clock."""

    def __init__(self, clock: FakeClock, answers: Sequence[Run | Problem], *, took: float = 0.0) -> None:
        self.asked_at: list[float] = []
        self._clock = clock
        self._answers = iter(answers)
        self._took = took

    async def run(self, run_id: str) -> Run:
        assert run_id == RUN_ID
        self.asked_at.append(self._clock.seconds)
        self._clock.time += timedelta(seconds=self._took)
        answer = next(self._answers, None)
        if answer is None:
            raise EndOfScript
        if isinstance(answer, Problem):
            raise answer
        return answer


def running(mark: int = 0) -> Run:
    """A run in progress; another `mark`, another value."""
    return Run(run_id=plain(RUN_ID), completion_state=plain("IN_PROGRESS"), duration_ms=mark)


def over(mark: int = 0) -> Run:
    return Run(run_id=plain(RUN_ID), completion_state=plain("COMPLETE"), duration_ms=mark)


def finishing(mark: int = 0) -> Run:
    """A run that was cancelled at `NOON` while a machine had a spec."""
    return Run(
        run_id=plain(RUN_ID),
        completion_state=plain("CANCELED"),
        cancellation=Cancellation(canceled_at=NOON),
        specs=(Spec(claimed_at=NOON),),
        duration_ms=mark,
    )


def trouble(kind: Kind, retry_after: float | None = None) -> Problem:
    return Problem(kind, f"It is {kind}.", "Do something.", retry_after=retry_after)


def told(event: Event) -> str:
    """An event in a word, for tables."""
    match event:
        case Asked():
            return "asked"
        case Polled():
            return "polled"
        case PollFailed():
            return f"failed {event.attempt}"
        case Scheduled(next_at=None):
            return f"no more ({event.reason})"
        case Scheduled():
            return f"in {event.interval:g}" + (f" ({event.reason})" if event.reason else "")
        case _:
            return type(event).__name__
