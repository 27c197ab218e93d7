"""A run as lanes: each machine a lane, each spec a span of time on it, and what stays idle between them.

Where a spec began is what it says itself; what a machine has claimed and not begun (Cypress machines
claim in batches) is queued there, and no span.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from itertools import pairwise
from math import inf

from msgspec import Struct

from currents_tui.core.board import Board, SpecRow, queued_keys
from currents_tui.core.model import Group, Run
from currents_tui.core.progress import Progress, group_specs
from currents_tui.core.tracks import GroupLanes, Lane, SpecSpan, Timeline, Track
from currents_tui.core.verdict import SpecState

LOST = (SpecState.CANCELED, SpecState.TIMED_OUT)
"""The states of a spec that was under way, or waiting, when its run was over."""


class _Taken:
    """What one machine has of one group, while it is gathered. Times are seconds since zero."""

    def __init__(self) -> None:
        self.times: list[tuple[float, float, str, SpecRow]] = []
        """(when it began, when it ended or inf, its key, the spec) of what was begun."""
        self.untold: set[str] = set()
        """Those that do not tell when they began: their claim stands in for it."""
        self.queued: list[tuple[float, SpecRow]] = []
        """(when it was claimed, the spec)"""
        self.first: float = inf
        """When the machine claimed its first."""
        self.spans: tuple[SpecSpan, ...] = ()


class _Group:
    """What a group comes to, while it is gathered."""

    def __init__(self) -> None:
        self.by_machine: dict[str, _Taken] = {}
        self.unclaimed = 0


def timeline(run: Run, board: Board) -> Timeline:
    """Lay out what is known of `run`; `board` is what was worked out of the same answer."""
    zero = run.created_at or min(
        (moment for row in board.rows for moment in (row.spec.claimed_at, row.spec.started_at) if moment),
        default=None,
    )
    gathered = _gathered(board, zero) if zero is not None else {}
    by_machine: defaultdict[str, list[_Taken]] = defaultdict(list)
    for group in gathered.values():
        for machine, taken in group.by_machine.items():
            by_machine[machine].append(taken)
    work = {machine: _work(parts) for machine, parts in by_machine.items()}
    groups = _groups(run, board, gathered, work)
    tracks = tuple(track for found in groups for lane in found.lanes for track in lane.tracks)
    return Timeline(
        zero=zero,
        groups=groups,
        tracks=tracks,
        lanes={track.key: lane for found in groups for lane in found.lanes for track in lane.tracks},
        homes={key: number for number, track in enumerate(tracks) for key in track.keys},
        end=_end(run, zero, by_machine.values()) if board.verdict.is_over and not board.finishing else None,
    )


def _gathered(board: Board, zero: datetime) -> dict[str, _Group]:
    """What every machine has of every group. One pass, for there may be ten thousand specs."""
    waiting = _queued(board)
    groups: defaultdict[str, _Group] = defaultdict(_Group)
    for row in board.rows:
        spec = row.spec
        group = groups[spec.group_id or ""]
        began, ended = spec.started_at, spec.ended_at if spec.completed_at is not None else None
        claimed = spec.claimed_at or began or ended
        if claimed is None:
            group.unclaimed += 1
            continue
        taken = group.by_machine.get(spec.machine_id or "")
        if taken is None:
            taken = group.by_machine[spec.machine_id or ""] = _Taken()
        at = (claimed - zero).total_seconds()
        if at < taken.first:
            taken.first = at
        if row.key in waiting:
            taken.queued.append((at, row))
            continue
        # No time is negative: a first claim has been seen 0.9 s before the run's creation.
        start = max(0.0, at if began is None or began == claimed else (began - zero).total_seconds())
        end = max(start, (ended - zero).total_seconds()) if ended is not None else inf
        taken.times.append((start, end, row.key, row))
        if began is None:
            taken.untold.add(row.key)
    return groups


def _queued(board: Board) -> Collection[str]:
    """The specs that a machine has claimed and not begun, whether or not they ever will be."""
    queued = {r.key for r in board.rows if r.state is SpecState.WAITING and r.spec.claimed_at is not None}
    if board.verdict.is_over:
        queued |= queued_keys(row.spec for row in board.rows if row.state in LOST)
    return queued


class _Work(Struct, gc=False):
    """What one machine did, for whichever group."""

    until_open: float
    """Seconds in which anything ran, until it runs without a break."""
    open_since: float | None
    first: float | None


def _work(parts: Sequence[_Taken]) -> _Work:
    """Work out the spans of one machine's specs, of all its groups together."""
    ends: list[float] | None = None
    for taken in parts:
        if ends is None and taken.untold:
            ends = sorted(end for part in parts for _, end, _, _ in part.times if end != inf)
        taken.spans = _spans(taken, ends or ())
    spans: Iterable[SpecSpan] = parts[0].spans
    if len(parts) > 1:
        spans = sorted((span for taken in parts for span in taken.spans), key=lambda span: span.start)
    total = reach = 0.0
    first: float | None = None
    for span in spans:
        start, end = span.start, span.end
        first = start if first is None else first
        if end is None:
            return _Work(total - max(0.0, reach - start), start, first)
        if end > reach:
            total += end - max(start, reach)
            reach = end
    return _Work(total, None, first)


def _spans(taken: _Taken, ends: Sequence[float]) -> tuple[SpecSpan, ...]:
    """Its spans, by start.

    A spec that tells no start can have begun when its machine had ended what it did before (`ends`, in
    order), for only machines that run one after another tell no starts.
    """
    if taken.untold:
        for number, (start, end, key, row) in enumerate(taken.times):
            if key in taken.untold and (place := bisect_left(ends, end)):
                taken.times[number] = (max(start, ends[place - 1]), end, key, row)
    taken.times.sort()
    return tuple([SpecSpan(row, start, end if end != inf else None) for start, end, _, row in taken.times])


def _packed(key: str, spans: tuple[SpecSpan, ...], queued: tuple[SpecRow, ...]) -> tuple[Track, ...]:
    """The spans, which come by start, each in the first row that is free: see `Lane`."""
    if all(a.end is not None and a.end <= b.start for a, b in pairwise(spans)):
        return (Track(f"{key}\n0", spans, tuple([span.start for span in spans]), queued),)
    rows: list[list[SpecSpan]] = [[]]
    frees: list[float] = [0.0]
    for span in spans:
        start, end = span.start, span.end
        number = next((n for n, free in enumerate(frees) if free <= start), len(frees))
        if number == len(frees):
            rows.append([])
            frees.append(0.0)
        rows[number].append(span)
        frees[number] = inf if end is None else end
    return tuple(
        Track(
            key=f"{key}\n{number}",
            spans=tuple(row),
            starts=tuple([span.start for span in row]),
            queued=queued if number == 0 else (),
        )
        for number, row in enumerate(rows)
    )


def _groups(
    run: Run, board: Board, gathered: Mapping[str, _Group], work: Mapping[str, _Work]
) -> tuple[GroupLanes, ...]:
    """The groups as the run lists them, and those that only its specs name."""
    told = {group.group_id or "": group for group in reversed(run.groups)}
    names = dict.fromkeys([*(group.group_id or "" for group in run.groups), *gathered])
    typical = sorted(board.medians.values())[len(board.medians) // 2] if board.medians else None
    found: list[GroupLanes] = []
    for name in names:
        group = gathered.get(name) or _Group()
        came = sorted(group.by_machine.items(), key=lambda item: (item[1].first, item[0]))
        lanes = tuple(_lane(name, machine, taken, work[machine], board) for machine, taken in came)
        found.append(_group(told.get(name), name, lanes, group.unclaimed, board.medians.get(name, typical)))
    return tuple(found)


def _lane(group: str, machine: str, taken: _Taken, work: _Work, board: Board) -> Lane:
    queued = tuple(row for _, row in sorted(taken.queued, key=lambda item: item[0]))
    return Lane(
        group_id=group,
        machine_id=machine,
        name=board.machines.get(machine) or "?",
        tracks=_packed(f"{group}\n{machine}", taken.spans, queued),
        busy_until_open=work.until_open,
        open_since=work.open_since,
        first_start=work.first,
    )


def _group(
    told: Group | None, name: str, lanes: tuple[Lane, ...], unclaimed: int, typical: float | None
) -> GroupLanes:
    waiting = unclaimed + sum(len(track.queued) for lane in lanes for track in lane.tracks)
    failed = flaky = begun = 0
    ended = 0.0
    under_way: list[SpecSpan] = []
    for span in (span for lane in lanes for track in lane.tracks for span in track.spans):
        begun += 1
        failed += span.row.state is SpecState.FAILED
        flaky += span.row.state is SpecState.FLAKY
        if span.end is None:
            under_way.append(span)
        elif span.end > ended:
            ended = span.end
    specs = group_specs(told) if told is not None else Progress(0, 0, None)
    return GroupLanes(
        group_id=name,
        lanes=lanes,
        specs=specs if specs.total is not None else Progress(begun - len(under_way), begun, begun + waiting),
        failed=failed,
        flaky=flaky,
        waiting=waiting,
        open=tuple(under_way),
        ended=ended if begun and not under_way and not waiting else None,
        typical=typical,
    )


def _end(run: Run, zero: datetime | None, machines: Iterable[Sequence[_Taken]]) -> float:
    """The last moment that is known of a run that is over."""
    taken = [part for parts in machines for part in parts]
    known = [start if end == inf else end for part in taken for start, end, _, _ in part.times]
    known += [at for part in taken for at, _ in part.queued]
    canceled = run.cancellation.at if run.cancellation is not None else None
    if canceled is not None and zero is not None:
        known.append((canceled - zero).total_seconds())
    return max(0.0, max(known, default=(run.duration_ms or 0.0) / 1000))
