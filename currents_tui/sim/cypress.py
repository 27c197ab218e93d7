"""How a Cypress spec is written in a run: silent until all its results come at once."""

from __future__ import annotations

from currents_tui.sim.clock import Clock
from currents_tui.sim.document import Document, dumps
from currents_tui.sim.evolve import is_claimed, is_complete
from currents_tui.sim.links import Signer
from currents_tui.sim.plan import GroupPlan, RunPlan, SpecPlan
from currents_tui.sim.timeline import counts, tests

CRASH = (
    "Error: Webpack Compilation Error\n"
    "./cypress/e2e/products/import.cy.ts\n"
    "Module not found: Error: Can't resolve '../../support/csv-fixtures' "
    "in '/builds/webshop/cypress/e2e/products'\n"
    "resolve '../../support/csv-fixtures' in '/builds/webshop/cypress/e2e/products'"
)
"""What a spec file that could not be compiled leaves behind."""


def spec_json(run: RunPlan, group: GroupPlan, spec: SpecPlan, clock: Clock, t: float, signer: Signer) -> str:
    claimed, complete = is_claimed(run, spec, t), is_complete(run, spec, t)
    document = {
        "groupId": group.group_id,
        "spec": spec.path,
        "instanceId": spec.instance_id,
        "claimedAt": clock.stamp(spec.claimed) if claimed else None,
        "completedAt": clock.stamp(spec.completed) if complete else None,
        "machineId": spec.machine_id if claimed else "",
        "worker": None,
        "results": results_document(spec, clock, signer) if complete else None,
    }
    return dumps(document)


def results_document(spec: SpecPlan, clock: Clock, signer: Signer) -> Document:
    """`results` of a Cypress spec that is complete."""
    c = counts(spec, spec.completed)
    start, end = clock.stamp(spec.started), clock.stamp(spec.ended)
    length = clock.ms(spec.ended) - clock.ms(spec.started)
    return {
        "videoUrl": None if spec.crashed else signer.cdn(f"videos/{spec.instance_id}.mp4"),
        "stats": {
            "duration": length,
            "endedAt": end,
            "startedAt": start,
            "failures": c.failures,
            "passes": c.passes,
            "pending": c.pending,
            "skipped": c.skipped,
            "suites": 0 if spec.crashed else 1,
            "tests": spec.tally.tests,
            "wallClockDuration": length,
            "wallClockStartedAt": start,
            "wallClockEndedAt": end,
        },
        "screenshots": _screenshots(spec, clock, signer),
        "exception": CRASH if spec.crashed else None,
        "flaky": c.flaky,
    }


def _screenshots(spec: SpecPlan, clock: Clock, signer: Signer) -> list[Document]:
    """One for each failed attempt, as Cypress takes them."""
    found = []
    for test in tests(spec):
        for number, attempt in enumerate(test.attempts):
            if attempt.raw_status == "passed":
                continue
            name = f"{spec.instance_id}-{test.case.test_id}-{number}"
            found.append(
                {
                    "testAttemptIndex": number,
                    "size": 210_000 + attempt.error * 131,
                    "takenAt": clock.stamp(attempt.end),
                    "dimensions": {"width": 1280, "height": 720},
                    "multipart": False,
                    "specName": spec.path.rsplit("/", 1)[-1],
                    "testFailure": True,
                    "scaled": True,
                    "blackout": [],
                    "duration": 120 + attempt.error % 90,
                    "testId": test.case.test_id,
                    "screenshotId": name,
                    "name": "screenshot",
                    "screenshotURL": signer.cdn(f"screenshots/{name}.png"),
                    "height": 0,
                    "width": 0,
                }
            )
    return found
