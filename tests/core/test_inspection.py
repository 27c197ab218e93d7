"""Whose tests are asked for, how often, and how much of it is kept."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from msgspec import structs

from currents_tui.core.board import Board, SpecRow, board
from currents_tui.core.inspection import (
    AGAIN,
    KEPT,
    NEWEST,
    Inspected,
    due,
    sign_of,
    suspect_rows,
    with_inspected,
)
from currents_tui.core.model import Run, Spec
from currents_tui.core.problem import Kind, Problem
from tests.builders import NOW, a_test, attempt, failed, instance, passed, run, running
from tests.core.test_board_onward import answers

DOWN = Problem(Kind.SERVER, "It is down.")


def known(spec: Spec, told: Problem | None = None) -> Inspected:
    return Inspected(told or instance(spec, a_test("pays", attempt("Error: no"))), sign_of(spec), NOW)


def names(specs: tuple[Spec, ...]) -> list[str | None]:
    return [spec.spec for spec in specs]


def test_what_failed_last_comes_first_and_before_it_what_still_runs() -> None:
    rows = suspect_rows(
        board(
            run(
                failed("early.spec.ts", completed=300),
                passed("fine.spec.ts"),
                failed("late.spec.ts", completed=5),
                passed("flaky.spec.ts", completed=100, flaky=1),
                running("going.spec.ts", failures=1),
            )
        )
    )
    assert [row.spec.spec for row in rows] == [
        "going.spec.ts",
        "late.spec.ts",
        "flaky.spec.ts",
        "early.spec.ts",
    ]


def test_what_is_looked_at_is_asked_first_and_of_the_failures_the_newest() -> None:
    specs = [failed(f"{number:03}.spec.ts", completed=number + 1) for number in range(NEWEST + 10)]
    fine = passed("fine.spec.ts")
    known_board = board(run(*specs, fine))
    wanted = due(suspect_rows(known_board), [known_board.by_key[fine.key]], {}, NOW)
    assert names(wanted) == ["fine.spec.ts", *(f"{number:03}.spec.ts" for number in range(NEWEST))]


def test_a_finished_spec_is_asked_about_once() -> None:
    spec = failed()
    rows = suspect_rows(board(run(spec)))
    assert due(rows, (), {spec.instance_id or "": known(spec)}, NOW + timedelta(hours=9)) == ()


def test_a_running_spec_is_asked_about_again_when_another_test_has_reported() -> None:
    before, after = running(failures=1), running(failures=1, passes=1)
    held = {before.instance_id or "": known(before)}
    assert due(suspect_rows(board(run(before))), (), held, NOW) == ()
    assert due(suspect_rows(board(run(after))), (), held, NOW) == (after,)


def test_a_question_that_brought_nothing_is_asked_again_a_little_later() -> None:
    spec = failed()
    rows, held = suspect_rows(board(run(spec))), {spec.instance_id or "": known(spec, DOWN)}
    assert due(rows, (), held, NOW + AGAIN / 2) == ()
    assert due(rows, (), held, NOW + AGAIN) == (spec,)
    # The wall clock was set back.
    assert due(rows, (), held, NOW - 100 * AGAIN) == (spec,)


def test_a_spec_without_an_instance_has_no_tests_to_ask_for() -> None:
    spec = structs.replace(failed(), instance_id=None)
    assert due(suspect_rows(board(run(spec))), (), {}, NOW) == ()


def test_a_failed_question_takes_nothing_away() -> None:
    spec = running(failures=1)
    before = {"i": known(spec)}
    later = NOW + timedelta(seconds=9)
    told = with_inspected(before, "i", Inspected(DOWN, sign_of(running(failures=2)), later))["i"]
    assert (told.instance, told.sign, told.at) == (before["i"].told, before["i"].sign, later)


def test_a_failed_question_about_what_is_known_is_not_asked_again_at_once() -> None:
    before, after = running(failures=1), running(failures=2)
    rows, key = suspect_rows(board(run(after))), after.instance_id or ""
    held = with_inspected({key: known(before)}, key, known(after, DOWN))
    assert due(rows, (), held, NOW + AGAIN / 2) == ()
    assert due(rows, (), held, NOW + AGAIN) == (after,)
    answered = with_inspected(held, key, known(after))
    assert due(rows, (), answered, NOW + AGAIN) == ()
    more = running(failures=3)
    assert due(suspect_rows(board(run(more))), (), answered, NOW) == (more,)


def test_what_was_asked_for_longest_ago_is_forgotten_when_there_is_too_much() -> None:
    held: dict[str, Inspected] = {}
    for number in range(KEPT + 5):
        held = dict(with_inspected(held, f"i{number}", known(failed())))
    held = dict(with_inspected(held, "i5", known(failed())))
    held = dict(with_inspected(held, "new", known(failed())))
    assert len(held) == KEPT
    assert "i5" in held and "i6" not in held


@given(answers())
def test_suspects_brought_up_to_date_are_those_found_anew(told: list[Run]) -> None:
    before: Board | None = None
    suspects: tuple[SpecRow, ...] = ()
    for answer in told:
        now = board(answer, before)
        suspects = suspect_rows(now, before, suspects)
        assert suspects == suspect_rows(now)
        before = now
