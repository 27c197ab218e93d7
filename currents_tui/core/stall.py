"""Which running specs are silent for much longer than specs of their kind take."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct

from currents_tui.core.board import Board, SpecRow
from currents_tui.core.file_key import file_key
from currents_tui.core.history import History
from currents_tui.core.model import Run
from currents_tui.core.words import counted, span

FACTOR = 3.0
"""Medians of silence from which on a spec is called stuck."""
FLOOR = 60.0
"""Seconds of silence that are never called stuck: specs that take seconds jump around."""
LIMIT_SHARE = 0.1
"""The same, as a share of the silence after which the service gives the run up: said later, it is no help."""
RUNS_NEEDED = 2
"""Earlier runs of a file from which on it is measured by itself, and not by its group."""


class Sign(Struct, frozen=True, gc=False):
    """The last sign of life of a running spec that this program saw itself."""

    reported: int
    at: datetime | None
    """When it was seen to begin or its count to move, by our own clock, as is the silence that is measured
    from there; None as long as neither was seen."""
    is_start: bool = False
    """Whether that is when it was seen to begin."""


def heard_of(before: Mapping[str, Sign], key: str, at: datetime) -> Mapping[str, Sign]:
    """The signs, with what is known of the spec's tests: one of them ended at that moment."""
    sign = before.get(key)
    if sign is None or (sign.at is not None and sign.at >= at):
        return before
    return {**before, key: Sign(sign.reported, at)}


class Stall(Struct, frozen=True):
    row: SpecRow
    silent: float
    """Seconds."""
    since: datetime
    """When it was last heard of."""
    median: float
    """Seconds that it is measured by."""
    seen: bool
    """Whether its last result was seen, or only its start is known."""
    of: str = "specs of its group"
    """Whose median that is: "specs of webkit", "this spec in 3 runs"."""

    @property
    def factor(self) -> float:
        return self.silent / self.median if self.median else 0.0

    @property
    def usual(self) -> str:
        """ "specs of webkit take 0:22", "this spec in 3 runs took 0:22"."""
        return f"{self.of} {'took' if self.of.startswith(_THIS) else 'take'} {span(self.median)}"


_THIS = "this spec"


def signs(before: Mapping[str, Sign] | None, board: Board, at: datetime) -> dict[str, Sign]:
    """The signs of life after an answer that arrived `at`; only running specs have one.

    `before` are those after the answer before it, or None where this is the first one.
    """
    if before is None:
        return {row.key: Sign(row.spec.stats.reported, None) for row in board.running}
    return {row.key: _sign(before.get(row.key), row.spec.stats.reported, at) for row in board.running}


def _sign(known: Sign | None, reported: int, at: datetime) -> Sign:
    if known is None:
        return Sign(reported, at, is_start=not reported)
    return known if known.reported == reported else Sign(reported, at)


def stalls(
    board: Board,
    seen: Mapping[str, Sign],
    now: datetime,
    floor: float = FLOOR,
    *,
    run: Run | None = None,
    history: History | None = None,
    otherwise: float | None = None,
) -> tuple[Stall, ...]:
    """The stuck specs, the longest silent first. Without anything to measure it by none is called so.

    `floor` is in seconds; where time is made to run faster, so is it. `otherwise` is as in `time_limit`.
    """
    found: list[Stall] = []
    for row in board.running:
        usual = _usual(board, row, run, history)
        if usual is None or row.since is None:
            continue
        sign = seen.get(row.key)
        since = max(row.since, sign.at) if sign is not None and sign.at is not None else row.since
        silent = (now - since).total_seconds()
        limit = time_limit(run, row, history, otherwise) if run is not None else None
        median, of = usual
        if silent > max(least_silence(floor, limit), FACTOR * median):
            seen_itself = sign is not None and sign.at is not None and not sign.is_start
            found.append(Stall(row, silent, since, median, seen_itself, of))
    return tuple(sorted(found, key=lambda stall: -stall.silent))


def least_silence(floor: float, limit: float | None) -> float:
    """Seconds of silence that are nothing to speak of, where the service gives a run up after `limit`."""
    return floor if limit is None else min(floor, LIMIT_SHARE * limit)


def _usual(board: Board, row: SpecRow, run: Run | None, history: History | None) -> tuple[float, str] | None:
    """What the spec is measured by, in seconds, and whose median that is.

    By itself where several earlier runs know it. A single one can have been an odd one: then it counts
    only where it gives the spec more time than its group does.
    """
    group = row.spec.group_id or ""
    of_group = board.medians.get(group)
    others = f"specs of {group or 'its group'}"
    key = file_key(run, row.spec) if run is not None else None
    own = history.typical(key) if history is not None and key is not None else None
    if own is not None and history is not None and key is not None:
        runs = history.seen(key)
        if runs >= RUNS_NEEDED or own > (of_group or 0.0):
            return own, f"{_THIS} in {counted(runs, 'run')}"
    return None if of_group is None else (of_group, others)


def stall_of(row: SpecRow, found: tuple[Stall, ...]) -> Stall | None:
    """The stall of `row` among those `found`."""
    return next((stall for stall in found if stall.row.key == row.key), None)


def time_limit(
    run: Run, row: SpecRow | None, history: History | None = None, otherwise: float | None = None
) -> float | None:
    """After how many seconds of silence the service gives the run up; None where nobody tells.

    The spec tells it, else the run, else the project, else `otherwise`, which is what a person has set.
    """
    told = (row.spec.inactivity_timeout_ms if row is not None else None) or run.timeout.timeout_value_ms
    if told:
        return told / 1000
    of_project = history.inactivity_limit if history is not None else None
    return of_project or otherwise
