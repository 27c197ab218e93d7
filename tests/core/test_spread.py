"""How durations are spread."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from currents_tui.core.spread import factors, log_deviation, normal, spread_of

seconds = st.floats(0.1, 10_000)


@given(st.lists(seconds, min_size=1, max_size=60), st.lists(seconds, max_size=20))
def test_quantiles_rise_and_shares_are_their_inverse(ended: list[float], going: list[float]) -> None:
    made = spread_of(ended, going)
    assert made is not None
    shares = [n / 50 for n in range(51)]
    found = [made.at(share) for share in shares]
    assert found == sorted(found)
    assert found[0] <= made.mean <= found[-1]
    for one in found:
        assert made.at(made.below(one)) == pytest.approx(one)


@given(st.lists(seconds, min_size=1, max_size=30), st.floats(0, 20_000))
def test_what_is_left_is_never_negative_and_rises(ended: list[float], so_far: float) -> None:
    made = spread_of(ended)
    assert made is not None
    rests = [made.rest(so_far, share) for share in (0.05, 0.5, 0.95)]
    assert rests == sorted(rests)
    assert rests[0] >= 0


def test_those_that_go_on_count_as_longer() -> None:
    ended = [10.0, 20.0, 30.0, 40.0]
    alone, others = spread_of(ended), spread_of(ended, [35.0, 35.0, 35.0])
    assert alone is not None
    assert others is not None
    assert others.mean > alone.mean
    # One that has just begun says nothing.
    begun = spread_of(ended, [1.0])
    assert begun is not None
    assert begun.points == alone.points


def test_nothing_has_ended() -> None:
    assert spread_of([]) is None
    assert spread_of([], [5.0]) is None


def test_the_mean_is_that_of_what_ended() -> None:
    made = spread_of([float(n) for n in range(1, 101)])
    assert made is not None
    assert made.mean == pytest.approx(50.5, rel=0.02)
    assert made.deviation == pytest.approx(28.9, rel=0.05)


def test_few_factors_are_filled_up_with_doubt() -> None:
    none, two = factors([], (), 0.25), factors([2.0, 2.0], (), 0.25)
    assert none.at(0.5) == pytest.approx(1.0, rel=0.05)
    assert two.at(0.5) == pytest.approx(2.0, rel=0.05)
    assert factors([2.0] * 20, (), 0.25).deviation < two.deviation < none.deviation * 2


def test_log_deviation_knows_no_unit() -> None:
    assert log_deviation([1.0, 2.0, 4.0]) == pytest.approx(log_deviation([10.0, 20.0, 40.0]))
    assert log_deviation([3.0, 3.0]) == 0


def test_normal_numbers_are_symmetric() -> None:
    numbers = normal(16)
    assert sum(numbers) == pytest.approx(0)
    assert list(numbers) == sorted(numbers)
