"""The page of a spec: its tests, attempts, errors and code."""

from __future__ import annotations

import pytest
from msgspec import structs

from currents_tui.core.events import HistoryTold
from currents_tui.core.model import Run, Spec
from currents_tui.core.problem import Kind, Problem
from currents_tui.core.text import plain
from currents_tui.ui.screens.spec import SpecScreen
from tests.builders import RUN_ID, a_test, attempt, failed, instance, run, running
from tests.ui.test_failures import (
    CART,
    FINE,
    FLAKY,
    NO,
    PAY,
    RUN,
    SMALL,
    TOLD,
    WIDE,
    clipboard,
    earlier,
    open_pay,
    tell,
)
from tests.ui.watching import many, watching

# --- the page of a spec


@pytest.mark.parametrize("size", [SMALL, WIDE, (60, 15)])
async def test_a_spec_opens_on_its_first_failure_with_the_error_of_the_last_attempt(
    size: tuple[int, int],
) -> None:
    async with watching(RUN, size=size) as watched:
        screen = await open_pay(watched)
        assert screen.tests.cursor == "pays"
        assert "attempt 2 of 2  [ ] others" in watched.lines("error")[0]
        assert any("Error: no pay button" in line for line in watched.lines("error"))
        assert "pay.spec.ts" in watched.lines("top")[0]


async def test_brackets_turn_through_the_attempts_and_the_files_own_row_has_the_facts() -> None:
    async with watching(RUN, size=WIDE) as watched:
        await open_pay(watched)
        await watched.press("left_square_bracket")
        assert any("attempt 1 of 2" in line for line in watched.lines("error"))
        await watched.press("left_square_bracket")
        assert any("attempt 2 of 2" in line for line in watched.lines("error"))
        await watched.press("g")
        assert any("instance id" in line for line in watched.lines("error"))
        await watched.press("right_square_bracket")
        assert "There is one attempt and no other." in watched.shown()


async def test_n_goes_to_the_next_failed_spec_without_going_back() -> None:
    async with watching(RUN, size=WIDE) as watched:
        screen = await open_pay(watched)
        await watched.press("n")
        assert (screen.spec_key, screen.tests.cursor) == (FLAKY.key, "finds")
        await watched.press("N")
        assert (screen.spec_key, screen.tests.cursor) == (PAY.key, "pays")


async def test_the_next_failed_spec_is_shown_from_its_beginning() -> None:
    long = attempt("Error: no pay button\n" + "\n".join(f"line {number}" for number in range(60)))
    found = [instance(one, a_test("pays", long)) for one in (PAY, CART)]
    async with watching(run(PAY, CART), size=SMALL) as watched:
        await tell(watched, *found)
        await watched.press("3", "g", "enter", "enter", *["j"] * 30, "n")
        screen = watched.app.screen
        assert isinstance(screen, SpecScreen)
        assert screen.spec_key == CART.key
        assert screen.error.cursor == screen.error.keys[0]
        assert "pays" in watched.lines("error")[1]


async def test_the_column_of_the_spec_under_the_cursor_is_shown_from_its_beginning() -> None:
    """One that has as many rows as the one before, which stay where they are while it is the same spec."""
    one, other = failed("a.spec.ts"), failed("b.spec.ts")
    async with watching(run(one, other), size=(200, 20)) as watched:
        column = watched.screen.pane("spec")
        watched.screen.set_focus(column)
        await watched.press("j", "j", "j")
        moved = column.cursor
        await watched.poll(run(one, other, running("c.spec.ts")))
        assert column.cursor == moved != column.keys[0]
        await watched.press("2", "j")
        await watched.advance(0)
        assert column.cursor == column.keys[0]


async def test_the_page_says_whether_the_failure_is_new_as_soon_as_it_is_known() -> None:
    """Under the page the pane of failures is not worked out, and an earlier run may be known only then."""
    before = structs.replace(PAY, instance_id=plain("pay-on-main"))
    async with watching(RUN, size=WIDE) as watched:
        watched.service.instances["pay-on-main"] = instance(before, a_test("pays", NO))
        await open_pay(watched)
        assert "main" not in watched.lines("error")[2]
        watched.screen.apply(HistoryTold(run_id=RUN_ID, history=earlier("main", before, FINE)))
        await watched.until(lambda: "known: failed in main mainffff too" in watched.lines("error")[2])
        await watched.press("j")
        assert "new: not in main mainffff" in watched.lines("error")[2]
        await watched.press("j")
        assert "attempt 1 of 1" in watched.lines("error")[2]


async def test_the_address_of_the_page_is_a_row_that_is_copied_and_opened() -> None:
    async with watching(RUN, size=(160, 40)) as watched:
        screen = await open_pay(watched)
        page = "https://app.example.com/instance/chromium-pay.spec.ts"
        for keys, address in (((), f"{page}/test/pays"), (("g",), page)):
            await watched.press(*keys, "enter")
            row = next(number for number, line in enumerate(watched.lines("error")) if "page  " in line)
            await watched.press("g", *["j"] * (row - 1), "y", "o")
            assert (clipboard(watched), watched.opened[-1]) == (address, address)
            await watched.press("escape")
        assert screen.tests.has_focus


async def test_enter_goes_into_the_error_and_esc_out_again() -> None:
    async with watching(RUN, size=WIDE) as watched:
        await open_pay(watched)
        await watched.press("enter")
        assert watched.focus == "error"
        await watched.press("escape")
        assert watched.focus == "tests"
        await watched.press("escape")
        assert not watched.shows(SpecScreen)
        assert watched.focus == "failures"


async def test_from_a_test_its_line_opens_at_that_test() -> None:
    async with watching(RUN, size=WIDE) as watched:
        await tell(watched, *TOLD)
        await watched.press("3", "g", "j", "j", "j", "enter")
        screen = watched.app.screen
        assert isinstance(screen, SpecScreen)
        assert screen.tests.cursor == "refunds"


async def test_a_spec_that_did_not_fail_is_asked_about_when_it_is_opened() -> None:
    async with watching(RUN, size=SMALL) as watched:
        await tell(watched, *TOLD)
        watched.service.inspected.clear()
        watched.specs.go(FINE.key)
        await watched.press("enter")
        await watched.until(lambda: "logs in" in watched.shown())
        assert watched.service.inspected == [FINE.instance_id]


@pytest.mark.parametrize("size", [SMALL, (200, 40)])
async def test_while_its_page_is_open_a_spec_that_goes_on_is_asked_about_again(size: tuple[int, int]) -> None:
    """Under the page nothing is drawn, and what was drawn there last is not how things are now."""
    before, after = running("a.spec.ts", failures=1), failed("a.spec.ts")
    async with watching(run(before, FINE), size=size) as watched:
        await tell(watched, instance(before, a_test("pays", attempt("Error: no"))))
        watched.specs.go(before.key)
        await watched.press("enter")
        assert watched.shows(SpecScreen)
        assert "refunds" not in watched.shown()
        told = (a_test("pays", attempt("Error: no")), a_test("refunds", attempt("Error: nor that")))
        watched.service.instances[after.instance_id or ""] = instance(after, *told)
        await watched.poll(run(after, FINE))
        await watched.until(lambda: "refunds" in watched.shown())
        assert "asking again" not in watched.shown()


async def test_a_spec_whose_tests_cannot_be_had_says_why_and_shows_what_the_run_tells() -> None:
    async with watching(RUN, size=WIDE) as watched:
        watched.service.instances[PAY.instance_id or ""] = Problem(Kind.SERVER, "It is down.")
        await watched.advance(31)
        await watched.press("3", "g", "enter")
        assert "It is down." in watched.lines("tests")[0]
        assert any("instance id" in line for line in watched.lines("error"))


async def test_a_spec_that_is_gone_says_so() -> None:
    async with watching(RUN, size=WIDE) as watched:
        await open_pay(watched)
        await watched.poll(run(CART))
        assert "no longer part of the run" in watched.shown()


async def test_the_command_that_repeats_a_test_is_copied_here_and_on_the_main_screen() -> None:
    async with watching(RUN, size=WIDE) as watched:
        await open_pay(watched)
        await watched.press("R")
        assert clipboard(watched) == "npx playwright test pay.spec.ts --project=chromium -g 'The suite pays'"
        await watched.press("q", "2", "G", "R")
        assert clipboard(watched) == "npx playwright test login.spec.ts --project=chromium"


async def test_y_copies_the_error_or_the_row() -> None:
    async with watching(RUN, size=WIDE) as watched:
        await open_pay(watched)
        await watched.press("y")
        assert clipboard(watched) == "Error: no pay button\nCall log"
        await watched.press("enter", "y")
        assert clipboard(watched) == "The suite › pays"


async def test_o_opens_the_test_on_the_dashboard() -> None:
    async with watching(RUN, size=WIDE) as watched:
        await open_pay(watched)
        await watched.press("o")
        assert watched.opened == ["https://app.example.com/instance/chromium-pay.spec.ts/test/pays"]


async def test_w_wraps_the_code() -> None:
    long = attempt("Error: no", frame="> 1 | " + "x" * 300)
    told = instance(PAY, a_test("pays", long))
    async with watching(RUN, size=SMALL) as watched:
        await tell(watched, told)
        await watched.press("3", "g", "enter")
        assert sum("xxx" in line for line in watched.lines("error")) == 1
        await watched.press("w")
        assert sum("xxx" in line for line in watched.lines("error")) > 1


async def test_ten_thousand_specs_with_thousands_of_failures_ask_for_what_is_in_sight() -> None:
    def one(spec: Spec, number: int) -> Spec:
        return failed(f"{number:05}.spec.ts", completed=number + 1) if number % 3 == 0 else spec

    specs = [one(spec, number) for number, spec in enumerate(many(10_000))]
    whole: Run = run(*specs)
    async with watching(whole, size=WIDE) as watched:
        await watched.advance(5)
        before = set(watched.service.inspected)
        assert len(before) <= 20 + watched.screen.pane("failures").page
        await watched.press("3", "G")
        await watched.advance(2)
        assert "chromium-09999.spec.ts" in watched.service.inspected
