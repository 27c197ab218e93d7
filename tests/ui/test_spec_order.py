"""The order of the specs: kept while somebody acts on one, and worked out when something can change it."""

from currents_tui.core.board import board
from currents_tui.core.selection import Sort
from currents_tui.ui.spec_order import SpecOrder
from tests.builders import failed, run, running, waiting

BEFORE = board(run(running("a"), running("b"), waiting("c")))
AFTER = board(run(running("a"), failed("b"), waiting("c")), BEFORE)
NONE: frozenset[str] = frozenset()


def names(keys: tuple[str, ...]) -> str:
    return "".join(key[-1] for key in keys)


def test_what_failed_goes_to_the_top() -> None:
    order = SpecOrder()
    assert names(order.keys(BEFORE, NONE, hold=False)) == "abc"
    assert names(order.keys(AFTER, NONE, hold=False)) == "bac"


def test_held_rows_keep_their_places_until_nothing_holds_them() -> None:
    order = SpecOrder()
    order.keys(BEFORE, NONE, hold=False)
    assert names(order.keys(AFTER, NONE, hold=True)) == "abc"
    assert names(order.keys(AFTER, NONE, hold=True)) == "abc"
    assert names(order.keys(AFTER, NONE, hold=False)) == "bac"


def test_while_nothing_changes_the_very_same_keys_are_told_held_or_not() -> None:
    order = SpecOrder()
    first = order.keys(BEFORE, NONE, hold=False)
    assert all(order.keys(BEFORE, NONE, hold=hold) is first for hold in (False, True, False))


def test_a_spec_that_is_found_stuck_moves_without_an_answer() -> None:
    order = SpecOrder()
    order.keys(BEFORE, NONE, hold=False)
    assert names(order.keys(BEFORE, frozenset({BEFORE.rows[1].key}), hold=False)) == "bac"


def test_another_filter_or_sorting_is_shown_at_once_held_or_not() -> None:
    order = SpecOrder()
    order.keys(BEFORE, NONE, hold=False)
    order.filter = "!a"
    assert names(order.keys(BEFORE, NONE, hold=True)) == "bc"
    order.filter, order.sort, order.backwards = "", Sort.NAME, True
    assert names(order.keys(BEFORE, NONE, hold=True)) == "cba"
