"""What events do to the state."""

from datetime import timedelta

import pytest

from currents_tui.core.completion import FINISHING_FOR
from currents_tui.core.deed import Deed, Ending, Outcome
from currents_tui.core.events import Asked, Began, Ended, Polled
from currents_tui.core.problem import Kind, Problem
from currents_tui.core.state import deed_refusal, not_later_than, reduce, requests_per_minute, start
from currents_tui.core.watched import stuck
from tests.builders import NOW, RUN_ID, ago, canceled, failed, passed, run, running
from tests.core.happening import OTHER, after, polled, trouble


def test_an_answer_fills_the_run_and_no_other() -> None:
    state = after(polled(run(failed())))
    assert state.current.run is not None
    assert state.current.board is not None
    assert state.current.latency == pytest.approx(0.2)
    assert state.watched(OTHER) == start((OTHER,), 5.0).current


def test_the_same_answer_again_keeps_the_very_same_values() -> None:
    first = after(polled(run(failed(), running()), at=10))
    second = reduce(first, polled(run(failed(), running()), at=5))
    assert second.current.run is first.current.run
    assert second.current.board is first.current.board
    assert second.current.as_of == ago(5)


def test_a_failure_takes_nothing_away() -> None:
    state = after(polled(run(failed()), at=30), trouble(Kind.OFFLINE, at=20), trouble(Kind.OFFLINE, at=10))
    assert state.current.run is not None
    assert state.current.as_of == ago(30)
    assert state.current.trouble_since == ago(20)
    healed = reduce(state, polled(run(failed())))
    assert (healed.current.trouble, healed.current.trouble_since) == (None, None)


def test_an_answer_that_was_overtaken_is_dropped() -> None:
    new = run(passed(), state="COMPLETE", status="PASSED")
    state = after(polled(new, at=1), polled(run(running()), at=0, took=10))
    assert state.current.run == new


def test_when_nothing_more_can_be_expected_after_a_cancel_the_same_answer_says_so() -> None:
    state = after(polled(canceled(running("a"), before=FINISHING_FOR - 5)))
    assert state.current.board is not None
    assert [row.state.value for row in state.current.board.rows] == ["RUN"]
    assert not state.current.is_settled
    later = reduce(state, polled(canceled(running("a"), before=FINISHING_FOR - 5), at=-10))
    assert later.current.board is not None
    assert [row.state.value for row in later.current.board.rows] == ["CANC"]
    assert later.current.is_settled


def test_an_event_about_another_run_changes_nothing() -> None:
    state = start((RUN_ID,), 5.0)
    assert reduce(state, polled(run(), run_id=OTHER)) is state


def test_requests_of_the_last_minute_are_counted_over_all_runs() -> None:
    asks = [Asked(run_id=r, at=ago(s)) for r, s in ((RUN_ID, 90), (RUN_ID, 59), (RUN_ID, 1), (OTHER, 2))]
    assert requests_per_minute(after(*asks), NOW) == 3


def test_requests_from_before_the_clock_was_set_back_are_not_counted_for_an_hour() -> None:
    state = after(Asked(run_id=RUN_ID, at=ago(-3600)))
    assert requests_per_minute(state, NOW) == 0
    assert requests_per_minute(reduce(state, Asked(run_id=RUN_ID, at=NOW)), ago(-3600)) == 0


def test_what_was_is_now_at_the_latest_once_the_clock_was_set_back() -> None:
    state = after(
        polled(run(running(), failed(), status="FAILING"), at=-3500),
        polled(run(running(), running("b"), failed(), status="FAILING"), at=-3599),
        trouble(Kind.SERVER, at=-3600),
        Asked(run_id=RUN_ID, at=ago(-3601)),
    )
    assert any(sign.at is not None for sign in state.current.signs.values())
    back = not_later_than(state, NOW)
    current = back.current
    assert current.trouble is not None
    assert {current.as_of, current.trouble_since, current.trouble.at, current.asking_since} == {NOW}
    assert {sign.at for sign in current.signs.values()} == {None, NOW}
    assert (current.run, current.board) == (state.current.run, state.current.board)
    # Answers are ordered by when they were asked for, which a cap would make the same for all.
    assert current.answered_asked_at == state.current.answered_asked_at
    assert back.watched(OTHER) is state.watched(OTHER)


def test_a_clock_that_was_not_set_back_leaves_the_very_same_state() -> None:
    state = after(polled(run(running())), trouble(Kind.SERVER), Asked(run_id=RUN_ID, at=NOW))
    assert not_later_than(state, NOW) is state
    assert not_later_than(start((RUN_ID,), 5.0), NOW).runs == start((RUN_ID,), 5.0).runs


def test_old_requests_are_forgotten() -> None:
    state = start((RUN_ID,), 5.0)
    for second in range(1000, 0, -1):
        state = reduce(state, Asked(run_id=RUN_ID, at=ago(second)))
    assert len(state.asks) <= 60


def test_old_data_does_not_make_more_and_more_specs_stuck() -> None:
    done = [passed(f"done-{n}", took=60) for n in range(3)]
    state = after(polled(run(*done, running("a", for_=10))))
    assert stuck(state.current, NOW + timedelta(hours=1)) == ()


def test_a_run_that_is_over_has_no_stuck_specs() -> None:
    done = [passed(f"done-{n}", took=60) for n in range(3)]
    over = run(*done, running("a", for_=999), state="TIMEOUT", status="FAILED")
    assert stuck(after(polled(over)).current, NOW) == ()


class TestDeeds:
    def ended(self, ending: Ending, deed: Deed = Deed.CANCEL, **more: object) -> Ended:
        outcome = Outcome(deed=deed, run_id=RUN_ID, ending=ending, at=NOW, **more)  # type: ignore[arg-type]
        return Ended(run_id=RUN_ID, outcome=outcome)

    def test_while_one_is_under_way_another_is_refused(self) -> None:
        state = reduce(after(polled(run(running()))), Began(run_id=RUN_ID, deed=Deed.CANCEL, at=NOW))
        assert "already" in str(deed_refusal(state, Deed.CANCEL, RUN_ID))
        state = reduce(state, self.ended(Ending.UNKNOWN))
        assert deed_refusal(state, Deed.CANCEL, RUN_ID) is None

    def test_a_poll_asked_before_the_cancel_does_not_bring_the_old_state_back(self) -> None:
        state = after(polled(run(running())))
        canceled = run(running(), state="CANCELED")
        state = reduce(state, self.ended(Ending.DONE, run=canceled, asked_at=NOW))
        late = Polled(run_id=RUN_ID, run=run(running()), asked_at=NOW - timedelta(seconds=1), at=NOW)
        assert reduce(state, late).current.run == canceled

    def test_a_refused_key_is_read_only_from_then_on(self) -> None:
        state = after(polled(run(running())))
        problem = Problem(Kind.FORBIDDEN, "No.")
        state = reduce(state, self.ended(Ending.REFUSED, problem=problem))
        assert "Read-only" in str(deed_refusal(state, Deed.DELETE, RUN_ID))
