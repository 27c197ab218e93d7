"""The loop: what is asked when, what is told in which order, and what a person can change meanwhile."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import timedelta
from itertools import pairwise

import pytest

from currents_tui.core.events import Asked, Event, Polled, PollFailed, Scheduled
from currents_tui.core.model import Run
from currents_tui.core.problem import Kind, Problem
from currents_tui.watch.pace import GONE_AFTER
from currents_tui.watch.poller import Poller, Source, one_run
from tests.watch.fake import (
    NOON,
    RUN_ID,
    EndOfScript,
    FakeClock,
    Script,
    finishing,
    over,
    running,
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

    async def test_failures_of_a_kind_are_counted_by_themselves(self) -> None:
        kinds = [Kind.OFFLINE, Kind.OFFLINE, Kind.NOT_FOUND, Kind.NOT_FOUND, Kind.OFFLINE]
        events, _ = await polled_through([trouble(kind) for kind in kinds])
        failed = [event for event in events if isinstance(event, PollFailed)]
        assert [(e.attempt, e.of_its_kind) for e in failed] == [(1, 1), (2, 2), (3, 1), (4, 2), (5, 1)]

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
            pytest.param(
                [finishing(), finishing(1), *[finishing(2)] * 2, *[over(3)] * 9],
                [5, 5, 5, 5] + [15] * 8 + [None],
                id="its machines still finish what they have claimed",
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
