"""How many specs a machine runs at once: as many as were seen at once, for nobody tells."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime

from currents_tui.core.model import Spec

SLACK = 2.0
"""Seconds that two specs of one lane may seem to overlap: machine and service have a clock each."""

Interval = tuple[float, float | None]
"""When a spec began and ended, in seconds since the epoch; its end is None while it runs."""


def interval(spec: Spec) -> Interval | None:
    """When `spec` began and ended, in seconds since the epoch; None for what has not begun.

    By the machine's clock where that is told, else by the service's; its end is None while it runs.
    """
    begun, ended = spec.started_at, spec.stats.wall_clock_ended_at or spec.stats.ended_at
    if begun is None or (ended is None and spec.completed_at is not None):
        begun, ended = begun or spec.claimed_at, spec.completed_at
    if begun is None or spec.claimed_at is None:
        return None
    return begun.timestamp(), _seconds(ended if spec.completed_at is not None else None)


def _seconds(at: datetime | None) -> float | None:
    return at.timestamp() if at is not None else None


def lanes(specs: Iterable[Spec]) -> Mapping[str, int]:
    """Machine id -> how many specs it ran at once at most. Specs that wait on it are not to be among them."""
    return lanes_of((spec.machine_id or "", interval(spec)) for spec in specs)


def lanes_of(intervals: Iterable[tuple[str, Interval | None]]) -> Mapping[str, int]:
    """The same from what each of the specs tells: its machine's id and its `interval`."""
    moments: defaultdict[str, list[tuple[float, int]]] = defaultdict(list)
    for machine, times in intervals:
        if times is None or not machine:
            continue
        begun, ended = times
        moments[machine].append((begun, 1))
        if ended is not None:
            slack = min(SLACK, 0.3 * max(0.0, ended - begun))
            moments[machine].append((max(begun, ended - slack), -1))
    return {machine: _most_at_once(told) for machine, told in moments.items()}


def _most_at_once(moments: list[tuple[float, int]]) -> int:
    at_once = most = 0
    for _, step in sorted(moments):
        at_once += step
        most = max(most, at_once)
    return max(1, most)
