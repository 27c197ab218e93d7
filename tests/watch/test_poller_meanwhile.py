"""What the poller is told, and what passes, while it asks or sleeps."""

import asyncio
import gc
import tracemalloc
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from itertools import pairwise

import pytest

from currents_tui.core.events import Event
from currents_tui.core.model import Run
from currents_tui.core.problem import Kind, Problem
from currents_tui.watch.pace import SLOW, Hold
from currents_tui.watch.poller import Poller, one_run
from tests.watch.fake import (
    RUN_ID,
    EndOfScript,
    FakeClock,
    Script,
    over,
    running,
    settle,
    told,
    trouble,
)
from tests.watch.test_poller import a_poller


class Bench:
    """A poller at work on a clock that stands still, and all that it told."""

    def __init__(self, *, answers: Sequence[Run | Problem], first_delay: float = 0.0) -> None:
        self.clock = FakeClock()
        self.source = Held(self.clock, answers)
        self.events: list[Event] = []
        self.poller = a_poller(self.source, self.clock, self.events.append, first_delay=first_delay)

    @property
    def asked_at(self) -> list[float]:
        return self.source.asked_at

    @property
    def last(self) -> str:
        return told(self.events[-1])


class Held(Script):
    """A script whose answers can be held back."""

    def __init__(self, clock: FakeClock, answers: Sequence[Run | Problem]) -> None:
        super().__init__(clock, answers)
        self.free = asyncio.Event()
        self.free.set()
        self.under_way = 0

    async def run(self, run_id: str) -> Run:
        self.under_way += 1
        assert self.under_way == 1, "two questions at a time"
        try:
            answer = await super().run(run_id)
            await self.free.wait()
            return answer
        finally:
            self.under_way -= 1


@asynccontextmanager
async def at_work(
    answers: Sequence[Run | Problem],
    *,
    first_delay: float = 0.0,
    before: Callable[[Poller[Run]], None] | None = None,
) -> AsyncIterator[Bench]:
    bench = Bench(answers=answers, first_delay=first_delay)
    if before is not None:
        before(bench.poller)
    tasks = asyncio.all_tasks()
    polling = asyncio.create_task(bench.poller.poll_forever())
    await settle()
    try:
        yield bench
    finally:
        polling.cancel()
        with pytest.raises(asyncio.CancelledError):
            await polling
        assert asyncio.all_tasks() == tasks, "the poller left tasks behind"


HOUR = 3600
ENDLESS = [running(n) for n in range(1000)]


class TestMeanwhile:
    async def test_the_first_question_can_wait(self) -> None:
        async with at_work(ENDLESS, first_delay=0.4) as bench:
            assert bench.last == "in 0.4"
            await bench.clock.advance(0.3)
            assert bench.asked_at == []
            await bench.clock.advance(0.1)
            assert bench.asked_at == [0.4]

    async def test_a_wake_up_asks_now(self) -> None:
        async with at_work(ENDLESS) as bench:
            await bench.clock.advance(3)
            bench.poller.wake()
            await settle()
            assert bench.asked_at == [0, 3]
            await bench.clock.advance(5)
            assert bench.asked_at == [0, 3, 8]

    async def test_a_wake_up_before_the_first_question_asks_it(self) -> None:
        async with at_work(ENDLESS, first_delay=100) as bench:
            bench.poller.wake()
            await settle()
            assert bench.asked_at == [0]

    async def test_a_key_held_down_asks_once_a_second(self) -> None:
        async with at_work(ENDLESS) as bench:
            for _ in range(60):
                bench.poller.wake()
                await bench.clock.advance(0.05)
            assert bench.asked_at == pytest.approx([0, 1, 2, 3], abs=0.01)

    async def test_a_question_under_way_is_the_answer_to_a_wake_up(self) -> None:
        async with at_work(ENDLESS) as bench:
            bench.source.free.clear()
            await bench.clock.advance(5)
            bench.poller.wake()
            bench.poller.set_focused(False)
            bench.poller.set_interval(1)
            await bench.clock.advance(2)
            assert bench.asked_at == [0, 5]
            bench.source.free.set()
            await settle()
            assert bench.asked_at == [0, 5]
            assert bench.last == "in 30 (unfocused)"

    @pytest.mark.parametrize("kind", [Kind.KEY_REFUSED, Kind.BAD_SETTING])
    async def test_when_stopped_only_a_wake_up_asks_again(self, kind: Kind) -> None:
        async with at_work([running(), trouble(kind), running(1), running(2)]) as bench:
            await bench.clock.advance(5)
            assert bench.last == "no more (stopped)"
            bench.poller.set_interval(2)
            bench.poller.set_focused(True)
            await bench.clock.advance(10_000)
            assert bench.asked_at == [0, 5]
            bench.poller.set_interval(5)
            bench.poller.wake()
            await settle()
            assert bench.asked_at == [0, 5, 10_005]
            await bench.clock.advance(5)
            assert bench.asked_at == [0, 5, 10_005, 10_010]

    async def test_a_run_long_over_is_asked_about_when_woken(self) -> None:
        async with at_work([*[over()] * 9, over(), running(), running(1)]) as bench:
            await bench.clock.advance(1000)
            assert bench.last == "no more (over)"
            bench.poller.wake()
            await settle()
            assert (bench.asked_at[-1], bench.last) == (1000, "no more (over)")
            await bench.clock.advance(5)
            bench.poller.wake()
            await settle()
            assert bench.last == "in 5"

    async def test_pausing_takes_effect_at_once_and_an_answer_still_counts(self) -> None:
        async with at_work(ENDLESS) as bench:
            bench.source.free.clear()
            await bench.clock.advance(5)
            bench.poller.set_paused(True)
            bench.source.free.set()
            await settle()
            assert [told(event) for event in bench.events[-2:]] == ["polled", "no more (paused)"]
            await bench.clock.advance(500)
            assert bench.asked_at == [0, 5]

    async def test_going_on_asks_when_it_is_due_and_not_sooner(self) -> None:
        async with at_work(ENDLESS) as bench:
            await bench.clock.advance(2)
            for paused in (True, False):
                bench.poller.set_paused(paused)
                await settle()
            assert bench.last == "in 5"
            await bench.clock.advance(2.9)
            assert bench.asked_at == [0]
            await bench.clock.advance(0.1)
            assert bench.asked_at == [0, 5]
            bench.poller.set_paused(True)
            await bench.clock.advance(100)
            bench.poller.set_paused(False)
            await settle()
            assert bench.asked_at == [0, 5, 105]

    async def test_a_wake_up_while_paused_asks_once(self) -> None:
        async with at_work(ENDLESS) as bench:
            bench.poller.set_paused(True)
            await bench.clock.advance(50)
            bench.poller.wake()
            await bench.clock.advance(50)
            assert bench.asked_at == [0, 50]
            assert bench.last == "no more (paused)"

    async def test_paused_from_the_start_it_asks_nothing(self) -> None:
        async with at_work(ENDLESS, before=lambda poller: poller.set_paused(True)) as bench:
            await bench.clock.advance(100)
            assert bench.asked_at == []
            bench.poller.set_paused(False)
            await settle()
            assert bench.asked_at == [100]

    async def test_a_new_interval_counts_from_the_last_answer(self) -> None:
        async with at_work(ENDLESS) as bench:
            await bench.clock.advance(3)
            bench.poller.set_interval(10)
            await bench.clock.advance(6.9)
            assert bench.asked_at == [0]
            await bench.clock.advance(0.1)
            assert bench.asked_at == [0, 10]
            await bench.clock.advance(3)
            bench.poller.set_interval(2)
            await settle()
            assert bench.asked_at == [0, 10, 13]

    async def test_looking_away_and_back(self) -> None:
        async with at_work(ENDLESS) as bench:
            bench.poller.set_focused(False)
            await settle()
            assert bench.last == "in 30 (unfocused)"
            await bench.clock.advance(4)
            bench.poller.set_focused(True)
            await bench.clock.advance(1)
            assert bench.asked_at == [0, 5]
            bench.poller.set_focused(False)
            await bench.clock.advance(29)
            assert bench.asked_at == [0, 5]
            bench.poller.set_focused(True)
            await settle()
            assert bench.asked_at == [0, 5, 34]

    async def test_behind_another_run_and_in_front_again(self) -> None:
        async with at_work(ENDLESS) as bench:
            bench.poller.set_background(SLOW)
            await bench.clock.advance(14.9)
            assert (bench.asked_at, bench.last) == ([0], "in 15 (background)")
            await bench.clock.advance(0.1)
            assert bench.asked_at == [0, 15]
            await bench.clock.advance(6)
            bench.poller.set_background(0)
            await settle()
            assert bench.asked_at == [0, 15, 21]

    async def test_switching_to_and_fro_never_asks_more_often(self) -> None:
        async with at_work(ENDLESS) as bench:
            for step in range(200):
                bench.poller.set_focused(step % 2 == 0)
                bench.poller.set_background(0 if step % 3 == 0 else SLOW)
                bench.poller.set_paused(step % 5 == 0)
                await bench.clock.advance(0.1)
            gaps = [later - sooner for sooner, later in pairwise(bench.asked_at)]
            assert gaps
            assert min(gaps) >= 5

    async def test_a_change_draws_no_new_jitter(self) -> None:
        """Or tapping a key would roll the dice until they are short."""
        drawn: list[float] = []

        def draw() -> float:
            drawn.append(1.0)
            return 1.0

        clock = FakeClock()
        events: list[Event] = []
        source = Script(clock, [trouble(Kind.SERVER)] * 3)
        poller = Poller(one_run(source, RUN_ID), clock=clock, emit=events.append, random=draw)
        polling = asyncio.create_task(poller.poll_forever())
        await settle()
        for _ in range(5):
            poller.set_focused(True)
            await settle()
        polling.cancel()
        assert len(drawn) == 1
        assert told(events[-1]) == "in 5 (backing off)"

    async def test_a_wall_clock_set_back_makes_one_pause_twice_as_long_at_most(self) -> None:
        async with at_work(ENDLESS) as bench:
            await bench.clock.advance(7)
            bench.clock.set_back(HOUR)
            await bench.clock.advance(30)
            assert bench.asked_at[:2] == [0, 5]
            times = [at + HOUR for at in bench.asked_at[2:]]
            assert times[0] <= 5 + 2 * 5
            assert len(times) >= 4

    async def test_a_wall_clock_set_back_keeps_no_wake_up_waiting(self) -> None:
        async with at_work(ENDLESS) as bench:
            await bench.clock.advance(7)
            bench.clock.set_back(HOUR)
            bench.poller.wake()
            await bench.clock.advance(1)
            assert len(bench.asked_at) == 3

    async def test_a_wall_clock_set_back_while_it_waits_to_begin(self) -> None:
        async with at_work(ENDLESS, first_delay=2) as bench:
            await bench.clock.advance(1)
            bench.clock.set_back(HOUR)
            await bench.clock.advance(4)
            assert len(bench.asked_at) == 1

    async def test_a_wall_clock_set_back_ends_what_held_it(self) -> None:
        async with at_work(ENDLESS) as bench:
            now = bench.clock.now()
            bench.poller.hold(Hold(now, now + timedelta(seconds=40), now + timedelta(seconds=160)))
            await bench.clock.advance(5)
            assert bench.last == "in 15 (rate limited)"
            bench.clock.set_back(HOUR)
            await bench.clock.advance(60)
            assert len(bench.asked_at) > 5

    async def test_hours_of_sleep_in_the_middle_of_a_question_make_no_server_slow(self) -> None:
        async with at_work(ENDLESS) as bench:
            bench.source.free.clear()
            await bench.clock.advance(5)
            await bench.clock.advance(8 * HOUR)
            bench.source.free.set()
            await settle()
            assert bench.last == "in 5"

    async def test_cancelled_while_asking_it_leaves_nothing(self) -> None:
        async with at_work(ENDLESS) as bench:
            bench.source.free.clear()
            await bench.clock.advance(5)
            assert bench.source.under_way == 1
        assert bench.source.under_way == 0


class TestSoak:
    async def test_ten_thousand_polls_leave_nothing_behind(self) -> None:
        clock = FakeClock(runs_by_itself=True)
        memory: list[int] = []
        polls = 0

        class Endless:
            async def run(self, run_id: str) -> Run:
                nonlocal polls
                polls += 1
                if polls in (500, 10_000):
                    gc.collect()
                    memory.append(tracemalloc.get_traced_memory()[0])
                    clock.slept.clear()
                if polls > 10_000:
                    raise EndOfScript
                if polls % 7 == 0:
                    raise trouble(Kind.SERVER)
                return running(polls)

        tracemalloc.start()
        try:
            with pytest.raises(EndOfScript):
                await a_poller(Endless(), clock, lambda event: None).poll_forever()
        finally:
            tracemalloc.stop()
        early, late = memory
        assert late - early < 1_000_000
        assert len(asyncio.all_tasks()) == 1
