"""The rest of a pool's work laid out on its lanes: when the last of it ends, in one way after the other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from heapq import heapify, heapreplace
from math import log, sqrt

from currents_tui.core.expectation import Task
from currents_tui.core.outlook import Machine, Outlook, Pool

MORE_DOUBT = 1.3
"""What the error of a mean is multiplied with where no earlier run knows the files themselves: those that
have ended are no fair sample of those that have not."""
GUESS_DOUBT = 0.35
"""How far the durations of a group are off, while they are guessed from others or from a trend."""
IDLE_SHARE = 0.08
"""A machine that took nothing for this part of the run so far takes nothing any more."""
LATE_SHARE = 0.25
"""A machine that is still to come comes within about this part of the run so far."""
AWAITED_FOR = 300.0
"""Seconds after the last machine came in which another one is awaited: a CI machine takes minutes to come."""
AWAITED_SHARE = 0.5
"""The same, as a part of the run so far: where machines came late before, the next one may, too."""


class Laid:
    """A pool at a moment: its lanes, what runs in them, and what waits for them."""

    def __init__(self, pool: Pool, known: Outlook, now: float, stuck: frozenset[str]) -> None:
        self._pool = pool
        self._now = now
        self._elapsed = max(1.0, now - known.began)
        self._patience = max(2 * pool.gap, IDLE_SHARE * self._elapsed)
        is_late = now - pool.last_came > max(AWAITED_FOR, AWAITED_SHARE * self._elapsed)
        self._awaited = 0 if is_late else pool.awaited
        self.without: list[str] = []
        self._running: list[tuple[Task, float, tuple[Task, ...]]] = []
        """With the seconds since each began, and what waits behind it on its machine."""
        self._idle = 0
        for machine in pool.machines:
            self._take(machine, stuck)
        self.waiting = pool.waiting
        self.width = max(1, len(self._running) + self._idle + self._awaited)

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
        return bool(self._running or self._idle or self._awaited)

    @property
    def drawn(self) -> int:
        return min(len(self.waiting), 4 * self.width) + len(self._running)

    def ends(self, ways: int, numbers: Sequence[float], salt: int, room: int) -> list[float]:
        """Seconds until everything of the pool has ended, in each of the `ways`.

        `room` says how many of the waiting specs are laid out one by one.
        """
        shares = [(way + 0.5) / ways for way in range(ways)]
        lead = max(0, len(self.waiting) - max(room, self.width))
        doubts = self._doubts(ways, numbers, salt)
        free = self._free(ways, shares, doubts, salt)
        last = self.waiting[lead:]
        tables = {
            load.kind.name: [load.kind.spread.at(share) for share in shares] for load in self._pool.loads
        }
        ends = []
        for way in range(ways):
            lanes = free[way]
            ran = max(lanes[: len(self._running)], default=0.0)
            if lead:
                lanes = self._poured(lanes, lead, numbers[(7 * way + salt) % ways], doubts, way)
            order = last if self._pool.is_in_order else _turned(last, way, ways)
            factors = {name: factor[way] for name, factor in doubts.items()}
            ends.append(max(ran, self._finished(lanes, order, tables, factors, way + salt)))
        return ends

    def _doubts(self, ways: int, numbers: Sequence[float], salt: int) -> dict[str, list[float]]:
        """Kind -> the factor by which all of its durations are off, in each of the ways."""
        found: dict[str, list[float]] = {}
        for load in self._pool.loads:
            kind = load.kind
            uneven = kind.spread.deviation / max(kind.spread.mean, 1e-9)
            doubt = (1.0 if kind.is_seen else MORE_DOUBT) * uneven / sqrt(max(1, kind.spread.known))
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
        for number in range(self._awaited):
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
        lanes: list[float],
        order: Sequence[Task],
        tables: Mapping[str, Sequence[float]],
        factors: Mapping[str, float],
        start: int,
    ) -> float:
        """When the last of the specs is done, given out one after the other to whichever lane is free."""
        if not order:
            return 0.0
        lanes = lanes or [0.0]
        heapify(lanes)
        gap, batch, end = self._pool.gap, self._pool.batch, 0.0
        for place in range(0, len(order), batch):
            at = lanes[0]
            for number, task in enumerate(order[place : place + batch], start=place):
                name = task.kind.name
                table = tables[name]
                # A step of its own for each spec, so that they are not all long in the same of the ways.
                share = (start * (2 * number + 1) + 7 * number) % len(table)
                at += gap + task.scale * table[share] * factors[name]
            heapreplace(lanes, at)
            end = max(end, at)
        return end


def _turned(tasks: Sequence[Task], way: int, ways: int) -> Sequence[Task]:
    """The tasks in another order for each of the ways, where nobody knows theirs."""
    first = way * len(tasks) // ways
    order = [*tasks[first:], *tasks[:first]]
    return order[::-1] if way % 2 else order
