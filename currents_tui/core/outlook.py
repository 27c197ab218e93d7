"""What one answer says about the rest of a run, worked out once an answer: who is at work, how long what
takes, and what is left. The clock comes later, in `core.forecast`.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from math import inf
from statistics import median

from msgspec import Struct

from currents_tui.core.board import Board, SpecRow
from currents_tui.core.expectation import Kinds, Task, TaskKind
from currents_tui.core.file_key import group_key
from currents_tui.core.history import History
from currents_tui.core.lanes import Interval, interval, lanes_of
from currents_tui.core.model import Run
from currents_tui.core.queue_order import Order
from currents_tui.core.verdict import SpecState

BATCH_WITHIN = 1.0
"""Seconds within which a machine claims the specs of one batch."""


class Machine(Struct, frozen=True):
    name: str
    lanes: int
    running: tuple[tuple[Task, float], ...]
    """With the moment each began, in seconds since the epoch."""
    queued: tuple[Task, ...]
    last_end: float
    """When it was last heard of, in seconds since the epoch."""


class Load(Struct, frozen=True):
    """What waits of one kind, added up."""

    kind: TaskKind
    scales: float
    squares: float
    """The sum of the squares of the scales."""


class Pool(Struct, frozen=True):
    """Groups with their machines: what waits in here can be taken by these machines and by no others."""

    machines: tuple[Machine, ...]
    waiting: tuple[Task, ...]
    loads: tuple[Load, ...]
    """Of what waits and of what runs, every kind there is; with zeros for what runs alone."""
    gap: float
    """Seconds between two specs of a lane."""
    batch: int
    """Specs that a machine claims at once for one lane."""
    awaited: int
    """Lanes that are still to come, by earlier runs or by the other groups."""
    last_came: float
    """When the last of its machines came and claimed, in seconds since the epoch; infinite before one did."""
    is_in_order: bool
    """Whether what waits is handed out in the order of `waiting`."""


class Outlook(Struct, frozen=True):
    pools: tuple[Pool, ...]
    began: float
    """When the first spec was claimed or, before that, the run created; in seconds since the epoch."""
    runs: int
    """Earlier runs that it is made from; 0 where they say nothing about what is left."""


def outlook(board: Board, run: Run, history: History | None, stuck: Collection[str] = ()) -> Outlook | None:
    """What `run` still has before it; None while there is too little to go by.

    The `stuck` specs, by their keys, say nothing about how long others take.
    """
    kinds = Kinds(board, run, history, stuck)
    if not kinds.says_anything:
        return None
    tasks = kinds.tasks([row for row in board.rows if row.state in (SpecState.RUNNING, SpecState.WAITING)])
    claims = (at for row in board.rows if (at := row.spec.claimed_at) is not None)
    began = min(claims, default=run.created_at)
    if began is None:
        return None
    pools = _pools(board, tasks, kinds, history, run)
    seen = sum(task.is_seen for task in tasks.values())
    runs = len(history.runs) if history is not None and 2 * seen >= len(tasks) else 0
    return Outlook(pools, began.timestamp(), runs)


def _claimed(row: SpecRow) -> float | None:
    return row.spec.claimed_at.timestamp() if row.spec.claimed_at is not None else None


def _first_claim(rows: Iterable[SpecRow]) -> float:
    return min(at for row in rows if (at := _claimed(row)) is not None)


# --- who is at work


def _pools(
    board: Board, tasks: Mapping[str, Task], kinds: Kinds, history: History | None, run: Run
) -> tuple[Pool, ...]:
    home = _joined(board.rows)
    by_pool: defaultdict[str, list[SpecRow]] = defaultdict(list)
    for row in board.rows:
        by_pool[home[row.spec.group_id or ""]].append(row)
    times = {row.key: interval(row.spec) for row in board.rows if row.state is not SpecState.WAITING}
    at_work = lanes_of((row.spec.machine_id or "", times[row.key]) for row in board.rows if row.key in times)
    started = [_lanes_of(rows, at_work) for rows in by_pool.values()]
    usual = round(median([n for n in started if n] or [1]))
    made = []
    for rows in by_pool.values():
        if not any(row.key in tasks for row in rows):
            continue
        known = _lanes_of(rows, at_work)
        groups = {row.spec.group_id or "" for row in rows}
        told = [n for g in groups if history is not None and (n := history.lanes(group_key(run, g)))]
        awaited = max(0, max(told) - known) if told else 0 if known else usual
        orders = {kinds.order(group) for group in groups}
        made.append(
            _pool(rows, tasks, at_work, times, awaited, orders.pop() if len(orders) == 1 else Order.ANY)
        )
    return tuple(made)


def _lanes_of(rows: Iterable[SpecRow], at_work: Mapping[str, int]) -> int:
    machines = {row.spec.machine_id for row in rows if row.spec.machine_id}
    return sum(at_work.get(machine, 0) for machine in machines)


def _joined(rows: Iterable[SpecRow]) -> dict[str, str]:
    """Group -> the name of its pool: groups that share a machine share their work."""
    pool: dict[str, str] = {}
    by_machine: dict[str, str] = {}

    def root(group: str) -> str:
        while pool.setdefault(group, group) != group:
            group = pool[group]
        return group

    for group, machine in {(row.spec.group_id or "", row.spec.machine_id): None for row in rows}:
        mine = root(group)
        if machine:
            pool[mine] = root(by_machine.setdefault(machine, group))
    return {group: root(group) for group in list(pool)}


def _pool(
    rows: Sequence[SpecRow],
    tasks: Mapping[str, Task],
    at_work: Mapping[str, int],
    times: Mapping[str, Interval | None],
    awaited: int,
    order: Order,
) -> Pool:
    by_machine: defaultdict[str, list[SpecRow]] = defaultdict(list)
    for row in rows:
        if row.spec.machine_id and row.spec.claimed_at is not None:
            by_machine[row.spec.machine_id].append(row)
    machines = tuple(_machine(own, tasks, at_work.get(name, 1)) for name, own in by_machine.items())
    waiting = tuple(tasks[row.key] for row in rows if row.key in tasks and row.spec.claimed_at is None)
    if order is Order.LONGEST_FIRST:
        waiting = tuple(sorted(waiting, key=lambda task: -task.scale))
    return Pool(
        machines=machines,
        waiting=waiting,
        loads=_loads([tasks[row.key].kind for row in rows if row.key in tasks], waiting),
        gap=_gap([(own, at_work.get(name, 1)) for name, own in by_machine.items()], times),
        batch=_batch([(own, at_work.get(name, 1)) for name, own in by_machine.items()]),
        awaited=awaited,
        last_came=max(map(_first_claim, by_machine.values()), default=inf),
        is_in_order=order is not Order.ANY,
    )


def _loads(kinds: Iterable[TaskKind], waiting: Iterable[Task]) -> tuple[Load, ...]:
    scales: dict[str, list[float]] = {}
    by_name = {kind.name: kind for kind in kinds}
    for task in waiting:
        scales.setdefault(task.kind.name, []).append(task.scale)
    return tuple(
        Load(kind, sum(own), sum(one * one for one in own))
        for name, kind in by_name.items()
        for own in [scales.get(name, [])]
    )


def _machine(rows: Sequence[SpecRow], tasks: Mapping[str, Task], at_once: int) -> Machine:
    heard = max(at for row in rows if (at := row.spec.completed_at or row.spec.claimed_at) is not None)
    return Machine(
        name=rows[0].machine,
        lanes=at_once,
        running=tuple((tasks[row.key], row.since.timestamp()) for row in rows if row.since is not None),
        queued=tuple(tasks[row.key] for row in rows if row.state is SpecState.WAITING),
        last_end=heard.timestamp(),
    )


def _gap(machines: Iterable[tuple[Sequence[SpecRow], int]], known: Mapping[str, Interval | None]) -> float:
    """Seconds from the end of a spec to the begin of the next one in its lane, on average."""
    gaps = []
    for rows, at_once in machines:
        times = [told for row in rows if (told := known.get(row.key)) is not None]
        begins = sorted(begun for begun, _ in times)
        ends = sorted(end for _, end in times if end is not None)
        gaps += [max(0.0, begun - end) for begun, end in zip(begins[at_once:], ends, strict=False)]
    if not gaps:
        return 0.0
    usual = median(gaps)
    return sum(min(gap, 4 * usual) for gap in gaps) / len(gaps)


def _batch(machines: Iterable[tuple[Sequence[SpecRow], int]]) -> int:
    """How many specs a machine claims at once for a lane, mostly."""
    sizes: list[int] = []
    for rows, at_once in machines:
        claims = sorted(at for row in rows if (at := _claimed(row)) is not None)
        size, last = 0, -1e18
        for at in claims:
            if at - last > BATCH_WITHIN and size:
                sizes.append(-(-size // at_once))
                size = 0
            size, last = size + 1, at
        sizes.append(-(-size // at_once))
    return Counter(sizes).most_common(1)[0][0] if sizes else 1
