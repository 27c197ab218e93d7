"""The lines of the pane of failures."""

from __future__ import annotations

from datetime import UTC

import pytest

from currents_tui.core.board import board
from currents_tui.core.cells import ASCII, UNICODE, Line, Tone, line_width
from currents_tui.core.failures import spec_failures
from currents_tui.core.inspection import Inspected, sign_of
from currents_tui.core.instance import Test
from currents_tui.core.model import Spec
from currents_tui.core.problem import Kind, Problem
from currents_tui.core.rows.failures import (
    MOST_TESTS,
    Entry,
    Part,
    Told,
    entries,
    failure_line,
    failure_message,
    groups_named,
    together,
)
from currents_tui.core.rows.look import Look
from currents_tui.core.standing import NOT_KNOWN, Stand, Standing
from tests.builders import NOW, a_test, attempt, failed, instance, run, running, spec

LOOK = Look(UNICODE, UTC)
SPEC = "checkout/payment-3ds.spec.ts"
ERROR = attempt("\nTimeoutError: Timeout 30000ms\nCall log", file=f"/ci/{SPEC}", line=88)


def text(line: Line) -> str:
    return "".join(span for span, _ in line)


def of(one: Spec, *tests: object, told: object = None) -> list[Entry]:
    about = run(one)
    row = board(about).rows[0]
    found = instance(one, *tests) if tests else told  # type: ignore[arg-type]
    if found is None:
        return list(entries(row, None, None))
    inspected = Inspected(found, sign_of(one), NOW)  # type: ignore[arg-type]
    failures = spec_failures(one, inspected.instance, about) if inspected.instance else None
    return list(entries(row, inspected, failures))


def test_each_failed_test_stands_with_the_first_line_of_its_error() -> None:
    lines = of(
        failed(SPEC),
        a_test("pays", ERROR, ERROR),
        a_test("refunds", ERROR, attempt()),
        a_test("ok", attempt()),
    )
    assert [(entry.part, text(failure_line(entry, 80, LOOK)).split()) for entry in lines] == [
        (Part.SPEC, ["✗", "FAIL", SPEC, "chromium", "14:14:50"]),
        (Part.TEST, ["✗", "The", "suite", "›", "pays", "2", "attempts"]),
        (Part.ERROR, ["TimeoutError:", "Timeout", "30000ms"]),
        (Part.TEST, ["~", "The", "suite", "›", "refunds", "2", "attempts"]),
        (Part.ERROR, ["TimeoutError:", "Timeout", "30000ms"]),
    ]


def test_a_narrow_line_names_the_test_alone() -> None:
    line = failure_line(of(failed(SPEC), a_test("pays", ERROR))[1], 30, LOOK)
    assert text(line).strip() == "✗ pays"


def test_a_spec_that_runs_on_is_called_failed() -> None:
    assert text(failure_line(of(running(SPEC, failures=1))[0], 80, LOOK)).split() == [
        "✗",
        "FAIL",
        SPEC,
        "chromium",
        "running",
    ]


def test_until_its_tests_are_told_it_says_so_or_why_not() -> None:
    assert of(failed(SPEC))[1].text == "asking for its tests"
    assert of(failed(SPEC), told=Problem(Kind.SERVER, "It is down."))[1].text == "It is down."


def test_a_file_that_could_not_run_says_why() -> None:
    crashed = spec(SPEC, claimed=9, completed=1, exception="SyntaxError: no\nmore", failures=1)
    lines = of(crashed, a_test("ok", attempt()))
    assert [(entry.text, entry.tone) for entry in lines[1:]] == [("SyntaxError: no", Tone.FAILED)]


def test_a_file_that_fails_whole_names_its_first_tests() -> None:
    lines = of(failed(SPEC, failures=3), *(a_test(f"t{number}", ERROR) for number in range(MOST_TESTS + 3)))
    assert sum(entry.part is Part.TEST for entry in lines) == MOST_TESTS
    assert lines[-1].text == "and 3 more tests"


def test_every_line_has_a_key_of_its_own() -> None:
    lines = of(failed(SPEC), a_test("pays", ERROR, key="a"), a_test("pays", ERROR, key="b"))
    assert len({entry.key for entry in lines}) == len(lines)


NEW = Stand(Standing.NEW, "not in main 08c3da94")
GROUPS = ("chromium", "firefox", "webkit")


def told(one: Spec, *tests: Test, stand: Stand = NOT_KNOWN) -> Told:
    about = run(one)
    found = spec_failures(one, instance(one, *tests), about)
    return Told(board(about).rows[0], found, (stand,) * len(found.tests))


def gathered(*each: Told) -> list[list[str]]:
    return [[one.row.spec.group_id or "" for one in alike] for alike in together(each)]


def test_a_file_that_failed_alike_in_several_groups_is_told_once_by_the_group_that_was_first() -> None:
    ends = zip(GROUPS, (30, 20, 10), strict=True)
    first, *others = (
        told(failed(SPEC, group=name, completed=at), a_test("pays", ERROR)) for name, at in ends
    )
    assert gathered(*reversed(others), first) == [["chromium", "firefox", "webkit"]]
    line, *_ = entries(first.row, None, first.found, others=tuple(one.row for one in others))
    shown = text(failure_line(line, 80, LOOK))
    assert shown.endswith("chromium, firefox +1  14:14:50 "), "the newest, by which it has its place"
    assert "3 groups" in text(failure_line(line, 40, LOOK))
    assert text(failure_message(line, 120, LOOK)) == f" {SPEC} [chromium, firefox, webkit]"


@pytest.mark.parametrize(
    "other",
    [
        told(failed(SPEC, group="webkit"), a_test("pays", attempt("Error: another"))),
        told(failed(SPEC, group="webkit"), a_test("refunds", ERROR)),
        told(failed(SPEC, group="webkit"), a_test("pays", ERROR), a_test("refunds", ERROR)),
        told(failed(SPEC, group="webkit"), a_test("pays", ERROR, attempt())),
        told(failed(SPEC, group="webkit"), a_test("pays", ERROR), stand=NEW),
        told(failed("other.spec.ts", group="webkit"), a_test("pays", ERROR)),
        told(running(SPEC, group="webkit", failures=1), a_test("pays", ERROR)),
        told(failed(SPEC, group="webkit")),
    ],
    ids=["another error", "another test", "one more", "flaky", "new", "another file", "runs", "not told"],
)
def test_what_differs_in_anything_is_told_by_itself(other: Told) -> None:
    assert gathered(told(failed(SPEC), a_test("pays", ERROR)), other) == [["chromium"], ["webkit"]]


@pytest.mark.parametrize(
    ("groups", "cells", "named"),
    [
        (("chromium",), 10, "chromium"),
        (("mobile-chrome",), 10, "mobile-ch…"),
        (GROUPS, 40, "chromium, firefox, webkit"),
        (GROUPS, 20, "chromium, firefox +1"),
        (GROUPS, 12, "chromium +2"),
        (GROUPS, 10, "3 groups"),
        (GROUPS, 3, "3 …"),
    ],
)
def test_groups_are_named_as_far_as_there_is_room(groups: tuple[str, ...], cells: int, named: str) -> None:
    assert groups_named(groups, cells, "…") == named


@pytest.mark.parametrize("glyphs", [UNICODE, ASCII])
@pytest.mark.parametrize("cells", [1, 12, 30, 59, 60, 118])
def test_no_line_is_wider_than_its_room(cells: int, glyphs: object) -> None:
    look = Look(glyphs, UTC)  # type: ignore[arg-type]
    long = a_test("カート" * 40, attempt("界" * 200), attempt("界" * 200))
    for entry in of(failed("カート/" * 20 + "x.spec.ts", group="组" * 30), long):
        assert line_width(failure_line(entry, cells, look)) <= cells


def test_the_message_row_has_the_place_and_the_error_in_full() -> None:
    told = failure_message(of(failed(SPEC), a_test("pays", ERROR))[1], 120, LOOK)
    assert text(told) == f" {SPEC}:88  TimeoutError: Timeout 30000ms"
