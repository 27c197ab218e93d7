"""How long to wait: every reason for it, and what happens where several meet."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from currents_tui.core.problem import Kind
from currents_tui.watch.pace import (
    BACK_OFF_CAP,
    GONE_AFTER,
    MIN_INTERVAL,
    OVER_LOOKS_FOR,
    RETRY_AFTER_CAP,
    SLOW,
    UNCHANGED_ANSWERS,
    UNFOCUSED,
    Failure,
    Pace,
    Situation,
    pace,
)


def failure(kind: Kind, times: int = 1, *, jitter: float = 1.0, retry_after: float | None = None) -> Failure:
    return Failure(kind=kind, in_a_row=times, of_its_kind=times, jitter=jitter, retry_after=retry_after)


@pytest.mark.parametrize(
    ("situation", "expected"),
    [
        (Situation(interval=5), Pace(5, "")),
        (Situation(interval=0.1), Pace(MIN_INTERVAL, "")),
        (Situation(interval=-3), Pace(MIN_INTERVAL, "")),
        (Situation(interval=120), Pace(120, "")),
        (Situation(interval=5, unchanged=UNCHANGED_ANSWERS - 1), Pace(5, "")),
        (Situation(interval=5, unchanged=UNCHANGED_ANSWERS), Pace(SLOW, "unchanged")),
        (Situation(interval=60, unchanged=UNCHANGED_ANSWERS), Pace(60, "")),
        (Situation(interval=5, focused=False), Pace(UNFOCUSED, "unfocused")),
        (Situation(interval=60, focused=False), Pace(60, "")),
        (Situation(interval=5, background=SLOW), Pace(SLOW, "background")),
        (Situation(interval=5, background=SLOW, focused=False), Pace(UNFOCUSED, "unfocused")),
        (Situation(interval=5, slowed=True), Pace(SLOW, "rate limited")),
        (Situation(interval=15, slowed=True), Pace(30, "rate limited")),
        (Situation(interval=120, slowed=True), Pace(120, "")),
        (Situation(interval=5, took=8), Pace(8, "slow server")),
        (Situation(interval=5, took=500), Pace(BACK_OFF_CAP, "slow server")),
        (Situation(interval=5, took=2), Pace(5, "")),
        (Situation(interval=5, over_for=0), Pace(SLOW, "over")),
        (Situation(interval=5, over_for=OVER_LOOKS_FOR - 1, unchanged=99), Pace(SLOW, "over")),
        (Situation(interval=5, over_for=OVER_LOOKS_FOR), Pace(None, "over")),
        (Situation(interval=60, over_for=0), Pace(60, "")),
        (Situation(interval=5, paused=True), Pace(None, "paused")),
        (Situation(interval=5, paused=True, failure=failure(Kind.KEY_REFUSED)), Pace(None, "paused")),
    ],
)
def test_the_slowest_reason_decides(situation: Situation, expected: Pace) -> None:
    assert pace(situation) == expected


@pytest.mark.parametrize(
    ("failed", "expected"),
    [
        (failure(Kind.OFFLINE, 1), Pace(5, "backing off")),
        (failure(Kind.TIMEOUT, 2), Pace(10, "backing off")),
        (failure(Kind.SERVER, 3), Pace(20, "backing off")),
        (failure(Kind.RATE_LIMITED, 4), Pace(40, "backing off")),
        (failure(Kind.BAD_ANSWER, 5), Pace(BACK_OFF_CAP, "backing off")),
        (failure(Kind.TOO_LARGE, 10_000), Pace(BACK_OFF_CAP, "backing off")),
        (failure(Kind.REFUSED, 3, jitter=0.5), Pace(10, "backing off")),
        (failure(Kind.SERVER, 3, jitter=0.0), Pace(MIN_INTERVAL, "backing off")),
        (failure(Kind.RATE_LIMITED, retry_after=42), Pace(42, "retry-after")),
        (failure(Kind.SERVER, retry_after=42), Pace(42, "retry-after")),
        (failure(Kind.SERVER, retry_after=2), Pace(5, "retry-after")),
        (failure(Kind.SERVER, retry_after=9999), Pace(RETRY_AFTER_CAP, "retry-after")),
        (failure(Kind.SERVER, retry_after=0, jitter=0.4), Pace(2, "backing off")),
        (failure(Kind.FORBIDDEN), Pace(SLOW, "backing off")),
        (failure(Kind.FORBIDDEN, 1000), Pace(SLOW, "backing off")),
        (failure(Kind.NOT_FOUND, GONE_AFTER - 1), Pace(SLOW, "backing off")),
        (failure(Kind.NOT_FOUND, GONE_AFTER), Pace(None, "stopped")),
        (failure(Kind.KEY_REFUSED), Pace(None, "stopped")),
        (failure(Kind.BAD_KEY), Pace(None, "stopped")),
        (failure(Kind.BAD_SETTING), Pace(None, "stopped")),
    ],
)
def test_each_failure_has_its_pause(failed: Failure, expected: Pace) -> None:
    assert pace(Situation(interval=5, failure=failed)) == expected


def test_a_failure_while_nobody_looks_waits_for_both() -> None:
    failed = failure(Kind.SERVER, jitter=0.1)
    assert pace(Situation(interval=5, failure=failed, focused=False)) == Pace(UNFOCUSED, "unfocused")
    assert pace(Situation(interval=5, failure=failed, background=SLOW)) == Pace(SLOW, "background")


def test_a_failure_of_a_run_that_is_over_is_still_retried() -> None:
    failed = failure(Kind.SERVER)
    assert pace(Situation(interval=5, failure=failed, over_for=500)) == Pace(5, "backing off")


failures = st.builds(
    Failure,
    kind=st.sampled_from(Kind),
    in_a_row=st.integers(min_value=1, max_value=10**9),
    of_its_kind=st.integers(min_value=1, max_value=2 * GONE_AFTER)
    | st.integers(min_value=1, max_value=10**9),
    retry_after=st.none() | st.floats(min_value=0, max_value=1e9),
    jitter=st.floats(min_value=0, max_value=1),
)
situations = st.builds(
    Situation,
    interval=st.floats(min_value=0, max_value=3600),
    took=st.floats(min_value=0, max_value=1e6),
    unchanged=st.integers(min_value=0),
    over_for=st.none()
    | st.floats(min_value=0, max_value=2 * OVER_LOOKS_FOR)
    | st.floats(min_value=0, max_value=1e9),
    failure=st.none() | failures,
    paused=st.booleans(),
    focused=st.booleans(),
    background=st.floats(min_value=0, max_value=60),
    slowed=st.booleans(),
)


def may_ask_no_more(now: Situation) -> bool:
    """Whether a person has to do something first, or nothing more can come."""
    if now.paused:
        return True
    if now.failure is None:
        return now.over_for is not None and now.over_for >= OVER_LOOKS_FOR
    is_gone = now.failure.kind is Kind.NOT_FOUND and now.failure.of_its_kind >= GONE_AFTER
    return is_gone or now.failure.kind in (Kind.KEY_REFUSED, Kind.BAD_KEY, Kind.BAD_SETTING)


@settings(max_examples=1000)  # a hundred leave whole kinds of failure out
@given(situations)
def test_no_pause_is_too_short_or_without_end(situation: Situation) -> None:
    told = pace(situation)
    assert (told.seconds is None) == may_ask_no_more(situation)
    if told.seconds is not None:
        assert MIN_INTERVAL <= told.seconds <= max(RETRY_AFTER_CAP, situation.interval)
        if situation.failure is None:
            assert told.seconds >= situation.interval


@settings(max_examples=1000)  # a hundred leave whole kinds of failure out
@given(situations)
def test_fresh_data_within_a_minute_of_the_server_s_return(situation: Situation) -> None:
    """Unless the server asked for longer, the person did, or has to do something first."""
    told = pace(situation)
    asked_to_wait = situation.failure is not None and situation.failure.retry_after
    if not may_ask_no_more(situation) and not asked_to_wait:
        assert told.seconds is not None
        assert told.seconds <= max(BACK_OFF_CAP, situation.interval)
