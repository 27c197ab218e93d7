"""Whether a failure is new, known or flaky lately, against which run."""

from __future__ import annotations

import pytest
from msgspec import structs

from currents_tui.core.board import board
from currents_tui.core.history import History, newest_first, past_run
from currents_tui.core.inspection import Inspected, Inspections, sign_of, suspect_rows
from currents_tui.core.instance import Test
from currents_tui.core.model import Commit, Run, Spec
from currents_tui.core.standing import (
    NOT_KNOWN,
    Stand,
    Standing,
    Tally,
    baseline,
    candidates,
    fixed_files,
    next_choice,
    stand,
    tally,
    tally_words,
    to_be_known,
)
from currents_tui.core.text import block, plain
from tests.builders import NOW, a_test, attempt, failed, instance, passed, run, running
from tests.walked import Walked

PAY = ("chromium", "pay.spec.ts")
TITLES = ("The suite", "pays")
NO = attempt("Error: no")
BAD, FLAKY, GOOD = a_test("pays", NO), a_test("pays", NO, attempt()), a_test("pays", attempt())


def past(number: int, *specs: Spec, branch: str = "feat/x") -> Run:
    """A finished run, the later the higher its number; its instances are its own."""
    own = tuple(
        structs.replace(spec, instance_id=plain(f"{number}-{spec.spec}-{spec.group_id}")) for spec in specs
    )
    told = run(*own, state="COMPLETE", status="FAILED", run_id=f"{number:016x}", created=10_000 - number)
    commit = Commit(branch=plain(branch))
    return structs.replace(told, meta=structs.replace(told.meta, commit=commit))


def history(*runs: Run, default: str = "main") -> History:
    return History(runs=newest_first(map(past_run, runs)), default_branch=default)


def told(about: Run, *tests: Test, exception: str = "") -> Inspections:
    """What is known of the tests of the first spec of an earlier run."""
    spec = about.specs[0]
    of = structs.replace(instance(spec, *tests), exception=block(exception) if exception else None)
    return {spec.instance_id or "": Inspected(of, sign_of(spec), NOW)}


def now(lesson: History, known: Inspections, chosen: str = "") -> Stand:
    return stand(PAY, TITLES, lesson, baseline(lesson, chosen), known)


PAY_FAILED, PAY_FLAKY = failed("pay.spec.ts"), passed("pay.spec.ts", flaky=1)
ON_MAIN = past(1, PAY_FAILED, branch="main")


class TestTheRunToCompareWith:
    def test_the_newest_of_the_default_branch_comes_first_and_then_the_newest(self) -> None:
        lesson = history(past(1, branch="main"), past(2, branch="main"), past(3), past(4))
        assert [int(one.run_id, 16) for one in candidates(lesson)] == [2, 4, 3, 1]

    def test_without_one_it_is_the_newest_of_this_branch(self) -> None:
        assert baseline(history(past(3), past(4)), "") == past_run(past(4))

    def test_it_can_be_chosen_and_the_choice_goes_round(self) -> None:
        lesson = history(past(1, branch="main"), past(3))
        first = baseline(lesson, "")
        assert first is not None and first.branch == "main"
        second = next_choice(lesson, "")
        assert second == f"{3:016x}"
        assert next_choice(lesson, second) == first.run_id
        assert baseline(lesson, "of a run that is forgotten") == first

    def test_without_history_there_is_none(self) -> None:
        assert baseline(None, "") is None
        assert next_choice(history(), "") == ""
        assert stand(PAY, TITLES, None, None, {}) == NOT_KNOWN


class TestHowAFailureStands:
    def test_what_failed_there_too_is_known(self) -> None:
        found = now(history(ON_MAIN), told(ON_MAIN, BAD))
        assert found == Stand(Standing.KNOWN, "failed in main 00000000 too")

    def test_another_test_of_the_same_file_makes_it_no_older(self) -> None:
        other = a_test("refunds", NO)
        assert now(history(ON_MAIN), told(ON_MAIN, other)).standing is Standing.NEW

    def test_a_file_that_was_fine_there_needs_no_question(self) -> None:
        fine = history(past(1, passed("pay.spec.ts"), branch="main"))
        assert now(fine, {}) == Stand(Standing.NEW, "not in main 00000000")

    def test_a_file_that_was_not_there_says_so(self) -> None:
        assert now(history(past(1, branch="main")), {}).words == "the file was not in main 00000000"

    def test_flaky_lately_in_any_earlier_run(self) -> None:
        lately = past(2, PAY_FLAKY)
        found = now(history(past(1, passed("pay.spec.ts"), branch="main"), lately), told(lately, FLAKY))
        assert found == Stand(Standing.FLAKY, "flaky in 1 of 2 earlier runs")

    def test_failed_in_another_earlier_run_is_new_against_this_one_and_told(self) -> None:
        before = past(2, PAY_FAILED)
        lesson = history(past(1, passed("pay.spec.ts"), branch="main"), before)
        found = now(lesson, told(before, BAD))
        assert found == Stand(Standing.NEW, "not in main 00000000, but in 1 of 2 earlier runs")
        assert now(lesson, told(before, BAD), before.run_id or "").standing is Standing.KNOWN

    def test_as_long_as_its_tests_are_asked_for_nothing_is_claimed(self) -> None:
        assert now(history(ON_MAIN), {}) == NOT_KNOWN
        open_question = history(past(1, passed("pay.spec.ts"), branch="main"), past(2, PAY_FAILED))
        assert now(open_question, {}) == NOT_KNOWN

    def test_that_it_is_flaky_is_not_claimed_either_before_all_is_known(self) -> None:
        lately, asked = past(2, PAY_FLAKY), past(3, PAY_FAILED)
        lesson = history(past(1, passed("pay.spec.ts"), branch="main"), lately, asked)
        known = told(lately, FLAKY)
        assert now(lesson, known) == NOT_KNOWN
        found = now(lesson, {**known, **told(asked, BAD)})
        assert found == Stand(Standing.FLAKY, "flaky in 1 of 3 earlier runs")

    def test_runs_that_say_nothing_of_the_test_are_not_counted(self) -> None:
        lately, without = past(2, PAY_FLAKY), past(3, passed("cart.spec.ts"))
        lesson = history(past(1, branch="main"), lately, without)
        assert now(lesson, told(lately, FLAKY)).words == "flaky in 1 of 1 earlier run"
        before = past(2, PAY_FAILED)
        lesson = history(past(1, passed("pay.spec.ts"), branch="main"), before, without)
        assert now(lesson, told(before, BAD)).words == "not in main 00000000, but in 1 of 2 earlier runs"

    def test_a_file_that_could_not_run_there_failed_with_all_its_tests(self) -> None:
        found = now(history(ON_MAIN), told(ON_MAIN, exception="SyntaxError: no"))
        assert found.standing is Standing.KNOWN


def test_the_tests_of_a_file_are_gone_through_once_for_all_its_failures() -> None:
    titles = [f"test {number}" for number in range(40)]
    tests = Walked(a_test(title, NO) for title in titles)
    of = structs.replace(instance(PAY_FAILED), tests=tests)
    known = {"1-pay.spec.ts-chromium": Inspected(of, sign_of(PAY_FAILED), NOW)}
    lesson = history(ON_MAIN)
    base = baseline(lesson, "")
    stands = [stand(PAY, ("The suite", title), lesson, base, known) for title in titles]
    assert {one.standing for one in stands} == {Standing.KNOWN}
    assert tests.times == 1


class TestWhatIsAskedForIt:
    def test_only_the_same_files_of_earlier_runs_that_had_trouble(self) -> None:
        lesson = history(ON_MAIN, past(2, PAY_FLAKY, failed("cart.spec.ts")), past(3, passed("pay.spec.ts")))
        this = run(failed("pay.spec.ts"), failed("new.spec.ts"), failed("cart.spec.ts", group="webkit"))
        wanted = to_be_known(this, suspect_rows(board(this)), lesson)
        assert sorted(spec.instance_id or "" for spec in wanted) == [
            "1-pay.spec.ts-chromium",
            "2-pay.spec.ts-chromium",
        ]
        assert all(spec.completed_at for spec in wanted)
        assert to_be_known(this, suspect_rows(board(this)), None) == ()


class TestTheTally:
    def test_each_kind_is_counted(self) -> None:
        stands = [Stand(kind) for kind in (Standing.NEW, Standing.NEW, Standing.KNOWN, Standing.UNKNOWN)]
        assert tally(stands, 3) == Tally(new=2, known=1, flaky=0, unknown=1, fixed=3)

    @pytest.mark.parametrize(
        ("counts", "words"),
        [
            (Tally(2, 1, 0, 0, 0), "2 new, 1 known vs main 00000000 FAILED"),
            (Tally(0, 0, 1, 4, 1), "1 flaky, 4 asked, 1 file fixed vs main 00000000 FAILED"),
            (Tally(0, 0, 0, 0, 0), "compared with main 00000000 FAILED"),
        ],
    )
    def test_what_a_narrow_pane_cuts_off_matters_least(self, counts: Tally, words: str) -> None:
        assert tally_words(counts, past_run(ON_MAIN)) == words

    def test_a_file_is_fixed_when_it_is_complete_without_a_failure(self) -> None:
        base = past_run(past(1, PAY_FAILED, failed("cart.spec.ts"), failed("slow.spec.ts")))
        this = run(passed("pay.spec.ts"), failed("cart.spec.ts"), running("slow.spec.ts"))
        assert fixed_files(this, suspect_rows(board(this)), base) == 1
        assert fixed_files(this, (), None) == 0
