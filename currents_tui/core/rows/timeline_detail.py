"""What a timeline says about the machine and the spec under its cursor."""

from collections.abc import Mapping
from datetime import datetime

from currents_tui.core import words
from currents_tui.core.board import SpecRow
from currents_tui.core.cells import Line, Span, Tone, crop, fitting, line_width
from currents_tui.core.rows.look import Look, marks
from currents_tui.core.rows.timeline import clock_at
from currents_tui.core.stall import Stall
from currents_tui.core.text import clip_start, fit
from currents_tui.core.tracks import GroupLanes, Lane, SpecSpan, Timeline, Track, idle_before
from currents_tui.core.verdict import TONES, SpecState, sign
from currents_tui.core.words import UNKNOWN

COUNTED = (
    (SpecState.STUCK, "stuck"),
    (SpecState.FAILED, "failed"),
    (SpecState.FLAKY, "flaky"),
    (SpecState.RUNNING, "running"),
    (SpecState.PASSED, "passed"),
    (SpecState.SKIPPED, "skipped"),
    (SpecState.CANCELED, "canceled"),
    (SpecState.TIMED_OUT, "timed out"),
)

WHEN, TOOK, TESTS, FAILED = 20, 7, 7, 6
"""Cells of a spec's columns behind its name."""
BEGUN, NARROW = 8, 80
"""In fewer than `NARROW` cells it says only when a spec began, in `BEGUN`: its name matters more."""
WIDEST = 110
"""Cells from which on a row gets no wider: times far from the name they belong to are hard to read."""


def details(
    found: Timeline, track: Track, key: str, stalls: Mapping[str, Stall], now: datetime,
    cells: int, rows: int, look: Look,
) -> tuple[Line, ...]:  # fmt: skip
    """The machine, the spec `key` on `track`, why it is as it is and, as far as `rows` go, the specs
    before and after it."""
    lane = found.lanes[track.key]
    keys = track.keys
    at = keys.index(key)
    around = max(0, rows - 3)
    first = max(0, min(at - (around + 1) // 2, len(keys) - around - 1))
    elapsed = found.elapsed(now)
    # Looked up by place: a machine can have thousands of them.
    lines = [
        _spec(found, _item(track, n), stalls.get(keys[n]), elapsed, cells, look, here=n == at)
        for n in range(first, min(len(keys), first + around + 1))
    ]
    why = _why(found, lane, track, _item(track, at), stalls, now, look)
    told = fitting((((part, tone),) for part, tone in why), cells - 10, "   ")
    lines.insert(at - first + 1, ((" " * 10, Tone.TEXT), *told) if told else ())
    return (_machine(found, lane, stalls, elapsed, cells), *lines)[:rows]


def _item(track: Track, place: int) -> SpecSpan | SpecRow:
    """What is at that place of the row: a spec that was begun, or one that is queued."""
    spans = track.spans
    return spans[place] if place < len(spans) else track.queued[place - len(spans)]


def _machine(found: Timeline, lane: Lane, stalls: Mapping[str, Stall], elapsed: float, cells: int) -> Line:
    states = [SpecState.STUCK if span.key in stalls else span.state for span in lane.spans]
    queued = sum(len(track.queued) for track in lane.tracks)
    groups = {other.group_id for other in found.lanes.values() if other.machine_id == lane.machine_id}
    counts: list[Span] = []
    for state, word in COUNTED:
        if number := states.count(state):
            counts += [("  " if counts else "", Tone.TEXT), (f"{number} {word}", TONES[state])]
    if queued:
        counts += [("  ", Tone.TEXT), (f"{queued} queued", Tone.WAITING)]
    busy = lane.busy(elapsed)
    before = min(lane.first_start, elapsed) if lane.first_start is not None else elapsed
    since = elapsed - busy - before
    parts: list[Line] = [
        ((f" {lane.name}", Tone.STRONG),),
        ((lane.machine_id or "no machine id", Tone.TEXT),),
        ((lane.group_id or UNKNOWN, Tone.TEXT),),
        ((words.counted(len(states) + queued, "spec"), Tone.MUTED),),
        tuple(counts),
        ((f"idle {words.span(before)} before its first", Tone.MUTED),) if before >= 1 else (),
        ((f"idle {words.span(since)} since its first", Tone.MUTED),) if since >= 1 else (),
        (((f"also runs {words.counted(len(groups) - 1, 'other group')}"), Tone.MUTED),)
        if len(groups) > 1
        else (),
    ]
    return fitting(parts, cells)


def _spec(
    found: Timeline, item: SpecSpan | SpecRow, stall: Stall | None, elapsed: float, cells: int, look: Look,
    *, here: bool,
) -> Line:  # fmt: skip
    """One spec of the row: state, file, from when to when, how long, its tests."""
    span, row = (item, item.row) if isinstance(item, SpecSpan) else (None, item)
    state = SpecState.STUCK if stall is not None else row.state
    stats = row.spec.stats
    tests = f"{stats.reported}/{words.count(stats.planned)}" if stats.planned is not None else ""
    marked = marks(stats.failures, row.spec.flaky)
    cells = min(cells, WIDEST)
    when_cells = WHEN if cells >= NARROW else BEGUN
    name_cells = max(8, cells - 10 - when_cells - TOOK - TESTS - FAILED - 2)
    name = clip_start(row.spec.spec or UNKNOWN, name_cells, ellipsis=look.glyphs.ellipsis)
    line: Line = (
        (" > " if here else "   ", Tone.TEXT),
        (f"{sign(state, look.glyphs)} {state.value:<4} ", TONES[state]),
        (fit(name, name_cells), Tone.STRONG if here else Tone.TEXT),
        (" ", Tone.TEXT),
        (fit(_when(found, span, look, begun_only=cells < NARROW), when_cells), Tone.MUTED),
        (fit(_took(found, span, elapsed), TOOK, right=True), Tone.TEXT),
        (fit(tests, TESTS, right=True), Tone.TEXT),
        (" " * max(1, FAILED - line_width(marked)), Tone.TEXT),
        *marked,
    )
    return crop(line, cells, look.glyphs)


def _when(found: Timeline, span: SpecSpan | None, look: Look, *, begun_only: bool) -> str:
    if span is None:
        return "queued"
    begun = clock_at(found, span.start, look)
    if begun_only:
        return begun
    if span.end is not None:
        return f"{begun} .. {clock_at(found, span.end, look)}"
    return f"{begun} .. {'never' if found.end is not None else 'now'}"


def _took(found: Timeline, span: SpecSpan | None, elapsed: float) -> str:
    if span is None or (span.end is None and found.end is not None):
        return ""
    return words.span((span.end if span.end is not None else elapsed) - span.start)


def _why(
    found: Timeline, lane: Lane, track: Track, item: SpecSpan | SpecRow, stalls: Mapping[str, Stall],
    now: datetime, look: Look,
) -> list[Span]:  # fmt: skip
    """Sentences about the spec under the cursor, the most telling first."""
    if isinstance(item, SpecRow):
        return _queue(found, track, item.key)
    span, stall = item, stalls.get(item.key)
    group = next(group for group in found.groups if group.group_id == lane.group_id)
    told: list[Span] = []
    if stall is not None:
        told += _silence(stall, _left_to(group, found, stalls), look)
    elif span.end is None and found.end is not None:
        told.append(("never reported: the run was over", Tone.WARNING))
    if stall is None and group.typical:
        took = (span.end if span.end is not None else found.elapsed(now)) - span.start
        factor = f", this {took / group.typical:.1f}{look.glyphs.times}"
        known = span.end is not None or found.end is None
        told.append((f"median {words.span(group.typical)}{factor if known else ''}", Tone.MUTED))
    idle = idle_before(found, lane, span)
    if idle >= 1:
        told.append((f"idle {words.span(idle)} before it", Tone.MUTED))
    return told


def _left_to(group: GroupLanes, found: Timeline, stalls: Mapping[str, Stall]) -> list[Span]:
    """Whether the others can go on without a machine that is stuck."""
    if not group.waiting:
        return []
    at_work = {found.lanes[found.tracks[found.homes[span.key]].key].machine_id
               for span in group.open if span.key not in stalls}  # fmt: skip
    if not at_work:
        return [(f"nobody is left to take the {group.waiting} waiting", Tone.STUCK)]
    return [(f"{words.counted(len(at_work), 'machine')} can take the {group.waiting} waiting", Tone.TEXT)]


def _queue(found: Timeline, track: Track, key: str) -> list[Span]:
    place = [row.key for row in track.queued].index(key) + 1
    if found.end is not None:
        return [("claimed with others, and never begun", Tone.WARNING)]
    ahead = track.spans[-1].row if track.spans and track.spans[-1].end is None else None
    behind = f" behind {ahead.spec.spec}" if ahead is not None else ""
    return [(f"claimed with others: number {place} in its machine's queue{behind}", Tone.MUTED)]


def _silence(stall: Stall, left: list[Span], look: Look) -> list[Span]:
    """Since when, who is `left` to go on, what it is measured by."""
    what = "last result" if stall.seen else "no result since it began"
    since = f"{what} {words.clock(stall.since, look.zone)}, {words.span(stall.silent)} ago"
    return [
        (since, Tone.STUCK),
        *left,
        (f"{stall.usual}, this {stall.factor:.1f}{look.glyphs.times}", Tone.MUTED),
    ]


def nobody(run_is_known: bool, board_rows: int) -> str:
    """Why there is no lane."""
    if not run_is_known:
        return "Nothing is known of this run yet."
    return "No machine has claimed a spec yet." if board_rows else "No specs are listed yet."
