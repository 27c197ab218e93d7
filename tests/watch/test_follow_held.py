"""What is held back when the service wants fewer requests, and pages of the list one at a time."""

from itertools import pairwise

import pytest

from currents_tui.core.events import Paged, PageFailed
from currents_tui.core.problem import Kind, Problem
from currents_tui.core.run_filter import ALL, PageRequest
from currents_tui.watch.pace import RETRY_AFTER_CAP
from tests.feeds import run_id
from tests.watch.fake import settle, trouble
from tests.watch.test_follow import at_work

OLDER = PageRequest(after="1" * 24)


class TestFewerRequestsAreWanted:
    async def test_one_429_holds_everything_for_as_long_as_it_says(self) -> None:
        async with at_work(3) as bench:
            await bench.clock.advance(4)
            bench.service.troubles[run_id(0)] = [trouble(Kind.RATE_LIMITED, retry_after=40.0)]
            await bench.clock.advance(1)
            before = len(bench.service.asked)
            await bench.clock.advance(39.9)
            assert len(bench.service.asked) == before
            await bench.clock.advance(1)
            assert len(bench.service.asked) > before

    async def test_a_429_of_the_list_holds_the_runs_as_well_and_then_slows_them(self) -> None:
        async with at_work(1) as bench:
            bench.service.listing.trouble = [trouble(Kind.RATE_LIMITED, retry_after=20.0)]
            await bench.clock.advance(15)
            before = len(bench.service.times(run_id(0)))
            await bench.clock.advance(100)
            slowly = bench.service.times(run_id(0))[before:]
            assert slowly[0] >= 35
            assert all(b - a >= 15 for a, b in pairwise(slowly))
            await bench.clock.advance(300)
            after = bench.service.times(run_id(0))[-5:]
            assert after[-1] - after[0] == pytest.approx(20), "and then as before"

    async def test_a_429_without_a_word_about_when(self) -> None:
        async with at_work(1, lists=False) as bench:
            bench.service.troubles[run_id(0)] = [trouble(Kind.RATE_LIMITED)]
            await bench.clock.advance(5)
            await bench.clock.advance(14.9)
            assert bench.service.times(run_id(0)) == [0, 5]

    async def test_a_429_that_asks_for_days_is_heeded_for_minutes(self) -> None:
        async with at_work(2, lists=False) as bench:
            bench.service.troubles[run_id(0)] = [trouble(Kind.RATE_LIMITED, retry_after=1e9)]
            await bench.clock.advance(5)
            before = len(bench.service.asked)
            await bench.clock.advance(RETRY_AFTER_CAP + 1)
            assert len(bench.service.asked) > before

    async def test_a_later_429_makes_no_pause_shorter(self) -> None:
        async with at_work(2, lists=False) as bench:
            bench.service.troubles[run_id(0)] = [trouble(Kind.RATE_LIMITED, retry_after=100.0)]
            await bench.clock.advance(5)
            bench.service.troubles[run_id(1)] = [trouble(Kind.RATE_LIMITED, retry_after=10.0)]
            bench.following.wake(run_id(1))
            await bench.clock.advance(0)
            before = len(bench.service.asked)
            await bench.clock.advance(99)
            assert len(bench.service.asked) == before

    async def test_whoever_wakes_up_meanwhile_is_held_as_well(self) -> None:
        async with at_work(3) as bench:
            bench.service.troubles[run_id(0)] = [trouble(Kind.RATE_LIMITED, retry_after=100.0)]
            await bench.clock.advance(5)
            before = len(bench.service.asked)
            bench.following.wake_all()
            await bench.clock.advance(99)
            assert len(bench.service.asked) == before

    @pytest.mark.parametrize("asks", ["newest_of", "projects"])
    async def test_a_429_of_a_question_asked_once_holds_the_runs_as_well(self, asks: str) -> None:
        async with at_work(1, lists=False) as bench:
            bench.service.troubles["projects"] = [trouble(Kind.RATE_LIMITED, retry_after=40.0)]
            bench.service.listing.trouble = [trouble(Kind.RATE_LIMITED, retry_after=40.0)]
            following = bench.following
            with pytest.raises(Problem):
                await (following.projects() if asks == "projects" else following.newest_of("Shop42", "main"))
            await bench.clock.advance(39)
            assert bench.service.times(run_id(0)) == [0]

    async def test_no_page_is_turned_meanwhile(self) -> None:
        async with at_work(1) as bench:
            bench.service.troubles[run_id(0)] = [trouble(Kind.RATE_LIMITED, retry_after=40.0)]
            await bench.clock.advance(5)
            before = len(bench.service.asked)
            bench.following.turn_page("Shop42", ALL, OLDER)
            await settle()
            assert len(bench.service.asked) == before

    async def test_a_page_that_brings_a_429_holds_the_others(self) -> None:
        async with at_work(1) as bench:
            bench.service.listing.trouble = [trouble(Kind.RATE_LIMITED, retry_after=40.0)]
            bench.following.turn_page("Shop42", ALL, OLDER)
            await settle()
            assert isinstance(bench.events[-1], PageFailed) or any(
                isinstance(event, PageFailed) for event in bench.events
            )
            await bench.clock.advance(39)
            assert bench.service.times(run_id(0)) == [0]


class TestPages:
    async def test_one_at_a_time(self) -> None:
        async with at_work(1) as bench:
            asked = len(bench.service.listing.asked)
            for _ in range(5):
                bench.following.turn_page("Shop42", ALL, OLDER)
            await settle()
            assert len(bench.service.listing.asked) == asked + 1
            assert sum(isinstance(event, Paged) for event in bench.events) == 1

    async def test_one_that_fails_lets_the_next_be_turned(self) -> None:
        async with at_work(1) as bench:
            bench.service.listing.trouble = [trouble(Kind.BAD_ANSWER)]
            bench.following.turn_page("Shop42", ALL, OLDER)
            await settle()
            bench.following.turn_page("Shop42", ALL, OLDER)
            await settle()
            told = [type(event) for event in bench.events if isinstance(event, Paged | PageFailed)]
            assert told == [PageFailed, Paged]
