"""One answer about a run, worked out once: every spec's state, the machines' short names, the counts.

Everything that needs no clock is decided here, when an answer arrives, so that the tick of each
second touches only the specs that run.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from statistics import median

from msgspec import Struct

from currents_tui.core.completion import Completion, completion, is_finishing
from currents_tui.core.model import Run, Spec
from currents_tui.core.sums import NOTHING, Move, Sums, added, is_onward, machine_names
from currents_tui.core.verdict import UNKNOWN, SpecState, Verdict, run_verdict, spec_state


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
    completion: Completion
    finishing: bool
    """Whether it was cancelled a moment ago, and machines still report what they have claimed."""
    sums: Sums
    """What the next board is made from, where little differs."""


MEDIAN_NEEDS = 3
"""Finished specs from which on a median says something."""


def board(run: Run, before: Board | None = None, at: datetime | None = None) -> Board:
    """Work out what `run` says about its specs. It was told `at`; without that nothing more is expected of a
    run that was cancelled.

    Where it differs in a few specs from what `before` was made of, only those are looked at. It comes to
    the same, and a row that says the same is the very same object.
    """
    finishing = at is not None and is_finishing(run, at)
    moves = _moves(run, before, finishing=finishing) if before is not None else None
    if before is None or moves is None:
        before, moves = _EMPTY, [(place, None, spec) for place, spec in enumerate(_listed_once(run.specs))]
    sums = added(before.sums, moves)
    machines = machine_names(sums.crew)
    rows, moved = _rows(run, before, moves, sums, machines, finishing=finishing)
    failures = [row.spec.completed_at for row in moved if row.state is SpecState.FAILED]
    longer = {group: took for group, took in sums.took.items() if took is not before.sums.took.get(group)}
    return Board(
        verdict=run_verdict(run),
        rows=tuple(rows),
        by_key={**before.by_key, **{row.key: row for row in moved}},
        running=tuple(row for at in sorted(sums.under_way) if (row := rows[at]).state is SpecState.RUNNING),
        states=_counted(before, moved),
        medians={
            **before.medians,
            **{g: median(took) for g, took in longer.items() if len(took) >= MEDIAN_NEEDS},
        },
        machines=machines,
        first_failure=min([at for at in (before.first_failure, *failures) if at is not None], default=None),
        completion=completion(run),
        finishing=finishing,
        sums=sums,
    )


_EMPTY = Board(UNKNOWN, (), {}, (), {}, {}, {}, None, Completion.UNKNOWN, finishing=False, sums=NOTHING)


def _listed_once(specs: Iterable[Spec]) -> Iterable[Spec]:
    """The service lists an instance once; should it ever not, the first one stands."""
    by_key: dict[str, Spec] = {}
    for spec in specs:
        by_key.setdefault(spec.key, spec)
    return by_key.values()


def _moves(run: Run, before: Board, *, finishing: bool) -> list[Move] | None:
    """What differs from what `before` was made of; None where it's too much to go on from there."""
    if len(run.specs) != len(before.rows) or finishing is not before.finishing:
        return None
    if completion(run) is not before.completion:
        return None
    pairs = enumerate(zip(before.rows, run.specs, strict=True))
    moves: list[Move] = [(place, row.spec, spec) for place, (row, spec) in pairs if row.spec is not spec]
    return moves if is_onward(moves) else None


def _rows(
    run: Run,
    before: Board,
    moves: Iterable[Move],
    sums: Sums,
    machines: Mapping[str, str],
    *,
    finishing: bool,
) -> tuple[list[SpecRow], list[SpecRow]]:
    """All rows in the order of the answer, and those of them that `before` does not have."""
    rows, moved = list(before.rows), []
    specs = {place: spec for place, _, spec in moves}
    under_way = {place: specs.get(place) or rows[place].spec for place in sorted(sums.under_way)}
    queued, state = queued_keys(under_way.values()), completion(run)
    specs |= under_way
    if machines != before.machines:
        named = ((row, machines.get(row.spec.machine_id or "", "")) for row in rows)
        specs |= {
            at: row.spec for at, (row, name) in enumerate(named) if at not in specs and row.machine != name
        }
    for place in sorted(specs):
        row = _row(specs[place], state, queued, sums, machines, finishing=finishing)
        if place == len(rows):
            rows.append(row)
        elif row.spec is rows[place].spec and row == rows[place]:
            continue
        rows[place] = row
        moved.append(row)
    return rows, moved


def _row(
    spec: Spec,
    run_state: Completion,
    queued: Collection[str],
    sums: Sums,
    machines: Mapping[str, str],
    *,
    finishing: bool,
) -> SpecRow:
    key = spec.key
    state = spec_state(spec, run_state, queued=key in queued, finishing=finishing)
    since = _since(spec, sums.done) if state is SpecState.RUNNING else None
    return SpecRow(key, spec, state, machines.get(spec.machine_id or "", ""), since)


def _counted(before: Board, moved: Iterable[SpecRow]) -> Mapping[SpecState, int]:
    states = Counter(before.states)
    states.update(row.state for row in moved)
    states.subtract(was.state for row in moved if (was := before.by_key.get(row.key)) is not None)
    return +states


def changed(before: Board, after: Board) -> list[tuple[SpecRow | None, SpecRow]]:
    """The rows of `after` that are others than in `before`, each with what it was there."""
    if len(before.rows) == len(after.rows):
        pairs = zip(before.rows, after.rows, strict=True)
        differ = [row for was, row in pairs if was is not row]
    else:
        differ = list(after.rows)
    known = before.by_key
    return [(was, row) for row in differ if (was := known.get(row.key)) is not row]


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
