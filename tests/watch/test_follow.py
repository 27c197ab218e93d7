"""Runs and their list followed together: how often the service is asked, and what slows all of it."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import timedelta
from typing import cast

import pytest

from currents_tui.api.address import Address
from currents_tui.api.client import Client
from currents_tui.api.key import Key
from currents_tui.core.events import THE_LIST, Asked, Event
from currents_tui.core.model import Project, Run, RunPage
from currents_tui.core.problem import Kind, Problem
from currents_tui.core.run_filter import ALL, PageRequest, RunFilter
from currents_tui.core.text import plain
from currents_tui.sim.launch import Simulator
from currents_tui.watch.follow import LIST_INTERVAL, Following, Service
from tests.builders import failed
from tests.feeds import Listing, Unasked, item, run_id
from tests.watch.fake import NOON, FakeClock, settle, trouble

OLDER = PageRequest(after="1" * 24)


@dataclass
class AService(Unasked):
    """Runs that always move, and a list."""

    clock: FakeClock
    listing: Listing = field(default_factory=Listing)
    troubles: dict[str, list[Problem]] = field(default_factory=dict)
    asked: list[tuple[str, float]] = field(default_factory=list)
    at_once: Counter[str] = field(default_factory=Counter)
    most_at_once: int = 0

    async def run(self, run_id: str) -> Run:
        await self._asked(run_id)
        # Another value at each answer: a run that moves is asked about most often.
        return Run(run_id=plain(run_id), completion_state=plain("IN_PROGRESS"), duration_ms=len(self.asked))

    async def _asked(self, about: str) -> None:
        self.asked.append((about, self.clock.seconds))
        self.at_once[about] += 1
        self.most_at_once = max(self.most_at_once, *self.at_once.values())
        await asyncio.sleep(0)
        self.at_once[about] -= 1
        if waiting := self.troubles.get(about):
            raise waiting.pop(0)

    async def runs(
        self, project_id: str, wanted: RunFilter, *, after: str = "", before: str = "", limit: int = 50
    ) -> RunPage:
        await self._asked(THE_LIST)
        return await self.listing.runs(project_id, wanted, after=after, before=before, limit=limit)

    async def project(self, project_id: str) -> Project:
        return Project()

    async def projects(self) -> tuple[Project, ...]:
        await self._asked("projects")
        return ()

    def times(self, about: str) -> list[float]:
        return [at for name, at in self.asked if name == about]


@dataclass
class Bench:
    following: Following
    service: AService
    clock: FakeClock
    events: list[Event]


@asynccontextmanager
async def at_work(watched: int = 1, *, lists: bool = True) -> AsyncIterator[Bench]:
    clock = FakeClock()
    service = AService(clock)
    service.listing.there = [item(number) for number in range(200)]
    events: list[Event] = []

    @asynccontextmanager
    async def connect() -> AsyncIterator[Service]:
        yield service

    following = Following(connect, clock=clock, emit=events.append, interval=5.0)
    run_ids = [run_id(number) for number in range(watched)]
    following.add_all(run_ids, run_ids[0])
    if lists:
        following.list_runs("Shop42", ALL)
    task = asyncio.create_task(following.follow())
    await settle()
    try:
        yield Bench(following, service, clock, events)
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


TEN_MINUTES = 600.0
BUDGETS = [(1, 16), (5, 32), (20, 46)]
"""Runs watched, and requests in a minute: 12 for the one in front, 4 for the list, 4 for each of the others
but never more than 30 for all of those.
"""


class TestBudget:
    @pytest.mark.parametrize(("watched", "most_a_minute"), BUDGETS)
    async def test_ten_minutes_of_runs_that_move_all_the_time(self, watched: int, most_a_minute: int) -> None:
        """One in front every 5 s, the list every 15 s, the others together every 2 s at most."""
        async with at_work(watched) as bench:
            await bench.clock.advance(TEN_MINUTES)
            asked = Counter(name for name, _ in bench.service.asked)
            assert asked[run_id(0)] <= 121
            assert asked[THE_LIST] <= 41
            assert all(asked[run_id(n)] <= 41 for n in range(1, watched))
            assert asked.total() <= most_a_minute * 10 + watched + 1
            assert bench.service.most_at_once == 1

    async def test_without_focus_everything_is_slower(self) -> None:
        async with at_work(5) as bench:
            bench.following.set_focused(False)
            await bench.clock.advance(TEN_MINUTES)
            asked = Counter(name for name, _ in bench.service.asked)
            assert max(asked.values()) <= 21

    async def test_watched_runs_do_not_ask_at_one_moment(self) -> None:
        async with at_work(5, lists=False) as bench:
            await bench.clock.advance(3)
            assert [at for _, at in bench.service.asked] == pytest.approx([0, 0.4, 0.8, 1.2, 1.6])

    @pytest.mark.parametrize(("watched", "most_a_minute"), BUDGETS)
    async def test_counted_at_the_simulated_service(self, watched: int, most_a_minute: int) -> None:
        """The same with the real client: ten minutes of a clock that runs by itself."""
        clock = FakeClock()
        with Simulator.start("busy", now="2026-03-01T12:00:00Z") as simulator:
            run_ids = [simulator.runs[0], *(run_id(number) for number in range(1, watched))]
            async with Client(Address(simulator.url), Key(simulator.read_only_key)) as client:
                counting = Counting(client)

                @asynccontextmanager
                async def connect() -> AsyncIterator[Service]:
                    yield cast(Service, counting)

                following = Following(connect, clock=clock, emit=lambda event: None, interval=5.0)
                following.add_all(run_ids, run_ids[0])
                following.list_runs(simulator.project_id, ALL)
                task = asyncio.create_task(following.follow())
                while clock.seconds < TEN_MINUTES:
                    await clock.advance(1.0)
                    await counting.idle.wait()
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)
        assert 60 <= counting.sent <= 10 * most_a_minute + watched + 1


class Counting:
    """Counts what is sent to the service; `idle` when everything is answered."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self.sent = self.back = 0
        self.idle = asyncio.Event()

    @asynccontextmanager
    async def _counted(self) -> AsyncIterator[None]:
        self.sent += 1
        self.idle.clear()
        try:
            yield
        finally:
            self.back += 1
            if self.back == self.sent:
                self.idle.set()

    async def run(self, run_id: str) -> Run:
        async with self._counted():
            return await self._client.run(run_id)

    async def runs(self, project_id: str, wanted: RunFilter, **place: str) -> RunPage:
        async with self._counted():
            return await self._client.runs(project_id, wanted)


class TestSteering:
    async def test_a_list_that_nobody_sees_is_not_asked_for(self) -> None:
        async with at_work(1) as bench:
            bench.following.set_list_hidden(True)
            await bench.clock.advance(100)
            assert bench.service.times(THE_LIST) == [0]
            bench.following.set_list_hidden(False)
            await settle()
            assert bench.service.times(THE_LIST) == [0, 100]

    async def test_another_filter_is_asked_for_at_once_and_the_old_one_no_more(self) -> None:
        async with at_work(1) as bench:
            await bench.clock.advance(3)
            wanted = RunFilter(branches=("dev",))
            bench.following.list_runs("Shop42", wanted)
            await bench.clock.advance(60)
            assert {asked[0] for asked in bench.service.listing.asked[1:]} == {wanted}
            assert bench.service.times(THE_LIST)[:3] == [0, 3, 3 + LIST_INTERVAL]

    async def test_what_is_kept_is_followed_and_nothing_else(self) -> None:
        async with at_work(1) as bench:
            bench.following.keep([run_id(7), run_id(8)], run_id(8))
            await bench.clock.advance(60)
            late = Counter(name for name, at in bench.service.asked if at > 0.5)
            assert run_id(0) not in late
            assert late[run_id(8)] > 2 * late[run_id(7)] > 0

    async def test_a_run_added_before_there_is_a_connection_is_asked_about_once_there_is(self) -> None:
        async with at_work(2) as bench:
            asked = [event.run_id for event in bench.events if isinstance(event, Asked)]
            assert asked[:1] == [run_id(0)]

    async def test_while_it_ends_nothing_more_begins(self) -> None:
        ends: list[BaseException | None] = []

        class Lasting(AService):
            async def run(self, run_id: str) -> Run:
                try:
                    await asyncio.Event().wait()
                finally:
                    # What comes with the last answer is wanted, and nobody is there to ask.
                    following.inspect(run_id, [failed("a.spec.ts")])
                raise AssertionError

        @asynccontextmanager
        async def connect() -> AsyncIterator[Service]:
            yield Lasting(clock)

        clock = FakeClock()
        following = Following(connect, clock=clock, emit=lambda event: None, interval=5.0)
        following.add(run_id(0))
        task = asyncio.create_task(following.follow())
        await settle()
        task.cancel()
        ends += await asyncio.gather(task, return_exceptions=True)
        assert [type(end) for end in ends] == [asyncio.CancelledError]

    async def test_pausing_pauses_the_list_as_well(self) -> None:
        async with at_work(2) as bench:
            bench.following.set_paused(True)
            before = len(bench.service.asked)
            await bench.clock.advance(100)
            assert len(bench.service.asked) == before
            assert bench.clock.now() - NOON == timedelta(seconds=100)

    async def test_the_newest_run_of_a_branch_is_one_question(self) -> None:
        async with at_work(1, lists=False) as bench:
            bench.service.listing.there = [item(3, branch="feat/x"), item(9)]
            found = await bench.following.newest_of("Shop42", "feat/x")
            assert found is not None
            assert found.run_id == run_id(3)
            assert bench.service.listing.asked == [(RunFilter(branches=("feat/x",)), "", "", 1)]
            assert await bench.following.newest_of("Shop42", "feat/none") is None

    async def test_asking_now_is_for_one_for_the_list_or_for_everything(self) -> None:
        async with at_work(2) as bench:
            await bench.clock.advance(3)
            bench.service.asked.clear()
            bench.following.wake()
            await settle()
            assert bench.service.asked == [(run_id(0), 3)]
            bench.following.wake_list()
            bench.following.wake("nobody follows it")
            await settle()
            assert bench.service.asked[1:] == [(THE_LIST, 3)]
            await bench.clock.advance(1)
            bench.service.asked.clear()
            bench.following.wake_all()
            await settle()
            assert sorted(bench.service.asked) == sorted([(run_id(0), 4), (run_id(1), 4), (THE_LIST, 4)])

    async def test_the_interval_is_that_of_the_runs_and_not_of_the_list(self) -> None:
        async with at_work(1) as bench:
            bench.following.set_interval(2)
            await bench.clock.advance(15)
            assert bench.service.times(run_id(0)) == [0, 2, 4, 6, 8, 10, 12, 14]
            assert bench.service.times(THE_LIST) == [0, LIST_INTERVAL]

    async def test_what_comes_to_the_front_is_asked_about_as_often_as_what_was_there(self) -> None:
        async with at_work(2, lists=False) as bench:
            await bench.clock.advance(1)
            bench.following.keep((run_id(0), run_id(1)), run_id(1))
            await bench.clock.advance(30)
            assert len(bench.service.times(run_id(1))) > 2 * len(bench.service.times(run_id(0))) - 1

    async def test_a_run_that_is_added_while_quiet_is_wanted_waits_as_well(self) -> None:
        async with at_work(1, lists=False) as bench:
            bench.service.troubles[run_id(0)] = [trouble(Kind.RATE_LIMITED, retry_after=40.0)]
            await bench.clock.advance(5)
            bench.following.add(run_id(7))
            bench.following.add(run_id(7))
            await bench.clock.advance(39)
            assert bench.service.times(run_id(7)) == []
            await bench.clock.advance(2)
            assert bench.service.times(run_id(7)) == [45]

    async def test_hiding_a_list_that_there_is_not_is_remembered(self) -> None:
        async with at_work(1, lists=False) as bench:
            bench.following.set_list_hidden(True)
            bench.following.list_runs("Shop42", ALL)
            await bench.clock.advance(100)
            assert bench.service.times(THE_LIST) == []

    async def test_the_projects_are_one_question(self) -> None:
        async with at_work(1, lists=False) as bench:
            assert await bench.following.projects() == ()
            assert [event.run_id for event in bench.events if isinstance(event, Asked)][-1] == "projects"

    async def test_without_a_connection_nothing_is_begun(self) -> None:
        clock = FakeClock()
        service: Service = AService(clock)
        following = Following(lambda: nullcontext(service), clock=clock, emit=print, interval=5.0)

        async def work() -> None:
            raise AssertionError

        assert following.begin(work()) is None  # pytest would tell of a coroutine that nobody awaits
