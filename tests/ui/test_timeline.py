"""The timeline on the real screen: its keys, and a cursor that stays on what it was on."""

from __future__ import annotations

import pytest
from msgspec import structs
from textual.events import Key

from currents_tui.core.commands import COMMANDS, Place
from currents_tui.core.model import Run
from currents_tui.ui.screens.page import PageScreen
from currents_tui.ui.screens.question import QuestionScreen
from currents_tui.ui.screens.spec import SpecScreen
from currents_tui.ui.screens.timeline import TimelineScreen
from currents_tui.ui.screens.watch import WatchScreen
from tests.builders import RUN_ID, failed, passed, run, running, waiting
from tests.ui.watching import Watching, watching

OTHER = "b0d4471a51d2a8b4"
SIZES = [(1, 1), (20, 6), (60, 15), (80, 24), (120, 40), (200, 60)]


def lanes(*, more: tuple[str, ...] = ()) -> Run:
    """Three machines of two groups: the first with five specs, the second with a failure, one that runs."""
    return run(
        *[passed(f"a{n}.spec.ts", machine="m-a", took=90, completed=650 - 100 * n) for n in range(5)],
        failed("b0.spec.ts", machine="m-b", took=300, completed=400),
        passed("b1.spec.ts", machine="m-b", took=200, completed=190),
        running("c0.spec.ts", group="webkit", machine="m-c", for_=120),
        *[passed(name, machine="m-new", took=5, completed=30) for name in more],
        waiting("w.spec.ts"),
    )


def timeline(watched: Watching) -> TimelineScreen:
    screen = watched.app.screen
    assert isinstance(screen, TimelineScreen)
    return screen


def at(watched: Watching) -> str:
    """The file under the cursor, by the cursor's own key."""
    return timeline(watched).cursor.key.partition("-")[2].removesuffix(".spec.ts")


def marked(watched: Watching) -> str:
    """The line that the cursor's mark is on."""
    return next(line for line in watched.lines("lanes") if line[1] == ">")


async def test_t_shows_the_machines_and_t_esc_and_q_go_back() -> None:
    async with watching(lanes()) as watched:
        for key in ("t", "escape", "q"):
            await watched.press("t")
            shown = watched.shown()
            for part in ("6f3b9c0e", "timeline by machine", "Machines 3", "chromium", "2 machines", "BUSY",
                         "1 machine ", "4/10", "now"):  # fmt: skip
                assert part in shown, part
            await watched.press(key)
            assert watched.shows(WatchScreen)
            assert watched.app.is_running


async def test_it_begins_on_the_spec_that_the_cursor_was_on() -> None:
    async with watching(lanes()) as watched:
        while watched.screen.spec_under_cursor is None or "b1" not in watched.screen.spec_under_cursor.key:
            await watched.press("j")
        await watched.press("t")
        assert at(watched) == "b1"
        assert timeline(watched).cursor.machine == "m-b"


async def test_lanes_and_specs_are_gone_through() -> None:
    async with watching(lanes()) as watched:
        await watched.press("t", "g")
        places = []
        keys = ("h", "h", "h", "h", "h", "l", "right", "j", "l", "h", "k", "G", "h", "k", "g", "pagedown",
                "pageup", "down", "up", "left")  # fmt: skip
        for key in keys:
            await watched.press(key)
            places.append(at(watched))
            assert marked(watched)[2] == {"a": "c", "b": "c", "c": "w"}[at(watched)[0]]
        assert places[4:8] == ["a0", "a1", "a2", "b0"]
        assert places[8:11] == ["b1", "b0", "a1"]
        assert places[11:13] == ["c0", "c0"]
        assert places[15] == "c0"


async def test_from_lane_to_lane_it_stays_near_the_moment_that_one_looks_at() -> None:
    async with watching(lanes()) as watched:
        await watched.press("t", "g", *"hhhhh", "l")
        assert at(watched) == "a1"
        await watched.press("j", "j", "k", "k")
        assert at(watched) == "a1"


async def test_the_cursor_stays_on_its_spec_whatever_polls_bring() -> None:
    async with watching(lanes()) as watched:
        await watched.press("t", "G", "k")
        before = timeline(watched).cursor.key
        more = structs.replace(lanes(more=("z.spec.ts",)), groups=())
        await watched.poll(more)
        assert timeline(watched).cursor.key == before
        assert "Machines 4" in watched.shown()
        await watched.poll(run(*[s for s in lanes().specs if s.key != before]))
        assert timeline(watched).cursor.machine == "m-b"
        assert timeline(watched).cursor.key != before
        await watched.poll(run(waiting("w.spec.ts")))
        assert "No machine has claimed a spec yet" in watched.shown()
        await watched.press("j", "l", "plus", "enter", "o", "y", "0")
        await watched.poll(lanes())
        assert "Machines 3" in watched.shown()


async def test_zoom_keeps_the_spec_in_sight_and_0_shows_the_whole_run() -> None:
    async with watching(lanes()) as watched:
        await watched.press("t", "g", *"hhhhh", "l")
        screen = timeline(watched)
        first = screen.window.view
        widths = []
        for _ in range(6):
            await watched.press("plus")
            assert screen.pane.spot.strip("━╸") == ""
            widths.append(len(screen.pane.spot))
        assert widths == sorted(widths)
        assert widths[-1] > widths[0] > 0
        for key in "lllhhhh":
            await watched.press(key)
            assert screen.pane.spot, key
        await watched.press("minus", "minus")
        assert screen.window.view.scale > first.scale / 12
        await watched.press("0")
        assert screen.window.view == first
        await watched.press(*["minus"] * 3)
        assert screen.window.view == first
        await watched.press(*["equals_sign"] * 40)
        assert screen.pane.spot


async def test_it_goes_along_with_now_until_one_looks_elsewhere() -> None:
    async with watching(lanes(), size=(120, 40)) as watched:
        await watched.press("t", "G")
        for _ in range(8):
            await watched.press("plus")
            assert "now" in watched.lines("lanes")[1], "what runs is zoomed into at its end"
        await watched.press(*["minus"] * 4)
        screen = timeline(watched)
        began = screen.window.view.start
        await watched.advance(300)
        assert screen.window.view.start > began
        assert "now" in watched.lines("lanes")[1]
        await watched.press("g", *"hhhhh")
        panned = screen.window.view.start
        assert "now" not in watched.lines("lanes")[1]
        await watched.advance(300)
        assert screen.window.view.start == panned


async def test_a_second_moves_what_runs_and_lays_nothing_out_anew() -> None:
    async with watching(lanes()) as watched:
        await watched.press("t")
        screen = timeline(watched)
        found, before = screen.found, watched.lines("lanes")
        await watched.advance(2)
        await watched.advance(28)
        after = watched.lines("lanes")
        assert screen.found is found
        changed = {line[2:4] for line, old in zip(after, before, strict=True) if line != old}
        assert "w1" in changed
        kept, was = (next(line for line in lines if "╳" in line) for lines in (after, before))
        assert kept[7:40] == was[7:40]


async def test_enter_opens_the_spec_and_coming_back_the_timeline_is_as_it_was() -> None:
    async with watching(lanes()) as watched:
        await watched.press("t", "G", "enter")
        assert watched.shows(SpecScreen)
        assert "c0.spec.ts" in watched.shown()
        await watched.poll(lanes(more=("z.spec.ts",)))
        await watched.press("escape")
        assert at(watched) == "c0"
        assert "Machines 4" in watched.shown()


async def test_o_opens_the_page_of_the_spec_and_y_copies_the_machine() -> None:
    async with watching(lanes()) as watched:
        await watched.press("t", "G", "o")
        assert watched.opened == ["https://app.example.com/instance/webkit-c0.spec.ts"]
        await watched.press("y")
        assert watched.app.clipboard == "m-c"
        assert "m-c" in watched.lines("message")[0]
        await watched.press("j")
        assert watched.lines("message")[0].strip() == ""


async def test_n_goes_to_what_failed_or_is_stuck() -> None:
    silent = running("s0.spec.ts", machine="m-s", for_=690)
    async with watching(run(*lanes().specs, silent)) as watched:
        await watched.press("t", "g", *"hhhhh")
        assert at(watched) == "a0"
        for key, file in (("n", "b0"), ("n", "s0"), ("n", "b0"), ("N", "s0")):
            await watched.press(key)
            assert at(watched) == file
        assert "m-s" in timeline(watched).cursor.machine


async def test_n_says_that_nothing_has_failed() -> None:
    async with watching(run(passed("a.spec.ts"))) as watched:
        await watched.press("t", "n")
        assert "No spec on a machine has failed or is stuck." in watched.lines("message")[0]


async def test_c_asks_about_this_run_and_cancels_it() -> None:
    async with watching(lanes()) as watched:
        await watched.press("t", "c")
        assert watched.shows(QuestionScreen)
        await watched.advance(1)
        assert f"Cancel run {RUN_ID[:8]}?" in watched.shown()
        await watched.press("y")
        await watched.until(lambda: bool(watched.service.written) and not watched.shows(QuestionScreen))
        assert watched.service.written == [("cancel", RUN_ID)]
        assert watched.shows(TimelineScreen)
        await watched.until(lambda: "CANCELED" in watched.lines("header")[0])
        await watched.press("c")
        assert watched.shows(TimelineScreen)
        assert watched.lines("message")[0].strip() != ""


async def test_help_opens_over_it_and_d_deletes_nothing() -> None:
    async with watching(lanes()) as watched:
        await watched.press("t", "D")
        assert watched.shows(TimelineScreen)
        await watched.press("question_mark")
        assert watched.shows(PageScreen)
        await watched.press("escape", "escape")
        assert watched.shows(WatchScreen)


async def test_in_the_list_t_shows_the_run_under_the_cursor() -> None:
    other = run(passed("other.spec.ts", machine="m-other"), run_id=OTHER)
    async with watching(lanes(), other, size=(120, 40)) as watched:
        await watched.press("0", "j", "t")
        assert OTHER[:8] in watched.lines("header")[0]
        assert timeline(watched).cursor.machine == "m-other"
        await watched.press("t")
        assert watched.screen.state.selected == OTHER


async def test_the_wheel_and_clicks() -> None:
    async with watching(lanes()) as watched:
        await watched.press("t", "g", *"hhhhh")
        screen = timeline(watched)
        row = next(n for n, line in enumerate(watched.lines("lanes")) if "c2 " in line)
        cell = watched.lines("lanes")[row].index("╳")
        await watched.pilot.click("#lanes", offset=(cell, row))
        await watched.pilot.pause()
        assert at(watched) == "b0"
        await watched.pilot.click("#lanes", offset=(cell, row))
        await watched.pilot.pause()
        assert watched.shows(SpecScreen)
        await watched.press("escape")
        head = next(n for n, line in enumerate(watched.lines("lanes")) if "chromium" in line)
        for y in (0, 1, head, 15):
            await watched.pilot.click("#lanes", offset=(10, y))
        await watched.pilot.pause()
        assert at(watched) == "b0"
        screen.pane.move(-3)
        await watched.pilot.pause()
        assert at(watched)[0] == "a"


async def test_the_head_of_a_group_is_in_sight_above_its_first_machine() -> None:
    specs = [passed(f"{n}.spec.ts", group=f"g{n // 3:02}", machine=f"m{n}") for n in range(60)]
    async with watching(run(*specs)) as watched:
        await watched.press("t", "G", "g")
        assert "g00" in watched.lines("lanes")[2]
        await watched.press(*"j" * 30, *"k" * 15)
        shown = watched.lines("lanes")
        assert any(line[1] == ">" for line in shown)
        for _ in range(20):
            await watched.press("k")
            assert marked(watched)


@pytest.mark.parametrize(
    ("value", "size"),
    [
        *((lanes(), size) for size in SIZES),
        *((value, (80, 24)) for value in (run(waiting()), run(), run(failed(), state="CANCELED"))),
    ],
)
async def test_every_key_at_every_size(value: Run, size: tuple[int, int]) -> None:
    async with watching(value, size=(80, 24)) as watched:
        await watched.press("t")
        await watched.resize(*size)
        for command in (c for c in COMMANDS if Place.TIMELINE in c.places):
            if command.id in ("leave", "interrupt", "suspend", "quit", "back", "timeline"):
                continue
            for key in command.keys:
                watched.app.post_message(Key(key, None))
                await watched.pilot.pause()
                if not watched.shows(TimelineScreen):
                    await watched.advance(1)
                    await watched.press("escape")
                assert watched.shows(TimelineScreen), command
        assert watched.app.is_running
        if size >= (60, 15):
            assert all(len(line) <= size[0] for line in watched.shown().splitlines())


async def test_it_follows_the_size_of_its_terminal() -> None:
    async with watching(lanes()) as watched:
        await watched.press("t", "G", "k")
        before = timeline(watched).cursor.key
        for size in (*SIZES, (80, 24)):
            await watched.resize(*size)
        assert timeline(watched).cursor.key == before
        assert {len(line) for line in watched.lines("lanes")} == {80}
        assert "now" in watched.lines("lanes")[1]
        for size in ((120, 40), (200, 60)):
            await watched.resize(*size)
            assert {len(line) for line in watched.lines("lanes")} == {size[0]}
            cells = size[0] - 4 - 10
            whole = watched.lines("lanes")[1]
            assert whole.index("now") > cells // 2, "the run takes most of the width"


def test_every_command_of_the_timeline_has_its_method() -> None:
    assert TimelineScreen.PLACE is Place.TIMELINE
    for command in (c for c in COMMANDS if Place.TIMELINE in c.places):
        assert callable(getattr(TimelineScreen, f"do_{command.id}", None)), command.id
