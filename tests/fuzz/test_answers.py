"""Whatever the service sends becomes a value that can be shown, or a `Problem` that says what is wrong."""

from collections.abc import Callable
from functools import partial
from random import Random
from typing import TypeVar

from currents_tui.api.decode import RunReader, decode_run
from currents_tui.api.decode_instance import read_instance
from currents_tui.api.decode_list import read_project, read_project_page, read_run_page
from currents_tui.api.refusal import denies, failure_words
from currents_tui.core.board import board
from currents_tui.core.model import Run
from currents_tui.core.problem import Problem
from currents_tui.core.text import width
from currents_tui.core.verdict import run_verdict
from tests.fuzz import valid
from tests.fuzz.cases import check_each, numbers
from tests.fuzz.mutants import mutant
from tests.fuzz.painted import check_painted_instance, check_painted_project, check_painted_run
from tests.fuzz.safe import (
    active,
    check_problem,
    check_progress,
    check_states,
    check_told,
    check_value,
    check_verdict,
)

RUNS, LISTS, PROJECTS, INSTANCES, ERRORS = 50_000, 20_000, 10_000, 8_000, 12_000
"""100,000 answers in all."""
PAINTED = 20
"""One answer in so many is also painted, and read as one that follows another: to read one and to judge it
takes 0.4 ms, to paint it 5 ms.
"""

Value = TypeVar("Value")


def outcome(read: Callable[[bytes], Value], body: bytes) -> Value | Problem:
    try:
        value = read(body)
    except Problem as problem:
        check_problem(problem)
        return problem
    check_value(value)
    return value


# --- a run


@numbers(RUNS)
def test_a_run(numbers: range) -> None:
    check_each("run", numbers, partial(mutant, answers=valid.RUNS), check_run)


def check_run(body: bytes, number: int) -> None:
    run = outcome(decode_run, body)
    if isinstance(run, Run):
        check_shown(run, body)
    if number % PAINTED == 0:
        check_as_next(body, run, valid.RUNS[number % len(valid.RUNS)])
        if isinstance(run, Run):
            check_painted_run(run, number // PAINTED)


def check_shown(run: Run, body: bytes) -> None:
    check_progress(run)
    check_verdict(run, run_verdict(run))
    check_told(run, run_verdict(run), body)
    check_states(run, [(row.key, row.state) for row in board(run).rows])


def check_as_next(body: bytes, alone: Run | Problem, before: bytes) -> None:
    """Read after a right answer, it says what it says alone; and so does what is worked out of it."""
    reader = RunReader()
    for first in (valid.RUNS[0], before):
        known = reader.read(first, valid.RUN_ID)
    told = alone.run_id if isinstance(alone, Run) else None
    after = outcome(partial(reader.read, run_id=valid.RUN_ID if told is None else told), body)
    if isinstance(alone, Run):
        assert after == alone
        assert board(alone, board(known)) == board(alone)
    else:
        assert isinstance(after, Problem)
        assert (after.kind, str(after)) == (alone.kind, str(alone))


# --- lists and projects


@numbers(LISTS)
def test_a_list_of_runs(numbers: range) -> None:
    check_each("list", numbers, partial(mutant, answers=valid.LISTS), check_list)


def check_list(body: bytes, number: int) -> None:
    page = outcome(read_run_page, body)
    if isinstance(page, Problem):
        return
    assert len({item.run_id for item in page.items}) == len(page.items)
    for item in page.items:
        check_progress(item)
        check_verdict(item, run_verdict(item))
        if number % PAINTED == 0:
            check_painted_run(item, number // PAINTED)


@numbers(PROJECTS)
def test_projects(numbers: range) -> None:
    check_each("projects", numbers, some_project, check_projects)


def some_project(rng: Random) -> bytes:
    return mutant(rng, rng.choice((valid.PROJECTS, valid.ONE_PROJECT)))


def check_projects(body: bytes, number: int) -> None:
    page, one = outcome(read_project_page, body), outcome(read_project, body)
    known = [] if isinstance(page, Problem) else [*page.items]
    for project in known if isinstance(one, Problem) else [*known, one]:
        check_painted_project(project, number)


# --- an instance


@numbers(INSTANCES)
def test_an_instance(numbers: range) -> None:
    check_each("instance", numbers, partial(mutant, answers=valid.INSTANCES), check_instance)


def check_instance(body: bytes, number: int) -> None:
    instance = outcome(partial(read_instance, instance_id=valid.INSTANCE_ID), body)
    if isinstance(instance, Problem) or number % PAINTED:
        return
    run = RUNS_KNOWN[number // PAINTED % len(RUNS_KNOWN)]
    check_painted_instance(instance, run.specs[0], run, number // PAINTED)


RUNS_KNOWN = tuple(map(decode_run, valid.RUNS))


# --- a failure


@numbers(ERRORS)
def test_a_failure(numbers: range) -> None:
    check_each("failure", numbers, partial(mutant, answers=valid.ERRORS), check_failure)


def check_failure(body: bytes, _number: int) -> None:
    said = failure_words(body)
    assert active(said) == ""
    assert width(said) <= 300
    assert isinstance(denies(body), bool)
    for read in (decode_run, read_run_page, read_project):
        outcome(read, body)
