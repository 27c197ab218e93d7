"""The keys that people fear, through the real program: what reaches the service."""

from __future__ import annotations

import time

import pytest

from currents_tui.core.deed import Deed
from tests.canned import Answer
from tests.cli.program import RUN_ID, program, until_shown, watching
from tests.cli.serving import in_thread
from tests.faults import FAULTS, Fault, Faulty
from tests.simulator import WritableSimulator
from tests.terminal import Terminal

DONE = FAULTS[0]


def twenty_a_second(terminal: Terminal, key: str) -> None:
    for _ in range(20):
        terminal.send(key)
        terminal.pump(0.0)
        time.sleep(0.05)


def test_twenty_presses_a_second_are_one_question_and_one_request() -> None:
    with in_thread(Faulty(Deed.CANCEL, DONE)) as server, watching(server) as terminal:
        until_shown(terminal, "LIVE", "OVER")
        twenty_a_second(terminal, "c")
        terminal.wait_for("Cancel run 6f3b9c0e?")
        twenty_a_second(terminal, "y")
        terminal.wait_for("CANCELED")
        terminal.send("\x1b")
        terminal.bytes_over(1.5)
        assert server.writes == ["PUT"]
        terminal.send("\x11")
        assert terminal.wait_exit() == 0


@pytest.mark.parametrize(
    ("deed", "typed"),
    [
        (Deed.CANCEL, ("cypress run --record\r", "cy", "c\r")),
        (Deed.CANCEL, ("c ", "c\x19", "\x04\x0b\x7f\x1b[3~\r")),
        (Deed.DELETE, ("dd", "DD", "Dcypress run\r")),
        (Deed.DELETE, ("D\r", "D6f3b", "\x04\x0b\x7f\x1b[3~\r")),
    ],
)
def test_what_is_meant_for_another_window_writes_nothing(deed: Deed, typed: tuple[str, ...]) -> None:
    with in_thread(Faulty(deed, DONE)) as server, watching(server) as terminal:
        until_shown(terminal, "LIVE", "OVER")
        for text in typed:
            terminal.send(text)
            terminal.bytes_over(0.9)
            for _ in range(3):
                terminal.send("\x1b")
                terminal.bytes_over(0.15)
        assert terminal.process.poll() is None
        assert server.writes == []


def test_leaving_while_it_is_under_way_says_that_nobody_knows() -> None:
    never = Fault(name="", answer=Answer(delay=600.0), told={})
    with in_thread(Faulty(Deed.CANCEL, never)) as server, watching(server) as terminal:
        until_shown(terminal, "LIVE", "OVER")
        terminal.send("c")
        terminal.wait_for("Cancel run")
        time.sleep(0.9)
        terminal.send("y")
        terminal.wait_until(lambda: bool(server.writes), "the request")
        terminal.send("q")
        assert terminal.wait_exit() == 6
        assert f"Left while run {RUN_ID} was being cancelled" in terminal.text()
        assert server.writes == ["PUT"]


def test_in_the_demo_a_run_is_cancelled_from_the_keyboard() -> None:
    with program("demo") as terminal:
        until_shown(terminal, "LIVE", "OVER")
        terminal.send("c")
        terminal.wait_for("never start")
        time.sleep(0.9)
        terminal.send("y")
        terminal.wait_for(lambda text: "CANCELED" in text.splitlines()[0])
        terminal.wait_for("CANCELED run")
        terminal.send("q")
        assert terminal.wait_exit() == 0


def test_a_run_deleted_elsewhere_shows_as_gone_and_can_be_read() -> None:
    with WritableSimulator.start("failing", begin=2400) as simulator:
        key = {"CURRENTS_API_KEY": simulator.read_write_key}
        over, url = simulator.runs[0], ("--api-url", simulator.url)
        with program(over, *url, "--interval", "1", env=key) as terminal:
            until_shown(terminal, "LIVE", "OVER")
            with program("delete", "-y", over, *url, env=key) as elsewhere:
                assert elsewhere.wait_exit() == 0, elsewhere.text()
            terminal.wait_for("GONE", timeout=60)
            assert ".spec.ts" in terminal.text()
