"""In which order specs are handed out."""

import random
from math import exp

import pytest
from hypothesis import given
from hypothesis import strategies as st

from currents_tui.core.queue_order import Order, correlation, order_of, trend_of


@given(st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=40, unique=True))
def test_correlation_is_of_ranks(values: list[float]) -> None:
    assert correlation(sorted(values)) == pytest.approx(1)
    assert correlation(sorted(values, reverse=True)) == pytest.approx(-1)
    assert -1.0000001 <= correlation(values) <= 1.0000001


def test_equal_values_do_not_rise() -> None:
    assert correlation([5.0] * 9) == 0
    assert correlation([1.0]) == 0


def test_orders() -> None:
    listed = [float(n) for n in range(12)]
    shuffled = random.Random(1).sample(listed, 12)
    assert order_of(listed, [None] * 12) is Order.LISTED
    assert order_of(shuffled, [None] * 12) is Order.ANY
    assert order_of(shuffled, [100.0 - n for n in range(12)]) is Order.LONGEST_FIRST
    assert order_of(listed[:5], [None] * 5) is Order.ANY, "five say nothing"


def test_a_trend_goes_on() -> None:
    took: list[float | None] = [100 * exp(-0.1 * n) for n in range(20)]
    made = trend_of([*took, None], 21)
    assert made is not None
    assert made.at(19) == pytest.approx(100 * exp(-1.9), rel=0.01)
    assert made.at(25) == pytest.approx(100 * exp(-2.5), rel=0.01)
    assert made.at(500) > 0.5, "not for ever"
    later = trend_of([*took[8:], None], 21)
    assert later is not None
    assert later.at(25) == pytest.approx(made.at(25)), "the latest of them will do"


def test_no_trend() -> None:
    rng = random.Random(2)
    assert trend_of([rng.uniform(10, 100) for _ in range(30)], 30) is None
    assert trend_of([float(n) for n in range(10, 30)], 20) is None, "rising is none"
    assert trend_of([], 0) is None
