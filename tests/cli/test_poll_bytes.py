"""What a poll, a key and a second cost on the wire, in bytes of the whole program."""

from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from typing import Any

from currents_tui.sim.launch import Simulator
from tests.cli.program import KEY, RUN_ID, program
from tests.cli.serving import Serving, enveloped, serving
from tests.terminal import Terminal

Document = dict[str, Any]
GROUPS = ("chromium", "firefox", "webkit", "mobile-chrome")
NAMES = ("cart", "search", "login", "checkout", "account", "orders", "gifts", "reviews")


def stamp(seconds_ago: float) -> str:
    at = datetime.now(UTC) - timedelta(seconds=seconds_ago)
    return at.strftime("%Y-%m-%dT%H:%M:%S.000Z")


def a_spec(number: int, state: str) -> Document:
    """Spec `number`; `state` is "run", "pass" or "wait"."""
    begun = {"run": 40 + number, "pass": 300, "wait": 0}[state]
    stats: Document = {"suites": 1, "tests": 12, "passes": 0, "failures": 0, "pending": 0, "skipped": 0}
    if begun:
        stats["wallClockStartedAt"] = stamp(begun)
    if state == "pass":
        stats |= {"passes": 12, "wallClockDuration": 60_000}
    return {
        "groupId": GROUPS[number % 4],
        "spec": f"{NAMES[number % 8]}/story-{number:02}.spec.ts",
        "instanceId": f"instance-{number:02}",
        "claimedAt": stamp(begun) if begun else None,
        "completedAt": stamp(200) if state == "pass" else None,
        "machineId": f"machine-{number % 8}" if begun else None,
        "results": {"stats": stats, "flaky": 0, "screenshots": [], "videoUrl": None},
    }


def a_run() -> Document:
    """73 specs in 4 groups: 8 that run, 20 that passed, 45 that wait."""
    states = ["run"] * 8 + ["pass"] * 20 + ["wait"] * 45
    specs = [a_spec(number, state) for number, state in enumerate(states)]
    return counted(
        {
            "runId": RUN_ID,
            "projectId": "Shop42",
            "createdAt": stamp(700),
            "status": "RUNNING",
            "completionState": "IN_PROGRESS",
            "groups": [{"groupId": name, "platform": {}} for name in GROUPS],
            "meta": {"ciBuildId": "shop-901-1", "commit": {"branch": "main", "sha": "0c5b17aa93e1f0d2"}},
            "specs": specs,
        }
    )


def counted(run: Document) -> Document:
    """`run` with the counters that its specs add up to."""
    for group in run["groups"]:
        specs = [spec for spec in run["specs"] if spec["groupId"] == group["groupId"]]
        done = sum(spec["completedAt"] is not None for spec in specs)
        passes = sum(spec["results"]["stats"]["passes"] for spec in specs)
        group["instances"] = {
            "overall": len(specs),
            "claimed": sum(spec["claimedAt"] is not None for spec in specs),
            "complete": done,
            "passes": done,
            "failures": 0,
        }
        group["tests"] = {
            "overall": 12 * len(specs),
            "passes": passes,
            "failures": 0,
            "pending": 0,
            "flaky": 0,
        }
    return run


def moved_on(run: Document, numbers: range) -> Document:
    """`run` after some more of its specs' tests have passed."""
    after = deepcopy(run)
    for number in numbers:
        after["specs"][number]["results"]["stats"]["passes"] += 3
    return counted(after)


@contextmanager
def at_rest(
    cols: int, rows: int, run: Document | None = None, *, calm: bool = True
) -> Iterator[tuple[Terminal, Serving, Document]]:
    """The program on a run, not asking by itself; calm, the clock ticks once in 5 s."""
    run = run or a_run()
    with (
        serving(enveloped(run)) as server,
        program(
            RUN_ID, "--api-url", server.url, "-i", "3600", *(["--calm"] if calm else []),
            env={"CURRENTS_API_KEY": KEY}, cols=cols, rows=rows,
        ) as terminal,
    ):  # fmt: skip
        terminal.wait_for(lambda text: "Specs 73" in text and "q quit" in text)
        terminal.send("s")
        terminal.wait_for("sort: name")
        terminal.settle()
        yield terminal, server, run


def test_a_poll_that_changes_eight_specs_in_sight_costs_a_kilobyte_at_most() -> None:
    with at_rest(120, 40) as (terminal, server, run):
        terminal.send("gs")
        terminal.settle()
        running = [line for line in terminal.text().splitlines() if " RUN " in line]
        assert len(running) == 8
        before = len(terminal.raw)
        server.says(enveloped(moved_on(run, range(8))))
        terminal.send("r")
        terminal.wait_for("3/12")
        terminal.settle()
        assert sum(" 3/12" in line for line in terminal.text().splitlines()) == 8
        assert 0 < len(terminal.raw) - before <= 1024


def test_a_poll_that_changes_only_what_is_out_of_sight_costs_the_counters() -> None:
    with at_rest(80, 24) as (terminal, server, run):
        after = deepcopy(run)
        hidden = next(n for n in range(8) if after["specs"][n]["spec"] not in terminal.text())
        after["specs"][hidden]["results"]["stats"]["passes"] = 7
        before = len(terminal.raw)
        server.says(enveloped(counted(after)))
        terminal.send("r")
        terminal.wait_for("247/")
        terminal.settle()
        assert 0 < len(terminal.raw) - before <= 300


def failing() -> Document:
    """The run with a spec that failed, so that every pane has something to show."""
    run = a_run()
    run["specs"][10]["results"]["stats"] |= {"passes": 10, "failures": 2}
    return counted(run)


def test_with_all_panes_open_a_poll_and_a_second_cost_no_more() -> None:
    with at_rest(200, 60, failing(), calm=False) as (terminal, server, run):
        terminal.send("ggssss")
        terminal.wait_for("sort: attention")
        for pane in ("3 Failures 1", "4 Events", "1 Groups 4", "2 Specs 73", "─ Spec ─"):
            terminal.wait_for(pane)
        # What is asked once for it, and answered here with nothing of use, is over by then.
        terminal.bytes_over(4.0)
        assert max(terminal.bytes_over(1.0) for _ in range(5)) <= 150
        before = len(terminal.raw)
        server.says(enveloped(moved_on(run, range(8))))
        terminal.send("r")
        terminal.wait_for("3/12")
        terminal.settle()
        assert sum(" 3/12" in line for line in terminal.text().splitlines()) == 8
        assert 0 < len(terminal.raw) - before <= 1024


def test_a_cursor_move_costs_little_and_a_page_not_much() -> None:
    with at_rest(120, 40) as (terminal, _, _):
        terminal.send("j")
        terminal.settle()
        before = len(terminal.raw)
        terminal.send("j")
        terminal.settle()
        moved = len(terminal.raw) - before
        terminal.send("\x1b[6~")
        terminal.settle()
        assert 0 < moved <= 600
        assert 0 < len(terminal.raw) - before - moved <= 5 * 1024


def test_the_list_of_runs_costs_what_changed_in_it() -> None:
    with Simulator.start("busy", speed=5) as simulator:
        env = {"CURRENTS_API_KEY": simulator.read_only_key, "CURRENTS_TUI_API_URL": simulator.url}
        with program("--project", simulator.project_id, "-i", "3600", "--calm", env=env) as terminal:
            terminal.wait_for(lambda text: "0 Runs 11" in text and "q quit" in text)
            terminal.send("p")
            terminal.wait_for("PAUSED")
            terminal.settle()
            # Between two ticks nothing is written; a tick writes the clock and what goes on.
            assert max(terminal.bytes_over(1.0) for _ in range(6)) <= 150
            before = len(terminal.raw)
            terminal.send("r")
            terminal.settle(1.0)
            assert 0 < len(terminal.raw) - before <= 1024
