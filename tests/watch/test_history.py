"""What earlier runs teach is asked late, slowly, six times at most, and once."""

import asyncio
import gc
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest
from msgspec import Struct, structs

from currents_tui.core.events import Asked, Event, HistoryTold
from currents_tui.core.history import PastRun
from currents_tui.core.model import FeedItem, Project, Run, RunPage, Spec, SpecCounts
from currents_tui.core.problem import Kind, Problem
from currents_tui.core.run_filter import RunFilter
from currents_tui.core.state import State, reduce, start
from currents_tui.core.text import plain
from currents_tui.core.watched import Watched
from currents_tui.watch.follow import Following, Service
from currents_tui.watch.history import LARGE, LATE, PAST_RUNS, PAUSE, Histories
from tests.builders import group, passed, run
from tests.feeds import Listing, Unasked, item, run_id
from tests.watch.fake import FakeClock, settle, trouble

SHOWN = 90


@dataclass
class Bench(Unasked):
    clock: FakeClock
    listing: Listing
    state: State
    asked: list[tuple[float, str]] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    troubles: dict[str, Problem] = field(default_factory=dict)
    following: Following | None = None
    histories: Histories | None = None
    paused: bool = False

    async def _ask(self, what: str) -> None:
        self.asked.append((self.clock.seconds, what))
        await asyncio.sleep(0)
        if (problem := self.troubles.get(what.split()[0])) is not None:
            raise problem

    async def run(self, run_id: str) -> Run:
        await self._ask(f"run {int(run_id[:5], 16)}")
        return self.listing.whole(run_id)

    async def runs(self, project_id: str, wanted: RunFilter, **place: object) -> RunPage:
        await self._ask(f"runs {wanted}")
        return await self.listing.runs(project_id, wanted, limit=20)

    async def project(self, project_id: str) -> Project:
        await self._ask("project")
        return self.listing.told

    def tell(self, event: Event) -> None:
        self.events.append(event)
        self.state = reduce(self.state, event)

    async def pass_by(self, seconds: int) -> None:
        """Ticks, as the screen has them."""
        assert self.histories is not None
        for _ in range(seconds):
            self.histories.look_at(self.state.current, paused=self.paused)
            await settle()
            await self.clock.advance(1)

    @property
    def names(self) -> list[str]:
        return [what for _, what in self.asked]

    @property
    def told(self) -> Iterator[HistoryTold]:
        return (event for event in self.events if isinstance(event, HistoryTold))


def shown(number: int = SHOWN, branch: str = "feat/x", **more: object) -> Run:
    told = item(number, branch=branch, state="IN_PROGRESS", status="RUNNING")
    fields = {name: getattr(told, name) for name in Run.__struct_fields__} | more
    return Run(**fields)


def a_state(*runs: Run) -> State:
    watched = tuple(Watched(one.run_id or "", run=one) for one in runs)
    return structs.replace(start((), 5.0), runs=watched, selected=watched[0].run_id)


@asynccontextmanager
async def learning(*there: FeedItem, runs: tuple[Run, ...] = ()) -> AsyncIterator[Bench]:
    clock = FakeClock()
    listing = Listing(there=list(there))
    listing.told = Project(inactivity_timeout_seconds=1800, default_branch_name=plain("main"))
    bench = Bench(clock, listing, a_state(*(runs or (shown(),))))

    @asynccontextmanager
    async def connect() -> AsyncIterator[Service]:
        yield bench

    bench.following = Following(connect, clock=clock, emit=bench.tell, interval=5.0)
    bench.histories = Histories(bench.following, clock, bench.tell)
    task = asyncio.create_task(bench.following.follow())
    await settle()
    try:
        yield bench
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


BRANCH = "runs branch:feat/x st:complete"
MAIN = "runs branch:main st:complete"


def on_branch(*numbers: int) -> list[FeedItem]:
    return [item(number, branch="feat/x") for number in numbers]


class TestWhatIsAsked:
    async def test_two_of_the_branch_and_the_newest_of_the_default_branch(self) -> None:
        async with learning(*on_branch(10, 11, 12, 13), item(5), item(6)) as bench:
            await bench.pass_by(30)
            assert bench.names == ["project", BRANCH, MAIN, "run 13", "run 12", "run 6"]
            (told,) = bench.told
            assert [one.run_id for one in told.history.runs] == [run_id(13), run_id(12), run_id(6)]
            assert (told.history.inactivity_limit, told.history.default_branch) == (1800, "main")
            assert told.history.is_complete

    async def test_filled_up_with_the_default_branch(self) -> None:
        async with learning(*on_branch(10), item(50), item(51), item(52)) as bench:
            await bench.pass_by(30)
            assert bench.names == ["project", BRANCH, MAIN, "run 10", "run 52", "run 51"]
            (told,) = bench.told
            assert [one.branch for one in told.history.runs] == ["main", "main", "feat/x"]

    async def test_only_what_came_before_and_is_complete(self) -> None:
        later = on_branch(SHOWN + 1)
        canceled = item(20, branch="feat/x", state="CANCELED")
        async with learning(*later, canceled, *on_branch(10)) as bench:
            await bench.pass_by(30)
            assert bench.names == ["project", BRANCH, MAIN, "run 10"]

    async def test_of_other_groups_nothing_is_learned(self) -> None:
        other = structs.replace(item(20, branch="feat/x"), groups=(group("firefox"),))
        same = structs.replace(item(10, branch="feat/x"), groups=(group("chromium"),))
        async with learning(other, same, runs=(shown(groups=(group("chromium"),)),)) as bench:
            await bench.pass_by(30)
            assert bench.names == ["project", BRANCH, MAIN, "run 10"]

    async def test_one_where_the_answers_are_large(self) -> None:
        large = structs.replace(group("chromium"), instances=SpecCounts(overall=LARGE + 1))
        async with learning(*on_branch(10, 11), runs=(shown(groups=(large,)),)) as bench:
            await bench.pass_by(30)
            assert bench.names == ["project", BRANCH, "run 11"]


class TestHowItIsAsked:
    async def test_late_and_with_pauses_and_counted(self) -> None:
        async with learning(*on_branch(10), item(50), item(51), item(52)) as bench:
            await bench.pass_by(60)
            times = [at for at, _ in bench.asked]
            assert times == [LATE + n * PAUSE for n in range(6)]
            assert sum(isinstance(event, Asked) for event in bench.events) == 6
            assert len(bench.state.asks) == 6
            assert len(list(bench.told)) == 1

    async def test_nothing_before_the_run_is_known_or_while_paused(self) -> None:
        async with learning(*on_branch(10)) as bench:
            known, bench.state = bench.state, start((run_id(SHOWN),), 5.0)
            await bench.pass_by(30)
            bench.state, bench.paused = known, True
            await bench.pass_by(30)
            assert bench.asked == []
            bench.paused = False
            await bench.pass_by(5)
            assert bench.names[0] == "project"

    async def test_a_pause_stops_what_has_begun(self) -> None:
        async with learning(*on_branch(10, 11, 12)) as bench:
            await bench.pass_by(3)
            bench.paused = True
            await bench.pass_by(30)
            assert bench.names == ["project"]

    async def test_it_goes_on_where_it_was_and_asks_six_times_in_all(self) -> None:
        async with learning(*on_branch(10), item(50), item(51), item(52)) as bench:
            for _ in range(12):
                bench.paused = False
                await bench.pass_by(4)
                bench.paused = True
                await bench.pass_by(2)
            assert bench.names == ["project", BRANCH, MAIN, "run 10", "run 52", "run 51"]
            assert len(list(bench.told)) == 1

    async def test_another_run_is_looked_at_meanwhile(self) -> None:
        other = shown(80, branch="feat/y")
        async with learning(*on_branch(10, 11, 12), runs=(shown(), other)) as bench:
            await bench.pass_by(3)
            bench.state = structs.replace(bench.state, selected=other.run_id)
            await bench.pass_by(30)
            assert bench.names == ["project", "project", "runs branch:feat/y st:complete", MAIN]

    async def test_back_and_forth_asks_nothing_again(self) -> None:
        other = shown(80)
        async with learning(*on_branch(10, 85), runs=(shown(), other)) as bench:
            await bench.pass_by(30)
            asked = len(bench.asked)
            for chosen in (other, shown(), other):
                bench.state = structs.replace(bench.state, selected=chosen.run_id)
                await bench.pass_by(30)
            assert len(bench.asked) == asked
            first, second = bench.told
            assert [one.run_id for one in first.history.runs] == [run_id(85), run_id(10)]
            assert [one.run_id for one in second.history.runs] == [run_id(10)], "85 came after this run"

    async def test_a_run_that_began_since_is_asked_about_and_known_runs_are_not(self) -> None:
        async with learning(*on_branch(10)) as bench:
            await bench.pass_by(30)
            newer = shown(95, created_at=bench.clock.now())
            bench.listing.there += on_branch(SHOWN)
            bench.state = a_state(newer)
            await bench.pass_by(30)
            assert bench.names[-4:] == ["project", BRANCH, MAIN, "run 90"]


class TestWhatIsKept:
    async def test_of_the_runs_that_were_looked_at_nothing_but_how_often_was_asked(self) -> None:
        specs = tuple(passed(f"{number}.spec.ts") for number in range(3))
        runs = [shown(SHOWN + n, branch=f"feat/{n}", specs=specs) for n in range(3)]
        async with learning(*(item(n, branch=f"feat/{n}") for n in range(3)), runs=tuple(runs)) as bench:
            for one in runs:
                bench.state = structs.replace(bench.state, selected=one.run_id)
                await bench.pass_by(30)
            assert len(list(bench.told)) == len(runs)
            kept = reachable(bench.histories)
            assert not any(isinstance(one, Spec | FeedItem) for one in kept)

    async def test_what_the_last_runs_taught_and_not_what_all_did(self) -> None:
        async with learning() as bench:
            for number in range(100, 100 + 2 * PAST_RUNS):
                bench.listing.there = [item(number - 1, branch="feat/x")]
                newer = shown(number, created_at=bench.clock.now())
                bench.state = a_state(newer)
                await bench.pass_by(20)
            assert len(list(bench.told)) == 2 * PAST_RUNS
            kept = reachable(bench.histories)
            assert sum(isinstance(one, PastRun) for one in kept) == PAST_RUNS


def reachable(one: object) -> list[object]:
    """What `one` holds, and what that holds, as far as it is this program's own and no bench."""
    found: dict[int, object] = {}
    left = [one]
    while left:
        one = left.pop()
        is_ours = type(one).__module__.startswith("currents_tui.") and not isinstance(one, Following)
        if id(one) not in found and (is_ours or isinstance(one, dict | list | tuple)):
            found[id(one)] = one
            left += structs.astuple(one) if isinstance(one, Struct) else gc.get_referents(one)
    return list(found.values())


class TestTrouble:
    async def test_what_fails_all_day_is_asked_for_six_times(self) -> None:
        async with learning(*on_branch(10)) as bench:
            bench.troubles["runs"] = trouble(Kind.SERVER)
            await bench.pass_by(10_000)
            assert len(bench.asked) == 6
            assert bench.names[:2] == ["project", BRANCH]

    @pytest.mark.parametrize("what", ["project", "runs", "run"])
    async def test_a_429_stops_it_and_is_no_trouble_of_the_run(self, what: str) -> None:
        async with learning(*on_branch(10, 11, 12)) as bench:
            bench.troubles[what] = trouble(Kind.RATE_LIMITED, retry_after=30)
            await bench.pass_by(300)
            assert bench.names[-1].split()[0] == what
            assert len(bench.asked) <= 4
            assert bench.state.current.trouble is None
            (told,) = bench.told
            assert not told.history.is_complete
            assert told.history.inactivity_limit == (None if what == "project" else 1800)

    async def test_a_run_that_was_asked_about_often_enough_leaves_the_others_theirs(self) -> None:
        other = structs.replace(shown(80, branch="feat/y"), project_id=plain("Cart42"))
        async with learning(*on_branch(10), runs=(shown(), other)) as bench:
            bench.troubles["runs"] = trouble(Kind.SERVER)
            await bench.pass_by(6000)
            assert len(bench.asked) == 6
            bench.state = structs.replace(bench.state, selected=other.run_id)
            await bench.pass_by(10)
            assert len(bench.asked) > 6

    async def test_after_a_while_it_is_tried_once_more(self) -> None:
        async with learning(*on_branch(10)) as bench:
            bench.troubles["project"] = trouble(Kind.SERVER)
            await bench.pass_by(590)
            assert bench.names == ["project"]
            bench.troubles.clear()
            await bench.pass_by(60)
            assert bench.names == ["project", "project", BRANCH, MAIN, "run 10"]
            assert bench.state.current.history is not None
            assert bench.state.current.history.is_complete

    async def test_a_429_of_somebody_else_keeps_it_from_asking(self) -> None:
        async with learning(*on_branch(10)) as bench:
            assert bench.following is not None
            bench.troubles["projects"] = trouble(Kind.RATE_LIMITED, retry_after=30)
            with pytest.raises(Problem):
                await bench.following.aside("x", lambda service: bench._ask("projects"))
            bench.asked.clear()
            await bench.pass_by(149)
            assert bench.asked == []
            await bench.pass_by(10)
            assert bench.names[0] == "project"

    async def test_what_it_asked_holds_the_polling_too(self) -> None:
        async with learning(*on_branch(10)) as bench:
            assert bench.following is not None
            bench.troubles["project"] = trouble(Kind.RATE_LIMITED, retry_after=30)
            bench.following.add(run_id(10))
            await bench.pass_by(30)
            asked = [at for at, what in bench.asked if what == "run 10"]
            assert asked == [0]

    async def test_a_past_run_without_a_duration(self) -> None:
        async with learning(*on_branch(10)) as bench:
            bench.listing.whole = lambda run_id: run(passed("a"), run_id=run_id)  # type: ignore[method-assign]
            await bench.pass_by(30)
            (told,) = bench.told
            assert told.history.is_complete
