"""What it takes to run beside other work: processor and memory while it polls every five seconds."""

from __future__ import annotations

from collections.abc import Iterator

import psutil

from currents_tui.sim.launch import Simulator
from tests.bench.figure import Figure
from tests.bench.rig import Rig, bytes_side_by_side, cpu_seconds, median
from tests.terminal import Terminal

SETTLED_AFTER = 16.0
"""Seconds after which what is asked for once has been."""
WINDOW, WINDOWS = 5.0, 6
BUDGETS = (("73 specs", "busy", 1.0, 60.0), ("10,000 specs", "huge", 4.0, 130.0))


def load(rig: Rig) -> Iterator[Figure]:
    """On runs that go on as in life, beside a DataTable that is fed with the same."""
    for name, scenario, cpu, memory in BUDGETS:
        with (
            Simulator.start(scenario) as sim,
            rig.program(
                sim.runs[0], "--api-url", sim.url, "-i", "5", cols=120, rows=40,
                env={"CURRENTS_API_KEY": sim.read_only_key},
            ) as ours,
            rig.peers.table(sim.url, 5.0, key=sim.read_only_key, run_id=sim.runs[0]) as table,
            rig.peers.ticking(sim.url, 5.0, key=sim.read_only_key, run_id=sim.runs[0]) as ticking,
        ):  # fmt: skip
            ours.wait_for("q quit")
            table.wait_for("tests passed", timeout=60.0)
            ticking.wait_for("it ticks")
            bytes_side_by_side((ours, table, ticking), SETTLED_AFTER)
            before = [len(one.raw) for one in (ours, table)]
            shares = [_shares((ours, table, ticking)) for _ in range(WINDOWS)]
            written = [len(one.raw) - start for one, start in zip((ours, table), before, strict=True)]
            resident = [psutil.Process(one.process.pid).memory_info().rss / 1e6 for one in (ours, table)]
        yield Figure(
            kind="load",
            what=f"processor, polling each 5 s, {name}, 120x40",
            value=median(share[0] for share in shares),
            unit="%",
            most=cpu,
            beside={"DataTable": median(share[1] for share in shares)},
            how=f"median of {WINDOWS} x {WINDOW:g} s",
            why=f"A Textual application that shows the time, and throws the answers away, takes "
            f"{median(share[2] for share in shares):.2f} %.",
        )
        yield Figure(
            kind="load",
            what=f"memory, resident, {name}",
            value=resident[0],
            unit="MB",
            most=memory,
            beside={"DataTable": resident[1]},
            how=f"once, after {SETTLED_AFTER + WINDOW * WINDOWS:g} s",
        )
        yield Figure(
            kind="load",
            what=f"bytes as the run goes on, {name}, 120x40",
            value=written[0] / (WINDOWS * WINDOW),
            unit="B/s",
            beside={"DataTable": written[1] / (WINDOWS * WINDOW)},
            how=f"all of {WINDOWS * WINDOW:g} s",
        )


def _shares(terminals: tuple[Terminal, ...]) -> list[float]:
    """The percentage of a core that each program takes over a window."""
    before = [cpu_seconds(one.process.pid) for one in terminals]
    bytes_side_by_side(terminals, WINDOW)
    after = [cpu_seconds(one.process.pid) for one in terminals]
    return [100 * (end - start) / WINDOW for start, end in zip(before, after, strict=True)]
