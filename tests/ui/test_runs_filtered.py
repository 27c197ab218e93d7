"""The list of runs: filtered at the service, followed by branch, and acted on."""

import pytest

from currents_tui.ui.screens.question import QuestionScreen
from tests.feeds import item, run_id
from tests.ui.test_runs import PROJECT, WIDE, a_listing, listed, runs, selected
from tests.ui.watching import watching


class TestFilter:
    async def test_it_is_asked_of_the_service_at_enter_and_shown(self) -> None:
        listing = a_listing(120)
        listing.there[10] = item(11, branch="feat/größe", author="Another Example", status="FAILED")
        async with watching(listing=listing, project=PROJECT) as watched:
            await watched.until(lambda: selected(watched) == 120)
            await watched.press("slash")
            await watched.type('by:"Another Example" st:fail')
            assert len(listing.asked) == 1
            await watched.press("enter")
            await watched.until(lambda: runs(watched).keys == (run_id(11),))
            assert listing.asked[-1][0].authors == ("Another Example",)
            assert 'by:"Another Example"' in watched.lines("runs")[0]
            assert selected(watched) == 120
            await watched.press("slash")
            await watched.press("ctrl+u", "enter")
            await watched.until(lambda: len(runs(watched).keys) == 51)

    async def test_esc_takes_it_away(self) -> None:
        listing = a_listing(120)
        async with watching(listing=listing, project=PROJECT) as watched:
            await watched.until(lambda: selected(watched) == 120)
            await watched.press("slash")
            await watched.type("branch:feat/x\r")
            await watched.until(lambda: runs(watched).keys == (run_id(120),))
            await watched.press("escape")
            await watched.until(lambda: len(runs(watched).keys) == 51)

    async def test_tab_completes_what_was_seen(self) -> None:
        async with watching(listing=a_listing(), project=PROJECT) as watched:
            await watched.until(lambda: selected(watched) == 50)
            await watched.press("slash")
            await watched.type("branch:fe")
            await watched.press("tab", "enter")
            await watched.until(lambda: runs(watched).keys == (run_id(50),))

    async def test_what_the_service_would_refuse_is_told_and_stays_to_be_mended(self) -> None:
        listing = a_listing()
        async with watching(listing=listing, project=PROJECT) as watched:
            await watched.until(lambda: selected(watched) == 50)
            await watched.press("slash")
            await watched.type("st:nonsense\r")
            assert "No run is “" in watched.lines("message")[0]
            assert len(listing.asked) == 1
            assert watched.focus == "RunFilterInput"

    async def test_nothing_found_says_how_to_go_on(self) -> None:
        async with watching(listing=a_listing(), project=PROJECT, size=WIDE) as watched:
            await watched.until(lambda: selected(watched) == 50)
            await watched.press("slash")
            await watched.type("branch:none\r")
            await watched.until(lambda: "No run matches the filter" in watched.shown())
            assert selected(watched) == 50


class TestFollowing:
    async def test_a_newer_run_of_the_branch_is_shown_and_told(self) -> None:
        listing = a_listing()
        async with watching(listing=listing, project=PROJECT, size=WIDE) as watched:
            await watched.until(lambda: selected(watched) == 50)
            await watched.press("f")
            assert "Following feat/x" in watched.shown()
            listing.there += [item(51, branch="main"), item(52, branch="feat/x")]
            await listed(watched)
            assert selected(watched) == 52
            assert runs(watched).cursor == run_id(52)
            assert "Moved on to run" in watched.lines("message")[0]
            await watched.press("f")
            listing.there.append(item(53, branch="feat/x"))
            await listed(watched)
            assert selected(watched) == 52

    async def test_never_while_a_dialog_is_open(self) -> None:
        listing = a_listing()
        async with watching(listing=listing, project=PROJECT, size=WIDE) as watched:
            await watched.until(lambda: selected(watched) == 50)
            await watched.press("f", "c")
            assert watched.shows(QuestionScreen)
            listing.there.append(item(51, branch="feat/x"))
            await listed(watched)
            assert selected(watched) == 50
            await watched.press("n")
            await listed(watched, seconds=2)
            assert selected(watched) == 51

    async def test_a_cursor_elsewhere_in_the_list_stays_there(self) -> None:
        listing = a_listing()
        async with watching(listing=listing, project=PROJECT, size=WIDE) as watched:
            await watched.until(lambda: selected(watched) == 50)
            await watched.press("f", "j", "j", "j")
            listing.there.append(item(51, branch="feat/x"))
            await listed(watched)
            assert selected(watched) == 51
            assert runs(watched).cursor == run_id(47)

    async def test_never_under_somebody_s_hands(self) -> None:
        listing = a_listing()
        async with watching(listing=listing, project=PROJECT, size=WIDE) as watched:
            await watched.until(lambda: selected(watched) == 50)
            await watched.press("f", "2")
            listing.there.append(item(51, branch="feat/x", state="IN_PROGRESS", status="RUNNING"))
            while run_id(51) not in runs(watched).keys:
                await watched.press("j")
                await watched.advance(1)
            assert selected(watched) == 50
            await watched.press("c")
            assert f"Cancel run {run_id(50)[:8]}?" in watched.shown()
            await watched.press("f")
            await watched.advance(1)
            await watched.press("escape")
            await watched.advance(2)
            assert selected(watched) == 51, "as soon as nobody is at the keys"

    @pytest.mark.parametrize(("opens", "closes"), [("enter", "escape"), ("c", "n"), ("question_mark", "q")])
    async def test_nor_as_soon_as_a_page_is_closed(self, opens: str, closes: str) -> None:
        listing = a_listing()
        async with watching(listing=listing, project=PROJECT, size=WIDE) as watched:
            await watched.until(lambda: watched.screen.state.current.run is not None)
            await watched.press("f", "2", opens)
            listing.there.append(item(51, branch="feat/x", state="IN_PROGRESS", status="RUNNING"))
            await listed(watched)
            feed = watched.screen.state.feed
            assert feed is not None
            assert feed.item(run_id(51)) is not None
            await watched.press(closes)
            await watched.advance(1)
            assert selected(watched) == 50
            await watched.advance(1)
            assert selected(watched) == 51

    async def test_f_shows_the_newest_run_at_once(self) -> None:
        listing = a_listing()
        listing.there.append(item(51, state="IN_PROGRESS", status="RUNNING", branch="feat/y"))
        async with watching(listing=listing, project=PROJECT, size=WIDE) as watched:
            await watched.until(lambda: selected(watched) == 51)
            await watched.press("j", "f")
            assert selected(watched) == 50
            assert watched.screen.state.follows == "feat/x"

    async def test_it_lists_the_project_of_a_run_that_was_named(self) -> None:
        async with watching(size=WIDE) as watched:
            listing = watched.service.listing
            listing.there = [item(1), item(99_999, branch="feat/checkout")]
            await watched.press("f")
            await watched.until(lambda: selected(watched) == 99_999)

    async def test_without_it_the_view_never_moves_by_itself(self) -> None:
        listing = a_listing()
        async with watching(listing=listing, project=PROJECT, size=WIDE) as watched:
            await watched.until(lambda: selected(watched) == 50)
            for number in range(51, 60):
                listing.there.append(item(number, branch="feat/x", state="IN_PROGRESS", status="RUNNING"))
                listing.end(number - 1, status="FAILED")
                await listed(watched, seconds=8)
            assert selected(watched) == 50


class TestDeeds:
    async def test_a_run_of_the_list_is_cancelled_without_being_shown(self) -> None:
        listing = a_listing()
        listing.there[48] = item(49, state="IN_PROGRESS", status="RUNNING")
        async with watching(listing=listing, project=PROJECT, size=WIDE) as watched:
            await watched.until(lambda: selected(watched) == 50)
            watched.service.answers[run_id(49)] = listing.whole(run_id(49))
            await watched.press("j", "c")
            await watched.advance(1)
            assert watched.service.asked.count(run_id(49)) == 1, "asked for at the moment of the question"
            await watched.press("y")
            await watched.until(lambda: bool(watched.service.written))
            listing.end(49, "CANCELED", "FAILED")
            await watched.until(lambda: "CANCELED run" in watched.shown())
            assert watched.service.written == [("cancel", run_id(49))]
            assert selected(watched) == 50
            assert [one.run_id for one in watched.screen.state.runs] == [run_id(50)]

    async def test_a_deleted_run_leaves_the_list_at_once(self) -> None:
        listing = a_listing()
        async with watching(listing=listing, project=PROJECT, size=WIDE) as watched:
            await watched.until(lambda: selected(watched) == 50)
            watched.service.answers[run_id(48)] = listing.whole(run_id(48))
            await watched.press("j", "j", "D")
            await watched.advance(1)
            await watched.type(run_id(48)[:4])
            await watched.until(lambda: watched.service.written == [("delete", run_id(48))])
            await watched.until(lambda: run_id(48) not in runs(watched).keys)
            assert selected(watched) == 50
