"""What goes wrong on the way, in a repeatable pattern: bad spells with long good ones between."""

from __future__ import annotations

import random
from typing import Final, Literal, get_args

Fault = Literal[
    "internal error",  # 500, not carried out
    "bad gateway",  # 502 with a page of HTML, not carried out
    "unavailable",  # 503, not carried out
    "too many",  # 429 with Retry-After, not carried out
    "reset",  # carried out, then the connection is reset without an answer
    "truncated",  # carried out, then the body breaks off
    "slow",  # carried out, answered after SLOW seconds
]

SLOW: Final = 3.0
"""Seconds of the wall clock, whatever the speed."""
RETRY_AFTER: Final = 2
"""Seconds of the wall clock."""

_GOOD: Final = (9, 18)
_BAD: Final = (1, 3)


class Weather:
    """The fault, if any, that each request meets, by its number from 0; the same for the same seed."""

    def __init__(self, seed: int) -> None:
        self._rng = random.Random(f"{seed} weather")
        self._forecast: list[Fault | None] = []
        self._kinds: list[Fault] = []

    def fault(self, request: int) -> Fault | None:
        while request >= len(self._forecast):
            if not self._kinds:
                # Every kind comes once before any comes again.
                self._kinds = list(get_args(Fault))
                self._rng.shuffle(self._kinds)
            self._forecast += [None] * self._rng.randint(*_GOOD)
            self._forecast += [self._kinds.pop()] * self._rng.randint(*_BAD)
        return self._forecast[request]
