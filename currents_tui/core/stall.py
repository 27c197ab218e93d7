"""Which running specs are silent for much longer than specs of their kind take."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from msgspec import Struct

from currents_tui.core.board import Board, SpecRow
from currents_tui.core.model import Run

FACTOR = 3.0
"""Medians of silence from which on a spec is called stuck."""

FLOOR = 60.0
"""Seconds of silence that are never called stuck: specs that take seconds jump around."""


class Sign(Struct, frozen=True, gc=False):
    """The last sign of life of a running spec that this program saw itself."""

    reported: int
    at: datetime | None
    """When the count was seen to move; None until it has."""


class Stall(Struct, frozen=True):
    row: SpecRow
    silent: float
    """Seconds."""
    median: float
    """Seconds a spec of this group takes."""
    seen: bool
    """Whether its last result was seen, or only its start is known."""

    @property
    def factor(self) -> float:
        return self.silent / self.median if self.median else 0.0


def signs(before: Mapping[str, Sign], board: Board, at: datetime) -> dict[str, Sign]:
    """The signs of life after an answer that arrived `at`; only running specs have one."""
    now: dict[str, Sign] = {}
    for row in board.running:
        reported = row.spec.stats.reported
        known = before.get(row.key)
        moved = known is not None and known.reported != reported
        now[row.key] = Sign(reported, at if moved else known.at if known else None)
    return now


def stalls(board: Board, seen: Mapping[str, Sign], now: datetime, floor: float = FLOOR) -> tuple[Stall, ...]:
    """The stuck specs, the longest silent first. Without a median for its group none is called so.

    `floor` is in seconds; where time is made to run faster, so is it.
    """
    found: list[Stall] = []
    for row in board.running:
        typical = board.medians.get(row.spec.group_id or "")
        if typical is None or row.since is None:
            continue
        sign = seen.get(row.key)
        heard = sign.at if sign else None
        silent = (now - max(row.since, heard or row.since)).total_seconds()
        if silent > max(floor, FACTOR * typical):
            found.append(Stall(row=row, silent=silent, median=typical, seen=heard is not None))
    return tuple(sorted(found, key=lambda stall: -stall.silent))


def stall_of(row: SpecRow, found: tuple[Stall, ...]) -> Stall | None:
    """The stall of `row` among those `found`."""
    return next((stall for stall in found if stall.row.key == row.key), None)


def time_limit(run: Run, row: SpecRow) -> timedelta | None:
    """After how much silence the service gives the run up, where the answer tells it."""
    told = row.spec.inactivity_timeout_ms or run.timeout.timeout_value_ms
    return timedelta(milliseconds=told) if told else None
