"""Giving what lost machines have not finished to others: the reset of a run."""

from __future__ import annotations

import random
from collections.abc import Collection
from dataclasses import replace
from math import inf

from currents_tui.sim.plan import GroupPlan, RunPlan, SpecPlan
from currents_tui.sim.shape import word
from currents_tui.sim.timeline import tests

HANDOVER = 5.0
"""How long a spec lies in the queue at least before another machine takes it, in seconds."""


def requeue(run: RunPlan, machines: Collection[str], t: float) -> RunPlan:
    """The run in which all that these machines have not completed at that moment is run by others."""
    rng = random.Random(f"{run.run_id} {t}")
    groups = tuple(_handed_over(rng, group, machines, t) for group in run.groups)
    return run if groups == run.groups else replace(run, groups=groups, reopened=t)


def _handed_over(rng: random.Random, group: GroupPlan, machines: Collection[str], t: float) -> GroupPlan:
    lost = [spec for spec in group.specs if spec.machine_id in machines and spec.completed > t]
    if not lost:
        return group
    free: dict[str, float] = {}
    for spec in group.specs:
        if spec.machine_id and spec.machine_id not in machines:
            free[spec.machine_id] = max(free.get(spec.machine_id, 0.0), spec.completed)
    free = {machine: at for machine, at in free.items() if at != inf} or {word(rng, 12): t}
    taken: dict[str, SpecPlan] = {}
    for spec in lost:
        machine = min(free, key=lambda name: (free[name], name))
        claimed = max(free[machine], t) + HANDOVER
        again = _again(spec, machine, claimed)
        taken[spec.instance_id] = again
        free[machine] = again.completed
    return replace(group, specs=tuple(taken.get(spec.instance_id, spec) for spec in group.specs))


def _again(spec: SpecPlan, machine_id: str, claimed: float) -> SpecPlan:
    """The spec run from its start by another machine."""
    length = spec.ended - spec.started if spec.ended != inf else _length(spec)
    lead = spec.started - spec.claimed if spec.started != inf else 0.0
    tail = spec.completed - spec.ended if spec.completed != inf else 0.0
    return replace(
        spec,
        machine_id=machine_id,
        lane=0,
        claimed=claimed,
        started=claimed + lead,
        ended=claimed + lead + length,
        completed=claimed + lead + length + tail,
        silent=inf,
    )


def _length(spec: SpecPlan) -> float:
    """How long a spec that fell silent would have run."""
    planned = tests(spec)
    return planned[-1].end - spec.started if planned else 60.0
