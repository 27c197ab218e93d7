"""What the screen knows, and the one function that changes it: `reduce(state, event) -> state`."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from types import MappingProxyType

from msgspec import Struct, structs

from currents_tui.core.board import Board, board
from currents_tui.core.deed import Deed, Outcome, impossible
from currents_tui.core.events import (
    THE_LIST,
    Asked,
    Began,
    Ended,
    Event,
    HistoryTold,
    InstanceTold,
    Listed,
    Paged,
    PageFailed,
    Paging,
    Polled,
    PollFailed,
    Scheduled,
)
from currents_tui.core.feed import (
    GAP,
    Feed,
    listed_rows,
    newest_of,
    page_failed,
    retold,
    with_newest,
    with_page,
    without,
)
from currents_tui.core.forecast import handed_on
from currents_tui.core.history import History
from currents_tui.core.inspection import Inspections, last_result, with_inspected
from currents_tui.core.model import FeedItem, Run
from currents_tui.core.polling import Polling, answered, asked, is_overtaken
from currents_tui.core.problem import Kind
from currents_tui.core.silence import Silence, silence
from currents_tui.core.stall import FLOOR, Sign, Stall, heard_of, signs, stalls

COUNTED_FOR = timedelta(seconds=60)
"""How long a request counts for the figure of requests per minute."""


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
    def is_gone(self) -> bool:
        """Whether the service says that there is no such run (any more)."""
        deleted = self.run is not None and self.run.deleted_at is not None
        return deleted or (self.trouble is not None and self.trouble.kind is Kind.NOT_FOUND)


class State(Struct, frozen=True):
    runs: tuple[Watched, ...]
    """The runs that are followed."""
    selected: str
    """The run that the panes show; "" as long as none was chosen."""
    interval: float
    """Seconds between polls, as set."""
    paused: bool = False
    pace: float = 1.0
    """How many times faster than life the runs go: 1, but in the demo."""
    run_timeout: float | None = None
    """Seconds of silence after which the runs become TIMEOUT, where the service does not tell; as set."""
    read_only: str = ""
    """Why nothing can be cancelled or deleted; empty when it can."""
    marked: frozenset[str] = frozenset()
    """Ids of the runs that are to be cancelled together."""
    feed: Feed | None = None
    """The list of the project's runs, where it is asked for."""
    follows: str = ""
    """The branch whose newest run is to be shown; "" for none."""
    asks: tuple[datetime, ...] = ()
    """When the requests of the last minute were sent."""

    @property
    def current(self) -> Watched:
        """The run that the panes show."""
        about = self.about(self.selected)
        if about is not None:
            return about
        # Before a run is chosen, what can be said is how the asking for the list goes.
        feed = self.feed if not self.selected else None
        told = {name: getattr(feed, name) for name in Polling.__struct_fields__} if feed is not None else {}
        return Watched(self.selected, **told)

    def watched(self, run_id: str) -> Watched | None:
        """The run, if it is followed."""
        return next((w for w in self.runs if w.run_id == run_id), None)

    def about(self, run_id: str) -> Watched | None:
        """What is known of a run that is followed, or is in the list."""
        followed = self.watched(run_id)
        if followed is not None or self.feed is None:
            return followed
        item = self.feed.item(run_id)
        return Watched(run_id, listed=item, listed_asked_at=self.feed.answered_asked_at) if item else None


def start(
    run_ids: tuple[str, ...],
    interval: float,
    pace: float = 1.0,
    read_only: str = "",
    run_timeout: float | None = None,
) -> State:
    """Before anything was asked. Each of `run_ids` is watched once; the first is shown."""
    unique = tuple(dict.fromkeys(run_ids))
    return State(
        tuple(Watched(run_id) for run_id in unique),
        selected=unique[0] if unique else "",
        interval=interval,
        pace=pace,
        read_only=read_only,
        run_timeout=run_timeout,
    )


def reduce(state: State, event: Event) -> State:
    """The state after `event`. An event about what is not watched changes nothing."""
    if isinstance(event, Asked | Paging):
        recent = tuple(at for at in state.asks if event.at - at < COUNTED_FOR)
        state = structs.replace(state, asks=(*recent, event.at))
    if isinstance(event, Listed | Paging | Paged | PageFailed):
        return _with_list(state, event)
    if event.run_id == THE_LIST:
        if state.feed is not None and isinstance(event, Asked | Scheduled | PollFailed):
            return structs.replace(state, feed=asked(state.feed, event))
        return state
    before = state.watched(event.run_id)
    if before is None:
        return state
    after = _watched(before, event)
    if after is before:
        return state
    if isinstance(event, Ended):
        state = _after(state, event.outcome)
        if state.feed is not None and event.outcome.is_so:
            # What was asked before this knows nothing of it.
            feed = structs.replace(state.feed, answered_asked_at=event.outcome.at)
            state = structs.replace(state, feed=feed)
        if event.outcome.deed is Deed.DELETE and event.outcome.is_so and _others(state, before):
            return _without(state, before)
    return structs.replace(state, runs=tuple(after if w is before else w for w in state.runs))


def _with_list(state: State, event: Listed | Paging | Paged | PageFailed) -> State:
    feed = state.feed
    if feed is None:
        return state
    if isinstance(event, Paging):
        return structs.replace(state, feed=structs.replace(feed, paging=event.request))
    if event.wanted != feed.wanted:
        return state  # somebody has asked for something else since
    match event:
        case Listed():
            return _listed(state, feed, event)
        case Paged():
            return structs.replace(state, feed=with_page(feed, event.request, event.page))
        case PageFailed(request=request, problem=problem):
            told = page_failed(feed, request, problem.kind, problem.sentence)
            return structs.replace(state, feed=told)


def _listed(state: State, feed: Feed, event: Listed) -> State:
    if event.project_id != feed.project_id:
        return state
    if is_overtaken(feed, event.asked_at):
        return structs.replace(state, feed=structs.replace(feed, asking_since=None))
    feed = answered(with_newest(feed, event.page), event.asked_at, event.at)
    told: dict[str, FeedItem] = {item.run_id or "": item for item in event.page.items}
    runs = tuple(_listed_again(w, told.get(w.run_id), event.asked_at) for w in state.runs)
    return structs.replace(state, feed=feed, runs=runs)


def _listed_again(known: Watched, item: FeedItem | None, asked_at: datetime) -> Watched:
    if item is None:
        return known
    return structs.replace(known, listed=item, listed_asked_at=asked_at)


def followed(state: State, run_id: str) -> State:
    """`state` with the run among those that are followed; what the list told of it is known at once."""
    if state.watched(run_id) is not None:
        return state
    return structs.replace(state, runs=(*state.runs, state.about(run_id) or Watched(run_id)))


def released(state: State, run_id: str) -> State:
    """`state` without the run among those that are followed, unless it is shown or acted on.

    What was learned of it stays in the list, if it is in there.
    """
    gone, feed = state.watched(run_id), state.feed
    if gone is None or feed is None or run_id == state.selected or gone.under_way is not None:
        return state
    if gone.run is not None and gone.newest is gone.run:
        feed = retold(feed, gone.run)
    return structs.replace(state, runs=tuple(w for w in state.runs if w is not gone), feed=feed)


def to_follow(state: State) -> str | None:
    """The run that the view is to move to: a newer one of the branch that is followed."""
    newest = newest_of(state.feed, state.follows) if state.feed is not None and state.follows else None
    if newest is None or not newest.run_id or newest.run_id == state.selected:
        return None
    shown = state.current.known
    if shown is None or not shown.created_at or not newest.created_at:
        return newest.run_id
    is_newer = newest.created_at > shown.created_at
    return newest.run_id if is_newer or shown.meta.commit.branch != state.follows else None


def _after(state: State, outcome: Outcome) -> State:
    """A key that may not do this will not be allowed to a second later."""
    if outcome.problem is None or outcome.problem.kind is not Kind.FORBIDDEN or state.read_only:
        return state
    return structs.replace(state, read_only="Read-only: this key may neither cancel nor delete (403).")


def _others(state: State, gone: Watched) -> list[str]:
    """The runs that can be shown in place of `gone`, the one below it first."""
    rows = [run_id for run_id in rows_of(state) if not run_id.startswith(GAP)]
    place = rows.index(gone.run_id) if gone.run_id in rows else 0
    return [run_id for run_id in (*rows[place:], *reversed(rows[:place])) if run_id != gone.run_id]


def rows_of(state: State) -> tuple[str, ...]:
    """The rows of the pane of runs, by their keys."""
    return listed_rows(state.feed, [watched.run_id for watched in state.runs])


def _without(state: State, gone: Watched) -> State:
    """Without the run `gone`; the one beside it is shown when it was."""
    selected = _others(state, gone)[0] if state.selected == gone.run_id else state.selected
    state = structs.replace(
        state,
        runs=tuple(watched for watched in state.runs if watched is not gone),
        feed=without(state.feed, gone.run_id) if state.feed is not None else None,
        marked=state.marked - {gone.run_id},
    )
    return structs.replace(followed(state, selected), selected=selected)


def compared_to(state: State, run_id: str) -> State:
    """The failures of the run that is shown are compared with the earlier run `run_id`."""
    return structs.replace(
        state,
        runs=tuple(
            structs.replace(watched, compared_to=run_id) if watched.run_id == state.selected else watched
            for watched in state.runs
        ),
    )


def deed_refusal(state: State, deed: Deed, run_id: str) -> str | None:
    """Why `deed` cannot be done to the run now, or None."""
    watched = state.about(run_id)
    if state.read_only:
        return state.read_only
    if watched is None:
        return "This run is not watched any more."
    if watched.under_way is not None:
        return f"Run {run_id[:8]} is being {watched.under_way.past} already."
    return impossible(deed, watched.newest)


def _watched(
    known: Watched,
    event: Asked | Polled | PollFailed | Scheduled | Began | Ended | InstanceTold | HistoryTold,
) -> Watched:
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
    if is_overtaken(known, event.asked_at):
        # An answer overtaken by a later one would bring an old state back.
        return structs.replace(known, asking_since=None)
    heard = answered(known, event.asked_at, event.at)
    if event.run == known.run:
        # Nothing moved: the very same values stay, and whoever draws them has nothing to do.
        return heard
    new = handed_on(known.board, board(event.run, known.board))
    return structs.replace(heard, run=event.run, board=new, signs=signs(known.signs, new, event.at))


def stuck(
    watched: Watched, now: datetime, pace: float = 1.0, run_timeout: float | None = None
) -> tuple[Stall, ...]:
    """The specs that are silent for too long, by what was last heard."""
    board, heard = watched.board, _heard(watched, now)
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
    heard = _heard(watched, now)
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


def _heard(watched: Watched, now: datetime) -> datetime | None:
    """Up to when something could be heard of the run; None where nothing more is expected.

    Old data says nothing about silence, so it is measured up to that data's own age.
    """
    if watched.as_of is None or watched.is_over:
        return None
    return min(now, watched.as_of + timedelta(seconds=60))


def requests_per_minute(state: State, now: datetime) -> int:
    """Requests sent in the last 60 s, for all runs and the list together."""
    return sum(now - at < COUNTED_FOR for at in state.asks)
