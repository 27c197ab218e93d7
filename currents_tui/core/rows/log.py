"""The rows of the pane that tells what happened."""

from datetime import datetime

from currents_tui.core import words
from currents_tui.core.cells import Line, Span, Tone, crop, line_width
from currents_tui.core.log import Entry, EntryKind
from currents_tui.core.rows.look import Look
from currents_tui.core.text import clip_start, width

_SIGNS = {
    EntryKind.BEGIN: "running",
    EntryKind.STATE: "shown",
    EntryKind.END: "shown",
    EntryKind.START: "running",
    EntryKind.PASSED: "passed",
    EntryKind.SKIPPED: "skipped",
    EntryKind.FLAKY: "flaky",
    EntryKind.FAILED: "failed",
    EntryKind.STUCK: "stuck",
    EntryKind.MOVING: "running",
    EntryKind.RESET: "idle",
    EntryKind.GROUP: "shown",
    EntryKind.DOWN: "stuck",
    EntryKind.BACK: "passed",
    EntryKind.ACTION: "canceled",
}
"""The name of each sign in `Glyphs`."""

_NAME = 20
"""Cells that a name has at least: which spec it was matters more than how many of its tests."""


def log_row(entry: Entry, now: datetime, cells: int, look: Look) -> Line:
    """One entry in `cells` cells: when, what, on which machine, which spec, and the rest.

    Of a name that is too long the start is left out, of the rest the end.
    """
    glyphs = look.glyphs
    sign = str(getattr(glyphs, _SIGNS[entry.kind]))
    spans: list[Span] = [
        (f" {words.clock_or_date(entry.at, now, look.zone)} ", Tone.MUTED),
        (f"{sign} {entry.kind.value:<5} ", entry.tone),
    ]
    if entry.machine:
        spans.append((f"{entry.machine} ", Tone.MUTED))
    if entry.name:
        left = cells - line_width(tuple(spans))
        room = max(min(_NAME, left), left - width(entry.words) - 1)
        spans.append((clip_start(entry.name, room, ellipsis=glyphs.ellipsis), Tone.TEXT))
        spans.append((f" {entry.words}", Tone.MUTED))
    else:
        spans.append((entry.words, entry.tone))
    return crop(tuple(spans), cells, glyphs)
