"""What the screen makes of clocks that jump: a machine that slept, a clock that was set back."""

import re
from datetime import timedelta

from currents_tui.core.problem import Kind, Problem
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


async def test_after_a_clock_was_set_back_old_data_is_called_so_as_before() -> None:
    async with watching() as watched:
        watched.clock.set_back(3600)
        await watched.poll(Problem(Kind.SERVER, "The service is in trouble."))
        assert "RETRYING" in watched.lines("header")[0]
        for _ in range(20):
            await watched.advance(1)
        assert "STALE" in watched.lines("header")[0]


async def test_after_a_clock_was_set_back_nothing_is_held_or_said_for_an_hour() -> None:
    async with watching() as watched:
        watched.screen.say("a word in passing")
        await watched.press("down")
        watched.screen.say("a word in passing")
        watched.screen.draw()
        assert "a word in passing" in watched.lines("message")[0]
        watched.clock.set_back(3600)
        watched.screen.tick()
        assert not watched.screen.was_key_pressed(watched.clock.now())
        assert "a word in passing" not in watched.lines("message")[0]
