"""`python tests/eta.py`: how far off the forecast is over runs of many shapes, at half their time.

The runs are made up here, from seeds: nothing of the program's own ideas about runs goes into them. A plan
says what each machine takes and when; what the service would tell at half-time is handed to `forecast`, and
its answer is held against the plan.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from heapq import heapify, heappop, heappush
from math import inf
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).parent.parent))

from currents_tui.core.board import board
from currents_tui.core.forecast import Forecast, forecast
from currents_tui.core.history import History, newest_first, past_run
from currents_tui.core.model import Framework, Group, Results, Run, RunMeta, Spec, SpecCounts, Stats
from currents_tui.core.text import plain

RUNS = 400
OTHERS = range(10_000, 10_000 + RUNS)
"""Runs that nobody looked at while the forecast was written."""
ZERO = datetime(2026, 3, 1, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Plan:
    """What becomes of one spec; seconds since the run began."""

    group: str
    name: str
    machine: str
    claimed: float
    started: float
    ended: float


@dataclass(frozen=True)
class Shape:
    """A group as its project has it: the same in every run but for chance."""

    name: str
    lengths: dict[str, float]
    """What each file takes on an ordinary day."""
    machines: int
    lanes: int
    batch: int
    late: tuple[float, ...]
    """When each machine is there."""
    gap: float
    order: str


@dataclass(frozen=True)
class Case:
    seed: int
    traits: tuple[str, ...]
    plans: tuple[Plan, ...]
    past: tuple[tuple[Plan, ...], ...]

    @property
    def end(self) -> float:
        return max(plan.ended for plan in self.plans)


# --- runs of many shapes


def _lengths(rng: random.Random, kind: str, number: int) -> list[float]:
    typical = rng.choice((8, 20, 45, 90, 180))
    draw: Callable[[], float] = {
        "even": lambda: rng.uniform(0.7, 1.3),
        "triangular": lambda: rng.triangular(0.1, 1.6, 1.2),
        "lognormal": lambda: rng.lognormvariate(0, 0.55),
        "wide": lambda: rng.lognormvariate(0, 0.95),
        "heavy": lambda: min(0.4 * rng.paretovariate(1.4), 12.0),
        "two sorts": lambda: rng.uniform(0.8, 1.2) * (0.3 if rng.random() < 0.7 else 3.0),
    }[kind]
    return [max(1.0, typical * draw()) for _ in range(number)]


KINDS = ("even", "triangular", "lognormal", "wide", "heavy", "two sorts")


def case(seed: int) -> Case:
    """The run number `seed`, with the runs that came before it."""
    rng = random.Random(f"eta {seed}")
    cypress = rng.random() < 0.3
    kind = rng.choice(KINDS)
    number = rng.choice((1, 1, 2, 3, 4, 6))
    staggered = rng.random() < 0.2
    joins_late = rng.random() < 0.25
    slow_end = rng.random() < 0.15
    order = rng.choice(("shuffled", "shuffled", "by name", "longest first"))
    shapes = []
    for place in range(number):
        lengths = _lengths(rng, kind, rng.choice((8, 15, 30, 60, 120)))
        machines = min(rng.choice((1, 2, 3, 4, 6, 10)), max(1, len(lengths) // 3))
        lanes = 1 if cypress else rng.choice((1, 1, 1, 2, 4))
        work = sum(lengths) / machines / lanes
        begins = 0.15 * work * place if staggered else 0.0
        late = [begins + rng.uniform(0, min(10.0, 0.05 * work)) for _ in range(machines)]
        if joins_late and machines > 1:
            late[1:] = [at + rng.uniform(0, 0.3 * work) * (rng.random() < 0.5) for at in late[1:]]
        files = {f"spec-{n:03}.spec.ts": length for n, length in enumerate(lengths)}
        if slow_end and place == 0:
            files["zz-slow.spec.ts"] = rng.uniform(3, 6) * sum(lengths) / len(lengths)
        shapes.append(
            Shape(f"group-{place}", files, machines, lanes, 3 if cypress else 1, tuple(late),
                  rng.uniform(0.3, 4.0), "slow last" if slow_end else order)
        )  # fmt: skip
    remembered = rng.choice((0, 0, 1, 2, 3))
    noise = rng.choice((0.08, 0.15, 0.3))
    speeds = [rng.uniform(0.8, 1.25) for _ in range(remembered)]
    # Numbers of their own, so that the other runs stay what they were before there were such.
    other = random.Random(f"eta {seed}, machines")
    rescaled = bool(remembered) and other.random() < 0.15
    before = [_rescaled(other, shape) for shape in shapes] if rescaled else shapes
    past = tuple(_run(rng, before, speed, noise) for speed in speeds)
    traits = (
        "cypress" if cypress else "playwright", kind, "history" if remembered else "no history",
        *(("late",) if joins_late else ()), *(("staggered",) if staggered else ()),
        *(("slow end",) if slow_end else ()), *(("rescaled",) if rescaled else ()),
    )  # fmt: skip
    return Case(seed, traits, _run(rng, shapes, 1.0, noise), past)


def _rescaled(rng: random.Random, shape: Shape) -> Shape:
    """The group as it was before somebody changed how many machines it has."""
    now = len(shape.late)
    number = max(1, round(now * rng.choice((0.3, 0.5, 2, 3, 4))))
    return replace(shape, late=tuple(shape.late[place % now] for place in range(number)))


def _run(rng: random.Random, shapes: Iterable[Shape], speed: float, noise: float) -> tuple[Plan, ...]:
    return tuple(plan for shape in shapes for plan in _group(rng, shape, speed, noise))


def _group(rng: random.Random, shape: Shape, speed: float, noise: float) -> Iterable[Plan]:
    lengths = {name: took * speed * rng.lognormvariate(0, noise) for name, took in shape.lengths.items()}
    queue = _queue(rng, shape)
    free = [(at, lane, number) for number, at in enumerate(shape.late) for lane in range(shape.lanes)]
    heapify(free)
    while queue:
        at, lane, number = heappop(free)
        batch, queue = queue[: shape.batch], queue[shape.batch :]
        claimed = at
        for place, name in enumerate(batch):
            started = at + (rng.uniform(0.5, 1.5) if shape.batch > 1 else 0.0)
            at = started + lengths[name]
            machine = f"{shape.name}-m{number}"
            yield Plan(shape.name, name, machine, claimed + 0.005 * place, started, at)
            at += rng.uniform(0.3, 1.0) if shape.batch > 1 else 0.0
        heappush(free, (at + rng.uniform(0.5, 1.5) * shape.gap, lane, number))


def _queue(rng: random.Random, shape: Shape) -> list[str]:
    names = list(shape.lengths)
    if shape.order == "longest first":
        return sorted(names, key=lambda name: -shape.lengths[name])
    if shape.order == "by name":
        return names
    rng.shuffle(names)
    if shape.order == "slow last" and "zz-slow.spec.ts" in names:
        names.remove("zz-slow.spec.ts")
        names.append("zz-slow.spec.ts")
    return names


# --- what the service tells of them


def told(plans: Sequence[Plan], at: float, number: int) -> Run:
    """The run as it is told `at` so many seconds."""
    groups = tuple(dict.fromkeys(plan.group for plan in plans))
    over = all(plan.ended <= at for plan in plans)
    return Run(
        run_id=plain(f"{number:016x}"),
        completion_state=plain("COMPLETE" if over else "IN_PROGRESS"),
        status=plain("PASSED" if over else "RUNNING"),
        created_at=ZERO + timedelta(days=number),
        groups=tuple(_told_group(plans, group, at) for group in groups),
        meta=RunMeta(ci_build_id=plain(f"build-{number}"), framework=Framework(type=plain("pw"))),
        # Not in the order in which they run: the service lists them by name.
        specs=tuple(_told_spec(plan, at) for plan in sorted(plans, key=lambda one: (one.group, one.name))),
    )


def _told_group(plans: Sequence[Plan], group: str, at: float) -> Group:
    own = [plan for plan in plans if plan.group == group]
    complete = sum(plan.ended <= at for plan in own)
    return Group(group_id=plain(group), instances=SpecCounts(overall=len(own), complete=complete))


def _told_spec(plan: Plan, at: float) -> Spec:
    claimed, started, ended = plan.claimed <= at, plan.started <= at, plan.ended <= at
    stats = Stats(
        tests=4, passes=4 if ended else 0,
        wall_clock_started_at=_moment(plan.started) if started else None,
        wall_clock_duration=(plan.ended - plan.started) * 1000 if ended else None,
    )  # fmt: skip
    return Spec(
        group_id=plain(plan.group), spec=plain(plan.name), instance_id=plain(f"{plan.group}/{plan.name}"),
        claimed_at=_moment(plan.claimed) if claimed else None,
        completed_at=_moment(plan.ended) if ended else None,
        machine_id=plain(plan.machine if claimed else ""), results=Results(stats=stats) if claimed else None,
    )  # fmt: skip


def _moment(seconds: float) -> datetime:
    return ZERO + timedelta(seconds=seconds)


def asked(of: Case, share: float = 0.5, with_history: bool = True) -> Forecast | None:
    """The forecast when that share of the run's time has passed."""
    at = share * of.end
    run = told(of.plans, at, 100)
    past = [past_run(told(plans, inf, number)) for number, plans in enumerate(of.past)]
    history = History(runs=newest_first(past)) if past and with_history else None
    return forecast(board(run), run, history, ZERO + timedelta(seconds=at))


# --- how good they are


@dataclass(frozen=True)
class Figures:
    runs: int
    silent: int
    """Runs of which nothing was forecast."""
    error: float
    """The median of the errors of the time that remains, as a share of it."""
    within: float
    """The share of runs whose true end lay in the range."""
    width: float
    """The median of half the range's width, as a share of the forecast."""

    def __str__(self) -> str:
        return (
            f"{self.runs:4} runs  median error {self.error:6.1%}  true end in the range {self.within:6.1%}"
            f"  range +-{self.width:.1%}" + (f"  ({self.silent} without)" if self.silent else "")
        )


def figures(cases: Sequence[Case], share: float = 0.5, with_history: bool = True) -> Figures:
    """What the forecasts of the runs are worth."""
    found = [(of.end * (1 - share), asked(of, share, with_history)) for of in cases]
    known = [(left, made) for left, made in found if made is not None]
    return Figures(
        runs=len(cases),
        silent=len(cases) - len(known),
        error=median(abs(made.seconds - left) / left for left, made in known),
        within=sum(made.low <= left <= made.high for left, made in known) / len(known),
        width=median((made.high - made.low) / 2 / made.seconds for _, made in known),
    )


def main() -> None:
    cases = [case(seed) for seed in range(RUNS)]
    print(f"{'all':24}{figures(cases)}")
    print(f"{'all, history hidden':24}{figures(cases, with_history=False)}")
    print(f"{'others':24}{figures([case(seed) for seed in OTHERS])}")
    remembered = [of for of in cases if of.past]
    print(f"{'history':24}{figures(remembered)}")
    print(f"{'the same, hidden':24}{figures(remembered, with_history=False)}")
    for trait in ("playwright", "cypress", *KINDS, "late", "staggered", "slow end", "rescaled", "no history"):
        print(f"{trait:24}{figures([of for of in cases if trait in of.traits])}")
    for share in (0.25, 0.75, 0.9):
        print(f"{f'after {share:.0%} of the time':24}{figures(cases, share)}")


if __name__ == "__main__":
    main()
