"""`currents-tui status`: one look at a run, for a person, a program, a prompt or a tmux status line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from currents_tui.cli import out
from currents_tui.cli.asking import Asking, run
from currents_tui.cli.named_runs import names_run
from currents_tui.cli.verb_options import status_parser

if TYPE_CHECKING:
    import argparse

    from currents_tui.api.key import Key
    from currents_tui.cli.named_runs import Wanted
    from currents_tui.core.model import Run


def status(arguments: Sequence[str], environ: Mapping[str, str], started: float) -> int:
    """`currents-tui status [RUN]`. Raises `Problem`."""
    options = status_parser().parse_args(arguments)
    _give_back_run(options)
    asking = Asking(options, environ)
    wanted, key = asking.wanted(options.run), asking.key()
    found = run(_look(asking, wanted, key))
    from currents_tui.cli.verdicts import for_run, unless_verdict

    url, limit = asking.address.run_page(found.run_id or ""), asking.settings.run_timeout
    show(found, options, url, datetime.now(UTC), limit)
    verdict = for_run(found)
    return unless_verdict(verdict) if options.no_exit_status else verdict


def _give_back_run(options: argparse.Namespace) -> None:
    """`--json RUN`: what names a run is no list of fields."""
    if options.run is None and options.json and names_run(options.json):
        options.run, options.json = options.json, ""


async def _look(asking: Asking, wanted: Wanted, key: Key) -> Run:
    client = asking.client(key)
    from currents_tui.watch.clock import SystemClock
    from currents_tui.watch.patience import patiently

    async with client:
        clock = SystemClock()
        run_id = await patiently(lambda: wanted.find(client, asking.say), clock)
        return await patiently(lambda: client.run(run_id), clock)


def show(
    found: Run,
    options: argparse.Namespace,
    url: str,
    now: datetime,
    run_timeout: float | None = None,
) -> None:
    """Print `found` as the options ask for it. Raises `Problem` for a field that is none."""
    from currents_tui.core.board import board
    from currents_tui.core.report import status_lines
    from currents_tui.core.summary import chosen, filled, live_summary, one_look

    known = board(found, at=now)
    slow = one_look(found, known, now)
    if options.json is None and options.format is None:
        for text in status_lines(found, known, slow, now, url, run_timeout):
            out.line(text)
        return
    told = live_summary(found, known, slow, now, url)
    if options.format is not None:
        out.line(filled(options.format, told))
    else:
        out.json_text(chosen(told, options.json) if options.json else told)
