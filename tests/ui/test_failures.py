"""The pane of failures and the page of a spec, with what is asked for them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from msgspec import structs

from currents_tui.api.decode_instance import read_instance
from currents_tui.core.cells import Tone
from currents_tui.core.editing import Editing
from currents_tui.core.events import HistoryTold
from currents_tui.core.history import History, past_run
from currents_tui.core.instance import Artifact, ArtifactKind, Instance
from currents_tui.core.model import Link, Spec
from currents_tui.core.problem import Kind, Problem
from currents_tui.core.text import plain
from currents_tui.ui.screens.spec import SpecScreen
from currents_tui.watch.instances import AT_ONCE
from tests.builders import RUN_ID, a_test, attempt, failed, instance, passed, run, running, spec
from tests.instances import INSTANCE_ID, PLAIN, PLAIN_FRAME, SHAPES, SPEC, enveloped
from tests.ui.watching import Watching, watching

WIDE, SMALL = (120, 40), (80, 24)
NO = attempt("Error: no pay button\nCall log", frame="> 88 | pay();", file="/ci/pay.spec.ts", line=88)
PAY = failed("pay.spec.ts", completed=5, failures=2)
CART = failed("cart.spec.ts", completed=90)
FLAKY = passed("search.spec.ts", completed=40, flaky=1)
FINE = passed("login.spec.ts")
RUN = run(FINE, CART, PAY, FLAKY, running("slow.spec.ts"))

TOLD = (
    instance(PAY, a_test("pays", NO, NO), a_test("refunds", NO), a_test("shows", attempt())),
    instance(CART, a_test("adds up", attempt("Error: 41 is not 42"))),
    instance(FLAKY, a_test("finds", NO, attempt())),
    instance(FINE, a_test("logs in", attempt())),
)


async def tell(watched: Watching, *told: Instance) -> None:
    """Let the service know these instances, and the screen ask for what it wants."""
    for one in told:
        watched.service.instances[one.instance_id or ""] = one
    await watched.advance(31)


def clipboard(watched: Watching) -> str:
    return watched.app.clipboard


async def open_pay(watched: Watching) -> SpecScreen:
    await tell(watched, *TOLD)
    await watched.press("3", "g", "enter")
    screen = watched.app.screen
    assert isinstance(screen, SpecScreen)
    return screen


async def test_failures_come_by_themselves_the_newest_first() -> None:
    async with watching(RUN, size=WIDE) as watched:
        assert "asking for its tests" in watched.shown() or "no such instance" in watched.shown()
        await tell(watched, *TOLD)
        told = [" ".join(line.strip("│┃ >█").split()) for line in watched.lines("failures")[1:-1]]
        assert [line for line in told if line] == [
            "✗ pay.spec.ts chromium",
            "✗ pays",
            "Error: no pay button",
            "✗ refunds",
            "Error: no pay button",
            "~ search.spec.ts chromium",
            "~ finds",
            "Error: no pay button",
            "✗ cart.spec.ts chromium",
            "✗ adds up",
            "Error: 41 is not 42",
        ]


async def test_only_what_failed_is_asked_for_and_once() -> None:
    async with watching(RUN, size=WIDE) as watched:
        await tell(watched, *TOLD)
        watched.service.inspected.clear()
        await watched.poll(RUN)
        await watched.advance(20)
        assert watched.service.inspected == []
        await watched.poll(run(*RUN.specs, failed("new.spec.ts")))
        assert watched.service.inspected == ["chromium-new.spec.ts"]


async def test_many_failures_are_asked_for_a_few_at_a_time_the_newest_first() -> None:
    specs = [failed(f"{number:03}.spec.ts", completed=number + 1) for number in range(50)]
    async with watching(run(*specs), size=SMALL) as watched:
        await watched.until(lambda: len(watched.service.inspected) >= 1)
        assert watched.service.inspected[0] == "chromium-000.spec.ts"
        await watched.advance(10)
        assert len(set(watched.service.inspected)) <= 20
        assert AT_ONCE == 5


async def test_nothing_is_asked_while_paused() -> None:
    async with watching(RUN, size=WIDE) as watched:
        await watched.press("space")
        watched.service.inspected.clear()
        watched.service.answers[RUN_ID] = RUN
        await watched.advance(60)
        assert watched.service.inspected == []


async def test_on_a_small_screen_3_shows_them_over_the_whole_body() -> None:
    async with watching(RUN, size=SMALL) as watched:
        await tell(watched, *TOLD)
        assert not watched.screen.pane("failures").region
        await watched.press("3")
        assert watched.focus == "failures"
        assert "Error: 41 is not 42" in watched.shown()
        assert not watched.specs.region


@pytest.mark.parametrize("key", ["3", "escape", "q", "2", "1"])
async def test_each_way_back_from_the_failures_leads_to_the_run(key: str) -> None:
    async with watching(RUN, size=SMALL) as watched:
        await watched.press("3", key)
        assert watched.specs.region
        assert watched.focus == ("groups" if key == "1" else "specs")


async def test_the_failure_that_a_key_is_about_is_the_one_that_was_there_when_somebody_looked() -> None:
    async with watching(RUN, size=WIDE) as watched:
        await tell(watched, *TOLD)
        await watched.press("3")
        seen = watched.screen.pane("failures").cursor
        newer = failed("newer.spec.ts", completed=1)
        watched.service.answers[RUN_ID] = run(*RUN.specs, newer)
        await watched.press("r")
        await watched.advance(1)
        assert watched.screen.pane("failures").keys[0] != seen
        assert watched.screen.pane("failures").cursor == seen
        await watched.advance(10)
        await watched.poll(run(*RUN.specs, newer, failed("newest.spec.ts", completed=0)))
        assert watched.screen.pane("failures").cursor == "chromium-newest.spec.ts"


async def test_n_walks_the_failed_specs_and_stays_on_what_it_is_about() -> None:
    async with watching(RUN, size=WIDE) as watched:
        await tell(watched, *TOLD)
        await watched.press("3", "n")
        pane = watched.screen.pane("failures")
        assert pane.cursor == FLAKY.key
        await watched.poll(run(*RUN.specs, failed("new.spec.ts", completed=1)))
        assert pane.cursor == FLAKY.key
        await watched.press("N", "N")
        assert pane.cursor == "chromium-new.spec.ts"
        assert "new.spec.ts" in watched.lines("message")[0]


async def test_a_file_that_failed_alike_in_two_groups_stands_there_once_and_opens_the_first() -> None:
    late = failed("pay.spec.ts", group="webkit", completed=3)
    alike = [instance(one, a_test("pays", NO)) for one in (PAY, late)]
    async with watching(run(CART, PAY, late), size=WIDE) as watched:
        await tell(watched, *alike, TOLD[1])
        pane = watched.screen.pane("failures")
        assert pane.keys[0] == PAY.key and late.key not in pane.keys
        assert "2 groups" in watched.lines("failures")[1]
        await watched.press("3", "n")
        assert pane.cursor == CART.key
        await watched.press("n", "enter")
        screen = watched.app.screen
        assert isinstance(screen, SpecScreen)
        assert screen.spec_key == PAY.key
        await watched.press("N")
        assert screen.spec_key == late.key, "its page has the others, too"


async def test_the_line_above_the_keys_has_place_and_error() -> None:
    async with watching(RUN, size=SMALL) as watched:
        await tell(watched, *TOLD)
        await watched.press("g")
        assert watched.lines("message")[0].startswith(" cart.spec.ts  Error: 41 is not 42")
        await watched.press("j")
        assert watched.lines("message")[0].startswith(" pay.spec.ts:88  Error: no pay button")


# --- new, or known


def earlier(branch: str, *specs: Spec) -> History:
    """One finished run on `branch`."""
    told = run(*specs, state="COMPLETE", status="FAILED", run_id=f"{branch:f<16}", created=9000)
    past = structs.replace(past_run(told), branch=branch)
    return History(runs=(past,), default_branch="main")


async def test_each_failure_says_whether_it_is_new_and_against_which_run() -> None:
    before = structs.replace(CART, instance_id=plain("cart-on-main"))
    async with watching(RUN, size=WIDE) as watched:
        watched.service.instances["cart-on-main"] = instance(before, a_test("adds up", NO))
        watched.screen.apply(HistoryTold(run_id=RUN_ID, history=earlier("main", before, FINE)))
        await tell(watched, *TOLD)
        lines = watched.lines("failures")
        assert "3 new, 1 known vs main mainff" in lines[1]
        assert [line.split()[-2] for line in lines if "NEW" in line] == ["NEW"] * 3
        assert any("adds up" in line and "known" in line for line in lines)
        await watched.press("3", "G")
        assert "known: failed in main mainffff too" in watched.lines("message")[0]


async def test_d_changes_the_run_that_failures_are_compared_with() -> None:
    async with watching(RUN, size=WIDE) as watched:
        await watched.press("d")
        assert "No earlier run is known yet." in watched.shown()
        main, branch = earlier("main", FINE), earlier("feat/x", FINE)
        both = History(runs=(*main.runs, *branch.runs), default_branch="main")
        watched.screen.apply(HistoryTold(run_id=RUN_ID, history=both))
        await tell(watched, *TOLD)
        assert "vs main" in watched.lines("failures")[1]
        await watched.press("d")
        assert "compared with feat/x feat/xff (FAILED)" in watched.lines("message")[0]
        assert "vs feat/x" in watched.lines("failures")[1]


async def test_without_an_earlier_run_nothing_is_called_new() -> None:
    async with watching(RUN, size=WIDE) as watched:
        await tell(watched, *TOLD)
        assert "NEW" not in "\n".join(watched.lines("failures"))
        assert "vs" not in watched.lines("failures")[1].split()


# --- whichever shape the service tells it in


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
async def test_each_shape_of_an_instance_shows_its_tests_errors_and_code(
    shape: Callable[[], dict[str, Any]],
) -> None:
    told = read_instance(enveloped(shape()), INSTANCE_ID)
    bad = spec(SPEC, key=INSTANCE_ID, claimed=60, completed=10, passes=2, failures=1, skipped=1)
    async with watching(run(bad), size=WIDE) as watched:
        await tell(watched, told)
        await watched.press("enter")
        screen = watched.app.screen
        assert isinstance(screen, SpecScreen)
        words = [line.strip("│┃ █>").split()[1] for line in watched.lines("tests")[1:-1] if line.strip("│┃ ")]
        assert words[:3] == ["FAIL", "FAIL", "FLKY"], "the file, then its tests, what failed first"
        error = "\n".join(line.strip("│┃ █>") for line in watched.lines("error"))
        for line in (*PLAIN.split("\n"), *(line.strip(" >") for line in PLAIN_FRAME.split("\n"))):
            assert line.strip() in error
        assert "\x1b" not in error
        tones = {text: tone for line in screen.error.lines for text, tone in line}
        assert (tones["received"], tones["expected"], tones["2"]) == (Tone.FAILED, Tone.PASSED, Tone.FAILED)
        assert "attempt 3 of 3" in watched.lines("error")[0]


# --- what leads out of the program


def traced(day: int) -> Instance:
    """`pay.spec.ts` with a trace whose link is good for an hour from noon of that day in March."""
    query = f"X-Amz-Date=202603{day:02}T120000Z&X-Amz-Expires=3600"
    link = Link(f"https://files.example.com/trace.zip?{query}")
    trace = Artifact(kind=ArtifactKind.TRACE, link=link, test_id=plain("pays"), attempt=1)
    return instance(PAY, a_test("pays", NO, NO), artifacts=(trace,))


async def on_its_trace(watched: Watching, first: Instance) -> SpecScreen:
    await tell(watched, first)
    await watched.press("3", "g", "enter", "enter", "G")
    screen = watched.app.screen
    assert isinstance(screen, SpecScreen)
    return screen


async def test_a_trace_opens_in_its_viewer_and_its_link_is_copied() -> None:
    async with watching(RUN, size=WIDE) as watched:
        await on_its_trace(watched, traced(2))
        await watched.press("o", "y")
        (opened,) = watched.opened
        assert opened.startswith(
            "https://trace.playwright.dev/?trace=https%3A%2F%2Ffiles.example.com%2Ftrace.zip"
        )
        assert clipboard(watched).startswith("https://files.example.com/trace.zip?X-Amz-Date=20260302T")


@pytest.mark.parametrize("key", ["o", "y"])
async def test_a_link_that_has_expired_is_asked_for_anew(key: str) -> None:
    async with watching(RUN, size=WIDE) as watched:
        await on_its_trace(watched, traced(1))
        watched.service.instances[PAY.instance_id or ""] = traced(2)
        watched.service.inspected.clear()
        await watched.press(key)
        await watched.until(lambda: bool(watched.opened or clipboard(watched)))
        assert watched.service.inspected == [PAY.instance_id]
        assert "20260302T" in (watched.opened[0] if key == "o" else clipboard(watched))


async def test_a_link_that_cannot_be_renewed_says_why() -> None:
    async with watching(RUN, size=WIDE) as watched:
        await on_its_trace(watched, traced(1))
        watched.service.instances[PAY.instance_id or ""] = Problem(Kind.SERVER, "It is down.")
        await watched.press("o")
        await watched.until(lambda: "It is down." in watched.shown())
        watched.service.instances[PAY.instance_id or ""] = TOLD[0]
        await watched.press("o")
        await watched.until(lambda: "It is no longer there." in watched.shown())
        assert watched.opened == []


class Refusing:
    """An editor that finds no file, and says what it was asked for."""

    def choose(self, spec: str, line: int) -> Editing | str:
        return f"{spec} at {line} is not in this checkout."

    def run(self, editing: Editing) -> str:
        raise AssertionError


async def test_e_asks_the_editor_for_the_line_that_failed_here_and_on_the_main_screen() -> None:
    async with watching(RUN, size=WIDE, editor=Refusing()) as watched:
        await open_pay(watched)
        await watched.press("e")
        await watched.until(lambda: "pay.spec.ts at 88 is not in this checkout." in watched.shown())
        await watched.press("q", "2", "g", "e")
        await watched.until(lambda: "Nothing tells on which line it failed." in watched.shown())


async def test_v_says_what_is_missing_for_a_picture() -> None:
    async with watching(RUN, size=WIDE) as watched:
        await open_pay(watched)
        await watched.press("v")
        assert "There is no screenshot here." in watched.shown()
        await watched.press("q", "2", "G", "v")
        assert "There is no failed test on this row" in watched.shown()
