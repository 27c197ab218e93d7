"""What has changed in a run since it was last told: for a log, line by line, and for programs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from itertools import groupby
from typing import Any

from msgspec import Struct, structs

from currents_tui.core.board import Board, SpecRow
from currents_tui.core.model import Run
from currents_tui.core.progress import totals
from currents_tui.core.report import (
    failure_words,
    in_one_line,
    stall_words,
    state_words,
    success_words,
)
from currents_tui.core.rows.look import run_title
from currents_tui.core.stall import Stall
from currents_tui.core.summary import counts, stall_fields
from currents_tui.core.verdict import SpecState, run_verdict
from currents_tui.core.words import counted, span

STEP = 10
"""Per cent of the tests between two lines about the counts."""
NAMED = 3
"""Specs of one answer that are named by themselves; the rest is counted."""


class What(StrEnum):
    """The word for programs."""

    RUN = "run"
    PASSED = "passed"
    FAILED = "failed"
    FLAKY = "flaky"
    STUCK = "stuck"
    MOVING = "moving"
    PROGRESS = "progress"
    STATE = "state"
    TROUBLE = "trouble"
    RECOVERED = "recovered"
    HEARTBEAT = "heartbeat"
    END = "end"


CALM = (What.PASSED, What.FLAKY)
"""What can wait a little, to be told together with more of its sort."""


class Change(Struct, frozen=True):
    what: What
    word: str
    """Four cells at most, in front of the line."""
    text: str
    fields: Mapping[str, Any] = {}
    """What programs are told beside it."""
    name: str = ""
    """The spec that it is about."""


class Told(Struct, frozen=True):
    """What has been told of a run so far."""

    run: Run | None = None
    states: Mapping[str, SpecState] = {}
    """Of each spec, by its key."""
    failed: Mapping[str, int] = {}
    """Failed tests of each spec that were told already."""
    stuck: frozenset[str] = frozenset()
    step: int = 0
    """The last tenth that was told."""


_ENDS = {
    SpecState.PASSED: What.PASSED,
    SpecState.SKIPPED: What.PASSED,
    SpecState.FLAKY: What.FLAKY,
    SpecState.FAILED: What.FAILED,
}


def news(
    told: Told, run: Run, board: Board, stuck: Sequence[Stall], now: datetime
) -> tuple[Told, tuple[Change, ...]]:
    """What is to be told of `run` at `now` after what was `told`, and what is told then."""
    changes = [*_of_stalls(told, board, stuck)]
    told = structs.replace(told, stuck=frozenset(stall.row.key for stall in stuck))
    if told.run is run:
        return told, tuple(changes)
    failed = dict(told.failed)
    if told.run is None:
        changes.insert(0, _begins(run, board, stuck, now))
    elif (before := run_verdict(told.run).word) != (after := run_verdict(run).word):
        changes.append(Change(What.STATE, "RUN", f"{before} -> {after}", {"before": before, "after": after}))
    for row in board.rows:
        # Of a run that was over before, the end tells all there is.
        changes += () if told.run is None and board.verdict.is_over else _of_spec(told, row, failed)
    step = _step(run)
    if told.run is not None and step > told.step:
        fields = counts(totals(run)) | {"percent": step * STEP}
        changes.append(Change(What.PROGRESS, f"{step * STEP}%", in_one_line(run, board, now, stuck), fields))
    states = {row.key: row.state for row in board.rows}
    # A reset sends a run back: what is told again must be reached again.
    return structs.replace(told, run=run, states=states, failed=failed, step=step), tuple(changes)


def _begins(run: Run, board: Board, stuck: Sequence[Stall], now: datetime) -> Change:
    branch = run.meta.commit.branch
    where = f" ({branch})" if branch else ""
    words = f"{state_words(run, board)}: {run_title(run)}{where}: {in_one_line(run, board, now, stuck)}"
    return Change(What.RUN, "RUN", words, counts(totals(run)) | {"state": board.verdict.word})


def _of_spec(told: Told, row: SpecRow, failed: dict[str, int]) -> Iterator[Change]:
    """What is new about one spec. `failed` is kept up to date with the failures that were told."""
    stats, what = row.spec.stats, _ENDS.get(row.state)
    bad = (stats.failures or 0) + (stats.skipped or 0)
    if what is What.FAILED or (what is None and bad):
        # A file that is still running is told of at its first failure, and at its end if there are more.
        known = failed.get(row.key)
        if known is None or (what is not None and known != bad):
            failed[row.key] = bad
            yield _change(What.FAILED, "FAIL", row, failure_words(row, is_over=what is not None))
        return
    failed.pop(row.key, None)  # a reset has sent it back: when it fails again, that is news
    if what is not None and told.run is not None and told.states.get(row.key) is not row.state:
        yield _change(what, row.state.value, row, success_words(row))


def _change(what: What, word: str, row: SpecRow, words: str) -> Change:
    spec, stats = row.spec, row.spec.stats
    fields = {
        "spec": spec.spec,
        "group": spec.group_id,
        "machine": row.machine or None,
        "instanceId": spec.instance_id,
        "tests": {
            "total": stats.planned,
            "passed": stats.passes,
            "failed": stats.failures,
            "flaky": spec.flaky,
            "skipped": stats.skipped,
        },
        "over": spec.completed_at is not None,
        "durationMs": spec.duration_ms,
    }
    name = f"{spec.spec or '?'}{f' [{spec.group_id}]' if spec.group_id else ''}"
    return Change(what, word, f"{name}: {words}", fields, name)


def _of_stalls(told: Told, board: Board, stuck: Sequence[Stall]) -> Iterator[Change]:
    for stall in stuck:
        if stall.row.key not in told.stuck:
            yield Change(
                What.STUCK, "STUK", stall_words(stall), stall_fields(stall), stall.row.spec.spec or ""
            )
    now_stuck = {stall.row.key for stall in stuck}
    for row in board.running:
        if row.key in told.stuck and row.key not in now_stuck:
            name = row.spec.spec or "?"
            yield Change(What.MOVING, "RUN", f"{name}: moving again", {"spec": row.spec.spec}, name)


def _step(run: Run) -> int:
    """Tenths of the tests that are done or, where nobody tells how many there are, of the specs."""
    sums = totals(run)
    part = sums.tests if sums.tests.total else sums.specs
    return part.done * (100 // STEP) // part.total if part.total else 0


def heartbeat(run: Run, board: Board, old: float, now: datetime, stuck: Sequence[Stall] = ()) -> Change:
    """That nothing has changed; `old` is the age of what is known, in seconds."""
    words = f"{board.verdict.word}: {in_one_line(run, board, now, stuck)}"
    if old >= NOTABLE_AGE:
        words += f" (as of {span(old)} ago)"
    fields = counts(totals(run)) | {"state": board.verdict.word, "ageSeconds": round(old)}
    return Change(What.HEARTBEAT, "...", words, fields)


NOTABLE_AGE = 20.0
"""Seconds from which on the age of what is known is told."""


_ORDER = (What.RUN, What.STATE, What.FAILED, What.STUCK, What.MOVING, What.FLAKY, What.PASSED)


def merged(changes: Iterable[Change]) -> list[Change]:
    """The changes for a log, what is bad first: of many specs of one sort the first ones are named."""
    lines: list[Change] = []
    ranked = sorted(changes, key=lambda change: (_rank(change.what), change.word))
    for (what, word), group in groupby(ranked, key=lambda change: (change.what, change.word)):
        some = list(group)
        if what is What.PASSED and len(some) > 1:
            names = ", ".join(change.name for change in some[:NAMED])
            more = f" and {len(some) - NAMED} more" if len(some) > NAMED else ""
            lines.append(Change(what, word, f"{counted(len(some), 'spec')}: {names}{more}"))
        elif what in (What.FAILED, What.FLAKY, What.STUCK) and len(some) > NAMED + 1:
            lines += some[:NAMED]
            lines.append(Change(what, word, f"and {counted(len(some) - NAMED, 'more spec')}"))
        else:
            lines += some
    return lines


def _rank(what: What) -> int:
    return _ORDER.index(what) if what in _ORDER else len(_ORDER)
