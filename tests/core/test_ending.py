"""When watching is over, and why."""

from __future__ import annotations

from datetime import datetime

import pytest
from msgspec import structs

from currents_tui.core.ending import Terms, Why, ending
from currents_tui.core.events import PollFailed
from currents_tui.core.model import Run
from currents_tui.core.problem import Kind
from tests.builders import NOW, ago, failed, passed, run, running, waiting
from tests.core.happening import after, polled, trouble


def why(
    *events: object, terms: Terms | None = None, began: float = 30, moved: datetime | None = None
) -> Why | None:
    end = ending(after(*events).current, terms or Terms(), ago(began), moved, NOW)
    return end.why if end is not None else None


def fails(kind: Kind, *, times: int = 1, at: float = 0) -> list[PollFailed]:
    return [trouble(kind, at=at, attempt=number) for number in range(1, times + 1)]


@pytest.mark.parametrize("state", ["COMPLETE", "CANCELED", "TIMEOUT", "timedOut", "cancelled"])
def test_a_run_that_is_over(state: str) -> None:
    assert why(polled(run(passed(), state=state, status="PASSED"))) is Why.OVER


@pytest.mark.parametrize("answer", [run(running()), run(), run(waiting(), state="SOMETHING", status="NEW")])
def test_a_run_that_goes_on(answer: Run) -> None:
    assert why(polled(answer)) is None


def test_the_first_failure_ends_it_where_that_is_wanted() -> None:
    bad = polled(run(failed(), running(), status="FAILING"))
    assert why(bad) is None
    assert why(bad, terms=Terms(fail_fast=True)) is Why.FAILED
    fine = run(running(), groups=())
    assert why(polled(fine), terms=Terms(fail_fast=True)) is None


def test_after_the_time_that_was_given() -> None:
    going = polled(run(running()))
    assert why(going, terms=Terms(timeout=31)) is None
    assert why(going, terms=Terms(timeout=30)) is Why.TIMEOUT
    # What is over is over, however late.
    assert why(polled(run(state="COMPLETE")), terms=Terms(timeout=30)) is Why.OVER
    assert why(terms=Terms(timeout=30)) is Why.TIMEOUT


@pytest.mark.parametrize(
    ("events", "words"),
    [
        ([polled(run(running()))], "The run is still in progress after 0:30 of watching."),
        ([], "No answer in 0:30 of watching."),
        ([trouble(Kind.OFFLINE)], "No answer in 0:30 of watching. No. Wait."),
        ([trouble(Kind.NOT_FOUND)], "The run was not there after 0:30 of watching. No. Wait."),
    ],
)
def test_of_a_run_that_was_never_seen_nobody_says_that_it_is_in_progress(
    events: list[object], words: str
) -> None:
    end = ending(after(*events).current, Terms(timeout=30, wait_for_start=60), ago(30), None, NOW)
    assert end is not None
    assert (end.why, end.words) == (Why.TIMEOUT, words)


# --- a run that does not begin


def test_a_run_that_is_not_there() -> None:
    gone = fails(Kind.NOT_FOUND)
    assert why(*gone) is Why.GONE
    assert why(*gone, terms=Terms(wait_for_start=31)) is None
    assert why(*gone, terms=Terms(wait_for_start=30)) is Why.GONE


def test_a_run_of_which_nothing_starts() -> None:
    still = polled(run(waiting(), waiting("b.spec.ts")))
    assert why(still) is None
    assert why(still, terms=Terms(wait_for_start=31)) is None
    assert why(still, terms=Terms(wait_for_start=30)) is Why.NOT_STARTED
    assert why(polled(run(waiting(), running())), terms=Terms(wait_for_start=30)) is None


def test_a_run_that_was_there_is_deleted() -> None:
    there = polled(run(running()), at=20)
    # One answer alone may come from a part of the service that does not know it yet.
    assert why(there, *fails(Kind.NOT_FOUND)) is None
    assert why(there, *fails(Kind.NOT_FOUND, times=2)) is Why.GONE
    assert why(polled(structs.replace(run(running()), deleted_at=NOW))) is Why.GONE


def test_a_single_not_found_after_other_failures_is_still_a_single_one() -> None:
    away = fails(Kind.OFFLINE, times=3)
    there = polled(run(running()), at=20)
    assert why(there, *away, trouble(Kind.NOT_FOUND, attempt=4, of_its_kind=1)) is None
    assert why(there, *away, trouble(Kind.NOT_FOUND, attempt=5, of_its_kind=2)) is Why.GONE


# --- no answer


@pytest.mark.parametrize("kind", [Kind.KEY_REFUSED, Kind.FORBIDDEN, Kind.BAD_KEY, Kind.BAD_SETTING])
def test_what_asking_again_does_not_mend(kind: Kind) -> None:
    assert why(*fails(kind)) is Why.REFUSED
    assert why(polled(run(running())), *fails(kind)) is Why.REFUSED


@pytest.mark.parametrize(
    "kind", [Kind.OFFLINE, Kind.TIMEOUT, Kind.SERVER, Kind.RATE_LIMITED, Kind.BAD_ANSWER]
)
def test_the_network_is_away_for_a_while(kind: Kind) -> None:
    assert why(*fails(kind), began=59) is None
    assert why(*fails(kind), began=60) is Why.NO_ANSWER
    assert why(polled(run(running()), at=899), *fails(kind, times=40), began=2000) is None
    assert why(polled(run(running()), at=900), *fails(kind, times=40), began=2000) is Why.NO_ANSWER


def test_a_hiccup_of_the_network_does_not_end_the_waiting_for_a_run() -> None:
    waits = Terms(wait_for_start=600)
    hiccup = [*fails(Kind.NOT_FOUND, times=20), *fails(Kind.OFFLINE)]
    assert why(*hiccup, terms=waits, began=300) is None
    assert why(*hiccup, terms=waits, began=659) is None
    assert why(*hiccup, terms=waits, began=660) is Why.NO_ANSWER


# --- silence


def test_a_spec_that_is_silent_too_long() -> None:
    answer = polled(run(running(for_=300), passed()))
    assert why(answer, terms=Terms(fail_on_stuck=301)) is None
    assert why(answer, terms=Terms(fail_on_stuck=300)) is Why.STUCK
    end = ending(after(answer).current, Terms(fail_on_stuck=300), ago(30), None, NOW)
    assert end is not None
    assert end.words == "run.spec.ts on c1 is silent for 5:00."


def test_a_sign_of_life_counts() -> None:
    events = [polled(run(running(for_=300)), at=40), polled(run(running(for_=300, passes=1)), at=20)]
    assert why(*events, terms=Terms(fail_on_stuck=60)) is None


def test_what_was_seen_to_begin_is_not_silent_where_our_clock_is_ahead() -> None:
    events = [polled(run(waiting(), running()), at=5), polled(run(running(for_=700, name="wait.spec.ts")))]
    assert why(*events, terms=Terms(fail_on_stuck=60)) is None


def test_old_data_says_nothing_about_silence() -> None:
    answer = polled(run(running(for_=700)), at=600)
    assert why(answer, *fails(Kind.OFFLINE, times=9), terms=Terms(fail_on_stuck=170)) is None
    assert why(answer, *fails(Kind.OFFLINE, times=9), terms=Terms(fail_on_stuck=160)) is Why.STUCK


def test_a_run_in_which_nothing_happens_any_more() -> None:
    corpse = polled(run(passed(completed=500), waiting()))
    assert why(corpse, terms=Terms(fail_on_stuck=400)) is Why.STUCK
    assert why(corpse, terms=Terms(fail_on_stuck=400), moved=ago(100)) is None
    # Nothing has started: it is as old as the run itself.
    assert why(polled(run(waiting(), created=500)), terms=Terms(fail_on_stuck=400)) is Why.STUCK
    assert why(polled(run(waiting(), created=300)), terms=Terms(fail_on_stuck=400)) is None
