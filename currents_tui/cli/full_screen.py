"""The verbs with a full screen: watching the runs that were named, and the demo.

What is slow to import is imported where it is used: the first question goes out before any of it.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, closing
from importlib import import_module
from typing import TYPE_CHECKING

from currents_tui.api.address import Address
from currents_tui.api.key import Key
from currents_tui.api.limits import Limits
from currents_tui.cli import terminal
from currents_tui.cli.checkout import current_branch
from currents_tui.cli.exit_codes import Exit
from currents_tui.cli.first_look import FirstLook, Subject
from currents_tui.cli.named_runs import check_names, likely_runs
from currents_tui.cli.options import DEMO_INTERVAL, demo_parser, screen_parser
from currents_tui.cli.settings import Settings
from currents_tui.cli.surroundings import (
    is_console,
    is_remote,
    is_served,
    local_zone,
    multiplexer,
    save_copy,
    speaks_utf8,
    takes_progress,
)
from currents_tui.core.problem import Kind, Problem

if TYPE_CHECKING:
    from currents_tui.api.client import Client
    from currents_tui.ui.notify import Noticing
    from currents_tui.ui.session import Progress, Session
    from currents_tui.watch.follow import Service

PATIENCE = 0.9
"""Seconds after its start within which a hopeless request is told without a screen."""

TURN = 0.0005
"""Seconds that a thread works while another waits for its turn. With Python's 5 ms each frame would wait as
long before it goes out, for the thread that writes it stands behind the one that draws on.
"""


class Target:
    """Whom to ask, about what, and with which key."""

    def __init__(
        self,
        address: Address,
        key: Key,
        run_ids: tuple[str, ...] = (),
        *,
        project_id: str | None = None,
        branch: str | None = None,
        read_only: str = "",
        limits: Limits | None = None,
    ) -> None:
        self.read_only = read_only
        """Why nothing is cancelled or deleted; "" where it may be."""
        self.limits = limits or Limits()
        self.address = address
        self.key = key
        self.run_ids = run_ids
        self.project_id = project_id
        self.branch = branch
        """The branch whose newest run is wanted, when no run was named."""

    @property
    def first(self) -> Subject:
        """What is asked first."""
        return Subject(self.run_ids[0] if self.run_ids else None, self.project_id)

    @asynccontextmanager
    async def connect(self) -> AsyncIterator[Service]:
        """A client. Only now is the HTTP library imported, in a thread, so that the screen stays awake."""
        import asyncio

        client = await asyncio.to_thread(import_module, "currents_tui.api.client")
        async with client.Client(
            self.address, self.key, read_only=bool(self.read_only), limits=self.limits
        ) as source:
            yield source


async def fetch(url: str, progress: Progress) -> bytes:
    """What a signed link leads to; the key goes nowhere near it. Raises `Problem`."""
    import asyncio

    module = await asyncio.to_thread(import_module, "currents_tui.api.download")
    loaded: bytes = await module.download(url, progress)
    return loaded


def watch(arguments: Sequence[str], environ: Mapping[str, str], started: float) -> int:
    """`currents-tui [RUN…]`. Raises `Problem` for what is wrong before there is a screen."""
    options = screen_parser().parse_args(arguments)
    check_names(options.runs, short=True)
    settings = Settings(options, environ)
    address, project_id, key = settings.address, settings.project, settings.key()
    _refuse_without_terminal(environ)

    def connect() -> Client:
        from currents_tui.cli.asking import client_at

        return client_at(address, key, settings.limits)

    run_ids = likely_runs(options.runs, environ, connect, project_id)
    branch = current_branch() if not run_ids else None
    target = Target(
        address,
        key,
        run_ids,
        project_id=project_id,
        branch=branch,
        read_only=settings.read_only,
        limits=settings.limits,
    )
    return show(target, settings, settings.interval, environ, started)


def demo(arguments: Sequence[str], environ: Mapping[str, str], started: float) -> int:
    """`currents-tui demo`: the same screen on the simulated server."""
    options = demo_parser().parse_args(arguments)
    settings = Settings(options, environ)
    _refuse_without_terminal(environ)
    from currents_tui.sim.launch import Simulator, SimulatorNotStarted

    try:
        simulator = Simulator.start(options.scenario, seed=options.seed, speed=options.speed)
    except SimulatorNotStarted as error:
        raise Problem(Kind.SERVER, str(error)) from None
    with simulator:
        target = Target(
            Address(simulator.url),
            Key(simulator.read_write_key),
            simulator.runs[:1],
            project_id=simulator.project_id,
            read_only=settings.read_only,
        )
        interval = options.interval or DEMO_INTERVAL
        return show(target, settings, interval, environ, started, pace=options.speed)


def _refuse_without_terminal(environ: Mapping[str, str]) -> None:
    if not is_served(environ) and (reason := terminal.refusal(environ)) is not None:
        raise Problem(Kind.BAD_SETTING, f"No full screen can be had here: {reason}.", "Use watch or status.")


def show(
    target: Target,
    settings: Settings,
    interval: float,
    environ: Mapping[str, str],
    started: float,
    *,
    pace: float = 1.0,
) -> int:
    """Ask once, then open the screen on `target` and give its exit status. Raises `Problem`."""
    deadline = started + PATIENCE
    with closing(
        FirstLook(target.address, target.key, target.first, environ, deadline, target.limits)
    ) as first:
        # Nothing made until the first frame is garbage, and looking for it takes a tenth of the start.
        gc.disable()
        sys.setswitchinterval(TURN)
        # Imported while the first question is under way.
        from currents_tui.ui.app import CurrentsApp
        from currents_tui.ui.driver import driver_class

        session = _session(target, settings, interval, environ, pace, first)
        if is_served(environ):
            _end_with_the_server()
        # Textual finds the way to a browser by itself.
        app = CurrentsApp(session, driver_class=None if is_served(environ) else driver_class())
        app.run(mouse=session.mouse)
    if (ended_by := app.problem or app.crash) is not None:
        raise ended_by
    return Exit.BUG if app.return_code == 1 else app.return_code or Exit.OK


def _end_with_the_server() -> None:
    """End when whoever serves the screen to a browser is gone: Textual would poll on for nobody."""
    import signal
    from select import poll
    from threading import Thread

    def wait() -> None:
        hung_up = poll()
        hung_up.register(0, 0)  # nothing to read: only that nobody writes any more
        hung_up.poll()
        os.kill(os.getpid(), signal.SIGTERM)

    Thread(target=wait, name="served", daemon=True).start()


def _session(
    target: Target,
    settings: Settings,
    interval: float,
    environ: Mapping[str, str],
    pace: float,
    first: FirstLook,
) -> Session:
    """What the screen is handed: all that is set, and all that it needs from outside."""
    from currents_tui.cli.browser import open_url
    from currents_tui.cli.editor import Editor
    from currents_tui.core.cells import ASCII, UNICODE
    from currents_tui.core.rows.look import Look
    from currents_tui.ui.session import Session
    from currents_tui.watch.clock import SystemClock
    from currents_tui.watch.follow import LIST_INTERVAL

    remote = is_remote(environ)
    return Session(
        run_ids=target.run_ids,
        project_id=target.project_id,
        branch=target.branch,
        interval=interval,
        # The demo's runs are as much faster as it asks more often.
        list_interval=LIST_INTERVAL if pace == 1.0 else 3 * interval,
        connect=target.connect,
        clock=SystemClock(),
        look=Look(ASCII if settings.switch("ascii") or not speaks_utf8(environ) else UNICODE, local_zone()),
        run_url=target.address.run_page,
        spec_url=target.address.instance_page,
        open_url=lambda address: open_url(address, environ, target.key),
        save_copy=save_copy,
        run_timeout=settings.run_timeout,
        read_only=target.read_only,
        pace=pace,
        calm=settings.switch("calm", remote),
        theme=settings.theme,
        mouse=settings.switch("mouse", not remote),
        noticing=_noticing(settings, environ),
        editor=Editor(environ, target.key),
        fetch=fetch,
        pictures="blocks" if settings.pictures == "auto" and multiplexer(environ) else settings.pictures,
        first=first,
    )


def _noticing(settings: Settings, environ: Mapping[str, str]) -> Noticing:
    """How whoever looks elsewhere is told."""
    from currents_tui.ui.notify import Noticing, Notify, Way

    way = {"": Way.DIRECT, "tmux": Way.TMUX}.get(multiplexer(environ), Way.BELL_ONLY)
    return Noticing(
        notify=Notify(settings.notify),
        way=Way.BELL_ONLY if is_console(environ) else way,
        title=settings.switch("title") and not is_console(environ),
        progress=settings.switch("progress", takes_progress(environ)),
    )
