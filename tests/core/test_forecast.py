"""When a run is over, about, and how sure that is."""

from collections import UserDict
from collections.abc import ItemsView
from datetime import timedelta

import pytest
from msgspec import structs

from currents_tui.core.board import board
from currents_tui.core.forecast import (
    LARGE,
    Forecast,
    forecast,
    foresee,
    foreseen,
    handed_on,
    is_foreseen,
    is_soon_enough,
)
from currents_tui.core.history import History, newest_first, past_run
from currents_tui.core.model import Run, Spec
from currents_tui.core.words import estimate
from tests.builders import NOW, passed, run, running, spec, waiting
from tests.eta import case, figures

DONE = [passed(f"done-{n}", took=60, completed=10 + 60 * n) for n in range(4)]
"""One machine that takes a minute for each spec."""


def ahead(
    *specs: Spec, history: History | None = None, later: float = 0, stuck: tuple[str, ...] = ()
) -> Forecast | None:
    made = run(*specs)
    return forecast(board(made), made, history, NOW + timedelta(seconds=later), stuck)


def told(
    *specs: Spec, history: History | None = None, later: float = 0, stuck: tuple[str, ...] = ()
) -> Forecast:
    made = ahead(*specs, history=history, later=later, stuck=stuck)
    assert made is not None
    assert made.low <= made.seconds <= made.high
    return made


def past(*specs: Spec, number: int = 1) -> Run:
    return run(*specs, state="COMPLETE", status="PASSED", run_id=f"{number:016x}", created=9000 - number)


def after(*runs: Run) -> History:
    return History(runs=newest_first(map(past_run, runs)))


def test_one_machine_takes_one_after_the_other() -> None:
    left = [waiting(f"wait-{n}") for n in range(5)]
    made = told(*DONE, running("now", for_=10), *left)
    assert made.seconds == pytest.approx(50 + 5 * 60, rel=0.1)
    assert (made.basis, made.without) == ("from this run", ())


def test_machines_share_the_work_of_their_group() -> None:
    left = [waiting(f"wait-{n}") for n in range(10)]
    two = running("a", for_=10), running("b", for_=10, machine="machine-2")
    assert told(*DONE, *two, *left).seconds == pytest.approx(50 + 5 * 60, rel=0.1)


def test_no_machine_takes_the_specs_of_another_group() -> None:
    left = [waiting(f"wait-{n}") for n in range(5)]
    idle = [passed(f"{n}", group="webkit", machine=f"w-{n}", took=60, completed=5) for n in range(3)]
    assert told(*DONE, running("now", for_=10), *left, *idle).seconds == pytest.approx(350, rel=0.12)


def test_groups_that_share_machines_share_their_work() -> None:
    other = [passed(f"o-{n}", group="webkit", took=60, completed=250 + 60 * n) for n in range(3)]
    left = [waiting(f"wait-{n}") for n in range(3)]
    more = [waiting(f"more-{n}", group="webkit") for n in range(3)]
    assert told(*DONE, *other, running("now", for_=10), *left, *more).seconds == pytest.approx(410, rel=0.1)


def test_a_machine_that_runs_two_at_once_is_two() -> None:
    done = [passed(f"done-{n}", took=60, completed=10 + 60 * (n // 2)) for n in range(8)]
    left = [waiting(f"wait-{n}") for n in range(10)]
    made = told(*done, running("a", for_=10), running("b", for_=10), *left)
    assert made.seconds == pytest.approx(350, rel=0.1)


def test_what_a_machine_holds_in_a_batch_waits_for_that_machine() -> None:
    done = [passed(f"done-{n}", took=60, completed=21 + 61 * n) for n in range(6)]
    batch = [structs.replace(spec(f"batch-{n}", claimed=20, results=False)) for n in range(3)]
    idle = passed("other", took=60, completed=2, machine="machine-2")
    # The first of them runs for 20 s; nobody else can take the two behind it.
    assert told(*done, *batch, idle).seconds == pytest.approx(40 + 2 * 60, rel=0.15)


def test_the_longest_that_runs_holds_up_the_end() -> None:
    known = after(past(passed("long", took=600, completed=900), *DONE))
    made = told(*DONE, running("long", for_=100), running("short", machine="m2"), history=known)
    assert made.seconds == pytest.approx(500, rel=0.15)


def test_earlier_runs_know_each_file() -> None:
    known = after(*(past(passed("long", took=600, completed=900), *DONE, number=n) for n in range(3)))
    made = told(*DONE, running("done-9", for_=10), waiting("long"), history=known)
    assert made.seconds == pytest.approx(650, rel=0.15)
    assert made.basis == "from 3 earlier runs"
    assert told(*DONE, running("done-9", for_=10), waiting("long")).seconds == pytest.approx(110, rel=0.1)


def test_machines_that_do_not_come_are_awaited_for_a_while_and_no_longer() -> None:
    known = after(past(*(passed(f"f-{n}", took=60, machine=f"m-{n % 4}", completed=1 + 60 * (n // 4))
                         for n in range(50))))  # fmt: skip

    def left_after(done: int) -> float:
        ended = [passed(f"f-{n}", took=60, completed=60 * (done - n - 1)) for n in range(done)]
        waits = [waiting(f"f-{n}") for n in range(done + 1, 50)]
        return told(*ended, running(f"f-{done}", for_=0), *waits, history=known).seconds

    assert left_after(2) < 1200, "four lanes, three of which are still to come"
    assert left_after(10) == pytest.approx(40 * 60, rel=0.1)


def test_a_run_that_is_slower_than_those_before_is_so_to_its_end() -> None:
    known = after(past(*(passed(f"f-{n}", took=30, completed=30 * n) for n in range(12))))
    done = [passed(f"f-{n}", took=60, completed=10 + 60 * n) for n in range(9)]
    made = told(*done, running("f-9", for_=10), waiting("f-10"), waiting("f-11"), history=known)
    assert made.seconds == pytest.approx(50 + 120, rel=0.1)


def test_earlier_runs_are_enough_before_anything_has_ended() -> None:
    known = after(past(passed("a", took=90, completed=100), passed("b", took=90)))
    made = told(running("a", for_=30), waiting("b"), history=known)
    assert made.seconds == pytest.approx(150, rel=0.2)
    assert made.basis == "from 1 earlier run"


class Durations(UserDict[tuple[str, str], float]):
    """Counts how often all of them are looked through."""

    looked_through = 0

    def items(self) -> ItemsView[tuple[str, str], float]:
        self.looked_through += 1
        return super().items()


def test_what_files_take_usually_is_worked_out_once_for_all_new_ones() -> None:
    earlier = past_run(past(passed("a", took=90, completed=100), passed("b", took=90)))
    durations = Durations(earlier.durations)
    known = History(runs=(structs.replace(earlier, durations=durations),))
    told(running("a", for_=30), *(waiting(f"new-{n}") for n in range(50)), history=known)
    assert durations.looked_through <= 2


def test_earlier_runs_are_enough_before_anything_was_claimed() -> None:
    known = after(past(passed("a", took=90, completed=100), passed("b", took=90)))
    made = run(waiting("a"), waiting("b"), created=30)
    found = forecast(board(made), made, known, NOW)
    assert found is not None
    assert found.seconds == pytest.approx(180, rel=0.2)
    unknown = structs.replace(made, created_at=None)
    assert forecast(board(unknown), unknown, known, NOW) is None


def test_earlier_runs_that_say_nothing_about_the_files_are_not_believed() -> None:
    took = [1, 300, 2, 400, 3, 500, 1, 350]
    known = after(past(*(passed(f"f-{n}", took=s, completed=10 + 600 * n) for n, s in enumerate(took))))
    done = [passed(f"f-{n}", took=60, completed=10 + 60 * n) for n in range(7)]
    made = told(*done, running("f-9", for_=10), waiting("f-7"), history=known)
    assert made.basis == "from this run"
    assert made.seconds == pytest.approx(110, rel=0.1)


def test_where_the_longest_come_first_what_is_left_is_shorter() -> None:
    done = [passed(f"f-{n}", took=100 * 0.9**n, completed=2 + sum(100 * 0.9**m for m in range(n + 1, 20)))
            for n in range(20)]  # fmt: skip
    left = [waiting(f"left-{n}") for n in range(5)]
    mean = sum(100 * 0.9**n for n in range(20)) / 20
    assert told(*done, running("now", for_=1), *left).seconds < 5 * mean / 2


def test_it_grows_shorter_as_time_passes() -> None:
    specs = *DONE, running("now", for_=10), *(waiting(f"wait-{n}") for n in range(5))
    times = [told(*specs, later=n).seconds for n in range(40)]
    assert times == sorted(times, reverse=True)
    assert times[0] - times[-1] == pytest.approx(39, abs=8)


def test_what_runs_for_longer_than_anything_still_has_an_end() -> None:
    made = told(*DONE, running("slow", for_=400))
    assert 0 < made.low < made.seconds < made.high < 1000


def test_a_stuck_spec_is_left_out() -> None:
    left = [waiting(f"wait-{n}") for n in range(5)]
    stuck = running("stuck", for_=2000, machine="machine-2")
    made = told(*DONE, running("now", for_=10), stuck, *left, stuck=(stuck.key,))
    assert made.seconds == pytest.approx(350, rel=0.1)
    assert made.words.endswith("without c1")
    # Its machine is no help with the rest.
    alone = told(*DONE, running("now", for_=10), *left)
    assert (made.seconds, made.low, made.high) == pytest.approx(
        (alone.seconds, alone.low, alone.high), rel=0.05
    )


def test_nothing_but_stuck_specs_has_no_end() -> None:
    stuck = running("stuck", for_=2000)
    assert ahead(*DONE, stuck, waiting("behind"), stuck=(stuck.key,)) is None


def test_nothing_to_go_by() -> None:
    assert ahead(running("a"), waiting("b")) is None
    made = run(*DONE, state="COMPLETE", status="PASSED")
    assert forecast(board(made), made, None, NOW) is None


def test_the_same_answer_gives_the_same_forecast() -> None:
    specs = *DONE, running("now", for_=10), *(waiting(f"wait-{n}") for n in range(50))
    assert told(*specs) == told(*specs)


@pytest.mark.parametrize(
    ("seconds", "low", "high", "words"),
    [
        (300, 250, 400, "~5m (4-7m)"),
        (300, 290, 320, "~5m"),
        (70, 50, 100, "~70s (50-100s)"),
        (90, 50, 130, "~2m (50s-2m)"),
        (40, 30, 55, "~40s (30-55s)"),
        (5, 0, 12, "<10s"),
        (5400, 4800, 6600, "~90m (80-110m)"),
        (7200, 5400, 9000, "~2h (90m-2h)"),
        (7200, 7200, 9000, "~2h"),
    ],
)
def test_words(seconds: float, low: float, high: float, words: str) -> None:
    assert estimate(seconds, low, high) == words


def test_several_machines_that_are_stuck() -> None:
    made = Forecast(300, 250, 400, "from this run", ("w1", "w2", "w3"))
    assert made.words == "~5m (4-7m) without w1 and 2 more"
    assert made.to_go == "~5m (4-7m) to go without w1 and 2 more"
    assert made.short == "~5m without w1 and 2 more"


def test_thirty_runs_of_many_shapes() -> None:
    """`python tests/eta.py` has the whole figures; these are asserted with ample room."""
    some = figures([case(seed) for seed in range(30)])
    assert some.silent <= 3
    assert some.error < 0.2
    assert some.within > 0.7
    assert some.width < 0.45


def a_large_run() -> Run:
    return run(
        *(passed(f"{n}.spec.ts", took=30, completed=n % 600 + 1) for n in range(LARGE)), running("last")
    )


def test_nobody_waits_for_the_outlook_of_a_large_run() -> None:
    large = a_large_run()
    known = board(large)
    assert foreseen(known, large, None, NOW) is None
    assert not is_foreseen(known, None)
    foresee(known, large, None)
    assert is_foreseen(known, None)
    assert foreseen(known, large, None, NOW) == forecast(known, large, None, NOW) is not None


def test_until_then_what_the_answer_before_foresaw_goes_on() -> None:
    large = a_large_run()
    before = board(large)
    foresee(before, large, None)
    after = handed_on(before, board(large))
    assert not is_foreseen(after, None)
    assert foreseen(after, large, None, NOW) == foreseen(before, large, None, NOW) is not None


def test_a_large_run_is_foreseen_once_in_a_step_of_time() -> None:
    large = a_large_run()
    before = board(large)
    foresee(before, large, None, now=NOW)
    after = handed_on(before, board(large))
    assert is_soon_enough(after, None, NOW)
    later = NOW + timedelta(hours=1)
    assert not is_soon_enough(after, None, later)
    assert not is_soon_enough(after, History(), NOW)
    foresee(after, large, None, now=later)
    assert is_soon_enough(after, None, later)


def test_what_goes_on_from_an_answer_before_only_gets_nearer() -> None:
    large = a_large_run()
    before = board(large)
    foresee(before, large, None, now=NOW)
    first = foreseen(before, large, None, NOW)
    after = handed_on(before, board(large))
    later = foreseen(after, large, None, NOW + timedelta(hours=1))
    assert first is not None and later is not None
    assert later.seconds == max(0.0, first.seconds - 3600)


def test_of_a_small_run_it_is_worked_out_at_once() -> None:
    small = run(*(passed(f"{n}", took=30) for n in range(5)), running("last"))
    assert foreseen(board(small), small, None, NOW) is not None
