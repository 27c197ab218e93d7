"""One run that is followed: what is known of it, and what an event makes of that."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from types import MappingProxyType

from msgspec import structs

from currents_tui.core.board import Board, board
from currents_tui.core.completion import is_finishing
from currents_tui.core.deed import Deed, Outcome
from currents_tui.core.events import (
    Asked,
    Began,
    Ended,
    HistoryTold,
    InstanceTold,
    Polled,
    PollFailed,
    Scheduled,
)
from currents_tui.core.forecast import handed_on
from currents_tui.core.history import History
from currents_tui.core.inspection import Inspections, last_result, with_inspected
from currents_tui.core.model import FeedItem, Run
from currents_tui.core.polling import Polling, answered, asked, at_latest, is_later, is_overtaken, not_later
from currents_tui.core.problem import Kind
from currents_tui.core.silence import Silence, silence
from currents_tui.core.stall import FLOOR, Sign, Stall, heard_of, signs, stalls
from currents_tui.core.verdict import run_verdict


class Watched(Polling, frozen=True):
    """One run that is being followed."""

    run_id: str
    run: Run | None = None
    """The last usable answer; a failure never takes it away."""
    board: Board | None = None
    signs: Mapping[str, Sign] = {}
    listed: Run | None = None
    """The run as the list of runs told it last: without its specs."""
    listed_asked_at: datetime | None = None
    """When the question to that list was sent."""
    under_way: Deed | None = None
    """What is being done to it right now."""
    failing_since: datetime | None = None
    """When an answer was the first to call it FAILING; None where it was before anybody looked, or is not."""
    inspections: Inspections = MappingProxyType({})
    """What is known of its specs' tests."""
    history: History | None = None
    """What earlier runs teach; None as long as that is not known."""
    compared_to: str = ""
    """The earlier run that failures are compared with; "" for the first choice."""

    @property
    def newest(self) -> Run | None:
        """What was told last about the run as a whole, by itself or in the list."""
        if self.run is None or self.listed is None:
            return self.run or self.listed
        listed_later = (
            self.listed_asked_at is not None
            and self.answered_asked_at is not None
            and self.listed_asked_at > self.answered_asked_at
        )
        return self.listed if listed_later else self.run

    @property
    def lasting(self) -> Run | None:
        """What tells best how long it took: of a run that is over its specs do, and the list has none."""
        newest, run = self.newest, self.run
        if newest is None or run is None:
            return newest
        return run if run_verdict(run).is_over and run_verdict(newest).is_over else newest

    @property
    def known(self) -> Run | None:
        """The run with its specs or, before they are here, as it was listed."""
        return self.run or self.listed

    @property
    def known_board(self) -> Board | None:
        """What is worked out of `known`."""
        return self.board or (board(self.listed) if self.listed is not None else None)

    @property
    def is_over(self) -> bool:
        return self.board is not None and self.board.verdict.is_over

    @property
    def is_settled(self) -> bool:
        """Whether it is over, and no machine is about to report what it had claimed before a cancel."""
        return self.board is not None and self.board.verdict.is_over and not self.board.finishing

    @property
    def is_gone(self) -> bool:
        """Whether the service says that there is no such run (any more)."""
        deleted = self.run is not None and self.run.deleted_at is not None
        return deleted or (self.trouble is not None and self.trouble.kind is Kind.NOT_FOUND)


def happened(
    known: Watched,
    event: Asked | Polled | PollFailed | Scheduled | Began | Ended | InstanceTold | HistoryTold,
) -> Watched:
    """The run after `event`, which is about it."""
    match event:
        case Polled():
            return _answered(known, event)
        case HistoryTold():
            return structs.replace(known, history=event.history)
        case Began():
            return structs.replace(known, under_way=event.deed)
        case Ended():
            return _ended(known, event.outcome)
        case InstanceTold():
            return _inspected(known, event)
        case _:
            return asked(known, event)


def _inspected(known: Watched, event: InstanceTold) -> Watched:
    told = with_inspected(known.inspections, event.instance_id, event.inspected)
    instance = event.inspected.instance
    last = last_result(instance) if instance is not None else None
    # A spec that was silent before anybody looked: its tests tell since when.
    signs = heard_of(known.signs, event.instance_id, last) if last is not None else known.signs
    return structs.replace(known, inspections=told, signs=signs)


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
    if is_overtaken(known, event.asked_at, event.at):
        # An answer overtaken by a later one would bring an old state back.
        return structs.replace(known, asking_since=None)
    heard = answered(known, event.asked_at, event.at)
    was_finishing = known.board is not None and known.board.finishing
    if event.run == known.run and was_finishing is is_finishing(event.run, event.at):
        # Nothing moved: the very same values stay, and whoever draws them has nothing to do.
        return heard
    new = handed_on(known.board, board(event.run, known.board, event.at))
    before = known.signs if known.board is not None else None
    return structs.replace(
        heard,
        run=event.run,
        board=new,
        signs=signs(before, new, event.at),
        failing_since=_failing_since(known, new, event.at),
    )


def _failing_since(known: Watched, new: Board, at: datetime) -> datetime | None:
    if known.board is None or new.verdict.word != _FAILING:
        return None
    return known.failing_since if known.board.verdict.word == _FAILING else at


_FAILING = "FAILING"


def stuck(
    watched: Watched, now: datetime, pace: float = 1.0, run_timeout: float | None = None
) -> tuple[Stall, ...]:
    """The specs that are silent for too long, by what was last heard."""
    board, heard = watched.board, heard_until(watched, now)
    if board is None or heard is None:
        return ()
    asked = (heard, pace, run_timeout, watched.signs, watched.run, watched.history)
    kept: tuple[object, tuple[Stall, ...]] | None = board.__dict__.get("stalls")
    if kept is None or kept[0] != asked:
        # Several ask at one moment: the header, the events, what rings the bell.
        found = stalls(
            board,
            watched.signs,
            heard,
            FLOOR / pace,
            run=watched.run,
            history=watched.history,
            otherwise=run_timeout,
        )
        kept = board.__dict__["stalls"] = (asked, found)
    return kept[1]


def silent(
    watched: Watched,
    found: tuple[Stall, ...],
    now: datetime,
    pace: float = 1.0,
    run_timeout: float | None = None,
) -> Silence | None:
    """The silence of the whole run, with what was `found` stuck in it."""
    heard = heard_until(watched, now)
    if watched.board is None or watched.run is None or heard is None:
        return None
    return silence(
        watched.board,
        watched.run,
        watched.signs,
        found,
        heard,
        history=watched.history,
        otherwise=run_timeout,
        pace=pace,
    )


def heard_until(watched: Watched, now: datetime) -> datetime | None:
    """Up to when something could be heard of the run; None where nothing more is expected.

    Old data says nothing about silence, so it is measured up to that data's own age.
    """
    if watched.as_of is None or watched.is_over:
        return None
    return min(now, watched.as_of + timedelta(seconds=60))


def known_at(known: Watched, now: datetime) -> Watched:
    """The run to a clock that may have been set back to `now`; the very same where it was not."""
    if not is_later(known, now):
        return known
    signs = {key: structs.replace(sign, at=at_latest(sign.at, now)) for key, sign in known.signs.items()}
    failing_since = at_latest(known.failing_since, now)
    return structs.replace(not_later(known, now), signs=signs, failing_since=failing_since)


def listed_again(known: Watched, item: FeedItem | None, asked_at: datetime) -> Watched:
    """The run after a list in which it is told as `item`; None: it is not on that page."""
    if item is None:
        return known
    return structs.replace(known, listed=item, listed_asked_at=asked_at)
