"""What is called stuck, held against what the simulated service knows: all of that, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache

import pytest

from currents_tui.api.decode import decode_run
from currents_tui.core.events import HistoryTold, Polled
from currents_tui.core.history import History, newest_first, past_run
from currents_tui.core.state import State, reduce, start
from currents_tui.core.summary import one_look
from currents_tui.core.watched import silent, stuck
from currents_tui.sim.clock import parse
from currents_tui.sim.plan import RunPlan
from currents_tui.sim.project import Project
from currents_tui.sim.truth import truth
from tests.sim.told import ZERO_MS, told

POLL = 12.0
"""Seconds at speed 1 between two looks."""
MOMENTS = 30


@dataclass(frozen=True)
class Look:
    """The state after an answer, and the moment in seconds at speed 1 since the story's zero."""

    t: float
    at: datetime
    state: State

    def called(self, pace: float) -> set[str]:
        return {stall.row.key for stall in stuck(self.state.current, self.at, pace)}


def moment(ms: float) -> datetime:
    return datetime.fromtimestamp(ms / 1000, UTC)


@cache
def history_of(scenario: str, speed: float) -> History:
    """The finished runs of the story."""
    project = Project(told(scenario), ZERO_MS, speed)
    there = [
        run
        for run in project.runs(ZERO_MS)
        if run.completion_state(project.seconds(run, ZERO_MS)) == "COMPLETE"
    ]
    answers = (project.run_json(run.run_id, ZERO_MS) for run in there)
    runs = [past_run(decode_run(f'{{"status":"OK","data":{answer}}}'.encode())) for answer in answers]
    return History(runs=newest_first(runs), inactivity_limit=600 / speed)


def followed(scenario: str, plan: RunPlan, speed: float, *, knows_history: bool) -> Iterator[Look]:
    """The run followed from its begin to its end, poll by poll."""
    project = Project(told(scenario), ZERO_MS, speed)
    state = start((plan.run_id,), 5.0, speed)
    if knows_history:
        state = reduce(state, HistoryTold(run_id=plan.run_id, history=history_of(scenario, speed)))
    t = max(0.0, plan.begins) + 5.0
    while t < plan.begins + plan.ending[0]:
        now_ms = int(ZERO_MS + t * 1000 / speed)
        body = f'{{"status":"OK","data":{project.run_json(plan.run_id, now_ms)}}}'.encode()
        at = moment(now_ms)
        state = reduce(state, Polled(run_id=plan.run_id, run=decode_run(body), asked_at=at, at=at))
        yield Look(t, at, state)
        t += POLL


def looks(scenario: str, number: int, speed: float, *, knows_history: bool) -> list[Look]:
    plan = told(scenario).runs[number]
    return list(followed(scenario, plan, speed, knows_history=knows_history))


@pytest.mark.parametrize("speed", [1.0, 30.0])
@pytest.mark.parametrize("knows_history", [False, True])
def test_what_is_stuck_is_called_so_and_nothing_else(speed: float, knows_history: bool) -> None:
    plan = told("stuck").runs[0]
    project = Project(told("stuck"), ZERO_MS, speed)
    known = truth(project)["runs"][plan.run_id]["stuck"]
    really, since = set(known["instanceIds"]), moment(parse(known["since"]))
    assert really
    every = looks("stuck", 0, speed, knows_history=knows_history)
    first = None
    for look in every:
        called = look.called(speed)
        assert called <= really, look.t
        if called and first is None:
            first = look
        if first is not None:
            assert called == really, "once called so it stays so"
    assert first is not None
    # Three times what the longest of its group takes are enough in any case.
    longest = max(spec.ended - spec.started for spec in plan.groups[0].specs if spec.ended < 1e9)
    assert timedelta(0) < first.at - since < timedelta(seconds=3 * longest / speed)
    assert sum(look.called(speed) == really for look in every) >= MOMENTS


@pytest.mark.parametrize("scenario", ["busy", "green", "failing"])
@pytest.mark.parametrize("number", [0, 1, 2])
@pytest.mark.parametrize("knows_history", [False, True])
def test_no_false_alarm(scenario: str, number: int, knows_history: bool) -> None:
    """In the main run, the nightly one and the Cypress one, whose machines take specs in batches."""
    every = looks(scenario, number, 1.0, knows_history=knows_history)
    assert len(every) >= MOMENTS
    for look in every:
        assert look.called(1.0) == set(), look.t
        assert silent(look.state.current, (), look.at) is None, look.t


@pytest.mark.parametrize("scenario", ["busy", "failing"])
def test_no_false_alarm_in_a_sped_up_demo(scenario: str) -> None:
    for number in (0, 2):
        assert all(not look.called(30.0) for look in looks(scenario, number, 30.0, knows_history=True))


def test_one_look_without_a_pace_finds_what_is_stuck_in_a_sped_up_demo() -> None:
    """`status` knows no pace; but how long the service waits is told with each spec, and that is as short."""
    late = [look for look in looks("stuck", 0, 30.0, knows_history=False) if look.t > 900][-1]
    run, known = late.state.current.run, late.state.current.board
    assert run is not None
    assert known is not None
    really = {spec.instance_id for spec in told("stuck").runs[0].specs if spec.silent < 1e9}
    assert {stall.row.key for stall in one_look(run, known, late.at)} == really


def test_the_countdown_ends_when_the_run_does() -> None:
    """When nothing but the stuck spec is left, the service's own patience is what runs out."""
    plan = told("stuck").runs[0]
    end = plan.ending[0]
    quiet = [
        (look.t, found)
        for look in looks("stuck", 0, 1.0, knows_history=True)
        if (found := silent(look.state.current, stuck(look.state.current, look.at), look.at)) is not None
    ]
    assert len(quiet) >= 20
    for t, found in quiet:
        assert found.limit is not None
        # A result is seen at the poll after it was reported.
        assert t + found.limit - found.silent == pytest.approx(end, abs=POLL)
