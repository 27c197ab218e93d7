"""`currents-tui watch`: a run to its end without a full screen, and its verdict as the exit status."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from currents_tui.cli.asking import Asking, run
from currents_tui.cli.exit_codes import Exit
from currents_tui.cli.surroundings import local_zone, speaks_utf8
from currents_tui.cli.verb_options import watch_parser
from currents_tui.cli.verdicts import unless_verdict
from currents_tui.core.problem import Kind, Problem

if TYPE_CHECKING:
    import argparse

    from currents_tui.api.client import Client
    from currents_tui.api.key import Key
    from currents_tui.cli.named_runs import Wanted
    from currents_tui.core.model import FeedItem
    from currents_tui.watch.clock import Clock


def watch(arguments: Sequence[str], environ: Mapping[str, str], started: float) -> int:
    """`currents-tui watch [RUN]`. Raises `Problem` for what is wrong before there is a run."""
    options = watch_parser().parse_args(arguments)
    asking = Asking(options, environ)
    wanted, key = asking.wanted(options.run), asking.key()
    status = run(_watch(asking, wanted, key, options, environ))
    return unless_verdict(status) if options.no_exit_status else status


async def _watch(
    asking: Asking, wanted: Wanted, key: Key, options: argparse.Namespace, environ: Mapping[str, str]
) -> Exit:
    client = asking.client(key)
    from currents_tui.cli.live_line import LiveLine
    from currents_tui.cli.watching import Watching
    from currents_tui.watch.clock import SystemClock

    clock = SystemClock()
    line = LiveLine(environ, local_zone(), utf8=speaks_utf8(environ), plain=options.verbose > 0)
    began = clock.now()
    async with client:
        run_id = await _found(client, wanted, asking, options, clock)
        watching = Watching(client, run_id, asking, options, line, clock, began)
        try:
            ending = await watching.to_the_end()
        finally:
            line.end()
        return await watching.report(ending, environ)


async def _found(
    client: Client, wanted: Wanted, asking: Asking, options: argparse.Namespace, clock: Clock
) -> str:
    """The id of the run, for which there is no more time than for all of the watching. Raises `Problem`."""
    from currents_tui.core.words import span

    try:
        async with asyncio.timeout(options.timeout):
            return await find_patiently(wanted, client, asking.say, options.wait_for_start, clock)
    except TimeoutError:
        words = f"The run was not found in {span(options.timeout)} of watching."
    raise Problem(Kind.TIMEOUT, words)


async def find_patiently(
    wanted: Wanted, client: Client, say: Callable[[str], None], wait: float | None, clock: Clock
) -> str:
    """The id of the run: where there is none yet it is waited for, `wait` seconds long, and where asking
    fails it is asked again for a minute at least. Raises the last `Problem`.
    """
    from currents_tui.cli.watching import LOOK_FOR_RUN
    from currents_tui.core.ending import FIRST_ANSWER_WITHIN
    from currents_tui.watch.patience import PASSING

    began, said = clock.now(), ""
    limits = dict.fromkeys(PASSING, FIRST_ANSWER_WITHIN + (wait or 0.0)) | {Kind.NOT_FOUND: wait or 0.0}
    # The newest run of a branch may be that of the commit before: one that is over is not waited for.
    fresh = _is_under_way if wait is not None else _is_any
    while True:
        try:
            return await wanted.find(client, say, fresh)
        except Problem as problem:
            now = clock.now()
            began = min(began, now)  # the clock can be set back meanwhile
            left = limits.get(problem.kind, 0.0) - (now - began).total_seconds()
            if left <= 0:
                raise
            meanwhile = "Waiting for it." if problem.kind is Kind.NOT_FOUND else "Asking again."
            if said != (said := f"{problem.sentence} {meanwhile}"):
                say(said)
            pause = max(problem.retry_after or 0.0, LOOK_FOR_RUN)
        await clock.sleep(min(pause, max(left, 0.1)))


def _is_under_way(item: FeedItem) -> bool:
    from currents_tui.core.verdict import run_verdict

    return not run_verdict(item).is_over


def _is_any(item: FeedItem) -> bool:
    return True
