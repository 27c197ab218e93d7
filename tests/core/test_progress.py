"""Clamped counts."""

from hypothesis import given
from hypothesis import strategies as st

from currents_tui.core.progress import group_specs, group_tests, totals
from tests.builders import group, passed, run, running, spec, waiting

counts = st.none() | st.integers(0, 1_000_000_000)


@given(counts, counts, counts, counts, counts, counts)
def test_progress_never_runs_past_its_total(
    overall: int | None, claimed: int | None, complete: int | None,
    planned: int | None, passes: int | None, failures: int | None,
) -> None:  # fmt: skip
    told = group(
        overall=overall, claimed=claimed, complete=complete, planned=planned, passes=passes, failures=failures
    )
    for progress in (group_specs(told), group_tests(told)):
        assert 0 <= progress.done <= progress.claimed
        assert progress.total is None or progress.claimed <= progress.total


def test_what_nobody_told_is_not_a_total() -> None:
    specs = group_specs(group(overall=None, claimed=None, complete=None))
    assert (specs.done, specs.total, specs.is_full) == (0, None, False)


def test_cypress_tells_no_planned_tests_until_its_specs_are_in() -> None:
    half = group(planned=None, overall=10, complete=5, passes=9, failures=1, pending=0, skipped=0)
    done = group(planned=None, overall=10, complete=10, passes=9, failures=1, pending=0, skipped=0)
    assert (group_tests(half).done, group_tests(half).total) == (10, None)
    assert (group_tests(done).done, group_tests(done).total) == (10, 10)


def test_totals_add_the_groups_and_one_silent_group_leaves_the_total_open() -> None:
    both = totals(run(groups=(group(overall=10, complete=4), group("firefox", overall=5, complete=5))))
    assert (both.specs.done, both.specs.total, both.failed, both.flaky) == (9, 15, 2, 2)
    open_ = totals(run(groups=(group(overall=10, complete=4), group("firefox", overall=None, complete=3))))
    assert (open_.specs.done, open_.specs.total) == (7, None)


def test_a_run_without_groups_counts_its_specs() -> None:
    sums = totals(run(passed("a"), running("b", passes=2), waiting("c"), groups=()))
    assert (sums.specs.done, sums.specs.claimed, sums.specs.total) == (1, 2, 3)
    assert (sums.tests.done, sums.tests.total, sums.passed) == (6, 12, 6)


def test_without_groups_a_spec_that_tells_nothing_leaves_the_number_of_tests_open() -> None:
    silent = spec("b", claimed=20, results=False)
    half = totals(run(passed("a"), silent, groups=()))
    assert (half.specs.done, half.specs.total) == (1, 2)
    assert (half.tests.done, half.tests.total) == (4, None)
    assert totals(run(groups=())).tests.total is None
