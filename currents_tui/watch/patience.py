"""Asking again where that can help: for whoever wants one answer, and not one every few seconds."""

import random
from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

from currents_tui.core.problem import Kind, Problem
from currents_tui.watch.clock import Clock

RETRIES: Final = 3
"""How often a question is repeated."""
_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 30.0

PASSING: Final = (Kind.OFFLINE, Kind.TIMEOUT, Kind.SERVER, Kind.RATE_LIMITED, Kind.BAD_ANSWER)
"""Failures that may be gone a second later."""

A = TypeVar("A")


async def patiently(
    ask: Callable[[], Awaitable[A]], clock: Clock, draw: Callable[[], float] = random.random
) -> A:
    """The answer, asked for again after a pause where that can help. Raises the last `Problem`.

    The pauses double, and a random part of each is left out; a pause that the server asks for is kept,
    up to 30 s. `draw` gives numbers from 0 to 1.
    """
    pause = _FIRST_PAUSE
    for _ in range(RETRIES):
        try:
            return await ask()
        except Problem as problem:
            if problem.kind not in PASSING:
                raise
            wished = problem.retry_after or pause * (0.5 + draw() / 2)
        await clock.sleep(min(wished, _LONGEST_PAUSE))
        pause *= 2
    return await ask()
