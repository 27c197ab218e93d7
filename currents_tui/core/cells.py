"""What a line on the screen is made of: spans of text, each with a tone.

A tone is a meaning, never a colour: the theme decides how "bad" looks, and without colour the words
and glyphs beside it still say the same.
"""

from collections.abc import Iterable
from enum import StrEnum

from msgspec import Struct

from currents_tui.core.text import clip, fit, pieces, width


class Tone(StrEnum):
    """What a span means. `ui/themes.py` makes a style of it."""

    TEXT = "text"
    MUTED = "muted"
    FRAME = "frame"
    STRONG = "strong"
    PASSED = "passed"
    FAILED = "failed"
    FLAKY = "flaky"
    RUNNING = "running"
    WAITING = "waiting"
    SKIPPED = "skipped"
    CANCELED = "canceled"
    STUCK = "stuck"
    WARNING = "warning"
    ALERT = "alert"
    """A whole row that asks for attention."""
    STALE = "stale"
    KEY = "key"
    """A key that can be pressed."""
    LINK = "link"
    CYAN = "cyan"
    """The one colour of authors, in errors and code, that has no meaning of its own here."""


Span = tuple[str, Tone]
Line = tuple[Span, ...]

EMPTY: Line = ()


class Glyphs(Struct, frozen=True):
    """Every drawn sign that is not ASCII, each one cell wide, with its ASCII stand-in."""

    done: str
    claimed: str
    waiting: str
    unknown: str
    passed: str
    failed: str
    flaky: str
    running: str
    idle: str
    skipped: str
    canceled: str
    timeout: str
    stuck: str
    ellipsis: str
    times: str
    horizontal: str
    vertical: str
    corners: str
    """Top left, top right, bottom left, bottom right."""
    focused_horizontal: str
    focused_vertical: str
    focused_corners: str
    thumb: str
    shown: str
    """In front of the run that the panes show."""
    span_passed: str
    """These fill the cells of a timeline that such a spec takes; others are drawn as their own signs."""
    span_failed: str
    span_flaky: str
    span_running: str
    span_end: str
    """The last cell of a spec that has ended."""
    span_end_passed: str
    span_short: str
    """A passed spec that takes a single cell."""
    queued: str
    tick: str
    now: str


UNICODE = Glyphs(
    done="█",
    claimed="▒",
    waiting="░",
    unknown="╌",
    passed="✓",
    failed="✗",
    flaky="~",
    running="●",
    idle="○",
    skipped="-",
    canceled="×",
    timeout="◷",
    stuck="!",
    ellipsis="…",
    times="×",
    horizontal="─",
    vertical="│",
    corners="┌┐└┘",
    focused_horizontal="━",
    focused_vertical="┃",
    focused_corners="┏┓┗┛",
    thumb="█",
    shown="▸",
    span_passed="━",
    span_failed="╳",
    span_flaky="≈",
    span_running="▸",
    span_end="┃",
    span_end_passed="╸",
    span_short="╸",
    queued="·",
    tick="╷",
    now="┊",
)

ASCII = Glyphs(
    done="#",
    claimed="+",
    waiting=".",
    unknown="-",
    passed="v",
    failed="x",
    flaky="~",
    running="*",
    idle="o",
    skipped="-",
    canceled="/",
    timeout="T",
    stuck="!",
    ellipsis="$",
    times="x",
    horizontal="-",
    vertical="|",
    corners="++++",
    focused_horizontal="=",
    focused_vertical="|",
    focused_corners="++++",
    thumb="#",
    shown="=",
    span_passed="=",
    span_failed="X",
    span_flaky="~",
    span_running=">",
    span_end="|",
    span_end_passed="|",
    span_short="=",
    queued=".",
    tick="'",
    now=":",
)


def line_width(line: Line) -> int:
    """Cells that `line` takes."""
    return sum(width(text) for text, _ in line)


def crop(line: Line, cells: int, glyphs: Glyphs) -> Line:
    """At most `cells` cells of `line`; the cut is shown wherever there is a cell for its sign."""
    kept: list[Span] = []
    room = cells
    for text, tone in line:
        if room <= 0:
            break
        needs = width(text)
        if needs > room:
            dots = glyphs.ellipsis
            # A single letter of what follows would pass for all of it.
            is_sign = bool(kept) and room <= width(dots)
            kept.append((dots[:room] if is_sign else clip(text, room, ellipsis=dots), tone))
            break
        kept.append((text, tone))
        room -= needs
    return tuple(kept)


def wrapped(line: Line, cells: int) -> tuple[Line, ...]:
    """`line` over as many lines of `cells` cells as it takes."""
    lines: list[list[Span]] = [[]]
    for text, tone in line:
        here, *below = pieces(text, cells - line_width(tuple(lines[-1])), cells)
        lines[-1] += [(here, tone)] if here else []
        lines += [[(piece, tone)] for piece in below]
    return tuple(tuple(spans) for spans in lines)


def spread(left: Line, right: Line, cells: int, glyphs: Glyphs) -> Line:
    """`left` and `right` at the two ends of `cells` cells; where both do not fit, `right` stays."""
    right = crop(right, cells, glyphs)
    left = crop(left, max(0, cells - line_width(right) - 1), glyphs)
    gap = cells - line_width(left) - line_width(right)
    return (*left, (" " * gap, Tone.TEXT), *right)


def joined(parts: Iterable[Line], separator: str = "  ") -> Line:
    """The parts that are not empty, with `separator` between them."""
    spans: list[Span] = []
    for part in parts:
        if not part:
            continue
        if spans:
            spans.append((separator, Tone.TEXT))
        spans.extend(part)
    return tuple(spans)


def fitting(parts: Iterable[Line], cells: int, separator: str = "  ") -> Line:
    """As many whole parts from the front as fit: half a fact is worse than none."""
    kept: list[Line] = []
    room = cells
    for part in parts:
        if not part:
            continue
        needs = line_width(part) + (len(separator) if kept else 0)
        if needs > room:
            continue
        kept.append(part)
        room -= needs
    return joined(kept, separator)


def cell(
    text: str, cells: int, tone: Tone = Tone.TEXT, *, right: bool = False, glyphs: Glyphs = UNICODE
) -> Span:
    """A table cell of exactly `cells` cells."""
    return fit(text, cells, right=right, ellipsis=glyphs.ellipsis), tone
