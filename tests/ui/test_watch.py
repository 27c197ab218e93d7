"""The keys and the mouse on the main screen, and what polls do under the cursor."""

from __future__ import annotations

import pytest
from msgspec import structs
from textual.events import Paste
from textual.widgets import Input

from currents_tui.core.problem import Kind, Problem
from currents_tui.core.selection import Sort
from currents_tui.ui.screens.watch import WatchScreen
from tests.builders import RUN_ID, failed, group, passed, run, running
from tests.ui.watching import Watching, many, usual, watching

OTHER = "b0d4471a51d2a8b4"

SIZES = [(1, 1), (40, 12), (60, 15), (80, 24), (120, 40), (200, 60)]


def names(watched: Watching) -> list[str]:
    """The files in the specs pane, in their order."""
    known = watched.screen.state.current.board
    assert known is not None
    return [known.by_key[key].spec.spec or "" for key in watched.specs.keys]


# --- movement


async def test_the_cursor_moves_by_row_by_page_and_to_the_ends() -> None:
    keys = "j", "down", "k", "up", "pagedown", "pageup", "ctrl+d", "ctrl+u", "G", "g", "end", "home"
    async with watching(run(*many(200))) as watched:
        pane = watched.specs
        page = pane.page
        places = []
        for key in keys:
            await watched.press(key)
            places.append(pane.keys.index(pane.cursor or ""))
        half = page // 2
        assert places == [1, 2, 1, 0, page, 0, half, 0, 199, 0, 199, 0]
        await watched.press("k")
        assert pane.cursor == pane.keys[0]


async def test_the_row_under_the_cursor_is_always_in_sight() -> None:
    async with watching(run(*many(500))) as watched:
        for key in ("pagedown", "pagedown", "j", "G", "pageup", "k", "ctrl+u"):
            await watched.press(key)
            number = watched.specs.keys.index(watched.specs.cursor or "")
            assert any(line[1] == ">" and f"{number:05}" in line for line in watched.lines("specs"))


async def test_panes_are_reached_by_number_and_in_turn() -> None:
    async with watching() as watched:
        assert watched.focus == "specs"
        for key, focus in (
            ("1", "groups"), ("2", "specs"), ("tab", "groups"), ("l", "specs"), ("right", "groups"),
            ("shift+tab", "specs"), ("h", "groups"), ("left", "specs"),
        ):  # fmt: skip
            await watched.press(key)
            assert watched.focus == focus, key


async def test_one_folds_the_groups_and_unfolds_them() -> None:
    async with watching() as watched:
        high = watched.specs.size.height
        await watched.press("1")
        assert len(watched.lines("groups")) > 1
        await watched.press("1")
        assert len(watched.lines("groups")) == 1
        assert watched.focus == "specs"
        assert watched.specs.size.height > high
        await watched.press("1")
        assert len(watched.lines("groups")) > 1
        assert watched.focus == "groups"


async def test_enter_on_a_group_filters_by_it_and_again_does_not() -> None:
    async with watching() as watched:
        await watched.press("1", "j", "enter")
        assert watched.screen.panes.order.filter == 'g:"webkit"'
        assert names(watched) == ["b-fail.spec.ts", "e-run.spec.ts"]
        await watched.press("enter")
        assert len(names(watched)) == 8


# --- the filter


async def test_the_filter_works_while_one_types_and_enter_keeps_it() -> None:
    async with watching() as watched:
        await watched.press("slash")
        await watched.type("g:webkit")
        assert names(watched) == ["b-fail.spec.ts", "e-run.spec.ts"]
        await watched.press("enter")
        assert watched.focus == "specs"
        assert not watched.screen.query(Input)
        assert len(names(watched)) == 2
        assert "filter: g:webkit" in watched.lines("specs")[0]


async def test_escape_drops_what_was_typed_and_then_the_filter() -> None:
    async with watching() as watched:
        await watched.press("slash")
        await watched.type("fail")
        await watched.press("escape")
        assert len(names(watched)) == 8
        assert not watched.screen.query(Input)
        await watched.press("slash")
        await watched.type("fail\r")
        assert len(names(watched)) == 2
        await watched.press("escape")
        assert len(names(watched)) == 8


async def test_what_is_typed_into_the_filter_is_no_command() -> None:
    async with watching() as watched:
        await watched.press("slash")
        await watched.type("qy?sTpr 0:")
        assert watched.shows(WatchScreen)
        assert watched.screen.query_one(Input).value == "qy?sTpr 0:"
        assert watched.screen.panes.order.sort is Sort.ATTENTION
        assert not watched.screen.state.paused


async def test_what_is_pasted_into_the_filter_passes_the_gate() -> None:
    async with watching() as watched:
        await watched.press("slash")
        watched.screen.query_one(Input).post_message(Paste("fa\x1b[31mi\u202e\x9b2Jl"))
        await watched.until(lambda: watched.screen.query_one(Input).value == "fail")
        assert watched.screen.panes.order.filter == "fail"
        assert len(names(watched)) == 2


async def test_a_filter_that_nothing_matches_says_so() -> None:
    async with watching() as watched:
        await watched.press("slash")
        await watched.type("nothing like it\r")
        assert names(watched) == []
        assert watched.specs.cursor is None
        assert "No spec matches the filter" in "".join(watched.lines("specs"))
        for key in ("enter", "j", "G", "y", "escape"):
            await watched.press(key)
        await watched.press("escape")
        assert len(names(watched)) == 8


@pytest.mark.parametrize("typed", ["st:nonsense", "foo:bar"])
async def test_a_filter_that_can_match_nothing_is_refused_and_stays_to_be_mended(typed: str) -> None:
    async with watching() as watched:
        await watched.press("slash")
        await watched.type(f"{typed}\r")
        said = "No spec is “" if typed.startswith("st") else "There is no field foo: st: g: m: tag:"
        assert said in "".join(watched.lines("message"))
        assert said in "".join(watched.lines("specs"))
        assert watched.screen.query_one(Input).value == typed
        await watched.press("escape")
        assert len(names(watched)) == 8


async def test_the_cursor_is_on_its_row_again_after_a_filter_that_nothing_matches() -> None:
    async with watching() as watched:
        await watched.press("j", "j", "j")
        before = watched.specs.cursor
        await watched.press("slash")
        await watched.type("zzz\r")
        assert watched.specs.cursor is None
        await watched.press("escape")
        assert watched.specs.cursor == before != watched.specs.keys[0]


async def test_escape_after_escape_never_quits() -> None:
    async with watching() as watched:
        await watched.press("escape", "escape", "escape", "escape")
        assert watched.app.is_running and watched.app.return_code is None


# --- order


async def test_sorting_goes_round_and_backwards() -> None:
    async with watching() as watched:
        seen = []
        for _ in Sort:
            await watched.press("s")
            seen.append(watched.screen.panes.order.sort)
        assert set(seen) == set(Sort) and seen[-1] is Sort.ATTENTION
        await watched.press("s")
        assert names(watched) == sorted(names(watched))
        await watched.press("S")
        assert names(watched) == sorted(names(watched), reverse=True)
        assert "backwards" in watched.lines("specs")[0]


async def test_sorted_anew_the_first_row_is_what_one_wants_to_see_unless_another_was_chosen() -> None:
    async with watching() as watched:
        await watched.press("g")
        first = set()
        for _ in Sort:
            await watched.press("s")
            assert watched.specs.cursor == watched.specs.keys[0]
            first.add(watched.specs.cursor)
        assert len(first) > 1, "else nothing was shown by it"
        await watched.press("j")
        chosen = watched.specs.cursor
        await watched.press("S")
        assert watched.specs.cursor == chosen != watched.specs.keys[0]


async def test_failures_are_visited_in_turn_both_ways() -> None:
    async with watching() as watched:
        visited = []
        for key in ("n", "n", "n", "N"):
            await watched.press(key)
            row = watched.screen.spec_under_cursor
            visited.append(row.spec.spec if row is not None else None)
        first, second = names(watched)[:2]
        assert {first, second} == {"a-fail.spec.ts", "b-fail.spec.ts"}
        # The cursor stood on the first failure already.
        assert visited == [second, first, second, first]


async def test_without_a_failure_that_is_said() -> None:
    async with watching(run(running(), groups=())) as watched:
        await watched.press("n")
        assert "Nothing has failed" in watched.lines("message")[0]


async def test_flaky_specs_are_in_the_pane_of_failures_and_n_says_so() -> None:
    async with watching(run(running(), passed("flaky.spec.ts", flaky=1))) as watched:
        await watched.press("n")
        assert "No spec has failed. Key 3: the flaky ones." in watched.lines("message")[0]


async def test_a_failure_in_a_running_spec_that_the_filter_hides_is_said_to_be_hidden() -> None:
    failing = running("bad.spec.ts", failures=1)
    async with watching(run(failing, passed("good.spec.ts"))) as watched:
        await watched.press("slash")
        await watched.type("good\r")
        await watched.press("n")
        assert "No failed spec matches the filter." in watched.lines("message")[0]


# --- asking


async def test_pause_stops_the_asking_and_resumes_it() -> None:
    async with watching() as watched:
        await watched.press("space")
        asked = len(watched.service.asked)
        # Also when the machine sleeps meanwhile: the clock leaps.
        await watched.advance(10)
        await watched.advance(60)
        assert len(watched.service.asked) == asked
        assert "PAUSED" in watched.shown()
        await watched.press("p")
        await watched.advance(6)
        assert len(watched.service.asked) > asked
        assert "PAUSED" not in watched.shown()


async def test_r_asks_at_once_but_not_twice_a_second() -> None:
    async with watching() as watched:
        await watched.advance(1)
        asked = len(watched.service.asked)
        await watched.press("r", "r", "r", "r")
        await watched.advance(0.5)
        assert len(watched.service.asked) == asked + 1


async def test_the_interval_goes_up_and_down_within_bounds() -> None:
    async with watching() as watched:
        seen = []
        for key in (*["minus"] * 6, *["plus"] * 12, "equals_sign"):
            await watched.press(key)
            seen.append(watched.screen.state.interval)
        assert seen[0] == 3.0 and min(seen) == 1.0 and max(seen) == 120.0
        assert "longest" in watched.lines("message")[0]
        await watched.press("minus")
        assert "60 s" in watched.lines("message")[0]


async def test_a_failed_poll_keeps_the_data_and_a_good_one_takes_the_banner_away() -> None:
    async with watching() as watched:
        before = names(watched)
        await watched.poll(Problem(Kind.SERVER, "The service has a problem of its own (500)."))
        assert "! SERVER ERROR" in watched.lines("alert")[0]
        assert names(watched) == before
        await watched.poll(run(failed("only.spec.ts")))
        assert watched.lines("alert") == [""]
        await watched.advance(10)
        assert "only.spec.ts" in watched.shown()


# --- pages


async def test_zero_shows_the_runs_where_there_is_no_room_beside_them() -> None:
    async with watching(usual(), run(passed("other.spec.ts"), run_id=OTHER)) as watched:
        await watched.press("0")
        assert watched.focus == "runs"
        assert OTHER[:8] in watched.shown() and "a-fail" not in watched.shown()
        await watched.press("j", "enter")
        assert watched.screen.state.selected == OTHER
        assert names(watched) == ["other.spec.ts"]
        assert watched.focus == "specs"
        await watched.press("0", "q")
        assert watched.app.is_running and "other.spec.ts" in watched.shown()


async def test_the_runs_stand_beside_where_there_is_room() -> None:
    async with watching(usual(), run(passed("other.spec.ts"), run_id=OTHER), size=(120, 40)) as watched:
        assert OTHER[:8] in watched.shown() and "a-fail" in watched.shown()
        await watched.press("0", "j", "enter")
        assert names(watched) == ["other.spec.ts"]


# --- the cursor under polls


async def test_the_cursor_stays_on_its_spec_while_rows_come_go_and_move() -> None:
    base = [running(f"{letter}.spec.ts", for_=60 - i) for i, letter in enumerate("abcdefgh")]
    async with watching(run(*base)) as watched:
        await watched.press("j", "j", "j")
        key = watched.specs.cursor
        assert key == "chromium-d.spec.ts"
        polls = (
            [failed("new.spec.ts"), *base],  # one above
            [failed("new.spec.ts"), *base[3:]],  # those above are gone
            [*reversed(base)],
            [*base[:3], failed("d.spec.ts"), *base[4:]],  # it moves to the top
            [*base[:3], passed("d.spec.ts"), *base[4:]],  # and to the end
            [*many(300), *base[:3], passed("d.spec.ts")],
        )
        for specs in polls:
            await watched.poll(run(*specs))
            await watched.advance(3)
            assert watched.specs.cursor == key
            marked = [line for line in watched.lines("specs") if line[1:2] == ">"]
            assert len(marked) == 1 and " d.spec.ts" in marked[0]
            await watched.press("enter")
            assert "d.spec.ts" in watched.lines("top")[0]
            await watched.press("escape")


async def test_a_spec_that_is_gone_leaves_the_cursor_where_it_was() -> None:
    base = [running(f"{letter}.spec.ts", for_=60 - i) for i, letter in enumerate("abcdef")]
    async with watching(run(*base)) as watched:
        await watched.press("j", "j")
        await watched.poll(run(*(s for s in base if s.spec != "c.spec.ts")))
        assert watched.specs.cursor == "chromium-d.spec.ts"
        await watched.poll(run())
        assert not watched.specs.keys
        await watched.press("enter", "y", "escape", "n", "o")
        await watched.poll(run(*base))
        assert watched.specs.cursor is not None


async def test_rows_keep_their_places_for_a_moment_after_a_key() -> None:
    base = [running(f"{letter}.spec.ts", for_=60 - i) for i, letter in enumerate("abcd")]
    async with watching(run(*base)) as watched:
        await watched.advance(4.5)
        await watched.press("j")
        watched.service.answers[RUN_ID] = run(*base[:3], failed("d.spec.ts"))
        await watched.advance(1)
        assert [name[0] for name in names(watched)] == ["a", "b", "c", "d"]
        await watched.advance(2)
        assert [name[0] for name in names(watched)] == ["d", "a", "b", "c"]


async def test_the_cursor_of_the_groups_stays_on_its_group() -> None:
    groups = (group("chromium"), group("webkit"))
    async with watching(structs.replace(usual(), groups=groups)) as watched:
        await watched.press("1", "j")
        await watched.poll(structs.replace(usual(), groups=(group("firefox"), *groups)))
        await watched.press("enter")
        assert watched.screen.panes.order.filter == 'g:"webkit"'


async def test_a_run_that_was_named_and_is_not_there_is_told_while_another_is_shown() -> None:
    async with watching(usual(), run(running(), run_id=OTHER)) as watched:
        watched.service.answers[OTHER] = Problem(Kind.NOT_FOUND, "There is no such run (404).")
        await watched.advance(40)
        assert watched.screen.state.selected == RUN_ID
        assert watched.lines("message")[0].strip() == "Run b0d4471a: There is no such run (404)."
