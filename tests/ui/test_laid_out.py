"""When the main screen is laid out: once for each size, also for one that came behind something else."""

import pytest
from textual import events
from textual.screen import Screen

from tests.builders import run, running
from tests.ui.watching import Watching, watching

WIDE = (200, 60)


def panes(watched: Watching) -> list[str]:
    """The lines between the first, which tells how often it asks, and the last two, where things are said."""
    return watched.shown().splitlines()[1:-2]


async def test_told_again_what_size_it_has_it_is_not_laid_out_again() -> None:
    async with watching() as watched:
        layouts: list[Screen[object]] = []
        watched.screen.screen_layout_refresh_signal.subscribe(watched.screen, layouts.append)
        watched.screen.post_message(events.Resize(watched.app.size, watched.app.size))
        await watched.pilot.pause()
        assert layouts == []
        await watched.resize(*WIDE)
        assert layouts != []


@pytest.mark.parametrize("key", ["c", "i", "question_mark", "ctrl+p"])
async def test_what_is_behind_a_page_or_a_question_has_the_new_size_too(key: str) -> None:
    async with watching(run(running()), size=WIDE) as fresh:
        await fresh.advance(1)
        expected = panes(fresh)
    async with watching(run(running())) as watched:
        await watched.press(key)
        await watched.resize(*WIDE)
        assert watched.app.screen is not watched.screen
        await watched.advance(1)
        await watched.press("escape")
        assert watched.app.screen is watched.screen
        assert panes(watched) == expected


async def test_what_can_be_seen_around_a_question_has_it_at_once() -> None:
    async with watching(run(running())) as watched:
        await watched.press("c")
        assert not watched.screen.layout_now.spec
        await watched.resize(*WIDE)
        assert watched.app.screen is not watched.screen
        assert watched.screen.layout_now.spec
