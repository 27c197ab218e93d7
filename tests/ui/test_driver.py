"""The driver under a real app in a real pty: what goes over the wire, and what does not."""

from __future__ import annotations

import re
import select
import subprocess
import sys
import threading

import psutil
import pytest

from currents_tui.ui.cell_driver import CellDriver, EndOfInput
from currents_tui.ui.driver import driver_class
from tests.ui.at_terminal import ROOT, small_app

REPORTS = b"\x1b[?1003h"


def test_a_second_that_changes_a_digit_costs_a_few_bytes() -> None:
    with small_app("count") as terminal:
        terminal.wait_for("count 2")
        before = len(terminal.raw)
        terminal.wait_for("count 5")
        changed = bytes(terminal.raw[before:])
        assert 0 < len(changed) <= 3 * 16
        assert b"count" not in changed


def test_switched_off_whole_spans_are_written_and_the_terminal_is_restored_all_the_same() -> None:
    with small_app("count", env={"CURRENTS_TUI_DIFF": "0"}) as terminal:
        terminal.wait_for("count 2")
        before = len(terminal.raw)
        terminal.wait_for("count 3")
        assert b"count 3" in terminal.raw[before:]
        terminal.send("q")
        assert terminal.wait_exit() == 0
        assert terminal.attributes() == terminal.attributes_before


@pytest.mark.parametrize("switch", [None, "0"])
def test_the_screen_is_the_same_with_and_without(switch: str | None) -> None:
    with small_app(env={"CURRENTS_TUI_DIFF": switch}) as terminal:
        terminal.wait_for("ready")
        terminal.send("g")
        terminal.wait_for("key g")
        terminal.settle()
        assert terminal.text().strip().split("\n") == ["ready", "key g"]


def test_the_driver_counts_what_it_writes() -> None:
    with small_app() as terminal:
        terminal.wait_for("ready")
        terminal.settle()
        terminal.send("n")
        terminal.wait_for("written ")
        found = re.search(r"written (\d+)", terminal.text())
        assert found is not None
        # What it has written since was written to say so.
        assert 0 < int(found[1]) <= len(terminal.raw) <= int(found[1]) + 100


def test_forgetting_paints_the_screen_anew() -> None:
    with small_app() as terminal:
        terminal.wait_for("ready")
        terminal.settle()
        terminal.screen.reset()
        terminal.send("f")
        terminal.wait_for(lambda text: "ready" in text and "key f" in text)


def test_a_resize_paints_the_screen_anew() -> None:
    with small_app() as terminal:
        terminal.wait_for("ready")
        terminal.settle()
        terminal.screen.reset()
        terminal.resize(30, 100)
        terminal.wait_for("ready")


def test_resized_there_and_back_the_screen_is_painted_anew_though_its_size_is_the_same() -> None:
    with small_app() as terminal:
        terminal.wait_for("ready")
        terminal.settle()
        terminal.screen.reset()
        for cols in (100, 80):
            terminal.resize(24, cols)
        terminal.wait_for("ready")


def test_mouse_reports_that_were_turned_off_stay_off_when_the_terminal_was_lent() -> None:
    def lent() -> bytes:
        before = len(terminal.raw)
        terminal.send("e")
        terminal.wait_until(lambda: b"another program" in terminal.raw[before:], "it was lent")
        terminal.wait_until(lambda: b"\x1b[?1049h" in terminal.raw[before:], "it was taken back")
        terminal.settle()
        return bytes(terminal.raw[before:])

    with small_app() as terminal:
        terminal.wait_for("ready")
        terminal.send("m")
        terminal.wait_for("key m")
        assert REPORTS not in lent()
        before = len(terminal.raw)
        terminal.send("M")
        terminal.wait_until(lambda: REPORTS in terminal.raw[before:], "they are on again")
        assert REPORTS in lent()


def test_a_terminal_that_does_not_read_gets_the_newest_state_and_never_a_backlog() -> None:
    with small_app("flood", cols=200) as terminal:
        terminal.wait_for("count 2")
        read = len(terminal.raw)
        terminal.stop_reading()
        terminal.send("p")
        terminal.wait_for("key p")
        shown = re.search(r"count (\d+)", terminal.text())
        assert shown is not None
        # One frame in flight, what the pty holds, and the newest: not one for each count.
        assert len(terminal.raw) - read < int(shown[1]) * 200 * 22 / 2


def test_text_that_is_a_sequence_is_not_obeyed() -> None:
    with small_app("hostile") as terminal:
        terminal.wait_for("ready")
        terminal.wait_for("before")
        terminal.settle()
        assert b"\x1b]52" not in terminal.raw
        assert b"\x1b[?1049l" not in terminal.raw
        assert "\u202e".encode() not in terminal.raw
        assert "after" in terminal.text()


def test_where_there_is_no_such_terminal_textuals_own_driver_stays() -> None:
    program = (
        "import sys; sys.platform = 'win32'; sys.modules['termios'] = None\n"
        "from currents_tui.ui.driver import driver_class\n"
        "sys.exit(driver_class() is not None)"
    )
    assert subprocess.run([sys.executable, "-c", program], cwd=ROOT, timeout=60).returncode == 0
    assert driver_class() is CellDriver


def test_whoever_waits_for_keys_wakes_when_no_more_are_wanted() -> None:
    end, files = EndOfInput(), psutil.Process().num_fds()

    def wait() -> None:
        with end.waited_for() as ended:
            begun.set()
            while not end.is_set():
                select.select([ended], [], [])

    # In some rounds it is set before anybody waits for it, in others just when somebody begins to.
    for round_ in range(300):
        begun = threading.Event()
        waiting = threading.Thread(target=wait)
        waiting.start()
        if round_ % 2:
            begun.wait()
        end.set()
        end.set()
        waiting.join(20)
        assert not waiting.is_alive()
        end.clear()
    assert psutil.Process().num_fds() == files
