"""Where the keys go: a pane keeps the focus when the terminal loses it, and hands it on when it goes."""

import pytest
from textual import events

from currents_tui.core.deed import Deed
from tests.builders import failed, passed, run, running
from tests.ui.watching import Watching, usual, watching

A, B = "6f3b9c0e00000000", "9d2f4a7e0b1c3d58"
SIZES = [(80, 24), (120, 40), (200, 60)]


def focus(watched: Watching) -> str | None:
    """The pane that the keys move, which has to be in sight."""
    focused = watched.screen.moved_pane()
    assert focused is not None and focused.region, watched.focus
    return focused.id


def below(watched: Watching) -> str:
    """All lines below the first, which tells when it asks again."""
    return watched.shown().partition("\n")[2]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("pane", ["0", "1", "2", "3", "4"])
async def test_nothing_on_the_screen_moves_when_the_terminal_loses_the_focus(
    size: tuple[int, int], pane: str
) -> None:
    async with watching(usual(), run(running(), run_id=B), size=size) as watched:
        await watched.press(pane, "j")
        before, there = below(watched), focus(watched)
        watched.app.post_message(events.AppBlur())
        await watched.pilot.pause()
        assert (below(watched), focus(watched)) == (before, there)
        watched.app.post_message(events.AppFocus())
        await watched.pilot.pause()
        assert (below(watched), focus(watched)) == (before, there)


async def test_a_key_that_another_program_sends_is_about_the_row_under_the_cursor() -> None:
    async with watching(run(failed(), run_id=A), run(running(), run_id=B)) as watched:
        await watched.press("0", "j")
        watched.app.post_message(events.AppBlur())
        await watched.press("c")
        assert f"Cancel run {B[:8]}?" in watched.shown()


async def test_it_asks_slowly_while_nobody_looks_and_a_key_is_a_look() -> None:
    async with watching() as watched:
        watched.app.post_message(events.AppBlur())
        await watched.advance(0)
        assert "next 30s" in watched.shown()
        await watched.press("j")
        await watched.advance(0)
        assert "next 5s" in watched.shown()


@pytest.mark.parametrize("pane", ["0", "3", "4"])
@pytest.mark.parametrize("wide", [(120, 50), (200, 60)])
async def test_in_a_window_made_smaller_the_keys_move_what_is_there(wide: tuple[int, int], pane: str) -> None:
    some = [passed(f"{number}.spec.ts") for number in range(9)]
    async with watching(run(failed(), *some, run_id=A), run(running(), run_id=B), size=wide) as watched:
        await watched.press(pane)
        await watched.resize(80, 24)
        there = focus(watched)
        before = watched.screen.pane(there or "").cursor
        await watched.press("j")
        assert watched.screen.pane(there or "").cursor != before or there != "specs"
        await watched.resize(*wide)
        assert focus(watched) is not None


@pytest.mark.parametrize("pane", ["0", "1", "2", "3", "4"])
async def test_a_window_that_was_tiny_for_a_while_has_its_focus_again(pane: str) -> None:
    async with watching(usual(), run(running(), run_id=B)) as watched:
        await watched.press(pane)
        before = watched.screen.alone
        await watched.resize(50, 12)
        await watched.resize(80, 24)
        assert focus(watched) == (before or "specs")
        assert watched.screen.targets(Deed.CANCEL)


async def test_a_pane_that_goes_hands_the_focus_on() -> None:
    async with watching(run(failed(), running()), size=(120, 40)) as watched:
        await watched.press("3")
        assert focus(watched) == "failures"
        await watched.poll(run(passed(), running()))
        await watched.advance(3)
        assert focus(watched) == "specs"
