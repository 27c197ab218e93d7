"""The program's main job, from outside: `currents-tui RUN` against a service over real HTTP."""

from __future__ import annotations

import re
import signal
import stat
import sys
from functools import partial
from pathlib import Path

import pytest

from tests.cli.program import ROOT, program, script, until_shown
from tests.simulator import Simulator
from tests.terminal import Terminal, assert_left_as_found

BAR = "[█▒░]"


def watching(simulator: Simulator, *arguments: str, rows: int = 24, cols: int = 80) -> Terminal:
    return program(
        simulator.runs[0], "--api-url", simulator.url, "--interval", "1", *arguments,
        env={"CURRENTS_API_KEY": simulator.read_write_key}, rows=rows, cols=cols,
    )  # fmt: skip


def shows(terminal: Terminal, pattern: re.Pattern[str]) -> bool:
    return pattern.search(terminal.text()) is not None


@pytest.mark.parametrize(("scenario", "end"), [("busy", "FAILED"), ("green", "PASSED")])
def test_a_run_is_shown_and_followed_until_its_end(scenario: str, end: str) -> None:
    with Simulator.start(scenario, speed=90, begin=600) as service, watching(service) as terminal:
        until_shown(terminal)
        terminal.wait_for(lambda text: service.runs[0][:8] in text and "feat/checkout-v2" in text)
        for group in ("chromium", "firefox", "webkit", "mobile-chrome"):
            both_bars = re.compile(rf"{group} +{BAR}+ +\d+/\d+ +\d+% +{BAR}+ +\d+/\d+")
            terminal.wait_until(partial(shows, terminal, both_bars), f"both bars of {group}")
        a_spec = re.compile(r"RUN +\S+\.spec\.ts +chromium +c\d +\d+/\d+ ")
        terminal.wait_until(partial(shows, terminal, a_spec), "a running spec")

        seen: list[int] = []

        def at_its_end(text: str) -> bool:
            if (told := re.search(r"specs \S+ (\d+)/73", text)) and int(told[1]) not in seen:
                seen.append(int(told[1]))
            return end in text.splitlines()[0]

        terminal.wait_for(at_its_end, timeout=60)
        assert len(seen) >= 2, "the run was not followed poll by poll"
        assert seen == sorted(seen)
        terminal.wait_for(lambda text: "73/73" in text and "OVER" in text and text.count("100%") == 4)
        terminal.wait_for(lambda text: "RUN " not in text and "WAIT" not in text)
        terminal.wait_for(lambda text: ("FAIL " in text) is (end == "FAILED"))
        terminal.send("q")
        assert terminal.wait_exit() == 0
        assert_left_as_found(terminal)


@pytest.mark.parametrize(
    ("end", "status"),
    [
        ("q", 0),
        ("\x11", 0),
        ("\x03", 130),
        (signal.SIGINT, 130),
        (signal.SIGTERM, 143),
        (signal.SIGHUP, 129),
        (signal.SIGQUIT, 131),
    ],
)
def test_however_it_ends_the_terminal_is_as_before(
    service: Simulator, end: str | signal.Signals, status: int
) -> None:
    with watching(service) as terminal:
        until_shown(terminal)
        assert terminal.attributes() != terminal.attributes_before
        if isinstance(end, str):
            terminal.send(end)
        else:
            terminal.kill(end)
        assert terminal.wait_exit() == status
        assert_left_as_found(terminal)
        assert "Traceback" not in terminal.text()


def test_it_goes_when_the_terminal_goes(service: Simulator) -> None:
    with watching(service) as terminal:
        until_shown(terminal)
        terminal.hang_up()
        assert terminal.process.wait(30) in (129, -signal.SIGHUP)


def test_a_crash_is_told_without_the_key_and_leaves_the_terminal_as_before(tmp_path: Path) -> None:
    with script("crashing", env={"XDG_STATE_HOME": str(tmp_path)}) as terminal:
        assert terminal.wait_exit() == 70
        assert_left_as_found(terminal)
        after = bytes(terminal.raw).rpartition(b"\x1b[?1049l")[2]
    assert b"This is a bug in currents-tui: RuntimeError at " in after
    assert b"Traceback" not in after
    report = tmp_path / "currents-tui" / "crash.txt"
    assert str(report).encode() in after.replace(b"\r\n", b"")
    assert "a defect, as asked,  the key in hand: Bearer ***" in report.read_text()
    assert stat.S_IMODE(report.stat().st_mode) == 0o600


def test_a_crash_that_cannot_be_written_down_is_told_in_full() -> None:
    with script("crashing") as terminal:
        assert terminal.wait_exit() == 70
        assert_left_as_found(terminal)
        after = bytes(terminal.raw).rpartition(b"\x1b[?1049l")[2]
    assert b"a defect, as asked" in after
    assert b"Traceback" in after


def test_several_runs_are_followed_and_the_marked_one_is_shown(service: Simulator) -> None:
    first, second = service.runs[:2]
    arguments = ("--api-url", service.url, "--interval", "1")
    env = {"CURRENTS_API_KEY": service.read_write_key}
    with program(first, second, *arguments, env=env, cols=120, rows=40) as terminal:
        until_shown(terminal)
        terminal.wait_for(lambda text: text.splitlines()[1].lstrip().startswith(first[:8]))
        terminal.wait_for(second[:8])
        terminal.send("0j\r")
        terminal.wait_for(lambda text: text.splitlines()[1].lstrip().startswith(second[:8]))
        terminal.send("q")
        assert terminal.wait_exit() == 0


def test_the_run_comes_from_the_environment_and_a_page_address_will_do(service: Simulator) -> None:
    env = {
        "CURRENTS_API_KEY": service.read_write_key,
        "CURRENTS_TUI_API_URL": service.url,
        "CURRENTS_RUN_ID": f"https://app.currents.dev/run/{service.runs[0]}",
    }
    with program(env=env) as terminal:
        until_shown(terminal)
        terminal.wait_for(service.runs[0][:8])


def test_a_file_in_the_working_directory_does_not_come_by_the_key(service: Simulator, tmp_path: Path) -> None:
    """People start the program in checkouts whose files are not theirs."""
    for module in ("json", "httpx", "currents_tui", "sitecustomize"):
        trap = f"import os, sys\nopen({str(tmp_path / 'sprung')!r}, 'a').write({module!r})\nos._exit(9)\n"
        (tmp_path / f"{module}.py").write_text(trap)
    start = (
        f"import sys; sys.path.insert(0, {ROOT!r}); from currents_tui.cli.main import main; sys.exit(main())"
    )
    argv = [sys.executable, "-P", "-c", start, service.runs[0], "--api-url", service.url]
    env = {"CURRENTS_API_KEY": service.read_write_key, "PYTHONPATH": None}
    with Terminal(argv, cwd=str(tmp_path), env=env) as terminal:
        until_shown(terminal)
    assert not (tmp_path / "sprung").exists()


@pytest.mark.parametrize(
    "arguments", [("--ascii",), ("--theme", "light"), ("--theme", "terminal"), ("--calm",)]
)
def test_each_way_of_drawing_it(service: Simulator, arguments: tuple[str, ...]) -> None:
    with watching(service, *arguments) as terminal:
        until_shown(terminal)
        assert terminal.text().isascii() is (arguments == ("--ascii",))
        terminal.send("q")
        assert terminal.wait_exit() == 0


def test_without_colour_not_one_is_sent(service: Simulator) -> None:
    env = {"CURRENTS_API_KEY": service.read_write_key, "NO_COLOR": "1"}
    with program(service.runs[0], "--api-url", service.url, env=env) as terminal:
        until_shown(terminal)
        colours = re.compile(rb"\x1b\[(?:[0-9]+;)*(?:3[0-8]|4[0-8]|9[0-7]|10[0-7])(?:;[0-9]+)*m")
        assert not colours.search(terminal.raw)


def test_a_locale_without_utf8_is_drawn_with_ascii(service: Simulator) -> None:
    env = {"CURRENTS_API_KEY": service.read_write_key, "LC_ALL": "C"}
    with program(service.runs[0], "--api-url", service.url, env=env) as terminal:
        until_shown(terminal)
        assert bytes(terminal.raw).isascii()
