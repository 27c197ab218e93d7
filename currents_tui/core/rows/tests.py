"""The rows of a spec's page: its tests, and everything about the one under the cursor."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from msgspec import Struct

from currents_tui.core import words
from currents_tui.core.artifacts import best_address, labels
from currents_tui.core.board import SpecRow
from currents_tui.core.cells import Line, Tone, cell, fitting, joined, line_width, spread, wrapped
from currents_tui.core.failures import FailedTest, Outcome, SpecFailures, attempt_failed, outcome
from currents_tui.core.ink import lines_of
from currents_tui.core.inspection import Inspected, sign_of
from currents_tui.core.instance import Artifact, Attempt, Instance, Test
from currents_tui.core.rows.detail import LABEL, Row, spec_rows
from currents_tui.core.rows.failures import STANDING_TONES, standing_words, state_shown
from currents_tui.core.rows.look import Look
from currents_tui.core.stall import Stall
from currents_tui.core.standing import NOT_KNOWN, Stand
from currents_tui.core.text import Block, clip_start, pieces, plain
from currents_tui.core.verdict import TONES, SpecState, sign

THE_FILE = ""
"""The key of the row that stands for the whole file."""

_TONES = {
    Outcome.FAILED: Tone.FAILED,
    Outcome.FLAKY: Tone.FLAKY,
    Outcome.NOT_RUN: Tone.WARNING,
    Outcome.PASSED: Tone.PASSED,
    Outcome.OTHER: Tone.MUTED,
}
_WORDS = {
    Outcome.FAILED: ("failed", "FAIL"),
    Outcome.FLAKY: ("flaky", "FLKY"),
    Outcome.NOT_RUN: ("skipped", "SKIP"),
    Outcome.PASSED: ("passed", "PASS"),
}
_RANKS = (Outcome.FAILED, Outcome.FLAKY, Outcome.NOT_RUN, Outcome.OTHER, Outcome.PASSED)


class Sight(Struct, frozen=True):
    """Everything that is known of the spec that a page is about."""

    row: SpecRow
    stall: Stall | None
    inspected: Inspected | None
    found: SpecFailures | None
    """What failed in it, once its tests were told."""
    run_id: str
    stands: Mapping[str, Stand] = {}
    """How each of its failures stands to earlier runs, by the test's id."""

    @property
    def is_behind(self) -> bool:
        """Whether the run has told more of the spec than is known of its tests."""
        return self.inspected is not None and self.inspected.sign != sign_of(self.row.spec)

    @property
    def instance(self) -> Instance | None:
        return self.inspected.instance if self.inspected is not None else None

    def failed(self, test: Test) -> FailedTest | None:
        """`test` as it failed or was flaky; None where it did neither."""
        tests = self.found.tests if self.found is not None else ()
        return next((one for one in tests if one.test_id == test.test_id), None)

    def stand(self, test: Test) -> Stand:
        """Whether the failure of `test` is new."""
        return self.stands.get(test.test_id or "", NOT_KNOWN)


def ordered_tests(instance: Instance) -> dict[str, Test]:
    """The tests by their keys, what failed first, then in the order in which they were told."""
    by_key = {test.test_id or f"{number}": test for number, test in enumerate(instance.tests)}
    ranked = sorted(by_key.items(), key=lambda item: _RANKS.index(outcome(item[1])))
    return dict(ranked)


def test_row(test: Test, cells: int, look: Look, *, is_over: bool = False) -> Line:
    """One test: what became of it, its title, how often it was tried, how long it took.

    `is_over` says that its file is done: what has not been told of it by then is not waited for.
    """
    became = outcome(test)
    untold = ("unknown", words.UNKNOWN) if is_over else ("idle", "WAIT")
    name, word = _WORDS.get(became, ("skipped", "SKIP") if _is_left_out(test) else untold)
    tone = _TONES[became]
    tries = words.counted(len(test.attempts), "attempt") if len(test.attempts) > 1 else ""
    took = words.milliseconds(ms) if (ms := duration_ms(test)) else ""
    right: Line = (cell(tries, 11, Tone.MUTED, right=True), cell(took, 8, right=True), (" ", Tone.TEXT))
    glyph = str(getattr(look.glyphs, name))
    # A narrow list leaves out what all titles of a file have in common.
    title = test.title[-1] if test.title and cells < 60 else test.name
    left: Line = ((f" {glyph} {word:<4} ", tone), (title, Tone.TEXT))
    return spread(left, right if cells >= 50 else right[1:], cells, look.glyphs)


def _is_left_out(test: Test) -> bool:
    return (test.state or "").lower() == "pending"


def duration_ms(test: Test) -> float | None:
    """How long all attempts at `test` took, in ms, as far as it is told."""
    told = [attempt.wall_clock_duration for attempt in test.attempts]
    known = [ms for ms in told if ms is not None]
    return sum(known) if known else test.duration


def file_row(sight: Sight, cells: int, look: Look) -> Line:
    """The row of the whole file, above its tests."""
    state = SpecState.STUCK if sight.stall is not None else state_shown(sight.row)
    left: Line = ((f" {sign(state, look.glyphs)} {state.value:<4} ", TONES[state]), ("the file", Tone.TEXT))
    took = sight.row.spec.duration_ms
    right = words.milliseconds(took) if took is not None and sight.row.spec.completed_at else ""
    return spread(left, ((f"{right} ", Tone.TEXT),), cells, look.glyphs)


def summary(sight: Sight, now: datetime, cells: int, look: Look) -> Line:
    """The line on top: what became of the spec, its tests, and when it ran."""
    row, spec = sight.row, sight.row.spec
    state = SpecState.STUCK if sight.stall is not None else state_shown(row)
    stats = spec.stats
    counts = [
        (stats.failures, "failed", Tone.FAILED),
        (stats.skipped, "skipped", Tone.WARNING),
        (spec.flaky, "flaky", Tone.FLAKY),
        (stats.passes, "passed", Tone.PASSED),
        (stats.pending, "ignored", Tone.MUTED),
    ]
    told = [((f"{number} {word}", tone),) for number, word, tone in counts if number]
    head: Line = ((f" {sign(state, look.glyphs)} {state.value}", TONES[state]),)
    tests: Line = ((f"{stats.reported}/{words.count(stats.planned)} tests", Tone.TEXT),)
    where = joined((((spec.group_id or "", Tone.MUTED),), ((row.machine, Tone.MUTED),)), " ")
    right = (*where, *_when(sight, now, look))
    left = fitting((head, tests, *told), cells - line_width(right) - 1)
    return spread(left, right, cells, look.glyphs)


def _when(sight: Sight, now: datetime, look: Look) -> Line:
    spec, began = sight.row.spec, sight.row.spec.started_at
    if spec.completed_at is not None and spec.duration_ms is not None:
        at = words.clock_or_date(began or spec.completed_at, now, look.zone)
        return ((f"  {words.span(spec.duration_ms / 1000)} from {at} ", Tone.TEXT),)
    if sight.row.since is not None:
        return ((f"  for {words.span((now - sight.row.since).total_seconds())} ", Tone.RUNNING),)
    return ((" ", Tone.TEXT),)


def heading(sight: Sight, cells: int, look: Look) -> Line:
    """Which spec of which run the page is about."""
    run = f"{sight.run_id[:8]} > "
    name = clip_start(sight.row.spec.spec or words.UNKNOWN, cells - len(run), ellipsis=look.glyphs.ellipsis)
    return ((run, Tone.MUTED), (name, Tone.STRONG))


# --- the test under the cursor


def last_failed(test: Test) -> int:
    """The number of the attempt to look at first: the last that failed, else the last."""
    failed = [number for number, attempt in enumerate(test.attempts) if attempt_failed(attempt)]
    return failed[-1] if failed else max(0, len(test.attempts) - 1)


def artifacts_of(instance: Instance, test: Test, attempt: int) -> tuple[Artifact, ...]:
    """What that attempt left, then what the whole file did."""
    left = [one for one in instance.artifacts if one.test_id in (test.test_id, None)]
    of_attempt = [one for one in left if one.attempt == attempt]
    return (*of_attempt, *(one for one in left if one.attempt is None))


def attempt_rows(
    sight: Sight,
    test: Test,
    number: int,
    cells: int,
    look: Look,
    *,
    wrap_code: bool = False,
    page: str = "",
) -> Iterator[Row]:
    """The error of attempt `number` at `test` with its code, whether it is new, what it left, what repeats
    it, and the address of its `page`.

    Long lines of the error are wrapped into `cells` cells; those of the code only with `wrap_code`, for they
    lose their columns by it.
    """
    attempt = test.attempts[number] if number < len(test.attempts) else None
    yield Row("", test.name, Tone.STRONG)
    if told := standing_words(stand := sight.stand(test)):
        yield Row("", told, STANDING_TONES[stand.standing])
    yield Row("", _attempt_words(test, number, attempt, look), _TONES[outcome(test)])
    error = attempt.error if attempt is not None else None
    message = (error.message if error is not None else None) or (
        test.display_error if number == last_failed(test) else None
    )
    if message:
        yield Row("", "")
        yield from _lines(message, cells)
    if error is not None and error.code_frame.frame:
        yield Row("", "")
        yield from _lines(error.code_frame.frame, cells if wrap_code else 0)
    failed = sight.failed(test)
    if failed is not None and failed.place is not None:
        yield Row("", "")
        yield Row("at", f"{failed.place[0]}:{failed.place[1]}", is_place=True)
    if failed is not None and failed.command:
        yield from _whole("repeat", failed.command, cells - LABEL - 4)
    if page:
        yield from _whole("page", page, cells - LABEL - 4, Tone.LINK)
    if sight.instance is not None:
        yield from artifact_rows(artifacts_of(sight.instance, test, number))


def _whole(label: str, text: str, cells: int, tone: Tone = Tone.TEXT) -> Iterator[Row]:
    """`text` over as many rows as it takes to be read; each of them copies all of it."""
    for number, piece in enumerate(pieces(text, cells, cells) if cells > 0 else [text]):
        yield Row(label if number == 0 else " ", piece, tone, copy=text)


def _attempt_words(test: Test, number: int, attempt: Attempt | None, look: Look) -> str:
    became = outcome(test)
    if attempt is None:
        return (
            "ignored on purpose"
            if _is_left_out(test)
            else "not run yet"
            if became is Outcome.OTHER
            else became
        )
    parts = [f"attempt {number + 1} of {len(test.attempts)}"]
    word = attempt.raw_status or attempt.state
    parts += [word] if word else []
    if attempt.wall_clock_duration is not None:
        parts.append(words.milliseconds(attempt.wall_clock_duration))
    if attempt.wall_clock_started_at is not None:
        parts.append(f"from {words.clock(attempt.wall_clock_started_at, look.zone)}")
    return "  ".join(parts)


def _lines(text: Block, cells: int) -> Iterator[Row]:
    for line in lines_of(text):
        for part in wrapped(line, cells) if cells > 0 else (line,):
            yield Row("", "".join(piece for piece, _ in part), line=part)


def artifact_rows(artifacts: Sequence[Artifact]) -> Iterator[Row]:
    """Each artifact with its link, for `o` and `y`."""
    if artifacts:
        yield Row("", "")
    for label, artifact in zip(labels(artifacts), artifacts, strict=True):
        name = label.partition(", attempt")[0].removeprefix("attachment ")
        opens = best_address(artifact) or ""
        yield Row(name, artifact.link.url, Tone.LINK, artifact.link, opens=opens)


def note(test: Test | None, number: int) -> Line:
    """What the pane of the error says about itself."""
    if test is None or len(test.attempts) < 2:
        return ()
    return ((f"attempt {number + 1} of {len(test.attempts)}  [ ] others", Tone.MUTED),)


def file_rows(sight: Sight, now: datetime, look: Look, *, page: str = "") -> tuple[Row, ...]:
    """Everything about the whole file, and the address of its `page`."""
    left = sight.instance.artifacts if sight.instance is not None else None
    return spec_rows(sight.row, sight.stall, now, look, left=left, page=page)


MOST_ERRORS = 3
"""Failed tests whose errors stand beside the panes; the page has all of them."""


def beside_rows(sight: Sight, now: datetime, cells: int, look: Look) -> tuple[Row, ...]:
    """The spec under the cursor beside the panes: what failed in it, then everything else about it."""
    instance, rows = sight.instance, list[Row]()
    failed = sight.found.tests[:MOST_ERRORS] if sight.found is not None else ()
    tests = {test.test_id: test for test in instance.tests} if instance is not None else {}
    for one in failed:
        if (test := tests.get(plain(one.test_id))) is not None:
            rows += [*attempt_rows(sight, test, last_failed(test), cells - 1, look), Row("", "")]
    return (*rows, *file_rows(sight, now, look))
