"""Every command, at every size and in every way it is given: keys, palette, mouse."""

from __future__ import annotations

import pytest
from textual.events import Key, MouseMove
from textual.widgets import Input

from currents_tui.core.commands import COMMANDS, Command, Place
from currents_tui.core.selection import Sort
from currents_tui.ui.app import SELECTING
from currents_tui.ui.screens.page import PageScreen
from currents_tui.ui.screens.spec import SpecScreen
from currents_tui.ui.screens.watch import WatchScreen
from tests.builders import passed, run
from tests.ui.test_watch import OTHER, SIZES
from tests.ui.watching import Watching, many, usual, watching

# --- sizes


@pytest.mark.parametrize("size", SIZES)
async def test_every_key_at_every_size(size: tuple[int, int]) -> None:
    async with watching(usual(), run(passed("other.spec.ts"), run_id=OTHER), size=size) as watched:
        for command in COMMANDS:
            if command.id in ("leave", "interrupt", "suspend", "quit"):
                continue
            watched.app.post_message(Key(command.keys[0], None))
            await watched.pilot.pause()
            if not watched.shows(WatchScreen):
                await watched.advance(1)  # a question takes no key at first
                await watched.press("escape", "escape")
            assert watched.shows(WatchScreen), command
            watched.screen.do_back()
        if watched.screen.state.paused:
            watched.screen.do_pause()
        await watched.poll(run(*many(50)))
        assert watched.app.is_running
        assert watched.service.written == []


@pytest.mark.parametrize("size", [(59, 24), (80, 14), (40, 12), (1, 1)])
async def test_where_one_line_is_all_nothing_can_be_acted_on(size: tuple[int, int]) -> None:
    async with watching(size=size) as watched:
        assert len([w for w in watched.screen.query("Painted") if w.display and w.region]) == 1
        await watched.press("j", "s", "p", "y", "slash", "enter", "plus", "r")
        assert watched.shows(WatchScreen)
        assert watched.screen.panes.order.sort is Sort.ATTENTION
        assert not watched.screen.state.paused
        assert not watched.screen.query(Input)
        await watched.press("question_mark")
        assert watched.shows(PageScreen)


async def test_it_follows_the_size_of_its_terminal() -> None:
    async with watching(usual(), run(passed("other.spec.ts"), run_id=OTHER)) as watched:
        await watched.press("j")
        key = watched.specs.cursor
        for width, height in (*SIZES, *reversed(SIZES), (80, 24)):
            await watched.resize(width, height)
            assert watched.specs.cursor == key
        assert "a-fail" in watched.shown()
        for line in watched.shown().splitlines():
            assert len(line) <= 80


# --- what people type


@pytest.mark.parametrize(
    "typed", ["cypress run --record\r", "cypress run\rdd", "cy", "dd", "DDD", "cccc", "xyyyy"]
)
async def test_typing_into_the_wrong_window_does_no_harm(typed: str) -> None:
    async with watching() as watched:
        await watched.type(typed)
        assert watched.app.is_running
        await watched.advance(1)  # a question takes no key at first
        await watched.press("escape", "escape", "escape", "escape")
        assert watched.shows(WatchScreen)
        assert watched.service.written == []


@pytest.mark.parametrize("key", ["ctrl+k", "delete", "backspace", "f8", "f9", "d", "D", "x", "f2"])
async def test_keys_that_delete_elsewhere_do_nothing(key: str) -> None:
    async with watching() as watched:
        before = watched.screen.state, watched.specs.cursor
        await watched.press(key, key, key)
        assert (watched.screen.state, watched.specs.cursor) == before
        assert watched.shows(WatchScreen)


@pytest.mark.parametrize(("key", "code"), [("q", 0), ("ctrl+q", 0), ("ctrl+c", 130)])
async def test_quitting_says_how(key: str, code: int) -> None:
    async with watching() as watched:
        await watched.pilot.press(key)
        assert (watched.app.return_code or 0) == code
        assert not watched.app.is_running or watched.app._exit


async def test_ctrl_c_quits_from_the_filter_too() -> None:
    async with watching() as watched:
        await watched.press("slash")
        await watched.pilot.press("ctrl+c")
        assert watched.app.return_code == 130


# --- the table of commands


def producible() -> set[str]:
    """The name of every key that a terminal can send, by Textual's own reading of it."""
    from textual import events
    from textual._ansi_sequences import ANSI_SEQUENCES_KEYS
    from textual._xterm_parser import XTermParser

    sent = [chr(code) for code in range(32, 127)]
    sent += [sequence for sequence in ANSI_SEQUENCES_KEYS if isinstance(sequence, str)]
    sent += ["\x1b[27u"]
    found: set[str] = set()
    for sequence in sent:
        parser = XTermParser()
        found |= {event.key for event in parser.feed(sequence) if isinstance(event, events.Key)}
    return found


def test_every_key_of_every_command_can_be_typed() -> None:
    typed = producible()
    assert {"ctrl+d", "question_mark", "S", "escape", "shift+tab"} <= typed
    assert "esc" not in typed and "?" not in typed
    for command in COMMANDS:
        assert set(command.keys) <= typed, command.id


@pytest.mark.parametrize(("place", "screen"), [(Place.WATCH, WatchScreen), (Place.DETAIL, PageScreen)])
def test_every_command_has_its_method_where_it_is_offered(
    place: Place, screen: type[WatchScreen] | type[PageScreen]
) -> None:
    assert screen.PLACE is place
    for command in (c for c in COMMANDS if place in c.places):
        assert callable(getattr(screen, f"do_{command.id}", None)), command.id


@pytest.mark.parametrize("place", list(Place))
def test_no_key_means_two_things(place: Place) -> None:
    keys = [key for command in COMMANDS if place in command.places for key in command.keys]
    assert len(keys) == len(set(keys))


def test_nothing_dangerous_is_offered() -> None:
    assert not {"enter", "space", "escape"} & {key for c in COMMANDS if is_dangerous(c) for key in c.keys}


def is_dangerous(command: Command) -> bool:
    return command.id in ("cancel", "delete", "reset")


async def test_keys_that_arrive_together_are_about_the_pane_that_the_first_one_chose() -> None:
    async with watching(size=(120, 40)) as watched:
        await watched.until(lambda: bool(watched.screen.pane("failures").keys))
        await watched.press("3", "G", "2", "g")
        for key in ("3", "o"):
            watched.app.post_message(Key(key, key))
        await watched.pilot.pause()
        entry = watched.screen.panes.failure_at_cursor
        assert entry is not None and entry.row.key != watched.specs.cursor
        assert watched.opened == [f"https://app.example.com/instance/{entry.row.spec.instance_id}"]


# --- the mouse


async def test_a_click_selects_and_a_second_one_opens() -> None:
    async with watching() as watched:
        keys = watched.specs.keys
        # A frame and the captions stand above the first row.
        await watched.pilot.click("#specs", offset=(10, 2 + 3))
        await watched.pilot.pause()
        assert watched.specs.cursor == keys[3]
        assert watched.shows(WatchScreen)
        await watched.pilot.click("#specs", offset=(10, 2 + 3))
        await watched.pilot.pause()
        assert watched.shows(SpecScreen)


async def drag(watched: Watching, *, button: int = 1) -> None:
    watched.app.post_message(MouseMove(None, 10, 8, 2, 1, button, shift=False, meta=False, ctrl=False))
    await watched.pilot.pause()


@pytest.mark.parametrize("keys", [(), ("enter",), ("t",), ("question_mark",)])
async def test_the_first_drag_is_told_how_text_is_selected(keys: tuple[str, ...]) -> None:
    async with watching() as watched:
        await watched.press(*keys)
        await drag(watched, button=0)
        assert SELECTING not in watched.shown()
        await drag(watched)
        assert SELECTING in watched.shown()
        await watched.press("j")
        await watched.advance(1)
        await drag(watched)
        assert SELECTING not in watched.shown()


async def test_a_drag_over_a_dialog_says_nothing_and_the_next_one_does() -> None:
    async with watching() as watched:
        await watched.press("y")
        await drag(watched)
        await watched.press("escape")
        assert SELECTING not in watched.shown()
        await drag(watched)
        assert SELECTING in watched.shown()


async def test_a_click_on_the_frame_or_below_the_rows_does_nothing() -> None:
    async with watching() as watched:
        before = watched.specs.cursor
        for y in (0, 1, watched.specs.size.height - 1, 2 + len(watched.specs.keys)):
            await watched.pilot.click("#specs", offset=(10, y))
            await watched.pilot.pause()
            assert watched.specs.cursor == before
            assert watched.shows(WatchScreen)
