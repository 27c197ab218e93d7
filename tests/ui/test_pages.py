"""What opens above the main screen, and what is taken away from it: pages, copies, the browser."""

from __future__ import annotations

import pytest
from msgspec import structs
from textual.command import CommandPalette
from textual.widgets import OptionList

from currents_tui.core.commands import COMMANDS, keys_of
from currents_tui.ui.screens.copy_menu import CopyMenu
from currents_tui.ui.screens.spec import SpecScreen
from currents_tui.ui.screens.watch import WatchScreen
from currents_tui.ui.themes import NAMES
from tests.builders import RUN_ID, run, running
from tests.ui.test_failures import RUN, TOLD, tell
from tests.ui.watching import watching


async def test_enter_opens_the_spec_and_q_comes_back() -> None:
    async with watching() as watched:
        for leave in ("q", "escape"):
            await watched.press("enter")
            assert watched.shows(SpecScreen)
            assert "a-fail.spec.ts" in watched.shown() and "chromium" in watched.shown()
            await watched.press("j", "j", "G", "g", "pagedown", leave)
            assert watched.shows(WatchScreen)
            assert watched.app.is_running


async def test_i_tells_everything_about_the_run() -> None:
    async with watching(size=(120, 60)) as watched:
        await watched.press("i")
        for told in (RUN_ID, "Shop42", "feat/checkout", "author@example.com", "build-7", "a41c9e7d00"):
            assert told in watched.shown()


async def test_a_page_follows_the_polls() -> None:
    async with watching(run(running("a.spec.ts", passes=1))) as watched:
        await watched.press("enter")
        assert "4, 1 reported" in watched.shown()
        await watched.poll(run(running("a.spec.ts", passes=3)))
        assert "4, 3 reported" in watched.shown()
        await watched.poll(run(running("b.spec.ts")))
        assert "no longer part of the run" in watched.shown()
        await watched.press("y", "o", "j", "G", "escape")
        assert watched.shows(WatchScreen)


async def test_help_lists_every_command_and_scrolls() -> None:
    async with watching(size=(80, 100)) as watched:
        await watched.press("question_mark")
        for command in COMMANDS:
            assert command.title in watched.shown(), command.id
            assert keys_of(command) in watched.shown(), command.id
        await watched.press("question_mark", "f1", "q", "q", "q")
        assert watched.shows(WatchScreen)


async def test_the_palette_finds_a_command_and_runs_it() -> None:
    async with watching() as watched:
        await watched.press("colon")
        assert watched.shows(CommandPalette)
        await watched.type("resume")
        found = watched.app.screen.query_one(OptionList)
        await watched.until(lambda: found.option_count == 1 and found.highlighted == 0)
        await watched.press("enter")
        await watched.until(lambda: watched.screen.state.paused)
        assert watched.shows(WatchScreen)


# --- taking away


@pytest.mark.parametrize(
    ("key", "copied"),
    [
        ("u", f"https://app.example.com/run/{RUN_ID}"),
        ("p", "https://app.example.com/instance/chromium-a-fail.spec.ts"),
        ("i", RUN_ID),
        ("s", "a-fail.spec.ts"),
        ("n", "chromium-a-fail.spec.ts"),
        ("c", "a41c9e7d00"),
        ("b", "feat/checkout"),
    ],
)
async def test_y_and_a_letter_copy(key: str, copied: str) -> None:
    async with watching() as watched:
        await watched.press("y")
        assert watched.shows(CopyMenu)
        await watched.press(key)
        assert watched.shows(WatchScreen)
        assert watched.app.clipboard == copied
        assert copied[:20] in watched.lines("message")[0]


@pytest.mark.parametrize("size", [(60, 15), (80, 24)])
async def test_all_that_can_be_copied_and_the_way_out_are_on_the_row(size: tuple[int, int]) -> None:
    async with watching(RUN, size=size) as watched:
        await tell(watched, *TOLD)
        await watched.press("3", "g", "y")
        rows = watched.lines("menu")
        assert all(len(row) <= size[0] for row in rows)
        assert watched.app.screen.query_one("#menu").size.height == len(rows)
        row = "".join(rows)
        for word in (
            "u URL",
            "p page",
            "e error",
            "i run",
            "s spec",
            "n instance",
            "c commit",
            "b branch",
            "esc",
        ):
            assert word in row


@pytest.mark.parametrize("key", ["escape", "enter", "q", "x", "space", "ctrl+c"])
async def test_any_other_key_copies_nothing(key: str) -> None:
    async with watching() as watched:
        await watched.press("y", key)
        assert watched.shows(WatchScreen)
        assert watched.app.clipboard == ""
        assert watched.app.is_running


async def test_among_the_failures_the_page_and_the_error_are_those_of_the_test() -> None:
    async with watching(RUN, size=(120, 40)) as watched:
        await tell(watched, *TOLD)
        spec = "https://app.example.com/instance/chromium-pay.spec.ts"
        await watched.press("3", "g", "o", "y", "p")
        assert watched.app.clipboard == spec
        await watched.press("j", "j", "j", "o", "y", "p")
        assert watched.app.clipboard == f"{spec}/test/refunds"
        assert watched.opened == [spec, f"{spec}/test/refunds"]
        await watched.press("y", "e")
        assert watched.app.clipboard == "Error: no pay button\nCall log"
        assert watched.lines("message")[0].strip() == "Sent to the clipboard: Error: no pay button"


async def test_the_page_of_a_spec_that_no_instance_is_named_of_is_not_offered() -> None:
    nameless = structs.replace(running("a.spec.ts"), instance_id=None)
    async with watching(run(nameless)) as watched:
        await watched.press("y")
        assert "page" not in watched.lines("menu")[0] and "u URL" in watched.lines("menu")[0]
        await watched.press("escape", "o")
        assert watched.opened == [f"https://app.example.com/run/{RUN_ID}"]


async def test_a_row_of_a_page_is_copied() -> None:
    async with watching() as watched:
        await watched.press("enter", "y")
        assert watched.app.clipboard == "a-fail.spec.ts"


async def test_o_opens_the_spec_and_from_elsewhere_the_run() -> None:
    async with watching() as watched:
        await watched.press("o", "1", "o", "2", "enter", "o")
        spec = "https://app.example.com/instance/chromium-a-fail.spec.ts"
        assert watched.opened == [spec, f"https://app.example.com/run/{RUN_ID}", spec]
        assert watched.app.clipboard == ""


async def test_without_a_browser_the_address_is_copied() -> None:
    async with watching(browser=False) as watched:
        await watched.press("1", "o")
        assert watched.app.clipboard == f"https://app.example.com/run/{RUN_ID}"
        assert "No browser here" in watched.lines("message")[0]


async def test_t_goes_through_every_theme() -> None:
    async with watching() as watched:
        seen = []
        for _ in NAMES:
            await watched.press("T")
            seen.append(watched.app.theme)
        assert sorted(seen) == sorted(NAMES)
        await watched.press("percent_sign", "ctrl+l")


# --- several runs
