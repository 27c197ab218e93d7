"""One answer about a run, worked out once: every spec's state, the machines' short names, the counts.

Everything that needs no clock is decided here, when an answer arrives, so that the tick of each
second touches only the specs that run.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from statistics import median

from msgspec import Struct

from currents_tui.core.completion import completion
from currents_tui.core.model import Run, Spec
from currents_tui.core.verdict import SpecState, Verdict, run_verdict, spec_state


class SpecRow(Struct, frozen=True, gc=False):
    """A spec as the panes show it."""

    key: str
    spec: Spec
    state: SpecState
    machine: str
    """The machine's short name, "" while none has it."""
    since: datetime | None
    """When a running spec began; for one that tells no start, when it was claimed or, if that was later,
    when its machine was done with the one before."""


class Board(Struct, frozen=True, dict=True):
    verdict: Verdict
    rows: tuple[SpecRow, ...]
    """In the order of the answer."""
    by_key: Mapping[str, SpecRow]
    running: tuple[SpecRow, ...]
    states: Mapping[SpecState, int]
    """How many specs are in each state."""
    medians: Mapping[str, float]
    """By group id, the median duration of its finished specs, in seconds; only from 3 specs on."""
    machines: Mapping[str, str]
    """Machine id -> short name."""
    first_failure: datetime | None
    """When the earliest failed spec was reported."""


MEDIAN_NEEDS = 3
"""Finished specs from which on a median says something."""


def board(run: Run) -> Board:
    """Work out what `run` says about its specs."""
    run_state = completion(run)
    machines = machine_names(run.specs)
    queued = queued_keys(run.specs)
    done = _last_done(run.specs)
    rows: list[SpecRow] = []
    by_key: dict[str, SpecRow] = {}
    durations: defaultdict[str, list[float]] = defaultdict(list)
    for spec in run.specs:
        key = spec.key
        if key in by_key:
            # The service lists an instance once; should it ever not, the first one stands.
            continue
        state = spec_state(spec, run_state, queued=key in queued)
        row = SpecRow(
            key=key,
            spec=spec,
            state=state,
            machine=machines.get(spec.machine_id or "", ""),
            since=_since(spec, done) if state is SpecState.RUNNING else None,
        )
        rows.append(row)
        by_key[key] = row
        if spec.completed_at is not None and (took := spec.duration_ms) is not None:
            durations[spec.group_id or ""].append(took / 1000)
    failures = [r.spec.completed_at for r in rows if r.state is SpecState.FAILED and r.spec.completed_at]
    return Board(
        verdict=run_verdict(run),
        rows=tuple(rows),
        by_key=by_key,
        running=tuple(row for row in rows if row.state is SpecState.RUNNING),
        states=Counter(row.state for row in rows),
        medians={g: median(took) for g, took in durations.items() if len(took) >= MEDIAN_NEEDS},
        machines=machines,
        first_failure=min(failures, default=None),
    )


def _last_done(specs: Iterable[Spec]) -> Mapping[str, datetime]:
    """Machine id -> when it last reported a spec."""
    done: dict[str, datetime] = {}
    for spec in specs:
        at, machine = spec.completed_at, spec.machine_id
        if machine and at is not None and (machine not in done or done[machine] < at):
            done[machine] = at
    return done


def _since(spec: Spec, done: Mapping[str, datetime]) -> datetime | None:
    if spec.started_at is not None or spec.claimed_at is None:
        return spec.started_at
    # In a batch the last one was claimed long before its turn came.
    return max(spec.claimed_at, done.get(spec.machine_id or "", spec.claimed_at))


def queued_keys(specs: Iterable[Spec]) -> frozenset[str]:
    """The specs that a machine has claimed and not begun.

    Cypress machines claim in batches and run the batch one after another; a spec's start is known
    once it has one. Until then, of the open specs of a machine only the first claimed can be running,
    and not even that where another one of them has a start.
    """
    begun: set[str] = set()
    unstarted: defaultdict[str, list[Spec]] = defaultdict(list)
    for spec in specs:
        if spec.claimed_at is None or spec.completed_at is not None:
            continue
        if spec.started_at is None and not spec.stats.reported:
            unstarted[spec.machine_id or ""].append(spec)
        else:
            begun.add(spec.machine_id or "")
    queued: set[str] = set()
    for machine, waiting in unstarted.items():
        # `sorted` is stable: within a batch, claimed at one moment, the answer's order stands.
        in_order = sorted(waiting, key=_claimed)
        # A spec whose results are there and tell no start has not begun (live Playwright results).
        runs_now = machine not in begun and in_order[0].results is None
        queued.update(spec.key for spec in in_order[1 if runs_now else 0 :])
    return frozenset(queued)


def _claimed(spec: Spec) -> float:
    return spec.claimed_at.timestamp() if spec.claimed_at else 0.0


def machine_names(specs: Iterable[Spec]) -> Mapping[str, str]:
    """Machine id -> a name of two or three cells: the group's first letter and a number ("w2").

    Numbered in the order in which they first claimed, so that a name stays what it is while a run
    goes on. Where one machine serves several groups, all are "m1", "m2", …
    """
    first: dict[str, Spec] = {}
    groups: defaultdict[str, set[str]] = defaultdict(set)
    for spec in specs:
        if not spec.machine_id or spec.claimed_at is None:
            continue
        groups[spec.machine_id].add(spec.group_id or "")
        known = first.get(spec.machine_id)
        if known is None or _claimed(spec) < _claimed(known):
            first[spec.machine_id] = spec
    by_group = all(len(served) == 1 for served in groups.values())
    numbers: Counter[str] = Counter()
    names: dict[str, str] = {}
    for machine, spec in sorted(first.items(), key=lambda item: (_claimed(item[1]), item[0])):
        letter = next((c for c in (spec.group_id or "").lower() if "a" <= c <= "z"), "m")
        prefix = letter if by_group and len({g for served in groups.values() for g in served}) > 1 else "m"
        numbers[prefix] += 1
        names[machine] = f"{prefix}{numbers[prefix]}"
    return names
