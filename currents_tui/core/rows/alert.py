"""The row that is only there when something wants attention: why nothing comes, or what is stuck."""

from datetime import datetime

from currents_tui.core import words
from currents_tui.core.cells import Line, Tone, crop
from currents_tui.core.problem import Kind
from currents_tui.core.rows.look import Look
from currents_tui.core.stall import Stall, time_limit
from currents_tui.core.state import Watched
from currents_tui.core.text import clip_start

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


def alert(current: Watched, stalls: tuple[Stall, ...], now: datetime, cells: int, look: Look) -> Line:
    """One row, or nothing. Trouble with the data comes before what the data says."""
    if current.trouble is not None:
        text = _trouble(current, now, look)
    elif current.run is not None and current.run.deleted_at is not None:
        text = (
            f"DELETED at {words.clock(current.run.deleted_at, look.zone)}. This is the last that was known."
        )
    elif stalls:
        text = _stuck(current, stalls, cells, look)
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
        asked = " as the server asked" if trouble.retry_after is not None else ""
        parts.append(f"Try {trouble.attempt + 1} in {wait}s{asked}; r now.")
    if current.as_of is not None:
        parts.append(f"Data is from {words.clock(current.as_of, look.zone)}.")
    if trouble.kind in _TOLD_BY_TITLE:
        parts.append(f"{trouble.sentence}{stop}")
    return " ".join(part.strip() if part is not parts[0] else part for part in parts)


def _stuck(current: Watched, stalls: tuple[Stall, ...], cells: int, look: Look) -> str:
    worst = stalls[0]
    spec = worst.row.spec
    number = f" {len(stalls)}:" if len(stalls) > 1 else ""
    verb = "silent for" if worst.seen else "running for"
    name = clip_start(spec.spec or "?", max(16, cells - 58), ellipsis=look.glyphs.ellipsis)
    text = (
        f"STUCK{number} {worst.row.machine} {name} {verb} {words.span(worst.silent)}"
        f" ({worst.factor:.1f}{look.glyphs.times} median)"
    )
    limit = time_limit(current.run, worst.row) if current.run is not None else None
    # The limit runs from the last result; where only the start is known, no countdown is made up.
    if limit is not None and worst.seen:
        left = limit.total_seconds() - worst.silent
        text += f", TIMEOUT in {words.span(left)}" if left > 0 else ", TIMEOUT due"
    return text
