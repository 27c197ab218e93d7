"""The rows of a timeline: its axis, a head for each group, and what each machine ran in the cells of time.

Of the specs that share a cell the most alarming shows: no failure vanishes when one looks from afar.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Mapping
from datetime import timedelta
from itertools import groupby

from msgspec import Struct

from currents_tui.core import words
from currents_tui.core.cells import Glyphs, Line, Span, Tone, cell, fitting, joined, line_width, spread
from currents_tui.core.rows.look import Look, ratio, short_id
from currents_tui.core.stall import Stall
from currents_tui.core.text import fit, width
from currents_tui.core.tracks import GroupLanes, Lane, SpecSpan, Timeline, Track
from currents_tui.core.verdict import TONES, SpecState, Verdict, is_bad, run_sign, sign
from currents_tui.core.zoom import View
from currents_tui.core.zoom import marks as round_moments

ALARM = {
    state: level
    for level, state in enumerate(
        (SpecState.SKIPPED, SpecState.PASSED, SpecState.CANCELED, SpecState.RUNNING,
         SpecState.FLAKY, SpecState.FAILED, SpecState.TIMED_OUT, SpecState.STUCK), 1,
    )
}  # fmt: skip
"""What shows where specs share a cell: the highest. 0 is nothing."""

NAME, SHARE = 5, 5
"""Cells of the machine's name in front of the time, and of its busy share behind it, blanks included."""


NAMED = 3
"""Stuck machines that are named; of more, how many there are."""


def time_cells(cells: int) -> int:
    """How many cells of a row are time."""
    return max(1, cells - NAME - SHARE)


class Drawn(Struct):
    """Cells of one row: how alarming each is, and its sign."""

    alarms: list[int]
    signs: list[str]
    kept: tuple[int, tuple[Span, ...]] = (0, ())
    """(how many cells from the left nothing is drawn over, those cells as spans), worked out once."""

    def spans(self, begin: int, end: int) -> tuple[Span, ...]:
        """The cells from `begin` to `end`, those of one tone together."""
        found: list[Span] = []
        at = begin
        for alarm, group in groupby(self.alarms[begin:end]):
            until = at + len(list(group))
            found.append(("".join(self.signs[at:until]), _TONES[alarm]))
            at = until
        return tuple(found)

    def fill(self, begin: int, end: int, alarm: int, sign: str) -> None:
        """Draw over the cells from `begin` to `end`, but for those that are more alarming."""
        for at in range(max(0, begin), min(end, len(self.alarms))):
            if self.alarms[at] <= alarm:
                self.alarms[at], self.signs[at] = alarm, sign


_TONES = (Tone.MUTED, *(TONES[state] for state in ALARM))


def _body(state: SpecState, glyphs: Glyphs) -> str:
    match state:
        case SpecState.PASSED:
            return glyphs.span_passed
        case SpecState.FAILED:
            return glyphs.span_failed
        case SpecState.FLAKY:
            return glyphs.span_flaky
        case SpecState.RUNNING:
            return glyphs.span_running
        case _:
            return sign(state, glyphs)


def ended_cells(track: Track, view: View, cells: int, glyphs: Glyphs) -> Drawn:
    """What the specs of a row that have ended draw: this stays until an answer or the view changes."""
    alarms, signs = [0] * cells, [" "] * cells
    bodies = {state: _body(state, glyphs) for state in ALARM}
    first = max(0, bisect_right(track.starts, view.start) - 1)
    last = bisect_left(track.starts, view.end(cells))
    left, per_cell = view.start, 1 / view.scale
    for span in track.spans[first:last]:
        if span.end is None or span.end < left:
            continue
        begin = min(cells - 1, int((span.start - left) * per_cell + 1e-6)) if span.start > left else 0
        end = min(cells, max(begin + 1, int((span.end - left) * per_cell + 1e-6)))
        state = span.row.state
        alarm, body = ALARM.get(state, 0), bodies.get(state, "?")
        if end - begin == 1:
            # Those that share a cell run together; the sign of the worst of them is whole.
            if alarm > alarms[begin]:
                short = state is SpecState.PASSED and not alarms[begin] and span.end <= view.end(cells)
                alarms[begin], signs[begin] = alarm, glyphs.span_short if short else body
            elif alarm == alarms[begin]:
                signs[begin] = body
            continue
        tip = body if span.end > view.end(cells) else _tip(state, glyphs)
        for at in range(begin, end) if alarms[begin] > alarm else ():
            if alarms[at] <= alarm:
                alarms[at], signs[at] = alarm, body if at < end - 1 else tip
        if alarms[begin] <= alarm:
            alarms[begin:end] = [alarm] * (end - begin)
            signs[begin:end] = [body] * (end - begin - 1) + [tip]
    return Drawn(alarms, signs)


def _tip(state: SpecState, glyphs: Glyphs) -> str:
    return glyphs.span_end_passed if state is SpecState.PASSED else glyphs.span_end


def track_row(
    track: Track, lane: Lane, ended: Drawn, view: View, now: float, stalls: Mapping[str, Stall],
    cells: int, look: Look, *, is_over: bool,
) -> Line:  # fmt: skip
    """One row of a machine: its name, what it ran and runs, how busy it was."""
    room = time_cells(cells)
    here = view.column(now)
    under_way = track.spans[-1] if track.spans and track.spans[-1].end is None else None
    # Left of now and of what runs nothing changes from second to second.
    fixed = max(0, min(room, here, view.column(under_way.start) if under_way is not None else here))
    if ended.kept[0] != fixed:
        ended.kept = (fixed, ended.spans(0, fixed))
    drawn = Drawn(ended.alarms.copy(), ended.signs.copy())
    if 0 <= here < room and not drawn.alarms[here]:
        drawn.signs[here] = look.glyphs.now
    if under_way is not None:
        _draw_open(under_way, drawn, view, now, stalls, look.glyphs)
    for number in range(min(len(track.queued), room - here - 2) if here >= -1 and not is_over else 0):
        drawn.signs[here + 2 + number] = look.glyphs.queued
    failing = _failing(under_way, view, now, stalls) if under_way is not None else -1
    if fixed <= failing < room:
        failed = (look.glyphs.span_failed, Tone.FAILED)
        changing = (*drawn.spans(fixed, failing), failed, *drawn.spans(failing + 1, room))
    else:
        changing = drawn.spans(fixed, room)
    is_first = track.key.endswith("\n0")
    name = cell(lane.name, NAME - 1, glyphs=look.glyphs)
    if not is_first:
        name = fit(look.glyphs.corners[2], NAME - 1), Tone.FRAME
    share = f"{int(100 * lane.share(now))}%" if is_first and now > 0 else ""
    return (name, (" ", Tone.TEXT), *ended.kept[1], *changing, (fit(share, SHARE, right=True), Tone.MUTED))


def _draw_open(
    span: SpecSpan, drawn: Drawn, view: View, now: float, stalls: Mapping[str, Stall], glyphs: Glyphs
) -> None:
    """Draw a spec that has not ended: up to now and, if it is stuck, as such since its last sign of life."""
    begin = view.column(span.start)
    end = max(begin + 1, view.column(now))
    stall = stalls.get(span.key)
    silent = max(begin, min(end - 1, view.column(now - stall.silent))) if stall is not None else end
    drawn.fill(begin, silent, ALARM.get(span.state, 0), _body(span.state, glyphs))
    drawn.fill(silent, end, ALARM[SpecState.STUCK], _body(SpecState.STUCK, glyphs))


def _failing(span: SpecSpan, view: View, now: float, stalls: Mapping[str, Stall]) -> int:
    """The newest cell of a running spec, if a test of it has failed already; else -1."""
    if span.state is not SpecState.RUNNING or span.key in stalls or not is_bad(span.row.spec):
        return -1
    return max(view.column(span.start), view.column(now) - 1)


def spot(track: Track, key: str, view: View, now: float, cells: int) -> range:
    """The cells that the spec `key` takes on its row, as far as in sight, from the row's left end."""
    span = next((span for span in track.spans if span.key == key), None)
    if span is None:
        begin = view.column(now) + 2
        begin += next((n for n, row in enumerate(track.queued) if row.key == key), 0)
        end = begin + 1
    else:
        begin = view.column(span.start)
        end = max(begin + 1, view.column(span.end if span.end is not None else now))
    return range(NAME + max(0, begin), NAME + max(0, min(end, time_cells(cells))))


def axis(view: View, now: float, cells: int, look: Look, *, is_over: bool) -> Line:
    """The round moments, each written right of its mark, and where now is."""
    room = time_cells(cells)
    here = view.column(now)
    word = "end" if is_over else "now"
    behind = here + len(word) < room
    word = f"{look.glyphs.now}{word}" if behind else f"{word}{look.glyphs.now}"
    begin = here if behind else here - len(word) + 1
    shown = [" "] * room
    in_sight = begin >= 0 and begin + len(word) <= room
    taken = range(begin, begin + len(word) + 1) if in_sight else range(0)
    for column, text in round_moments(view, room):
        text = look.glyphs.tick + text
        place = range(column, column + len(text))
        if place.stop <= room and place.stop < room and not (set(place) & set(taken)):
            shown[column : place.stop] = text
    time: Line = (("".join(shown), Tone.MUTED),)
    if taken:
        left, right = "".join(shown[:begin]), "".join(shown[begin + len(word) :])
        time = ((left, Tone.MUTED), (word, Tone.KEY), (right, Tone.MUTED))
    return ((" " * NAME, Tone.MUTED), *time, (fit("BUSY", SHARE, right=True), Tone.MUTED))


def group_head(
    group: GroupLanes, zero: Timeline, now: float, ends: float | None, stuck: tuple[str, ...],
    cells: int, look: Look,
) -> Line:  # fmt: skip
    """A group: its machines, its specs, what waits, and when it ends or ended.

    `ends` is an estimate in seconds, `stuck` names the machines that it leaves out.
    """
    is_over, wide = zero.end is not None, cells >= 100
    longest = max(width(other.group_id or words.UNKNOWN) for other in zero.groups)
    ratios = max(len(ratio(other.specs)) for other in zero.groups)
    parts: list[Line] = [
        (cell(group.group_id or words.UNKNOWN, min(longest, cells // 4), Tone.STRONG, glyphs=look.glyphs),),
        ((fit(words.counted(len(group.lanes), "machine"), 11), Tone.MUTED),),
        ((fit(ratio(group.specs), ratios, right=True), Tone.TEXT), (" specs" if wide else "", Tone.MUTED)),
        ((f"{group.failed} failed", Tone.FAILED),) if group.failed else (),
        ((f"{group.flaky} flaky", Tone.FLAKY),) if group.flaky else (),
    ]
    if group.ended is not None:
        parts.append(((f"done {clock_at(zero, group.ended, look)}", Tone.MUTED),))
    elif is_over:
        parts.append(
            ((f"{words.count(len(group.open))} never reported", Tone.WARNING),) if group.open else ()
        )
        parts.append(((f"{words.count(group.waiting)} never ran", Tone.WARNING),) if group.waiting else ())
    elif group.waiting:
        parts.append(((f"{words.count(group.waiting)} {'waiting' if wide else 'wait'}", Tone.WAITING),))
    if ends is not None and not is_over:
        clock = f" ({clock_at(zero, ends, look)[:-3]})" if wide else ""
        named = ", ".join(stuck) if len(stuck) <= NAMED else f"{len(stuck)} stuck"
        without = f" without {named}" if stuck else ""
        parts.append(((f"ends in {words.about(ends - now)}{clock}", Tone.TEXT), (without, Tone.STUCK)))
    line = fitting(parts, cells)
    return (*line, (" " * max(0, cells - line_width(line)), Tone.TEXT))


def clock_at(zero: Timeline, at: float, look: Look) -> str:
    """The time of day at so many seconds of the run."""
    return words.clock(zero.zero + timedelta(seconds=at) if zero.zero is not None else None, look.zone)


def caption(run_id: str, verdict: Verdict | None, pulse: Line, cells: int, look: Look) -> Line:
    """The row on top: which run this is, how it stands, and how fresh that is."""
    stands: Line = ((f"{run_sign(verdict, look.glyphs)} {verdict.word}", verdict.tone),) if verdict else ()
    name = joined((((short_id(run_id), Tone.TEXT),), stands, (("timeline by machine", Tone.STRONG),)))
    return ((" ", Tone.TEXT), *spread(name, pulse, cells - 2, look.glyphs))


def legend(present: Collection[SpecState], cells: int, look: Look, *, is_over: bool) -> Line:
    """What the signs mean, as far as there is room: those that most runs have, then those of this one."""
    glyphs = look.glyphs
    parts: list[Line] = [
        ((f"{glyphs.span_passed} ", Tone.PASSED), ("passed", Tone.MUTED)),
        ((f"{glyphs.span_failed} ", Tone.FAILED), ("failed", Tone.MUTED)),
        ((f"{glyphs.span_flaky} ", Tone.FLAKY), ("flaky", Tone.MUTED)),
    ]
    if not is_over:
        parts += [
            ((f"{glyphs.span_running} ", Tone.RUNNING), ("running", Tone.MUTED)),
            ((f"{glyphs.stuck} ", Tone.STUCK), ("stuck", Tone.MUTED)),
            ((f"{glyphs.queued} ", Tone.MUTED), ("queued on it", Tone.MUTED)),
        ]
    for state, word in _RARE.items():
        if state in present:
            parts.append(((f"{sign(state, glyphs)} ", TONES[state]), (word, Tone.MUTED)))
    return fitting([*parts, (("blank idle", Tone.MUTED),)], cells)


_RARE = {SpecState.CANCELED: "canceled", SpecState.TIMED_OUT: "timed out", SpecState.SKIPPED: "skipped"}
