"""The question before a deed confirms what it shows, and nothing else."""

import asyncio

import pytest

from currents_tui.core.model import Run
from currents_tui.core.problem import Kind, Problem
from currents_tui.ui.layout import TOO_SMALL
from currents_tui.ui.screens.question import QuestionScreen
from tests.builders import RUN_ID, failed, passed, run, running
from tests.feeds import Listing, item, run_id
from tests.ui.watching import Watching, usual, watching

OTHER = "9d2f4a7e0b1c3d58"
OVER = run(failed(), passed("b"), state="COMPLETE", status="FAILED")
TINY = [(40, 5), (1, 1), (59, 24), (80, 14)]


def asks(watched: Watching) -> bool:
    return watched.shows(QuestionScreen)


def holding_back(watched: Watching, wanted: str) -> asyncio.Event:
    """Answers about that run come once the event is set."""
    gate, answer = asyncio.Event(), watched.service.run

    async def late(run_id: str) -> Run:
        if run_id == wanted:
            await gate.wait()
        return await answer(run_id)

    watched.service.run = late  # type: ignore[method-assign]
    return gate


@pytest.mark.parametrize("size", TINY)
@pytest.mark.parametrize(("page", "key"), [("enter", "c"), ("i", "c"), ("t", "c"), ("i", "D")])
async def test_on_a_page_nothing_is_asked_where_one_line_is_all(
    size: tuple[int, int], page: str, key: str
) -> None:
    async with watching(OVER if key == "D" else usual()) as watched:
        await watched.press(page)
        await watched.resize(*size)
        await watched.press(key)
        assert not asks(watched)
        assert TOO_SMALL[: size[0] - 2] in watched.shown() or size[0] < 40
        await watched.resize(80, 24)
        await watched.press(key)
        assert asks(watched)


@pytest.mark.parametrize("size", [(40, 24), (80, 5), (1, 1)])
@pytest.mark.parametrize(("key", "yes", "written"), [("c", "y", "cancel"), ("D", RUN_ID[:4], "delete")])
async def test_a_window_made_too_small_while_it_is_open_confirms_nothing(
    size: tuple[int, int], key: str, yes: str, written: str
) -> None:
    async with watching(OVER if key == "D" else usual()) as watched:
        await watched.press(key)
        await watched.advance(1)
        await watched.resize(*size)
        await watched.type(yes)
        await watched.advance(2)
        assert asks(watched)
        assert watched.service.written == []
        await watched.resize(80, 24)
        await watched.type(yes)
        await watched.until(lambda: watched.service.written == [(written, RUN_ID)])


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_a_run_of_the_list_is_confirmed_once_it_has_answered_itself(size: tuple[int, int]) -> None:
    listing = Listing(there=[item(n, state="IN_PROGRESS", status="RUNNING") for n in (1, 2, 3)])
    async with watching(listing=listing, project="Shop42", size=size) as watched:
        await watched.until(lambda: watched.screen.state.current.run is not None)
        gate = holding_back(watched, run_id(2))
        await watched.press("0" if size == (80, 24) and watched.focus != "runs" else "g", "j", "c")
        await watched.advance(2)
        assert "Nothing is known of this run yet." in watched.shown()
        await watched.press("y", "y")
        await watched.advance(1)
        assert asks(watched)
        assert watched.service.written == []
        watched.service.answers[run_id(2)] = run(running(), run_id=run_id(2))
        gate.set()
        await watched.until(lambda: "y  Cancel the run" in watched.shown())
        await watched.press("y")
        await watched.until(lambda: watched.service.written == [("cancel", run_id(2))])


async def test_of_marked_runs_none_is_cancelled_before_each_has_answered_and_one_that_cannot_is_left() -> (
    None
):
    listing = Listing(there=[item(n, state="IN_PROGRESS", status="RUNNING") for n in (1, 2, 3)])
    async with watching(listing=listing, project="Shop42") as watched:
        await watched.until(lambda: watched.screen.state.current.run is not None)
        gate = holding_back(watched, run_id(2))
        watched.service.answers[run_id(3)] = run(running(), run_id=run_id(3))
        await watched.press("m", "j", "m", "c")
        await watched.advance(2)
        assert "nothing is known of it yet" in watched.shown()
        await watched.press("y")
        await watched.advance(1)
        assert asks(watched)
        assert watched.service.written == []
        watched.service.answers[run_id(2)] = Problem(Kind.SERVER, "It has a problem.")
        gate.set()
        await watched.until(lambda: "left as it is" in watched.shown())
        await watched.press("y")
        await watched.until(lambda: not watched.screen.state.marked)
        assert watched.service.written == [("cancel", run_id(3))]


async def test_a_slip_in_the_id_neither_closes_the_question_nor_makes_commands_of_what_follows() -> None:
    async with watching(OVER) as watched:
        await watched.press("D")
        await watched.advance(1)
        await watched.type("6fgb. o")
        assert asks(watched)
        assert "0-9 and a-f alone; esc keeps the run" in watched.shown()
        assert "> 6fb_" in watched.shown()
        assert watched.opened == []
        await watched.press("backspace")
        assert "(esc keeps the run)" in watched.shown()


@pytest.mark.parametrize("key", ["escape", "enter", "n", "ctrl+c"])
async def test_what_closes_the_question_about_a_delete(key: str) -> None:
    async with watching(OVER) as watched:
        await watched.press("D")
        await watched.advance(1)
        await watched.press("6", key)
        assert not asks(watched)
        assert watched.lines("message") == [" Nothing was deleted."]


@pytest.mark.parametrize(
    ("opens", "typed", "written"),
    [
        ("c", "no", []),
        ("c", "yes", [("cancel", RUN_ID)]),
        ("D", "no", []),
        ("D", RUN_ID, [("delete", RUN_ID)]),
        ("D", "6F3B", [("delete", RUN_ID)]),
    ],
)
async def test_of_a_word_that_answers_it_no_letter_is_a_command(
    opens: str, typed: str, written: list[tuple[str, str]]
) -> None:
    async with watching(usual() if opens == "c" else OVER) as watched:
        before = watched.lines("specs")
        await watched.press(opens)
        await watched.advance(1)
        await watched.type(typed)
        await watched.until(lambda: watched.service.written == written and not asks(watched))
        assert watched.opened == []
        assert watched.lines("specs")[0] == before[0], "what the pane is sorted by"
        await watched.advance(1)
        await watched.press("o")
        assert len(watched.opened) == 1, "a letter after a while is a command again"


async def test_a_run_that_is_over_is_not_marked() -> None:
    async with watching(OVER, size=(120, 40)) as watched:
        await watched.press("0", "m")
        assert watched.screen.state.marked == frozenset()
        assert (
            watched.lines("message")[0]
            .strip()
            .startswith("The run is over (FAILED): there is nothing to cancel. Marks are")
        )
