"""What the list of runs does to the state: what is known of a run, what is followed, what is released."""

from datetime import timedelta

import pytest
from msgspec import structs

from currents_tui.core.deed import Deed, Ending, Outcome
from currents_tui.core.events import (
    THE_LIST,
    Asked,
    Began,
    Ended,
    Listed,
    Paged,
    PageFailed,
    Paging,
    Polled,
    PollFailed,
)
from currents_tui.core.feed import Feed
from currents_tui.core.model import RunPage
from currents_tui.core.problem import Kind, Problem
from currents_tui.core.run_filter import ALL, PageRequest, RunFilter
from currents_tui.core.state import (
    State,
    deed_refusal,
    followed,
    not_later_than,
    reduce,
    released,
    requests_per_minute,
    rows_of,
    start,
    to_follow,
)
from currents_tui.core.text import plain
from tests.builders import NOW, ago, run
from tests.feeds import item, page, run_id


def listed(*items: object, asked: float = 0.2, at: float = 0, wanted: RunFilter = ALL) -> Listed:
    return Listed(
        project_id="Shop42",
        wanted=wanted,
        page=RunPage(items=items, has_more=True),  # type: ignore[arg-type]
        asked_at=ago(at + asked),
        at=ago(at),
    )


def a_list(*events: object) -> State:
    state = structs.replace(start((), 5.0), feed=Feed(project_id="Shop42"))
    for event in events:
        state = reduce(state, event)  # type: ignore[arg-type]
    return state


def showing(state: State, number: int) -> State:
    return structs.replace(followed(state, run_id(number)), selected=run_id(number))


THREE = (item(3, state="IN_PROGRESS", status="RUNNING", branch="feat/x"), item(2), item(1, branch="feat/x"))


def ids(state: State) -> list[str]:
    assert state.feed is not None
    return [one.run_id or "" for one in state.feed.items]


def test_a_listed_run_is_known_before_it_was_asked_about() -> None:
    state = a_list(listed(*THREE))
    about = state.about(run_id(3))
    assert about is not None
    assert about.known == THREE[0]
    assert state.watched(run_id(3)) is None
    shown = showing(state, 3)
    assert shown.current.known_board is not None
    assert shown.current.run is None


def test_before_a_run_is_chosen_the_asking_for_the_list_is_told() -> None:
    assert a_list().current.as_of is None
    assert a_list(listed(*THREE, at=7)).current.as_of == ago(7)
    lost = PollFailed(
        run_id=THE_LIST, at=NOW, kind=Kind.OFFLINE, sentence=plain("No."), hint=plain(""), attempt=1
    )
    assert a_list(lost).current.trouble == lost


def test_runs_of_another_project_than_the_chosen_one_stay_followed_and_are_no_rows_of_its_list() -> None:
    named = run(run_id="named", project="Other1")
    polled = Polled(run_id="named", run=named, asked_at=ago(1), at=NOW)
    state = structs.replace(reduce(start(("named", "asked"), 5.0), polled), feed=Feed(project_id="Shop42"))
    assert rows_of(state) == ("named", "asked"), "nobody has chosen a project"
    elsewhere = structs.replace(state, chosen_project="Shop42")
    assert rows_of(elsewhere) == ("asked",), "what has not answered tells no project"
    assert elsewhere.watched("named") is not None
    assert rows_of(structs.replace(state, chosen_project="Other1")) == ("named", "asked")


def test_a_list_for_what_is_no_longer_wanted_is_dropped() -> None:
    state = a_list(listed(*THREE))
    assert reduce(state, listed(item(9), wanted=RunFilter(search="else"))) is state
    other = structs.replace(listed(item(9)), project_id="Other1")
    assert reduce(state, other) is state


def test_a_list_that_was_overtaken_is_dropped() -> None:
    state = a_list(listed(*THREE, at=1), listed(item(2), at=0, asked=10))
    assert len(ids(state)) == 3
    assert state.feed is not None
    assert state.feed.asking_since is None


def test_the_list_is_as_of_now_at_the_latest_once_the_clock_was_set_back() -> None:
    state = a_list(listed(*THREE, at=-3600))
    assert not_later_than(state, NOW + timedelta(seconds=3600)) is state
    feed = not_later_than(state, NOW).feed
    assert feed is not None
    assert feed.as_of == NOW


def test_after_a_clock_was_set_back_no_answer_counts_as_overtaken() -> None:
    earlier = listed(*THREE, at=3600)
    state = a_list(listed(*THREE), earlier, structs.replace(earlier, page=RunPage(items=(item(2),))))
    assert state.feed is not None
    assert state.feed.as_of == ago(3600)
    asked_before = structs.replace(earlier, asked_at=NOW, page=RunPage(items=(item(9), *THREE)))
    state = reduce(state, asked_before)
    assert ids(state)[0] == run_id(9), "the clock was set in the middle of the question"
    next_one = listed(item(10), item(9), *THREE, at=3590)
    assert ids(reduce(state, next_one))[0] == run_id(10)


def test_the_list_tells_a_followed_run_what_is_newer() -> None:
    state = showing(a_list(listed(*THREE, at=30)), 3)
    running = structs.replace(THREE[0], status=plain("FAILING"))
    state = reduce(state, Polled(run_id=run_id(3), run=running, asked_at=ago(20), at=ago(20)))
    assert state.current.newest == running
    over = item(3, branch="feat/x", status="FAILED")
    state = reduce(state, listed(over, *THREE[1:]))
    assert state.current.newest == over
    assert state.current.known == running, "the panes go on showing the run with its specs"


def test_pages_come_and_fail_and_are_counted() -> None:
    wanted = PageRequest(after="1" * 24)
    state = a_list(listed(*THREE), Paging(request=wanted, at=NOW))
    assert state.feed is not None
    assert state.feed.paging == wanted
    failed = reduce(
        state,
        PageFailed(
            project_id="Shop42",
            wanted=ALL,
            request=wanted,
            problem=Problem(Kind.SERVER, "It has a problem."),
        ),
    )
    assert failed.feed is not None
    assert (failed.feed.paging, failed.feed.page_trouble) == (None, "It has a problem.")
    assert len(ids(failed)) == 3
    first = PageRequest(after=f"{1:024x}")
    paged = reduce(state, Paged(project_id="Shop42", wanted=ALL, request=first, page=page(0, more=False)))
    assert len(ids(paged)) == 4
    asked = reduce(paged, Asked(run_id=THE_LIST, at=NOW))
    assert requests_per_minute(asked, NOW) == 2


def test_a_page_of_the_project_before_is_neither_listed_nor_trouble() -> None:
    wanted = PageRequest(after="1" * 24)
    state = a_list(listed(*THREE), Paging(request=wanted, at=NOW))
    problem = Problem(Kind.SERVER, "It has a problem.")
    failed = PageFailed(project_id="Other1", wanted=ALL, request=wanted, problem=problem)
    assert reduce(state, failed) is state
    first = PageRequest(after=f"{1:024x}")
    paged = Paged(project_id="Other1", wanted=ALL, request=first, page=page(0, more=False))
    assert reduce(state, paged) is state


class TestReleasing:
    def test_a_run_that_is_left_is_no_longer_followed_and_keeps_what_was_learned(self) -> None:
        state = showing(a_list(listed(*THREE, at=30)), 3)
        over = item(3, branch="feat/x", status="FAILED")
        state = reduce(state, Polled(run_id=run_id(3), run=over, asked_at=ago(2), at=ago(1)))
        left = released(structs.replace(state, selected=run_id(2)), run_id(3))
        assert left.watched(run_id(3)) is None
        about = left.about(run_id(3))
        assert about is not None
        assert about.known is not None
        assert about.known.status == "FAILED"

    def test_a_run_that_no_filter_shows_is_let_go_as_well(self) -> None:
        state = followed(showing(a_list(listed(*THREE)), 3), run_id(99))
        assert state.watched(run_id(99)) is not None
        assert released(state, run_id(99)).watched(run_id(99)) is None

    def test_without_a_list_nothing_is_released(self) -> None:
        state = structs.replace(showing(a_list(listed(*THREE)), 3), feed=None, selected=run_id(1))
        assert released(state, run_id(3)) is state

    def test_the_run_that_is_shown_is_not_released(self) -> None:
        state = showing(a_list(listed(*THREE)), 3)
        assert released(state, run_id(3)) is state

    def test_a_run_that_something_is_done_to_is_not_released(self) -> None:
        state = showing(a_list(listed(*THREE)), 3)
        state = reduce(state, Began(run_id=run_id(3), deed=Deed.CANCEL, at=NOW))
        state = structs.replace(state, selected=run_id(2))
        assert released(state, run_id(3)) is state


class TestDeeds:
    def test_what_the_list_tells_decides_what_can_be_done(self) -> None:
        state = a_list(listed(*THREE))
        assert deed_refusal(state, Deed.CANCEL, run_id(3)) is None
        assert "over" in (deed_refusal(state, Deed.CANCEL, run_id(2)) or "")
        assert deed_refusal(state, Deed.DELETE, run_id(2)) is None
        assert deed_refusal(state, Deed.DELETE, run_id(99)) is not None

    def test_a_deleted_run_leaves_the_list_and_the_one_below_takes_its_place(self) -> None:
        state = showing(a_list(listed(*THREE, at=5)), 2)
        outcome = Outcome(deed=Deed.DELETE, run_id=run_id(2), ending=Ending.DONE, at=NOW)
        state = reduce(state, Ended(run_id=run_id(2), outcome=outcome))
        assert ids(state) == [run_id(3), run_id(1)]
        assert state.selected == run_id(1)
        assert state.watched(run_id(1)) is not None

    @pytest.mark.parametrize("deed", list(Deed))
    def test_a_list_that_was_asked_for_before_does_not_bring_the_old_state_back(self, deed: Deed) -> None:
        state = showing(a_list(listed(*THREE, at=5)), 3)
        outcome = Outcome(deed=deed, run_id=run_id(3), ending=Ending.DONE, at=NOW)
        state = reduce(state, Ended(run_id=run_id(3), outcome=outcome))
        before = ids(state)
        late = Listed(
            project_id="Shop42",
            wanted=ALL,
            page=RunPage(items=THREE, has_more=True),
            asked_at=ago(1),
            at=NOW + timedelta(seconds=3),
        )
        assert ids(reduce(state, late)) == before


class TestFollowing:
    def test_a_newer_run_of_the_branch_is_to_be_shown(self) -> None:
        state = structs.replace(showing(a_list(listed(*THREE)), 1), follows="feat/x")
        assert to_follow(state) == run_id(3)

    def test_nothing_without_a_branch_and_nothing_for_the_newest(self) -> None:
        state = showing(a_list(listed(*THREE)), 3)
        assert to_follow(state) is None
        assert to_follow(structs.replace(state, follows="feat/x")) is None

    def test_runs_of_other_branches_are_no_reason(self) -> None:
        state = structs.replace(showing(a_list(listed(*THREE[1:])), 1), follows="feat/x")
        assert to_follow(state) is None

    def test_from_another_branch_it_goes_to_the_one_that_is_followed(self) -> None:
        state = structs.replace(showing(a_list(listed(*THREE)), 2), follows="feat/x")
        assert to_follow(state) == run_id(3)

    def test_before_any_run_was_chosen(self) -> None:
        state = structs.replace(a_list(listed(*THREE)), follows="feat/x")
        assert to_follow(state) == run_id(3)
