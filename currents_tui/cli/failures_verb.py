"""`currents-tui failures`: what failed in a run, why, and how to run it again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from currents_tui.cli import out
from currents_tui.cli.asking import Asking, run
from currents_tui.cli.exit_codes import Exit
from currents_tui.cli.verb_options import failures_parser

if TYPE_CHECKING:
    from currents_tui.api.key import Key
    from currents_tui.cli.named_runs import Wanted
    from currents_tui.core.failures import SpecFailures
    from currents_tui.core.model import Run


def failures(arguments: Sequence[str], environ: Mapping[str, str], started: float) -> int:
    """`currents-tui failures [RUN]`. Raises `Problem`.

    The exit status is that of the question, not of the run: 6 where not all of it could be found out.
    """
    options = failures_parser().parse_args(arguments)
    asking = Asking(options, environ)
    wanted, key = asking.wanted(options.run), asking.key()
    about, found = run(_found(asking, wanted, key))
    from currents_tui.core.failure_text import as_json, markdown_lines, text_lines
    from currents_tui.core.rows.look import run_title

    if options.format == "json":
        out.json_text(as_json(found, asking.address.instance_page))
    elif options.format == "md":
        url = asking.address.run_page(about.run_id or "")
        for text in markdown_lines(found, run_title(about), url):
            out.line(text)
    else:
        for text in text_lines(found):
            out.line(text)
    if told := _left_out(about):
        asking.say(told)
    unknown = [spec for spec in found if spec.problem]
    if unknown:
        asking.say(f"currents-tui: the tests of {len(unknown)} of {len(found)} files could not be asked for.")
    return Exit.UNKNOWN if unknown else Exit.OK


def _left_out(about: Run) -> str:
    """That there is more to the run than its failed tests; empty where its verdict is passed or failed."""
    from currents_tui.core.board import board
    from currents_tui.core.completion import Completion, completion
    from currents_tui.core.report import state_words

    word = state_words(about, board(about))
    match completion(about):
        case Completion.IN_PROGRESS:
            return f"The run is {word}: this is what has failed so far."
        case Completion.CANCELED | Completion.TIMEOUT:
            return f"The run is {word}: specs that never reported are not among these."
        case _:
            return ""


async def _found(asking: Asking, wanted: Wanted, key: Key) -> tuple[Run, tuple[SpecFailures, ...]]:
    client = asking.client(key)
    from currents_tui.core import failures as core
    from currents_tui.watch.clock import SystemClock
    from currents_tui.watch.instances import instances_of
    from currents_tui.watch.patience import patiently

    clock = SystemClock()
    async with client:
        run_id = await patiently(lambda: wanted.find(client, asking.say), clock)
        about = await patiently(lambda: client.run(run_id), clock)
        known = await instances_of(client, clock, core.suspects(about))
    return about, core.failures(about, known)
