"""What a poll, a key and a second cost on the wire, in bytes of the whole program."""

from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from statistics import median

from tests.cli.program import KEY, RUN_ID, program
from tests.cli.serving import Serving, enveloped, serving
from tests.documents import Document, a_run, counted, moved_on
from tests.simulator import Simulator
from tests.terminal import Terminal


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
        # On a slow machine two ticks can fall into one of these seconds.
        assert median(terminal.bytes_over(1.0) for _ in range(5)) <= 150
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
