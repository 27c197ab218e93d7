"""What earlier runs teach, on the real screen."""

from currents_tui.core.model import Project, Run
from currents_tui.core.problem import Kind
from currents_tui.core.text import plain
from tests.builders import passed, run, running
from tests.feeds import Listing, item, run_id
from tests.ui.watching import Watching, watching
from tests.watch.fake import trouble

BRANCH = "feat/checkout"


def a_listing() -> Listing:
    there = [item(number, branch=BRANCH) for number in (7, 8, 9)]
    told = Project(inactivity_timeout_seconds=1800, default_branch_name=plain("main"))
    return Listing(there=there, told=told)


def shown_run(for_: float = 10) -> Run:
    return run(passed("c.spec.ts", completed=20), running("a.spec.ts", for_=for_))


async def seconds(watched: Watching, number: int) -> None:
    for _ in range(number):
        await watched.advance(1)


async def test_the_header_says_what_the_eta_is_made_from() -> None:
    async with watching(shown_run(), listing=a_listing(), size=(140, 40)) as watched:
        assert "eta" not in watched.shown(), "one spec that ended says nothing"
        await seconds(watched, 15)
        assert "from 3 earlier runs" in watched.shown()
        assert [one for one in watched.service.asked if one in map(run_id, (7, 8, 9))] == [
            run_id(9), run_id(8), run_id(7),
        ]  # fmt: skip
        await seconds(watched, 60)
        assert len(watched.service.listing.asked) == 2, "of the branch, and of the default branch"


async def test_a_spec_is_stuck_by_what_it_took_before_and_the_countdown_is_the_project_s() -> None:
    async with watching(shown_run(for_=400), listing=a_listing(), size=(140, 40)) as watched:
        assert "STUCK" not in watched.shown()
        await seconds(watched, 15)
        assert "STUCK c1 a.spec.ts running since" in watched.shown()
        assert "this spec in 3 runs" in watched.shown()
        assert "TIMEOUT" not in watched.shown(), "another was heard of half a minute ago"
        await seconds(watched, 45)
        assert "run TIMEOUT in 28:" in watched.shown()


async def test_while_paused_nothing_is_asked() -> None:
    async with watching(shown_run(), listing=a_listing(), size=(140, 40)) as watched:
        await watched.press("space")
        await seconds(watched, 30)
        assert watched.service.listing.asked == []


async def test_what_fails_shows_nowhere() -> None:
    listing = a_listing()
    listing.trouble = [trouble(Kind.RATE_LIMITED, retry_after=5)]
    async with watching(shown_run(), listing=listing, size=(140, 40)) as watched:
        await seconds(watched, 60)
        assert len(listing.asked) == 1
        assert "429" not in watched.shown()
        assert watched.screen.state.current.trouble is None


async def test_the_page_of_the_run_names_the_default_branch_that_the_project_tells() -> None:
    async with watching(shown_run(), listing=a_listing(), size=(140, 40)) as watched:
        await seconds(watched, 15)
        await watched.press("i")
        told = next(line for line in watched.shown().splitlines() if "default branch" in line)
        assert "main" in told.split()
