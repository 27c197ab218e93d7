"""What the screen makes of clocks that jump: a machine that slept, a clock that was set back."""

import re
from datetime import timedelta

from tests.ui.watching import watching
from tests.watch.fake import settle


async def test_after_a_suspend_it_says_at_once_how_old_its_data_is_and_asks() -> None:
    async with watching() as watched:
        asked = len(watched.service.asked)
        watched.clock.time += timedelta(minutes=3)  # nobody was awake to be woken
        watched.screen.tick()
        assert re.search(r"3:0\d old", watched.lines("header")[0])
        assert "STALE" in watched.lines("header")[0]
        await watched.until(lambda: len(watched.service.asked) > asked)
        await watched.until(lambda: "LIVE" in watched.lines("header")[0])


async def test_a_tick_that_is_a_little_late_asks_nothing() -> None:
    async with watching() as watched:
        asked = len(watched.service.asked)
        watched.clock.time += timedelta(seconds=4)
        watched.screen.tick()
        await settle()
        assert len(watched.service.asked) == asked


async def test_a_clock_that_is_set_back_makes_no_negative_times() -> None:
    async with watching() as watched:
        watched.clock.time -= timedelta(hours=1)
        watched.screen.tick()
        assert "-" not in watched.lines("header")[0]
        assert "STALE" not in watched.lines("header")[0]
        for line in watched.lines("specs"):
            assert " -" not in line
