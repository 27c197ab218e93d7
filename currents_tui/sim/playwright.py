"""How a Playwright spec is written in a run: its tests are counted one by one while it runs."""

from __future__ import annotations

from functools import lru_cache

from currents_tui.sim.clock import Clock
from currents_tui.sim.document import Document, dumps, limit_ms
from currents_tui.sim.evolve import is_claimed, is_complete, reported
from currents_tui.sim.links import Signer
from currents_tui.sim.plan import GroupPlan, RunPlan, SpecPlan
from currents_tui.sim.timeline import NOTHING, Counts, final


def spec_json(run: RunPlan, group: GroupPlan, spec: SpecPlan, clock: Clock, t: float, signer: Signer) -> str:
    if not is_claimed(run, spec, t):
        return _waiting(spec, group.group_id, clock, run.limit)
    if is_complete(run, spec, t):
        return _settled(spec, group.group_id, clock, run.limit)
    c = reported(run, spec, t)
    return dumps(_document(spec, group.group_id, clock, run.limit, c, claimed=True))


@lru_cache(maxsize=32768)
def _waiting(spec: SpecPlan, group_id: str, clock: Clock, limit: float) -> str:
    """A Playwright spec that no machine has taken."""
    return dumps(_document(spec, group_id, clock, limit, NOTHING, claimed=False))


@lru_cache(maxsize=32768)
def _settled(spec: SpecPlan, group_id: str, clock: Clock, limit: float) -> str:
    """A complete Playwright spec: it never changes again, and has no link to sign."""
    document = _document(spec, group_id, clock, limit, final(spec), claimed=True)
    document["completedAt"] = clock.stamp(spec.completed)
    document["results"]["stats"] |= {
        "wallClockEndedAt": clock.stamp(spec.ended),
        "wallClockDuration": clock.ms(spec.ended) - clock.ms(spec.started),
    }
    return dumps(document)


def _document(
    spec: SpecPlan, group_id: str, clock: Clock, limit: float, c: Counts, claimed: bool
) -> Document:
    # In Playwright a spec is claimed when it begins.
    started = clock.stamp(spec.claimed) if claimed else None
    document: Document = {
        "instanceId": spec.instance_id,
        "spec": spec.path,
        "groupId": group_id,
        "claimedAt": started,
        "completedAt": None,
        "machineId": spec.machine_id if claimed else "",
        "tags": list(spec.tags),
        "inactivityTimeoutMs": limit_ms(limit, clock),
        "results": {"stats": stats_document(spec, c, started), "flaky": c.flaky, "videoUrl": None},
    }
    if claimed:
        document["worker"] = {"workerIndex": spec.lane, "parallelIndex": spec.lane}
    return document


def stats_document(spec: SpecPlan, c: Counts, started: str | None) -> Document:
    """`results.stats` of a Playwright spec that is not complete: there from the first."""
    stats: Document = {
        "tests": spec.tally.tests,
        "passes": c.passes,
        "failures": c.failures,
        "pending": c.pending,
        "skipped": c.skipped,
        "flaky": c.flaky,
        "overall": spec.tally.tests,
    }
    return stats if started is None else stats | {"wallClockStartedAt": started}
