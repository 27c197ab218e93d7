"""Filter and order."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from currents_tui.core.board import Board, SpecRow, board
from currents_tui.core.selection import (
    FEW,
    Selection,
    Sort,
    group_filter,
    matches,
    parse_filter,
    refusal,
    select,
)
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


def ordered(
    rows: Sequence[SpecRow],
    sort: Sort,
    *,
    backwards: bool = False,
    stuck: frozenset[str] = frozenset(),
    hold: Sequence[str] = (),
) -> list[SpecRow]:
    by_key = {row.key: row for row in rows}
    return [by_key[key] for key in select(rows, sort, (), stuck).keys(backwards=backwards, hold=hold)]


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
        ('g:"mobile"', []),
        ("g:mobile", ["flaky"]),
        ('g:""', []),
        ('g:"', ["add", "zoo", "new", "old", "flaky", "pay"]),
        ("st:stuck", ["new"]),
        ("no such thing", []),
        ("!", ["add", "zoo", "new", "old", "flaky", "pay"]),
        ("x:y", []),
    ],
)
def test_filters(typed: str, expected: list[str]) -> None:
    stuck = {ROWS[2].key}
    terms = parse_filter(typed)
    assert names([row for row in ROWS if matches(row, terms, stuck)]) == expected


@pytest.mark.parametrize("name", ["e2e", "e2e-mobile", "E2E", "", "mobile chrome", "!no", "a:b", 'a "b"'])
def test_the_filter_of_a_group_finds_that_group(name: str) -> None:
    groups = dict.fromkeys(("e2e", "e2e-mobile", "other", "", name))
    rows = board(run(*(waiting(group=group) for group in groups), groups=())).rows
    terms = parse_filter(group_filter(name))
    found = {row.spec.group_id for row in rows if matches(row, terms, frozenset())}
    assert found == {group for group in groups if group.lower() == name.lower()}


@pytest.mark.parametrize("typed", ["canceled", "cancelled", "cancell", "canc"])
def test_a_canceled_spec_is_found_in_either_spelling(typed: str) -> None:
    rows = board(run(running(), state="CANCELED", groups=())).rows
    assert [row for row in rows if matches(row, parse_filter(f"st:{typed}"), ())] == list(rows)


@given(st.text())
def test_nothing_that_is_typed_is_an_error(typed: str) -> None:
    assert len(select(ROWS, Sort.NAME, parse_filter(typed)).keys()) <= len(ROWS)


def test_attention_brings_what_needs_it_to_the_top() -> None:
    assert names(ordered(ROWS, Sort.ATTENTION)) == ["pay", "flaky", "old", "new", "zoo", "add"]
    assert names(ordered(ROWS, Sort.ATTENTION, stuck=frozenset({ROWS[2].key})))[0] == "new"


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


WORDS = ["", "st:run", "st:stuck", "!st:wait g:web", "b"]
TOLD = {
    make: tuple(make(name, group=group) for name in "cab" for group in ("web", "win"))
    for make in (waiting, running, failed)
}


@given(st.data(), st.sampled_from(list(Sort)), st.sampled_from(WORDS), st.booleans())
def test_a_selection_brought_up_to_date_is_the_one_made_anew(
    data: st.DataObject, sort: Sort, typed: str, backwards: bool
) -> None:
    known: Board | None = None
    before: Selection | None = None
    hold: tuple[str, ...] = ()
    for _ in range(4):
        states = data.draw(st.lists(st.sampled_from(list(TOLD)), min_size=5, max_size=6))
        known = board(run(*(TOLD[state][place] for place, state in enumerate(states))), known)
        keys = [row.key for row in known.rows]
        stuck = frozenset(data.draw(st.sets(st.sampled_from(keys), max_size=2)))
        before = select(known.rows, sort, parse_filter(typed), stuck, before)
        assert before == select(known.rows, sort, parse_filter(typed), stuck)
        assert before.found == sorted(before.found)
        assert sorted(before.keys(backwards=backwards, hold=hold)) == sorted(before.keys())
        hold = before.keys(backwards=backwards, hold=hold)


def test_one_row_of_many_is_put_in_its_place() -> None:
    names = [f"{number:03}" for number in range(2 * FEW)]
    told = [waiting(name) for name in names]
    before = board(run(*told))
    told[7] = running(names[7])
    after = board(run(*told), before)
    onward = select(after.rows, Sort.ATTENTION, before=select(before.rows, Sort.ATTENTION))
    assert onward == select(after.rows, Sort.ATTENTION)
    assert onward.keys()[0].endswith("007")


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("st:nonsense", "No spec is “nonsense”: stuck failed flaky run wait pass skip cancel timeout"),
        ("a !st:nonsense", "No spec is “nonsense”:"),
        ("foo:bar", "There is no field foo: st: g: m: tag:"),
        ("pay !Group:web", "There is no field group: st: g: m: tag:"),
    ],
)
def test_what_can_match_nothing_is_refused(typed: str, told: str) -> None:
    assert refusal(typed).startswith(told)


@pytest.mark.parametrize(
    "typed",
    ["", "st:", "st:f", "st:stuk", "st:cancelled", "!st:pass", "g:a:b", "m:w2 tag:x", "C:/a.ts", "c:\\a.ts",
     "a.spec.ts:12", "src/a:b", '"foo:bar"', "foo:"],
)  # fmt: skip
def test_and_nothing_else_is(typed: str) -> None:
    assert refusal(typed) == ""
