"""A pane over the whole screen: the way back from it, and what keys are about while it hides the others."""

import pytest

from currents_tui.core.problem import Kind, Problem
from currents_tui.ui.screens.watch import WatchScreen
from tests.builders import failed, passed, run, running
from tests.feeds import Listing, item, run_id
from tests.ui.watching import Watching, watching

PROJECT = "Shop42"


def focus(watched: Watching) -> str | None:
    """The pane that has the focus, which has to be in sight."""
    focused = watched.screen.moved_pane()
    assert focused is not None and focused.region, watched.focus
    return focused.id


class TestBeforeARunIsChosen:
    @pytest.mark.parametrize("size", [(80, 24), (120, 40)])
    @pytest.mark.parametrize("pane", ["3", "4"])
    @pytest.mark.parametrize("back", ["q", "escape", "1", "2", "0", "3", "4"])
    async def test_there_is_a_way_back_to_the_list(self, size: tuple[int, int], pane: str, back: str) -> None:
        async with watching(listing=Listing(), project=PROJECT, size=size) as watched:
            await watched.until(lambda: "No run has been recorded" in watched.shown())
            await watched.press(pane)
            assert focus(watched) in ("failures", "log")
            await watched.press(back)
            assert focus(watched) in ("runs", "failures", "log") or size[0] > 80
            if back not in ("3", "4"):
                assert "No run has been recorded" in watched.shown()
            assert watched.app.return_code is None

    async def test_the_list_is_asked_for_all_the_same_and_r_asks_at_once(self) -> None:
        listing = Listing(trouble=[Problem(Kind.OFFLINE, "No network.")] * 2)
        async with watching(listing=listing, project=PROJECT) as watched:
            await watched.press("4")
            await watched.advance(2)
            asked = len(listing.asked)
            await watched.press("r")
            await watched.advance(1)
            assert len(listing.asked) > asked
            listing.there = [item(1, state="IN_PROGRESS", status="RUNNING")]
            for _ in range(60):
                await watched.advance(1)
            assert watched.screen.state.selected == run_id(1)
            await watched.press("q")
            assert focus(watched) == "specs"


A, B = "6f3b9c0e00000000", "9d2f4a7e0b1c3d58"


async def a_list(watched: Watching) -> None:
    """The cursor on run B of the list, while run A is shown."""
    await watched.press("0", "j")
    assert focus(watched) == "runs"
    assert watched.screen.run_at_hand == B


@pytest.mark.parametrize("key", ["n", "N"])
async def test_n_in_the_list_goes_to_the_failures_of_the_run_that_is_shown(key: str) -> None:
    async with watching(run(failed(), run_id=A), run(running(), run_id=B)) as watched:
        await a_list(watched)
        await watched.press(key)
        assert focus(watched) == "specs"
        assert watched.screen.run_at_hand == A


class TestWithoutARunOnTheRow:
    KEYS = ("y", "o", "i", "t")

    @pytest.mark.parametrize("key", KEYS)
    async def test_the_row_of_more_runs_is_not_the_run_that_is_shown(self, key: str) -> None:
        listing = Listing(there=[item(number) for number in range(1, 121)])
        async with watching(listing=listing, project=PROJECT) as watched:
            await watched.until(lambda: watched.screen.state.current.run is not None)
            listing.trouble = [Problem(Kind.BAD_ANSWER, "The answer was cut off.")] * 9
            await watched.press("G", key)
            assert watched.shows(WatchScreen)
            assert watched.lines("message")[0].strip() == "There is no run on this row."
            assert watched.opened == []

    @pytest.mark.parametrize("key", KEYS)
    async def test_an_empty_list_has_none(self, key: str) -> None:
        async with watching(listing=Listing(), project=PROJECT) as watched:
            await watched.until(lambda: "No run has been recorded" in watched.shown())
            await watched.press(key)
            assert watched.shows(WatchScreen)
            assert watched.lines("message")[0].strip() == "There is no run on this row."


async def test_n_in_the_events_goes_to_the_specs() -> None:
    async with watching(run(failed(), passed("b.spec.ts"))) as watched:
        await watched.press("4", "n")
        assert focus(watched) == "specs"


@pytest.mark.parametrize("key", ["s", "S"])
async def test_hidden_specs_are_not_sorted_from_the_list(key: str) -> None:
    async with watching(run(failed(), run_id=A), run(running(), run_id=B)) as watched:
        await a_list(watched)
        order = watched.screen.panes.order
        before = order.sort, order.backwards
        await watched.press(key)
        assert (order.sort, order.backwards) == before
        assert "the newest come first" in watched.lines("message")[0]
        assert focus(watched) == "runs"
