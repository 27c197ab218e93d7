"""What a poll costs on the wire, and how far that is from the least that can be written."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from msgspec import Struct

from tests.bench.figure import Figure
from tests.bench.github import GitHub
from tests.bench.quiet import least_bytes, shot
from tests.bench.rig import Rig, Service, Story, asked, median, rest
from tests.cli.serving import in_thread
from tests.documents import a_run
from tests.terminal import Terminal

EIGHT = range(8)
HIDDEN = range(90, 98)
STATES = ("run",) * 8 + ("pass",) * 82 + ("run",) * 8 + ("wait",) * 22
ROUNDS = 7
INTERVAL = 2
"""Seconds between polls."""


class Update(Struct, frozen=True):
    """What an update cost."""

    written: int
    """Bytes."""
    least: int
    """Bytes that would have done."""


def costs(terminal: Terminal, rounds: int, update: Callable[[int], None]) -> list[Update]:
    """What each of `rounds` updates costs; `update` makes one, and returns when it has been drawn."""
    taken = []
    for number in range(rounds):
        before, written = shot(terminal.screen), len(terminal.raw)
        update(number)
        count = len(terminal.raw) - written
        taken.append(Update(count, max(1, least_bytes(before, shot(terminal.screen)))))
    return taken


def polls(rig: Rig) -> Iterator[Figure]:
    """A poll that changes eight specs in sight, and one that changes eight out of sight, at 120x40."""
    rounds = 3 if rig.short else ROUNDS
    how = f"median of {rounds} polls, not asked for by a key"
    what = "a poll that changes 8 specs in sight"
    in_sight = _eight_in_sight(rig, rounds)
    beside = {} if rig.short else _others(rig)
    yield (figure := _written(in_sight, what, 1024.0, beside, how))
    for name, share in (("DataTable", 0.1), ("gh run watch", 0.33)):
        if name in beside:
            yield Figure(
                kind="polls",
                what=f"the same, times {name}",
                value=figure.value / beside[name],
                unit="x",
                most=share,
                how="of these medians",
            )
    yield multiple("polls", what, in_sight, 1.5)
    what = "a poll that changes 8 specs out of sight"
    out_of_sight = _out_of_sight(rig, rounds)
    yield _written(out_of_sight, what, 300.0, {}, how)
    yield multiple("polls", what, out_of_sight, 1.5)


def _written(updates: list[Update], what: str, most: float, beside: dict[str, float], how: str) -> Figure:
    return Figure(
        kind="polls",
        what=f"{what}, 120x40",
        value=median(update.written for update in updates),
        unit="B",
        most=most,
        beside=beside,
        how=how,
    )


def multiple(kind: str, what: str, updates: list[Update], most: float) -> Figure:
    """How many times the least possible was written, `most` times at the most."""
    return Figure(
        kind=kind,
        what=f"{what}, times the least possible",
        value=median(update.written / update.least for update in updates),
        unit="x",
        most=most,
        how=f"median of {len(updates)}; the least is {median(u.least for u in updates):.0f} B",
    )


def _eight_in_sight(rig: Rig, rounds: int) -> list[Update]:
    story = Story(a_run())
    with rig.at_rest(story, INTERVAL) as (terminal, service):

        def poll(number: int) -> None:
            service.says(story.after(EIGHT))
            asked(terminal, service, f" {number + 1}/12 ", 8)

        return costs(terminal, rounds, poll)


def _out_of_sight(rig: Rig, rounds: int) -> list[Update]:
    """The rows in sight are others, which passed; the counters of groups and run are in sight."""
    story = Story(a_run(STATES))
    with rig.at_rest(story, INTERVAL) as (terminal, service):
        terminal.send("G")
        terminal.wait_for(lambda text: " RUN " not in text)
        rest(terminal)

        def poll(number: int) -> None:
            service.says(story.after(HIDDEN))
            asked(terminal, service, f"{12 * 82 + 8 * (number + 1):,} passed")

        return costs(terminal, rounds, poll)


def _table(rig: Rig) -> float:
    story = Story(a_run())
    with in_thread(Service([story.told()])) as service, rig.peers.table(service.url, 3600.0) as terminal:
        terminal.wait_for("tests passed")
        terminal.settle(0.3)
        return median(_table_poll(terminal, service, story, number) for number in range(ROUNDS))


def _table_poll(terminal: Terminal, service: Service, story: Story, number: int) -> int:
    """A tick draws the whole table too: what follows one is the poll's alone."""
    terminal.wait_until(lambda: terminal.pump(1.0), "a tick")
    terminal.settle(0.1)
    before, asked = len(terminal.raw), len(service.requests)
    service.says(story.after(EIGHT))
    terminal.send("r")
    terminal.wait_until(lambda: len(service.requests) > asked, "a question")
    terminal.wait_for(lambda text: text.count(f" {number + 1}/12 ") == 8)
    terminal.settle(0.1)
    return len(terminal.raw) - before


def _others(rig: Rig) -> dict[str, float]:
    others = {"DataTable": _table(rig)}
    if rig.peers.has("gh run watch"):
        others["gh run watch"] = _gh(rig)
    if rig.peers.has("watch, curl, jq"):
        others["watch, curl, jq"] = _curl(rig)
    return others


def _gh(rig: Rig) -> float:
    """Eight of its thirty jobs end with each refresh, and begin anew with the next."""
    with in_thread(GitHub(rig.folder / "github")) as hub, rig.peers.gh(hub.socket, 1) as terminal:
        terminal.wait_for("e2e (29)")
        taken = []
        for number in range(ROUNDS):
            hub.done = 8 * (number % 2 == 0)
            terminal.wait_for(lambda text: text.count("✓ e2e") == hub.done and "e2e (29)" in text)
            terminal.settle(0.3)
            refreshes = bytes(terminal.raw).split(b"\x1b[0;0H")
            taken.append(len(b"\x1b[0;0H") + len(refreshes[-1]))
        return median(taken)


def _curl(rig: Rig) -> float:
    story = Story(a_run())
    with in_thread(Service([story.told()])) as service, rig.peers.curl(service.url, 2.0) as terminal:
        terminal.wait_for("0/12")
        taken = []
        for number in range(ROUNDS):
            terminal.settle(0.3)
            before = len(terminal.raw)
            service.says(story.after(EIGHT))
            sign = f" {number + 1}/12"
            terminal.wait_for(lambda text: text.count(sign) == 8)  # noqa: B023
            terminal.settle(0.3)
            taken.append(len(terminal.raw) - before)
        return median(taken)
