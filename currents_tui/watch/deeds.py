"""Carries out what cannot be undone: look, write once, and find out what became of it."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Protocol

from currents_tui.core.deed import Deed, Ending, Outcome, asking, impossible, is_done, sending
from currents_tui.core.model import Run
from currents_tui.core.problem import Kind, Problem, Unconfirmed
from currents_tui.core.verdict import run_verdict
from currents_tui.watch.clock import Clock
from currents_tui.watch.poller import Source

FIND_OUT_WITHIN = 20.0
"""Seconds in which a lost answer is looked for in the run itself."""

_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 4.0


class Doer(Source, Protocol):
    """Who writes. `cancel` and `delete` send one request each and never repeat it."""

    async def cancel(self, run_id: str) -> None:
        """Raises `Problem` when it surely was not done, `Unconfirmed` when it may have been."""

    async def delete(self, run_id: str) -> None:
        """Raises as `cancel` does."""


async def carry_out(
    deed: Deed, run_id: str, doer: Doer, clock: Clock, say: Callable[[str], None] = lambda text: None
) -> Outcome:
    """Do `deed` to the run, unless it is too late or not allowed, and tell what became of it.

    At most one write is sent, whatever happens. `say` is told what is going on meanwhile.
    """
    attempt = _Attempt(deed, run_id, doer, clock)
    say(sending(deed, run_id))
    if (too_late := await attempt.look_first()) is not None:
        return too_late
    try:
        await (doer.cancel(run_id) if deed is Deed.CANCEL else doer.delete(run_id))
    except Unconfirmed as problem:
        say(asking(deed, run_id))
        return await attempt.find_out(problem)
    except Problem as problem:
        return await attempt.refused(problem)
    if deed is Deed.CANCEL:
        await attempt.look()
    return attempt.ended(Ending.DONE)


class _Attempt:
    """One deed on one run, with the run as it was last seen."""

    def __init__(self, deed: Deed, run_id: str, doer: Doer, clock: Clock) -> None:
        self._deed = deed
        self._run_id = run_id
        self._doer = doer
        self._clock = clock
        self._run: Run | None = None
        self._asked_at: datetime | None = None

    async def look(self) -> Problem | None:
        """Ask how the run is now; the problem, when no answer tells."""
        asked_at = self._clock.now()
        try:
            self._run = await self._doer.run(self._run_id)
        except Problem as problem:
            return problem
        self._asked_at = asked_at
        return None

    async def look_first(self) -> Outcome | None:
        """Why nothing is to be sent, or None."""
        problem = await self.look()
        if problem is not None:
            return self.ended(Ending.ALREADY if self._is_gone(problem) else Ending.REFUSED, problem)
        return self._seen() or self._impossible()

    def _seen(self) -> Outcome | None:
        """The outcome that the run itself shows, if it shows one."""
        if self._run is None:
            return None
        if is_done(self._deed, self._run):
            return self.ended(Ending.ALREADY)
        if self._deed is Deed.CANCEL and run_verdict(self._run).is_over:
            return self.ended(Ending.OVER)
        return None

    def _impossible(self) -> Outcome | None:
        reason = impossible(self._deed, self._run)
        return None if reason is None else self.ended(Ending.REFUSED, Problem(Kind.CONFLICT, reason))

    async def refused(self, problem: Problem) -> Outcome:
        """The service said no. Where the run's state is the reason, the run shows which."""
        if self._is_gone(problem):
            return self.ended(Ending.ALREADY, problem)
        if problem.kind is Kind.CONFLICT:
            unseen = await self.look()
            if self._is_gone(unseen):
                return self.ended(Ending.ALREADY, unseen)
            if unseen is None and (seen := self._seen()) is not None:
                return seen
        return self.ended(Ending.REFUSED, problem)

    def _is_gone(self, problem: Problem | None) -> bool:
        """Whether `problem` says that the run was deleted, where that is what was wanted."""
        return problem is not None and problem.kind is Kind.NOT_FOUND and self._deed is Deed.DELETE

    async def find_out(self, lost: Problem) -> Outcome:
        """The answer was lost: ask about the run until it shows what became of it."""
        within = timedelta(seconds=FIND_OUT_WITHIN)
        until = self._clock.now() + within
        pause = _FIRST_PAUSE
        while True:
            now = self._clock.now()
            until = min(until, now + within)  # the clock can be set back meanwhile
            try:
                # A look that begins late has to end in time, too.
                async with asyncio.timeout((until - now).total_seconds()):
                    problem = await self.look()
            except TimeoutError:
                problem = lost
            if self._is_gone(problem):
                return self.ended(Ending.DONE)
            seen = self._seen() if problem is None else None
            if seen is not None:
                # It was not so when it was sent, so this is what it brought.
                return self.ended(Ending.DONE) if seen.ending is Ending.ALREADY else seen
            if self._clock.now() + timedelta(seconds=pause) > until:
                return self.ended(Ending.UNKNOWN, lost)
            await self._clock.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE)

    def ended(self, ending: Ending, problem: Problem | None = None) -> Outcome:
        return Outcome(
            deed=self._deed,
            run_id=self._run_id,
            ending=ending,
            at=self._clock.now(),
            run=self._run,
            asked_at=self._asked_at,
            problem=problem,
        )
