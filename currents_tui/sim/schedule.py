"""Machines that take specs from their group's queue, one after another or in batches."""

from __future__ import annotations

import heapq
import random
from collections.abc import Sequence
from dataclasses import dataclass
from math import inf
from typing import NamedTuple

CREATED_AFTER_FIRST_CLAIM = 0.9
SILENT_PART = 0.45
"""How much of a spec has passed when its machine falls silent."""


@dataclass(frozen=True, slots=True)
class Machine:
    machine_id: str
    ready: float
    """When it first asks for work, in seconds."""
    lanes: int = 1
    silent_at: int = 0
    """The how-manieth spec it falls silent in, counted from 1; 0 means that it never does."""


class Slot(NamedTuple):
    """What befalls one spec of the queue; times in seconds."""

    machine_id: str
    lane: int
    claimed: float
    started: float
    ended: float
    completed: float
    silent: float = inf

    def stretched(self, factor: float) -> Slot:
        """The same with every time multiplied."""
        times = (self.claimed, self.started, self.ended, self.completed, self.silent)
        return Slot(self.machine_id, self.lane, *(moment * factor for moment in times))


NEVER = Slot("", 0, inf, inf, inf, inf)


def one_by_one(rng: random.Random, lengths: Sequence[float], machines: Sequence[Machine]) -> list[Slot]:
    """The slots of a queue of specs, in its order; each lane takes one spec whenever it is free.

    This is Playwright's way: claimed when begun, complete when ended. What no machine is left to
    take stays unclaimed.
    """
    lanes = [(m.ready + lane * 0.2, lane, m) for m in machines for lane in range(m.lanes)]
    free = [(ready, number, lane, machine) for number, (ready, lane, machine) in enumerate(lanes)]
    heapq.heapify(free)
    taken: dict[str, int] = {}
    slots = []
    for length in lengths:
        if not free:
            slots.append(NEVER)
            continue
        at, number, lane, machine = heapq.heappop(free)
        taken[machine.machine_id] = nth = taken.get(machine.machine_id, 0) + 1
        if nth == machine.silent_at:
            slots.append(Slot(machine.machine_id, lane, at, at, inf, inf, at + length * SILENT_PART))
            continue
        slots.append(Slot(machine.machine_id, lane, at, at, at + length, at + length))
        heapq.heappush(free, (at + length + rng.uniform(0.4, 4.0), number, lane, machine))
    return slots


def in_batches(
    rng: random.Random, lengths: Sequence[float], machines: Sequence[Machine], size: int = 3
) -> list[Slot]:
    """The slots of a queue of specs, in its order; a free machine takes several specs at once.

    This is Cypress's way: claimed within milliseconds of each other, begun one after another,
    complete when the results have been sent.
    """
    free = [(machine.ready, number, machine.machine_id) for number, machine in enumerate(machines)]
    heapq.heapify(free)
    slots: list[Slot] = []
    while len(slots) < len(lengths):
        at, number, machine_id = heapq.heappop(free)
        moment = at
        for place, length in enumerate(lengths[len(slots) : len(slots) + size]):
            started = moment + rng.uniform(1.5, 3.5)
            ended = started + length
            completed = ended + rng.uniform(0.9, 2.0)
            slots.append(Slot(machine_id, 0, at + place * 0.006, started, ended, completed))
            moment = completed
        heapq.heappush(free, (moment + 0.5, number, machine_id))
    return slots
