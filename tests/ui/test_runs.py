"""The list of a project's runs on the screen: choosing, following, filtering, and what stays where it is."""

import asyncio
from typing import Any

import pytest
from msgspec import structs

from currents_tui.core.feed import GAP
from currents_tui.core.model import Project, RunPage
from currents_tui.core.problem import Kind, Problem
from currents_tui.core.run_filter import RunFilter
from currents_tui.core.text import plain
from currents_tui.ui.screens.page import PageScreen
from currents_tui.ui.screens.projects import ProjectsScreen
from currents_tui.ui.screens.question import QuestionScreen
from currents_tui.ui.widgets.pane import Pane
from tests.builders import RUN_ID
from tests.feeds import Listing, item, number_of, run_id
from tests.ui.watching import Watching, watching

PROJECT = "Shop42"
WIDE = (120, 40)


def a_listing(count: int = 50) -> Listing:
    """Runs 1 to `count`, the newest of them in progress on a branch of its own."""
    there = [item(number) for number in range(1, count)]
    there.append(item(count, state="IN_PROGRESS", status="RUNNING", branch="feat/x"))
    return Listing(there=there)


def runs(watched: Watching) -> Pane:
    return watched.screen.pane("runs")


def selected(watched: Watching) -> int:
    return number_of(watched.screen.state.selected)


async def listed(watched: Watching, *, seconds: int = 16) -> None:
    """Let a look at the list pass."""
    for _ in range(seconds):
        await watched.advance(1)


class TestOpening:
    @pytest.mark.parametrize("size", [(80, 24), WIDE])
    async def test_fifty_runs_take_one_request_and_the_one_shown_another(self, size: tuple[int, int]) -> None:
        listing = a_listing()
        async with watching(listing=listing, project=PROJECT, size=size) as watched:
            await watched.until(lambda: watched.screen.state.current.run is not None)
            assert len(listing.asked) == 1
            assert watched.service.asked == [run_id(50)]
            shown = watched.shown()
            assert "feat/x" in shown
            assert "RUNNING" in shown
            assert len(runs(watched).keys) == 50
            assert runs(watched).cursor == run_id(50)
            assert watched.focus == "runs"

    async def test_the_newest_run_of_the_branch_that_is_checked_out(self) -> None:
        listing = a_listing()
        listing.there[20] = item(21, branch="fix/mine")
        async with watching(listing=listing, project=PROJECT, branch="fix/mine", size=WIDE) as watched:
            await watched.until(lambda: selected(watched) == 21)
            assert runs(watched).cursor == run_id(21)
            assert len(listing.asked) == 1

    async def test_one_that_is_on_no_page_here_is_looked_for_once(self) -> None:
        listing = a_listing(200)
        listing.there[20] = item(21, branch="fix/mine")
        async with watching(listing=listing, project=PROJECT, branch="fix/mine", size=WIDE) as watched:
            await watched.until(lambda: selected(watched) == 21)
            assert [asked[0].branches for asked in listing.asked] == [(), ("fix/mine",)]
            assert run_id(21) in runs(watched).keys

    async def test_a_branch_without_a_run_is_waited_for(self) -> None:
        listing = a_listing(200)
        async with watching(listing=listing, project=PROJECT, branch="fix/mine", size=WIDE) as watched:
            await watched.until(lambda: selected(watched) == 200)
            assert "No run of fix/mine yet" in watched.shown()
            assert watched.screen.state.follows == "fix/mine"
            listing.there.append(item(201, branch="fix/mine", state="IN_PROGRESS", status="RUNNING"))
            await listed(watched)
            await watched.until(lambda: selected(watched) == 201)
            assert "Moved on to run" in watched.shown()

    async def test_a_look_for_the_branch_that_fails_claims_nothing(self) -> None:
        listing = a_listing(200)
        answer, asked = listing.runs, listing.asked

        async def failing(project: str, wanted: RunFilter, **place: Any) -> RunPage:
            if wanted.branches:
                asked.append((wanted, "", "", 1))
                raise Problem(Kind.SERVER, "It has a problem.")
            return await answer(project, wanted, **place)

        listing.runs = failing  # type: ignore[method-assign,assignment]
        async with watching(listing=listing, project=PROJECT, branch="fix/mine", size=WIDE) as watched:
            await watched.until(lambda: selected(watched) == 200)
            assert watched.screen.state.follows == ""
            assert "It has a problem." in watched.shown()

    async def test_ten_minutes_in_the_list_stay_within_the_budget(self) -> None:
        listing = a_listing()
        async with watching(listing=listing, project=PROJECT, size=WIDE) as watched:
            await watched.until(lambda: selected(watched) == 50)
            for step in range(120):
                listing.there[-1] = structs.replace(listing.there[-1], duration_ms=float(step))
                await watched.advance(5)
            assert len(listing.asked) <= 42
            assert 60 <= len(watched.service.asked) <= 122

    async def test_a_run_that_goes_on_after_all_is_asked_about_again(self) -> None:
        listing = a_listing()
        listing.end(50)
        async with watching(listing=listing, project=PROJECT, size=WIDE) as watched:
            await watched.until(lambda: selected(watched) == 50)
            for _ in range(60):
                await watched.advance(5)
            asked = len(watched.service.asked)
            for _ in range(6):
                await watched.advance(5)
            assert len(watched.service.asked) == asked, "it is over"
            listing.end(50, "IN_PROGRESS", "RUNNING")
            await listed(watched)
            assert len(watched.service.asked) > asked
            assert "RUNNING" in "\n".join(watched.lines("header"))

    async def test_an_empty_project_says_so(self) -> None:
        async with watching(listing=Listing(), project=PROJECT) as watched:
            await watched.until(lambda: "No run has been recorded" in watched.shown())
            await watched.press("j", "enter", "c", "D", "m", "i", "o", "y", "n", "s", "f", "0", "1", "2")
            assert watched.service.written == []

    async def test_an_unknown_project_says_so(self) -> None:
        listing = Listing(trouble=[Problem(Kind.NOT_FOUND, "There is no such project.")] * 9)
        async with watching(listing=listing, project=PROJECT) as watched:
            await watched.until(lambda: "There is no such project." in watched.shown())

    async def test_a_named_run_opens_as_ever_and_0_lists_its_project(self) -> None:
        async with watching() as watched:
            watched.service.listing.there = a_listing().there
            assert watched.service.listing.asked == []
            await watched.press("0")
            await watched.until(lambda: len(runs(watched).keys) == 51)
            assert runs(watched).keys[0] == watched.screen.state.selected


class TestProjects:
    TWO = (
        Project(project_id=plain("Shop42"), name=plain("webshop")),
        Project(project_id=plain("Other1"), name=plain("\x1b[2Jbackoffice")),
    )

    async def test_with_several_one_is_chosen(self) -> None:
        listing = a_listing()
        listing.known = self.TWO
        async with watching(listing=listing) as watched:
            await watched.until(lambda: watched.shows(ProjectsScreen))
            assert listing.asked == []
            await watched.press("j", "enter")
            await watched.until(lambda: selected(watched) == 50)
            assert watched.screen.state.feed is not None
            assert watched.screen.state.feed.project_id == "Other1"

    async def test_a_single_one_is_opened(self) -> None:
        listing = a_listing()
        listing.known = self.TWO[:1]
        async with watching(listing=listing) as watched:
            await watched.until(lambda: selected(watched) == 50)

    async def test_none_at_all_ends_with_a_sentence(self) -> None:
        async with watching(listing=Listing()) as watched:
            await watched.until(lambda: watched.app.problem is not None)
            assert watched.app.problem is not None
            assert watched.app.problem.kind is Kind.NOT_FOUND

    @pytest.mark.parametrize("key", ["q", "escape", "ctrl+c", "ctrl+q"])
    async def test_every_way_out(self, key: str) -> None:
        async with watching(listing=Listing(known=self.TWO)) as watched:
            await watched.until(lambda: watched.shows(ProjectsScreen))
            await watched.press(key)
            await watched.until(lambda: watched.app.return_code is not None)
            assert watched.app.return_code == (130 if key == "ctrl+c" else 0)

    async def test_another_project_in_the_middle_of_it(self) -> None:
        listing = a_listing()
        listing.known = self.TWO
        async with watching(listing=listing, project=PROJECT, size=WIDE) as watched:
            await watched.until(lambda: selected(watched) == 50)
            await watched.press("b")
            await watched.until(lambda: watched.shows(ProjectsScreen))
            await watched.press("escape")
            assert selected(watched) == 50
            await watched.press("b")
            await watched.until(lambda: watched.shows(ProjectsScreen))
            await watched.press("j", "enter")
            await watched.until(lambda: watched.screen.state.feed is not None
                                and watched.screen.state.feed.project_id == "Other1"
                                and watched.screen.state.feed.as_of is not None)  # fmt: skip

    @pytest.mark.parametrize("size", [(60, 15), (80, 24), WIDE])
    async def test_an_empty_one_shows_no_run_of_the_project_before(self, size: tuple[int, int]) -> None:
        listing = Listing(known=self.TWO)
        async with watching(size=size) as watched:
            watched.service.listing = listing
            await watched.press("b")
            await watched.until(lambda: watched.shows(ProjectsScreen))
            await watched.press("g", "j", "enter")
            await watched.until(lambda: "No run has been recorded" in watched.shown())
            assert runs(watched).keys == ()
            assert "project Other1" in watched.lines("header")[0]
            assert "Asking." not in watched.shown()
            await watched.press("c", "D", "enter", "escape")
            assert not watched.shows(QuestionScreen)
            assert watched.screen.state.selected == ""
            assert "" not in [known.run_id for known in watched.screen.state.runs]
            await watched.press("b")
            await watched.until(lambda: watched.shows(ProjectsScreen))
            await watched.press("g", "enter")
            await watched.until(lambda: runs(watched).keys == (RUN_ID,))


class TestGoingAbout:
    async def test_enter_shows_the_run_and_q_goes_back_to_the_list(self) -> None:
        async with watching(listing=a_listing(), project=PROJECT) as watched:
            await watched.until(lambda: selected(watched) == 50)
            await watched.press("j", "j", "enter")
            assert selected(watched) == 48
            assert watched.focus == "specs"
            await watched.until(lambda: "a.spec.ts" in watched.shown())
            await watched.press("q")
            assert watched.focus == "runs"
            assert runs(watched).cursor == run_id(48)
            await watched.press("q")
            await watched.until(lambda: watched.app.return_code is not None)

    async def test_only_the_run_that_is_shown_is_asked_about(self) -> None:
        async with watching(listing=a_listing(), project=PROJECT, size=WIDE) as watched:
            await watched.until(lambda: selected(watched) == 50)
            for number in (49, 48, 47):
                await watched.press("0", "j", "enter")
                assert selected(watched) == number
            # What earlier runs teach is asked once, and then no more.
            for _ in range(12):
                await watched.advance(1)
            watched.service.asked.clear()
            await listed(watched)
            assert set(watched.service.asked) == {run_id(47)}
            assert len(watched.screen.state.runs) == 1

    async def test_a_run_is_known_from_the_list_before_it_answers(self) -> None:
        listing = a_listing()
        async with watching(listing=listing, project=PROJECT, size=WIDE) as watched:
            await watched.until(lambda: selected(watched) == 50)
            gate = asyncio.Event()
            answer = watched.service.run

            async def late(wanted: str) -> object:
                await gate.wait()
                return await answer(wanted)

            watched.service.run = late  # type: ignore[method-assign,assignment]
            await watched.press("j", "enter")
            assert "change 49" in "\n".join(watched.lines("header"))
            gate.set()

    async def test_keys_are_about_the_run_under_the_cursor(self) -> None:
        async with watching(listing=a_listing(), project=PROJECT, size=WIDE) as watched:
            await watched.until(lambda: selected(watched) == 50)
            await watched.press("j", "o")
            assert watched.opened == [f"https://app.example.com/run/{run_id(49)}"]
            await watched.press("i")
            assert watched.shows(PageScreen)
            assert run_id(49) in watched.shown()
            assert selected(watched) == 50

    async def test_the_message_row_tells_the_whole_title(self) -> None:
        listing = a_listing()
        listing.there[48] = item(49, title="a title that is far longer than what a narrow row has room for")
        async with watching(listing=listing, project=PROJECT, size=WIDE) as watched:
            await watched.until(lambda: selected(watched) == 50)
            await watched.press("j")
            assert "longer than what a narrow row has room for" in watched.lines("message")[0]


class TestStayingInPlace:
    @pytest.mark.parametrize("size", [(80, 24), WIDE])
    async def test_new_runs_move_neither_cursor_nor_selection_nor_marks(self, size: tuple[int, int]) -> None:
        listing = a_listing()
        listing.there[47] = item(48, state="IN_PROGRESS", status="RUNNING")
        async with watching(listing=listing, project=PROJECT, size=size) as watched:
            await watched.until(lambda: selected(watched) == 50)
            await watched.press("j", "j", "m", "j")
            for new in range(51, 56):
                listing.there.append(item(new, state="IN_PROGRESS", status="RUNNING", branch="feat/x"))
                await listed(watched)
                assert runs(watched).keys[0] == run_id(new)
            assert selected(watched) == 50
            assert runs(watched).cursor == run_id(47)
            assert watched.screen.state.marked == {run_id(48)}

    async def test_the_row_under_the_cursor_stays_where_the_eye_is(self) -> None:
        listing = a_listing()
        async with watching(listing=listing, project=PROJECT, size=WIDE) as watched:
            await watched.until(lambda: selected(watched) == 50)
            await watched.press(*["j"] * 30)

            def place() -> int:
                marked = [n for n, line in enumerate(watched.lines("runs")) if ">" in line]
                return marked[0]

            before = place()
            listing.there += [item(51), item(52), item(53)]
            await listed(watched)
            assert runs(watched).keys[0] == run_id(53)
            assert place() == before

    async def test_a_run_that_is_deleted_elsewhere_leaves_the_list(self) -> None:
        listing = a_listing()
        async with watching(listing=listing, project=PROJECT, size=WIDE) as watched:
            await watched.until(lambda: selected(watched) == 50)
            await watched.press("j", "j")
            listing.there = [one for one in listing.there if one.run_id != run_id(48)]
            await listed(watched)
            assert run_id(48) not in runs(watched).keys
            assert runs(watched).cursor == run_id(47)
            assert selected(watched) == 50

    async def test_marks_outlast_a_filter_that_hides_them(self) -> None:
        listing = a_listing()
        listing.there[45] = item(46, branch="dev", state="IN_PROGRESS", status="RUNNING")
        async with watching(listing=listing, project=PROJECT, size=WIDE) as watched:
            await watched.until(lambda: selected(watched) == 50)
            await watched.press("m", *["j"] * 4, "m", "slash")
            await watched.type("branch:dev\r")
            await watched.until(lambda: runs(watched).keys == (run_id(46),))
            await watched.press("0", "c")
            assert watched.shows(QuestionScreen)
            shown = watched.shown()
            assert run_id(50)[:8] in shown
            assert "2 runs" in shown
            await watched.press("n")
            assert watched.screen.state.marked == {run_id(50), run_id(46)}


class TestOlderRuns:
    async def test_they_load_as_the_cursor_nears_the_end(self) -> None:
        listing = a_listing(120)
        async with watching(listing=listing, project=PROJECT, size=WIDE) as watched:
            await watched.until(lambda: selected(watched) == 120)
            await watched.press("G")
            await watched.until(lambda: len(runs(watched).keys) == 101)
            assert runs(watched).cursor == run_id(70), "the first of those that filled the gap"
            await watched.press("G")
            await watched.until(lambda: len(runs(watched).keys) == 120)
            await watched.press("G")
            assert runs(watched).cursor == run_id(1)
            assert len(listing.asked) == 3
            assert selected(watched) == 120

    async def test_a_page_that_fails_leaves_what_was_loaded_and_can_be_asked_for_again(self) -> None:
        listing = a_listing(120)
        async with watching(listing=listing, project=PROJECT) as watched:
            await watched.until(lambda: selected(watched) == 120)
            listing.trouble = [Problem(Kind.BAD_ANSWER, "The answer was cut off.")]
            await watched.press("G")
            await watched.until(lambda: "The answer was cut off." in watched.shown())
            assert len(runs(watched).keys) == 51
            await watched.press("enter")
            await watched.until(lambda: len(runs(watched).keys) == 101)

    async def test_the_row_where_more_runs_are_is_no_run(self) -> None:
        listing = a_listing(120)
        async with watching(listing=listing, project=PROJECT) as watched:
            await watched.until(lambda: selected(watched) == 120)
            listing.trouble = [Problem(Kind.BAD_ANSWER, "The answer was cut off.")] * 9
            await watched.press("G")
            assert (runs(watched).cursor or "").startswith(GAP)
            await watched.press("c", "D", "m", "i", "o", "y")
            assert not watched.shows(QuestionScreen)
            assert watched.opened == []
            assert watched.screen.state.marked == frozenset()

    async def test_runs_that_were_scrolled_past_are_forgotten_and_come_back(self) -> None:
        """`tests/core/test_feed.py` goes through ten thousand."""
        listing = Listing(there=[item(number) for number in range(1, 1_501)])
        async with watching(listing=listing, project=PROJECT) as watched:
            await watched.until(lambda: selected(watched) == 1_500)
            while runs(watched).cursor != run_id(1):
                await watched.press("G")
                assert len(runs(watched).keys) < 1_000
            assert len(listing.asked) == 30
            await watched.press("g")
            assert runs(watched).cursor == run_id(1_500)
            await watched.press(*["pagedown"] * 12)
            await watched.until(lambda: run_id(1_400) in runs(watched).keys)
