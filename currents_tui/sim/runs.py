"""A run's JSON as the service gives it at a moment: from a plan and an instant to a document."""

from __future__ import annotations

from collections.abc import Iterable

from currents_tui.sim import cypress, playwright
from currents_tui.sim.clock import Clock
from currents_tui.sim.document import (
    Document,
    commit_document,
    dumps,
    framework_document,
    limit_ms,
    platform_document,
)
from currents_tui.sim.evolve import is_claimed, is_complete, known_span, reported, verdict
from currents_tui.sim.links import Signer
from currents_tui.sim.plan import GroupPlan, RunPlan, SpecPlan

LAG = 1.5
"""How far a group's test counters trail behind those of its specs, in seconds at speed 1."""


def run_json(run: RunPlan, clock: Clock, now_ms: int, project_id: str, signer: Signer) -> str:
    """`data` of GET /runs/:id, as JSON.

    It is text because specs that no longer change are written once and kept: an answer about ten
    thousand specs costs little more than one about those that run.
    """
    document = header(run, clock, now_ms, project_id)
    t = clock.seconds(now_ms)
    write = cypress.spec_json if run.flavour == "cypress" else playwright.spec_json
    specs = [write(run, group, spec, clock, t, signer) for group in run.groups for spec in group.specs]
    return f'{dumps(document)[:-1]},"specs":[{",".join(specs)}]}}'


def feed_item(run: RunPlan, clock: Clock, now_ms: int, project_id: str) -> Document:
    """One item of GET /projects/:id/runs."""
    return header(run, clock, now_ms, project_id) | {"cursor": run.cursor}


def header(run: RunPlan, clock: Clock, now_ms: int, project_id: str) -> Document:
    """A run without its specs."""
    t = clock.seconds(now_ms)
    state = run.completion_state(t)
    document: Document = {
        "runId": run.run_id,
        "projectId": project_id,
        "createdAt": clock.stamp(run.created),
    }
    cypress = run.flavour == "cypress"
    if not cypress:
        document["durationMs"] = _span(run, run.specs, clock, t)
    document["tags"] = list(run.tags)
    if cypress:
        document |= {"cypressVersion": "13.17.0", "cancellation": None}
    if state == "CANCELED" and run.cancel is not None:
        document["cancellation"] = {
            "actor": run.cancel.actor,
            "canceledAt": clock.stamp(run.cancel.at),
            "reason": run.cancel.reason,
        }
    document["timeout"] = {"isTimeout": False}
    if state == "TIMEOUT":
        document["timeout"] = {"isTimeout": True, "timeoutValueMs": limit_ms(run.limit, clock)}
    document["groups"] = [_group(run, group, clock, t) for group in run.groups]
    document["meta"] = _meta(run)
    document["completionState"] = state
    document["status"] = verdict(run, t)
    return document


def _span(run: RunPlan, specs: Iterable[SpecPlan], clock: Clock, t: float) -> int | None:
    """The service's `durationMs`: between the first and the last time it knows; no elapsed time."""
    span = known_span(run, specs, t)
    return None if span is None else clock.ms(span[1]) - clock.ms(span[0])


def _group(run: RunPlan, group: GroupPlan, clock: Clock, t: float) -> Document:
    shared: Document = {
        "groupId": group.group_id,
        "platform": platform_document(group),
        "instances": _instances(run, group, t),
        "tests": _tests(run, group, t),
    }
    if run.flavour == "cypress":
        return shared | {"createdAt": clock.stamp(run.created)}
    return shared | {
        "coverageEnabled": False,
        "tags": list(group.tags),
        "durationMs": _span(run, group.specs, clock, t),
        "specCount": len(group.specs),
    }


def _instances(run: RunPlan, group: GroupPlan, t: float) -> Document:
    """How many of the group's specs there are, claimed, complete, good and bad."""
    complete = [spec for spec in group.specs if is_complete(run, spec, t)]
    failures = sum(spec.tally.bad for spec in complete)
    return {
        "overall": len(group.specs),
        "claimed": sum(is_claimed(run, spec, t) for spec in group.specs),
        "complete": len(complete),
        "passes": len(complete) - failures,
        "failures": failures,
    }


def _tests(run: RunPlan, group: GroupPlan, t: float) -> Document:
    """The group's tests by outcome; `overall` is what has been reported, only `tests` what is planned."""
    counted_at = t if run.completion_state(t) == "COMPLETE" else t - LAG
    passes = failures = pending = skipped = flaky = 0
    for spec in group.specs:
        counts = reported(run, spec, counted_at)
        passes += counts.passes
        failures += counts.failures
        pending += counts.pending
        skipped += counts.skipped
        flaky += counts.flaky
    cypress = run.flavour == "cypress"
    planned = {} if cypress else {"tests": sum(spec.tally.tests for spec in group.specs)}
    return {
        "overall": passes + failures + pending + skipped,
        **planned,
        "passes": passes,
        "failures": failures,
        "pending": pending,
        "skipped": skipped,
        "flaky": flaky,
        "retries": flaky if cypress else 0,
    }


def _meta(run: RunPlan) -> Document:
    meta: Document = {"ciBuildId": run.ci_build_id, "commit": commit_document(run)}
    if run.flavour == "cypress":
        return meta | {"platform": platform_document(run.groups[0])}
    return meta | {"framework": framework_document(run)}
