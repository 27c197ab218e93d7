"""Silence, and when it is called stuck."""

from datetime import timedelta

from msgspec import structs

from currents_tui.core.board import board
from currents_tui.core.history import History, PastRun, past_run
from currents_tui.core.model import Run, Timeout
from currents_tui.core.stall import signs, stalls, time_limit
from tests.builders import NOW, ago, passed, run, running, spec

DONE = [passed(f"done-{n}", took=60) for n in range(3)]


def test_a_spec_is_stuck_after_three_medians_without_a_sign() -> None:
    made = board(run(*DONE, running("slow", for_=181), running("fine", for_=179)))
    found = stalls(made, {}, NOW)
    assert [(s.row.spec.spec, s.silent, s.median, s.seen) for s in found] == [("slow", 181, 60, False)]


def test_a_result_that_was_seen_ends_the_silence() -> None:
    before = board(run(*DONE, running("slow", for_=400, passes=1)))
    seen = signs(None, before, NOW)
    assert len(stalls(before, seen, NOW)) == 1
    after = board(run(*DONE, running("slow", for_=400, passes=2)))
    seen = signs(seen, after, NOW + timedelta(seconds=5))
    assert stalls(after, seen, NOW + timedelta(seconds=5)) == ()
    later = NOW + timedelta(seconds=5 + 200)
    (stall,) = stalls(after, seen, later)
    assert (stall.silent, stall.seen) == (200, True)


def test_what_was_seen_to_begin_is_not_stuck_where_our_clock_is_ahead() -> None:
    ahead = NOW + timedelta(minutes=10)
    seen = signs(None, board(run(*DONE)), ahead)
    begun = board(run(*DONE, running("new", for_=2), running("reports", for_=2, passes=1)))
    seen = signs(seen, begun, ahead)
    assert stalls(begun, seen, ahead + timedelta(seconds=180)) == ()
    seen = signs(seen, begun, ahead + timedelta(seconds=5))
    found = stalls(begun, seen, ahead + timedelta(seconds=181))
    assert {(s.row.spec.spec, s.silent, s.seen) for s in found} == {
        ("new", 181, False),
        ("reports", 181, True),
    }


def test_when_something_began_that_ran_at_the_first_look_the_answer_tells() -> None:
    made = board(run(*DONE, running("slow", for_=181)))
    assert [s.silent for s in stalls(made, signs(None, made, NOW), NOW)] == [181]


def test_short_specs_are_given_a_minute() -> None:
    quick = [passed(f"done-{n}", took=2) for n in range(3)]
    assert stalls(board(run(*quick, running("a", for_=59))), {}, NOW) == ()
    assert len(stalls(board(run(*quick, running("a", for_=61))), {}, NOW)) == 1


def test_without_a_median_nothing_is_called_stuck() -> None:
    assert stalls(board(run(running("a", for_=9999))), {}, NOW) == ()


def test_the_longest_silence_comes_first() -> None:
    made = board(run(*DONE, running("a", for_=300), running("b", for_=900), running("c", for_=600)))
    assert [s.row.spec.spec for s in stalls(made, {}, NOW)] == ["b", "c", "a"]


# --- against earlier runs


def past(number: int, took: float, *, name: str = "slow") -> PastRun:
    made = run(passed(name, took=took), state="COMPLETE", run_id=f"{number:016x}", created=9000 - number)
    return past_run(made)


def called(made: Run, history: History | None) -> list[tuple[str, float]]:
    return [(stall.of, stall.median) for stall in stalls(board(made), {}, NOW, run=made, history=history)]


def test_a_spec_that_is_known_to_take_long_is_given_its_time() -> None:
    made = run(*DONE, running("slow", for_=900))
    assert called(made, None) == [("specs of chromium", 60)]
    assert called(made, History(runs=(past(1, 600), past(2, 620)))) == []
    late = run(*DONE, running("slow", for_=1900))
    assert called(late, History(runs=(past(1, 600), past(2, 620)))) == [("this spec in 2 runs", 610)]


def test_a_spec_that_is_known_to_be_quick_is_called_earlier() -> None:
    made = run(*DONE, running("slow", for_=100))
    assert called(made, None) == []
    assert called(made, History(runs=(past(1, 10), past(2, 11), past(3, 12)))) == [
        ("this spec in 3 runs", 11)
    ]


def test_a_single_earlier_run_can_have_been_an_odd_one() -> None:
    made = run(*DONE, running("slow", for_=100))
    assert called(made, History(runs=(past(1, 10),))) == []
    long = run(*DONE, running("slow", for_=900))
    assert called(long, History(runs=(past(1, 600),))) == [], "but more time is given all the same"
    assert called(made, History(runs=(past(1, 10, name="another"),))) == []


def test_earlier_runs_stand_in_before_the_group_has_a_median() -> None:
    made = run(running("slow", for_=100))
    assert called(made, History(runs=(past(1, 10),))) == [("this spec in 1 run", 10)]


def test_it_is_said_whose_median_it_is() -> None:
    (of_group,) = stalls(board(run(*DONE, running("slow", for_=200))), {}, NOW)
    assert of_group.usual == "specs of chromium take 1:00"
    assert of_group.since == ago(200)
    made = run(*DONE, running("slow", for_=900))
    (own,) = stalls(board(made), {}, NOW, run=made, history=History(runs=(past(1, 70), past(2, 80))))
    assert own.usual == "this spec in 2 runs took 1:15"


# --- the limit


def test_the_limit_is_that_of_the_spec_the_run_the_project_or_as_set() -> None:
    of_project = History(inactivity_limit=1200.0)
    plain_run = run(running("a"))
    row = board(plain_run).running[0]
    assert time_limit(plain_run, row) is None, "never an invented one"
    assert time_limit(plain_run, row, None, 900.0) == 900
    assert time_limit(plain_run, row, of_project, 900.0) == 1200
    limited = structs.replace(plain_run, timeout=Timeout(timeout_value_ms=1_800_000))
    assert time_limit(limited, row, of_project, 900.0) == 1800
    own = structs.replace(row, spec=structs.replace(row.spec, inactivity_timeout_ms=60_000))
    assert time_limit(limited, own, of_project, 900.0) == 60


def test_where_the_service_is_impatient_so_is_the_floor() -> None:
    quick = [passed(f"done-{n}", took=2) for n in range(3)]
    made = structs.replace(run(*quick, running("a", for_=20)), timeout=Timeout(timeout_value_ms=180_000))
    (stall,) = stalls(board(made), {}, NOW, run=made)
    assert stall.silent == 20


# --- batches


def test_what_waits_in_a_batch_is_not_stuck() -> None:
    batch = [spec(f"batch-{n}", claimed=400, results=False, machine="machine-2") for n in range(3)]
    (first,) = stalls(board(run(*DONE, *batch)), {}, NOW)
    assert first.row.spec.spec == "batch-0"


def test_the_last_of_a_batch_is_silent_since_the_one_before_it_was_done() -> None:
    batch = [
        spec("batch-0", claimed=400, completed=30, took=370),
        spec("batch-1", claimed=400, results=False),
    ]
    made = board(run(*DONE, *batch))
    assert [(row.spec.spec, row.since) for row in made.running] == [("batch-1", ago(10))]
    assert stalls(made, {}, NOW) == ()
