"""When a run is over, about: how long it still takes, and how far off that may be.

What is left is laid out on the machines at work, again and again, each time with other durations from
what is known of such specs. The durations are no random numbers but one from each part of their spread,
so that the same answer gives the same forecast.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from math import floor, log2

from msgspec import Struct, structs

from currents_tui.core.board import Board
from currents_tui.core.history import History
from currents_tui.core.layout import Laid
from currents_tui.core.model import Run
from currents_tui.core.outlook import Outlook, outlook
from currents_tui.core.spread import normal
from currents_tui.core.words import about, counted, estimate

LOW, HIGH = 0.04, 0.96
"""The quantiles that the range runs between."""
EFFORT = 1600
"""Durations that are drawn for a forecast, about: more of them take longer than a tick should."""
DRIFT = 0.05
"""How far all durations of a run may still move together."""
STEP_SHARE = 0.015
"""The part of the run so far in which a forecast does not change but for the time that passes."""


class Forecast(Struct, frozen=True):
    """Seconds until the last spec is reported."""

    seconds: float
    """As likely too long as too short."""
    low: float
    high: float
    basis: str
    """What it is made from: "from 3 earlier runs", "from this run"."""
    without: tuple[str, ...] = ()
    """Machines whose specs are left out, for they are stuck."""

    @property
    def short(self) -> str:
        """ "~5m", or "~5m without w2" where that one holds up the end."""
        return f"{about(self.seconds)}{self._without}"

    @property
    def words(self) -> str:
        """ "~5m (4-7m)", or "~5m (4-7m) without w2"."""
        return f"{estimate(self.seconds, self.low, self.high)}{self._without}"

    @property
    def to_go(self) -> str:
        """ "~5m (4-7m) to go", or "~5m (4-7m) to go without w2"."""
        return f"{estimate(self.seconds, self.low, self.high)} to go{self._without}"

    @property
    def _without(self) -> str:
        if not self.without:
            return ""
        more = len(self.without) - 1
        return f" without {self.without[0] or '?'}{f' and {more} more' if more else ''}"


def forecast(
    board: Board, run: Run, history: History | None, now: datetime, stuck: Collection[str] = ()
) -> Forecast | None:
    """When `run` is over; None where it is, or where there is too little to go by.

    `stuck` are the keys of specs that are not waited for: what is told is the end of everything else.
    """
    if board.verdict.is_over:
        return None
    foresee(board, run, history, stuck)
    kept: _Kept = board.__dict__["forecasts"]
    return kept.at(now.timestamp())


LARGE = 1000
"""Specs from which on the outlook takes so long that no screen should wait for it."""
LEAST_STEP, LARGE_STEP = 1.0, 8.0
"""Seconds in which a forecast at least does not change but for the time that passes, of a large run too."""


def foresee(
    board: Board,
    run: Run,
    history: History | None,
    stuck: Collection[str] = (),
    now: datetime | None = None,
) -> None:
    """Work out what needs no clock, and keep it with the answer. 10,000 specs take 50 ms; in any thread.

    With `now` it is laid out at once, so that nobody has to who shows it.
    """
    if not is_foreseen(board, history, stuck):
        left_out = frozenset(stuck)
        step = LARGE_STEP if len(board.rows) > LARGE else LEAST_STEP
        kept = _Kept(history, left_out, outlook(board, run, history, left_out), step)
        if now is not None:
            kept.at(now.timestamp())
        board.__dict__["forecasts"] = kept


def is_foreseen(board: Board, history: History | None, stuck: Collection[str] = ()) -> bool:
    """Whether `foresee` has nothing left to do."""
    kept: _Kept | None = board.__dict__.get("forecasts")
    return (
        kept is not None
        and not kept.is_outdated
        and kept.history is history
        and kept.stuck == frozenset(stuck)
    )


def is_soon_enough(board: Board, history: History | None, now: datetime) -> bool:
    """Whether what is foreseen will do although it is not of the last answer: of a run that goes on for
    minutes already, a forecast does not become another one with each answer.
    """
    kept: _Kept | None = board.__dict__.get("forecasts")
    return kept is not None and kept.history is history and kept.is_of_step(now.timestamp())


def foreseen(
    board: Board, run: Run, history: History | None, now: datetime, stuck: Collection[str] = ()
) -> Forecast | None:
    """What `forecast` says or, of a large run, what it would have said by what is worked out already."""
    if board.verdict.is_over:
        return None
    if len(board.rows) <= LARGE:
        return forecast(board, run, history, now, stuck)
    kept = board.__dict__.get("forecasts")
    return kept.at(now.timestamp()) if kept is not None else None


def handed_on(before: Board | None, after: Board) -> Board:
    """`after`, with what `before` foresaw until that is worked out anew."""
    kept = before.__dict__.get("forecasts") if before is not None else None
    if kept is not None and len(after.rows) > LARGE:
        after.__dict__["forecasts"] = kept.outdated()
    return after


class _Kept:
    """The forecasts made of one answer."""

    def __init__(
        self, history: History | None, stuck: frozenset[str], known: Outlook | None, least_step: float
    ) -> None:
        self.history = history
        self.stuck = stuck
        self._known = known
        self._least_step = least_step
        self._first: float | None = None
        """When it was laid out first."""
        self._last: tuple[float, Forecast | None] | None = None
        self.is_outdated = False

    def outdated(self) -> _Kept:
        """The same, of an answer that is not the last one any more."""
        told = _Kept(self.history, self.stuck, self._known, self._least_step)
        told._first, told._last, told.is_outdated = self._first, self._last, True
        return told

    def at(self, now: float) -> Forecast | None:
        """The forecast at `now`, laid out anew only when that could make it another one."""
        known = self._known
        if known is None:
            return None
        made_at = self._step_of(known, now)
        if self._last is None:
            self._first = made_at
        if self._last is None or (self._last[0] != made_at and not self.is_outdated):
            self._last = made_at, _laid_out(known, made_at, self.stuck)
        made_at, made = self._last
        return _later(made, now - made_at) if made is not None else None

    def is_of_step(self, now: float) -> bool:
        """Whether it was made in the step of time that `now` is in."""
        return self._known is not None and self._first == self._step_of(self._known, now)

    def _step_of(self, known: Outlook, now: float) -> float:
        """When the step of time began in which the forecast does not change, in seconds since the epoch."""
        # Powers of two, so that a step stays what it is while the run goes on.
        step = 2.0 ** floor(log2(max(self._least_step, STEP_SHARE * (now - known.began))))
        return now - now % step


def _later(made: Forecast, passed: float) -> Forecast:
    seconds, low, high = (max(0.0, left - passed) for left in (made.seconds, made.low, made.high))
    return structs.replace(made, seconds=seconds, low=low, high=high)


def _laid_out(known: Outlook, now: float, stuck: frozenset[str]) -> Forecast | None:
    pools = [Laid(pool, known, now, stuck) for pool in known.pools]
    without = tuple(name for pool in pools for name in pool.without)
    # What waits for a machine that is stuck waits for ever, unless another one serves its group.
    pools = [pool for pool in pools if pool.has_work and (pool.is_alive or not pool.without)]
    if not pools or not any(pool.is_alive for pool in pools):
        return None
    ends = _ends(pools)
    basis = f"from {counted(known.runs, 'earlier run')}" if known.runs else "from this run"
    return Forecast(
        seconds=_quantile(ends, 0.5),
        low=_quantile(ends, LOW),
        high=_quantile(ends, HIGH),
        basis=basis,
        without=tuple(sorted(set(without))),
    )


def _ends(pools: Sequence[Laid]) -> list[float]:
    """Seconds until the end, in as many ways as there is time to lay the rest out; the shortest first."""
    tasks = sum(pool.drawn for pool in pools)
    ways = next((ways for ways in (32, 16) if ways * tasks <= EFFORT), 8)
    numbers = normal(ways)
    ends = [0.0] * ways
    for place, pool in enumerate(pools):
        room = max(pool.width, EFFORT // (ways * len(pools)))
        for way, end in enumerate(pool.ends(ways, numbers, place, room)):
            ends[way] = max(ends[way], end)
    drift = [numbers[(5 * way + 3) % ways] for way in range(ways)]
    return sorted(end * (1.0 + DRIFT * moved) for end, moved in zip(ends, drift, strict=True))


def _quantile(ends: Sequence[float], share: float) -> float:
    place = min(max(share * len(ends) - 0.5, 0.0), len(ends) - 1.0)
    low = int(place)
    high = min(low + 1, len(ends) - 1)
    return ends[low] + (place - low) * (ends[high] - ends[low])
