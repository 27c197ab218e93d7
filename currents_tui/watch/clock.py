"""The time, injected: what a test can set, and what a suspended laptop cannot confuse."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Protocol

_SLICE_SECONDS = 1.0


class Clock(Protocol):
    def now(self) -> datetime:
        """The wall clock, with its zone (UTC)."""

    async def sleep(self, seconds: float) -> None:
        """Returns when that many seconds have passed by the wall clock."""


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    async def sleep(self, seconds: float) -> None:
        """Slept in slices: the loop's clock stands still while the machine is suspended.

        The wall clock alone would not do either, for it can be set back.
        """
        loop = asyncio.get_running_loop()
        until, woken_at = loop.time() + seconds, self.now() + timedelta(seconds=seconds)
        while self.now() < woken_at:
            left = until - loop.time()
            if left <= 0:
                return
            await asyncio.sleep(min(left, _SLICE_SECONDS))
