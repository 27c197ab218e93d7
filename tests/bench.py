"""`python tests/bench.py`: start, bytes and CPU of the real program against its budgets.

Run by hand and looked at, not part of the tests: these are figures of a machine. Times are given as ratios to
a bare Textual application in the same run; bytes are bytes.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

import psutil

from currents_tui.sim.launch import Simulator
from tests.terminal import Terminal

BARE = """
from textual.app import App
from textual.widgets import Static
class Bare(App):
    def compose(self):
        yield Static("a bare application")
Bare().run()
"""
ROUNDS = 9
SETTLED_AFTER = 16.0
"""Seconds after which what is asked for once has been."""
COMPILED: dict[str, str | None] = {"PYTHONDONTWRITEBYTECODE": None}


def first_texts(argv: list[str], wanted: list[str], env: Mapping[str, str | None]) -> list[float]:
    """Seconds from the start until each of `wanted` is on the screen, one after the other."""
    started = time.perf_counter()
    seen = []
    with Terminal(argv, rows=24, cols=80, env=env) as terminal:
        for text in wanted:
            terminal.wait_for(text)
            seen.append(terminal.read_at - started)
    return seen


def start_ratio(scenario: str, text: str) -> tuple[float, float]:
    """How many times a bare application's start the first screen takes, and after how many seconds more
    its data is there, of which `text` is a sign; the starts interleaved.
    """
    still = Simulator.start(scenario, now="2026-03-01T12:00:00Z")
    with still as sim, tempfile.TemporaryDirectory() as folder:
        bare = Path(folder) / "bare.py"
        bare.write_text(BARE, encoding="utf-8")
        # As installed: compiled once. The first start compiles and does not count.
        env = {"CURRENTS_API_KEY": sim.read_only_key, **COMPILED, "PYTHONPYCACHEPREFIX": folder}
        installed = str(Path(sys.executable).parent / "currents-tui")
        ours = [installed, sim.runs[0], "--api-url", sim.url]
        pairs = [
            (
                first_texts([sys.executable, str(bare)], ["a bare"], env)[0],
                first_texts(ours, ["Groups", text], env),
            )
            for _ in range(ROUNDS + 1)
        ][1:]
    # Pair by pair: the machine's pace changes from one minute to the next.
    ratio = statistics.median(screen / bare for bare, (screen, _) in pairs)
    data = statistics.median(data - screen for _, (screen, data) in pairs)
    print(
        f"start, {scenario}: bare {statistics.median(bare for bare, _ in pairs):.3f} s,"
        f" first screen {statistics.median(screen for _, (screen, _) in pairs):.3f} s,"
        f" ratio {ratio:.2f}, data {data:.3f} s later"
    )
    return ratio, data


def status_ratio() -> float:
    """How many times the import of the HTTP library `status` takes, its one question included."""
    with Simulator.start("busy", now="2026-03-01T12:00:00Z") as sim, tempfile.TemporaryDirectory() as folder:
        env = {**os.environ, "CURRENTS_API_KEY": sim.read_only_key, "PYTHONPYCACHEPREFIX": folder}
        env.pop("PYTHONDONTWRITEBYTECODE", None)
        installed = str(Path(sys.executable).parent / "currents-tui")

        def took(argv: list[str]) -> float:
            started = time.perf_counter()
            subprocess.run(argv, env=env, stdout=subprocess.DEVNULL, check=False)
            return time.perf_counter() - started

        pairs = [
            (
                took([sys.executable, "-c", "import httpx"]),
                took([installed, "status", sim.runs[0], "--api-url", sim.url]),
            )
            for _ in range(ROUNDS + 1)
        ][1:]
    ratio = statistics.median(ours / theirs for theirs, ours in pairs)
    print(
        f"status: {statistics.median(ours for _, ours in pairs):.3f} s, ratio to importing httpx {ratio:.2f}"
    )
    return ratio


def seconds_of(
    rows: int,
    cols: int,
    *,
    interval: str,
    scenario: str = "busy",
    speed: float = 1.0,
    keys: str = "",
    lists: bool = False,
) -> list[int]:
    """Bytes written in each of ten seconds, and the CPU they cost. `lists` opens the project's list."""
    with Simulator.start(scenario, speed=speed) as sim:
        env = {"CURRENTS_API_KEY": sim.read_only_key}
        argv = [sys.executable, "-m", "currents_tui", "--api-url", sim.url, "-i", interval]
        argv += ["--project", sim.project_id] if lists else [sim.runs[0]]
        with Terminal(argv, rows=rows, cols=cols, env=env) as terminal:
            terminal.wait_for("specs ")
            terminal.send(keys)
            # What earlier runs teach has been asked for by then, and is told once.
            terminal.bytes_over(SETTLED_AFTER)
            process = psutil.Process(terminal.process.pid)
            before = sum(process.cpu_times()[:2])
            seconds = [terminal.bytes_over(1.0) for _ in range(10)]
            spent = sum(process.cpu_times()[:2]) - before
            memory = process.memory_info().rss / 1e6
    print(
        f"{cols}x{rows}, {scenario}, interval {interval} s, keys {keys!r}:"
        f" {sorted(seconds)} B in each second, {10 * spent:.1f} % CPU, {memory:.0f} MB"
    )
    return seconds


def main() -> int:
    """Print the figures; the exit status counts the budgets that were missed."""
    missed = 0

    def budget(name: str, value: float, most: float) -> None:
        nonlocal missed
        missed += value > most
        print(f"   {'ok    ' if value <= most else 'MISSED'} {name}: {value:.2f} of {most:g}")

    def start_within(name: str, scenario: str, text: str) -> None:
        ratio, data = start_ratio(scenario, text)
        budget(f"start, {name} (ratio)", ratio, 1.35)
        budget(f"data after the first screen, {name} (s)", data, 0.15)

    def bytes_most(name: str, most: float, rows: int, cols: int, **how: object) -> None:
        budget(f"{name} (B)", max(seconds_of(rows, cols, **how)), most)  # type: ignore[arg-type]

    checks: tuple[Callable[[], None], ...] = (
        lambda: budget("status, ratio to importing httpx", status_ratio(), 2.0),
        lambda: start_within("73 specs", "busy", "Specs 73"),
        lambda: start_within("10,000 specs", "huge", "Specs 10,000"),
        lambda: bytes_most("a second between polls, 80x24", 150, 24, 80, interval="60"),
        lambda: bytes_most("a second of the list, 80x24", 1024, 24, 80, interval="2", lists=True),
        # By name, rows stay where they are: these are the cells that a poll changes.
        lambda: bytes_most("a second with a poll, 120x40", 1024, 40, 120, interval="2", keys="s"),
        # By attention some rows change places, and a row that moves is written whole.
        lambda: bytes_most("the same, rows moving", 2048, 40, 120, interval="2"),
        lambda: bytes_most("the same, 10,000 specs", 2048, 40, 120, interval="2", scenario="huge"),
    )
    for check in checks:
        check()
    return missed


if __name__ == "__main__":
    sys.exit(main())
