"""The rows of the panes of groups and specs. Columns are laid out once per width."""

from datetime import datetime

from msgspec import Struct

from currents_tui.core import words
from currents_tui.core.board import SpecRow
from currents_tui.core.cells import Line, Span, Tone, cell, line_width
from currents_tui.core.model import Group, Spec
from currents_tui.core.progress import group_specs, group_tests
from currents_tui.core.rows.look import Look, bar, marks, ratio
from currents_tui.core.stall import Stall
from currents_tui.core.text import clip_start, fit, width
from currents_tui.core.verdict import TONES, SpecState, is_bad, sign
from currents_tui.core.words import UNKNOWN

GAP: Span = ("  ", Tone.TEXT)
BLANK: Span = (" ", Tone.TEXT)


# --- specs


class SpecColumns(Struct, frozen=True):
    """Widths in cells; 0 leaves a column out."""

    name: int
    group: int
    machine: int
    tests: int
    marks: int
    time: int
    began: int


def spec_columns(cells: int, groups: tuple[Group, ...]) -> SpecColumns:
    """Columns for a row of `cells` cells: the name gets what the others leave."""
    longest = max((width(group.group_id or UNKNOWN) for group in groups), default=0)
    # Without its name no row says anything: on a small screen the name has the room of the others.
    machine = 4 if cells >= 80 else 3 if cells >= 68 else 0
    # With a single group every row would say the same.
    most = 0 if len(groups) < 2 or cells < 60 else 10 if cells < 80 else 14 if cells < 120 else 24
    group = min(most, max(5, longest))
    tests = 7 if cells >= 40 else 0
    marked = 5 if cells < 80 else 6
    time = 7
    began = 8 if cells >= 130 else 0
    taken = 9 + sum(n + 1 for n in (group, machine, tests, began) if n) + marked + 1 + time + 1
    return SpecColumns(max(8, cells - taken), group, machine, tests, marked, time, began)


def spec_heading(columns: SpecColumns) -> Line:
    """The captions above the spec rows."""
    text = "   STAT  " + fit("SPEC", columns.name)
    for caption, cells, right in (
        ("GROUP", columns.group, False),
        ("MACH" if columns.machine >= 4 else "ON", columns.machine, False),
        ("TESTS", columns.tests, True),
        ("F/~", columns.marks, True),
        ("TIME", columns.time, True),
        ("BEGAN", columns.began, True),
    ):
        if cells:
            text += " " + fit(caption, cells, right=right)
    return ((text, Tone.MUTED),)


def spec_row(row: SpecRow, stall: Stall | None, now: datetime, columns: SpecColumns, look: Look) -> Line:
    """One spec: state, file, group, machine, tests reported of planned, failures and flaky, how long it took
    and, where there is room, when it began.
    """
    glyphs = look.glyphs
    state = SpecState.STUCK if stall is not None else row.state
    tone = TONES[state]
    spec = row.spec
    name = fit(clip_start(spec.spec or UNKNOWN, columns.name, ellipsis=glyphs.ellipsis), columns.name)
    spans: list[Span] = [
        (f" {sign(state, glyphs)} {state.value:<4}  ", tone),
        (name, Tone.TEXT if state is not SpecState.WAITING else Tone.WAITING),
    ]
    if columns.group:
        spans += [BLANK, cell(spec.group_id or "", columns.group, Tone.MUTED, glyphs=glyphs)]
    if columns.machine:
        spans += [BLANK, cell(row.machine, columns.machine, Tone.MUTED, glyphs=glyphs)]
    if columns.tests:
        spans += [BLANK, cell(_spec_tests(spec), columns.tests, right=True, glyphs=glyphs)]
    marked = _marks(spec.stats.failures, spec.flaky, columns.marks)
    spans += [(" " * (1 + columns.marks - line_width(marked)), Tone.TEXT), *marked]
    spans += [BLANK, cell(_spec_time(row, stall, now), columns.time, _time_tone(state), right=True)]
    if columns.began:
        began = row.since or spec.stats.wall_clock_started_at or spec.claimed_at
        told = words.clock(began, look.zone) if began is not None else ""
        spans += [BLANK, cell(told, columns.began, Tone.MUTED, right=True)]
    return tuple(spans)


def _marks(failed: int | None, flaky: int | None, cells: int) -> Line:
    """What failed and what was flaky, or the first of these alone where both have no room."""
    both = marks(failed, flaky)
    return both if line_width(both) <= cells else both[:1]


def _time_tone(state: SpecState) -> Tone:
    return Tone.STUCK if state is SpecState.STUCK else Tone.TEXT


def _spec_tests(spec: Spec) -> str:
    planned = spec.stats.planned
    if planned is None:
        # Cypress tells nothing about a spec before it is done.
        return "" if spec.completed_at is None else UNKNOWN
    return f"{spec.stats.reported}/{planned}"


def _spec_time(row: SpecRow, stall: Stall | None, now: datetime) -> str:
    if stall is not None:
        return words.span(stall.silent)
    if row.state is SpecState.RUNNING:
        return words.span((now - row.since).total_seconds()) if row.since else UNKNOWN
    if row.state is SpecState.WAITING:
        return "queued" if row.spec.claimed_at else ""
    if row.spec.completed_at is None:
        return ""
    took = row.spec.duration_ms
    return UNKNOWN if took is None else words.span(took / 1000)


# --- groups


class GroupColumns(Struct, frozen=True):
    name: int
    specs_bar: int
    specs: int
    percent: int
    """Of the specs, beside them: at the row's end it would be taken for the tests'."""
    tests_bar: int
    tests: int
    counts: int
    """1: failed and flaky; 2: also skipped and ignored."""


def group_columns(groups: tuple[Group, ...], cells: int) -> GroupColumns:
    """Columns for group rows of `cells` cells: names as long as they are, bars share the rest."""
    longest = max((width(group.group_id or UNKNOWN) for group in groups), default=8)
    name = max(8, min(longest, cells // 4))
    specs = max([5, *(len(ratio(group_specs(g))) for g in groups)])
    tests = max([5, *(len(ratio(group_tests(g))) for g in groups)])
    counts = 2 if cells >= 100 else 1
    percent = 4 if cells >= 60 else 0
    fixed = 1 + name + 1 + 1 + specs + 2 + 1 + tests + 1 + 7 + (percent + 1 if percent else 0)
    if counts == 2:
        fixed += 8
    bars = max(0, cells - fixed)
    specs_bar = bars * 45 // 100
    return GroupColumns(name, specs_bar, specs, percent, bars - specs_bar, tests, counts)


def group_heading(columns: GroupColumns) -> Line:
    """The captions above the group rows."""
    text = " " + fit("GROUP", columns.name) + " "
    share = columns.percent + 1 if columns.percent else 0
    text += fit("SPECS", columns.specs_bar + 1 + columns.specs + share) + "  "
    text += fit("TESTS", columns.tests_bar + 1 + columns.tests) + " "
    text += fit("F/~", 7, right=True)
    if columns.counts == 2:
        text += fit("SKIP", 8, right=True)
    return ((text, Tone.MUTED),)


def group_row(group: Group, columns: GroupColumns, look: Look, *, stale: bool) -> Line:
    """One group: its specs and its tests as bars with counts, what failed, how far it is."""
    glyphs = look.glyphs
    specs, tests = group_specs(group), group_tests(group)
    tone = Tone.FAILED if group.instances.failures or group.tests.failures else Tone.PASSED
    spans: list[Span] = [BLANK, cell(group.group_id or UNKNOWN, columns.name, glyphs=glyphs), BLANK]
    spans += bar(specs, columns.specs_bar, look, tone=tone, stale=stale)
    spans += [BLANK, cell(ratio(specs), columns.specs, right=True)]
    if columns.percent:
        share = words.percent(specs.done, specs.total or 0)
        spans += [BLANK, cell(share, columns.percent, Tone.MUTED, right=True)]
    spans.append(GAP)
    spans += bar(tests, columns.tests_bar, look, tone=tone, stale=stale)
    spans += [BLANK, cell(ratio(tests), columns.tests, right=True), BLANK]
    marked = _marks(group.tests.failures, group.tests.flaky, 7)
    spans += [(" " * max(0, 7 - line_width(marked)), Tone.TEXT), *marked]
    if columns.counts == 2:
        left_out = (group.tests.skipped or 0) + (group.tests.pending or 0)
        text = f"{left_out}-" if left_out else ""
        spans.append(cell(text, 8, Tone.WARNING if group.tests.skipped else Tone.MUTED, right=True))
    return tuple(spans)


def failing(row: SpecRow) -> bool:
    """Whether `n` should stop here: it failed, or runs with a failure already."""
    return row.state is SpecState.FAILED or (row.state is SpecState.RUNNING and is_bad(row.spec))
