"""However the program ends, the terminal is left as it was found. Real signals, a real pty."""

from __future__ import annotations

import asyncio
import signal
import socket
import subprocess
import sys
import termios
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import psutil
import pytest

from currents_tui.ui.executor import DaemonExecutor
from tests.terminal import Terminal, assert_left_as_found, modes_left_on
from tests.ui.at_terminal import ROOT, small_app

SHOWN = {"1049", "title", "progress"}

SIGNALS = [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129), (signal.SIGQUIT, 131)]


BY_CHANCE = [
    signal.SIGUSR1,
    signal.SIGUSR2,
    signal.SIGALRM,
    signal.SIGVTALRM,
    signal.SIGPROF,
    signal.SIGXCPU,
    signal.SIGABRT,
]
"""Nobody means them for it, but they end a program that does nothing about them."""


def stopped(terminal: Terminal) -> bool:
    return bool(psutil.Process(terminal.process.pid).status() == psutil.STATUS_STOPPED)


def threads(terminal: Terminal) -> int:
    return int(psutil.Process(terminal.process.pid).num_threads())


def test_modes_left_on_are_told() -> None:
    assert modes_left_on(b"\x1b[?1049h\x1b[?25l\x1b[?1000;1006h\x1b[>25u\x1b[?1006l") == {
        "1049",
        "no 25",
        "1000",
        "kitty",
    }
    assert modes_left_on(b"\x1b[?25l\x1b[>1u\x1b[<u\x1b[?25h\x1b[?7l\x1b[?7h") == set()
    assert modes_left_on(b"\x1b[22;0t\x1b]9;4;1;40\x07") == {"title", "progress"}
    assert modes_left_on(b"\x1b[22;0t\x1b]9;4;1;40\x07\x1b]9;4;0;0\x07\x1b[23;0t") == set()
    assert modes_left_on(b"\x1b]22;default\x07\x1b]22;text\x07") == {"pointer"}
    assert modes_left_on(b"\x1b]22;text\x07\x1b]22;default\x07") == set()


@pytest.mark.parametrize(("number", "status"), SIGNALS)
@pytest.mark.parametrize("in_band_resize", [False, True])
def test_a_signal_ends_it_with_its_status_and_the_terminal_restored(
    number: int, status: int, in_band_resize: bool
) -> None:
    with small_app(in_band_resize=in_band_resize) as terminal:
        terminal.wait_for("ready")
        if in_band_resize:
            terminal.wait_until(lambda: b"\x1b[?1016h" in terminal.raw, "mouse reports in pixels")
        assert terminal.attributes() != terminal.attributes_before
        wanted = SHOWN | {"1000", "1003", "1006", "2004", "1004", "no 25"}
        terminal.wait_until(lambda: modes_left_on(terminal.raw) >= wanted, "every mode")
        assert terminal.close(number)[0] == status
        assert_left_as_found(terminal)


@pytest.mark.parametrize("key", ["b", "x"])
@pytest.mark.parametrize(("number", "status"), SIGNALS)
def test_a_signal_ends_it_though_it_is_stuck(key: str, number: int, status: int) -> None:
    with small_app() as terminal:
        terminal.wait_for("ready")
        terminal.send(key)
        terminal.wait_for(f"key {key}")
        assert terminal.close(number)[0] == status
        assert_left_as_found(terminal)


@pytest.mark.parametrize("number", BY_CHANCE)
def test_a_signal_that_nobody_means_for_it_leaves_the_terminal_restored_too(number: signal.Signals) -> None:
    with small_app() as terminal:
        terminal.wait_for("ready")
        assert terminal.close(number)[0] == 128 + number
        assert_left_as_found(terminal)


def test_a_signal_that_it_was_started_to_ignore_stays_ignored() -> None:
    with small_app(ignoring="USR1") as terminal:
        terminal.wait_for("ready")
        terminal.kill(signal.SIGUSR1)
        terminal.send("g")
        terminal.wait_for("key g")
        terminal.send("q")
        assert terminal.wait_exit() == 0
        assert_left_as_found(terminal)


def test_a_signal_ends_it_though_the_terminal_does_not_read() -> None:
    with small_app("flood") as terminal:
        terminal.wait_for("ready, count 2")
        terminal.stop_reading()
        terminal.kill(signal.SIGTERM)
        assert terminal.process.wait(30) == 143
        assert terminal.attributes() == terminal.attributes_before


@pytest.mark.parametrize("ignore_hup", [False, True])
@pytest.mark.parametrize("manner", ["calm", "flood"])
def test_it_goes_when_the_terminal_goes(manner: str, ignore_hup: bool) -> None:
    with small_app(manner, ignore_hup=ignore_hup) as terminal:
        terminal.wait_for("ready")
        terminal.hang_up()
        assert terminal.process.wait(3) in (129, -signal.SIGHUP)


def test_it_goes_when_the_terminal_goes_though_it_is_stuck() -> None:
    with small_app(ignore_hup=True) as terminal:
        terminal.wait_for("ready")
        terminal.send("x")
        terminal.wait_for("key x")
        terminal.hang_up()
        assert terminal.process.wait(3) == 129


@pytest.mark.parametrize(("keys", "status"), [("q", 0), ("\x11", 0), ("c", 1)])
def test_quitting_and_crashing_restore_it(keys: str, status: int) -> None:
    with small_app(in_band_resize=True) as terminal:
        terminal.wait_for("ready")
        terminal.wait_until(lambda: b"\x1b[?1016h" in terminal.raw, "mouse reports in pixels")
        terminal.send(keys)
        assert terminal.wait_exit() == status
        assert_left_as_found(terminal)
        assert (b"a crash, as asked" in terminal.raw) == (status == 1)
        # What is told about a crash is told on the normal screen.
        assert terminal.raw.find(b"a crash") == -1 or terminal.raw.find(b"a crash") > terminal.raw.find(
            b"\x1b[?1049l"
        )


@pytest.mark.parametrize("leave", ["q", "c", signal.SIGTERM])
def test_the_pointer_has_its_usual_shape_again(leave: str | signal.Signals) -> None:
    with small_app() as terminal:
        terminal.wait_for("ready")
        terminal.send("s")
        terminal.wait_until(lambda: "pointer" in modes_left_on(terminal.raw), "another pointer")
        terminal.send(leave) if isinstance(leave, str) else terminal.kill(leave)
        terminal.wait_exit()
        assert_left_as_found(terminal)


def test_suspended_it_gives_the_pointer_back_and_resumed_it_has_its_shape() -> None:
    with small_app() as terminal:
        terminal.wait_for("ready")
        terminal.send("s")
        for _ in range(2):
            terminal.wait_until(lambda: "pointer" in modes_left_on(terminal.raw), "another pointer")
            terminal.send("z")
            terminal.wait_until(lambda: stopped(terminal), "the stop")
            terminal.settle()
            assert_left_as_found(terminal)
            terminal.kill(signal.SIGCONT)
        terminal.wait_until(lambda: "pointer" in modes_left_on(terminal.raw), "another pointer")
        terminal.send("q")
        assert terminal.wait_exit() == 0
        assert_left_as_found(terminal)


def test_a_defect_in_the_drawing_ends_it_with_the_terminal_restored() -> None:
    with small_app() as terminal:
        terminal.wait_for("ready")
        terminal.send("d")
        assert terminal.wait_exit() == 1
        assert_left_as_found(terminal)
        assert b"a defect, as asked" in terminal.raw


@pytest.mark.parametrize("typed", [b"\xff\xfe\x80", b"\xe2\x82", b"\x1b[M \xff\xff", b"\x1b[<;;M\x1b[<0;1M"])
def test_bytes_that_nobody_understands_do_no_harm(typed: bytes) -> None:
    with small_app() as terminal:
        terminal.wait_for("ready")
        terminal.send(typed)
        terminal.settle()
        terminal.send("g")
        terminal.wait_for("key g")
        terminal.send("q")
        assert terminal.wait_exit() == 0
        assert_left_as_found(terminal)


def test_stray_sigcont_changes_nothing() -> None:
    with small_app() as terminal:
        terminal.wait_for("ready")
        terminal.settle()
        before = threads(terminal)
        for _ in range(3):
            terminal.kill(signal.SIGCONT)
            terminal.settle()
        assert threads(terminal) == before
        assert terminal.raw.count(b"\x1b[?1049h") == 1
        terminal.send("q")
        assert terminal.wait_exit() == 0
        assert_left_as_found(terminal)


def test_stopped_and_continued_from_outside_it_paints_anew_and_goes_on() -> None:
    with small_app() as terminal:
        terminal.wait_for("ready")
        raw = terminal.attributes()
        terminal.kill(signal.SIGSTOP)
        terminal.wait_until(lambda: stopped(terminal), "the stop")
        terminal.screen.reset()
        # As a shell does when its job stops.
        termios.tcsetattr(terminal.fd, termios.TCSANOW, terminal.attributes_before)
        terminal.kill(signal.SIGCONT)
        terminal.wait_for("ready")
        terminal.wait_until(lambda: terminal.attributes() == raw, "the mode for keys")
        terminal.send("g")
        terminal.wait_for("key g")
        terminal.send("q")
        assert terminal.wait_exit() == 0
        assert_left_as_found(terminal)


@pytest.mark.parametrize("how", ["key", "signal"])
def test_suspended_it_gives_the_terminal_back_and_resumed_it_paints_anew(how: str) -> None:
    with small_app() as terminal:
        terminal.wait_for("ready")
        before = threads(terminal)
        for _ in range(2):
            if how == "key":
                terminal.send("z")
            else:
                terminal.kill(signal.SIGTSTP)
            terminal.wait_until(lambda: stopped(terminal), "the stop")
            terminal.settle()
            assert_left_as_found(terminal)
            terminal.screen.reset()
            terminal.kill(signal.SIGCONT)
            terminal.wait_for("ready")
            terminal.wait_until(lambda: modes_left_on(terminal.raw) >= SHOWN, "all that was shown")
            assert terminal.screen.title == "a small app"
            terminal.send("g")
            terminal.wait_for("key g")
        terminal.wait_until(lambda: threads(terminal) == before, "as few threads as before")
        terminal.send("q")
        assert terminal.wait_exit() == 0
        assert_left_as_found(terminal)


def test_ended_while_suspended_it_does_not_come_back() -> None:
    with small_app() as terminal:
        terminal.wait_for("ready")
        terminal.send("z")
        terminal.wait_until(lambda: stopped(terminal), "the stop")
        terminal.settle()
        terminal.kill(signal.SIGTERM)
        terminal.kill(signal.SIGCONT)
        assert terminal.wait_exit() == 143
        assert_left_as_found(terminal)


def test_lent_to_another_program_the_screen_comes_back_whole() -> None:
    with small_app() as terminal:
        terminal.wait_for("ready")
        terminal.send("e")
        terminal.wait_for("another program")
        terminal.screen.reset()
        terminal.wait_for("ready")
        terminal.send("q")
        assert terminal.wait_exit() == 0
        assert_left_as_found(terminal)


def test_quitting_does_not_wait_for_a_name_server() -> None:
    with small_app() as terminal:
        terminal.wait_for("ready")
        terminal.send("l")
        terminal.wait_for("key l")
        terminal.send("q")
        # The lookup never ends: only an executor that is not waited for lets this one.
        assert terminal.wait_exit() == 0


# --- the executor


async def test_a_call_brings_its_result_or_its_error() -> None:
    loop = asyncio.get_running_loop()
    loop.set_default_executor(DaemonExecutor())
    assert await loop.run_in_executor(None, divmod, 7, 2) == (3, 1)
    with pytest.raises(ZeroDivisionError):
        await loop.run_in_executor(None, divmod, 7, 0)
    found = await loop.getaddrinfo("127.0.0.1", 80, type=socket.SOCK_STREAM)
    assert found[0][4] == ("127.0.0.1", 80)


def test_shut_down_it_waits_for_nothing_and_takes_nothing() -> None:
    executor = DaemonExecutor()
    assert isinstance(executor, ThreadPoolExecutor)
    gate = Event()
    waiting = executor.submit(gate.wait)
    executor.shutdown(wait=True)
    assert not waiting.done()
    with pytest.raises(RuntimeError):
        executor.submit(gate.wait)
    gate.set()
    assert waiting.result(30) is True


def test_a_whole_program_ends_though_a_call_hangs() -> None:
    program = """
import asyncio, threading
from currents_tui.ui.executor import DaemonExecutor
async def main():
    loop = asyncio.get_running_loop()
    loop.set_default_executor(DaemonExecutor())
    loop.run_in_executor(None, threading.Event().wait)
    await asyncio.sleep(0)
asyncio.run(main())
"""
    assert subprocess.run([sys.executable, "-c", program], cwd=ROOT, timeout=60).returncode == 0
