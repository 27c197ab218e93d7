"""The rows of a spec's page."""

from __future__ import annotations

from datetime import UTC

import pytest
from msgspec import structs

from currents_tui.core.board import board
from currents_tui.core.cells import UNICODE, Line, Tone, line_width
from currents_tui.core.failures import spec_failures
from currents_tui.core.inspection import Inspected, sign_of
from currents_tui.core.instance import Artifact, ArtifactKind, Test
from currents_tui.core.model import Link, Results, Spec
from currents_tui.core.rows.detail import Row, detail_line
from currents_tui.core.rows.look import Look
from currents_tui.core.rows.tests import (
    Sight,
    attempt_rows,
    beside_rows,
    file_row,
    file_rows,
    heading,
    last_failed,
    note,
    ordered_tests,
    summary,
    test_row,
)
from currents_tui.core.standing import Stand, Standing
from currents_tui.core.text import plain
from tests.builders import NOW, RUN_ID, a_test, attempt, failed, instance, run, running

test_row.__test__ = False  # type: ignore[attr-defined]  # a painter, whatever its name tells pytest
LOOK = Look(UNICODE, UTC)
SPEC = "checkout/payment.spec.ts"
ESC = "\x1b"
FRAME = f"{ESC}[90m 6 |{ESC}[39m const n = 1;\n{ESC}[31m>{ESC}[39m 7 | expect(n).toBe(2);"
FIRST = attempt(f"Error: {ESC}[31mnope{ESC}[39m", frame=FRAME, file=f"/ci/{SPEC}")
SECOND = attempt("Error: again", took=4, file=f"/ci/{SPEC}")
PAYS = a_test("pays", FIRST, SECOND)
SHOT = Artifact(
    kind=ArtifactKind.SCREENSHOT,
    link=Link("https://files.example.com/a.png?sig=1"),
    test_id=plain("pays"),
    attempt=0,
)
VIDEO = Artifact(kind=ArtifactKind.VIDEO, link=Link("https://files.example.com/whole.webm"))


def text(line: Line) -> str:
    return "".join(span for span, _ in line)


def sight(
    one: Spec, *tests: Test, artifacts: tuple[Artifact, ...] = (SHOT, VIDEO), told: bool = True
) -> Sight:
    about = run(one)
    known = Inspected(instance(one, *tests, artifacts=artifacts), sign_of(one), NOW)
    return Sight(
        row=board(about).rows[0],
        stall=None,
        inspected=known if told else None,
        found=spec_failures(one, known.instance, about) if told else None,
        run_id=RUN_ID,
    )


def rows(test: Test, number: int, cells: int = 80, *, wrap_code: bool = False) -> list[Row]:
    return list(attempt_rows(sight(failed(SPEC), test), test, number, cells, LOOK, wrap_code=wrap_code))


def test_what_failed_comes_first_and_else_they_stand_as_they_were_told() -> None:
    tests = (
        a_test("a", attempt()),
        a_test("b", state="skipped"),
        a_test("c", FIRST, attempt()),
        a_test("d", FIRST),
        a_test("e", attempt()),
    )
    assert list(ordered_tests(instance(failed(), *tests))) == ["d", "c", "b", "a", "e"]


@pytest.mark.parametrize(
    ("test", "told"),
    [
        (PAYS, "✗ FAIL The suite › pays 2 attempts 0:06"),
        (a_test("pays", FIRST, attempt()), "~ FLKY The suite › pays 2 attempts 0:04"),
        (a_test("pays", attempt(took=0.25)), "✓ PASS The suite › pays 250 ms"),
        (a_test("pays", state="pending"), "- SKIP The suite › pays"),
        (a_test("pays", state="skipped"), "- SKIP The suite › pays"),
        (a_test("pays"), "○ WAIT The suite › pays"),
    ],
)
def test_a_test_is_told_in_a_line(test: Test, told: str) -> None:
    assert text(test_row(test, 80, LOOK)).split() == told.split()


def test_once_the_file_is_over_no_test_is_said_to_wait() -> None:
    assert " ".join(text(test_row(a_test("pays"), 80, LOOK, is_over=True)).split()) == "╌ ? The suite › pays"
    assert "PASS" in text(test_row(a_test("pays", attempt()), 80, LOOK, is_over=True))


def test_what_the_run_has_told_since_is_noticed() -> None:
    before, after = sight(running(SPEC), PAYS), sight(failed(SPEC), PAYS)
    assert not before.is_behind
    assert structs.replace(before, row=after.row).is_behind


def test_an_attempt_is_told_with_its_error_in_its_authors_colours() -> None:
    told = rows(PAYS, 0)
    assert [row.value for row in told] == [
        "The suite › pays",
        "attempt 1 of 2  failed  0:02  from 14:14:00",
        "",
        "Error: nope",
        "",
        " 6 | const n = 1;",
        "> 7 | expect(n).toBe(2);",
        "",
        f"{SPEC}:7",
        "npx playwright test checkout/payment.spec.ts --project=chr",
        "omium -g 'The suite pays'",
        "",
        "https://files.example.com/a.png?sig=1",
        "https://files.example.com/whole.webm",
    ]
    assert told[3].line == (("Error: ", Tone.TEXT), ("nope", Tone.FAILED))
    assert detail_line(told[3], 40, LOOK) == ((" ", Tone.TEXT), ("Error: ", Tone.TEXT), ("nope", Tone.FAILED))


def test_below_its_title_stands_whether_the_failure_is_new() -> None:
    new = Stand(Standing.NEW, "not in main 08c3da94")
    known = structs.replace(sight(failed(SPEC), PAYS), stands={"pays": new})
    _, told, tries, *_ = attempt_rows(known, PAYS, 0, 80, LOOK)
    assert (told.value, told.tone) == ("new: not in main 08c3da94", Tone.FAILED)
    assert tries.value.startswith("attempt 1 of 2")
    assert rows(PAYS, 0)[1] == tries
    assert [row.value for row in beside_rows(known, NOW, 80, LOOK)][1] == told.value


def test_what_another_attempt_left_is_not_shown_and_what_the_file_left_is() -> None:
    assert [row.label for row in rows(PAYS, 1) if row.link is not None] == ["video"]


def test_long_errors_are_wrapped_and_code_only_on_demand() -> None:
    long = a_test("pays", attempt("Error: " + "word " * 30, frame="> 7 | " + "x" * 100))
    widths = [len(row.value) for row in rows(long, 0, 40) if not row.label]
    assert max(widths) == 106
    wrapped = [row.value for row in rows(long, 0, 40, wrap_code=True)[2:] if not row.label]
    assert max(map(len, wrapped)) == 40
    assert "".join(wrapped).count("x") == 100


def test_a_test_that_did_not_run_says_so() -> None:
    assert rows(a_test("pays", state="pending"), 0)[1].value == "ignored on purpose"
    assert rows(a_test("pays"), 0)[1].value == "not run yet"


def test_the_attempt_to_look_at_is_the_last_that_failed() -> None:
    assert last_failed(PAYS) == 1
    assert last_failed(a_test("pays", FIRST, attempt())) == 0
    assert last_failed(a_test("pays", attempt())) == 0
    assert last_failed(a_test("pays")) == 0


def test_where_there_is_one_attempt_no_key_for_others_is_offered() -> None:
    assert note(a_test("pays", FIRST), 0) == ()
    assert text(note(PAYS, 1)) == "attempt 2 of 2  [ ] others"


def test_the_top_says_which_spec_it_is_and_how_it_went() -> None:
    shown = sight(failed(SPEC, failures=2), PAYS)
    assert text(heading(shown, 60, LOOK)) == f"6f3b9c0e > {SPEC}"
    told = " ".join(text(summary(shown, NOW, 90, LOOK)).split())
    assert told == "✗ FAIL 4/4 tests 2 failed 2 passed chromium c1 1:00 from 14:13:50"
    assert text(file_row(shown, 60, LOOK)).split() == ["✗", "FAIL", "the", "file", "1:00"]
    assert "for 0:30" in text(summary(sight(running(SPEC)), NOW, 90, LOOK))


@pytest.mark.parametrize("cells", [20, 40, 59, 80, 120])
def test_nothing_is_wider_than_its_room(cells: int) -> None:
    wide = a_test("支払う" * 30, attempt("界" * 99, frame="界" * 99))
    shown = sight(failed("カート/" * 20), wide)
    drawn = [test_row(wide, cells, LOOK), file_row(shown, cells, LOOK), summary(shown, NOW, cells, LOOK)]
    drawn += [detail_line(row, cells, LOOK) for row in attempt_rows(shown, wide, 0, cells - 1, LOOK)]
    assert max(map(line_width, drawn)) <= cells


def test_beside_the_panes_the_errors_come_before_the_facts() -> None:
    told = [row.value for row in beside_rows(sight(failed(SPEC), PAYS), NOW, 56, LOOK)]
    assert told.index("Error: again") < told.index(SPEC)
    before = beside_rows(sight(failed(SPEC), PAYS, told=False), NOW, 56, LOOK)
    assert before[0].value == SPEC


def files(told: Sight) -> list[str]:
    """The rows of the file's artifacts."""
    rows = [f"{row.label} {row.value}".strip() for row in file_rows(told, NOW, LOOK)]
    return rows[rows.index("Artifacts") + 1 :] if "Artifacts" in rows else []


def test_what_the_tests_left_is_counted_for_the_file_and_none_is_said_only_where_that_is_known() -> None:
    trace = structs.replace(SHOT, kind=ArtifactKind.TRACE)
    told = sight(failed(SPEC), PAYS, artifacts=(SHOT, SHOT, trace))
    assert files(told) == ["screenshots 2, beside the tests", "videos none", "traces 1, beside the tests"]
    assert files(sight(failed(SPEC), PAYS, artifacts=())) == ["screenshots none", "videos none"]
    assert files(sight(failed(SPEC), told=False)) == []


def test_what_the_runs_answer_tells_of_the_file_is_not_counted_again() -> None:
    one = failed(SPEC)
    results = structs.replace(one.results or Results(), video_url=VIDEO.link)
    told = sight(structs.replace(one, results=results), PAYS)
    assert files(told) == ["video https://files.example.com/whole.webm", "screenshots 1, beside the tests"]


def test_a_place_that_is_too_long_keeps_its_line() -> None:
    place = next(row for row in rows(PAYS, 0) if row.label == "at")
    drawn = "".join(part for part, _ in detail_line(place, 40, LOOK))
    assert drawn == "   at                 …payment.spec.ts:7"
    assert place.copies == f"{SPEC}:7"


def test_a_command_is_shown_whole_and_each_of_its_rows_copies_all_of_it() -> None:
    told = [row for row in rows(PAYS, 1, 60) if row.copy]
    assert len(told) == 3
    assert "".join(row.value for row in told) == told[0].copies == told[-1].copies
    assert told[0].copies.endswith("-g 'The suite pays'")
