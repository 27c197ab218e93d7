"""The pane that tells what happened."""

from __future__ import annotations

from tests.builders import RUN_ID, failed, passed, run, running
from tests.ui.watching import watching

SMALL = (80, 24)
FIRST = run(running("pay.spec.ts", for_=90), passed("login.spec.ts", completed=200))


async def test_4_shows_what_happened_newest_first_and_enter_opens_the_spec() -> None:
    async with watching(FIRST, size=SMALL) as watched:
        await watched.press("4")
        assert watched.focus == "log"
        assert "login.spec.ts" in watched.shown()
        await watched.poll(run(failed("pay.spec.ts", completed=1), *FIRST.specs[1:]))
        newest = watched.lines("log")[1]
        assert "FAIL" in newest and "pay.spec.ts" in newest
        await watched.press("enter")
        assert "pay.spec.ts" in watched.lines("top")[0]
        await watched.press("q", "q")
        assert watched.focus == "specs"


async def test_the_cursor_stays_on_its_event_when_newer_ones_come() -> None:
    async with watching(FIRST, size=SMALL) as watched:
        await watched.press("4", "j")
        pane = watched.screen.pane("log")
        before = watched.screen.panes.log_book.entry(RUN_ID, pane.cursor or "")
        await watched.poll(run(failed("pay.spec.ts", completed=1), *FIRST.specs[1:]))
        assert watched.screen.panes.log_book.entry(RUN_ID, pane.cursor or "") == before
        await watched.press("g")
        await watched.poll(run(*FIRST.specs, failed("cart.spec.ts", completed=1)))
        assert pane.cursor == pane.keys[0]


async def test_an_answer_that_says_the_same_moves_nothing() -> None:
    async with watching(FIRST, size=(200, 60)) as watched:
        before = watched.screen.pane("log").keys
        await watched.poll(FIRST)
        assert watched.screen.pane("log").keys is before


async def test_what_was_done_to_the_run_is_told() -> None:
    async with watching(FIRST, size=(200, 60)) as watched:
        await watched.press("c")
        await watched.advance(1)
        await watched.press("y")
        await watched.until(lambda: "cancelled" in "\n".join(watched.lines("log")))
