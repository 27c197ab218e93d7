"""What a timeline is made of: lanes of machines, spans of specs, and what can be asked about them.

Times are seconds since the run was created. `core.timeline` makes them of an answer.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from msgspec import Struct

from currents_tui.core.board import SpecRow
from currents_tui.core.progress import Progress
from currents_tui.core.verdict import SpecState


class SpecSpan(Struct, frozen=True, gc=False):
    """A spec while a machine had it."""

    row: SpecRow
    start: float
    end: float | None
    """None while it runs and, in a run that is over, where it never reported."""

    @property
    def key(self) -> str:
        return self.row.key

    @property
    def state(self) -> SpecState:
        return self.row.state


class Track(Struct, frozen=True, gc=False):
    """One row of a lane: spans that never overlap, earliest first."""

    key: str
    """The same at every answer: group, machine, and which of the machine's rows it is."""
    spans: tuple[SpecSpan, ...]
    starts: tuple[float, ...]
    queued: tuple[SpecRow, ...] = ()
    """Claimed and not begun, in the order in which the machine will take them; on its first row."""

    @property
    def keys(self) -> tuple[str, ...]:
        """The specs on this row, in the order of time."""
        return (*[span.row.key for span in self.spans], *[row.key for row in self.queued])


class Lane(Struct, frozen=True, gc=False):
    """One machine in one group.

    A machine can run several specs at once (Playwright's workers, fullyParallel), and the answer does
    not say on which worker. Each of its spans, by start, goes into the first row that is free by then;
    so there are as many rows as specs ever ran at once, a row is not a worker, and as only later spans
    are added while a run goes on, a span keeps its row.
    """

    group_id: str
    machine_id: str
    name: str
    """The machine's short name."""
    tracks: tuple[Track, ...]
    busy_until_open: float
    """Seconds in which the machine ran anything, for whichever group, until `open_since`."""
    open_since: float | None
    """Since when it has been running, without a break; None while it runs nothing."""
    first_start: float | None
    """When it began its first spec, for whichever group."""

    def busy(self, now: float) -> float:
        """Seconds in which the machine ran at least one spec."""
        return self.busy_until_open + (max(0.0, now - self.open_since) if self.open_since is not None else 0)

    def share(self, now: float) -> float:
        """The busy part of the time since the machine began its first spec, 0 to 1: what was before is told
        apart, for a machine that comes late has not been idle."""
        elapsed = now - (self.first_start or 0.0)
        return min(1.0, self.busy(now) / elapsed) if elapsed > 0 else 0.0

    @property
    def spans(self) -> Iterable[SpecSpan]:
        return (span for track in self.tracks for span in track.spans)


class GroupLanes(Struct, frozen=True, gc=False):
    group_id: str
    lanes: tuple[Lane, ...]
    """In the order in which the machines first claimed."""
    specs: Progress
    failed: int
    flaky: int
    waiting: int
    """Specs that nothing has begun: without a machine, or queued on one. In a run that is over, these
    never ran."""
    open: tuple[SpecSpan, ...]
    """The specs that were begun and have not ended. In a run that is over, these never reported."""
    ended: float | None
    """When its last spec ended; None while one of them has not."""
    typical: float | None
    """Seconds that a spec of it takes, by the median."""


class Timeline(Struct, frozen=True, gc=False):
    zero: datetime | None
    """When the run was created; else its first known moment. None where nothing is known."""
    groups: tuple[GroupLanes, ...]
    tracks: tuple[Track, ...]
    """All rows of all lanes, from top to bottom."""
    lanes: Mapping[str, Lane]
    """By the key of each of its tracks."""
    homes: Mapping[str, int]
    """Spec's key -> which of `tracks` it is on."""
    end: float | None
    """The last known moment of a run that is over; None while it goes on."""

    def elapsed(self, now: datetime) -> float:
        """Seconds from zero until `now` or, of a run that is over, until its end."""
        if self.end is not None:
            return self.end
        return max(0.0, (now - self.zero).total_seconds()) if self.zero is not None else 0.0

    def span(self, key: str) -> SpecSpan | None:
        """The spec's span; None where it has none."""
        home = self.homes.get(key)
        spans = self.tracks[home].spans if home is not None else ()
        return next((span for span in spans if span.key == key), None)


def beside(found: Timeline, wanted: Collection[str], key: str, step: int) -> str | None:
    """The one of the `wanted` specs after `key`, or before it with a negative `step`, and round the ends.

    They are gone through from the topmost machine down, on each as it ran them. None where none is there.
    """
    keys = [one for track in found.tracks for one in track.keys]
    here = keys.index(key) if key in keys else -1
    after, before = keys[here + 1 :], keys[: max(here, 0)]
    in_turn = [*after, *before] if step > 0 else [*reversed(before), *reversed(after)]
    return next((one for one in in_turn if one in wanted), key if key in wanted else None)


def estimated_end(group: GroupLanes, now: float, stuck: Collection[str]) -> float | None:
    """When the group ends, about, in seconds since zero; None where nothing says so.

    The medians of what waits and the rest of what runs, shared by what runs now. Specs that are `stuck`
    (keys) are left out: nobody knows when they end, nor whether their machine takes another.
    """
    if group.typical is None or group.ended is not None:
        return None
    rests = [max(0.0, group.typical - (now - s.start)) for s in group.open if s.key not in stuck]
    if not rests:
        return None
    return now + max((sum(rests) + group.waiting * group.typical) / len(rests), *rests)


def idle_before(found: Timeline, lane: Lane, span: SpecSpan) -> float:
    """Seconds in which the machine ran nothing, for whichever group, before it began this spec."""
    ends = [
        span.start if other.end is None else other.end
        for track in found.tracks
        if found.lanes[track.key].machine_id == lane.machine_id
        for other in track.spans
        if other.start <= span.start and other.key != span.key
    ]
    return max(0.0, span.start - max(ends, default=0.0))
