"""How far the screen can be believed: how old its data is, and whether more will come."""

from collections.abc import Collection
from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from currents_tui.core.problem import Kind
from currents_tui.core.state import State
from currents_tui.core.watched import Watched

STALE_AFTER = 15.0
"""Seconds of age under which nothing is called stale, however short the interval."""


class Freshness(StrEnum):
    """How far the screen can be believed. The value is the word on it."""

    ASKING = "ASKING"
    LIVE = "LIVE"
    PAUSED = "PAUSED"
    STALE = "STALE"
    OFFLINE = "OFFLINE"
    RETRYING = "RETRYING"
    """The last question brought no data; what is shown is not old yet."""
    OVER = "OVER"
    """The run has ended; what is shown is its end."""
    STOPPED = "STOPPED"
    """Asking again would not help until somebody does something."""
    GONE = "GONE"


def freshness(state: State, watched: Watched, now: datetime) -> Freshness:
    """How fresh the data of `watched` is at `now`."""
    trouble = watched.trouble
    if watched.is_gone:
        return Freshness.GONE
    if trouble is not None and trouble.kind in (Kind.OFFLINE, Kind.TIMEOUT):
        return Freshness.OFFLINE
    if trouble is not None and watched.has_stopped:
        return Freshness.STOPPED
    if watched.as_of is None:
        return Freshness.PAUSED if state.paused else Freshness.ASKING
    if watched.is_settled:
        return Freshness.OVER
    if state.paused:
        return Freshness.PAUSED
    old = age(watched, now) > max(STALE_AFTER, 3 * expected_interval(state, watched))
    if old:
        return Freshness.STALE
    return Freshness.LIVE if trouble is None else Freshness.RETRYING


def expected_interval(state: State, watched: Watched) -> float:
    """Seconds between answers as they should come: slower where that was chosen, not where they fail."""
    if watched.schedule is None or watched.trouble is not None:
        return state.interval
    return watched.schedule.interval


_TIMES = frozenset({"as_of", "answered_asked_at", "asking_since", "schedule", "latency"})
"""What of a run is nothing but how the asking goes."""


def tells_more(before: State, after: State, now: datetime) -> bool:
    """Whether `after` tells more than `before`: more than when was asked and answered, and how often.

    What has not changed is the very same value; where in doubt, the answer is yes.
    """
    return (
        _differ(before, after, {"runs", "asks"})
        or len(before.runs) != len(after.runs)
        or any(
            old is not new
            and (_differ(old, new, _TIMES) or freshness(before, old, now) is not freshness(after, new, now))
            for old, new in zip(before.runs, after.runs, strict=True)
        )
    )


def _differ(before: Struct, after: Struct, but: Collection[str]) -> bool:
    return any(
        getattr(after, name) is not getattr(before, name)
        for name in before.__struct_fields__
        if name not in but
    )


def age(watched: Watched, now: datetime) -> float:
    """Seconds since the data arrived, by the wall clock; never negative."""
    return max(0.0, (now - watched.as_of).total_seconds()) if watched.as_of else 0.0
