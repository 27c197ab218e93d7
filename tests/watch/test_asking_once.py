"""One answer with patience, many instances a few at a time, and a run second by second."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import aclosing

import pytest

from currents_tui.core.events import Asked, Event, Polled, PollFailed
from currents_tui.core.instance import Instance
from currents_tui.core.model import Run
from currents_tui.core.problem import Kind, Problem
from currents_tui.core.text import plain
from currents_tui.watch.instances import AT_ONCE, instances_of
from currents_tui.watch.moments import Moments
from currents_tui.watch.patience import PASSING, RETRIES, patiently
from tests.builders import failed
from tests.watch.fake import RUN_ID, FakeClock, settle


class Asks:
    """Gives or raises each of `answers`, the last one for ever."""

    def __init__(self, *answers: str | Problem) -> None:
        self._answers = list(answers)
        self.times = 0

    async def __call__(self) -> str:
        self.times += 1
        told = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        if isinstance(told, Problem):
            raise told
        return told


def trouble(kind: Kind = Kind.SERVER, retry_after: float | None = None) -> Problem:
    return Problem(kind, "No.", retry_after=retry_after)


async def test_an_answer_is_taken_as_it_comes() -> None:
    clock = FakeClock(runs_by_itself=True)
    assert await patiently(Asks("yes"), clock) == "yes"
    assert clock.slept == []


@pytest.mark.parametrize("kind", PASSING)
async def test_what_may_pass_is_asked_again_after_longer_and_longer(kind: Kind) -> None:
    clock = FakeClock(runs_by_itself=True)
    asks = Asks(trouble(kind), trouble(kind), trouble(kind), "yes")
    assert await patiently(asks, clock, lambda: 1.0) == "yes"
    assert clock.slept == [0.5, 1.0, 2.0]


async def test_it_gives_up_with_the_last_trouble() -> None:
    asks = Asks(trouble(), trouble(), trouble(), trouble(Kind.OFFLINE))
    with pytest.raises(Problem) as told:
        await patiently(asks, FakeClock(runs_by_itself=True))
    assert told.value.kind is Kind.OFFLINE
    assert asks.times == RETRIES + 1


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind not in PASSING])
async def test_what_stays_wrong_is_not_asked_again(kind: Kind) -> None:
    asks = Asks(trouble(kind))
    with pytest.raises(Problem):
        await patiently(asks, FakeClock(runs_by_itself=True))
    assert asks.times == 1


async def test_a_pause_that_the_server_asks_for_is_kept() -> None:
    clock = FakeClock(runs_by_itself=True)
    asks = Asks(trouble(Kind.RATE_LIMITED, 7), trouble(Kind.RATE_LIMITED, 4000), "yes")
    await patiently(asks, clock, lambda: 0.0)
    assert clock.slept == [7, 30]


# --- instances


class Service:
    """Answers when it is told to, and counts."""

    def __init__(self, trouble_with: Sequence[str] = ()) -> None:
        self.asked: list[str] = []
        self.in_flight = self.most = 0
        self.go_on = asyncio.Event()
        self._trouble_with = trouble_with

    async def instance(self, instance_id: str) -> Instance:
        self.asked.append(instance_id)
        self.in_flight += 1
        self.most = max(self.most, self.in_flight)
        await self.go_on.wait()
        self.in_flight -= 1
        if instance_id in self._trouble_with:
            raise trouble(Kind.NOT_FOUND)
        return Instance(instance_id=plain(instance_id))


async def test_five_at_a_time() -> None:
    service = Service()
    specs = [failed(f"{number}.spec.ts") for number in range(23)]
    asking = asyncio.create_task(instances_of(service, FakeClock(), specs))
    await settle()
    assert service.in_flight == AT_ONCE == 5
    service.go_on.set()
    found = await asking
    assert list(found) == [spec.instance_id for spec in specs]
    assert service.most == 5


async def test_one_that_cannot_be_had_leaves_the_others() -> None:
    service = Service(trouble_with=["chromium-a.spec.ts"])
    service.go_on.set()
    found = await instances_of(service, FakeClock(), [failed("a.spec.ts"), failed("b.spec.ts")])
    assert [type(told) for told in found.values()] == [Problem, Instance]


async def test_one_that_is_late_leaves_the_others_and_is_told_as_late() -> None:
    class OneIsSlow(Service):
        async def instance(self, instance_id: str) -> Instance:
            if instance_id == "chromium-3.spec.ts":
                await asyncio.Event().wait()
            return await super().instance(instance_id)

    service = OneIsSlow()
    service.go_on.set()
    specs = [failed(f"{number}.spec.ts") for number in range(20)]
    found = await instances_of(service, FakeClock(), specs, within=0.02)
    late = [told for told in found.values() if isinstance(told, Problem)]
    assert [(told.kind, told.sentence) for told in late] == [
        (Kind.TIMEOUT, "Its tests were not told in time.")
    ]
    assert isinstance(found.pop("chromium-3.spec.ts"), Problem)
    assert len(found) == 19


async def test_nothing_is_asked_for_nothing() -> None:
    assert await instances_of(Service(), FakeClock(), []) == {}


# --- second by second


class Source:
    def __init__(self, *answers: Run | Exception) -> None:
        self._answers = list(answers)

    async def run(self, run_id: str) -> Run:
        told = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        if isinstance(told, Exception):
            raise told
        return told


async def first(moments: Moments, seconds: int) -> list[Event | None]:
    """What happens in that many seconds."""
    seen: list[Event | None] = []
    async with aclosing(moments.stream()) as stream:
        async for event in stream:
            seen.append(event)
            if seen.count(None) == seconds:
                return seen
    raise AssertionError


def moments(source: Source, interval: float = 5) -> Moments:
    return Moments(source, RUN_ID, clock=FakeClock(runs_by_itself=True), interval=interval)


async def test_answers_come_between_the_ticks() -> None:
    seen = await first(moments(Source(Run())), 12)
    assert sum(isinstance(event, Polled) for event in seen) >= 2
    assert isinstance(seen[0], Asked)


async def test_trouble_is_told_and_asking_goes_on() -> None:
    seen = await first(moments(Source(trouble(), trouble(Kind.OFFLINE), Run()), 1), 30)
    kinds = [type(event) for event in seen if isinstance(event, Polled | PollFailed)]
    assert kinds[:3] == [PollFailed, PollFailed, Polled]


async def test_a_defect_is_not_swallowed_and_nothing_is_left_behind() -> None:
    with pytest.raises(ZeroDivisionError):
        await first(moments(Source(ZeroDivisionError())), 100)
    assert [task for task in asyncio.all_tasks() if task is not asyncio.current_task()] == []


async def test_what_was_given_up_can_be_asked_about_again() -> None:
    asked_again = moments(Source(trouble(Kind.KEY_REFUSED)))
    refused = 0
    async with aclosing(asked_again.stream()) as stream:
        async for event in stream:
            if isinstance(event, PollFailed):
                refused += 1
                if refused == 3:
                    break
                asked_again.ask_now()
    assert refused == 3
