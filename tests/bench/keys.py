"""What a key costs on the wire, and how far that is from the least that can be written."""

from __future__ import annotations

from collections.abc import Iterator

from tests.bench.figure import Figure
from tests.bench.polls import costs, multiple
from tests.bench.rig import Rig, Service, Story, median, rest
from tests.cli.serving import in_thread
from tests.documents import a_run
from tests.terminal import Terminal

PAGE_DOWN = "\x1b[6~"
MANY = ("run",) * 8 + ("pass",) * 392
KEYS: tuple[tuple[str, str, float], ...] = (
    ("one cursor move", "j", 400.0),
    ("one page down", PAGE_DOWN, 5 * 1024),
)
ROUNDS = 5
TWO_LINES = "Two lines of 118 cells change their background: the least possible is {:.0f} B."


def keys(rig: Rig) -> Iterator[Figure]:
    """One cursor move within the page and one page down, at 120x40."""
    for what, key, most in KEYS:
        story = Story(a_run(MANY))
        with rig.at_rest(story) as (terminal, _):
            terminal.send("j")  # the line about the row is drawn from the first move on
            rest(terminal)

            def press(number: int) -> None:
                terminal.send(key)  # noqa: B023
                rest(terminal)

            taken = costs(terminal, ROUNDS, press)
        beside = {} if rig.short else {"DataTable": _table(rig, key)}
        least = median(one.least for one in taken)
        yield Figure(
            kind="keys",
            what=f"{what}, 120x40",
            value=median(one.written for one in taken),
            unit="B",
            most=most,
            beside=beside,
            how=f"median of {ROUNDS}",
            why=TWO_LINES.format(least) if key == "j" else "",
        )
        yield multiple("keys", what, taken, 2.0)


def _table(rig: Rig, key: str) -> float:
    story = Story(a_run(("pass",) * 400))  # nothing runs, so nothing ticks
    with in_thread(Service([story.told()])) as service, rig.peers.table(service.url, 3600.0) as terminal:
        terminal.wait_for("tests passed")
        terminal.settle(0.5)
        return median(_pressed(terminal, key) for _ in range(ROUNDS))


def _pressed(terminal: Terminal, key: str) -> int:
    before = len(terminal.raw)
    terminal.send(key)
    terminal.wait_until(lambda: len(terminal.raw) > before, "an answer to a key")
    terminal.settle(0.3)
    return len(terminal.raw) - before
