"""Every await fails once: what curl's torture tests do to each allocation.

A coroutine is run again and again, and each time another of its awaits fails. What holds then, holds at
every place where it can be interrupted, also at those that nobody has thought of.
"""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Awaitable, Callable, Coroutine, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from types import AsyncGeneratorType, CoroutineType
from typing import Any, Final, TypeVar

T = TypeVar("T")

MOST: Final = 500
"""Awaits that anything tortured may have: beyond them it does not come to an end."""
_PATIENCE: Final = 20.0
_TRIES: Final = ("connect_tcp", "wait", "wait")
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
        if self.made is None:
            return True
        # In a lock of anyio's, at the end of a task group, and while one of several addresses is connected to
        # in tasks of their own, nothing is waited for that could fail: whoever waits there can be cancelled.
        cannot_fail = "acquire" in place or place[-1] in ("__aexit__", "_aexit") or place[-3:] == _TRIES
        return not cannot_fail and (not self.within or self.within in place)


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
        self._first = task = asyncio.Task(_Driven(self, tortured), loop=asyncio.get_running_loop())
        return task

    @contextmanager
    def every_task(self) -> Iterator[None]:
        """Count the awaits of whatever is begun in here."""
        loop = asyncio.get_running_loop()

        def begin(loop: asyncio.AbstractEventLoop, work: Any, **named: Any) -> asyncio.Task[Any]:
            return asyncio.Task(_Driven(self, work), loop=loop, **named)

        loop.set_task_factory(begin)
        try:
            yield
        finally:
            loop.set_task_factory(None)

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
        else:
            self.cancel()
        return self.thrown

    def cancel(self) -> None:
        """Cancel what was begun first."""
        assert self._first is not None, "nothing was begun"
        self._first.cancel()

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


class _Driven(Coroutine[Any, Any, Any]):
    """Stands between a coroutine and its task, and hands on everything but what fails."""

    def __init__(self, torture: Torture, tortured: Coroutine[Any, Any, Any]) -> None:
        self._torture = torture
        self._tortured = tortured

    def send(self, value: Any) -> Any:
        return self._on(partial(self._tortured.send, value))

    def throw(self, *error: Any) -> Any:
        return self._on(partial(self._tortured.throw, *error))

    def close(self) -> None:
        self._tortured.close()

    def __await__(self) -> Generator[Any, Any, Any]:
        raise NotImplementedError("it is for a task")

    def _on(self, step: Callable[[], Any]) -> Any:
        """What is waited for next."""
        awaited = step()
        if not self._torture.fails(self._tortured) or (thrown := self._torture.failure()) is None:
            return awaited
        if self._torture.place[-1] == _CONNECT:
            awaited.set_exception(thrown)
            return awaited
        if awaited is not None:
            awaited._asyncio_future_blocking = False  # nobody waits for it any more
        return self._on(partial(self._tortured.throw, thrown))


def _under_way(suspended: object) -> Iterator[str]:
    """The names of the functions, from the outermost on."""
    while suspended is not None:
        if isinstance(suspended, CoroutineType):
            yield suspended.cr_code.co_name
            suspended = suspended.cr_await
        elif isinstance(suspended, AsyncGeneratorType):
            yield suspended.ag_code.co_name
            suspended = suspended.ag_await
        else:
            # What waits for an asynchronous generator's next value tells nobody which one it is.
            hidden = (one for one in gc.get_referents(suspended) if isinstance(one, AsyncGeneratorType))
            suspended = next(hidden, None)


async def until(reached: Callable[[], bool], why: Callable[[], str]) -> None:
    """Wait until `reached`."""
    end = asyncio.get_running_loop().time() + _PATIENCE
    while not reached():
        assert asyncio.get_running_loop().time() < end, why()
        await asyncio.sleep(0.001)
