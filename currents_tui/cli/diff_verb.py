"""`currents-tui diff`: what is newly failing in a run, and what is fixed, compared with another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from currents_tui.cli import out
from currents_tui.cli.asking import Asking, run
from currents_tui.cli.exit_codes import Exit
from currents_tui.cli.verb_options import diff_parser
from currents_tui.core.problem import Kind, Problem

if TYPE_CHECKING:
    from currents_tui.api.client import Client
    from currents_tui.api.key import Key
    from currents_tui.cli.named_runs import Wanted
    from currents_tui.core.comparison import Comparison
    from currents_tui.core.model import Run
    from currents_tui.watch.clock import Clock

MOST_PAGES = 10
"""Pages of a branch's runs that are looked through for one that is older than the run in question."""


def diff(arguments: Sequence[str], environ: Mapping[str, str], started: float) -> int:
    """`currents-tui diff RUN [RUN2]`. Raises `Problem`."""
    options = diff_parser().parse_args(arguments)
    asking = Asking(options, environ)
    wanted = asking.wanted(options.run)
    wanted_other = asking.wanted(options.other) if options.other is not None else None
    about, other, found, unknown = run(_compared(asking, asking.key(), wanted, wanted_other))
    from currents_tui.core.comparison import as_json, text_lines
    from currents_tui.core.rows.look import run_title

    if options.json:
        out.json_text({"run": about.run_id, "other": other.run_id} | as_json(found))
    else:
        for word, one in (("run", about), ("with", other)):
            out.line(f"{word:<5}{one.run_id or '?'}  {one.meta.commit.branch or '?'}  {run_title(one)}")
        for text in text_lines(found):
            out.line(text)
    if unknown:
        asking.say(f"currents-tui: the tests of {unknown} files could not be asked for; this is not all.")
    return Exit.UNKNOWN if unknown else Exit.OK


async def _compared(
    asking: Asking, key: Key, wanted: Wanted, wanted_other: Wanted | None
) -> tuple[Run, Run, Comparison, int]:
    client = asking.client(key)
    from currents_tui.core import comparison
    from currents_tui.watch.clock import SystemClock
    from currents_tui.watch.instances import instances_of
    from currents_tui.watch.patience import patiently

    clock = SystemClock()
    async with client:
        run_id = await patiently(lambda: wanted.find(client, asking.say), clock)
        about = await patiently(lambda: client.run(run_id), clock)
        if wanted_other is None:
            other_id = await _run_before(client, about, clock)
        else:
            other_id = await patiently(partial(wanted_other.find, client, asking.say), clock)
        other = await patiently(lambda: client.run(other_id), clock)
        specs, specs_before = comparison.wanted(about, other)
        known = await instances_of(client, clock, specs)
        known_before = await instances_of(client, clock, specs_before)
    unknown = sum(isinstance(one, Problem) for one in (*known.values(), *known_before.values()))
    return about, other, comparison.compare(about, known, other, known_before), unknown


async def _run_before(client: Client, about: Run, clock: Clock) -> str:
    """The newest finished run that is older, of the same branch or else of the default branch.

    Raises `Problem` (NOT_FOUND) where there is none.
    """
    from currents_tui.watch.patience import patiently

    branch, project_id = about.meta.commit.branch, about.project_id
    branches = [branch] if branch else []
    if project_id and branch and (found := await _older(client, project_id, branch, about, clock)):
        return found
    default = about.meta.commit.default_branch
    if not default:
        projects = await patiently(client.projects, clock)
        default = next((one.default_branch_name for one in projects if one.project_id == project_id), None)
    if default and default != branch:
        branches.append(default)
        if project_id and (found := await _older(client, project_id, default, about, clock)):
            return found
    named = " nor of ".join(f"“{name}”" for name in branches) or "its branch, which is not told"
    raise Problem(
        Kind.NOT_FOUND,
        f"There is no older finished run of {named} to compare with.",
        "Name it: currents-tui diff RUN RUN2.",
    )


async def _older(client: Client, project_id: str, branch: str, about: Run, clock: Clock) -> str | None:
    """The newest finished run of `branch` that was created before the run `about`."""
    from currents_tui.core.run_filter import RunFilter
    from currents_tui.watch.patience import patiently

    wanted, after = RunFilter(branches=(branch,), states=("COMPLETE",)), ""
    for _ in range(MOST_PAGES):
        page = await patiently(partial(client.runs, project_id, wanted, after=after), clock)
        for item in page.items:
            is_older = not (about.created_at and item.created_at) or item.created_at < about.created_at
            if item.run_id and item.run_id != about.run_id and is_older:
                return item.run_id
        after = (page.items[-1].cursor if page.items else None) or ""
        if not page.has_more or not after:
            break
    return None
