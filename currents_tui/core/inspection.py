"""Which specs' tests are worth asking for: a run's answer counts failures, and names none of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from msgspec import Struct

from currents_tui.core.board import Board, SpecRow, changed
from currents_tui.core.instance import Instance
from currents_tui.core.model import Spec
from currents_tui.core.problem import Problem
from currents_tui.core.verdict import is_suspect

if TYPE_CHECKING:
    from currents_tui.core.failures import Outcome

NEWEST = 20
"""Failed and flaky specs that are asked about without being looked at, the newest first."""

KEPT = 200
"""Instances that are kept of one run; with all their errors they can be large."""

AGAIN = timedelta(seconds=30)
"""After which a question that brought nothing is asked again, while somebody looks."""


class Inspected(Struct, frozen=True, dict=True):
    """What is known of a spec's tests. Read-only, for what became of them is kept."""

    told: Instance | Problem
    sign: tuple[object, ...]
    """What the run's answer said of the spec when its tests were asked for."""
    at: datetime
    """When the last question about them was answered or had failed."""
    has_failed_since: bool = False
    """Whether a later question brought nothing: `told` is what was known before it."""

    @property
    def instance(self) -> Instance | None:
        return self.told if isinstance(self.told, Instance) else None

    @property
    def problem(self) -> Problem | None:
        return self.told if isinstance(self.told, Problem) else None

    @cached_property
    def outcomes(self) -> Mapping[tuple[str, ...], Outcome]:
        """What became of each test, by its titles: of the first where several have the same."""
        from currents_tui.core.failures import outcome  # only once something has failed

        tests = self.instance.tests if self.instance is not None else ()
        found: dict[tuple[str, ...], Outcome] = {}
        for test in tests:
            found.setdefault(tuple(test.title), outcome(test))
        return found


Inspections = Mapping[str, Inspected]
"""By instance id, the least recently asked for first."""


def sign_of(spec: Spec) -> tuple[object, ...]:
    """What an answer says of `spec`, as far as its tests depend on it: another once one has reported."""
    return spec.completed_at, spec.stats.reported, spec.stats.failures, spec.flaky


def suspect_rows(
    board: Board, before: Board | None = None, known: Iterable[SpecRow] = ()
) -> tuple[SpecRow, ...]:
    """The failed and flaky specs, what happened last on top; those that still run come first.

    Where those of the board `before` are `known`, only the rows that have changed since are looked at.
    """
    if before is None:
        found = [row for row in board.rows if is_suspect(row.spec)]
    else:
        found = [row for row in known if board.by_key.get(row.key) is row]
        found += [row for _, row in changed(before, board) if is_suspect(row.spec)]
    found.sort(key=_newest_first)
    return tuple(found)


def _newest_first(row: SpecRow) -> tuple[bool, float, str]:
    at = row.spec.completed_at
    return at is not None, -at.timestamp() if at is not None else 0.0, row.key


def due(
    suspects: Collection[SpecRow], looked_at: Collection[SpecRow], known: Inspections, now: datetime
) -> tuple[Spec, ...]:
    """The specs whose tests are to be asked for at `now`, the most wanted first.

    `suspects` are those of `suspect_rows`; `looked_at` is what is in sight, whether it has failed or not.
    A spec that is complete is asked about once, one that runs whenever another test of it has reported.
    """
    wanted = {row.key: row.spec for row in (*looked_at, *list(suspects)[:NEWEST])}
    return still_due(wanted.values(), known, now)


def still_due(specs: Iterable[Spec], known: Inspections, now: datetime) -> tuple[Spec, ...]:
    """Those of `specs` whose tests are not known as they are now."""
    return tuple(spec for spec in specs if spec.instance_id and _is_due(spec, known, now))


def _is_due(spec: Spec, known: Inspections, now: datetime) -> bool:
    before = known.get(spec.instance_id or "")
    if before is None:
        return True
    has_failed = before.problem is not None or before.has_failed_since
    # Not where it lies ahead: the wall clock was set back since, and nobody is to wait until then.
    if has_failed and timedelta() <= now - before.at < AGAIN:
        return False
    return before.problem is not None or before.sign != sign_of(spec)


def last_result(instance: Instance) -> datetime | None:
    """When the last of its tests that is told of came to an end."""
    ends = [
        attempt.wall_clock_started_at + timedelta(milliseconds=attempt.wall_clock_duration or 0.0)
        for test in instance.tests
        for attempt in test.attempts
        if attempt.wall_clock_started_at is not None
    ]
    return max(ends, default=None)


def with_inspected(known: Inspections, instance_id: str, told: Inspected) -> Inspections:
    """`known` with what was told last, and without the oldest where there is too much."""
    before = known.get(instance_id)
    if told.problem is not None and before is not None and before.instance is not None:
        # What was known stays known; the question is asked again later.
        told = Inspected(before.told, before.sign, told.at, has_failed_since=True)
    kept = {key: value for key, value in known.items() if key != instance_id}
    kept[instance_id] = told
    for key in list(kept)[: max(0, len(kept) - KEPT)]:
        del kept[key]
    return kept
