"""What is worth a bell, and what is not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from currents_tui.core.deed import Deed, Ending, Outcome
from currents_tui.core.events import Began, Ended, Event
from currents_tui.core.model import Run
from currents_tui.core.notice import TITLE_CELLS, Noted, Notice, noticed
from currents_tui.core.problem import Kind
from currents_tui.core.state import State, reduce, start
from currents_tui.core.text import block, width
from currents_tui.core.watched import stuck
from tests.builders import RUN_ID, ago, failed, group, passed, run, running, waiting
from tests.core.happening import polled, trouble

TITLE = "fix: debounce the address look-up"


class Person:
    """Somebody who looks elsewhere, and is told."""

    def __init__(self) -> None:
        self.state: State = start((RUN_ID,), 5.0)
        self.noted = Noted()

    def hears(self, event: Event, *, now: float = 0) -> Notice | None:
        """What they are told after `event`; `now` is in seconds before `NOW`."""
        self.state = reduce(self.state, event)
        return self.looks(now)

    def looks(self, now: float = 0) -> Notice | None:
        watched = self.state.runs[0]
        self.noted, notice = noticed(self.noted, watched, stuck(watched, ago(now)), ago(now))
        return notice

    def knows_it_stuck(self) -> bool:
        return self.noted.is_stuck


def told(*answers: Run) -> list[str]:
    """What somebody is told while these answers come."""
    person = Person()
    notices = [person.hears(polled(answer, at=100 - n)) for n, answer in enumerate(answers)]
    return [notice.text for notice in notices if notice is not None]


# An untouched group: the failures are in the specs alone.
CLEAN = (group(overall=4, complete=1, failures=0, flaky=0),)
ALIVE = run(running("a.spec.ts"), waiting(), groups=CLEAN)
FAILING = run(running("a.spec.ts", failures=1), waiting(), groups=CLEAN)
OVER = run(failed("a.spec.ts"), state="COMPLETE", status="FAILED")
GREEN = run(passed("a.spec.ts"), state="COMPLETE", status="PASSED", groups=CLEAN)


def test_the_first_failure_is_told_once() -> None:
    worse = run(failed("a.spec.ts", failures=2), running("b.spec.ts", failures=1), groups=CLEAN)
    assert told(ALIVE, FAILING, FAILING, worse) == [
        f"FAILING: {TITLE}: a.spec.ts: 1 of 4 tests failed, still running"
    ]


def test_a_failure_that_only_the_counts_tell_is_one_all_the_same() -> None:
    counts = run(running("a.spec.ts"), waiting(), groups=(group(failures=1),))
    assert told(ALIVE, counts) == [f"FAILING: {TITLE}: the first failure"]
    assert told(ALIVE, run(running("a.spec.ts"), waiting(), groups=CLEAN, status="FAILING")) == [
        f"FAILING: {TITLE}: the first failure"
    ]


def test_the_verdict_is_told() -> None:
    assert told(ALIVE, GREEN, GREEN) == [f"PASSED: {TITLE}: 15 tests, 1/4 specs, took 12:30"]
    # The verdict says it all: there is no second notice about the failure in it.
    assert told(ALIVE, OVER) == [f"FAILED: {TITLE}: 1 of 16 tests failed, 4/10 specs, took 12:30"]
    assert len(told(ALIVE, FAILING, OVER)) == 2


@pytest.mark.parametrize("answer", [FAILING, OVER, GREEN])
def test_what_is_there_at_the_first_sight_is_told_to_nobody(answer: Run) -> None:
    assert told(answer, answer) == []


def test_a_run_that_had_failed_before_is_told_of_at_its_end_alone() -> None:
    assert [text.partition(":")[0] for text in told(FAILING, FAILING, OVER)] == ["FAILED"]


def test_after_a_reset_only_another_end_is_told() -> None:
    other = run(failed("a.spec.ts", completed=3), state="COMPLETE", status="FAILED")
    texts = told(ALIVE, OVER, ALIVE, FAILING, OVER, ALIVE, other)
    assert [text.rpartition(" ")[2] for text in texts] == ["12:30", "12:37"]


def test_an_end_that_is_told_in_other_words_later_rings_no_more() -> None:
    assert (
        len(told(ALIVE, OVER, run(failed("a.spec.ts", completed=3), state="COMPLETE", status="FAILED"))) == 1
    )


def test_a_run_opened_after_its_end_and_reset_is_alive_then() -> None:
    assert [text.partition(":")[0] for text in told(OVER, ALIVE, GREEN)] == ["PASSED"]


def test_trouble_with_the_network_is_told_to_nobody() -> None:
    person = Person()
    person.hears(polled(ALIVE, at=9))
    assert person.hears(trouble(Kind.OFFLINE, at=8)) is None
    assert person.hears(polled(ALIVE, at=7)) is None


# --- silence

_OTHERS = [passed(f"{name}.spec.ts", took=20) for name in "xyz"]


def _silent(name: str = "a.spec.ts", for_: float = 50) -> Run:
    return run(*_OTHERS, running(name, for_=for_), groups=CLEAN)


def test_a_run_that_becomes_stuck_is_told_once_though_no_answer_says_so() -> None:
    person = Person()
    assert person.hears(polled(_silent(), at=0)) is None
    notice = person.looks(-30)
    assert notice is not None
    assert notice.text == f"STUCK: {TITLE}: a.spec.ts on c1 silent for 1:20"
    assert person.looks(-31) is None


def test_moving_and_silent_again_with_the_same_spec_is_no_news_and_another_one_is() -> None:
    person = Person()
    person.hears(polled(_silent(), at=100))
    assert person.hears(polled(_silent(for_=300), at=90), now=90) is not None
    passes = run(*_OTHERS, running("a.spec.ts", for_=300, passes=1), groups=CLEAN)
    assert person.hears(polled(passes, at=80), now=80) is None
    assert not person.knows_it_stuck()
    assert person.hears(polled(passes, at=15), now=15) is None
    assert person.knows_it_stuck()
    both = run(*_OTHERS, running("a.spec.ts", for_=300, passes=2), groups=CLEAN)
    person.hears(polled(both, at=9), now=9)
    another = _silent("b.spec.ts", for_=500)
    assert person.hears(polled(another, at=8), now=8) is None
    other = person.hears(polled(another, at=-60), now=-60)
    assert other is not None
    assert "b.spec.ts" in other.words


def test_several_that_are_silent_are_one_notice() -> None:
    person = Person()
    silent = [running(f"{n}.spec.ts", for_=400 + n, machine=f"m{n}") for n in range(3)]
    alive = run(*_OTHERS, *silent, groups=CLEAN)
    assert person.hears(polled(alive, at=350), now=350) is None
    notice = person.hears(polled(alive))
    assert notice is not None
    assert notice.words == "2.spec.ts on c1 silent for 6:42, and 2 more"


# --- what the person did

CANCELED = run(running("a.spec.ts"), state="CANCELED", groups=CLEAN)


def _ended(ending: Ending, answer: Run) -> Ended:
    outcome = Outcome(deed=Deed.CANCEL, run_id=RUN_ID, ending=ending, at=ago(1), asked_at=ago(2), run=answer)
    return Ended(run_id=RUN_ID, outcome=outcome)


def test_who_cancels_a_run_is_not_told_that_it_is_cancelled() -> None:
    person = Person()
    person.hears(polled(ALIVE, at=9))
    person.hears(Began(run_id=RUN_ID, deed=Deed.CANCEL, at=ago(5)))
    assert person.hears(_ended(Ending.DONE, CANCELED)) is None


@pytest.mark.parametrize("answer", [CANCELED, OVER])
def test_whoever_did_not_is_told(answer: Run) -> None:
    person = Person()
    person.hears(polled(ALIVE, at=9))
    if answer is OVER:  # it finished before the cancel took effect
        person.hears(Began(run_id=RUN_ID, deed=Deed.CANCEL, at=ago(5)))
        notice = person.hears(_ended(Ending.OVER, OVER))
    else:
        notice = person.hears(polled(CANCELED))
    assert notice is not None
    assert notice.title.startswith("FAILED" if answer is OVER else "CANCELED")


def test_a_cancel_that_was_refused_makes_no_later_one_silent() -> None:
    person = Person()
    person.hears(polled(ALIVE, at=9))
    person.hears(Began(run_id=RUN_ID, deed=Deed.CANCEL, at=ago(5)))
    person.hears(_ended(Ending.REFUSED, ALIVE))
    assert person.hears(polled(CANCELED)) is not None


# --- what holds of all


@given(st.lists(st.sampled_from([ALIVE, FAILING, OVER, GREEN, CANCELED, _silent(for_=600)]), max_size=12))
def test_no_fact_is_told_twice(answers: list[Run]) -> None:
    texts = told(*answers)
    assert len(set(texts)) == len(texts)
    assert sum(text.startswith(("FAILING", "STUCK")) for text in texts) <= 2


def test_a_notice_is_short_whatever_it_is_about() -> None:
    long = run(running("a" * 500), groups=CLEAN)
    meta = long.meta
    commit = structs.replace(meta.commit, message=block("漢" * 500))
    long = structs.replace(long, meta=structs.replace(meta, commit=commit))
    person = Person()
    person.hears(polled(long, at=5))
    notice = person.hears(polled(structs.replace(long, completion_state=OVER.completion_state)))
    assert notice is not None
    assert width(notice.title) <= TITLE_CELLS
    assert "\n" not in notice.text


def test_nothing_known_is_nothing_told() -> None:
    person = Person()
    assert person.looks() is None
    assert person.noted == Noted()
    assert person.hears(trouble(Kind.SERVER)) is None
