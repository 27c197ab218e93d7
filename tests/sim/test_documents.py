"""A run's and an instance's JSON: consistent at every moment, and in the service's spelling."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from currents_tui.sim.clock import parse
from currents_tui.sim.failures import failure
from currents_tui.sim.plan import Cancel, Flavour, RunPlan
from tests.sim.told import CLOCK, instance_at, outcomes, run_at, told

COUNTERS = ("passes", "failures", "pending", "skipped", "flaky")


def runs_in_progress(name: str) -> list[RunPlan]:
    main, nightly, cypress, *_ = told(name).runs
    return [main, nightly, cypress]


def stamps(value: Any) -> list[str]:
    """Every ISO instant anywhere in a document."""
    if isinstance(value, dict):
        return [stamp for item in value.values() for stamp in stamps(item)]
    if isinstance(value, list):
        return [stamp for item in value for stamp in stamps(item)]
    return [value] if isinstance(value, str) and len(value) == 24 and value.endswith("Z") else []


@pytest.mark.parametrize("name", ["busy", "failing", "stuck"])
def test_counters_agree_and_only_grow(name: str) -> None:
    for run in runs_in_progress(name):
        before: dict[str, int] = {}
        moments = [run.created, *(run.ending[0] * step / 25 for step in range(1, 26)), run.ending[0] + 5]
        for t in moments:
            document = run_at(run, t)
            grown = check_consistent(document, run.flavour == "cypress")
            assert all(grown[key] >= value for key, value in before.items()), "something was counted back"
            before = grown
            assert all(parse(stamp) <= CLOCK.ms(t) for stamp in stamps(document)), "a time lies ahead"


def check_consistent(document: dict[str, Any], cypress: bool) -> dict[str, int]:
    """Hold a document against itself; its counters by name."""
    counted: dict[str, int] = {}
    for group in document["groups"]:
        specs = [spec for spec in document["specs"] if spec["groupId"] == group["groupId"]]
        instances, tested = group["instances"], group["tests"]
        assert instances["complete"] <= instances["claimed"] <= instances["overall"] == len(specs)
        assert instances["passes"] + instances["failures"] == instances["complete"]
        assert instances["claimed"] == sum(spec["claimedAt"] is not None for spec in specs)
        assert instances["complete"] == sum(spec["completedAt"] is not None for spec in specs)
        assert tested["overall"] == outcomes(tested)
        assert tested["overall"] <= sum(outcomes(s["results"]["stats"]) for s in specs if s["results"])
        assert ("tests" in tested) is not cypress
        if not cypress:
            assert tested["overall"] <= tested["tests"]
        counted |= {f"{group['groupId']} {key}": value for key, value in (instances | tested).items()}
    for spec in document["specs"]:
        assert (spec["claimedAt"] is None) is (spec["machineId"] == "")
        if cypress:
            assert (spec["results"] is None) is (spec["completedAt"] is None)
        if spec["results"]:
            stats = spec["results"]["stats"]
            assert outcomes(stats) <= max(stats["tests"], 1)
            assert spec["results"]["flaky"] <= stats["passes"]
            counted |= {f"{spec['instanceId']} {key}": stats.get(key, 0) for key in COUNTERS}
    return counted


def test_a_running_playwright_spec_is_counted_test_by_test() -> None:
    main = told("busy").runs[0]
    spec = main.specs[0]
    seen = set()
    for step in range(1, 60):
        document = run_at(main, spec.started + (spec.ended - spec.started) * step / 60)
        spec_told = next(s for s in document["specs"] if s["instanceId"] == spec.instance_id)
        assert spec_told["completedAt"] is None
        assert "wallClockStartedAt" in spec_told["results"]["stats"]
        assert "wallClockEndedAt" not in spec_told["results"]["stats"]
        seen.add(outcomes(spec_told["results"]["stats"]))
    assert len(seen) >= spec.tally.tests - 1


def test_group_counters_trail_behind_their_specs() -> None:
    main = told("busy").runs[0]
    behind = 0
    for t in range(380, 440):
        document = run_at(main, t)
        behind += sum(outcomes(s["results"]["stats"]) for s in document["specs"]) > sum(
            group["tests"]["overall"] for group in document["groups"]
        )
    assert behind > 10


def test_playwright_spelling() -> None:
    main = told("busy").runs[0]
    document = run_at(main, 400)
    assert len(document["runId"]) == 16
    assert int(document["runId"], 16)
    assert "cypressVersion" not in document
    assert "cancellation" not in document
    assert document["timeout"] == {"isTimeout": False}
    assert document["meta"]["framework"]["type"] == "pw"
    assert document["meta"]["commit"]["ghaEventData"]["prTitle"] == "fix: debounce address lookup"
    assert document["groups"][0]["platform"]["browserName"] == "chromium"
    assert document["groups"][0]["platform"]["browserVersion"] == ""
    waiting = next(spec for spec in document["specs"] if spec["claimedAt"] is None)
    assert waiting["machineId"] == ""
    assert waiting["results"]["stats"]["tests"] == waiting["results"]["stats"]["overall"] > 0
    assert waiting["results"]["videoUrl"] is None
    assert not any("screenshots" in spec["results"] for spec in document["specs"])
    running = next(spec for spec in document["specs"] if spec["claimedAt"] and not spec["completedAt"])
    assert running["worker"] == {"workerIndex": 0, "parallelIndex": 0}
    assert document["specs"][0]["inactivityTimeoutMs"] == 600_000


def test_a_first_claim_can_come_before_the_run_is_created() -> None:
    document = run_at(told("busy").runs[0], 5)
    first = min(parse(spec["claimedAt"]) for spec in document["specs"] if spec["claimedAt"])
    assert parse(document["createdAt"]) - first == 900


def test_duration_is_the_span_of_known_times() -> None:
    nightly = told("busy").runs[1]
    assert run_at(nightly, 0.5)["durationMs"] is None
    document = run_at(nightly, 400)
    known = [
        parse(spec[key])
        for spec in document["specs"]
        for key in ("claimedAt", "completedAt")
        if spec[key] is not None
    ]
    assert document["durationMs"] == max(known) - min(known)
    assert document["durationMs"] < 400_000


def test_cypress_spelling() -> None:
    cypress = told("busy").runs[2]
    document = run_at(cypress, cypress.ending[0])
    assert document["cypressVersion"].startswith("13.")
    assert document["cancellation"] is None
    assert "durationMs" not in document
    assert "framework" not in document["meta"]
    assert document["meta"]["commit"]["remoteOrigin"] is None
    assert document["meta"]["commit"]["message"].endswith("\n")
    assert all(group["tests"]["retries"] == group["tests"]["flaky"] for group in document["groups"])
    shots = [shot for spec in document["specs"] for shot in spec["results"]["screenshots"]]
    assert shots
    assert (shots[0]["height"], shots[0]["width"]) == (0, 0)
    assert shots[0]["dimensions"] == {"width": 1280, "height": 720}
    assert shots[0]["size"] > 0


def test_links_are_signed_anew_at_every_answer() -> None:
    cypress = told("busy").runs[2]
    one, two = (run_at(cypress, cypress.ending[0], turn=turn) for turn in (1, 2))
    for before, after in zip(one["specs"], two["specs"], strict=True):
        old, new = before["results"].pop("videoUrl"), after["results"].pop("videoUrl")
        assert old != new
        assert old.split("?")[0] == new.split("?")[0]


def test_cancelled_specs_in_flight_still_finish_and_no_other_begins() -> None:
    for run in runs_in_progress("busy"):
        at = 420.0
        cancelled = replace(run, cancel=Cancel(at, "api:demo"))
        before, then = run_at(run, at), run_at(cancelled, at + 0.001)
        later, end = run_at(cancelled, at + 100), run_at(cancelled, at + 5000)
        assert before["completionState"] == "IN_PROGRESS"
        assert then["completionState"] == end["completionState"] == "CANCELED"
        assert end["cancellation"] == {
            "actor": "api:demo",
            "canceledAt": CLOCK.stamp(at),
            "reason": "apiRequest",
        }
        assert end["status"] in ("PASSED", "FAILED")
        claimed = [[s["instanceId"] for s in d["specs"] if s["claimedAt"]] for d in (then, later, end)]
        assert claimed[0] == claimed[1] == claimed[2]
        complete = [sum(g["instances"]["complete"] for g in d["groups"]) for d in (then, end)]
        assert complete[0] < complete[1] < len(run.specs)
        if run.flavour == "playwright":
            assert complete[1] == len(claimed[0])


@pytest.mark.parametrize("name", ["busy", "failing", "stuck"])
def test_instances_say_the_same_as_their_run(name: str) -> None:
    for run in runs_in_progress(name):
        for t in (420.0, run.ending[0] + 5):
            document = run_at(run, t)
            for spec in document["specs"]:
                instance = instance_at(run, spec["instanceId"], t)
                assert instance["machineId"] == spec["machineId"]
                if run.flavour == "playwright":
                    same_as_playwright(instance, spec)
                elif spec["results"] is None:
                    assert instance["results"] is None
                else:
                    same_as_cypress(instance, spec)


def same_as_playwright(instance: dict[str, Any], spec: dict[str, Any]) -> None:
    stats = spec["results"]["stats"]
    assert instance["schemaVersion"] == 2
    assert instance["results"]["stats"] == stats | {"retries": 0}
    states = [result["state"] for result in instance["testResults"].values()]
    for state, counter in zip(("passed", "failed", "pending", "skipped"), COUNTERS, strict=False):
        assert states.count(state) == stats[counter]
    assert sum(result["isFlaky"] for result in instance["testResults"].values()) == stats["flaky"]
    assert len(instance["testList"]) == len(instance["results"]["tests"]) == stats["tests"]
    assert "completedAt" not in instance
    for test in instance["results"]["tests"]:
        assert test["_d"] is (test["testId"] in instance["testResults"])
        assert "state" not in test
    for result in instance["testResults"].values():
        if result["state"] == "failed":
            error = result["attempts"][0]["error"]
            assert "\x1b[" in error["message"]
            assert "\x1b[" in error["codeFrame"]["frame"]
            assert error["codeFrame"]["file"].endswith("/" + spec["spec"])
            assert result["displayError"] == error["message"]
    failed = [a for r in instance["testResults"].values() for a in r["attempts"] if a["state"] == "failed"]
    for kind in ("screenshots", "videos", "playwrightTraces", "attachments"):
        assert len(instance["results"][kind]) == len(failed)


def same_as_cypress(instance: dict[str, Any], spec: dict[str, Any]) -> None:
    stats, found = spec["results"]["stats"], instance["results"]["tests"]
    assert instance["results"]["stats"] == stats
    assert instance["results"]["exception"] == spec["results"]["exception"]
    assert instance["completedAt"] == spec["completedAt"]
    if spec["results"]["exception"] is None:
        assert len(found) == stats["tests"]
        for state, counter in zip(("passed", "failed", "pending", "skipped"), COUNTERS, strict=False):
            assert sum(test["state"] == state for test in found) == stats[counter]
    for test in found:
        if test["state"] == "failed":
            assert test["attempts"][0]["error"]["codeFrame"]["line"] > 0


@pytest.mark.parametrize("flavour", ["playwright", "cypress"])
@pytest.mark.parametrize("timed_out", [True, False])
def test_a_code_frame_marks_its_column(flavour: Flavour, timed_out: bool) -> None:
    for number in range(6):
        frame = failure(flavour, number, timed_out, "cart/mini-cart.spec.ts", 99, "adds an item")["codeFrame"]
        rows = re.sub(r"\x1b\[\d*m", "", frame["frame"]).splitlines()
        source = rows[2].split("|", 1)[1]
        assert rows[2].startswith(f">  {frame['line']} |")
        assert rows[3].split("|", 1)[1].index("^") == frame["column"]
        assert source[frame["column"] - 1] == "."
        assert source[frame["column"]].isalpha()
