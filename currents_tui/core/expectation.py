"""How long the specs of a run take, by what is known of those that have ended and of earlier runs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime
from statistics import median

from msgspec import Struct

from currents_tui.core.board import MEDIAN_NEEDS, Board, SpecRow
from currents_tui.core.file_key import file_key, group_key
from currents_tui.core.history import History
from currents_tui.core.model import Run
from currents_tui.core.queue_order import Order, Trend, order_of, trend_of
from currents_tui.core.spread import Spread, factors, log_deviation, spread_of

DOUBT = 0.25
"""How far a file is from what earlier runs make one expect, before this run has shown it."""
SAME = 0.15
"""A spread (of logarithms) below which earlier runs and this one agree, whatever else is known."""
LATEST = 80
"""Specs of a group that say in which order it is handed out."""
ENOUGH = 500
"""Durations that say how far all of them are apart."""
USUAL = 60.0
"""Seconds for a spec of which nothing is known, and of no other either."""


class TaskKind(Struct, frozen=True):
    """Specs whose durations are spread alike: of one group, seen in earlier runs or not."""

    name: str
    spread: Spread
    is_seen: bool = False
    """Whether it is how far files are from what earlier runs say of each."""
    is_guess: bool = False
    """Whether it is what others take, or a trend that may not go on."""


class Task(Struct, frozen=True):
    """A spec that has not ended."""

    key: str
    kind: TaskKind
    scale: float
    """What the kind's spread is multiplied with: the seconds that earlier runs took, or 1."""
    is_seen: bool = False
    """Whether earlier runs say how long it takes."""


_Claim = tuple[datetime, int, str, float | None, float | None]
"""When a spec was claimed, where it is listed, its key, what it took, and what it takes usually."""


class _Group:
    """What has become of a group's specs."""

    def __init__(self) -> None:
        self.ended: list[float] = []
        self.going: list[float] = []
        self.ratios: list[float] = []
        """How much longer than in earlier runs they took."""
        self.going_ratios: list[float] = []
        self.usual: list[float] = []
        """What earlier runs say of each of its specs."""
        self.order = Order.ANY
        self.trend: Trend | None = None
        self.places: dict[str, int] = {}
        """The place in the queue of each spec that was handed out."""

    @property
    def middle(self) -> float:
        return median(self.usual) if self.usual else 0.0


class Kinds:
    """What is to be expected of the specs of one answer that have not ended."""

    def __init__(self, board: Board, run: Run, history: History | None, stuck: Collection[str]) -> None:
        self._stuck = stuck
        self._run = run
        self._history = history
        self._groups: defaultdict[str, _Group] = defaultdict(_Group)
        self._kinds: dict[tuple[str, str], TaskKind] = {}
        self._usual: dict[str, float] = {}
        """By group, what a file takes of which earlier runs know nothing."""
        self._read(board)
        self._has_ended = any(group.ended for group in self._groups.values())
        self._trusts_history = self._is_history_better()

    @property
    def says_anything(self) -> bool:
        ended = sum(len(group.ended) for group in self._groups.values())
        return ended >= MEDIAN_NEEDS or (self._history is not None and bool(self._history.runs))

    def order(self, group: str) -> Order:
        """In which order the group's specs are handed out."""
        return self._groups[group].order

    def _read(self, board: Board) -> None:
        heard = _last_heard(board)
        claims: defaultdict[str, list[_Claim]] = defaultdict(list)
        for listed, row in enumerate(board.rows):
            spec, typical = row.spec, self._typical(row)
            group = self._groups[spec.group_id or ""]
            if typical:
                group.usual.append(typical)
            took = None
            if spec.completed_at is not None and (told := spec.duration_ms) is not None:
                took = told / 1000
                group.ended.append(took)
                if typical:
                    group.ratios.append(took / typical)
            elif row.since is not None and row.key not in self._stuck:
                so_far = max(0.0, (heard - row.since).total_seconds()) if heard is not None else 0.0
                group.going.append(so_far)
                if typical:
                    group.going_ratios.append(so_far / typical)
            if spec.claimed_at is not None:
                claims[spec.group_id or ""].append((spec.claimed_at, listed, row.key, took, typical))
        for name, claimed in claims.items():
            claimed.sort()
            _find_order(self._groups[name], claimed)

    def _typical(self, row: SpecRow) -> float | None:
        if self._history is None:
            return None
        return self._history.typical(file_key(self._run, row.spec))

    def _is_history_better(self) -> bool:
        """Whether earlier runs tell more about a file than the other files of its group do."""
        ratios = [one for group in self._groups.values() for one in group.ratios]
        if len(ratios) < 2 * MEDIAN_NEEDS:
            return True
        apart = [
            one / middle for group in self._groups.values() if (middle := group.middle) for one in group.usual
        ]
        # Were they of no use, the ratios would be further apart than the files are.
        return log_deviation(_some(ratios)) < max(SAME, 1.1 * log_deviation(_some(apart)))

    def tasks(self, rows: list[SpecRow]) -> Mapping[str, Task]:
        """By its key what is expected of each spec that has not ended; in the order of the answer."""
        further: defaultdict[str, int] = defaultdict(int)
        found = {}
        for row in rows:
            group = self._groups[row.spec.group_id or ""]
            place = group.places.get(row.key)
            if place is None:
                place = len(group.places) + further[row.spec.group_id or ""]
                further[row.spec.group_id or ""] += 1
            found[row.key] = self._task(row, group, place)
        return found

    def _task(self, row: SpecRow, group: _Group, place: int) -> Task:
        name, typical = row.spec.group_id or "", self._typical(row)
        if typical and self._trusts_history:
            return Task(row.key, self._kind("seen", name), typical, is_seen=True)
        if group.trend is not None:
            return Task(row.key, self._kind("falling", name), group.trend.at(place))
        if self._has_ended:
            return Task(row.key, self._kind("alike", name), 1.0)
        # Nothing has ended yet, and this file is new: the others of its group are the nearest guess.
        if name not in self._usual:
            self._usual[name] = self._usual_of(name)
        return Task(row.key, self._kind("seen", name), self._usual[name])

    def _usual_of(self, group: str) -> float:
        runs = self._history.runs if self._history is not None else ()
        own = group_key(self._run, group)
        known = [took for run in runs for (name, _), took in run.durations.items() if name == own]
        known = known or [took for run in runs for took in run.durations.values()]
        return median(known) if known else USUAL

    def _kind(self, sort: str, group: str) -> TaskKind:
        if (sort, group) not in self._kinds:
            self._kinds[sort, group] = self._made(sort, self._groups[group], f"{sort}\n{group}")
        return self._kinds[sort, group]

    def _made(self, sort: str, group: _Group, name: str) -> TaskKind:
        if sort == "seen":
            ratios = group.ratios
            if len(ratios) < MEDIAN_NEEDS:
                ratios = [one for other in self._groups.values() for one in other.ratios]
            return TaskKind(name, factors(ratios, group.going_ratios, DOUBT), is_seen=True)
        if sort == "falling" and group.trend is not None:
            return TaskKind(name, factors(group.trend.factors, (), DOUBT), is_guess=True)
        made = spread_of(group.ended, group.going) if len(group.ended) >= MEDIAN_NEEDS else None
        if made is not None:
            return TaskKind(name, made)
        others = spread_of([took for other in self._groups.values() for took in other.ended])
        assert others is not None  # noqa: S101  something has ended
        return TaskKind(name, others, is_guess=True)


def _last_heard(board: Board) -> datetime | None:
    """The latest moment that the answer tells of."""
    told = [at for row in board.rows for at in (row.spec.completed_at or row.since,) if at is not None]
    return max(told, default=None)


def _find_order(group: _Group, claims: list[_Claim]) -> None:
    group.places = {claim[2]: place for place, claim in enumerate(claims)}
    latest = claims[-LATEST:]
    group.order = order_of([claim[1] for claim in latest], [claim[4] for claim in latest])
    group.trend = trend_of([claim[3] for claim in latest], len(claims))
    if group.trend is not None:
        group.order = Order.LONGEST_FIRST


def _some(numbers: list[float]) -> list[float]:
    """Enough of them to say how far they are apart."""
    return numbers[:: 1 + len(numbers) // ENOUGH]
