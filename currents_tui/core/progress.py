"""How far a run has come. Never more than was reported."""

from collections.abc import Sequence

from msgspec import Struct

from currents_tui.core.model import Group, Run


class Progress(Struct, frozen=True):
    """done <= claimed <= total, whatever was reported; `total` None when nobody told."""

    done: int
    claimed: int
    total: int | None

    @property
    def is_full(self) -> bool:
        return self.total is not None and self.done >= self.total


def _clamped(done: int | None, claimed: int | None, total: int | None) -> Progress:
    if total is None:
        reached = max(done or 0, 0)
        return Progress(reached, max(reached, claimed or 0), None)
    reached = min(done or 0, total)
    return Progress(reached, min(max(claimed or 0, reached), total), total)


def group_specs(group: Group) -> Progress:
    """A group's spec files."""
    counts = group.instances
    return _clamped(counts.complete, counts.claimed, counts.overall)


def group_tests(group: Group) -> Progress:
    """A group's tests. Only Playwright tells how many are planned; once every spec of a group has
    reported, what was reported is all there is."""
    counts = group.tests
    outcomes = (counts.passes, counts.failures, counts.pending, counts.skipped)
    known = [n for n in outcomes if n is not None]
    reported = sum(known) if known else counts.overall
    total = counts.tests
    if total is None and group_specs(group).is_full:
        total = reported
    return _clamped(reported, reported, total)


class Totals(Struct, frozen=True):
    """The groups of a run added up, or one of them. A count is None when no group told it."""

    specs: Progress
    tests: Progress
    passed: int | None
    failed: int | None
    flaky: int | None
    pending: int | None
    skipped: int | None


def _sum(numbers: list[int | None]) -> int | None:
    told = [n for n in numbers if n is not None]
    return sum(told) if told else None


def _added(parts: list[Progress]) -> Progress:
    # One group that does not tell its total leaves the whole total unknown.
    totals = [p.total for p in parts if p.total is not None]
    total = sum(totals) if parts and len(totals) == len(parts) else None
    return _clamped(sum(p.done for p in parts), sum(p.claimed for p in parts), total)


def totals(run: Run) -> Totals:
    """The whole run, as its groups report it; where it has no groups, as its specs do."""
    return _of_groups(run.groups) if run.groups else _from_specs(run)


def group_totals(group: Group) -> Totals:
    """One group by itself."""
    return _of_groups((group,))


def _of_groups(groups: Sequence[Group]) -> Totals:
    tests = [group.tests for group in groups]
    return Totals(
        specs=_added([group_specs(group) for group in groups]),
        tests=_added([group_tests(group) for group in groups]),
        passed=_sum([t.passes for t in tests]),
        failed=_sum([t.failures for t in tests]),
        flaky=_sum([t.flaky for t in tests]),
        pending=_sum([t.pending for t in tests]),
        skipped=_sum([t.skipped for t in tests]),
    )


def _from_specs(run: Run) -> Totals:
    done = sum(spec.completed_at is not None for spec in run.specs)
    claimed = sum(spec.claimed_at is not None for spec in run.specs)
    stats = [spec.stats for spec in run.specs]
    reported = sum(s.reported for s in stats)
    planned = [s.planned for s in stats if s.planned is not None]
    return Totals(
        specs=_clamped(done, claimed, len(run.specs) if run.specs else None),
        # One spec that does not tell how many it has leaves the total unknown.
        tests=_clamped(reported, reported, sum(planned) if stats and len(planned) == len(stats) else None),
        passed=_sum([s.passes for s in stats]),
        failed=_sum([s.failures for s in stats]),
        flaky=sum(spec.flaky for spec in run.specs) if run.specs else None,
        pending=_sum([s.pending for s in stats]),
        skipped=_sum([s.skipped for s in stats]),
    )
