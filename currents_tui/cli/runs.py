"""`currents-tui runs`: the project's runs for a person, a pipe, or a program."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from currents_tui.cli import out
from currents_tui.cli.asking import Asking, run
from currents_tui.cli.exit_codes import Exit
from currents_tui.cli.surroundings import speaks_utf8
from currents_tui.cli.verb_options import runs_parser
from currents_tui.core.problem import Kind, Problem
from currents_tui.core.run_filter import STATES, STATUSES, RunFilter, checked_search, states_of

if TYPE_CHECKING:
    import argparse

    from currents_tui.api.client import Client
    from currents_tui.api.key import Key
    from currents_tui.core.model import FeedItem, Project

PAGE = 50
COLUMNS = (
    "run", "state", "branch", "specs_done", "specs_total", "failed", "flaky", "created", "author", "title",
)  # fmt: skip
"""The columns without a terminal, in their order. An interface: more may come behind the last."""


def runs(arguments: Sequence[str], environ: Mapping[str, str], started: float) -> int:
    """`currents-tui runs`. Raises `Problem`."""
    options = runs_parser().parse_args(arguments)
    wanted = _wanted(options)
    asking = Asking(options, environ)
    found = run(_listed(asking, asking.key(), wanted, options.limit))
    if options.json:
        from currents_tui.core.summary import summary

        page = asking.address.run_page
        out.json_text([summary(item, page(item.run_id or "")) for item in found])
    elif out.is_terminal():
        cells = shutil.get_terminal_size().columns
        for line in aligned(found, datetime.now(UTC), cells, utf8=speaks_utf8(environ)):
            out.line(line)
        if not found:
            asking.say("No run matches." if not wanted.is_empty else "No run has been recorded.")
    else:
        out.line("\t".join(COLUMNS))
        for item in found:
            out.line("\t".join(as_columns(item)))
    return Exit.OK


def _wanted(options: argparse.Namespace) -> RunFilter:
    """What the options ask for. Raises `Problem` (BAD_SETTING)."""
    words = [word for text in options.status for word in states_of(text)]
    return RunFilter(
        branches=tuple(options.branch),
        tags=tuple(options.tag),
        authors=tuple(options.author),
        statuses=tuple(word for word in words if word in STATUSES),
        states=tuple(word for word in words if word in STATES),
        search=checked_search(options.search),
    )


async def _only_project(client: Client) -> str:
    """The one project that the key can see. Raises `Problem`, naming them where there are several."""
    projects = await client.projects()
    if len(projects) == 1 and projects[0].project_id:
        return projects[0].project_id
    if not projects:
        raise Problem(Kind.NOT_FOUND, "This key sees no project.", "Is it the key of the right organization?")
    raise Problem(
        Kind.BAD_SETTING,
        "Which project? None is set.",
        f"Set CURRENTS_PROJECT_ID, or give --project: {_named(projects)}.",
    )


def _named(projects: Sequence[Project]) -> str:
    shown = ", ".join(f"{project.project_id} ({project.name})" for project in projects[:8])
    return shown if len(projects) <= 8 else f"{shown} and {len(projects) - 8} more"


async def _listed(asking: Asking, key: Key, wanted: RunFilter, limit: int) -> list[FeedItem]:
    """The newest `limit` runs whose verdict is wanted, page by page. Raises `Problem`."""
    client = asking.client(key)
    from currents_tui.watch.clock import SystemClock
    from currents_tui.watch.patience import patiently

    clock, after, count = SystemClock(), "", min(PAGE, limit)
    found: dict[str, FeedItem] = {}
    others: set[str] = set()
    async with client:
        project_id = asking.project
        if project_id is None:
            project_id = await patiently(partial(_only_project, client), clock)
        while len(found) < limit:
            ask = partial(client.runs, project_id, wanted, after=after, limit=count)
            page = await patiently(ask, clock)
            known = len(found) + len(others)
            found |= {item.run_id or "": item for item in page.items if wanted.fits(item)}
            others |= {item.run_id or "" for item in page.items if not wanted.fits(item)}
            after = (page.items[-1].cursor if page.items else None) or ""
            if not page.has_more or not after or len(found) + len(others) == known:
                break
            # Where it lists others as well, nobody knows how many pages of one run there would be.
            count = PAGE if others else min(PAGE, limit - len(found))
    return list(found.values())[:limit]


def as_columns(item: FeedItem) -> list[str]:
    """A run as the columns of `COLUMNS`: no text holds a tab or the end of a line."""
    from currents_tui.core.progress import totals
    from currents_tui.core.rows.look import run_title
    from currents_tui.core.verdict import run_verdict

    commit, sums = item.meta.commit, totals(item)
    values = (
        item.run_id,
        run_verdict(item).word,
        commit.branch,
        sums.specs.done,
        sums.specs.total,
        sums.failed,
        sums.flaky,
        item.created_at.isoformat() if item.created_at else None,
        commit.author_name,
        run_title(item),
    )
    return [" ".join(str(value).split()) if value is not None else "" for value in values]


def aligned(found: Sequence[FeedItem], now: datetime, cells: int, *, utf8: bool) -> list[str]:
    """A line for each run, and captions, in at most `cells` cells."""
    from currents_tui.core.cells import ASCII, UNICODE
    from currents_tui.core.progress import totals
    from currents_tui.core.rows.look import marks, ratio, run_title
    from currents_tui.core.text import clip, fit, width
    from currents_tui.core.verdict import run_verdict
    from currents_tui.core.words import short_span

    dots = (UNICODE if utf8 else ASCII).ellipsis
    rows = [("RUN", "STATE", "BRANCH", "SPECS", "F/~", "AGE", "TITLE")]
    for item in found:
        sums = totals(item)
        told = "".join(text for text, _ in marks(sums.failed, sums.flaky))
        age = short_span((now - item.created_at).total_seconds()) if item.created_at else "?"
        rows.append(
            (
                item.run_id or "?",
                run_verdict(item).word,
                item.meta.commit.branch or "",
                ratio(sums.specs),
                told,
                age,
                run_title(item),
            )
        )
    if len(rows) == 1:
        return []
    widths = [max(width(row[column]) for row in rows) for column in range(6)]
    # The branch gives way first: no row is broken, and the id is never cut.
    widths[2] = max(8, min(widths[2], 28, cells - 24 - sum(widths) + widths[2]))
    lines = []
    for row in rows:
        parts = [
            fit(row[column], widths[column], right=column in (3, 4, 5), ellipsis=dots) for column in range(6)
        ]
        lines.append(clip("  ".join([*parts, row[6]]), cells, ellipsis=dots).rstrip())
    return lines
