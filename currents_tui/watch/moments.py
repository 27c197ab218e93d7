"""A run's answers as they come, and a tick every second: for whoever follows one run line by line."""

import asyncio
import random
from collections.abc import AsyncGenerator

from currents_tui.core.events import Event
from currents_tui.watch.clock import Clock
from currents_tui.watch.poller import Poller, Source, one_run

TICK = 1.0
"""Seconds."""


class Moments:
    """Polls one run. To be iterated over once; the polling ends with the iteration."""

    def __init__(self, source: Source, run_id: str, *, clock: Clock, interval: float) -> None:
        self._clock = clock
        self._came: asyncio.Queue[Event] = asyncio.Queue()
        self._poller = Poller(
            one_run(source, run_id),
            clock=clock,
            emit=self._came.put_nowait,
            interval=interval,
            random=random.random,
        )

    def ask_now(self) -> None:
        """Ask at once, also about what was given up."""
        self._poller.wake()

    async def stream(self) -> AsyncGenerator[Event | None, None]:
        """What happens, and None at every tick. Raises what ends the polling, if a bug does."""
        polling = asyncio.create_task(self._poller.poll_forever())
        try:
            while True:
                tick = asyncio.create_task(self._clock.sleep(TICK))
                async for event in self._until(tick, polling):
                    yield event
                yield None
        finally:
            polling.cancel()
            # Not awaited as such: its own cancellation could not be told from one of whoever iterates.
            await asyncio.wait({polling})

    async def _until(
        self, tick: asyncio.Task[None], polling: asyncio.Task[None]
    ) -> AsyncGenerator[Event, None]:
        """What happens before the tick."""
        try:
            while not tick.done():
                came = asyncio.create_task(self._came.get())
                try:
                    await asyncio.wait({tick, polling, came}, return_when=asyncio.FIRST_COMPLETED)
                    if polling.done():
                        await polling
                    if came.done():
                        yield came.result()
                finally:
                    came.cancel()
            await tick
        finally:
            tick.cancel()
