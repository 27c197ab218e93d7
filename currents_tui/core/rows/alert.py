"""The row that is only there when something wants attention: why nothing comes, or what is stuck."""

from datetime import datetime

from currents_tui.core import words
from currents_tui.core.cells import Line, Tone, crop, joined
from currents_tui.core.events import PollFailed, Scheduled
from currents_tui.core.problem import Kind
from currents_tui.core.rows.look import Look
from currents_tui.core.silence import Silence, due_words
from currents_tui.core.stall import Stall
from currents_tui.core.text import clip_start, width
from currents_tui.core.watched import Watched

_TITLES = {
    Kind.OFFLINE: "OFFLINE",
    Kind.TIMEOUT: "NO ANSWER",
    Kind.KEY_REFUSED: "KEY REFUSED (401)",
    Kind.FORBIDDEN: "NOT ALLOWED (403)",
    Kind.NOT_FOUND: "NOT FOUND (404)",
    Kind.CONFLICT: "CONFLICT",
    Kind.RATE_LIMITED: "RATE LIMITED (429)",
    Kind.SERVER: "SERVER ERROR",
    Kind.REFUSED: "REFUSED",
    Kind.BAD_ANSWER: "BAD ANSWER",
    Kind.TOO_LARGE: "TOO LARGE",
    Kind.BAD_KEY: "BAD KEY",
    Kind.BAD_SETTING: "BAD SETTING",
}

_TOLD_BY_TITLE = (Kind.KEY_REFUSED, Kind.FORBIDDEN, Kind.NOT_FOUND, Kind.RATE_LIMITED, Kind.CONFLICT)
"""Their sentence says little more than the title, and comes last."""


def alert(
    current: Watched,
    stalls: tuple[Stall, ...],
    now: datetime,
    cells: int,
    look: Look,
    quiet: Silence | None = None,
    *,
    may_cancel: bool = True,
) -> Line:
    """One row, or nothing. Trouble with the data comes before what the data says.

    `quiet` is the silence of the whole run; `may_cancel` says whether there is a key against all this.
    """
    if current.trouble is not None:
        text = _trouble(current, now, look)
    elif current.run is not None and current.run.deleted_at is not None:
        text = (
            f"DELETED at {words.clock(current.run.deleted_at, look.zone)}. This is the last that was known."
        )
    elif stalls or quiet is not None:
        return _silent(stalls, quiet, cells, look, may_cancel=may_cancel)
    else:
        return ()
    tone = Tone.ALERT if current.trouble is not None else Tone.STUCK
    return crop(((f"! {text}", tone),), cells, look.glyphs)


def _trouble(current: Watched, now: datetime, look: Look) -> str:
    """What happened, when it is tried again, and only then the rest: a narrow screen cuts the end off."""
    trouble = current.trouble
    assert trouble is not None  # noqa: S101  the caller looked
    since = (now - (current.trouble_since or trouble.at)).total_seconds()
    title = _TITLES[trouble.kind]
    if trouble.kind in (Kind.OFFLINE, Kind.TIMEOUT):
        title = f"{title} {words.span(since)}"
    # The service's own words do not always end like a sentence.
    stop = "" if trouble.sentence.endswith((".", "!", "?", look.glyphs.ellipsis)) else "."
    parts = [f"{title} "] if trouble.kind in _TOLD_BY_TITLE else [f"{title}  {trouble.sentence}{stop}"]
    schedule = current.schedule
    if current.has_stopped:
        parts.append(f"No longer asking: r asks again. {trouble.hint}")
    elif schedule is not None and schedule.next_at is not None:
        wait = max(0, round((schedule.next_at - now).total_seconds()))
        parts.append(f"Try {trouble.attempt + 1} in {wait}s{_why_then(trouble, schedule)}; r now.")
    if current.as_of is not None:
        parts.append(f"Data is from {words.clock(current.as_of, look.zone)}.")
    if trouble.kind in _TOLD_BY_TITLE:
        parts.append(f"{trouble.sentence}{stop}")
    return " ".join(part.strip() if part is not parts[0] else part for part in parts)


def _why_then(trouble: PollFailed, schedule: Scheduled) -> str:
    """Why it is tried again then, where that is not by the setting.

    What the server asked for can be shorter than what it is slowed to, and longer than anybody waits.
    """
    if trouble.retry_after is not None and schedule.next_at is not None:
        wait = (schedule.next_at - trouble.at).total_seconds()
        if abs(wait - trouble.retry_after) < 1:
            return " as the server asked"
    return ", slowed: fewer requests are wanted" if schedule.reason == "rate limited" else ""


def _silent(
    stalls: tuple[Stall, ...],
    quiet: Silence | None,
    cells: int,
    look: Look,
    *,
    may_cancel: bool,
) -> Line:
    """Who is silent and since when; then when the run is given up; then what it is measured by."""
    machines = {stall.row.spec.machine_id for stall in stalls}
    if quiet is not None and len(machines) != 1:
        since = words.clock(quiet.since, look.zone)
        before, name, after = f"NO SIGN OF LIFE for {words.span(quiet.silent)}, since {since}", "", ""
        measure = f"{words.counted(len(stalls), 'spec')} stuck" if stalls else "nothing is running"
    else:
        worst = stalls[0]
        number = f" {len(stalls)}:" if len(stalls) > 1 else ""
        before = f"STUCK{number} {worst.row.machine}".rstrip() + " "
        name = worst.row.spec.spec or "?"
        what = "silent" if worst.seen else "running"
        after = f" {what} since {words.clock(worst.since, look.zone)} ({words.span(worst.silent)})"
        measure = f"{worst.factor:.1f}{look.glyphs.times} {worst.of}"
    room = cells - len(f"! {before}{after}") - min(width(name), _SHORTEST_NAME)
    extras, left = _extras(_due(stalls, quiet), measure, room, may_cancel=may_cancel)
    name = clip_start(name, _SHORTEST_NAME + left, ellipsis=look.glyphs.ellipsis) if name else ""
    head: Line = ((f"! {before}{name}{after}", Tone.STUCK),)
    return crop(joined((head, *extras), "  "), cells, look.glyphs)


_SHORTEST_NAME = 16
"""Cells of a file's name below which it says nothing."""


def _extras(due: str, measure: str, room: int, *, may_cancel: bool) -> tuple[list[Line], int]:
    """What else is said, in the order of its worth as far as there is room, and the cells that are left."""
    short = due.replace(" at the earliest", "+")
    key = "[c] cancel" if may_cancel else ""
    found: list[Line] = []
    for text, tone in ((due, Tone.STUCK), (short, Tone.STUCK), (measure, Tone.STUCK), (key, Tone.STRONG)):
        is_said = text == short and any(line[0][0] == due for line in found)
        if text and not is_said and len(text) + 2 <= room:
            found.append(((text, tone),))
            room -= len(text) + 2
    return found, max(0, room)


def _due(stalls: tuple[Stall, ...], quiet: Silence | None) -> str:
    """When the run becomes TIMEOUT; empty where nobody knows.

    While others work the service hears of the run, and its patience begins anew with each of them: what one
    spec has left would be counted down to nothing.
    """
    if quiet is None or quiet.limit is None:
        return ""
    due = due_words(quiet.limit - quiet.silent, quiet.is_sure)
    # The run was heard of later than the spec beside which this stands, and so it is given up later.
    is_later = bool(stalls) and quiet.since > stalls[0].since
    return f"run {due}" if due and is_later else due
