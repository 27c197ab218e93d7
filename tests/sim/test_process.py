"""The service as a process: how it starts, and that it always ends."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from currents_tui.sim.launch import Simulator, SimulatorNotStarted
from tests import guards
from tests.patience import PATIENCE, until

PARENT = """
import time
from currents_tui.sim.launch import Simulator
simulator = Simulator.start()
print(simulator.url, flush=True)
time.sleep(600)
"""


def get(simulator: Simulator, path: str, key: str | None = None) -> Any:
    request = urllib.request.Request(  # noqa: S310
        simulator.url + path, headers={"Authorization": f"Bearer {key or simulator.read_write_key}"}
    )
    with urllib.request.urlopen(request, timeout=PATIENCE) as response:  # noqa: S310
        return json.load(response)["data"]


def listens(url: str) -> bool:
    place = urlsplit(url)
    with socket.socket() as probe:
        return probe.connect_ex((place.hostname, place.port)) == 0


def test_start_ask_and_close() -> None:
    with Simulator.start("busy", seed=1, speed=10) as simulator:
        main, nightly, cypress, *finished = (get(simulator, f"/runs/{run_id}") for run_id in simulator.runs)
        assert [run["completionState"] for run in (main, nightly, cypress)] == ["IN_PROGRESS"] * 3
        assert not any(run["completionState"] == "IN_PROGRESS" for run in finished)
        assert "cypressVersion" in cypress
        assert (
            get(simulator, f"/projects/{simulator.project_id}", simulator.read_only_key)["name"] == "webshop"
        )
    assert not listens(simulator.url)
    simulator.close()


def test_things_move_while_one_watches() -> None:
    def known() -> int:
        groups = get(simulator, f"/runs/{simulator.runs[0]}")["groups"]
        return sum(int(group["tests"]["overall"]) for group in groups)

    with Simulator.start("busy", speed=20) as simulator:
        before = known()
        until(lambda: known() > before)


def test_a_frozen_clock_gives_the_same_picture_each_time() -> None:
    pictures = []
    for _ in range(2):
        with Simulator.start("stuck", seed=4, speed=3, begin=500, now="2026-05-04T10:00:00Z") as simulator:
            assert get(simulator, f"/runs/{simulator.runs[0]}")["createdAt"] == "2026-05-04T09:57:13.633Z"
            told = json.dumps([get(simulator, f"/runs/{run_id}") for run_id in simulator.runs])
            # Links lead to whichever port was free.
            pictures.append(told.replace(simulator.url.removesuffix("/v1"), ""))
    assert pictures[0] == pictures[1]


def test_it_says_why_it_did_not_start() -> None:
    with pytest.raises(SimulatorNotStarted, match="no-such"):
        Simulator.start("no-such")
    with pytest.raises(SimulatorNotStarted, match="speed"):
        Simulator.start(speed=0)


@pytest.mark.parametrize("line", [r"hello\n", r"[1]\n\xff\n{}\n\n"])
def test_what_a_site_prints_at_the_start_is_passed_over(
    line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "of_this_test.py").write_text(f"import os; os.write(1, b'{line}')\n")
    monkeypatch.setenv("PYTHONPATH", guards.python_path(str(tmp_path)))
    with Simulator.start() as simulator:
        assert listens(simulator.url)


def test_where_nothing_but_that_is_said_it_did_not_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "of_this_test.py").write_text("import os; os.write(1, b'hello\\n'); os._exit(3)\n")
    monkeypatch.setenv("PYTHONPATH", guards.python_path(str(tmp_path)))
    with pytest.raises(SimulatorNotStarted):
        Simulator.start()


def test_it_ends_when_its_standard_input_does() -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "currents_tui.sim"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    ready = json.loads(process.stdout.readline())
    assert listens(ready["url"])
    process.stdin.close()
    assert process.wait(PATIENCE) == 0
    assert process.stdout.read() == b""
    process.stdout.close()


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, -signal.SIGTERM), (signal.SIGINT, 0)])
def test_it_ends_at_once_and_in_silence_when_told(number: signal.Signals, code: int) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "currents_tui.sim", "--standalone"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    assert process.stdout is not None
    ready = json.loads(process.stdout.readline())
    assert listens(ready["url"])
    process.send_signal(number)
    assert process.wait(PATIENCE) == code
    assert process.stdout.read() == b""
    process.stdout.close()


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_it_ends_when_its_parent_is_killed() -> None:
    parent = subprocess.Popen(
        [
            sys.executable,
            "-c",
            PARENT,
        ],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert parent.stdout is not None
    url = parent.stdout.readline().strip()
    try:
        assert listens(url)
    finally:
        os.kill(parent.pid, signal.SIGKILL)
        parent.wait(PATIENCE)
        parent.stdout.close()
    until(lambda: not listens(url))
