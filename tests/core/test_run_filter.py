"""What a person types to choose among runs, and what it is completed to."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from currents_tui.core.problem import Kind, Problem
from currents_tui.core.run_filter import (
    ALL,
    REMEMBERED,
    RunFilter,
    Seen,
    completed,
    parse_run_filter,
    seen_in,
)
from tests.feeds import item


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("", ALL),
        ("branch:main", RunFilter(branches=("main",))),
        ("b:main b:main b:dev", RunFilter(branches=("main", "dev"))),
        ('by:"Example Author" tag:e2e', RunFilter(authors=("Example Author",), tags=("e2e",))),
        ("author:Someone", RunFilter(authors=("Someone",))),
        ("st:passed", RunFilter(statuses=("PASSED",))),
        ("st:fail", RunFilter(statuses=("FAILING", "FAILED"))),
        ("st:cancelled", RunFilter(states=("CANCELED",))),
        ("status:in-progress", RunFilter(states=("IN_PROGRESS",))),
        ("st:running st:timeout", RunFilter(statuses=("RUNNING",), states=("TIMEOUT",))),
        ("fix the  address", RunFilter(search="fix the address")),
        ('"fix the  address"', RunFilter(search="fix the  address")),
        ("branch:feat/größe-%20 ✓", None),
        ("branch:feat/größe-%20", RunFilter(branches=("feat/größe-%20",))),
        ("branch:" + "x" * 200, RunFilter(branches=("x" * 200,))),
        ("http://x", RunFilter(search="http://x")),
        ("foo:bar", None),
        ('"foo:bar"', RunFilter(search="foo:bar")),
        ("fix: the address", RunFilter(search="fix: the address")),
        ("C:\\a b.ts:12 src/a:b", RunFilter(search="C:\\a b.ts:12 src/a:b")),
        ("branch:", RunFilter(search="branch:")),
        ("st:nonsense", None),
        ("st:", RunFilter(search="st:")),
        ("x" * 201, None),
    ],
)
def test_what_is_typed(typed: str, expected: RunFilter | None) -> None:
    if expected is not None:
        assert parse_run_filter(typed) == expected
        return
    with pytest.raises(Problem) as caught:
        parse_run_filter(typed)
    assert caught.value.kind is Kind.BAD_SETTING


def test_a_state_that_there_is_not_is_told_with_those_there_are() -> None:
    with pytest.raises(Problem, match=r"“nonsense”: running failing passed"):
        parse_run_filter("st:nonsense")


def test_a_field_that_there_is_not_is_told_with_those_there_are() -> None:
    with pytest.raises(Problem, match="There is no field foo: branch: tag: by: st:"):
        parse_run_filter("main foo:bar")


def test_a_search_that_looks_like_a_field_is_typed_in_quotes() -> None:
    wanted = parse_run_filter('"foo:bar  baz"')
    assert parse_run_filter(str(wanted)) == wanted


names = st.text(st.characters(exclude_characters='"', exclude_categories=("Cc", "Cs")), min_size=1).filter(
    lambda name: name == name.strip() and not any(c.isspace() and c != " " for c in name)
)


@given(st.lists(names, unique=True), st.lists(names, unique=True), st.lists(names, unique=True))
def test_what_is_shown_can_be_typed(branches: list[str], tags: list[str], authors: list[str]) -> None:
    wanted = RunFilter(tuple(branches), tuple(tags), tuple(authors), ("PASSED",), ("TIMEOUT",), "some words")
    assert parse_run_filter(str(wanted)) == wanted


@given(st.text())
def test_nothing_that_is_typed_breaks_it(typed: str) -> None:
    try:
        wanted = parse_run_filter(typed)
    except Problem:
        return
    assert isinstance(str(wanted), str)
    completed(typed, Seen(branches=("main",)))


EVERY = {
    "RUNNING": ("IN_PROGRESS", "RUNNING"),
    "FAILING": ("IN_PROGRESS", "FAILING"),
    "PASSED": ("COMPLETE", "PASSED"),
    "FAILED": ("COMPLETE", "FAILED"),
    "CANCELED": ("CANCELED", "PASSED"),
    "CANCELED, FAILED": ("CANCELED", "FAILED"),
    "TIMEOUT": ("TIMEOUT", "FAILED"),
}


@pytest.mark.parametrize(
    ("typed", "statuses", "states", "fitting"),
    [
        ("st:passed", "PASSED", "COMPLETE", "PASSED"),
        ("st:failed", "FAILED", "COMPLETE", "FAILED"),
        ("st:failing", "FAILING", "IN_PROGRESS", "FAILING"),
        ("st:running", "", "IN_PROGRESS", "RUNNING FAILING"),
        ("st:running st:failing", "", "IN_PROGRESS", "RUNNING FAILING"),
        ("st:fail", "FAILING FAILED", "IN_PROGRESS COMPLETE", "FAILING FAILED"),
        ("st:canceled", "", "CANCELED", "CANCELED"),
        ("st:failed st:timeout", "", "COMPLETE TIMEOUT", "FAILED TIMEOUT"),
        ("st:passed st:complete", "PASSED", "COMPLETE", "PASSED"),
        ("st:failing st:in_progress", "FAILING", "IN_PROGRESS", "FAILING"),
        ("st:running st:in_progress", "", "IN_PROGRESS", "RUNNING FAILING"),
        ("st:complete", "", "COMPLETE", "PASSED FAILED"),
        ("", "", "", "RUNNING FAILING PASSED FAILED CANCELED TIMEOUT"),
    ],
)
def test_it_is_the_verdict_that_is_asked_for(typed: str, statuses: str, states: str, fitting: str) -> None:
    wanted = parse_run_filter(typed)
    assert (wanted.asked_statuses, wanted.asked_states) == (tuple(statuses.split()), tuple(states.split()))
    fits = {
        name.partition(",")[0]
        for name, (state, status) in EVERY.items()
        if wanted.fits(item(1, state=state, status=status))
    }
    assert fits == set(fitting.split())


def test_in_the_other_spelling_a_cancelled_run_fits_no_verdict_but_its_own() -> None:
    told = item(1, state="cancelled", status="passed")
    assert not parse_run_filter("st:passed").fits(told)
    assert parse_run_filter("st:cancelled").fits(told)


SEEN = Seen(branches=("feat/checkout", "fix/login"), tags=("e2e",), authors=("Example Author",))


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("branch:f", "branch:feat/checkout"),
        ("branch:FI", "branch:fix/login"),
        ("st:failed b:fix", "st:failed b:fix/login"),
        ("tag:", "tag:e2e"),
        ("by:ex", 'by:"Example Author"'),
        ('by:"Example A', 'by:"Example Author"'),
        ("st:ca", "st:canceled"),
        ("branch:feat/checkout", None),
        ("branch:nothing", None),
        ("words", None),
        ("branch:f words", None),
        ("", None),
    ],
)
def test_what_is_typed_is_completed_from_what_was_seen(typed: str, expected: str | None) -> None:
    assert completed(typed, SEEN) == expected


def test_what_was_seen_is_remembered_once_and_the_latest_first() -> None:
    told = [item(2, branch="feat/x", tags=("slow",)), item(1)]
    seen = seen_in(told, SEEN)
    assert seen.branches == ("feat/x", "main", "feat/checkout", "fix/login")
    assert seen.tags == ("slow", "e2e")
    assert seen_in(told, seen) is seen


def test_of_too_many_names_the_oldest_are_forgotten() -> None:
    full = Seen(branches=tuple(f"old-{n}" for n in range(REMEMBERED)))
    seen = seen_in([item(1, branch="new")], full)
    assert seen.branches == ("new", *full.branches[:-1])
