"""Leaving says what nobody knows the end of, whichever page is on top."""

import pytest

from currents_tui.core.deed import Deed
from currents_tui.core.events import Began
from currents_tui.core.model import Project
from currents_tui.core.problem import Kind, Problem
from currents_tui.core.text import plain
from currents_tui.ui.screens.projects import ProjectsScreen
from tests.builders import NOW, RUN_ID
from tests.feeds import Listing
from tests.ui.watching import Watching, usual, watching

PAGES = {"": (), "run": ("i",), "spec": ("enter",), "timeline": ("t",), "help": ("question_mark",)}
TWO = (
    Project(project_id=plain("Shop42"), name=plain("webshop")),
    Project(project_id=plain("Other1"), name=plain("backoffice")),
)


def told(watched: Watching) -> str:
    problem = watched.app.problem
    return str(problem.sentence) if problem is not None else ""


@pytest.mark.parametrize("page", PAGES)
async def test_a_deed_under_way_is_told_from_every_page(page: str) -> None:
    async with watching() as watched:
        watched.screen.apply(Began(run_id=RUN_ID, deed=Deed.CANCEL, at=NOW))
        await watched.press(*PAGES[page])
        await watched.pilot.press("ctrl+q")
        assert told(watched).startswith(f"Left while run {RUN_ID} was being cancelled")


async def test_and_from_the_projects() -> None:
    async with watching(usual(), listing=Listing(known=TWO)) as watched:
        await watched.press("b")
        await watched.until(lambda: watched.shows(ProjectsScreen))
        watched.screen.apply(Began(run_id=RUN_ID, deed=Deed.DELETE, at=NOW))
        await watched.pilot.press("ctrl+q")
        assert told(watched).startswith(f"Left while run {RUN_ID} was being deleted")


async def test_where_nothing_was_ever_seen_help_is_no_success() -> None:
    listing = Listing(trouble=[Problem(Kind.OFFLINE, "No network.")] * 9)
    async with watching(listing=listing, project="Shop42") as watched:
        await watched.until(lambda: watched.screen.state.current.trouble is not None)
        await watched.press("question_mark")
        await watched.pilot.press("ctrl+q")
        assert told(watched) == "No network."


@pytest.mark.parametrize("page", PAGES)
async def test_else_it_is_a_success(page: str) -> None:
    async with watching() as watched:
        await watched.press(*PAGES[page])
        await watched.pilot.press("ctrl+q")
        assert watched.app.problem is None
        assert (watched.app.return_code or 0) == 0
