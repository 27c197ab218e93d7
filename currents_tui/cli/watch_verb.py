"""`currents-tui watch`: a run to its end without a full screen, and its verdict as the exit status."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from currents_tui.cli.asking import Asking, run
from currents_tui.cli.exit_codes import Exit
from currents_tui.cli.surroundings import local_zone, speaks_utf8
from currents_tui.cli.verb_options import watch_parser
from currents_tui.core.problem import Kind, Problem

if TYPE_CHECKING:
    import argparse

    from currents_tui.api.client import Client
    from currents_tui.cli.named_runs import Wanted
    from currents_tui.core.model import FeedItem
    from currents_tui.watch.clock import Clock


def watch(arguments: Sequence[str], environ: Mapping[str, str], started: float) -> int:
    """`currents-tui watch [RUN]`. Raises `Problem` for what is wrong before there is a run."""
    options = watch_parser().parse_args(arguments)
    asking = Asking(options, environ)
    status = run(_watch(asking, options, environ))
    return Exit.OK if options.no_exit_status and status in _VERDICTS else status


_VERDICTS = (Exit.FAILED, Exit.CANCELED, Exit.TIMED_OUT, Exit.STILL_RUNNING, Exit.STUCK)


async def _watch(asking: Asking, options: argparse.Namespace, environ: Mapping[str, str]) -> Exit:
    wanted = asking.wanted(options.run)
    client = asking.client()
    from currents_tui.cli.live_line import LiveLine
    from currents_tui.cli.watching import Watching
    from currents_tui.watch.clock import SystemClock

    clock = SystemClock()
    line = LiveLine(environ, local_zone(), utf8=speaks_utf8(environ), plain=options.verbose > 0)
    began = clock.now()
    async with client:
        run_id = await _find(client, wanted, asking, options.wait_for_start, clock)
        watching = Watching(client, run_id, asking, options, line, clock, began)
        try:
            ending = await watching.to_the_end()
        finally:
            line.end()
        return await watching.report(ending, environ)


async def _find(client: Client, wanted: Wanted, asking: Asking, wait: float | None, clock: Clock) -> str:
    """The id of the run, waited for where that is wanted. Raises `Problem`."""
    from currents_tui.cli.watching import LOOK_FOR_RUN
    from currents_tui.watch.patience import patiently

    until = clock.now() + timedelta(seconds=wait or 0.0)
    # The newest run of a branch may be that of the commit before: one that is over is not waited for.
    fresh = _is_under_way if wait is not None else _is_any
    told = False
    while True:
        try:
            return await patiently(lambda: wanted.find(client, asking.say, fresh), clock)
        except Problem as problem:
            if problem.kind is not Kind.NOT_FOUND or clock.now() >= until:
                raise
            if not told:
                asking.say(f"{problem.sentence} Waiting for it.")
                told = True
        left = (until - clock.now()).total_seconds()
        await clock.sleep(min(LOOK_FOR_RUN, max(left, 0.1)))


def _is_under_way(item: FeedItem) -> bool:
    from currents_tui.core.verdict import run_verdict

    return not run_verdict(item).is_over


def _is_any(item: FeedItem) -> bool:
    return True
