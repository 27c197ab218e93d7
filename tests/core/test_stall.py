"""Silence, and when it is called stuck."""

from datetime import timedelta

from currents_tui.core.board import board
from currents_tui.core.stall import signs, stalls
from tests.builders import NOW, passed, run, running

DONE = [passed(f"done-{n}", took=60) for n in range(3)]


def test_a_spec_is_stuck_after_three_medians_without_a_sign() -> None:
    made = board(run(*DONE, running("slow", for_=181), running("fine", for_=179)))
    found = stalls(made, {}, NOW)
    assert [(s.row.spec.spec, s.silent, s.median, s.seen) for s in found] == [("slow", 181, 60, False)]


def test_a_result_that_was_seen_ends_the_silence() -> None:
    before = board(run(*DONE, running("slow", for_=400, passes=1)))
    seen = signs({}, before, NOW)
    assert len(stalls(before, seen, NOW)) == 1
    after = board(run(*DONE, running("slow", for_=400, passes=2)))
    seen = signs(seen, after, NOW + timedelta(seconds=5))
    assert stalls(after, seen, NOW + timedelta(seconds=5)) == ()
    later = NOW + timedelta(seconds=5 + 200)
    (stall,) = stalls(after, seen, later)
    assert (stall.silent, stall.seen) == (200, True)


def test_short_specs_are_given_a_minute() -> None:
    quick = [passed(f"done-{n}", took=2) for n in range(3)]
    assert stalls(board(run(*quick, running("a", for_=59))), {}, NOW) == ()
    assert len(stalls(board(run(*quick, running("a", for_=61))), {}, NOW)) == 1


def test_without_a_median_nothing_is_called_stuck() -> None:
    assert stalls(board(run(running("a", for_=9999))), {}, NOW) == ()


def test_the_longest_silence_comes_first() -> None:
    made = board(run(*DONE, running("a", for_=300), running("b", for_=900), running("c", for_=600)))
    assert [s.row.spec.spec for s in stalls(made, {}, NOW)] == ["b", "c", "a"]
