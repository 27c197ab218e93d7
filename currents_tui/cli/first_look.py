"""The first question, asked while the screen is still being imported.

A refused key or an unknown run is a sentence and an exit status, and neither should cost a flash of
the full screen: the answer is usually here before the screen is.
"""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as NotYet
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime

from currents_tui.core.events import Polled
from currents_tui.core.problem import Kind, Problem
from currents_tui.ui.executor import DaemonExecutor
from currents_tui.watch.poller import Source

HOPELESS = (Kind.KEY_REFUSED, Kind.NOT_FOUND, Kind.BAD_KEY, Kind.BAD_SETTING)
"""What no further asking mends, and no screen need be shown for."""


class FirstLook:
    """Asks once, in a thread of its own."""

    def __init__(self, connect: Callable[[], AbstractAsyncContextManager[Source]], run_id: str) -> None:
        self._connect = connect
        self._run_id = run_id
        self._answer: Future[Polled] = Future()
        # A daemon: a name look-up that hangs must not keep the program from ending.
        threading.Thread(target=self._ask, name="first-look", daemon=True).start()

    def _ask(self) -> None:
        try:
            self._answer.set_result(asyncio.run(self._look()))
        except BaseException as error:
            self._answer.set_exception(error)

    async def _look(self) -> Polled:
        asyncio.get_running_loop().set_default_executor(DaemonExecutor())
        asked_at = datetime.now(UTC)
        async with self._connect() as source:
            run = await source.run(self._run_id)
        return Polled(run_id=self._run_id, run=run, asked_at=asked_at, at=datetime.now(UTC))

    def answer(self, patience: float) -> Polled | None:
        """The answer, waiting `patience` seconds for it; None when it is not there or asking again may
        bring one.

        Raises `Problem` where it would not: the key is refused, or there is no such run.
        """
        try:
            return self._answer.result(timeout=max(0.0, patience))
        except NotYet:
            return None
        except Problem as problem:
            if problem.kind in HOPELESS:
                raise
            return None
