"""The table says what was measured, what the budget is and whether it holds."""

import pytest

from tests.bench.figure import PEERS, Figure, Report, over
from tests.bench.table import as_json, budget, from_json, markdown, number, plain, told

QUIET = Figure(
    kind="polls", what="a poll", value=349.4, unit="B", most=1024, beside={"gh run watch": 1989.0}, how="of 5"
)
SLOW = Figure(kind="start", what="start", value=1.5, unit="x", most=1.3, why="Two processes start.")
SHOWN = Figure(kind="growth", what="a key", value=12.34, unit="ms")
FAST = Figure(kind="holding", what="frames", value=54.2, unit="/s", most=54, least=True)
REPORT = Report(
    machine="Example CPU, 2 cores",
    date="2026-03-01",
    figures=(QUIET, SLOW, SHOWN, FAST),
    absent=("watch, curl, jq (no jq)",),
)


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (19_538.0, "B", "19,538 B"),
        (3.3, "B/s", "3.30 B/s"),
        (101.2, "B/s", "101 B/s"),
        (1.234, "x", "1.23 x"),
        (12.34, "ms", "12.3 ms"),
        (1128.4, "ms", "1,128 ms"),
        (0.0, "", "0"),
    ],
)
def test_a_figure_is_no_more_exact_than_it_is(value: float, unit: str, text: str) -> None:
    assert number(value, unit) == text


@pytest.mark.parametrize(
    ("figure", "room", "holds"),
    [(QUIET, 1.0, True), (SLOW, 1.0, False), (SLOW, 2.0, True), (SHOWN, 1.0, True), (FAST, 1.0, True)],
)
def test_a_budget_holds_with_the_room_that_is_given(figure: Figure, room: float, holds: bool) -> None:
    assert figure.holds(room) is holds
    assert (figure in over(REPORT.figures, room)) is not holds


def test_what_has_to_be_reached_is_missed_from_below() -> None:
    slower = Figure(kind="holding", what="frames", value=40.0, unit="/s", most=54, least=True)
    assert not slower.holds()
    assert slower.holds(room=2.0)
    assert (budget(slower), budget(FAST), budget(SHOWN)) == ("≥ 54 **over**", "≥ 54", "")


def test_the_readme_shows_what_others_have_a_figure_for_and_what_is_over() -> None:
    text = told(REPORT)
    assert "| a poll | 349 B | 1024 | 1,989 B |" in text
    assert "| start | 1.50 x | 1.3 **over** |  |" in text
    assert "a key" not in text and "frames" not in text
    assert "Measured on Example CPU, 2 cores, 2026-03-01; 1 more budgets hold." in text
    assert "not measured: watch, curl, jq (no jq)." in text
    assert "Over: start. Two processes start." in text


def test_every_row_of_the_table_has_all_columns() -> None:
    lines = markdown(REPORT.figures).splitlines()
    assert {line.count("|") for line in lines} == {5}


def test_people_see_how_each_figure_was_taken() -> None:
    lines = plain(REPORT).splitlines()
    poll = next(line for line in lines if line.startswith("a poll"))
    assert poll.endswith("of 5")
    assert "not installed, not measured: watch, curl, jq (no jq)" in lines
    assert "over: start. Two processes start." in lines


def test_json_is_the_whole_report() -> None:
    assert from_json(as_json(REPORT)) == REPORT
    assert set(QUIET.beside) <= set(PEERS)
