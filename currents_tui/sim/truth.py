"""What really happens in a story, for tests to hold what a client says against."""

from __future__ import annotations

from math import inf
from typing import Any

from currents_tui.sim.clock import Clock
from currents_tui.sim.evolve import verdict
from currents_tui.sim.plan import RunPlan, SpecPlan
from currents_tui.sim.project import Project


def truth(project: Project) -> dict[str, Any]:
    """Every run by id, those included that have not begun: how it ends, and each of its instances."""
    return {
        "scenario": project.story.scenario,
        "seed": project.story.seed,
        "speed": project.speed,
        "runs": {run.run_id: _run(run, project.clock(run)) for run in project.all_runs()},
    }


def _run(run: RunPlan, clock: Clock) -> dict[str, Any]:
    over, state = run.ending
    # In-flight specs of a cancelled run still count.
    settled = max([over, *(s.completed for s in run.specs if s.completed != inf and s.claimed <= run.cutoff)])
    stuck = [spec for spec in run.specs if spec.silent != inf]
    return {
        "createdAt": clock.stamp(run.created),
        "plannedEnd": clock.stamp(over),
        "completionState": state,
        "status": verdict(run, settled),
        "stuck": {
            "instanceIds": [spec.instance_id for spec in stuck],
            "machineIds": sorted({spec.machine_id for spec in stuck}),
            "since": clock.stamp(min(spec.silent for spec in stuck)) if stuck else None,
        },
        "instances": {spec.instance_id: _instance(run, spec, clock) for spec in run.specs},
    }


def _instance(run: RunPlan, spec: SpecPlan, clock: Clock) -> dict[str, Any]:
    runs = spec.claimed <= run.cutoff and spec.started != inf
    ends = runs and spec.completed != inf
    tally = spec.tally
    outcome = "failed" if tally.bad else "flaky" if tally.flaky else "passed"
    return {
        "spec": spec.path,
        "machineId": spec.machine_id if runs else "",
        "outcome": outcome if ends else "never",
        "start": clock.stamp(spec.started) if runs else None,
        "end": clock.stamp(spec.completed) if ends else None,
        "tests": tally.tests,
        "passes": tally.passes,
        "failures": tally.failures,
        "pending": tally.pending,
        "skipped": tally.skipped,
        "flaky": tally.flaky,
    }
