"""The order of the specs: kept while somebody acts on one, and worked out when something can change it."""

from currents_tui.core.board import board
from currents_tui.core.selection import Sort
from currents_tui.ui.spec_order import HELD_AT_MOST, SpecOrder
from tests.builders import NOW, failed, run, running, waiting

BEFORE = board(run(running("a"), running("b"), waiting("c")))
AFTER = board(run(running("a"), failed("b"), waiting("c")), BEFORE)
NONE: frozenset[str] = frozenset()


def names(keys: tuple[str, ...]) -> str:
    return "".join(key[-1] for key in keys)


def test_what_failed_goes_to_the_top() -> None:
    order = SpecOrder()
    assert names(order.keys(BEFORE, NONE, NOW, hold=False)) == "abc"
    assert names(order.keys(AFTER, NONE, NOW, hold=False)) == "bac"


def test_held_rows_keep_their_places_until_nothing_holds_them() -> None:
    order = SpecOrder()
    order.keys(BEFORE, NONE, NOW, hold=False)
    assert names(order.keys(AFTER, NONE, NOW, hold=True)) == "abc"
    assert names(order.keys(AFTER, NONE, NOW, hold=True)) == "abc"
    assert names(order.keys(AFTER, NONE, NOW, hold=False)) == "bac"


def test_rows_that_are_held_say_so_as_long_as_they_are_not_where_they_belong() -> None:
    order = SpecOrder()
    order.keys(BEFORE, NONE, NOW, hold=True)
    order.keys(BEFORE, NONE, NOW, hold=True)
    assert order.note() == "sort: attention  filter: none"
    order.keys(AFTER, NONE, NOW, hold=True)
    assert order.note() == "sort: attention (held)  filter: none"
    order.keys(AFTER, NONE, NOW, hold=False)
    assert order.note() == "sort: attention  filter: none"


def test_however_long_somebody_is_at_the_keys_rows_come_to_their_places() -> None:
    order = SpecOrder()
    order.keys(BEFORE, NONE, NOW, hold=False)
    for late, shown in ((0, "abc"), (9, "abc"), (10, "bac"), (11, "bac")):
        now = NOW + late / 10 * HELD_AT_MOST
        assert names(order.keys(AFTER, NONE, now, hold=True)) == shown
    again = NOW + 2 * HELD_AT_MOST
    assert names(order.keys(BEFORE, NONE, again, hold=True)) == "bac", "and are held anew from then on"


def test_while_nothing_changes_the_very_same_keys_are_told_held_or_not() -> None:
    order = SpecOrder()
    first = order.keys(BEFORE, NONE, NOW, hold=False)
    assert all(order.keys(BEFORE, NONE, NOW, hold=hold) is first for hold in (False, True, False))


def test_a_spec_that_is_found_stuck_moves_without_an_answer() -> None:
    order = SpecOrder()
    order.keys(BEFORE, NONE, NOW, hold=False)
    assert names(order.keys(BEFORE, frozenset({BEFORE.rows[1].key}), NOW, hold=False)) == "bac"


def test_another_filter_or_sorting_is_shown_at_once_held_or_not() -> None:
    order = SpecOrder()
    order.keys(BEFORE, NONE, NOW, hold=False)
    order.filter = "!a"
    assert names(order.keys(BEFORE, NONE, NOW, hold=True)) == "bc"
    order.filter, order.sort, order.backwards = "", Sort.NAME, True
    assert names(order.keys(BEFORE, NONE, NOW, hold=True)) == "cba"
