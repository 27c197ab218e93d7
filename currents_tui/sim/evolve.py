"""What is known of a run at a moment: from a plan and a number of seconds to facts."""

from __future__ import annotations

from collections.abc import Iterable

from currents_tui.sim.plan import RunPlan, SpecPlan
from currents_tui.sim.timeline import NOTHING, Counts, counts


def is_claimed(run: RunPlan, spec: SpecPlan, t: float) -> bool:
    return spec.claimed <= t and spec.claimed <= run.cutoff


def is_started(run: RunPlan, spec: SpecPlan, t: float) -> bool:
    return is_claimed(run, spec, t) and spec.started <= t


def is_complete(run: RunPlan, spec: SpecPlan, t: float) -> bool:
    return is_started(run, spec, t) and spec.completed <= t


def reported(run: RunPlan, spec: SpecPlan, t: float) -> Counts:
    """The outcomes the service knows: live in Playwright, all at the end in Cypress."""
    if not is_started(run, spec, t) or (run.flavour == "cypress" and spec.completed > t):
        return NOTHING
    return counts(spec, t)


def verdict(run: RunPlan, t: float) -> str:
    """The run's status at a moment."""
    state = run.completion_state(t)
    if state == "TIMEOUT":
        return "FAILED"
    # Only then can a spec that has not ended have failed tests; looking into it costs more.
    bad = any(
        found.failures or found.skipped
        for spec in run.specs
        if spec.tally.bad and (found := reported(run, spec, t)).known
    )
    if state == "IN_PROGRESS":
        return "FAILING" if bad else "RUNNING"
    return "FAILED" if bad else "PASSED"


def known_span(run: RunPlan, specs: Iterable[SpecPlan], t: float) -> tuple[float, float] | None:
    """The first and the last time known of any of these specs; None while none is claimed."""
    known = [spec for spec in specs if is_claimed(run, spec, t)]
    if not known:
        return None
    last = max(spec.completed if is_complete(run, spec, t) else spec.claimed for spec in known)
    return min(spec.claimed for spec in known), last
