"""The real program, told from outside its screen: the bell, the window's title, the taskbar."""

from __future__ import annotations

import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from pathlib import Path

import pytest

from currents_tui.cli.surroundings import is_console, multiplexer, takes_progress
from tests import guards
from tests.cli.program import KEY, RUN_ID, program
from tests.cli.serving import Serving, enveloped, serving
from tests.documents import Document, a_run, counted, stamp
from tests.terminal import Terminal, modes_left_on

TASKBAR = {"WT_SESSION": "0b1c"}
_STRINGS = re.compile(rb"\x1b[\]P][^\x07\x1b]*(?:\x07|\x1b\\)")


def bells(terminal: Terminal) -> int:
    """How often it rang: a BEL that ends no string."""
    return _STRINGS.sub(b"", bytes(terminal.raw)).count(b"\x07")


def titles(terminal: Terminal) -> list[str]:
    """The titles since the run was known; before, it is the program's name."""
    told = [title.decode() for title in re.findall(rb"\x1b\]2;([^\x07]*)\x07", terminal.raw)]
    return [title for place, title in enumerate(told) if place or title != "currents-tui"]


def marks(terminal: Terminal) -> list[bytes]:
    return re.findall(rb"\x1b\]9;4;([0-9;]*)\x07", terminal.raw)


def failing(run: Document) -> Document:
    after = deepcopy(run)
    after["status"] = "FAILING"
    after["specs"][0]["results"]["stats"]["failures"] = 1
    after["groups"][0]["tests"]["failures"] = 1
    return after


def over(run: Document) -> Document:
    """`run` with every spec reported and one failed."""
    after = deepcopy(run)
    for spec in after["specs"]:
        spec |= {"completedAt": stamp(1), "claimedAt": spec["claimedAt"] or stamp(60)}
    after = counted(after)
    after["groups"][0]["tests"]["failures"] = 1
    after["specs"][0]["results"]["stats"]["failures"] = 1
    return after | {"status": "FAILED", "completionState": "COMPLETE"}


@contextmanager
def watched(*arguments: str, **env: str) -> Iterator[tuple[Terminal, Serving, Document]]:
    run = a_run()
    with (
        serving(enveloped(run)) as server,
        program(
            RUN_ID, "--api-url", server.url, "-i", "1", *arguments, env={"CURRENTS_API_KEY": KEY, **env},
            beyond=(guards.BELL, guards.TASKBAR, guards.NOTIFICATION),
        ) as terminal,
    ):  # fmt: skip
        terminal.wait_for(lambda text: "Specs 73" in text and "q quit" in text)
        yield terminal, server, run


@pytest.mark.parametrize("end", ["q", signal.SIGTERM])
def test_a_run_that_fails_while_it_is_watched(end: str | signal.Signals) -> None:
    with watched(**TASKBAR) as (terminal, server, run):
        terminal.wait_until(lambda: titles(terminal) != [], "the title")
        assert (bells(terminal), marks(terminal)) == (0, [b"1;27"])
        server.says(enveloped(failing(run)))
        terminal.wait_until(lambda: len(titles(terminal)) > 1, "another title")
        terminal.wait_until(lambda: bells(terminal) > 0, "the bell")
        terminal.wait_for(lambda text: "FAILING" in text.splitlines()[0])
        terminal.bytes_over(1.2)
        assert (bells(terminal), marks(terminal)) == (1, [b"1;27", b"2;27"])
        assert titles(terminal) == [
            "RUNNING 20/73 main - currents-tui",
            "FAILING 20/73 1F main - currents-tui",
        ]
        assert modes_left_on(terminal.raw) >= {"title", "progress"}
        if isinstance(end, str):
            terminal.send(end)
        else:
            terminal.kill(end)
        assert terminal.wait_exit() == (0 if end == "q" else 143)
        assert modes_left_on(terminal.raw) == set()
        assert (bells(terminal), marks(terminal)[-1], titles(terminal)[-1]) == (1, b"0;0", "")


def test_the_verdict_rings_once_and_clears_the_taskbar() -> None:
    with watched(**TASKBAR) as (terminal, server, run):
        server.says(enveloped(over(run)))
        terminal.wait_for(lambda text: "FAILED" in text.splitlines()[0])
        terminal.wait_until(lambda: bells(terminal) > 0, "the bell")
        terminal.bytes_over(1.5)
        assert bells(terminal) == 1
        assert marks(terminal)[-1] == b"0;0"
        assert titles(terminal)[-1] == "FAILED 73/73 1F main - currents-tui"


def test_a_notification_in_place_of_the_bell() -> None:
    with watched("--notify", "osc777") as (terminal, server, run):
        server.says(enveloped(over(run)))
        told = re.compile(rb"\x1b\]777;notify;FAILED: [^;\x07]*;1 of [0-9,]+ tests failed, took [0-9:]+\x07")
        terminal.wait_until(lambda: told.search(terminal.raw) is not None, "the notification")
        terminal.bytes_over(1.2)
        assert bells(terminal) == 0
        # Nothing says that this terminal takes progress.
        assert marks(terminal) == []


def test_inside_tmux_it_is_handed_on_and_the_bell_rings_as_well() -> None:
    with watched("--notify", "osc9", TMUX="tmux-socket,1,0", **TASKBAR) as (terminal, server, run):
        server.says(enveloped(failing(run)))
        told = re.compile(rb"\x1bPtmux;\x1b\x1b\]9;FAILING: [^;\x07\x1b]*\x07\x1b\\(?:\x07)")
        terminal.wait_until(lambda: told.search(terminal.raw) is not None, "the notification")
        assert marks(terminal) == []


def test_all_of_it_can_be_switched_off(tmp_path: Path) -> None:
    (tmp_path / "currents-tui").mkdir()
    settings = tmp_path / "currents-tui" / "config.toml"
    settings.write_text('notify = "none"\ntitle = false\nprogress = false\n')
    with watched(XDG_CONFIG_HOME=str(tmp_path), **TASKBAR) as (terminal, server, run):
        server.says(enveloped(over(run)))
        terminal.wait_for(lambda text: "FAILED" in text.splitlines()[0])
        terminal.send("q")
        assert terminal.wait_exit() == 0
        assert (bells(terminal), titles(terminal), marks(terminal)) == (0, [], [])
        assert not re.search(rb"\x1b\[2[23];0t", terminal.raw)


# --- what the surroundings tell


@pytest.mark.parametrize(
    ("environ", "takes"),
    [
        ({}, False),
        ({"WT_SESSION": "0b1c"}, True),
        ({"ConEmuANSI": "ON"}, True),
        ({"ConEmuANSI": "OFF"}, False),
        ({"TERM_PROGRAM": "WezTerm"}, True),
        ({"TERM_PROGRAM": "ghostty"}, True),
        ({"TERM_PROGRAM": "Apple_Terminal"}, False),
        ({"TERM_PROGRAM": "iTerm.app"}, False),
        ({"TERM_PROGRAM": "iTerm.app", "TERM_FEATURES": "T3CwLrMSc7UUw9Ts3BFGsSyHNoSxF"}, False),
        ({"TERM_PROGRAM": "iTerm.app", "TERM_FEATURES": "T3CwLrMSc7UUw9Ts3BFGsSyHNoSxFP"}, True),
        ({"PTYXIS_VERSION": "48.1"}, True),
        ({"PTYXIS_VERSION": "47.9"}, False),
        ({"PTYXIS_VERSION": "soon"}, False),
        ({"WT_SESSION": "0b1c", "TMUX": "tmux-socket,1,0"}, False),
        ({"WT_SESSION": "0b1c", "STY": "1.pts-0"}, False),
        ({"WT_SESSION": "0b1c", "TERM": "linux"}, False),
        ({"WT_SESSION": "0b1c", "TERM": "screen-256color"}, False),
    ],
)
def test_which_terminals_are_known_to_show_progress(environ: dict[str, str], takes: bool) -> None:
    assert takes_progress(environ) is takes


@pytest.mark.parametrize(
    ("environ", "name"),
    [
        ({}, ""),
        ({"TMUX": "x", "TERM": "screen-256color"}, "tmux"),
        ({"TERM": "tmux-256color"}, "tmux"),
        ({"TERM": "screen"}, "screen"),
        ({"STY": "1.pts-0", "TERM": "xterm"}, "screen"),
    ],
)
def test_what_stands_in_between(environ: dict[str, str], name: str) -> None:
    assert multiplexer(environ) == name
    assert not is_console(environ)
    assert is_console({"TERM": "linux-16color"})
