"""What all measurements stand on: the program at a terminal, a service that obeys, processor time."""

from __future__ import annotations

import platform
import select
import statistics
import time
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import cycle
from pathlib import Path

import httpx
import psutil

from currents_tui.sim.launch import Simulator
from tests.bench.peers import Peers
from tests.canned import Answer, Request
from tests.cli.program import KEY, program
from tests.cli.serving import Serving, enveloped, in_thread
from tests.documents import RUN_ID, Document, counted
from tests.patience import PATIENCE
from tests.terminal import Terminal

IDLE = 0.003
"""Seconds of processor time in a tenth of a second that count as none."""
NOTHING_HERE = Answer(status=404, reason=b"Not Found", body=b'{"status":"FAILED","error":"not found"}')


@dataclass(frozen=True)
class Rig:
    """Where and how thoroughly to measure."""

    folder: Path
    """Of this run alone: compiled modules and the peers' settings."""
    peers: Peers
    short: bool = False
    """The form for CI: fewer samples, and none of the peers but the bare application."""

    @property
    def compiled(self) -> dict[str, str | None]:
        """As installed: compiled once. The first start compiles, and is counted nowhere."""
        return {"PYTHONDONTWRITEBYTECODE": None, "PYTHONPYCACHEPREFIX": str(self.folder / "compiled")}

    def program(
        self, *arguments: str, cols: int, rows: int, env: Mapping[str, str | None] | None = None
    ) -> Terminal:
        """The installed program with `arguments`."""
        own = {"CURRENTS_API_KEY": KEY, **self.compiled, **(env or {})}
        return program(*arguments, cols=cols, rows=rows, env=own)

    @contextmanager
    def at_rest(
        self, story: Story, interval: int = 3600, *, names: bool = False
    ) -> Iterator[tuple[Terminal, Service]]:
        """The program on a run at 120x40, its clock ticking once in 5 s, asking only when told to
        unless `interval`, in seconds, is short. The service gives its answers tags if it `names` them.
        """
        with (
            in_thread((NamingService if names else Service)([story.told()])) as service,
            self.program(
                RUN_ID, "--api-url", service.url, "-i", str(interval), "--calm", cols=120, rows=40
            ) as terminal,
        ):
            terminal.wait_for(lambda text: f"Specs {story.size:,}" in text and "q quit" in text)
            rest(terminal)
            yield terminal, service


class Service(Serving):
    """Tells one run, and of nothing else that there is any. May be told to give several answers in turn."""

    run_id = RUN_ID
    _turns: Iterator[Answer] | None = None

    @classmethod
    def as_told_by(cls, sim: Simulator) -> Service:
        """Says of the simulator's first run what the simulator says now, and takes no time to work it out: a
        service elsewhere does that on a processor of its own.
        """
        headers = {"Authorization": f"Bearer {sim.read_only_key}", "Accept-Encoding": "gzip"}
        with httpx.stream("GET", f"{sim.url}/runs/{sim.runs[0]}", headers=headers) as told:
            packed = (("Content-Type", "application/json"), ("Content-Encoding", "gzip"))
            service = cls([Answer(headers=packed, body=b"".join(told.iter_raw()))])
        service.run_id = sim.runs[0]
        return service

    def says_in_turn(self, answers: Iterable[Answer]) -> None:
        """From now on each of `answers`, over and over."""
        self._turns = cycle(answers)

    def answer_to(self, request: Request) -> Answer:
        if f"/runs/{self.run_id}" not in request.target:
            return NOTHING_HERE
        return next(self._turns) if self._turns is not None else super().answer_to(request)


class NamingService(Service):
    """Gives its answers tags, and does not send again what is known: as web frameworks have it."""

    def answer_to(self, request: Request) -> Answer:
        answer = super().answer_to(request)
        tag = f'"{zlib.crc32(answer.body):08x}"'
        if answer.status == 200 and request.headers.get("if-none-match") == tag:
            return Answer(status=304, reason=b"Not Modified", headers=(("ETag", tag),))
        return replace(answer, headers=(*answer.headers, ("ETag", tag)))


class Story:
    """A run that moves exactly as it is told to."""

    def __init__(self, run: Document) -> None:
        self._run = run

    @property
    def size(self) -> int:
        """How many specs it has."""
        return len(self._run["specs"])

    def told(self) -> Answer:
        """The answer about it as it stands."""
        return enveloped(self._run)

    def after(self, numbers: Iterable[int]) -> Answer:
        """The answer after one more test of each of the specs `numbers` has passed."""
        for number in numbers:
            stats = self._run["specs"][number]["results"]["stats"]
            stats["passes"] = stats["passes"] % 11 + 1
        counted(self._run)
        return self.told()


def ask_now(terminal: Terminal, service: Service) -> None:
    """Make the program ask, and read until there is nothing more to do."""
    terminal.send("r")
    asked(terminal, service)


def asked(terminal: Terminal, service: Service, sign: str = "", times: int = 1) -> None:
    """Read until the program has asked, shows `sign` as often as that, and has nothing more to do."""
    before = len(service.requests)
    terminal.wait_until(lambda: len(service.requests) > before, "a question")
    terminal.wait_for(lambda text: text.count(sign) >= times)
    rest(terminal)


def rest(terminal: Terminal) -> None:
    """Read until the program has done nothing for a moment: silent it is while it reads an answer, too."""
    pid, end = terminal.process.pid, time.monotonic() + PATIENCE
    before, idle = cpu_seconds(pid), 0
    while idle < 3:
        assert time.monotonic() < end, "the program does not come to rest"
        terminal.bytes_over(0.1)
        now = cpu_seconds(pid)
        idle = idle + 1 if now - before < IDLE else 0
        before = now


def cpu_seconds(pid: int) -> float:
    """The processor time that a process has had, with threads that have ended: to the nanosecond on Linux,
    elsewhere as psutil tells it.
    """
    if platform.system() == "Linux":
        # What clock_getcpuclockid(3) makes of a process: CPUCLOCK_SCHED.
        return time.clock_gettime((~pid << 3) | 2)
    times = psutil.Process(pid).cpu_times()
    return float(times.user + times.system)


def bytes_side_by_side(terminals: Sequence[Terminal], seconds: float) -> list[int]:
    """How many bytes each program writes in the same `seconds`."""
    before = [len(terminal.raw) for terminal in terminals]
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        ready, _, _ = select.select([terminal.fd for terminal in terminals], [], [], left)
        for terminal in terminals:
            if terminal.fd in ready:
                terminal.pump()
    return [len(terminal.raw) - start for terminal, start in zip(terminals, before, strict=True)]


def median(values: Iterable[float]) -> float:
    return float(statistics.median(values))
