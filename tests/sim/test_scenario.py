"""What a scenario promises, and what holds of every plan."""

from __future__ import annotations

import time
from itertools import pairwise
from math import inf
from typing import Any

import pytest

from currents_tui.cli import options
from currents_tui.sim import timeline
from currents_tui.sim.clock import Clock
from currents_tui.sim.plan import RunPlan, Story
from currents_tui.sim.scenario import DEFAULT_BEGIN, LATER, SCENARIOS, story
from tests.sim.told import CLOCK, run_at, told

SMALL = [name for name in SCENARIOS if name != "huge"]


def every_run(name: str, seed: int = 1) -> tuple[RunPlan, ...]:
    return told(name, seed).runs


def by_kind(name: str, seed: int = 1) -> tuple[RunPlan, RunPlan, RunPlan, RunPlan]:
    """Main run, the nightly one, the Cypress one, the one that appears later."""
    main, nightly, cypress, later, *_ = told(name, seed).runs
    return main, nightly, cypress, later


def facts(of: Story) -> list[Any]:
    return [
        (
            run.run_id,
            run.ending,
            [(s.instance_id, s.machine_id, s.claimed, s.completed, s.tally) for s in run.specs],
        )
        for run in of.runs
    ]


@pytest.mark.parametrize("name", SMALL)
def test_same_seed_same_story(name: str) -> None:
    assert facts(story(name, 3)) == facts(story(name, 3))
    assert facts(story(name, 3)) != facts(story(name, 4))


def test_unknown_scenario() -> None:
    with pytest.raises(ValueError, match="busy"):
        story("quiet", 1)


@pytest.mark.parametrize("seed", range(1, 6))
def test_busy_is_as_big_as_promised(seed: int) -> None:
    main, nightly, cypress, later = by_kind("busy", seed)
    assert len(main.specs) == 73
    assert [group.group_id for group in main.groups] == ["chromium", "firefox", "webkit", "mobile-chrome"]
    assert 1000 <= sum(spec.tally.tests for spec in main.specs) <= 1100
    assert 10 <= len({spec.machine_id for spec in main.specs}) <= 12
    over, state = main.ending
    assert over == pytest.approx(1110)
    assert state == "COMPLETE"
    assert all(8 <= spec.ended - spec.started <= 220 for spec in main.specs)
    for run in (main, nightly, cypress):
        t = DEFAULT_BEGIN - run.begins
        assert run.completion_state(t) == "IN_PROGRESS"
    assert (nightly.flavour, cypress.flavour) == ("playwright", "cypress")
    assert later.begins == LATER > DEFAULT_BEGIN
    assert later.commit.branch == main.commit.branch


@pytest.mark.parametrize(
    ("name", "state", "status"),
    [
        ("busy", "COMPLETE", "FAILED"),
        ("flaky-network", "COMPLETE", "FAILED"),
        ("failing", "COMPLETE", "FAILED"),
        ("stuck", "TIMEOUT", "FAILED"),
        ("green", "COMPLETE", "PASSED"),
    ],
)
@pytest.mark.parametrize("seed", [1, 2])
def test_the_main_run_ends_as_the_scenario_says(name: str, state: str, status: str, seed: int) -> None:
    main = every_run(name, seed)[0]
    over = main.ending[0]
    before, after = run_at(main, over - 1), run_at(main, over + 1)
    assert before["completionState"] == "IN_PROGRESS"
    assert before["status"] in ("RUNNING", "FAILING")
    assert (after["completionState"], after["status"]) == (state, status)
    assert after["timeout"]["isTimeout"] is (state == "TIMEOUT")


def test_busy_has_every_kind_of_outcome() -> None:
    specs = every_run("busy")[0].specs
    assert sum(bool(spec.tally.failures) for spec in specs) == 4
    assert sum(spec.tally.skipped for spec in specs) == 1
    assert sum(spec.tally.flaky for spec in specs) >= 3
    assert sum(spec.tally.pending for spec in specs) >= 5


def test_failing_fails_widely_and_a_cypress_file_crashes() -> None:
    main, _, cypress, _ = by_kind("failing")
    assert sum(spec.tally.bad for spec in main.specs) > 15
    crashed = [spec for spec in cypress.specs if spec.crashed]
    assert len(crashed) == 1
    document = run_at(cypress, cypress.ending[0])
    results = next(s["results"] for s in document["specs"] if s["instanceId"] == crashed[0].instance_id)
    assert "Module not found" in results["exception"]
    assert (results["stats"]["tests"], results["stats"]["failures"]) == (0, 1)


def test_green_has_nothing_bad_anywhere_in_progress() -> None:
    for run in by_kind("green"):
        assert not any(spec.tally.bad or spec.tally.flaky for spec in run.specs)


@pytest.mark.parametrize("seed", range(1, 6))
def test_stuck_machine_is_silent_before_the_default_begin(seed: int) -> None:
    main = every_run("stuck", seed)[0]
    stuck = [spec for spec in main.specs if spec.silent != inf]
    assert len(stuck) == 1
    spec = stuck[0]
    assert spec.started < spec.silent < DEFAULT_BEGIN
    assert not any(s.claimed > spec.claimed for s in main.specs if s.machine_id == spec.machine_id)
    others = max(s.completed for s in main.specs if s is not spec)
    assert main.ending[0] == pytest.approx(others + main.limit)


def test_history_has_every_ending() -> None:
    past = every_run("busy")[4:]
    endings = {run_at(run, 1e5)["completionState"] for run in past}
    statuses = {run_at(run, 1e5)["status"] for run in past}
    assert endings == {"COMPLETE", "CANCELED", "TIMEOUT"}
    assert statuses == {"PASSED", "FAILED"}
    assert any(not run.commit.message.isascii() for run in past)
    assert any("[" in spec.path for run in past for spec in run.specs)


@pytest.mark.parametrize("name", SCENARIOS)
def test_no_time_goes_backwards(name: str) -> None:
    for run in every_run(name):
        lanes: dict[tuple[str, int], list[tuple[float, float]]] = {}
        for spec in run.specs:
            assert spec.claimed <= spec.started <= spec.ended <= spec.completed
            if spec.started != inf:
                lanes.setdefault((spec.machine_id, spec.lane), []).append((spec.started, spec.ended))
        for spans in lanes.values():
            spans.sort()
            assert all(ended <= begun for (_, ended), (begun, _) in pairwise(spans)), (
                "one lane ran two specs at once"
            )


@pytest.mark.parametrize("name", ["busy", "failing", "stuck"])
def test_tests_lie_in_their_spec_and_come_out_as_counted(name: str) -> None:
    for run in by_kind(name):
        for spec in run.specs:
            planned = timeline.tests(spec)
            moments = [spec.started, *(a.end for test in planned for a in test.attempts)]
            assert moments == sorted(moments)
            assert moments[-1] <= spec.ended
            if spec.crashed:
                continue
            states = [test.state for test in planned]
            counted = timeline.final(spec)
            assert states.count("passed") == counted.passes
            assert states.count("failed") == counted.failures
            assert states.count("pending") == counted.pending
            assert states.count("skipped") == counted.skipped
            assert sum(test.flaky for test in planned) == counted.flaky
            for test in planned:
                raw = [attempt.raw_status for attempt in test.attempts]
                if test.state == "failed":
                    assert len(raw) == timeline.ATTEMPTS
                    assert "passed" not in raw
                elif test.flaky:
                    assert raw[-1] == "passed"
                    assert "passed" not in raw[:-1]
                    assert len(raw) > 1


def test_the_same_tests_fail_in_each_browser() -> None:
    main = every_run("busy")[0]
    failed = [
        {test.case.test_id for test in timeline.tests(spec) if test.state == "failed"}
        for spec in main.specs
        if spec.path == "checkout/payment-3ds.spec.ts" and spec.tally.failures
    ]
    assert len(failed) == 2
    assert failed[0] == failed[1] != set()


def test_cypress_claims_in_batches_and_begins_one_after_another() -> None:
    cypress = by_kind("busy")[2]
    document = run_at(cypress, cypress.ending[0])
    machine = document["specs"][0]["machineId"]
    mine = sorted(
        (spec["claimedAt"], spec["results"]["stats"]["wallClockStartedAt"])
        for spec in document["specs"]
        if spec["machineId"] == machine
    )
    assert len(mine) >= 3
    claims = [claim[:19] for claim, _ in mine]
    assert len(set(claims)) < len(claims), "no two were claimed together"
    assert len({start[:19] for _, start in mine}) == len(mine)


def test_speed_shortens_everything_and_nothing_else() -> None:
    main = every_run("busy")[0]
    slow = run_at(main, 2000, Clock(CLOCK.origin_ms, 1.0))
    fast = run_at(main, 2000, Clock(CLOCK.origin_ms, 10.0))
    assert fast["durationMs"] == pytest.approx(slow["durationMs"] / 10, abs=2)
    assert fast["specs"][0]["inactivityTimeoutMs"] == slow["specs"][0]["inactivityTimeoutMs"] / 10
    assert [s["results"]["stats"]["passes"] for s in fast["specs"]] == [
        s["results"]["stats"]["passes"] for s in slow["specs"]
    ]


def test_huge_is_huge_and_quickly_told() -> None:
    main = every_run("huge")[0]
    assert (len(main.groups), len(main.specs)) == (50, 10_000)
    assert len({spec.machine_id for spec in main.specs}) == 200
    run_at(main, 500)
    best = inf
    for turn in range(3):
        begun = time.process_time()
        document = run_at(main, 510.0 + turn)
        best = min(best, time.process_time() - begun)
    claimed = sum(group["instances"]["claimed"] for group in document["groups"])
    assert 3000 < claimed < 7000
    # A generous bound on a slow machine; json.loads of the 5 MB is in it too.
    assert best < 2.0


def test_the_demo_offers_every_scenario() -> None:
    assert sorted(options.SCENARIOS) == sorted(SCENARIOS)
