"""The list of a project's runs, newest first, as far as it was loaded: pages become segments.

What lies between two segments is not known. The newest page is asked for again and again; older ones
come as the cursor nears them, and what is far from the cursor is forgotten, so that going through ten
thousand runs takes no more memory than going through a few hundred.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime

from msgspec import structs

from currents_tui.core.model import FeedItem, Run, RunPage
from currents_tui.core.polling import Polling
from currents_tui.core.problem import Kind
from currents_tui.core.run_filter import ALL, PageRequest, RunFilter, Seen, seen_in

KEPT = 600
"""Runs that are kept around the cursor, beside the newest."""
HEAD = 50
"""The newest runs are never forgotten: a page of them."""
NEAR = 12
"""Rows from a segment's end within which the cursor calls for the next page."""
REFUSALS = 5
"""Cursors in a row that are tried when the service refuses one: its run may have been deleted."""

GAP = "\n"
"""How the key of a row begins that is no run: no run id does."""

Segment = tuple[FeedItem, ...]


class Feed(Polling, frozen=True):
    project_id: str
    wanted: RunFilter = ALL
    segments: tuple[Segment, ...] = ()
    is_complete: bool = False
    """Whether the last segment ends with the oldest run."""
    seen: Seen = Seen()
    paging: PageRequest | None = None
    """The page that is being asked for."""
    page_trouble: str = ""
    """Why the last page did not come; what was loaded stays."""
    refused: frozenset[str] = frozenset()
    """Cursors that the service does not take."""

    @property
    def items(self) -> Iterator[FeedItem]:
        return (item for segment in self.segments for item in segment)

    def item(self, run_id: str) -> FeedItem | None:
        return next((item for item in self.items if item.run_id == run_id), None)

    @property
    def keys(self) -> tuple[str, ...]:
        """Every wanted run's id, and a key that begins with `GAP` wherever more runs are not loaded.

        What was listed and is not wanted stays in the segments, for it tells where to go on from.
        """
        keys: list[str] = []
        for place, segment in enumerate(self.segments):
            keys += [_id(item) for item in segment if self.wanted.fits(item)]
            if segment and (place < len(self.segments) - 1 or not self.is_complete):
                keys.append(f"{GAP}{_id(segment[-1])}")
        return tuple(keys)

    @property
    def count(self) -> int:
        return sum(map(len, self.segments))


def _id(item: FeedItem) -> str:
    return item.run_id or ""


def _ids(items: Iterable[FeedItem]) -> set[str]:
    return {_id(item) for item in items}


def _without(items: Iterable[FeedItem], ids: set[str]) -> Segment:
    return tuple(item for item in items if _id(item) not in ids)


def with_newest(feed: Feed, page: RunPage) -> Feed:
    """After the newest page came: new runs on top, deleted ones gone, older ones where they were."""
    head = _same(page.items, feed.items)
    if not page.has_more or not head:
        segments: tuple[Segment, ...] = (head,)
        return _now(feed, segments, is_complete=True)
    ids = _ids(head)
    first, *others = feed.segments or ((),)
    is_complete = feed.is_complete and bool(feed.segments)
    known = [_id(item) for item in first]
    if _id(head[-1]) in known:
        # Runs between the first and the last of the page that it does not name are no more.
        first = (*head, *_without(first[known.index(_id(head[-1])) + 1 :], ids))
    elif ids & set(known):
        # It reaches beyond what was known there: all of that is in it, or no more.
        first, is_complete = head, is_complete and bool(others)
    else:
        others, first = [first, *others], head
    rest = [_without(segment, ids) for segment in others]
    return _now(feed, (first, *filter(None, rest)), is_complete=is_complete)


def _now(feed: Feed, segments: tuple[Segment, ...], *, is_complete: bool) -> Feed:
    """`feed` with other segments; where they are equal, the very same values stay."""
    if segments == feed.segments:
        segments = feed.segments
    seen = seen_in((item for segment in segments for item in segment), feed.seen)
    return structs.replace(feed, segments=segments, is_complete=is_complete, seen=seen)


def _same(new: Iterable[FeedItem], known: Iterable[FeedItem]) -> Segment:
    """The new items, each once, and each the known value where it says the same."""
    before = {_id(item): item for item in known}
    unique = {_id(item): item for item in new}
    return tuple(before[i] if before.get(i) == item else item for i, item in unique.items())


def with_page(feed: Feed, request: PageRequest, page: RunPage) -> Feed:
    """After a page came that was asked for; one that no longer fits anywhere changes nothing."""
    feed = structs.replace(feed, paging=None, page_trouble="")
    cursor = request.after or request.before
    for place, segment in enumerate(feed.segments):
        if any(item.cursor == cursor for item in segment):
            return _older(feed, place, page) if request.after else _newer(feed, place, page)
    return feed


def _older(feed: Feed, place: int, page: RunPage) -> Feed:
    before, here, after = feed.segments[:place], feed.segments[place], feed.segments[place + 1 :]
    new = _without(_same(page.items, ()), _ids(here))
    if not page.items or not page.has_more:
        return _now(feed, (*before, (*here, *new)), is_complete=True)
    joined, last = (*here, *new), page.items[-1]
    while after and (_ids(after[0]) & _ids(new) or _created(after[0][0]) > _created(last)):
        # What the page passes over and does not name is no more.
        behind = after[0][_place(after[0], last) :]
        joined, after = (*joined, *_without(behind, _ids(new))), after[1:]
        if behind:
            break
    return _now(feed, (*before, joined, *after), is_complete=feed.is_complete)


def _newer(feed: Feed, place: int, page: RunPage) -> Feed:
    before, here, after = feed.segments[:place], feed.segments[place], feed.segments[place + 1 :]
    # In which order such a page comes is told in two ways.
    in_order = sorted(_same(page.items, ()), key=_created, reverse=True)
    new = _without(in_order, _ids(here))
    if before and (not page.has_more or _ids(before[-1]) & _ids(new)):
        # What lies within the page and is not named by it is no more.
        above = before[-1][: _place(before[-1], new[0])] if new else before[-1]
        joined = (*above, *_without(new, _ids(above)), *here)
        return _now(feed, (*before[:-1], joined, *after), is_complete=feed.is_complete)
    return _now(feed, (*before, (*new, *here), *after), is_complete=feed.is_complete)


def _place(segment: Segment, item: FeedItem) -> int:
    """Where `item` stands in the segment or, when it is not in there, where it would stand."""
    known = [_id(one) for one in segment]
    if _id(item) in known:
        return known.index(_id(item))
    return sum(_created(one) > _created(item) for one in segment)


def _created(item: FeedItem) -> datetime:
    return item.created_at or datetime.min.replace(tzinfo=UTC)


def page_failed(feed: Feed, request: PageRequest, kind: Kind, sentence: str) -> Feed:
    """After a page did not come. A cursor that was refused is not asked with again."""
    refused = feed.refused
    if kind in (Kind.REFUSED, Kind.NOT_FOUND, Kind.CONFLICT):
        refused |= {request.after or request.before}
    return structs.replace(feed, paging=None, page_trouble=sentence, refused=refused)


def without(feed: Feed, run_id: str) -> Feed:
    """Without a run that was deleted."""
    kept = (_without(segment, {run_id}) for segment in feed.segments)
    return _now(feed, tuple(filter(None, kept)), is_complete=feed.is_complete)


def retold(feed: Feed, run: Run) -> Feed:
    """With what an answer about one run says of it."""
    known = feed.item(run.run_id or "")
    if known is None:
        return feed
    told = {name: getattr(run, name) for name in Run.__struct_fields__}
    item = FeedItem(**{**told, "specs": ()}, cursor=known.cursor)
    changed = (tuple(item if old is known else old for old in segment) for segment in feed.segments)
    return structs.replace(feed, segments=tuple(changed))


def trimmed(feed: Feed, around: str) -> Feed:
    """Without the runs that are far from the row `around`: they are asked for again when it nears them."""
    if feed.count <= HEAD + KEPT + KEPT // 2:
        return feed
    ids = [_id(item) for item in feed.items]
    run_id = around.removeprefix(GAP)
    here = ids.index(run_id) if run_id in ids else 0
    kept = {*ids[:HEAD], *ids[max(0, here - KEPT // 2) : here + KEPT // 2]}
    parts = [part for segment in feed.segments for part in _runs_of(segment, kept)]
    is_complete = feed.is_complete and ids[-1] in kept
    return structs.replace(feed, segments=tuple(parts), is_complete=is_complete)


def _runs_of(segment: Segment, kept: set[str]) -> Iterator[Segment]:
    """The stretches of `segment` that are kept."""
    part: list[FeedItem] = []
    for item in segment:
        if _id(item) in kept:
            part.append(item)
        elif part:
            yield tuple(part)
            part = []
    if part:
        yield tuple(part)


def page_near(feed: Feed, row: str) -> PageRequest | None:
    """The page that the cursor on `row` is about to need, or None."""
    row = row.removeprefix(GAP)
    for place, segment in enumerate(feed.segments):
        ids = [_id(item) for item in segment]
        if row not in ids:
            continue
        here = ids.index(row)
        is_last = place == len(feed.segments) - 1
        if len(ids) - here <= NEAR and not (is_last and feed.is_complete):
            return _request(feed, reversed(segment), older=True)
        if here < NEAR and place > 0:
            return _request(feed, segment, older=False)
    return None


def _request(feed: Feed, nearest: Iterable[FeedItem], *, older: bool) -> PageRequest | None:
    """From the outermost run that the service takes as a place to go on from."""
    for tried, item in enumerate(nearest):
        if tried < REFUSALS and item.cursor and item.cursor not in feed.refused:
            return PageRequest(after=item.cursor) if older else PageRequest(before=item.cursor)
    return None


def newest_of(feed: Feed, branch: str) -> FeedItem | None:
    """The newest run of `branch` among those that were loaded."""
    return next((item for item in feed.items if item.meta.commit.branch == branch), None)


def listed_rows(feed: Feed | None, followed: Sequence[str]) -> tuple[str, ...]:
    """The rows of the runs' pane: what is followed and not in the list comes first, unless it is filtered."""
    if feed is None:
        return tuple(followed)
    keys = feed.keys
    if not feed.wanted.is_empty:
        return keys
    known = set(keys)
    return (*(run_id for run_id in followed if run_id not in known), *keys)
