"""Every await fails once: what curl's torture tests do to each allocation.

A coroutine is run again and again, and each time another of its awaits fails. What holds then, holds at
every place where it can be interrupted, also at those that nobody has thought of.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, TypeVar

T = TypeVar("T")

MOST: Final = 500
"""Awaits that anything tortured may have: beyond them it does not come to an end."""
_PATIENCE: Final = 20.0
_CONNECT: Final = "sock_connect"
"""Here the future fails and not the await: what looks after the socket waits for the future as well."""


@dataclass(frozen=True)
class Fault:
    """What an await fails with."""

    name: str
    made: Callable[[], BaseException] | None
    """None cancels the task that was begun first, whichever is at work, as whoever closes a screen does."""
    within: str = ""
    """The function that has to be under way; "" where it can happen anywhere."""

    def fits(self, place: tuple[str, ...]) -> bool:
        """Whether this can happen while these functions are under way."""
        # In a lock of anyio's nothing is waited for but the loop's next turn, which cannot fail.
        return self.made is None or ("acquire" not in place and (not self.within or self.within in place))


CANCELLED: Final = Fault("cancelled", None)


class Torture:
    """One run, in which the await number `at` fails; 0 leaves all of them alone.

    Counted are the awaits of all tasks that are begun meanwhile.
    """

    def __init__(self, at: int, fault: Fault = CANCELLED) -> None:
        self.count = 0
        """How many awaits there were."""
        self.place: tuple[str, ...] = ()
        """The functions that were under way at the one that failed, the innermost last; () if none has."""
        self.thrown: BaseException | None = None
        """What was thrown in, where nobody was cancelled."""
        self._at = at
        self._fault = fault
        self._first: asyncio.Task[Any] | None = None

    async def ended(self, tortured: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """The task of `tortured`, which has come to its end."""
        task = self.begin(tortured)
        with self.every_task():
            done, _ = await asyncio.wait({task}, timeout=_PATIENCE)
        assert done, f"it goes on after {self}"
        return task

    def begin(self, tortured: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """A task of `tortured`: the one that is cancelled."""
        self._first = task = asyncio.Task(self._drive(tortured), loop=asyncio.get_running_loop())
        return task

    @contextmanager
    def every_task(self) -> Iterator[None]:
        """Count the awaits of whatever is begun in here."""
        loop = asyncio.get_running_loop()

        def begin(loop: asyncio.AbstractEventLoop, work: Any, **named: Any) -> asyncio.Task[Any]:
            return asyncio.Task(self._drive(work), loop=loop, **named)

        loop.set_task_factory(begin)
        try:
            yield
        finally:
            loop.set_task_factory(None)

    async def _drive(self, tortured: Coroutine[Any, Any, T]) -> T:
        told: T = await _Driven(self, tortured)
        return told

    def fails(self, suspended: Coroutine[Any, Any, Any]) -> bool:
        """Count one more await, and whether it is the one that fails."""
        self.count += 1
        assert self.count < MOST, "it does not come to an end"
        if self.count != self._at:
            return False
        place = tuple(_under_way(suspended))
        if not self._fault.fits(place):
            return False
        self.place = place
        return True

    def failure(self) -> BaseException | None:
        """What is to be thrown in; None where the first task is cancelled instead."""
        if self._fault.made is not None:
            self.thrown = self._fault.made()
        elif self._first is not None:
            self._first.cancel()
        return self.thrown

    def __repr__(self) -> str:
        return f"{self._fault.name} at await {self._at}, {' > '.join(self.place) or 'not reached'}"


async def each(fault: Fault, one_pass: Callable[[Torture], Awaitable[None]]) -> int:
    """Make `one_pass` after the other, until one comes to its end before anything failed; how many failed.

    The number of awaits is not the same at each pass: an answer may come sooner than it is waited for.
    """
    failed = 0
    for at in range(1, MOST):
        torture = Torture(at, fault)
        await one_pass(torture)
        failed += bool(torture.place)
        if torture.count < at:
            return failed
    raise AssertionError("it does not come to an end")


class _Driven:
    """Stands between a coroutine and the loop, and hands on everything but what fails."""

    def __init__(self, torture: Torture, tortured: Coroutine[Any, Any, Any]) -> None:
        self._torture = torture
        self._tortured = tortured

    def __await__(self) -> Generator[Any, Any, Any]:
        step = partial(self._tortured.send, None)
        while True:
            try:
                awaited = step()
            except StopIteration as end:
                return end.value
            if self._torture.fails(self._tortured) and (thrown := self._torture.failure()) is not None:
                if self._torture.place[-1] != _CONNECT:
                    if awaited is not None:
                        awaited._asyncio_future_blocking = False  # nobody waits for it any more
                    step = partial(self._tortured.throw, thrown)
                    continue
                awaited.set_exception(thrown)
            try:
                step = partial(self._tortured.send, (yield awaited))
            except BaseException as error:
                step = partial(self._tortured.throw, error)


def _under_way(suspended: object) -> Iterator[str]:
    """The names of the functions, as far as they can be seen: a generator hides those that it waits for."""
    while (code := getattr(suspended, "cr_code", None)) is not None:
        yield code.co_name
        suspended = getattr(suspended, "cr_await", None)


async def until(reached: Callable[[], bool], why: Callable[[], str]) -> None:
    """Wait until `reached`."""
    end = asyncio.get_running_loop().time() + _PATIENCE
    while not reached():
        assert asyncio.get_running_loop().time() < end, why()
        await asyncio.sleep(0.001)
