"""Filter and order."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from currents_tui.core.board import SpecRow, board
from currents_tui.core.selection import Sort, matching, ordered, parse_filter
from tests.builders import failed, passed, run, running, waiting

ROWS = board(
    run(
        passed("cart/add.spec.ts", took=5),
        waiting("zoo.spec.ts", group="webkit"),
        running("orders/new.spec.ts", for_=20, machine="b"),
        running("orders/old.spec.ts", for_=90, machine="a"),
        passed("cart/flaky.spec.ts", flaky=1, group="mobile chrome"),
        failed("checkout/pay.spec.ts", group="webkit"),
    )
).rows


def names(rows: list[SpecRow]) -> list[str]:
    return [(row.spec.spec or "").split("/")[-1].removesuffix(".spec.ts") for row in rows]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("", ["add", "zoo", "new", "old", "flaky", "pay"]),
        ("cart", ["add", "flaky"]),
        ("CART !flaky", ["add"]),
        ("st:fail", ["pay"]),
        ("st:f", ["flaky", "pay"]),
        ("!st:pass g:webkit", ["zoo", "pay"]),
        ("m:b", ["new"]),
        ("m:machine", ["add", "flaky", "pay"]),
        ('g:"mobile chrome"', ["flaky"]),
        ('g:"mobile chr', ["flaky"]),
        ("st:stuck", ["new"]),
        ("no such thing", []),
        ("!", ["add", "zoo", "new", "old", "flaky", "pay"]),
        ("x:y", []),
    ],
)
def test_filters(typed: str, expected: list[str]) -> None:
    stuck = {ROWS[2].key}
    found = names(matching(ROWS, parse_filter(typed), stuck))
    assert found == expected


@given(st.text())
def test_nothing_that_is_typed_is_an_error(typed: str) -> None:
    assert len(matching(ROWS, parse_filter(typed), set())) <= len(ROWS)


def test_attention_brings_what_needs_it_to_the_top() -> None:
    assert names(ordered(ROWS, Sort.ATTENTION)) == ["pay", "flaky", "old", "new", "zoo", "add"]
    assert names(ordered(ROWS, Sort.ATTENTION, stuck={ROWS[2].key}))[0] == "new"


def test_a_running_spec_with_a_failure_follows_the_failed_ones() -> None:
    rows = board(run(passed("a", flaky=1), running("b", failures=1), failed("c"))).rows
    assert names(ordered(rows, Sort.ATTENTION)) == ["c", "b", "a"]


@pytest.mark.parametrize("sort", list(Sort))
def test_every_sort_keeps_every_row_and_turns_round(sort: Sort) -> None:
    there, back = ordered(ROWS, sort), ordered(ROWS, sort, backwards=True)
    assert sorted(names(there)) == sorted(names(list(ROWS)))
    assert back == there[::-1]


def test_a_held_order_stays_and_what_is_new_comes_last() -> None:
    keys = [row.key for row in ordered(ROWS, Sort.NAME)]
    held = ordered(ROWS, Sort.ATTENTION, hold=keys[:-1])
    assert [row.key for row in held] == keys
    without = [row for row in ROWS if row.key != keys[1]]
    assert [row.key for row in ordered(without, Sort.ATTENTION, hold=keys)] == [keys[0], *keys[2:]]
