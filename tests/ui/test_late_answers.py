"""Answers that come when the screen has moved on, and change nothing there."""

import asyncio

import pytest

from currents_tui.core.model import Project, ProjectPage, RunPage
from currents_tui.core.problem import Kind, Problem
from currents_tui.core.run_filter import RunFilter
from currents_tui.core.text import plain
from currents_tui.ui.screens.projects import ProjectsScreen
from currents_tui.ui.screens.question import QuestionScreen
from tests.feeds import Listing, item, number_of
from tests.ui.watching import Watching, usual, watching

TWO = (
    Project(project_id=plain("Shop42"), name=plain("webshop")),
    Project(project_id=plain("Other1"), name=plain("backoffice")),
)
FAILS = Problem(Kind.SERVER, "It has a problem.")


class LateListing(Listing):
    """Tells the newest run of a branch, and the projects, once `gate` is set."""

    def __init__(self, count: int, problem: Problem | None = None) -> None:
        super().__init__([item(number) for number in range(1, count + 1)], known=TWO)
        self.there[20] = item(21, branch="fix/mine")
        self.gate = asyncio.Event()
        self.problem = problem
        self.looked_for = 0

    async def runs(
        self, project_id: str, wanted: RunFilter, *, after: str = "", before: str = "", limit: int = 50
    ) -> RunPage:
        if wanted.branches:
            self.looked_for += 1
            await self.gate.wait()
            if self.problem is not None:
                raise self.problem
        return await super().runs(project_id, wanted, after=after, before=before, limit=limit)

    async def projects(self) -> tuple[Project, ...]:
        await self.gate.wait()
        return await super().projects()


def selected(watched: Watching) -> int:
    return number_of(watched.screen.state.selected)


@pytest.mark.parametrize("problem", [None, FAILS])
@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_a_run_that_was_chosen_stays_when_the_branch_is_found_or_cannot_be(
    size: tuple[int, int], problem: Problem | None
) -> None:
    listing = LateListing(200, problem)
    async with watching(listing=listing, project="Shop42", branch="fix/mine", size=size) as watched:
        await watched.until(lambda: listing.looked_for == 1)
        await watched.press("j", "j", "enter")
        assert selected(watched) == 198
        listing.gate.set()
        await watched.advance(1)
        assert selected(watched) == 198
        assert watched.screen.state.follows == ""


@pytest.mark.parametrize("problem", [None, FAILS])
async def test_the_branch_of_a_project_that_was_left_is_not_looked_for_in_the_next(
    problem: Problem | None,
) -> None:
    listing = LateListing(200, problem)
    async with watching(listing=listing, project="Shop42", branch="fix/mine") as watched:
        await watched.until(lambda: listing.looked_for == 1)
        watched.screen._open_chosen("Other1")
        await watched.until(lambda: selected(watched) == 200)
        listing.gate.set()
        await watched.advance(1)
        assert selected(watched) == 200
        assert listing.looked_for == 1
        assert watched.screen.awaited == watched.screen.state.follows == ""


async def test_a_branch_that_is_waited_for_is_not_waited_for_in_another_project() -> None:
    listing = Listing(known=TWO)
    async with watching(listing=listing, project="Shop42", branch="fix/mine") as watched:
        await watched.until(lambda: watched.screen.state.follows == "fix/mine")
        await watched.press("b")
        await watched.until(lambda: watched.shows(ProjectsScreen))
        await watched.press("j", "enter")
        assert watched.screen.state.follows == ""


async def choosing_late(watched: Watching, listing: LateListing) -> None:
    """b is pressed, and what it asks for comes later."""
    await watched.until(lambda: watched.screen.state.current.run is not None)
    await watched.press("b")


@pytest.mark.parametrize("key", ["c", "question_mark", "slash"])
async def test_the_projects_come_over_nothing_that_was_opened_since(key: str) -> None:
    listing = LateListing(50)
    async with watching(usual(), listing=listing) as watched:
        await choosing_late(watched, listing)
        await watched.press(key)
        above, focused = watched.app.screen, watched.focus
        listing.gate.set()
        await watched.advance(1)
        assert watched.app.screen is above
        assert watched.focus == focused
        assert watched.shows(QuestionScreen) is (key == "c")


async def test_b_before_the_first_projects_are_here_is_one_page() -> None:
    listing = LateListing(50)
    async with watching(listing=listing) as watched:
        await watched.press("b")
        watched.screen._take(ProjectPage(items=TWO))
        listing.gate.set()
        await watched.until(lambda: watched.shows(ProjectsScreen))
        await watched.advance(1)
        assert sum(isinstance(screen, ProjectsScreen) for screen in watched.app.screen_stack) == 1
