"""The loop: what is asked when, what is told in which order, and what a person can change meanwhile."""

import asyncio
import gc
import tracemalloc
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from itertools import pairwise

import pytest

from currents_tui.core.events import Asked, Event, Polled, PollFailed, Scheduled
from currents_tui.core.model import Run
from currents_tui.core.problem import Kind, Problem
from currents_tui.watch.pace import GONE_AFTER, SLOW
from currents_tui.watch.poller import Poller, Source, one_run
from tests.watch.fake import (
    NOON,
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


class NoMore(Exception):
    """The poller said that it will not ask again by itself."""


def a_poller(
    source: Source,
    clock: FakeClock,
    emit: Callable[[Event], None],
    *,
    interval: float = 5.0,
    first_delay: float = 0.0,
) -> Poller[Run]:
    return Poller(
        one_run(source, RUN_ID),
        clock=clock,
        emit=emit,
        interval=interval,
        random=lambda: 1.0,
        first_delay=first_delay,
    )


async def polled_through(
    answers: Sequence[Run | Problem], *, interval: float = 5.0, took: float = 0.0
) -> tuple[list[Event], list[float]]:
    """What is told until the answers, or the questions, end; and when each question was asked."""
    clock = FakeClock(runs_by_itself=True)
    source = Script(clock, answers, took=took)
    events: list[Event] = []

    def emit(event: Event) -> None:
        events.append(event)
        if isinstance(event, Scheduled) and event.next_at is None:
            raise NoMore

    with pytest.raises((EndOfScript, NoMore)):
        await a_poller(source, clock, emit, interval=interval).poll_forever()
    return events, source.asked_at


class TestAnswersToQuestions:
    async def test_it_asks_at_once_and_tells_what_happens_in_order(self) -> None:
        events, _ = await polled_through([running()])
        assert [told(event) for event in events] == ["asked", "polled", "in 5", "asked"]

    async def test_the_pause_begins_with_the_answer(self) -> None:
        events, asked_at = await polled_through([running(n) for n in range(3)], took=2.0)
        assert asked_at == [0.0, 7.0, 14.0, 21.0]
        polled = [event for event in events if isinstance(event, Polled)]
        assert [(p.asked_at, p.at) for p in polled][1] == (
            NOON + timedelta(seconds=7),
            NOON + timedelta(seconds=9),
        )
        assert {getattr(event, "run_id", None) for event in events} == {RUN_ID}

    async def test_what_was_asked_and_what_is_next_carry_their_moments(self) -> None:
        events, _ = await polled_through([running()])
        assert events[0] == Asked(run_id=RUN_ID, at=NOON)
        assert events[1] == Polled(run_id=RUN_ID, run=running(), asked_at=NOON, at=NOON)
        assert events[2] == Scheduled(
            run_id=RUN_ID, next_at=NOON + timedelta(seconds=5), interval=5.0, reason=""
        )

    async def test_what_failed_is_told_whole(self) -> None:
        events, _ = await polled_through([trouble(Kind.RATE_LIMITED, 40.0)])
        assert events[1] == PollFailed(
            run_id=RUN_ID,
            at=NOON,
            kind=Kind.RATE_LIMITED,
            sentence=trouble(Kind.RATE_LIMITED).sentence,
            hint=trouble(Kind.RATE_LIMITED).hint,
            attempt=1,
            retry_after=40.0,
        )

    @pytest.mark.parametrize(
        ("answers", "pauses"),
        [
            pytest.param([running(n) for n in range(6)], [5] * 6, id="changing"),
            pytest.param([running()] * 7, [5, 5, 5, 5, 15, 15, 15], id="unchanged"),
            pytest.param(
                [*[running()] * 6, running(1), running(2)], [5, 5, 5, 5, 15, 15, 5, 5], id="moving again"
            ),
            pytest.param([over()] * 9, [15] * 8 + [None], id="over from the first look"),
            pytest.param([running(), *[over()] * 9], [5] + [15] * 8 + [None], id="over while watched"),
            pytest.param(
                [*[over()] * 7, *[over(1)] * 9], [15] * 15 + [None], id="late results begin the look anew"
            ),
            pytest.param([over(), over(), running(), running(1)], [15, 15, 5, 5], id="back in progress"),
            pytest.param(
                [trouble(Kind.OFFLINE)] * 7, [5, 10, 20, 40, 60, 60, 60], id="back-off at its longest"
            ),
            pytest.param(
                [running(), trouble(Kind.SERVER), trouble(Kind.TIMEOUT), running(1), trouble(Kind.SERVER)],
                [5, 5, 10, 5, 5],
                id="an answer ends the back-off",
            ),
            pytest.param(
                [trouble(Kind.RATE_LIMITED, 42.0), trouble(Kind.SERVER, 9999.0), running()],
                [42, 300, 5],
                id="pauses asked for",
            ),
            pytest.param([running(), trouble(Kind.KEY_REFUSED)], [5, None], id="key refused"),
            pytest.param([trouble(Kind.FORBIDDEN)] * 3, [15] * 3, id="forbidden"),
            pytest.param([trouble(Kind.NOT_FOUND)] * GONE_AFTER, [15] * (GONE_AFTER - 1) + [None], id="gone"),
            pytest.param(
                [*[trouble(Kind.SERVER)] * 3, trouble(Kind.NOT_FOUND), running()],
                [5, 10, 20, 15, 5],
                id="not found once, after other failures",
            ),
            pytest.param(
                [*[running()] * 5, trouble(Kind.SERVER), running()],
                [5, 5, 5, 5, 15, 5, 15],
                id="a failure is no change",
            ),
        ],
    )
    async def test_answers_and_the_pauses_after_them(
        self, answers: list[Run | Problem], pauses: list[float | None]
    ) -> None:
        events, asked_at = await polled_through(answers)
        scheduled = [event for event in events if isinstance(event, Scheduled)]
        assert [None if s.next_at is None else s.interval for s in scheduled] == pauses
        waited = [later - sooner for sooner, later in pairwise(asked_at)]
        assert waited == [pause for pause in pauses if pause is not None]

    async def test_a_server_slower_than_the_interval_still_gives_an_update_per_answer(self) -> None:
        events, asked_at = await polled_through([running(n) for n in range(4)], took=8.0)
        assert [told(event) for event in events[:3]] == ["asked", "polled", "in 8 (slow server)"]
        assert asked_at == [0.0, 16.0, 32.0, 48.0, 64.0]

    async def test_failures_are_counted_until_an_answer(self) -> None:
        bad = trouble(Kind.SERVER)
        events, _ = await polled_through([bad, bad, running(), bad])
        assert [told(event) for event in events if isinstance(event, PollFailed)] == [
            "failed 1",
            "failed 2",
            "failed 1",
        ]

    async def test_jitter_is_drawn_once_for_each_failure(self) -> None:
        clock = FakeClock(runs_by_itself=True)
        drawn = iter([0.5, 0.25, 0.0])
        poller = Poller(
            one_run(Script(clock, [trouble(Kind.SERVER)] * 3), RUN_ID),
            clock=clock,
            emit=lambda event: None,
            interval=8.0,
            random=lambda: next(drawn),
        )
        with pytest.raises(EndOfScript):
            await poller.poll_forever()
        assert clock.slept == [4.0, 4.0, 1.0]

    async def test_a_bug_is_not_taken_for_a_failed_poll(self) -> None:
        class Broken:
            async def run(self, run_id: str) -> Run:
                raise ZeroDivisionError

        clock = FakeClock(runs_by_itself=True)
        with pytest.raises(ZeroDivisionError):
            await a_poller(Broken(), clock, lambda event: None).poll_forever()

    async def test_a_broken_clock_is_seen(self) -> None:
        class Broken(FakeClock):
            async def sleep(self, seconds: float) -> None:
                raise ZeroDivisionError

        clock = Broken()
        with pytest.raises(ZeroDivisionError):
            await a_poller(Script(clock, [running()]), clock, lambda event: None).poll_forever()
        assert len(asyncio.all_tasks()) == 1


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

    async def test_a_wall_clock_set_back_makes_no_pause_longer(self) -> None:
        async with at_work(ENDLESS) as bench:
            bench.clock.time -= timedelta(hours=1)
            bench.poller.set_focused(True)
            await settle()
            assert bench.clock.slept[-1] == 5.0

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
