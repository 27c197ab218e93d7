"""Every await of what keeps things fresh fails once: it goes on or its end is seen, and nothing is left."""

from __future__ import annotations

import asyncio
import gc
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import aclosing, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from msgspec import structs

from currents_tui.core.deed import Deed, Ending
from currents_tui.core.events import (
    Event,
    Listed,
    Polled,
)
from currents_tui.core.instance import Instance
from currents_tui.core.model import Project, Run, RunPage
from currents_tui.core.problem import Kind, Unconfirmed
from currents_tui.core.run_filter import ALL, PageRequest, RunFilter
from currents_tui.core.text import plain
from currents_tui.core.watched import Watched
from currents_tui.watch.deeds import carry_out
from currents_tui.watch.follow import Following, Service
from currents_tui.watch.history import Histories
from currents_tui.watch.instances import AT_ONCE, instances_of
from currents_tui.watch.moments import Moments
from tests.builders import failed, instance
from tests.feeds import Listing, Unasked, item, run_id
from tests.torture import CANCELLED, Fault, Torture, each, until
from tests.watch.fake import FakeClock, trouble

ANSWER = "answer"
"""The function that waits for the service's answer."""
SERVER = Fault("trouble", lambda: trouble(Kind.SERVER), within=ANSWER)
LIMITED = Fault("429", lambda: trouble(Kind.RATE_LIMITED, 9.0), within=ANSWER)
LOST = Fault("lost", lambda: Unconfirmed(Kind.TIMEOUT, "No whole answer."), within="write")
REFUSED = Fault("refused", lambda: trouble(Kind.FORBIDDEN), within="write")
DEFECT = Fault("defect", LookupError)
STRAY = Fault("cancelled by nobody", asyncio.CancelledError, within=ANSWER)

TROUBLES = (SERVER, LIMITED)
ENOUGH = 3
"""How often everything is asked for before a pass ends."""
OLDER = PageRequest(after="1" * 24)


def by_fault(*faults: Fault) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("fault", faults, ids=lambda fault: fault.name)


SHOWN, BESIDE = run_id(90), run_id(91)


@dataclass
class AService(Unasked):
    """Waits once for each answer, and once for each write."""

    listing: Listing = field(
        default_factory=lambda: Listing(
            there=[item(10, branch="feat/x"), item(50), *(item(n, branch="feat/x") for n in (90, 91))]
        )
    )
    asked: int = 0
    writes: int = 0
    state: str = "IN_PROGRESS"
    loses: bool = False
    """Whether no write is answered."""

    async def answer(self) -> None:
        self.asked += 1
        await asyncio.sleep(0)

    async def run(self, run_id: str) -> Run:
        await self.answer()
        run = self.listing.whole(run_id)
        if run_id not in (SHOWN, BESIDE):
            return run
        # Another value at each answer, so that it is asked about at the usual pace.
        return structs.replace(run, completion_state=plain(self.state), duration_ms=self.asked)

    async def runs(
        self, project_id: str, wanted: RunFilter, *, after: str = "", before: str = "", limit: int = 50
    ) -> RunPage:
        await self.answer()
        return await self.listing.runs(project_id, wanted, after=after, before=before, limit=limit)

    async def project(self, project_id: str) -> Project:
        await self.answer()
        return self.listing.told

    async def instance(self, instance_id: str) -> Instance:
        await self.answer()
        return instance(failed())

    async def cancel(self, run_id: str) -> None:
        await self.write("CANCELED")

    async def delete(self, run_id: str) -> None:
        await self.write("DELETED")

    async def write(self, state: str) -> None:
        self.writes += 1
        self.state = state
        await asyncio.sleep(0)
        if self.loses:
            raise Unconfirmed(Kind.TIMEOUT, "No whole answer.")


class Scene:
    """Everything at once, on a clock that runs by itself: two runs, a list, pages, tests and history.

    It ends as the screen does, by being cancelled: once everything was told often enough.
    """

    def __init__(self, torture: Torture, enough: int = ENOUGH) -> None:
        self.told: Counter[str] = Counter()
        self.is_left = False
        self.is_ending = False
        """Whether nothing had failed when everything was told half as often."""
        self._enough = enough
        clock = FakeClock(runs_by_itself=True)
        self._following = Following(self._connect, clock=clock, emit=self._emit, interval=5.0)
        self._following.add_all([SHOWN, BESIDE], SHOWN)
        self._following.list_runs("Shop42", ALL)
        self._histories = Histories(self._following, clock, self._emit)
        self._torture = torture

    @asynccontextmanager
    async def _connect(self) -> AsyncIterator[Service]:
        try:
            yield AService()
        finally:
            self.is_left = True

    async def ended(self) -> asyncio.Task[None]:
        """The following, when it has come to its end."""
        return await self._torture.ended(self._following.follow())

    def _emit(self, event: Event) -> None:
        if isinstance(event, Polled):
            self._histories.look_at(Watched(event.run_id, run=event.run), paused=False)
            self._following.inspect(event.run_id, [failed(f"{event.run_id}.spec.ts")])
        if isinstance(event, Listed):
            self._following.turn_page("Shop42", ALL, OLDER)
        self.told[f"{type(event).__name__} {getattr(event, 'run_id', '')}"] += 1
        self.is_ending |= not self._torture.place and self._is_told(self._enough // 2)
        if self.is_enough:
            self._torture.cancel()

    @property
    def is_enough(self) -> bool:
        return self._is_told(self._enough)

    def _is_told(self, times: int) -> bool:
        """Whether everything was told as often as that, and the history once."""
        usual = ("Polled", "InstanceTold")
        names = [f"{name} {run_id}" for name in usual for run_id in (SHOWN, BESIDE)]
        often = all(self.told[name] >= times for name in (*names, "Listed ", "Paged "))
        return often and self.told[f"HistoryTold {SHOWN}"] > 0


@contextmanager
def nothing_left() -> Iterator[Callable[[], Awaitable[None]]]:
    """What waits until all tasks that were begun since are over. What nobody hears of is heard of here."""
    wrong: list[dict[str, Any]] = []

    def heard(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        # A defect that comes when nobody is left to raise it to is told by the loop alone, as it should be.
        if not isinstance(context.get("exception"), LookupError):
            wrong.append(context)

    asyncio.get_running_loop().set_exception_handler(heard)
    before = asyncio.all_tasks()

    async def check() -> None:
        await until(lambda: asyncio.all_tasks() == before, lambda: str(asyncio.all_tasks() - before))
        assert not wrong

    yield check
    gc.collect()
    assert not wrong


def holds(raised: BaseException | None, defect: BaseException | None) -> bool:
    """Whether `raised` is `defect`, or a group that it is in."""
    if isinstance(raised, BaseExceptionGroup):
        return any(holds(one, defect) for one in raised.exceptions)
    return raised is not None and raised is defect


class TestFollowing:
    @by_fault(SERVER, LIMITED, CANCELLED)
    async def test_what_fails_once_is_asked_for_again_and_whoever_leaves_leaves_nothing(
        self, fault: Fault
    ) -> None:
        with nothing_left() as check:

            async def one_pass(torture: Torture) -> None:
                scene = Scene(torture)
                task = await scene.ended()
                assert task.cancelled(), (torture, task.exception())
                assert scene.is_enough or fault is CANCELLED, torture
                assert scene.is_left
                await check()

            assert await each(fault, one_pass)

    async def test_a_defect_is_seen_wherever_it_is(self) -> None:
        with nothing_left() as check:

            async def one_pass(torture: Torture) -> None:
                scene = Scene(torture, enough=2 * ENOUGH)
                task = await scene.ended()
                raised = None if task.cancelled() else task.exception()
                # One that comes as everything ends may be overtaken by that.
                assert holds(raised, torture.thrown) or not torture.place or scene.is_ending, torture
                await check()

            assert await each(DEFECT, one_pass)

    async def test_a_cancellation_that_nobody_asked_for_is_a_defect(self) -> None:
        """A task group takes no notice of it: the run would stand still on the screen."""
        with nothing_left() as check:

            async def one_pass(torture: Torture) -> None:
                scene = Scene(torture)
                task = await scene.ended()
                await check()
                if torture.place[:1] == ("poll_forever",):
                    assert not task.cancelled(), torture
                    assert isinstance(task.exception(), ExceptionGroup), torture
                else:
                    assert scene.is_enough, torture

            assert await each(STRAY, one_pass)


class Consumed:
    """A run line by line, until it was told often enough."""

    def __init__(self, torture: Torture) -> None:
        self.polled = 0
        self.ticks = 0
        self.is_ending = False
        self._torture = torture

    async def __call__(self) -> None:
        moments = Moments(AService(), SHOWN, clock=FakeClock(runs_by_itself=True), interval=5.0)
        async with aclosing(moments.stream()) as stream:
            async for event in stream:
                self.polled += isinstance(event, Polled)
                self.ticks += event is None
                self.is_ending |= not self._torture.place and self.polled >= ENOUGH
                if self.polled >= 2 * ENOUGH:
                    return


class TestMoments:
    @by_fault(SERVER, LIMITED, CANCELLED, DEFECT, STRAY)
    async def test_they_go_on_or_what_ended_them_is_seen(self, fault: Fault) -> None:
        with nothing_left() as check:

            async def one_pass(torture: Torture) -> None:
                consumed = Consumed(torture)
                task = await torture.ended(consumed())
                if torture.place and fault is CANCELLED:
                    assert task.cancelled(), torture
                elif torture.place and fault in (DEFECT, STRAY) and not consumed.is_ending:
                    assert not task.cancelled(), torture
                    raised = task.exception()
                    assert raised is torture.thrown or (fault is STRAY and type(raised) is RuntimeError), (
                        torture
                    )
                elif not (task.cancelled() or task.exception()):
                    assert consumed.polled >= 2 * ENOUGH
                    assert consumed.ticks > 0
                else:
                    assert consumed.is_ending, torture
                await check()

            assert await each(fault, one_pass)


class TestInstances:
    @by_fault(SERVER, LIMITED, CANCELLED, DEFECT)
    async def test_what_fails_once_is_asked_for_again(self, fault: Fault) -> None:
        specs = [failed(f"{number}.spec.ts") for number in range(2 * AT_ONCE)]
        with nothing_left() as check:

            async def one_pass(torture: Torture) -> None:
                asked = instances_of(AService(), FakeClock(runs_by_itself=True), specs)
                task = await torture.ended(asked)
                if torture.place and fault is CANCELLED:
                    assert task.cancelled(), torture
                elif torture.place and fault is DEFECT:
                    assert holds(task.exception(), torture.thrown), torture
                else:
                    assert [type(told) for told in task.result().values()] == [Instance] * len(specs)
                await check()

            assert await each(fault, one_pass)


class TestDeeds:
    @by_fault(SERVER, LIMITED, LOST, REFUSED, CANCELLED, DEFECT)
    @pytest.mark.parametrize("loses", [False, True], ids=["answered", "unanswered"])
    @pytest.mark.parametrize("deed", Deed)
    async def test_a_write_is_sent_once_at_most_and_its_end_is_known(
        self, deed: Deed, loses: bool, fault: Fault
    ) -> None:
        with nothing_left() as check:

            async def one_pass(torture: Torture) -> None:
                service = AService(state="IN_PROGRESS" if deed is Deed.CANCEL else "COMPLETE", loses=loses)
                deeds = carry_out(deed, SHOWN, service, FakeClock(runs_by_itself=True))
                task = await torture.ended(deeds)
                await check()
                assert service.writes <= 1, torture
                if torture.place and fault is CANCELLED:
                    assert task.cancelled(), torture
                elif torture.place and fault is DEFECT:
                    assert task.exception() is torture.thrown, torture
                else:
                    ending = task.result().ending
                    assert ending in (Ending.DONE, Ending.UNKNOWN) or fault is REFUSED or not service.writes
                    assert ending is Ending.DONE or torture.place or loses
                    assert ending is not Ending.UNKNOWN or fault is LOST or loses
                    assert ending is not Ending.DONE or service.writes == 1

            assert await each(fault, one_pass)
