"""What the screen knows, and the one function that changes it: `reduce(state, event) -> state`."""

from datetime import datetime, timedelta

from msgspec import Struct, structs

from currents_tui.core.deed import MAY_NOT, Deed, Outcome, impossible
from currents_tui.core.events import (
    THE_LIST,
    Asked,
    Ended,
    Event,
    Listed,
    Paged,
    PageFailed,
    Paging,
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
from currents_tui.core.model import FeedItem
from currents_tui.core.polling import Polling, answered, asked, is_later, is_overtaken, not_later
from currents_tui.core.problem import Kind
from currents_tui.core.watched import Watched, happened, known_at, listed_again

COUNTED_FOR = timedelta(seconds=60)
"""How long a request counts for the figure of requests per minute."""


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
    chosen_project: str = ""
    """The project that somebody chose to look at; "" as long as nobody did."""
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
        recent = tuple(at for at in state.asks if _counts(at, event.at))
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
    after = happened(before, event)
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


def not_later_than(state: State, now: datetime) -> State:
    """`state` to a clock that may have been set back to `now`; the very same where it was not.

    For each tick and before each event: what was is `now` at the latest, and grows old from there.
    """
    feed, runs = state.feed, tuple(known_at(watched, now) for watched in state.runs)
    if feed is not None and is_later(feed, now):
        feed = not_later(feed, now)
    if feed is state.feed and all(new is old for new, old in zip(runs, state.runs, strict=True)):
        return state
    return structs.replace(state, runs=runs, feed=feed)


def _with_list(state: State, event: Listed | Paging | Paged | PageFailed) -> State:
    feed = state.feed
    if feed is None:
        return state
    if isinstance(event, Paging):
        return structs.replace(state, feed=structs.replace(feed, paging=event.request))
    if (event.project_id, event.wanted) != (feed.project_id, feed.wanted):
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
    if is_overtaken(feed, event.asked_at, event.at):
        return structs.replace(state, feed=structs.replace(feed, asking_since=None))
    feed = answered(with_newest(feed, event.page), event.asked_at, event.at)
    told: dict[str, FeedItem] = {item.run_id or "": item for item in event.page.items}
    runs = tuple(listed_again(w, told.get(w.run_id), event.asked_at) for w in state.runs)
    return structs.replace(state, feed=feed, runs=runs)


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
    return structs.replace(state, read_only=f"Read-only: {MAY_NOT}")


def _others(state: State, gone: Watched) -> list[str]:
    """The runs that can be shown in place of `gone`, the one below it first."""
    rows = [run_id for run_id in rows_of(state) if not run_id.startswith(GAP)]
    place = rows.index(gone.run_id) if gone.run_id in rows else 0
    return [run_id for run_id in (*rows[place:], *reversed(rows[:place])) if run_id != gone.run_id]


def rows_of(state: State) -> tuple[str, ...]:
    """The rows of the pane of runs, by their keys."""
    return listed_rows(state.feed, followed_here(state))


def followed_here(state: State) -> tuple[str, ...]:
    """The runs that are followed, but for those of another project than the one that was chosen.

    They were named at the start and stay followed, but in that project's list they would pass for its runs.
    """
    return tuple(w.run_id for w in state.runs if not _is_elsewhere(w, state.chosen_project))


def _is_elsewhere(watched: Watched, chosen: str) -> bool:
    project_id = watched.known.project_id if watched.known is not None else None
    return bool(chosen and project_id) and project_id != chosen


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


def requests_per_minute(state: State, now: datetime) -> int:
    """Requests sent in the last 60 s, for all runs and the list together."""
    return sum(_counts(at, now) for at in state.asks)


def _counts(asked_at: datetime, now: datetime) -> bool:
    """Whether it is of the last minute; one of the future was asked before the clock was set back."""
    return abs(now - asked_at) < COUNTED_FOR
