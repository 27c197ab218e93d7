"""What the screen knows, and the one function that changes it: `reduce(state, event) -> state`."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from msgspec import Struct, structs

from currents_tui.core.board import Board, board
from currents_tui.core.deed import Deed, Outcome, impossible
from currents_tui.core.events import Asked, Began, Ended, Event, Polled, PollFailed, Scheduled
from currents_tui.core.model import Run
from currents_tui.core.problem import Kind
from currents_tui.core.stall import FLOOR, Sign, Stall, signs, stalls

COUNTED_FOR = timedelta(seconds=60)
"""How long a request counts for the figure of requests per minute."""

STALE_AFTER = 15.0
"""Seconds of age under which nothing is called stale, however short the interval."""


class Watched(Struct, frozen=True):
    """One run that is being followed."""

    run_id: str
    run: Run | None = None
    """The last usable answer; a failure never takes it away."""
    board: Board | None = None
    signs: Mapping[str, Sign] = {}
    as_of: datetime | None = None
    """When the last usable answer arrived."""
    answered_asked_at: datetime | None = None
    """When the question to that answer was sent."""
    asking_since: datetime | None = None
    trouble: PollFailed | None = None
    """Why the last request brought nothing; None after one that did."""
    trouble_since: datetime | None = None
    schedule: Scheduled | None = None
    asks: tuple[datetime, ...] = ()
    """When the requests of the last minute were sent."""
    latency: float | None = None
    """Seconds the last answer took."""
    under_way: Deed | None = None
    """What is being done to it right now."""

    @property
    def is_over(self) -> bool:
        return self.board is not None and self.board.verdict.is_over

    @property
    def has_stopped(self) -> bool:
        """Whether it will not be asked about again by itself, for another reason than a pause."""
        return (
            self.schedule is not None and self.schedule.next_at is None and self.schedule.reason != "paused"
        )

    @property
    def is_gone(self) -> bool:
        """Whether the service says that there is no such run (any more)."""
        deleted = self.run is not None and self.run.deleted_at is not None
        return deleted or (self.trouble is not None and self.trouble.kind is Kind.NOT_FOUND)


class State(Struct, frozen=True):
    runs: tuple[Watched, ...]
    selected: str
    interval: float
    """Seconds between polls, as set."""
    paused: bool = False
    pace: float = 1.0
    """How many times faster than life the runs go: 1, but in the demo."""
    read_only: str = ""
    """Why nothing can be cancelled or deleted; empty when it can."""
    marked: frozenset[str] = frozenset()
    """Ids of the runs that are to be cancelled together."""

    @property
    def current(self) -> Watched:
        """The run that the panes show."""
        return self.watched(self.selected) or self.runs[0]

    def watched(self, run_id: str) -> Watched | None:
        return next((w for w in self.runs if w.run_id == run_id), None)


def start(run_ids: tuple[str, ...], interval: float, pace: float = 1.0, read_only: str = "") -> State:
    """Before anything was asked. `run_ids` has at least one; each is watched once."""
    unique = tuple(dict.fromkeys(run_ids))
    return State(
        tuple(Watched(run_id) for run_id in unique),
        selected=unique[0],
        interval=interval,
        pace=pace,
        read_only=read_only,
    )


def reduce(state: State, event: Event) -> State:
    """The state after `event`. An event about a run that is not watched changes nothing."""
    before = state.watched(event.run_id)
    if before is None:
        return state
    after = _watched(before, event)
    if after is before:
        return state
    if isinstance(event, Ended):
        state = _after(state, event.outcome)
        if event.outcome.deed is Deed.DELETE and event.outcome.is_so and len(state.runs) > 1:
            return _without(state, before)
    return structs.replace(state, runs=tuple(after if w is before else w for w in state.runs))


def _after(state: State, outcome: Outcome) -> State:
    """A key that may not do this will not be allowed to a second later."""
    if outcome.problem is None or outcome.problem.kind is not Kind.FORBIDDEN or state.read_only:
        return state
    return structs.replace(state, read_only="Read-only: this key may neither cancel nor delete (403).")


def _without(state: State, gone: Watched) -> State:
    """Without the run `gone`; the one beside it is shown when it was."""
    place = state.runs.index(gone)
    left = tuple(watched for watched in state.runs if watched is not gone)
    selected = left[min(place, len(left) - 1)].run_id if state.selected == gone.run_id else state.selected
    return structs.replace(state, runs=left, selected=selected, marked=state.marked - {gone.run_id})


def deed_refusal(state: State, deed: Deed, run_id: str) -> str | None:
    """Why `deed` cannot be done to the run now, or None."""
    watched = state.watched(run_id)
    if state.read_only:
        return state.read_only
    if watched is None:
        return "This run is not watched any more."
    if watched.under_way is not None:
        return f"Run {run_id[:8]} is being {watched.under_way.past} already."
    return impossible(deed, watched.run)


def _watched(known: Watched, event: Event) -> Watched:
    match event:
        case Asked():
            recent = tuple(at for at in known.asks if event.at - at < COUNTED_FOR)
            return structs.replace(known, asking_since=event.at, asks=(*recent, event.at))
        case Scheduled():
            return structs.replace(known, schedule=event)
        case PollFailed():
            since = known.trouble_since or event.at
            return structs.replace(known, asking_since=None, trouble=event, trouble_since=since)
        case Polled():
            return _answered(known, event)
        case Began():
            return structs.replace(known, under_way=event.deed)
        case Ended():
            return _ended(known, event.outcome)


def _ended(known: Watched, outcome: Outcome) -> Watched:
    known = structs.replace(known, under_way=None)
    if outcome.run is not None and outcome.asked_at is not None:
        at = outcome.at
        polled = Polled(run_id=known.run_id, run=outcome.run, asked_at=outcome.asked_at, at=at)
        known = _answered(known, polled)
    if not outcome.is_so:
        return known
    if outcome.deed is Deed.DELETE and known.run is not None:
        known = structs.replace(known, run=structs.replace(known.run, deleted_at=outcome.at))
    # What was asked before this knows nothing of it.
    return structs.replace(known, answered_asked_at=outcome.asked_at or outcome.at)


def _answered(known: Watched, event: Polled) -> Watched:
    if known.answered_asked_at is not None and event.asked_at < known.answered_asked_at:
        # An answer overtaken by a later one would bring an old state back.
        return structs.replace(known, asking_since=None)
    heard = structs.replace(
        known,
        asking_since=None,
        trouble=None,
        trouble_since=None,
        as_of=event.at,
        answered_asked_at=event.asked_at,
        latency=max(0.0, (event.at - event.asked_at).total_seconds()),
    )
    if event.run == known.run:
        # Nothing moved: the very same values stay, and whoever draws them has nothing to do.
        return heard
    new = board(event.run)
    return structs.replace(heard, run=event.run, board=new, signs=signs(known.signs, new, event.at))


def stuck(watched: Watched, now: datetime, pace: float = 1.0) -> tuple[Stall, ...]:
    """The specs that are silent for too long, by what was last heard.

    Old data says nothing about silence, so the silence is measured up to that data's own age.
    """
    if watched.board is None or watched.as_of is None or watched.is_over:
        return ()
    heard = min(now, watched.as_of + timedelta(seconds=60))
    return stalls(watched.board, watched.signs, heard, FLOOR / pace)


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
        return Freshness.ASKING
    if watched.is_over:
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


def age(watched: Watched, now: datetime) -> float:
    """Seconds since the data arrived, by the wall clock; never negative."""
    return max(0.0, (now - watched.as_of).total_seconds()) if watched.as_of else 0.0


def requests_per_minute(state: State, now: datetime) -> int:
    """Requests sent in the last 60 s, for all runs together."""
    return sum(now - at < COUNTED_FOR for watched in state.runs for at in watched.asks)
