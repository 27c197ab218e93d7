"""From a key to the bytes that move the cursor, while ten thousand specs are polled each second.

A test stands on this too, with fewer keys and more patience: `tests/cli/test_promises.py`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tests.bench.figure import Figure
from tests.bench.growth import HUNDRED, states
from tests.bench.rig import Rig, Service, Story
from tests.cli.serving import in_thread
from tests.documents import RUN_ID, a_run
from tests.terminal import Terminal

SAMPLES = 200
GOLDEN = 0.618_033_988_75


def paint(rig: Rig) -> Iterator[Figure]:
    """Keys at moments that no poll keeps step with."""
    with ten_thousand_specs(rig.program) as terminal:
        taken = sorted(seconds_to_paint(terminal, number) for number in range(SAMPLES))
    ranks = (("p50", SAMPLES // 2, 20), ("p95", SAMPLES * 95 // 100, 40), ("the slowest", -1, 500))
    for name, rank, most in ranks:
        yield Figure(
            kind="paint",
            what=f"key to paint, 10,000 specs, polled each second, {name}",
            value=1000 * taken[rank],
            unit="ms",
            most=most,
            how=f"of {SAMPLES} keys",
            why="A key waits where the answer to a poll is being worked out.",
        )


@contextmanager
def ten_thousand_specs(program: Callable[..., Terminal]) -> Iterator[Terminal]:
    """`program` on a run in which a hundred of 10,000 specs are others each second."""
    story = Story(a_run(states(10_000, len(HUNDRED))))
    answers = [story.after(HUNDRED) for _ in range(4)]
    with in_thread(Service(answers[:1])) as service:
        service.says_in_turn(answers)
        with program(RUN_ID, "--api-url", service.url, "-i", "1", cols=120, rows=40) as terminal:
            terminal.wait_for(lambda text: "Specs 10,000" in text and "q quit" in text)
            terminal.bytes_over(8.0)  # what is asked once has been, and the outlook is there
            yield terminal


def seconds_to_paint(terminal: Terminal, number: int) -> float:
    """Until key `number` has moved the cursor: up and down over the first rows, so that nothing scrolls."""
    terminal.bytes_over(0.04 + 0.08 * (number * GOLDEN % 1))
    before, sent = cursor_row(terminal), time.perf_counter()
    terminal.send("j" if number // 8 % 2 == 0 else "k")
    terminal.wait_until(lambda: cursor_row(terminal) not in (None, before), "the cursor's move")
    return terminal.read_at - sent


def cursor_row(terminal: Terminal) -> int | None:
    """The row on which the cursor stands in the pane that has the focus."""
    buffer = terminal.screen.buffer
    rows = (y for y in range(terminal.screen.lines) if buffer[y][0].data == "┃" and buffer[y][1].data == ">")
    return next(rows, None)
