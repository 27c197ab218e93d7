"""An executor that nobody has to wait for.

asyncio looks up host names in its default executor and waits for that at the end, and the interpreter
joins its threads once more: a name server that does not answer would hold up quitting for as long as
it likes. Install this one with `loop.set_default_executor(DaemonExecutor())`.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Thread
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


class DaemonExecutor(ThreadPoolExecutor):
    """Runs each call in a daemon thread of its own; shutting down waits for none of them.

    A `ThreadPoolExecutor` only in name: asyncio takes nothing else.
    """

    def __init__(self) -> None:
        super().__init__(max_workers=1)
        self._is_shut = False

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Begin a call. Raises RuntimeError after `shutdown`."""
        if self._is_shut:
            raise RuntimeError("cannot schedule new futures after shutdown")
        future: Future[T] = Future()

        def run() -> None:
            if not future.set_running_or_notify_cancel():
                return
            try:
                result = fn(*args, **kwargs)
            except BaseException as error:
                future.set_exception(error)
            else:
                future.set_result(result)

        Thread(target=run, name="daemon-executor", daemon=True).start()
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Take no more calls. Those that run go on until they end or the process does."""
        self._is_shut = True
