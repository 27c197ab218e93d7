"""Cancelling and deleting on the real screen: exactly the run that was meant, exactly once."""

import asyncio

import pytest
from msgspec import structs

from currents_tui.api.address import Address
from currents_tui.api.client import Client
from currents_tui.api.key import Key
from currents_tui.core.deed import Deed
from currents_tui.core.model import Run
from currents_tui.core.problem import Kind, Problem, Unconfirmed
from currents_tui.ui.screens.page import PageScreen
from currents_tui.ui.screens.question import QuestionScreen
from currents_tui.ui.screens.spec import SpecScreen
from tests.builders import RUN_ID, failed, passed, run, running, waiting
from tests.cli.program import KEY
from tests.faults import FAULTS, Fault, Faulty
from tests.patience import PATIENCE
from tests.ui.watching import Watching, usual, watching

OTHER = "9d2f4a7e0b1c3d58"
OVER = run(failed(), passed("b"), state="COMPLETE", status="FAILED")


def asks(watched: Watching) -> bool:
    return watched.shows(QuestionScreen)


def said(watched: Watching) -> str:
    return watched.lines("message")[0].strip()


async def let_it_hear(watched: Watching) -> None:
    """Past the moment in which a dialog takes no key."""
    await watched.advance(1)


async def carried_out(watched: Watching) -> None:
    await watched.until(lambda: watched.screen.state.current.under_way is None and not asks(watched))
    await watched.pilot.pause()


async def test_c_then_y_cancels_the_run_and_the_watching_goes_on() -> None:
    async with watching() as watched:
        await watched.press("c")
        assert asks(watched)
        await let_it_hear(watched)
        assert "never start" in watched.shown()
        await watched.press("y")
        await carried_out(watched)
        assert watched.service.written == [("cancel", RUN_ID)]
        assert said(watched).startswith("CANCELED run 6f3b9c0e at")
        assert "CANCELED" in watched.lines("header")[0]
        asked = len(watched.service.asked)
        await watched.advance(20)
        assert len(watched.service.asked) > asked


async def test_delete_wants_the_id_and_the_last_data_stays_readable() -> None:
    async with watching(OVER) as watched:
        await watched.press("D")
        await let_it_hear(watched)
        await watched.type("6f3c")
        assert asks(watched)
        assert "not this run's id" in watched.shown()
        await watched.type("6f3b")
        await carried_out(watched)
        assert watched.service.written == [("delete", RUN_ID)]
        assert said(watched).startswith("DELETED run 6f3b9c0e")
        assert "GONE" in watched.lines("header")[0]
        assert "fail.spec.ts" in watched.shown()


async def test_a_deleted_run_leaves_the_list() -> None:
    other = run(running(), run_id=OTHER)
    async with watching(OVER, other) as watched:
        await watched.press("D")
        await let_it_hear(watched)
        await watched.type("6f3b")
        await watched.until(lambda: len(watched.screen.state.runs) == 1)
        assert watched.screen.state.selected == OTHER
        await watched.until(lambda: said(watched).endswith(" Shown now: 9d2f4a7e, feat/checkout."))
        asked = watched.service.asked.count(RUN_ID)
        await watched.advance(30)
        assert watched.service.asked.count(RUN_ID) == asked


async def test_where_runs_are_marked_none_is_deleted() -> None:
    other = run(running(), run_id=OTHER)
    async with watching(OVER, other, size=(120, 40)) as watched:
        await watched.press("0", "j", "m", "k", "D")
        assert not asks(watched)
        assert said(watched) == "Runs are deleted one at a time: take the marks away (m)."
        await watched.press("j", "m", "k", "D")
        assert asks(watched)


async def test_the_run_under_the_cursor_of_the_runs_is_meant() -> None:
    other = run(running(), run_id=OTHER)
    async with watching(usual(), other, size=(120, 40)) as watched:
        await watched.press("0", "j", "c")
        await let_it_hear(watched)
        assert "Cancel run 9d2f4a7e?" in watched.shown()
        await watched.press("y")
        await watched.until(lambda: bool(watched.service.written))
        assert watched.service.written == [("cancel", OTHER)]


@pytest.mark.parametrize(
    "typed", ["cypress run --record\r", "cy", "cyyyyyyyyyy", "c\r", "c ", "Dcypress", "D6f3b"]
)
async def test_what_is_typed_in_haste_does_nothing(typed: str) -> None:
    async with watching() as watched:
        await watched.type(typed)
        await watched.advance(2)
        assert watched.service.written == []


@pytest.mark.parametrize(
    "key", ["enter", "space", "escape", "ctrl+y", "ctrl+c", "ctrl+m", "tab", "Y", "n", "d", "left", "f1"]
)
async def test_no_other_key_confirms_and_every_one_closes(key: str) -> None:
    async with watching() as watched:
        await watched.press("c")
        await let_it_hear(watched)
        await watched.press(key)
        assert not asks(watched)
        await watched.advance(2)
        assert watched.service.written == []
        assert said(watched) == "Nothing was cancelled."


async def test_ten_presses_open_one_question_and_send_one_request() -> None:
    async with watching() as watched:
        await watched.press(*["c"] * 10)
        assert len([screen for screen in watched.app.screen_stack if isinstance(screen, QuestionScreen)]) == 1
        await let_it_hear(watched)
        await watched.press(*["y"] * 10)
        await carried_out(watched)
        assert watched.service.written == [("cancel", RUN_ID)]


@pytest.mark.parametrize(("key", "known"), [("c", usual()), ("D", OVER)])
async def test_the_key_that_opened_the_question_held_down_neither_closes_nor_confirms_it(
    key: str, known: Run
) -> None:
    async with watching(known) as watched:
        await watched.press(key)
        await let_it_hear(watched)
        await watched.press(*[key] * 20)
        assert asks(watched)
        await watched.press("escape")
        await watched.advance(2)
        assert watched.service.written == []


async def test_rows_that_come_go_and_move_behind_the_question_do_not_change_whom_it_is_about() -> None:
    others = [run(running(), run_id=str(number) * 16) for number in range(1, 4)]
    async with watching(usual(), *others, size=(120, 40)) as watched:
        await watched.press("0", "j", "j", "c")
        await let_it_hear(watched)
        state = watched.screen.state
        first, *rest = state.runs
        watched.screen.state = structs.replace(state, runs=(*reversed(rest), first))
        watched.screen.set_filter("nothing-matches-this")
        await watched.advance(3)
        assert "Cancel run 22222222?" in watched.shown()
        await watched.press("y")
        await watched.until(lambda: bool(watched.service.written))
        assert watched.service.written == [("cancel", "2" * 16)]


async def test_a_run_that_leaves_the_list_behind_its_question_is_not_written_to() -> None:
    other = run(running(), run_id=OTHER)
    async with watching(usual(), other, size=(120, 40)) as watched:
        await watched.press("0", "j", "c")
        await let_it_hear(watched)
        watched.service.answers[OTHER] = Problem(Kind.NOT_FOUND, "There is no such run.")
        watched.screen.state = structs.replace(
            watched.screen.state, runs=watched.screen.state.runs[:1], selected=RUN_ID
        )
        await watched.press("y")
        await watched.advance(2)
        assert watched.service.written == []


async def test_a_run_deleted_elsewhere_shows_as_gone_with_its_last_data() -> None:
    async with watching() as watched:
        await watched.poll(Problem(Kind.NOT_FOUND, "There is no such run."))
        assert "GONE" in watched.lines("header")[0]
        assert "a-fail.spec.ts" in watched.shown()
        await watched.press("enter")
        assert watched.shows(SpecScreen)


async def test_polls_in_between_change_the_facts_and_never_the_run() -> None:
    other = run(running(), run_id=OTHER)
    async with watching(usual(), other) as watched:
        await watched.press("c")
        await let_it_hear(watched)
        await watched.poll(run(*(waiting(f"{n}.spec.ts") for n in range(40))))
        assert asks(watched)
        assert "40 waiting specs" in watched.shown()
        await watched.press("y")
        await watched.until(lambda: bool(watched.service.written))
        assert watched.service.written == [("cancel", RUN_ID)]


async def test_a_run_that_ends_while_the_question_is_open_is_not_cancelled() -> None:
    async with watching() as watched:
        await watched.press("c")
        await let_it_hear(watched)
        watched.service.answers[RUN_ID] = OVER
        await watched.press("y")
        await carried_out(watched)
        assert watched.service.written == []
        assert "finished FAILED before the request took effect: not cancelled." in said(watched)


async def test_a_key_that_may_not_turns_read_only_on() -> None:
    async with watching() as watched:
        watched.service.refuses = Problem(Kind.FORBIDDEN, "The API key may not do this (403).")
        await watched.press("c")
        await let_it_hear(watched)
        await watched.press("y")
        await carried_out(watched)
        assert "was not cancelled" in said(watched)
        await let_it_hear(watched)
        await watched.press("c")
        assert not asks(watched)
        assert said(watched).startswith("Read-only:")


async def test_a_lost_answer_is_found_out() -> None:
    async with watching() as watched:
        watched.service.refuses = Unconfirmed(Kind.TIMEOUT, "No whole answer.")
        await watched.press("c")
        await let_it_hear(watched)
        await watched.press("y")
        await watched.until(lambda: "No answer from the server. Asking" in said(watched))
        watched.service.answers[RUN_ID] = run(running(), state="CANCELED")
        for _ in range(10):
            await watched.advance(1)
        assert said(watched).startswith("CANCELED run 6f3b9c0e")
        assert watched.service.written == [("cancel", RUN_ID)]


async def test_read_only_says_why_where_the_key_would_have_worked() -> None:
    async with watching(read_only="Read-only: read_only is set (--read-only).") as watched:
        for key in ("c", "D"):
            await watched.press(key)
            assert not asks(watched)
            assert said(watched) == "Read-only: read_only is set (--read-only)."


async def test_a_run_in_progress_is_not_deleted_and_one_that_is_over_not_cancelled() -> None:
    async with watching() as watched:
        await watched.press("D")
        assert "cancel it first" in said(watched)
        await watched.poll(OVER)
        await watched.press("c")
        assert "nothing to cancel" in said(watched)
        assert not asks(watched)


async def test_a_copy_is_saved_before_and_the_question_stays() -> None:
    async with watching(OVER) as watched:
        await watched.press("D")
        await let_it_hear(watched)
        await watched.press("x")
        await watched.until(lambda: f"Saved as copy-of-{RUN_ID}.json" in watched.shown())
        assert asks(watched)


@pytest.mark.parametrize("size", [(60, 15), (80, 24), (120, 40), (200, 60)])
@pytest.mark.parametrize("key", ["c", "D"])
async def test_the_question_and_its_keys_are_there_at_every_size(size: tuple[int, int], key: str) -> None:
    async with watching(usual() if key == "c" else OVER, size=size) as watched:
        await watched.press(key)
        await let_it_hear(watched)
        shown = watched.lines("box")
        assert len(shown) <= size[1]
        assert {len(line) for line in shown} == {min(72, size[0])}
        wanted = (
            ("Cancel run", "cannot be undone", "y  Cancel the run")
            if key == "c"
            else ("DELETE run", "Type the")
        )
        for words in wanted:
            assert any(words in line for line in shown), words


async def test_where_one_line_is_all_nothing_is_asked() -> None:
    async with watching(size=(40, 12)) as watched:
        await watched.press("c")
        assert not asks(watched)


@pytest.mark.parametrize("deed", Deed)
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
async def test_whatever_a_write_meets_it_is_sent_once_and_told_for_what_it_is(
    deed: Deed, fault: Fault
) -> None:
    async with (
        Faulty(deed, fault) as server,
        Client(Address(f"{server.url}/v1"), Key(KEY), limits=fault.limits) as client,
        watching(run(running()), source=client, size=(200, 16)) as watched,
    ):
        await watched.press("c" if deed is Deed.CANCEL else "D")
        await let_it_hear(watched)
        await watched.type("y" if deed is Deed.CANCEL else RUN_ID[:4])
        async with asyncio.timeout(2 * PATIENCE):
            while watched.screen.state.current.under_way or not server.writes or "Asking" in said(watched):
                await watched.clock.advance(5)
                await watched.pilot.pause(0.02)
        await watched.pilot.pause()
        assert said(watched).startswith(fault.told[deed][0])
        await watched.advance(30)
        assert len(server.writes) == 1


# --- several, and from the run's own page

THIRD = "5a5b5c5d5e5f5051"


async def test_marked_runs_are_cancelled_after_one_question_that_lists_each() -> None:
    other, third = run(running(), run_id=OTHER), run(running(), run_id=THIRD)
    async with watching(usual(), other, third, size=(120, 40)) as watched:
        await watched.press("0", "m", "j", "j", "m")
        assert said(watched) == "2 runs marked: c cancels them, m takes a mark away."
        assert "*6f3b9c0e" in watched.shown() and "*5a5b5c5d" in watched.shown()
        await watched.press("c")
        await let_it_hear(watched)
        assert "Cancel these 2 runs?" in watched.shown()
        assert "never start" in watched.shown()
        await watched.press("y")
        await watched.until(lambda: said(watched).startswith("CANCELED 2 of 2 runs."))
        assert watched.service.written == [("cancel", RUN_ID), ("cancel", THIRD)]
        assert not watched.screen.state.marked


async def test_of_marked_runs_those_that_can_be_are_cancelled_and_the_rest_is_told() -> None:
    other, third = (
        run(running(), run_id=OTHER),
        run(passed(), run_id=THIRD, state="COMPLETE", status="PASSED"),
    )
    async with watching(usual(), other, third, size=(120, 40)) as watched:
        await watched.press("0", "m", "j", "m", "j", "m", "c")
        await let_it_hear(watched)
        watched.service.refuses = Problem(Kind.RATE_LIMITED, "Fewer, please.")
        await watched.press("y")
        await watched.until(lambda: said(watched).startswith("CANCELED 0 of 2 runs."))
        assert "Run 6f3b9c0e was not cancelled. Fewer, please." in said(watched)
        assert watched.service.written == [("cancel", RUN_ID), ("cancel", OTHER)]


async def test_marks_count_only_in_the_pane_of_the_runs() -> None:
    other = run(running(), run_id=OTHER)
    async with watching(usual(), other, size=(120, 40)) as watched:
        await watched.press("m")
        assert said(watched) == "Runs are marked in the pane of the runs: 0 goes there."
        await watched.press("0", "j", "m", "m", "m", "2", "c")
        await let_it_hear(watched)
        assert "Cancel run 6f3b9c0e?" in watched.shown()


async def test_a_run_is_cancelled_from_its_own_page() -> None:
    async with watching() as watched:
        await watched.press("i", "D")
        assert not asks(watched)
        assert "A run in progress cannot be deleted" in watched.shown()
        await watched.press("c")
        assert asks(watched)
        await let_it_hear(watched)
        await watched.press("y")
        await carried_out(watched)
        assert watched.shows(PageScreen)
        assert "CANCELED run 6f3b9c0e at" in watched.shown()
        assert watched.service.written == [("cancel", RUN_ID)]


async def test_on_a_specs_page_c_asks_about_its_run_and_nothing_deletes_it() -> None:
    async with watching() as watched:
        await watched.press("enter", "D")
        assert watched.shows(SpecScreen)
        await watched.press("c")
        assert asks(watched)
        await let_it_hear(watched)
        await watched.press("n")
        assert watched.shows(SpecScreen)
        assert watched.service.written == []
