"""When a run is over, about: how long it still takes, and how far off that may be.

What is left is laid out on the machines at work, again and again, each time with other durations from
what is known of such specs. The durations are no random numbers but one from each part of their spread,
so that the same answer gives the same forecast.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from heapq import heapify, heapreplace
from math import floor, log, log2, sqrt

from msgspec import Struct, structs

from currents_tui.core.board import Board
from currents_tui.core.expectation import Task
from currents_tui.core.history import History
from currents_tui.core.model import Run
from currents_tui.core.outlook import Machine, Outlook, Pool, outlook
from currents_tui.core.spread import normal
from currents_tui.core.words import about, counted, estimate

LOW, HIGH = 0.04, 0.96
"""The quantiles that the range runs between."""
EFFORT = 2400
"""Durations that are drawn for a forecast, about: more of them take longer than a tick should."""
DRIFT = 0.05
"""How far all durations of a run may still move together."""
GUESS_DOUBT = 0.35
"""How far the durations of a group are off, while they are guessed from others or from a trend."""
STEP_SHARE = 0.015
"""The part of the run so far in which a forecast does not change but for the time that passes."""
IDLE_SHARE = 0.08
"""A machine that took nothing for this part of the run so far takes nothing any more."""
LATE_SHARE = 0.25
"""A machine that is still to come comes within about this part of the run so far."""


class Forecast(Struct, frozen=True):
    """Seconds until the last spec is reported."""

    seconds: float
    """As likely too long as too short."""
    low: float
    high: float
    basis: str
    """What it is made from: "from 3 earlier runs", "from this run"."""
    without: tuple[str, ...] = ()
    """Machines whose specs are left out, for they are stuck."""

    @property
    def short(self) -> str:
        """ "~5m", or "~5m without w2" where that one holds up the end."""
        return f"{about(self.seconds)}{self._without}"

    @property
    def words(self) -> str:
        """ "~5m (4-7m)", or "~5m (4-7m) without w2"."""
        return f"{estimate(self.seconds, self.low, self.high)}{self._without}"

    @property
    def _without(self) -> str:
        if not self.without:
            return ""
        more = len(self.without) - 1
        return f" without {self.without[0] or '?'}{f' and {more} more' if more else ''}"


def forecast(
    board: Board, run: Run, history: History | None, now: datetime, stuck: Collection[str] = ()
) -> Forecast | None:
    """When `run` is over; None where it is, or where there is too little to go by.

    `stuck` are the keys of specs that are not waited for: what is told is the end of everything else.
    """
    if board.verdict.is_over:
        return None
    kept = board.__dict__.get("forecasts")
    left_out = frozenset(stuck)
    if kept is None or kept.history is not history or kept.stuck != left_out:
        # What needs no clock is worked out once an answer, and kept with it.
        known = outlook(board, run, history, left_out)
        kept = board.__dict__["forecasts"] = _Kept(history, left_out, known)
    return kept.at(now.timestamp())


class _Kept:
    """The forecasts made of one answer."""

    def __init__(self, history: History | None, stuck: frozenset[str], known: Outlook | None) -> None:
        self.history = history
        self.stuck = stuck
        self._known = known
        self._last: tuple[float, Forecast | None] | None = None

    def at(self, now: float) -> Forecast | None:
        """The forecast at `now`, laid out anew only when that could make it another one."""
        known = self._known
        if known is None:
            return None
        # Powers of two, so that a step stays what it is while the run goes on.
        step = 2.0 ** floor(log2(max(1.0, STEP_SHARE * (now - known.began))))
        made_at = now - now % step
        if self._last is None or self._last[0] != made_at:
            self._last = made_at, _laid_out(known, made_at, self.stuck)
        made = self._last[1]
        return _later(made, now - made_at) if made is not None else None


def _later(made: Forecast, passed: float) -> Forecast:
    seconds, low, high = (max(0.0, left - passed) for left in (made.seconds, made.low, made.high))
    return structs.replace(made, seconds=seconds, low=low, high=high)


def _laid_out(known: Outlook, now: float, stuck: frozenset[str]) -> Forecast | None:
    pools = [_Laid(pool, known, now, stuck) for pool in known.pools]
    without = tuple(name for pool in pools for name in pool.without)
    # What waits for a machine that is stuck waits for ever, unless another one serves its group.
    pools = [pool for pool in pools if pool.has_work and (pool.is_alive or not pool.without)]
    if not pools or not any(pool.is_alive for pool in pools):
        return None
    ends = _ends(pools)
    basis = f"from {counted(known.runs, 'earlier run')}" if known.runs else "from this run"
    return Forecast(
        seconds=_quantile(ends, 0.5),
        low=_quantile(ends, LOW),
        high=_quantile(ends, HIGH),
        basis=basis,
        without=tuple(sorted(set(without))),
    )


def _ends(pools: Sequence[_Laid]) -> list[float]:
    """Seconds until the end, in as many ways as there is time to lay the rest out; the shortest first."""
    tasks = sum(pool.drawn for pool in pools)
    ways = next((ways for ways in (32, 16) if ways * tasks <= EFFORT), 8)
    numbers = normal(ways)
    ends = [0.0] * ways
    for place, pool in enumerate(pools):
        room = max(pool.width, EFFORT // (ways * len(pools)))
        for way, end in enumerate(pool.ends(ways, numbers, place, room)):
            ends[way] = max(ends[way], end)
    drift = [numbers[(5 * way + 3) % ways] for way in range(ways)]
    return sorted(end * (1.0 + DRIFT * moved) for end, moved in zip(ends, drift, strict=True))


def _quantile(ends: Sequence[float], share: float) -> float:
    place = min(max(share * len(ends) - 0.5, 0.0), len(ends) - 1.0)
    low = int(place)
    high = min(low + 1, len(ends) - 1)
    return ends[low] + (place - low) * (ends[high] - ends[low])


class _Laid:
    """A pool at a moment: its lanes, what runs in them, and what waits for them."""

    def __init__(self, pool: Pool, known: Outlook, now: float, stuck: frozenset[str]) -> None:
        self._pool = pool
        self._now = now
        self._elapsed = max(1.0, now - known.began)
        self._patience = max(2 * pool.gap, IDLE_SHARE * self._elapsed)
        self.without: list[str] = []
        self._running: list[tuple[Task, float, tuple[Task, ...]]] = []
        """With the seconds since each began, and what waits behind it on its machine."""
        self._idle = 0
        for machine in pool.machines:
            self._take(machine, stuck)
        self.waiting = pool.waiting
        self.width = max(1, len(self._running) + self._idle + pool.awaited)

    def _take(self, machine: Machine, stuck: frozenset[str]) -> None:
        alive = [
            (task, max(0.0, self._now - since)) for task, since in machine.running if task.key not in stuck
        ]
        if len(alive) < len(machine.running):
            self.without.append(machine.name)
            if not alive:
                return  # what waits behind a stuck spec waits for ever
        behind = machine.queued
        for task, so_far in alive:
            self._running.append((task, so_far, behind))
            behind = ()
        free = machine.lanes - len(machine.running)
        if free > 0 and self._now - machine.last_end <= self._patience:
            self._idle += free

    @property
    def has_work(self) -> bool:
        return bool(self._running or self.waiting)

    @property
    def is_alive(self) -> bool:
        return bool(self._running or self._idle or self._pool.awaited)

    @property
    def drawn(self) -> int:
        return min(len(self.waiting), 4 * self.width) + len(self._running)

    def ends(self, ways: int, numbers: Sequence[float], salt: int, room: int) -> list[float]:
        """Seconds until everything of the pool has ended, in each of the `ways`.

        `room` says how many of the waiting specs are laid out one by one.
        """
        shares = [(way + 0.5) / ways for way in range(ways)]
        lead = max(0, len(self.waiting) - max(room, 2 * self.width)) if len(self.waiting) > room else 0
        doubts = self._doubts(ways, numbers, salt)
        free = self._free(ways, shares, doubts, salt)
        last = self.waiting[lead:]
        tables = {t.kind.name: [t.kind.spread.at(share) for share in shares] for t in last}
        ends = []
        for way in range(ways):
            heap = free[way]
            if lead:
                heap = self._poured(heap, lead, numbers[(7 * way + salt) % ways], doubts, way)
            ends.append(self._finished(heap, last, tables, doubts, way, ways, salt))
        return ends

    def _doubts(self, ways: int, numbers: Sequence[float], salt: int) -> dict[str, list[float]]:
        """Kind -> the factor by which all of its durations are off, in each of the ways."""
        found: dict[str, list[float]] = {}
        for load in self._pool.loads:
            kind = load.kind
            doubt = kind.spread.deviation / max(kind.spread.mean, 1e-9) / sqrt(max(1, kind.spread.known))
            doubt = max(doubt, GUESS_DOUBT) if kind.is_guess else min(doubt, 0.5)
            turn = 2 * (len(found) + salt) + 1
            found[kind.name] = [
                max(0.2, 1.0 + doubt * numbers[(turn * way + 3 * salt) % ways]) for way in range(ways)
            ]
        return found

    def _free(
        self, ways: int, shares: Sequence[float], doubts: dict[str, list[float]], salt: int
    ) -> list[list[float]]:
        """When each lane is free, in each of the ways."""
        free: list[list[float]] = [[] for _ in range(ways)]
        for place, (task, so_far, behind) in enumerate(self._running):
            turn, start = 2 * (place + salt) + 1, 5 * place + salt
            scale = task.scale
            for way in range(ways):
                factor = scale * doubts[task.kind.name][way]
                end = factor * task.kind.spread.rest(so_far / factor, shares[(turn * way + start) % ways])
                for number, queued in enumerate(behind, start=1):
                    share = shares[((turn + 2 * number) * way + start) % ways]
                    end += self._pool.gap + queued.scale * queued.kind.spread.at(share)
                free[way].append(end)
        for lanes in free:
            lanes += [0.0] * self._idle
        within = LATE_SHARE * self._elapsed
        for number in range(self._pool.awaited):
            for way in range(ways):
                free[way].append(-log(1.0 - shares[((2 * number + 3) * way + number) % ways]) * within)
        return free

    def _poured(
        self, free: list[float], number: int, spread: float, doubts: dict[str, list[float]], way: int
    ) -> list[float]:
        """The lanes after the first `number` of what waits, which are so many that only their sum counts."""
        share = number / len(self.waiting)
        loads = self._pool.loads
        mean = share * sum(
            load.scales * load.kind.spread.mean * doubts[load.kind.name][way] for load in loads
        )
        deviation = sqrt(share * sum(load.squares * load.kind.spread.deviation**2 for load in loads))
        work = max(0.0, mean + deviation * spread) + number * self._pool.gap
        lanes = sorted(free) or [0.0]
        level, filled = lanes[0], 0
        for filled, at in enumerate(lanes):
            if (at - level) * filled >= work:
                break
            work -= (at - level) * filled
            level = at
        else:
            filled = len(lanes)
        level += work / max(1, filled)
        one = mean / number
        return [
            max(at, level + one * ((place + 0.5) / max(1, filled) - 0.5)) for place, at in enumerate(lanes)
        ]

    def _finished(
        self,
        free: list[float],
        last: Sequence[Task],
        tables: dict[str, list[float]],
        doubts: dict[str, list[float]],
        way: int,
        ways: int,
        salt: int,
    ) -> float:
        """When the last lane is done, with the specs `last` given out one after the other."""
        running = max(free[: len(self._running)], default=0.0)
        lanes = free or [0.0]
        if not last:
            return max(running, 0.0)
        heapify(lanes)
        gap, batch, end = self._pool.gap, self._pool.batch, running
        order = last if self._pool.is_in_order else _turned(last, way, ways)
        for place in range(0, len(order), batch):
            at = lanes[0]
            for number, task in enumerate(order[place : place + batch]):
                table = tables[task.kind.name]
                turn = 2 * (place + number + salt) + 1
                at += (
                    gap
                    + task.scale
                    * table[(turn * way + 7 * (place + number)) % ways]
                    * doubts[task.kind.name][way]
                )
            heapreplace(lanes, at)
            end = max(end, at)
        return end


def _turned(tasks: Sequence[Task], way: int, ways: int) -> Sequence[Task]:
    """The tasks in another order for each of the ways, where nobody knows theirs."""
    first = way * len(tasks) // ways
    order = [*tasks[first:], *tasks[:first]]
    return order[::-1] if way % 2 else order
