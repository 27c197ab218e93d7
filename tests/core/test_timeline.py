"""Machines as lanes: what the timeline says, held against the rules, and against what really happened."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from msgspec import structs

from currents_tui.api.decode import decode_run
from currents_tui.core.board import board
from currents_tui.core.model import Cancellation, Run, Spec
from currents_tui.core.timeline import timeline
from currents_tui.core.tracks import SpecSpan, Timeline, beside, estimated_end, idle_before
from currents_tui.core.verdict import SpecState
from currents_tui.sim.plan import RunPlan
from currents_tui.sim.project import Project
from currents_tui.sim.truth import truth
from tests.builders import NOW, ago, failed, group, passed, run, running, spec, waiting
from tests.sim.told import CLOCK, ZERO_MS, run_at, told


def laid_out(value: Run) -> Timeline:
    return timeline(value, board(value))


def spans(found: Timeline) -> dict[str, SpecSpan]:
    return {span.key: span for track in found.tracks for span in track.spans}


# --- the rules


@st.composite
def specs(draw: st.DrawFn) -> list[Spec]:
    """Specs of any groups and machines, in any state, with times in any order."""
    made = []
    for number in range(draw(st.integers(0, 25))):
        claimed = draw(st.none() | st.integers(0, 900))
        claim = 0 if claimed is None else claimed
        completed = draw(st.none() | st.integers(-5, claim)) if claimed is not None else None
        made.append(
            spec(
                f"{number}.spec.ts",
                group=draw(st.sampled_from("ab")),
                machine=draw(st.sampled_from(["m1", "m2", "m3"])),
                claimed=claimed,
                started=draw(st.integers(0, 950)),
                completed=completed,
                passes=draw(st.integers(0, 2)),
                failures=draw(st.integers(0, 1)) if claimed is not None else 0,
                results=draw(st.booleans()),
            )
        )
    return made


STATES = st.sampled_from(["IN_PROGRESS", "COMPLETE", "CANCELED", "TIMEOUT"])


@given(specs(), STATES)
def test_the_spans_of_a_row_never_overlap_and_no_time_is_negative(made: list[Spec], state: str) -> None:
    for track in laid_out(run(*made, state=state)).tracks:
        assert track.starts == tuple(span.start for span in track.spans)
        assert all(span.start >= 0 and (span.end is None or span.end >= span.start) for span in track.spans)
        for before, after in pairwise(track.spans):
            assert before.end is not None
            assert before.end <= after.start


@given(specs(), STATES)
def test_every_claimed_spec_is_on_its_machine_and_nowhere_else(made: list[Spec], state: str) -> None:
    found = laid_out(run(*made, state=state))
    listed = [key for track in found.tracks for key in track.keys]
    claimed = {value.key: value for value in made if value.claimed_at or value.completed_at}
    begun = {value.key for value in made if value.started_at is not None}
    assert len(listed) == len(set(listed))
    assert set(claimed) <= set(listed) <= set(claimed) | begun
    for key, value in claimed.items():
        lane = found.lanes[found.tracks[found.homes[key]].key]
        assert (lane.group_id, lane.machine_id) == (value.group_id, value.machine_id)


@given(specs(), STATES)
def test_a_machine_is_never_busier_than_all_the_time(made: list[Spec], state: str) -> None:
    found = laid_out(run(*made, state=state))
    elapsed = found.elapsed(NOW)
    for lane in found.lanes.values():
        assert 0 <= lane.share(elapsed) <= 1
        assert lane.busy(elapsed) >= 0


@given(specs())
def test_the_order_of_the_answer_does_not_matter(made: list[Spec]) -> None:
    # Of a batch, claimed at one moment, it is all that tells which one runs.
    claims = [spec.claimed_at for spec in made if spec.claimed_at is not None]
    assume(len(set(claims)) == len(claims))
    turned = list(reversed(made))
    names = tuple(group(name) for name in "ab")
    one, other = laid_out(run(*made, groups=names)), laid_out(run(*turned, groups=names))
    assert [track.key for track in one.tracks] == [track.key for track in other.tracks]
    assert [len(track.spans) for track in one.tracks] == [len(track.spans) for track in other.tracks]


def test_a_machine_with_two_workers_has_two_rows() -> None:
    found = laid_out(
        run(
            passed("a", completed=300, took=100),
            passed("b", completed=350, took=40),
            passed("c", completed=200, took=90),
            running("d", for_=290),
        )
    )
    (lane,) = {id(lane): lane for lane in found.lanes.values()}.values()
    names = [[span.row.spec.spec for span in track.spans] for track in lane.tracks]
    assert names == [["a", "c"], ["b", "d"]]
    # 400 .. 300 and 290 .. now: the machine was idle for 10 s in between.
    assert lane.busy(760) == pytest.approx(390)


def test_a_first_claim_before_the_run_was_created_begins_at_zero() -> None:
    found = laid_out(run(passed("a", completed=700, took=61), created=760))
    (span,) = spans(found).values()
    assert (span.start, span.end) == (0.0, 60.0)


def test_of_a_batch_the_rest_is_queued_and_what_runs_began_when_the_machine_was_free() -> None:
    batch = [spec(f"{n}.cy.js", claimed=200 - n / 100, results=False, machine="m") for n in range(3)]
    done = spec("done.cy.js", claimed=201, started=199, completed=80, passes=1, machine="m")
    value = run(done, *batch)
    found = laid_out(value)
    (track,) = found.tracks
    assert [span.row.spec.spec for span in track.spans] == ["done.cy.js", "0.cy.js"]
    assert [row.spec.spec for row in track.queued] == ["1.cy.js", "2.cy.js"]
    assert track.spans[-1].start == pytest.approx(760 - 80)
    assert found.groups[0].waiting == 2
    # And so it is not called silent since the claim.
    assert board(value).running[0].since == ago(80)


def test_a_machine_in_two_groups_is_a_lane_in_each_and_busy_with_both() -> None:
    found = laid_out(
        run(
            passed("a", group="x", machine="m", completed=600, took=160),
            passed("b", group="y", machine="m", completed=500, took=90),
            running("c", group="y", machine="m", for_=100),
        )
    )
    one, other = found.groups[0].lanes[0], found.groups[1].lanes[0]
    assert (one.machine_id, other.machine_id) == ("m", "m")
    assert one.busy(760) == other.busy(760) == pytest.approx(350)
    by_name = {str(span.row.spec.spec): span for span in spans(found).values()}
    assert idle_before(found, one, by_name["a"]) == pytest.approx(0)
    assert idle_before(found, other, by_name["b"]) == pytest.approx(10)
    assert idle_before(found, other, by_name["c"]) == pytest.approx(400)


def test_groups_say_what_is_done_what_waits_and_when_they_ended() -> None:
    value = run(
        failed("a", completed=100), passed("b", flaky=1, completed=50), waiting("w"),
        passed("c", group="webkit", machine="m2", completed=20), groups=(),
    )  # fmt: skip
    chromium, webkit = laid_out(value).groups
    assert (chromium.specs.done, chromium.specs.total, chromium.waiting) == (2, 3, 1)
    assert (chromium.failed, chromium.flaky, chromium.ended) == (1, 1, None)
    assert webkit.ended == pytest.approx(740)


@pytest.mark.parametrize("value", [run(), run(waiting("a"), waiting("b"), state="TIMEOUT"), Run()])
def test_without_a_claim_there_is_no_lane(value: Run) -> None:
    found = laid_out(value)
    assert found.tracks == ()
    assert found.elapsed(NOW) >= 0
    assert all(estimated_end(group, 10.0, ()) is None for group in found.groups)


@pytest.mark.parametrize(
    ("state", "lost"), [("CANCELED", SpecState.CANCELED), ("TIMEOUT", SpecState.TIMED_OUT)]
)
def test_a_run_that_was_stopped_ends_at_the_last_that_is_known(state: str, lost: SpecState) -> None:
    batch = [spec(f"{n}.cy.js", claimed=90, results=False, machine="m") for n in range(2)]
    value = run(passed("a", completed=100, machine="m"), *batch, waiting("w"), state=state)
    found = laid_out(value)
    assert found.end == pytest.approx(670)
    assert found.elapsed(NOW + timedelta(days=1)) == found.end
    ran = {str(span.row.spec.spec): span for span in spans(found).values()}
    assert set(ran) == {"a", "0.cy.js"}
    assert (ran["0.cy.js"].state, ran["0.cy.js"].end) == (lost, None)
    assert found.groups[0].waiting == 2
    canceled = structs.replace(value, cancellation=Cancellation(canceled_at=ago(30)))
    assert laid_out(canceled).end == pytest.approx(730)


def test_a_spec_that_never_reported_hides_nothing_that_came_after_it() -> None:
    never = spec("never.spec.ts", claimed=590)
    later = [passed("b.spec.ts", completed=500, took=80), passed("c.spec.ts", completed=100, took=400)]
    found = laid_out(run(never, *later, created=600, state="TIMEOUT", status="FAILED"))
    assert found.end == 500
    (lane,) = found.groups[0].lanes
    assert (lane.busy_until_open, lane.open_since) == (0, 10)


def test_when_a_group_ends_is_estimated_without_what_is_stuck() -> None:
    done = [passed(f"{n}", took=60, completed=300) for n in range(3)]
    stuck = running("s", for_=250, machine="m2")
    value = run(*done, running("r", for_=20), stuck, waiting("w"))
    (found,) = laid_out(value).groups
    assert found.typical == 60
    # 40 s of what runs and 60 s of what waits, on the one machine that is not stuck.
    assert estimated_end(found, 760, {stuck.key}) == pytest.approx(760 + 100)
    assert estimated_end(found, 760, ()) == pytest.approx(760 + 50)


# --- what really happened


BETWEEN = 8.0
"""Seconds that pass at most between the tests of two specs of a Cypress machine."""


def test_the_next_that_is_wanted_is_found_machine_by_machine_and_round_the_ends() -> None:
    found = laid_out(
        run(
            failed("a", machine="m1", took=10, completed=500),
            passed("b", machine="m1", took=10, completed=400),
            passed("c", machine="m1", took=10, completed=300),
            running("d", machine="m2", for_=450),
        )
    )
    a, b, c, d = (f"chromium-{name}" for name in "abcd")
    wanted = {a, d}
    assert [beside(found, wanted, key, 1) for key in (a, b, c, d)] == [d, d, d, a]
    assert [beside(found, wanted, key, -1) for key in (a, b, c, d)] == [d, a, a, a]
    assert [beside(found, wanted, "gone", step) for step in (1, -1)] == [a, d]
    assert beside(found, {b}, b, 1) == b
    assert beside(found, {"gone"}, b, 1) is None


def moment(stamp: str) -> float:
    """Seconds since the story's zero."""
    return datetime.fromisoformat(stamp).timestamp() - ZERO_MS / 1000


def answer(plan: RunPlan, at: float) -> Run:
    return decode_run(json.dumps({"status": "OK", "data": run_at(plan, at)}).encode())


@pytest.mark.parametrize("at", [150.0, 500.0, 900.0, 3000.0])
@pytest.mark.parametrize("which", [0, 2])
def test_it_tells_what_really_happened(which: int, at: float) -> None:
    plan = told("stuck").runs[which]
    assert plan.flavour == ("playwright", "cypress")[which // 2]
    true = truth(Project(told("stuck"), ZERO_MS, 1.0))["runs"][plan.run_id]["instances"]
    # What is history keeps its own clock; these runs began with the story.
    offset = plan.begins
    found = laid_out(answer(plan, at))
    shown = spans(found)
    for key, instance in true.items():
        start = moment(instance["start"]) - offset - plan.created if instance["start"] else None
        span = shown.get(key)
        if start is None or start > at - plan.created:
            # Of a batch, the next one counts as running as soon as the one before it has ended.
            assert span is None or (which and start is not None and start - span.start < BETWEEN)
            continue
        if span is None:
            # The one before it has ended, and its results are still being sent.
            assert which
            assert at - plan.created - start < BETWEEN
            continue
        assert found.lanes[found.tracks[found.homes[key]].key].machine_id == instance["machineId"]
        end = moment(instance["end"]) - offset if instance["end"] else None
        if end is not None and end <= at:
            tests_end = plan.home[key][1].ended - plan.created
            assert (span.start, span.end) == pytest.approx((max(0.0, start), tests_end), abs=0.01)
        else:
            assert span.end is None
            assert 0 <= start - span.start < BETWEEN if which else span.start == pytest.approx(max(0, start))
    assert found.zero == datetime.fromtimestamp(CLOCK.ms(plan.created) / 1000, UTC)


@pytest.mark.parametrize("which", [0, 2])
def test_lanes_and_rows_stay_where_they_are_while_a_run_goes_on(which: int) -> None:
    plan = told("stuck").runs[which]
    before: dict[str, str] = {}
    order: list[str] = []
    for at in range(60, 1300, 60):
        found = laid_out(answer(plan, float(at)))
        homes = {key: found.tracks[home].key for key, home in found.homes.items()}
        assert {key: homes[key] for key in before} == before
        now = [track.key for track in found.tracks]
        assert [key for key in now if key in order] == order
        before, order = homes, now


def test_nothing_that_is_queued_runs_in_a_cypress_run() -> None:
    plan = told("busy").runs[2]
    most = 0
    for at in range(20, 1100, 30):
        found = laid_out(answer(plan, float(at)))
        for lane in {id(lane): lane for lane in found.lanes.values()}.values():
            assert len(lane.tracks) == 1, "its specs run one after another"
            assert sum(span.end is None for span in lane.spans) <= 1
            most = max(most, len(lane.tracks[0].queued))
    assert most >= 2
