"""What a finished run says about the next one."""

from msgspec import structs

from currents_tui.core.events import HistoryTold
from currents_tui.core.history import NOTHING, Counted, History, newest_first, past_run
from currents_tui.core.model import Run
from currents_tui.core.text import plain
from tests.builders import RUN_ID, ago, failed, passed, run, running
from tests.core.happening import after, polled

PAY = ("chromium", "pay")


def past(number: int, *specs: float, flaky: int = 0) -> Run:
    """A finished run; `specs` are the seconds that its specs took."""
    names = ("pay", "cart", "login")
    made = [passed(names[n], took=took, flaky=flaky) for n, took in enumerate(specs)]
    return run(*made, state="COMPLETE", status="PASSED", run_id=f"{number:016x}", created=10_000 - number)


def history(*runs: Run) -> History:
    return History(runs=newest_first(map(past_run, runs)))


def test_a_finished_run() -> None:
    made = run(
        failed("bad", took=30), passed("pay", took=20, flaky=1), running("never"),
        state="COMPLETE", status="FAILED",
    )  # fmt: skip
    told = past_run(made)
    assert (told.run_id, told.branch, told.state) == (RUN_ID, "feat/checkout", "FAILED")
    assert told.durations == {("chromium", "bad"): 30, PAY: 20}
    assert (told.failed, told.flaky) == (frozenset({("chromium", "bad")}), frozenset({PAY}))
    assert told.lanes == {"chromium": 3}


def test_a_group_that_is_named_after_the_build_is_the_same_in_every_run() -> None:
    told = past_run(run(passed("pay", group="build-7"), state="COMPLETE"))
    assert set(told.durations) == {("", "pay")}


def test_typical_is_the_median_of_the_runs_that_had_the_file() -> None:
    told = history(past(1, 10), past(2, 90, 5), past(3, 20))
    assert told.typical(PAY) == 20
    assert told.typical(("chromium", "cart")) == 5
    assert told.typical(("firefox", "pay")) is None
    assert (told.seen(PAY), told.seen(("chromium", "cart"))) == (3, 1)


def test_how_often() -> None:
    bad = run(failed("pay"), state="COMPLETE", run_id="f" * 16)
    told = history(past(1, 10, flaky=1), past(2, 10), past(3, 10, 10), bad)
    assert (told.flaky(PAY), told.failed(PAY)) == (Counted(1, 4), Counted(1, 4))
    assert told.failed(("chromium", "cart")) == Counted(0, 1)


def test_the_newest_five_each_once() -> None:
    runs = [past_run(past(number, 10)) for number in (3, 1, 7, 5, 2, 4, 6, 7)]
    assert [int(one.run_id, 16) for one in newest_first(runs)] == [7, 6, 5, 4, 3]


def test_lanes_are_those_of_the_latest_run_that_had_the_group() -> None:
    two = run(passed("a", completed=10), passed("b", completed=11), state="COMPLETE", created=100)
    other = run(passed("a", group="webkit"), state="COMPLETE", run_id="e" * 16, created=50)
    told = history(two, other)
    assert (told.lanes("chromium"), told.lanes("webkit"), told.lanes("firefox")) == (2, 1, None)


def test_it_is_kept_with_the_run_and_moves_nothing_else() -> None:
    state = after(polled(run(running("a"))))
    told = History(inactivity_limit=600.0)
    known = after(HistoryTold(run_id=RUN_ID, history=told), state=state)
    assert known.current.history is told
    assert structs.replace(known.current, history=None) == state.current
    assert after(HistoryTold(run_id="0" * 16, history=told), state=state) is state
    # The next answer leaves it there.
    assert after(polled(structs.replace(run(), tags=(plain("x"),))), state=known).current.history is told


def test_nothing_teaches_nothing() -> None:
    assert NOTHING.typical(PAY) is None
    assert NOTHING.flaky(PAY) == Counted(0, 0)
    assert past_run(Run(created_at=ago(1))).durations == {}
