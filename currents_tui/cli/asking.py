"""What every verb that asks the service has in common: whom it asks, and what it says meanwhile."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Callable, Coroutine, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeVar

from currents_tui.cli import out
from currents_tui.cli.exit_codes import Terminated
from currents_tui.cli.named_runs import Wanted
from currents_tui.cli.settings import Settings
from currents_tui.ui.executor import DaemonExecutor

if TYPE_CHECKING:
    import argparse

    from currents_tui.api.address import Address
    from currents_tui.api.client import Client
    from currents_tui.api.key import Key
    from currents_tui.api.limits import Limits

T = TypeVar("T")


class Asking:
    """A verb's settings, its client, and standard error. Raises `Problem` for what is set wrongly."""

    def __init__(self, options: argparse.Namespace, environ: Mapping[str, str]) -> None:
        self._quiet = options.quiet
        self._verbose = options.verbose
        self._environ = environ
        self.settings = Settings(options, environ)
        if options.verbose > 1:
            for name, value, source in self.settings.shown():
                out.tell(f"currents-tui: {name}: {value} ({source})")
        self.address = self.settings.address
        self.project = self.settings.project

    def wanted(self, named: str | None) -> Wanted:
        """The run that is meant. Raises `Problem`."""
        return Wanted(named, self._environ, self.project)

    def key(self) -> Key:
        """The key. Raises `Problem`, and `Terminated`.

        To be fetched before `run`: a command that is waited for inside of it makes it deaf to signals.
        """
        return self.settings.key()

    def client(self, key: Key, *, read_only: bool = True) -> Client:
        """A client that asks with `key`. Raises `Problem`."""
        return client_at(
            self.address,
            key,
            self.settings.limits,
            read_only=read_only or bool(self.settings.read_only),
            narrate=self._narrate if self._verbose else None,
        )

    def say(self, text: str) -> None:
        """Tell the person at standard error what is going on, unless that is not wanted."""
        if not self._quiet:
            out.tell(text)

    def _narrate(self, text: str) -> None:
        out.tell(f"currents-tui: {text}")


def client_at(
    address: Address,
    key: Key,
    limits: Limits,
    *,
    read_only: bool = True,
    narrate: Callable[[str], None] | None = None,
) -> Client:
    """A client of the service at `address`, for a verb."""
    if "click" not in sys.modules:
        # httpx would import its own command line: a third of the time that a verb takes.
        sys.modules["click"] = None  # type: ignore[assignment]
        import httpx  # noqa: F401

        del sys.modules["click"]
    from currents_tui.api.client import Client

    return Client(address, key, read_only=read_only, limits=limits, narrate=narrate)


def run(work: Coroutine[Any, Any, T]) -> T:
    """`work` to its end. Raises what it raises, KeyboardInterrupt at Ctrl+C, `Terminated` at SIGTERM."""
    ended = False

    async def stoppable() -> T:
        task = asyncio.current_task()
        assert task is not None  # noqa: S101

        def terminate() -> None:
            nonlocal ended
            ended = True
            task.cancel()

        loop = asyncio.get_running_loop()
        # A name look-up that hangs must not hold up the end.
        loop.set_default_executor(DaemonExecutor())
        with suppress(NotImplementedError, RuntimeError):  # Windows; not in the main thread
            loop.add_signal_handler(signal.SIGTERM, terminate)
        return await work

    try:
        return asyncio.run(stoppable())
    except asyncio.CancelledError:
        if ended:
            raise Terminated from None
        raise
