"""Instances are asked for a few at a time, each of them once at a time, and not too many in a minute."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from msgspec import structs

from currents_tui.core.events import Asked, Event, InstanceTold
from currents_tui.core.instance import Instance
from currents_tui.core.model import Spec
from currents_tui.core.problem import Kind, Problem
from currents_tui.watch.inspector import PER_MINUTE, Inspector
from currents_tui.watch.instances import AT_ONCE
from tests.builders import RUN_ID, failed, instance
from tests.watch.fake import FakeClock, settle


@dataclass
class Source:
    """Answers when the test lets it."""

    let: asyncio.Event = field(default_factory=asyncio.Event)
    asked: list[str] = field(default_factory=list)
    in_flight: int = 0
    most: int = 0
    problem: Problem | None = None

    async def instance(self, instance_id: str) -> Instance:
        self.asked.append(instance_id)
        self.in_flight += 1
        self.most = max(self.most, self.in_flight)
        try:
            await self.let.wait()
        finally:
            self.in_flight -= 1
        if self.problem is not None:
            raise self.problem
        return instance(failed())


@dataclass
class Bench:
    inspector: Inspector
    source: Source
    clock: FakeClock
    group: asyncio.TaskGroup
    events: list[Event]
    problems: list[Problem]

    async def want(self, *specs: Spec) -> None:
        self.inspector.want(self.source, self.group, RUN_ID, specs)
        await settle()


@asynccontextmanager
async def at_work() -> AsyncIterator[Bench]:
    clock, events, problems = FakeClock(), list[Event](), list[Problem]()
    async with asyncio.TaskGroup() as group:
        bench = Bench(
            Inspector(clock, events.append, problems.append), Source(), clock, group, events, problems
        )
        yield bench
        bench.source.let.set()


MANY = [failed(f"{number:03}.spec.ts") for number in range(200)]


async def test_no_more_than_a_few_are_in_flight_and_none_of_them_twice() -> None:
    async with at_work() as bench:
        await bench.want(*MANY)
        await bench.want(*MANY)
        assert bench.source.asked == [spec.instance_id for spec in MANY[:AT_ONCE]]
        bench.source.let.set()
        for _ in range(20):
            await bench.want(*MANY[len(bench.source.asked) :])
        assert bench.source.most == AT_ONCE


async def test_what_came_is_told_with_what_the_run_said_when_it_was_asked_for() -> None:
    async with at_work() as bench:
        await bench.want(MANY[0])
        bench.source.let.set()
        await settle()
        asked, told = bench.events
        assert isinstance(asked, Asked)
        assert isinstance(told, InstanceTold)
        assert (told.run_id, told.instance_id) == (RUN_ID, MANY[0].instance_id)
        assert told.inspected.instance is not None


async def test_a_failure_is_told_too_and_heard_by_whoever_slows_down() -> None:
    async with at_work() as bench:
        bench.source.problem = Problem(Kind.RATE_LIMITED, "Too many requests.")
        bench.source.let.set()
        await bench.want(MANY[0])
        told = bench.events[-1]
        assert isinstance(told, InstanceTold)
        assert told.inspected.problem is bench.source.problem
        assert bench.problems == [bench.source.problem]


async def test_whoever_pages_through_all_failures_does_not_use_up_the_allowance() -> None:
    async with at_work() as bench:
        bench.source.let.set()
        for _ in range(100):
            await bench.want(*MANY[len(bench.source.asked) :])
            await bench.clock.advance(0.25)
        assert len(bench.source.asked) == PER_MINUTE
        await bench.clock.advance(60)
        await bench.want(*MANY[len(bench.source.asked) :])
        assert len(bench.source.asked) > PER_MINUTE


async def test_after_a_clock_was_set_back_the_allowance_is_there_again() -> None:
    async with at_work() as bench:
        bench.source.let.set()
        for _ in range(PER_MINUTE):
            await bench.want(*MANY[len(bench.source.asked) :][:1])
        bench.clock.set_back(3600)
        await bench.clock.advance(1)
        await bench.want(*MANY[len(bench.source.asked) :][:1])
        assert len(bench.source.asked) == PER_MINUTE + 1


async def test_a_spec_that_nobody_has_begun_has_nothing_to_be_asked_for() -> None:
    async with at_work() as bench:
        await bench.want(structs.replace(MANY[1], instance_id=None), MANY[0])
        assert bench.source.asked == [MANY[0].instance_id]
