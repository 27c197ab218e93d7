"""Where one line is all there is: what is refused is said, q quits, and esc changes nothing."""

import pytest

from currents_tui.ui.layout import TOO_SMALL
from tests.feeds import Listing, item
from tests.ui.watching import watching

SIZE = (59, 14)


@pytest.mark.parametrize("key", ["c", "s", "enter", "slash", "space"])
async def test_what_is_refused_is_said_for_a_while(key: str) -> None:
    async with watching(size=SIZE) as watched:
        assert "60x15 shows more." in watched.shown()
        await watched.press(key)
        assert TOO_SMALL in watched.shown()
        await watched.advance(7)
        assert "60x15 shows more." in watched.shown()


@pytest.mark.parametrize("size", [(10, 2), (1, 1), (59, 2)])
@pytest.mark.parametrize("key", ["", "question_mark"])
async def test_no_bar_scrolls_what_has_no_room(size: tuple[int, int], key: str) -> None:
    async with watching(size=size) as watched:
        await watched.press(*filter(None, [key]))
        assert not watched.app.screen.show_vertical_scrollbar
        assert not watched.app.screen.show_horizontal_scrollbar


async def test_q_quits_though_there_would_be_a_list_to_go_back_to() -> None:
    listing = Listing(there=[item(1, state="IN_PROGRESS", status="RUNNING")])
    async with watching(listing=listing, project="Shop42") as watched:
        await watched.until(lambda: watched.screen.state.current.run is not None)
        await watched.press("enter")
        await watched.resize(*SIZE)
        assert "q quit" in watched.shown()
        await watched.pilot.press("q")
        await watched.until(lambda: watched.app.return_code is not None)


async def test_esc_neither_drops_the_filter_nor_goes_anywhere() -> None:
    listing = Listing(there=[item(1, state="IN_PROGRESS", status="RUNNING")])
    async with watching(listing=listing, project="Shop42") as watched:
        await watched.until(lambda: watched.screen.state.current.run is not None)
        await watched.press("enter", "slash")
        await watched.type("spec\r")
        await watched.resize(*SIZE)
        await watched.press("escape", "escape", "escape")
        await watched.resize(80, 24)
        assert watched.screen.panes.order.filter == "spec"
        assert watched.focus == "specs"


async def test_a_field_that_is_open_is_closed() -> None:
    async with watching() as watched:
        await watched.press("slash", "a")
        await watched.resize(*SIZE)
        await watched.press("escape")
        assert watched.screen.field is None
