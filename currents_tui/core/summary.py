"""A run in the fields that programs read: `--json` and `--format`. The names are an interface."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final

from currents_tui.core.board import Board
from currents_tui.core.forecast import forecast
from currents_tui.core.model import Group, Run
from currents_tui.core.problem import Kind, Problem
from currents_tui.core.progress import Totals, group_totals, totals
from currents_tui.core.rows.look import elapsed, run_title
from currents_tui.core.stall import Stall, stalls
from currents_tui.core.verdict import SpecState, run_verdict

FIELDS: Final = (
    "runId", "projectId", "state", "completionState", "status", "title", "branch", "sha", "author",
    "tags", "ciBuildId", "createdAt", "durationMs", "specs", "tests", "url",
)  # fmt: skip
"""Of every run."""
LIVE_FIELDS: Final = (
    "elapsedSeconds", "etaSeconds", "etaLowSeconds", "etaHighSeconds", "canceledBy", "stuck", "groups",
)  # fmt: skip
"""Of a run that was asked about by itself, behind the others."""

_HOLE = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]")


def summary(run: Run, url: str) -> dict[str, Any]:
    """`run` in the fields `FIELDS`, in their order. What is not told is null."""
    commit, sums = run.meta.commit, totals(run)
    told = counts(sums)
    return {
        "runId": run.run_id,
        "projectId": run.project_id,
        "state": run_verdict(run).word,
        "completionState": run.completion_state,
        "status": run.status,
        "title": run_title(run),
        "branch": commit.branch,
        "sha": commit.sha,
        "author": commit.author_name,
        "tags": list(run.tags),
        "ciBuildId": run.meta.ci_build_id,
        "createdAt": moment(run.created_at),
        "durationMs": run.duration_ms,
        "specs": told["specs"],
        "tests": told["tests"] | {"skipped": sums.skipped, "ignored": sums.pending},
        "url": url,
    }


def counts(sums: Totals) -> dict[str, dict[str, Any]]:
    """How far the specs and tests of a run or a group are, and what became of its tests."""
    return {
        "specs": {"done": sums.specs.done, "total": sums.specs.total},
        "tests": {
            "done": sums.tests.done,
            "total": sums.tests.total,
            "passed": sums.passed,
            "failed": sums.failed,
            "flaky": sums.flaky,
        },
    }


def live_summary(run: Run, board: Board, stuck: Iterable[Stall], now: datetime, url: str) -> dict[str, Any]:
    """`run` in the fields `FIELDS` and `LIVE_FIELDS`, as it is at `now`."""
    told = summary(run, url)
    told["specs"] |= {
        "running": len(board.running),
        "waiting": board.states.get(SpecState.WAITING, 0),
        "failed": board.states.get(SpecState.FAILED, 0),
    }
    stuck = tuple(stuck)
    left = forecast(board, run, None, now, [stall.row.key for stall in stuck])
    return told | {
        "elapsedSeconds": None if (took := elapsed(run, board.verdict.is_over, now)) is None else round(took),
        "etaSeconds": None if left is None else round(left.seconds),
        "etaLowSeconds": None if left is None else round(left.low),
        "etaHighSeconds": None if left is None else round(left.high),
        "canceledBy": run.cancellation.by if run.cancellation is not None else None,
        "stuck": [stall_fields(stall) for stall in stuck],
        "groups": [_group(group) for group in run.groups],
    }


def one_look(run: Run, board: Board, now: datetime) -> tuple[Stall, ...]:
    """The specs that take far longer than others of their group, where only one answer is known."""
    return () if board.verdict.is_over else stalls(board, {}, now, run=run)


def stall_fields(stall: Stall) -> dict[str, Any]:
    return {
        "spec": stall.row.spec.spec,
        "group": stall.row.spec.group_id,
        "machine": stall.row.machine,
        "silentSeconds": round(stall.silent),
        "medianSeconds": round(stall.median),
        "medianOf": stall.of,
    }


def _group(group: Group) -> dict[str, Any]:
    return {"group": group.group_id} | counts(group_totals(group))


def moment(at: datetime | None) -> str | None:
    """ISO 8601 with its zone."""
    return at.isoformat() if at is not None else None


def chosen(told: Mapping[str, Any], names: str) -> dict[str, Any]:
    """The fields of `told` that are named, with commas between them, in that order.

    Raises `Problem` (BAD_SETTING) for a name that is none.
    """
    return {name: field(told, name) for name in filter(None, map(str.strip, names.split(",")))}


def field(told: Mapping[str, Any], name: str) -> Any:
    """One field, or a part of one: `state`, `specs.done`. Raises `Problem` (BAD_SETTING)."""
    value: Any = told
    for part in name.split("."):
        if not isinstance(value, Mapping) or part not in value:
            raise _unknown(name, told)
        value = value[part]
    return value


def filled(template: str, told: Mapping[str, Any]) -> str:
    """`template` with each `{field}` filled in; `{{` and `}}` stand for braces.

    What is not told becomes empty, a list has commas. Raises `Problem` (BAD_SETTING).
    """

    def fill(hole: re.Match[str]) -> str:
        if hole[0] in ("{{", "}}"):
            return hole[0][0]
        if hole[1] is None:
            raise Problem(
                Kind.BAD_SETTING, f"The template has a single “{hole[0]}”.", f"Write {hole[0] * 2} for one."
            )
        return _as_text(field(told, hole[1].strip()))

    return _HOLE.sub(fill, template.replace("\\n", "\n").replace("\\t", "\t"))


def _as_text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return ",".join(_as_text(item) for item in value)
    if isinstance(value, dict):  # a stuck spec, a group: by its name
        return _as_text(next(iter(value.values()), None))
    return str(value)


def _unknown(name: str, told: Mapping[str, Any]) -> Problem:
    from difflib import get_close_matches

    tables = [(name, value) for name, value in told.items() if isinstance(value, dict)]
    known = [*told, *(f"{table}.{part}" for table, value in tables for part in value)]
    meant = get_close_matches(name, known, n=1)
    hint = f"Did you mean {meant[0]}?" if meant else f"The fields are {', '.join(told)}."
    return Problem(Kind.BAD_SETTING, f"There is no field “{name}”.", hint)
