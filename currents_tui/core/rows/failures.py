"""The rows of the pane of failures: each failed or flaky spec with its tests, each with its error."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from enum import Enum, auto

from msgspec import Struct

from currents_tui.core import words
from currents_tui.core.board import SpecRow
from currents_tui.core.cells import Line, Span, Tone, crop, line_width, spread
from currents_tui.core.failures import FailedTest, Outcome, SpecFailures
from currents_tui.core.inspection import Inspected
from currents_tui.core.rows.look import Look
from currents_tui.core.standing import NOT_KNOWN, Stand, Standing
from currents_tui.core.text import clip, clip_start, width
from currents_tui.core.verdict import TONES, SpecState, is_bad, sign

MOST_TESTS = 12
"""Failed tests of one spec that are listed; a file that fails whole has a page for all of them."""
ROOMY = 60
"""Cells from which on a spec's row tells its group in full and when it failed."""


class Part(Enum):
    SPEC = auto()
    TEST = auto()
    ERROR = auto()
    NOTE = auto()


class Entry(Struct, frozen=True):
    """One line of the pane."""

    part: Part
    row: SpecRow
    """The spec that it is about."""
    key: str
    test: FailedTest | None = None
    text: str = ""
    tone: Tone = Tone.MUTED
    stand: Stand = NOT_KNOWN
    """Whether the failure is new."""
    others: tuple[SpecRow, ...] = ()
    """Of a spec's own line, the same file in other groups, where it failed alike."""

    @property
    def groups(self) -> tuple[str, ...]:
        """The groups in which it failed so."""
        return tuple(row.spec.group_id or "" for row in (self.row, *self.others))


class Told(Struct, frozen=True):
    """What is known of a spec that failed."""

    row: SpecRow
    found: SpecFailures | None
    stands: tuple[Stand, ...]
    """Whether each failure is new, in the order of `found`."""

    @property
    def alike(self) -> object:
        """Equal for specs that a line can stand for together; of what runs on more may be told any moment."""
        if self.found is None or not self.found.tests or self.row.spec.completed_at is None:
            return self.row.key
        return (self.found.looks, self.stands)


def together(told: Sequence[Told]) -> list[tuple[Told, ...]]:
    """Those of one file that failed alike in several groups, at the place of the newest of them.

    In front is the one that failed first: it stays so, and the cursor on it, whichever groups come later.
    """
    files = Counter(one.row.spec.spec for one in told)
    found: dict[object, list[Told]] = {}
    for one in told:
        alike = one.alike if files[one.row.spec.spec] > 1 else one.row.key
        found.setdefault(alike, []).append(one)
    return [tuple(reversed(alike)) for alike in found.values()]


def entries(
    row: SpecRow,
    inspected: Inspected | None,
    found: SpecFailures | None,
    stand: Callable[[FailedTest], Stand] = lambda test: NOT_KNOWN,
    others: tuple[SpecRow, ...] = (),
) -> Iterator[Entry]:
    """The lines about one spec; `found` is what failed in it, alike in the `others`, once that was told."""
    yield Entry(Part.SPEC, row, row.key, others=others)
    if found is None:
        problem = inspected.problem if inspected is not None else None
        text = problem.sentence if problem is not None else "asking for its tests"
        yield Entry(Part.NOTE, row, f"{row.key}\n", text=text)
        return
    if found.exception:
        text = found.exception.first_line
        yield Entry(Part.ERROR, row, f"{row.key}\n!", text=text, tone=Tone.FAILED)
    for number, test in enumerate(found.tests[:MOST_TESTS]):
        key = f"{row.key}\n{test.test_id or number}"
        how = stand(test)
        yield Entry(Part.TEST, row, key, test, stand=how)
        tone = Tone.FAILED if test.outcome is Outcome.FAILED else Tone.FLAKY
        error = test.first_line or "No error was told."
        yield Entry(Part.ERROR, row, f"{key}\n!", test, error, tone, how)
    for note in _notes(found):
        yield Entry(Part.NOTE, row, f"{row.key}\n{note}", text=note)


def _notes(found: SpecFailures) -> Iterator[str]:
    if (more := len(found.tests) - MOST_TESTS) > 0:
        yield f"and {words.counted(more, 'more test')}"
    if found.not_run:
        yield f"{words.counted(found.not_run, 'test')} did not run because of an error"
    if not (found.tests or found.not_run or found.exception):
        yield "no failed test is told of yet"


def failure_line(entry: Entry, cells: int, look: Look) -> Line:
    """`entry` in `cells` cells."""
    match entry.part:
        case Part.SPEC:
            return _spec(entry, cells, look)
        case Part.TEST if entry.test is not None:
            return _test(entry.test, entry.stand, cells, look)
        case _:
            indent = " " * (6 if entry.part is Part.ERROR and entry.test is not None else 4)
            return crop(((f"{indent}{entry.text}", entry.tone),), cells, look.glyphs)


def state_shown(row: SpecRow) -> SpecState:
    """What the spec is called among the failures: one that runs on with a failure has failed."""
    if row.state is SpecState.RUNNING and is_bad(row.spec):
        return SpecState.FAILED
    return row.state


def groups_named(groups: Sequence[str], cells: int, ellipsis: str) -> str:
    """ "chromium, firefox +1": as many of the groups as there is room for, or how many they are."""
    for number in range(len(groups), 0, -1):
        more = f" +{len(groups) - number}" if number < len(groups) else ""
        if width(named := ", ".join(groups[:number]) + more) <= cells:
            return named
    return clip(
        words.counted(len(groups), "group") if len(groups) > 1 else groups[0], cells, ellipsis=ellipsis
    )


def _spec(entry: Entry, cells: int, look: Look) -> Line:
    state, spec, dots = state_shown(entry.row), entry.row.spec, look.glyphs.ellipsis
    roomy = cells >= ROOMY
    word = f" {state.value:<4}" if roomy else ""
    head: Span = (f" {sign(state, look.glyphs)}{word} ", TONES[state])
    group = groups_named(entry.groups, 24 if roomy else 10, dots)
    ends = [row.spec.completed_at for row in (entry.row, *entry.others) if row.spec.completed_at is not None]
    when = words.clock(max(ends), look.zone) if ends else "running"
    right: Line = ((f"{group}  ", Tone.MUTED), (f"{when} ", Tone.TEXT)) if roomy else ((group, Tone.MUTED),)
    room = cells - line_width(right) - line_width((head,)) - 1
    name: Span = (clip_start(spec.spec or words.UNKNOWN, room, ellipsis=dots), Tone.STRONG)
    return spread((head, name), right, cells, look.glyphs)


STANDING_TONES = {
    Standing.NEW: Tone.FAILED,
    Standing.KNOWN: Tone.MUTED,
    Standing.FLAKY: Tone.FLAKY,
    Standing.UNKNOWN: Tone.MUTED,
}


def standing_words(stand: Stand) -> str:
    """ "new: not in main 08c3da94"; "" as long as nothing can be claimed."""
    return f"{stand.standing}: {stand.words}" if stand.words else ""


def _test(test: FailedTest, stand: Stand, cells: int, look: Look) -> Line:
    tone = Tone.FLAKY if test.outcome is Outcome.FLAKY else Tone.TEXT
    tries = f" {test.attempts} attempts " if test.attempts > 1 and cells >= ROOMY else ""
    mark = look.glyphs.flaky if test.outcome is Outcome.FLAKY else look.glyphs.failed
    title = test.titles[-1] if test.titles and cells < ROOMY else test.name
    left: Line = ((f"    {mark} {title}", tone),)
    word = "NEW" if stand.standing is Standing.NEW else stand.standing.value
    right: Line = ((tries, Tone.MUTED), (f"{word} " if word else "", STANDING_TONES[stand.standing]))
    return spread(left, right, cells, look.glyphs)


def failure_message(entry: Entry, cells: int, look: Look) -> Line:
    """The line under the cursor in full, for the row above the keys."""
    spans: list[Span] = [(f" {entry.row.spec.spec or words.UNKNOWN}", Tone.TEXT)]
    if entry.others:
        spans.append((f" [{', '.join(entry.groups)}]", Tone.MUTED))
    test = entry.test
    if test is not None and test.place is not None:
        spans.append((f":{test.place[1]}", Tone.TEXT))
    if test is not None:
        if told := standing_words(entry.stand):
            spans.append((f"  {told}", STANDING_TONES[entry.stand.standing]))
        spans.append((f"  {test.first_line}", Tone.FAILED))
    elif entry.text:
        spans.append((f"  {entry.text}", entry.tone))
    return crop(tuple(spans), cells, look.glyphs)
