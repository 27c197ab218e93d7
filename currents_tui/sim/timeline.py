"""What happens inside one spec: its tests one after another, each with its attempts."""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import lru_cache
from math import inf
from typing import Literal

from currents_tui.sim.catalog import TestCase, cases, scattered
from currents_tui.sim.plan import SpecPlan
from currents_tui.sim.schedule import SILENT_PART

State = Literal["passed", "failed", "pending", "skipped"]
RawStatus = Literal["passed", "failed", "timedOut"]

ATTEMPTS = 3
"""How often a failing test is tried: two retries."""


@dataclass(frozen=True, slots=True)
class Attempt:
    start: float
    end: float
    raw_status: RawStatus
    error: int
    """Which of the errors in stock it met; of no meaning when it passed."""


@dataclass(frozen=True, slots=True)
class TestPlan:
    """One test of a spec; times in seconds from the run's zero."""

    case: TestCase
    state: State
    flaky: bool
    end: float
    """When its outcome is known."""
    attempts: tuple[Attempt, ...]


@dataclass(frozen=True, slots=True)
class Counts:
    """Outcomes known so far."""

    passes: int = 0
    failures: int = 0
    pending: int = 0
    skipped: int = 0
    flaky: int = 0

    @property
    def known(self) -> int:
        return self.passes + self.failures + self.pending + self.skipped


NOTHING = Counts()


@lru_cache(maxsize=16384)
def final(spec: SpecPlan) -> Counts:
    """The outcomes when the spec is complete."""
    tally = spec.tally
    return Counts(tally.passes, tally.failures, tally.pending, tally.skipped, tally.flaky)


def counts(spec: SpecPlan, t: float) -> Counts:
    """The outcomes known at that moment, test by test while the spec runs."""
    if t >= spec.completed:
        return final(spec)
    if t < spec.started:
        return NOTHING
    heard = [test for test in tests(spec) if test.end <= min(t, spec.silent)]
    states = [test.state for test in heard]
    return Counts(
        states.count("passed"),
        states.count("failed"),
        states.count("pending"),
        states.count("skipped"),
        sum(test.flaky for test in heard),
    )


@lru_cache(maxsize=4096)
def tests(spec: SpecPlan) -> tuple[TestPlan, ...]:
    """The tests of a spec in the order in which they run; none if the file itself broke."""
    if spec.crashed:
        return ()
    tally = spec.tally
    known = cases(spec.path, tally.tests)
    rng = random.Random(f"{spec.instance_id} {spec.path}")
    states, flaky = _outcomes(spec)
    efforts = [_effort(rng, state, index in flaky) for index, state in enumerate(states)]
    # A silent spec has no end, but its machine fell silent at a known part of its length.
    ended = spec.ended if spec.ended != inf else spec.started + (spec.silent - spec.started) / SILENT_PART
    length = ended - spec.started
    moment = spec.started + 0.05 * length
    unit = 0.95 * length / max(sum(sum(effort) for effort in efforts), 0.001)
    plans = []
    for index, (case, state, effort) in enumerate(zip(known, states, efforts, strict=True)):
        attempts = []
        error = random.Random(case.test_id).randrange(1000)
        for number, weight in enumerate(effort):
            good = state == "passed" and number == len(effort) - 1
            raw: RawStatus = "passed" if good else "timedOut" if error % 3 == 0 else "failed"
            attempts.append(Attempt(moment, moment + weight * unit * 0.97, raw, error))
            moment += weight * unit
        plans.append(
            TestPlan(case, state, index in flaky, attempts[-1].end if attempts else moment, tuple(attempts))
        )
    return tuple(plans)


def _outcomes(spec: SpecPlan) -> tuple[list[State], set[int]]:
    """The state of each test by index, and which are flaky."""
    tally = spec.tally
    order = scattered(spec.path, tally.tests)
    states: list[State] = ["passed"] * tally.tests
    failing = order[: tally.failures]
    for index in failing:
        states[index] = "failed"
    for index in order[tally.tests - tally.pending :]:
        states[index] = "pending"
    # Skipped are those that could not run because an earlier one of a serial block failed.
    first = min(failing, default=0)
    after = [i for i in (*range(first + 1, tally.tests), *range(first)) if states[i] == "passed"]
    for index in after[: tally.skipped]:
        states[index] = "skipped"
    passing = [index for index in order if states[index] == "passed"]
    return states, set(passing[: tally.flaky])


def _effort(rng: random.Random, state: State, flaky: bool) -> list[float]:
    """The relative lengths of a test's attempts; none if it does not run."""
    if state in ("pending", "skipped"):
        return []
    tries = ATTEMPTS if state == "failed" else 2 if flaky else 1
    return [rng.uniform(0.5, 1.6) for _ in range(tries)]
