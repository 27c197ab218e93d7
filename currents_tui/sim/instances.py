"""One execution of a spec with all its tests: `data` of GET /instances/:id, in two shapes."""

from __future__ import annotations

import random

from currents_tui.sim import cypress
from currents_tui.sim.clock import Clock
from currents_tui.sim.document import Document, commit_document, framework_document, platform_document
from currents_tui.sim.evolve import is_claimed, is_complete, is_started, reported
from currents_tui.sim.failures import failure
from currents_tui.sim.links import Signer
from currents_tui.sim.plan import Flavour, GroupPlan, RunPlan, SpecPlan
from currents_tui.sim.playwright import stats_document
from currents_tui.sim.timeline import Attempt, TestPlan, tests


def instance_document(
    run: RunPlan, instance_id: str, clock: Clock, now_ms: int, project_id: str, signer: Signer
) -> Document:
    """The instance as known at that instant. Raises KeyError if the run has no such instance."""
    group, spec = run.home[instance_id]
    t = clock.seconds(now_ms)
    claimed = is_claimed(run, spec, t)
    document: Document = {
        "instanceId": spec.instance_id,
        "runId": run.run_id,
        "projectId": project_id,
        "groupId": group.group_id,
        "spec": spec.path,
        "machineId": spec.machine_id if claimed else "",
        "tags": list(spec.tags),
        "commit": commit_document(run),
        "platform": platform_document(group),
        "createdAt": clock.stamp(run.created),
        "signature": f"{random.Random(f'signature {spec.path}').getrandbits(128):032x}",
        "claimList": [{"machineId": spec.machine_id, "t": clock.ms(spec.claimed)}] if claimed else [],
    }
    if claimed:
        document["claimedAt"] = clock.stamp(spec.claimed)
    if run.flavour == "cypress":
        complete = is_complete(run, spec, t)
        return document | {
            "completedAt": clock.stamp(spec.completed) if complete else None,
            "cypressVersion": "13.17.0",
            "results": _cypress_results(spec, clock, signer) if complete else None,
        }
    return document | _playwright(run, group, spec, clock, t, signer)


def _cypress_results(spec: SpecPlan, clock: Clock, signer: Signer) -> Document:
    return cypress.results_document(spec, clock, signer) | {
        "tests": [
            {
                "testId": test.case.test_id,
                "title": list(test.case.title),
                "state": test.state,
                "displayError": _display_error(spec, test),
                "body": f'() => {{\n  cy.visit("/admin")\n  // {test.case.title[1]}\n}}',
                "attempts": [_attempt(spec, test, attempt, clock) for attempt in test.attempts],
            }
            for test in tests(spec)
        ]
    }


def _playwright(
    run: RunPlan, group: GroupPlan, spec: SpecPlan, clock: Clock, t: float, signer: Signer
) -> Document:
    """What the second version of Playwright's shape adds: thin tests, their details beside them."""
    started, complete = is_started(run, spec, t), is_complete(run, spec, t)
    stats = stats_document(spec, reported(run, spec, t), clock.stamp(spec.started) if started else None)
    stats["retries"] = 0
    if complete:
        stats["wallClockEndedAt"] = clock.stamp(spec.ended)
        stats["wallClockDuration"] = clock.ms(spec.ended) - clock.ms(spec.started)
    heard = min(t, spec.silent)
    planned = tests(spec)
    done = [test for test in planned if started and test.end <= heard]
    known = {test.case.test_id for test in done}
    return {
        "schemaVersion": 2,
        "framework": framework_document(run),
        "results": {
            "stats": stats,
            "tests": [_thin(group, spec, test, test.case.test_id in known, clock) for test in planned],
            **_artifacts(run, spec, done, clock, signer),
        },
        "testList": {test.case.test_id: _name(test) for test in planned},
        "testTags": {test.case.test_id: list(spec.tags) for test in planned},
        "testAnnotations": _annotations(planned),
        "testResults": {test.case.test_id: _result(spec, test, clock) for test in done},
    }


def _name(test: TestPlan) -> Document:
    return {
        "testId": test.case.test_id,
        "title": list(test.case.title),
        "originalTitle": list(test.case.title),
    }


def _thin(group: GroupPlan, spec: SpecPlan, test: TestPlan, done: bool, clock: Clock) -> Document:
    document: Document = {
        "_s": test.state if done else None,
        "_d": done,
        "_f": test.flaky if done else False,
        "groupId": group.group_id,
        "spec": spec.path,
        **_name(test),
    }
    return document | _when(test, clock) if done else document


def _when(test: TestPlan, clock: Clock) -> Document:
    start = test.attempts[0].start if test.attempts else test.end
    return {
        "startTime": clock.stamp(start),
        "endTime": clock.stamp(test.end),
        "duration": clock.ms(test.end) - clock.ms(start),
    }


def _result(spec: SpecPlan, test: TestPlan, clock: Clock) -> Document:
    return {
        "_d": True,
        "attempts": [_attempt(spec, test, attempt, clock) for attempt in test.attempts],
        "displayError": _display_error(spec, test),
        "isFlaky": test.flaky,
        "recordId": f"{spec.instance_id}{test.case.line:04d}",
        "state": test.state,
        **_when(test, clock),
    }


def _is_cypress(spec: SpecPlan) -> bool:
    return ".cy." in spec.path


def _error(spec: SpecPlan, test: TestPlan, attempt: Attempt) -> Document | None:
    if attempt.raw_status == "passed":
        return None
    case = test.case
    flavour: Flavour = "cypress" if _is_cypress(spec) else "playwright"
    timed_out = attempt.raw_status == "timedOut"
    return failure(flavour, attempt.error, timed_out, spec.path, case.line + 4, case.title[1])


def _display_error(spec: SpecPlan, test: TestPlan) -> str | None:
    error = _error(spec, test, test.attempts[0]) if test.attempts else None
    return None if error is None else str(error["message"])


def _attempt(spec: SpecPlan, test: TestPlan, attempt: Attempt, clock: Clock) -> Document:
    document: Document = {
        "state": "passed" if attempt.raw_status == "passed" else "failed",
        "error": _error(spec, test, attempt),
        "wallClockStartedAt": clock.stamp(attempt.start),
        "wallClockDuration": clock.ms(attempt.end) - clock.ms(attempt.start),
        "videoTimestamp": None,
    }
    if _is_cypress(spec):
        return document | {"videoTimestamp": clock.ms(attempt.start) - clock.ms(spec.started)}
    number = test.attempts.index(attempt)
    return {
        "_d": True,
        "attemptId": f"{spec.instance_id}{test.case.line:04d}-{number}",
        "rawStatus": attempt.raw_status,
        # A worker is replaced after each failure.
        "workerIndex": spec.lane + number,
        "parallelIndex": spec.lane,
        **document,
    }


def _annotations(planned: tuple[TestPlan, ...]) -> Document:
    found: Document = {}
    for test in planned:
        found[test.case.test_id] = [{"type": "owner", "description": "Example Author"}]
        if test.state == "pending":
            found[test.case.test_id].append({"type": "fixme", "description": "waits for the new tax service"})
    return found


def _artifacts(run: RunPlan, spec: SpecPlan, done: list[TestPlan], clock: Clock, signer: Signer) -> Document:
    """Flat lists keyed by test and attempt: pictures, videos and traces of what failed."""
    document: Document = {"attachments": [], "playwrightTraces": [], "screenshots": [], "videos": []}
    for test in done:
        for number, attempt in enumerate(test.attempts):
            if attempt.raw_status != "passed":
                place = f"{run.run_id}/{spec.instance_id}-{test.case.test_id}-{number}"
                key = {"testId": test.case.test_id, "testAttemptIndex": number}
                for kind, artifact in _of_attempt(place, clock.stamp(attempt.end), signer).items():
                    document[kind].append(artifact | key)
    stdout = signer.bucket(f"{run.run_id}/stdout_{spec.instance_id}.txt")
    return document | {"stdout": {"readUrl": stdout}}


def _of_attempt(place: str, taken: str, signer: Signer) -> dict[str, Document]:
    """What one failed attempt leaves behind, by the list that it goes to."""
    artifact_id = f"{random.Random(place).getrandbits(128):032x}"
    return {
        "attachments": {
            "id": artifact_id,
            "readUrl": signer.bucket(f"{place}.md"),
            "name": "error-context",
            "contentType": "text/markdown",
            "filename": "error-context.md",
            "createdAt": taken,
        },
        "playwrightTraces": {
            "traceId": artifact_id,
            "name": "trace",
            "traceURL": signer.bucket(f"{place}.zip"),
        },
        "screenshots": {
            "name": "screenshot",
            "screenshotId": artifact_id,
            "screenshotURL": signer.bucket(f"{place}.png"),
            "takenAt": taken,
        },
        "videos": {"videoUrl": signer.bucket(f"{place}.webm")},
    }
