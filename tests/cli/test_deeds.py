"""`cancel` and `delete` as verbs: what is written where, the exit status, and what reaches the service."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Mapping

import pytest

from currents_tui.cli.main import main
from currents_tui.core.deed import Deed
from tests.cli.program import KEY, ROOT, RUN_ID, clean, program
from tests.faults import FAULTS, Fault, Faulty
from tests.simulator import Simulator, WritableSimulator
from tests.terminal import Terminal

METHODS = {Deed.CANCEL: "PUT", Deed.DELETE: "DELETE"}


@pytest.mark.parametrize("deed", Deed)
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
async def test_whatever_a_write_meets_it_is_sent_once_and_told_for_what_it_is(
    deed: Deed, fault: Fault, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("currents_tui.cli.settings.Limits", lambda: fault.limits)
    monkeypatch.setattr("currents_tui.watch.deeds.FIND_OUT_WITHIN", 0.6)
    monkeypatch.setenv("CURRENTS_API_KEY", KEY)
    async with Faulty(deed, fault) as server:
        status = await asyncio.to_thread(main, [deed, "-y", RUN_ID, "--api-url", f"{server.url}/v1"])
        printed = capsys.readouterr()
    words, expected = fault.told[deed]
    assert printed.out.startswith(words), printed
    assert printed.out.count("\n") == 1
    assert status == expected
    assert server.writes == [METHODS[deed]]
    assert KEY not in printed.out + printed.err


@pytest.mark.parametrize("deed", Deed)
def test_read_only_refuses_before_anything_is_asked(
    deed: Deed, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CURRENTS_API_KEY", KEY)
    assert main([deed, "-y", "--read-only", RUN_ID, "--api-url", "http://127.0.0.1:1/v1"]) == 2
    assert (
        "Read-only: nothing is cancelled or deleted here. --read-only was given." in capsys.readouterr().err
    )


# --- on the simulated service, as a process


def environment(simulator: Simulator) -> Mapping[str, str | None]:
    return {"CURRENTS_API_KEY": simulator.read_write_key, "CURRENTS_TUI_API_URL": simulator.url}


def run(simulator: Simulator, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The program in a pipe, where nobody can be asked."""
    env = {name: value for name, value in environment(simulator).items() if value is not None}
    return subprocess.run(
        [sys.executable, "-m", "currents_tui", *arguments],
        cwd=ROOT, env=clean(**env),
        stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60,
    )  # fmt: skip


def test_the_life_of_a_run_from_the_shell() -> None:
    with WritableSimulator.start("busy", begin=300) as simulator:
        first, second, over = simulator.runs[0], simulator.runs[1], simulator.runs[-1]

        unasked = run(simulator, "cancel", first)
        assert unasked.returncode == 2
        assert "--yes" in unasked.stderr and not unasked.stdout

        dry = run(simulator, "cancel", "--dry-run", first)
        assert dry.returncode == 0
        assert "never start" in dry.stdout

        in_progress = run(simulator, "delete", "-y", first)
        assert in_progress.returncode == 8
        assert "A run in progress cannot be deleted" in in_progress.stdout

        both = run(simulator, "cancel", "-y", first, second, first)
        assert both.returncode == 0
        assert [line[:21] for line in both.stdout.splitlines()] == [
            f"CANCELED run {first[:8]}",
            f"CANCELED run {second[:8]}",
        ]
        assert "never start" in both.stderr

        again = run(simulator, "cancel", "-y", first)
        assert again.returncode == 0
        assert "was cancelled before" in again.stdout

        assert run(simulator, "cancel", "-y", over).returncode == 10
        assert run(simulator, "cancel", "-y", "--if-running", over).returncode == 0

        deleted = run(simulator, "delete", "-y", first)
        assert deleted.returncode == 0
        assert deleted.stdout.startswith(f"DELETED run {first[:8]}")
        gone = run(simulator, "delete", "-y", first, over)
        assert gone.returncode == 7, "the worst of two"
        assert gone.stdout.startswith(f"DELETED run {over[:8]}")


def test_a_key_without_the_permission_is_told_as_that() -> None:
    with WritableSimulator.start("busy", begin=300) as simulator:
        simulator.read_write_key = simulator.read_only_key
        refused = run(simulator, "cancel", "-y", simulator.runs[0])
    assert refused.returncode == 4
    assert "was not cancelled: this key may neither cancel nor delete (403)." in refused.stdout


def asked(simulator: Simulator, *arguments: str) -> Terminal:
    return program(*arguments, env=environment(simulator))


@pytest.mark.parametrize(
    ("answer", "status", "told"),
    [
        ("y\r", 0, "CANCELED run"),
        ("YES\r", 0, "CANCELED run"),
        ("\r", 130, "Nothing was cancelled."),
        ("n\r", 130, "Nothing was cancelled."),
        ("yes please\r", 130, "Nothing was cancelled."),
        ("\x04", 130, "Nothing was cancelled."),
        ("\x03", 130, "[y/N]"),
    ],
)
def test_it_asks_before_it_cancels(answer: str, status: int, told: str) -> None:
    kind = WritableSimulator if status == 0 else Simulator
    with (
        kind.start("busy", begin=300) as simulator,
        asked(simulator, "cancel", simulator.runs[0]) as terminal,
    ):
        terminal.wait_for("[y/N]")
        assert "turns GREEN" in terminal.text()
        terminal.send(answer)
        assert terminal.wait_exit() == status
        assert told in terminal.text()
        now = run(simulator, "cancel", "--dry-run", simulator.runs[0])
        assert ("CANCELED" in now.stdout) is (status == 0)


def test_what_was_typed_before_the_question_does_not_answer_it() -> None:
    with (
        Simulator.start("busy", begin=300) as simulator,
        asked(simulator, "cancel", simulator.runs[0]) as terminal,
    ):
        terminal.send("y\ry\ry\r")
        terminal.wait_for("[y/N]")
        terminal.settle()
        assert terminal.process.poll() is None
        terminal.send("\r")
        assert terminal.wait_exit() == 130


def test_to_delete_the_id_is_typed() -> None:
    with WritableSimulator.start("busy", begin=300) as simulator:
        over = simulator.runs[-1]
        for typed, status in (("y", 130), (over[:3], 130), (over[:4], 0)):
            with asked(simulator, "delete", over) as terminal:
                terminal.wait_for("to delete it:")
                terminal.send(f"{typed}\r")
                assert terminal.wait_exit() == status, typed
                assert ("was not deleted" in terminal.text()) is (status != 0)
