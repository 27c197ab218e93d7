"""Whether anything is heard of a run at all."""

from datetime import timedelta

import pytest

from currents_tui.core.board import board
from currents_tui.core.history import History
from currents_tui.core.model import Run
from currents_tui.core.silence import Silence, due_words, last_sign, silence
from currents_tui.core.stall import Sign, stalls
from tests.builders import NOW, ago, passed, run, running, waiting


def heard(made: Run, seen: dict[str, Sign] | None = None, **more: object) -> Silence | None:
    known, signs = board(made), seen or {}
    return silence(known, made, signs, stalls(known, signs, NOW, run=made), NOW, **more)  # type: ignore[arg-type]


def done(seconds: float) -> list[object]:
    return [passed(f"done-{n}", took=60, completed=seconds) for n in range(3)]


def a_run(*specs: object, **more: object) -> Run:
    return run(*specs, **more)  # type: ignore[arg-type]


def test_a_run_that_works_is_not_silent() -> None:
    assert heard(a_run(*done(900), running("a", for_=30))) is None
    assert heard(a_run(*done(900), running("stuck", for_=900), running("a", machine="m2"))) is None
    assert heard(a_run(*done(10), waiting())) is None
    assert heard(a_run(*done(900), state="COMPLETE", status="PASSED")) is None


def test_nothing_runs_any_more() -> None:
    assert heard(a_run(*done(299), waiting())) is None
    found = heard(a_run(*done(845), waiting()))
    assert found == Silence(since=ago(845), silent=845, limit=None, is_sure=True)
    assert found.words == "no sign of life for 14:05"


def test_nothing_has_begun() -> None:
    found = heard(a_run(waiting(), created=845))
    assert found is not None
    assert found.since == ago(845)


def test_everything_that_runs_is_stuck() -> None:
    dead = [running(f"r-{n}", for_=845, machine=f"m-{n}") for n in range(3)]
    found = heard(a_run(*done(900), *dead), history=History(inactivity_limit=1800.0))
    assert found is not None
    assert found.words == "no sign of life for 14:05, TIMEOUT in 15:55"


def test_a_machine_that_has_just_reported_may_take_another() -> None:
    assert heard(a_run(*done(10), running("stuck", for_=900))) is None


def test_the_limit_that_was_set_counts_where_nobody_tells() -> None:
    made = a_run(*done(845), waiting())
    found, of_project = (
        heard(made, otherwise=900.0),
        heard(made, otherwise=900.0, history=History(inactivity_limit=1800.0)),
    )
    assert found is not None
    assert of_project is not None
    assert (found.limit, of_project.limit) == (900, 1800)
    due = heard(made, otherwise=840.0)
    assert due is not None
    assert due.words == "no sign of life for 14:05, TIMEOUT due"


def test_an_impatient_service_makes_it_silent_earlier_and_so_does_a_demo() -> None:
    made = a_run(*done(60), waiting())
    assert heard(made) is None
    assert heard(made, otherwise=180.0) is not None
    assert heard(made, pace=10.0) is not None


def test_what_reported_before_anybody_looked() -> None:
    made = a_run(*done(900), running("a", for_=845, passes=2))
    unknown = heard(made, history=History(inactivity_limit=1800.0))
    assert unknown is not None
    assert unknown.words == "no sign of life for 14:05, TIMEOUT in 15:55 at the earliest"
    key = made.specs[-1].key
    moved = heard(
        made, {key: Sign(2, NOW - timedelta(seconds=500))}, history=History(inactivity_limit=1800.0)
    )
    assert moved is not None
    assert moved.words == "no sign of life for 8:20, TIMEOUT in 21:40"


def test_the_last_sign_is_looked_for_once_an_answer() -> None:
    made = a_run(*done(900), waiting())
    known = board(made)
    assert last_sign(known, made) == ago(900)
    later = a_run(*done(300), waiting())
    assert last_sign(known, later) == ago(900), "it is kept with the board"
    assert last_sign(board(later), later) == ago(300)
    assert last_sign(board(a_run(created=50)), a_run(created=50)) == ago(50)


@pytest.mark.parametrize(
    ("left", "is_sure", "words"),
    [
        (None, True, ""),
        (955, True, "TIMEOUT in 15:55"),
        (955, False, "TIMEOUT in 15:55 at the earliest"),
        (-1, True, "TIMEOUT due"),
        (-1, False, ""),
    ],
)
def test_words(left: float | None, is_sure: bool, words: str) -> None:
    assert due_words(left, is_sure) == words
