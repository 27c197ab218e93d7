"""Starting the simulated service as a process of its own, and ending it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

READY_WITHIN = 10.0
"""How long the process may take until it listens, in seconds."""
_END_WITHIN = 5.0
_FIELDS = {"url", "projectId", "runs", "keys"}
"""What the line has that says where it listens."""


class SimulatorNotStarted(Exception):
    """The simulated service did not come up; the message says what it said last."""


class Simulator:
    """A running simulated service. Close it, or use it in a `with` statement.

    It ends with this process in any case, for it ends when the pipe to its standard input closes.
    """

    def __init__(self, process: subprocess.Popen[str], ready: dict[str, Any]) -> None:
        self._process = process
        self.url: str = ready["url"]
        """The base of the REST API, with /v1."""
        self.project_id: str = ready["projectId"]
        self.runs: tuple[str, ...] = tuple(ready["runs"])
        """Ids of the runs there were at the start: the main run, others in progress, the finished."""
        self.read_write_key: str = ready["keys"]["readWrite"]
        self.read_only_key: str = ready["keys"]["readOnly"]

    @classmethod
    def start(
        cls,
        scenario: str = "busy",
        seed: int = 1,
        speed: float = 1.0,
        begin: float | None = None,
        now: str | None = None,
    ) -> Self:
        """Start a service and wait until it listens.

        `speed` is how many times as fast as in life things go, `begin` how far into the story it
        starts (seconds at speed 1), `now` an ISO 8601 instant at which its clock stands still.
        Raises SimulatorNotStarted.
        """
        options = ["--scenario", scenario, "--seed", str(seed), "--speed", str(speed)]
        if begin is not None:
            options += ["--begin", str(begin)]
        if now is not None:
            options += ["--now", now]
        with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as complaints:
            try:
                process = _spawn(options, complaints)
            except OSError as error:
                raise SimulatorNotStarted(f"The simulated server could not be started: {error}") from error
            if (ready := _ready(process)) is not None:
                return cls(process, ready)
            _end(process)
            complaints.seek(0)
            said = complaints.read().strip().splitlines()
        reason = said[-1] if said else f"it was not ready within {READY_WITHIN:g} s"
        raise SimulatorNotStarted(f"The simulated server could not be started: {reason}")

    def close(self) -> None:
        """End the service. May be called again."""
        _end(self._process)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def _spawn(options: list[str], complaints: IO[str]) -> subprocess.Popen[str]:
    # -P keeps the working directory off the module path, where any file could pose as a module.
    root = str(Path(__file__).resolve().parents[2])
    path = os.pathsep.join(filter(None, [root, os.environ.get("PYTHONPATH")]))
    return subprocess.Popen(  # noqa: S603
        [sys.executable, "-P", "-m", "currents_tui.sim", *options],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=complaints,
        env={**os.environ, "PYTHONPATH": path},
        encoding="utf-8",
        errors="replace",
        start_new_session=True,
    )


def _ready(process: subprocess.Popen[str]) -> dict[str, Any] | None:
    """What the process tells about itself; None if it ends, or too much time passes, without a word of that.

    What a start-up file of the site has printed goes before it.
    """
    assert process.stdout is not None  # noqa: S101
    found: list[dict[str, Any]] = []
    lines = (told for line in process.stdout if (told := _told(line)) is not None)
    reader = threading.Thread(target=lambda: found.extend(islice(lines, 1)), daemon=True)
    reader.start()
    reader.join(READY_WITHIN)
    return found[0] if found else None


def _told(line: str) -> dict[str, Any] | None:
    try:
        told = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return told if isinstance(told, dict) and told.keys() >= _FIELDS else None


def _end(process: subprocess.Popen[str]) -> None:
    if process.stdin is not None:
        process.stdin.close()
    try:
        process.wait(_END_WITHIN)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.stdout is not None:
        process.stdout.close()
