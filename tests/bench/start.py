"""From the command to the first screen and to its data, and `status` from start to end."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence

from currents_tui.api.address import Address
from currents_tui.api.key import Key
from currents_tui.cli.first_look import FirstLook, Subject
from currents_tui.sim.launch import Simulator
from tests.bench.figure import Figure
from tests.bench.rig import Rig, Service, median
from tests.cli.program import KEY, clean, installed
from tests.cli.serving import in_thread
from tests.terminal import Terminal

STILL = "2026-03-01T12:00:00Z"
SCENARIOS = (("73 specs", "busy", "Specs 73"), ("10,000 specs", "huge", "Specs 10,000"))
ROUNDS = 9
MODULES = tuple(
    f"currents_tui.{name}"
    for name in ("cli.full_screen", "cli.first_look", "cli.editor", "ui.app", "ui.cell_driver", "api.decode")
)
"""What is loaded until the first screen, with all that these load."""


def start(rig: Rig) -> Iterator[Figure]:
    """In turns with a bare application, for the machine's pace changes from one minute to the next."""
    for name, scenario, sign in SCENARIOS[:1] if rig.short else SCENARIOS:
        with Simulator.start(scenario, now=STILL) as sim:
            service = Service.as_told_by(sim)
        with in_thread(service):
            yield from _starts(rig, name, service, sign)


def _starts(rig: Rig, name: str, service: Service, sign: str) -> Iterator[Figure]:
    url = f"{service.url}/v1"
    rounds = 5 if rig.short else ROUNDS
    rows = [
        (
            seen(rig.peers.bare(), ["a bare"])[0],
            seen(rig.program(service.run_id, "--api-url", url, cols=80, rows=24), ["Groups", sign]),
            _least(rig, service, url),
        )
        for _ in range(rounds + 1)
    ][1:]
    table = [] if rig.short else _table_starts(rig, service)
    bare = median(other for other, _, _ in rows)
    how = f"median of {rounds} interleaved rounds"
    yield Figure(
        kind="start",
        what=f"start to first screen, {name}",
        value=median(screen / other for other, (screen, _), _ in rows),
        unit="x",
        most=1.3,
        beside={"bare Textual": 1.0, **({"DataTable": table[0] / bare} if table else {})},
        how=f"{how}; the bare application takes {bare:.2f} s",
        why="The bare application, with the same modules loaded and the same asked beside it, takes "
        f"{median(least / other for other, _, least in rows):.2f} times as long as by itself.",
    )
    yield Figure(
        kind="start",
        what=f"first data after that, {name}",
        value=median(data - screen for _, (screen, data), _ in rows),
        unit="s",
        most=None if rig.short else 0.15,
        beside={"DataTable": table[1] - table[0]} if table else {},
        how=how,
    )


def _least(rig: Rig, service: Service, url: str) -> float:
    """When the bare application is there, if it loads what the program loads until its first screen, and what
    is asked first is asked meanwhile on the same machine.
    """
    patience = time.monotonic() + 10
    first = FirstLook(Address(url), Key(KEY), Subject(service.run_id), os.environ, patience)
    taken = seen(rig.peers.bare(*MODULES), ["a bare"])[0]
    if (answer := first.answer()) is not None:
        answer.read()
    return taken


def _table_starts(rig: Rig, service: Service) -> list[float]:
    """When a DataTable is on the screen, and when its rows are."""
    taken = [
        seen(rig.peers.table(f"{service.url}/v1", 60.0, cols=80, rows=24, run_id=service.run_id),
             ["a table", "tests passed"])
        for _ in range(4)
    ][1:]  # fmt: skip
    return [median(one[place] for one in taken) for place in (0, 1)]


def seen(terminal: Terminal, wanted: Sequence[str]) -> list[float]:
    """Seconds from now until each of `wanted` is on the screen, one after the other."""
    begun = terminal.started_at
    moments = []
    with terminal:
        for text in wanted:
            terminal.wait_for(text)
            moments.append(terminal.read_at - begun)
    return moments


def status(rig: Rig) -> Iterator[Figure]:
    """`status`, its one question included, beside the import of the HTTP library."""
    rounds = 5 if rig.short else ROUNDS
    with Simulator.start("busy", now=STILL) as sim:
        env = clean(CURRENTS_API_KEY=sim.read_only_key)
        env |= {name: value for name, value in rig.compiled.items() if value is not None}
        env.pop("PYTHONDONTWRITEBYTECODE", None)

        def took(argv: Sequence[str]) -> float:
            begun = time.perf_counter()
            subprocess.run(argv, env=env, stdout=subprocess.DEVNULL, check=False)
            return time.perf_counter() - begun

        pairs = [
            (
                took([sys.executable, "-c", "import httpx"]),
                took([installed(), "status", sim.runs[0], "--api-url", sim.url]),
            )
            for _ in range(rounds + 1)
        ][1:]
    yield Figure(
        kind="status",
        what='`status`, times `python -c "import httpx"`',
        value=median(ours / theirs for theirs, ours in pairs),
        unit="x",
        most=2.0,
        how=f"median of {rounds} interleaved pairs; {median(ours for _, ours in pairs):.2f} s",
    )
