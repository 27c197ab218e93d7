"""What is written while nothing changes: a bare second, at 80x24, where links are slow."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

from tests.bench.figure import Figure
from tests.bench.github import GitHub
from tests.bench.polls import Update, costs
from tests.bench.rig import Rig, Service, Story, bytes_side_by_side, median
from tests.cli.serving import in_thread
from tests.documents import RUN_ID, USUAL, a_run
from tests.terminal import Terminal

SETTLED_AFTER = 6.0
TICKS = 3
TICKING = "8 running specs tick"
REMOTE = {"SSH_CONNECTION": "192.0.2.1 50000 192.0.2.2 22"}
SETTINGS: tuple[tuple[str, dict[str, str], float, float], ...] = (
    ("", {}, 60.0, 150.0),
    (", calm (over SSH)", REMOTE, 12.0, 30.0),
)


def idle(rig: Rig) -> Iterator[Figure]:
    """All programs at once, each polling every 5 s an answer that stays the same."""
    seconds, settled_after = (10.0, 2.0) if rig.short else (30.0, SETTLED_AFTER)
    with ExitStack() as stack:
        service = stack.enter_context(in_thread(Service([Story(a_run(USUAL)).told()])))
        ours = [
            (what, most, stack.enter_context(_ours(rig, service, env, hidden=hidden)))
            for name, env, none, some in SETTINGS
            for what, most, hidden in (
                (f"nothing changes, no running spec in sight{name}", none, True),
                (f"nothing changes, {TICKING}{name}", some, False),
            )
        ]
        others = {} if rig.short else _others(rig, stack, service)
        terminals = [*(terminal for _, _, terminal in ours), *others.values()]
        bytes_side_by_side(terminals, settled_after)
        told = bytes_side_by_side(terminals, seconds)
        ticks = {} if rig.short else {what: _ticks(terminal) for what, _, terminal in ours}
    beside = {name: count / seconds for name, count in zip(others, told[len(ours) :], strict=True)}
    for (what, most, _), count in zip(ours, told[: len(ours)], strict=True):
        yield Figure(
            kind="idle",
            what=f"{what}, 80x24",
            value=count / seconds,
            unit="B/s",
            most=most,
            beside=beside if TICKING in what else {},
            how=f"all of {seconds:g} s, polled each 5 s",
            why=_why(ticks.get(what, [])),
        )


def _ticks(terminal: Terminal) -> list[Update]:
    """What the next ticks cost, after what was left unread while others were looked at."""

    def tick(_: int) -> None:
        terminal.wait_until(lambda: terminal.pump(1.0), "a tick")
        terminal.settle(0.2)

    terminal.settle(0.2)
    return costs(terminal, TICKS, tick)


def _why(ticks: list[Update]) -> str:
    if not ticks:
        return ""
    written, least = median(tick.written for tick in ticks), median(tick.least for tick in ticks)
    return f"One tick is {written:.0f} B, of {least:.0f} B that are the least possible."


def _ours(rig: Rig, service: Service, env: dict[str, str], *, hidden: bool) -> Terminal:
    terminal = rig.program(RUN_ID, "--api-url", service.url, "-i", "5", cols=80, rows=24, env=env)
    terminal.wait_for(lambda text: "Specs 73" in text and "q quit" in text)
    if hidden:
        terminal.send("G")
        terminal.wait_for(lambda text: " RUN " not in text)
    else:
        terminal.wait_for(lambda text: text.count(" RUN ") >= 8)
    return terminal


def _others(rig: Rig, stack: ExitStack, service: Service) -> dict[str, Terminal]:
    others = {"DataTable": stack.enter_context(rig.peers.table(service.url, 5.0, cols=80, rows=24))}
    others["DataTable"].wait_for("tests passed")
    if rig.peers.has("gh run watch"):
        hub = stack.enter_context(in_thread(GitHub(rig.folder / "github-idle")))
        others["gh run watch"] = stack.enter_context(rig.peers.gh(hub.socket, 5, cols=80, rows=24))
        others["gh run watch"].wait_for("e2e (9)")
    if rig.peers.has("watch, curl, jq"):
        others["watch, curl, jq"] = stack.enter_context(rig.peers.curl(service.url, 5.0, cols=80, rows=24))
        others["watch, curl, jq"].wait_for("0/12")
    return others
