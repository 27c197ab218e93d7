"""Several runs followed at once, over one connection: what a screen or a verb starts and steers."""

import asyncio
import random
from collections.abc import Callable, Iterable
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from currents_tui.core.events import Event
from currents_tui.watch.clock import Clock
from currents_tui.watch.deeds import Doer
from currents_tui.watch.poller import Poller

STAGGER = 0.4
"""Seconds between the first requests of two runs, so that they do not all ask at one moment."""


class Service(Doer, Protocol):
    """All that is asked of the API."""

    async def run_answer(self, run_id: str) -> bytes | bytearray:
        """The answer about a run as it came. Raises `Problem`."""


Connect = Callable[[], AbstractAsyncContextManager[Service]]
"""Makes the source when it is first needed: importing an HTTP library is not a screen's first act."""


class Following:
    """Polls every run of `run_ids`; `front` is the one that somebody looks at."""

    def __init__(
        self,
        connect: Connect,
        run_ids: Iterable[str],
        front: str,
        *,
        clock: Clock,
        emit: Callable[[Event], None],
        interval: float,
    ) -> None:
        self._connect = connect
        self._run_ids = tuple(run_ids)
        self._front = front
        self._clock = clock
        self._emit = emit
        self._interval = interval
        self._paused = False
        self._focused = True
        self._pollers: dict[str, Poller] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self.service: Service | None = None
        """Who is asked; None until it was first needed."""

    async def follow(self, first_delay: float = 0.0) -> None:
        """Ask until cancelled. Anything but a foreseen failure ends it with its exception.

        `first_delay`, in seconds, is how long the first question about the run in front can wait, for it
        has been asked before.
        """
        async with self._connect() as service, asyncio.TaskGroup() as tasks:
            self.service = service
            others = [run_id for run_id in self._run_ids if run_id != self._front]
            for place, run_id in enumerate([self._front, *others]):
                delay = place * STAGGER if place else first_delay
                poller = self._pollers[run_id] = self._poller(service, run_id, delay)
                self._tasks[run_id] = tasks.create_task(poller.poll_forever())

    def _poller(self, service: Service, run_id: str, first_delay: float) -> Poller:
        poller = Poller(
            service,
            run_id,
            clock=self._clock,
            emit=self._emit,
            interval=self._interval,
            random=random.random,
            first_delay=first_delay,
        )
        poller.set_in_front(run_id == self._front)
        poller.set_paused(self._paused)
        poller.set_focused(self._focused)
        return poller

    def wake(self, run_id: str | None = None) -> None:
        """Ask about `run_id`, else the run in front, now, whatever the schedule says."""
        if (poller := self._pollers.get(run_id or self._front)) is not None:
            poller.wake()

    def drop(self, run_id: str) -> None:
        """Ask no more about `run_id`."""
        self._pollers.pop(run_id, None)
        if (task := self._tasks.pop(run_id, None)) is not None:
            task.cancel()

    def wake_all(self) -> None:
        """Ask about every run now: the machine was asleep, and everything on the screen is old."""
        for poller in self._pollers.values():
            poller.wake()

    def set_front(self, run_id: str) -> None:
        self._front = run_id
        for known, poller in self._pollers.items():
            poller.set_in_front(known == run_id)

    def set_interval(self, seconds: float) -> None:
        self._interval = seconds
        for poller in self._pollers.values():
            poller.set_interval(seconds)

    def set_paused(self, paused: bool) -> None:
        self._paused = paused
        for poller in self._pollers.values():
            poller.set_paused(paused)

    def set_focused(self, focused: bool) -> None:
        """Whether the terminal is looked at, as far as it says."""
        self._focused = focused
        for poller in self._pollers.values():
            poller.set_focused(focused)
