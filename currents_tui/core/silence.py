"""Whether anything is heard of a run at all: killed CI jobs do not tell the service that they are gone."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from msgspec import Struct

from currents_tui.core.board import Board
from currents_tui.core.history import History
from currents_tui.core.model import Run, Spec
from currents_tui.core.stall import FLOOR, Sign, Stall, least_silence, time_limit
from currents_tui.core.words import span

QUIET = 300.0
"""Seconds without a running spec that are nothing to speak of: a CI machine takes minutes to come."""
QUIET_SHARE = 0.25
"""The same, as a share of the silence after which the service gives the run up."""


class Silence(Struct, frozen=True):
    """Nothing is heard of a whole run."""

    since: datetime
    silent: float
    """Seconds."""
    limit: float | None
    """Seconds of silence after which the service gives it up, where that is known."""
    is_sure: bool
    """Whether nothing was heard since; else there may have been a later sign, before anybody looked."""

    @property
    def words(self) -> str:
        """ "no sign of life for 14:05, TIMEOUT in 15:55"."""
        due = due_words(self.limit - self.silent if self.limit is not None else None, self.is_sure)
        return f"no sign of life for {span(self.silent)}{f', {due}' if due else ''}"


def due_words(left: float | None, is_sure: bool) -> str:
    """ "TIMEOUT in 15:55", with `left` in seconds; empty where nothing is known."""
    if left is None:
        return ""
    if not is_sure:
        # Something may have been heard later than is known, and then it takes longer.
        return f"TIMEOUT in {span(left)} at the earliest" if left > 0 else ""
    return f"TIMEOUT in {span(left)}" if left > 0 else "TIMEOUT due"


def silence(
    board: Board,
    run: Run,
    seen: Mapping[str, Sign],
    stuck: Collection[Stall],
    now: datetime,
    *,
    history: History | None = None,
    otherwise: float | None = None,
    pace: float = 1.0,
) -> Silence | None:
    """The silence of a run of which nothing runs, or nothing but what is `stuck`; None while it lives.

    `otherwise` is the limit that a person has set, in seconds; `pace` is how much faster than life it goes.
    """
    keys = {stall.row.key for stall in stuck}
    if board.verdict.is_over or any(row.key not in keys for row in board.running):
        return None
    heard = [at for sign in seen.values() if (at := sign.at) is not None]
    since = max([at for at in (last_sign(board, run), *heard) if at is not None], default=None)
    if since is None:
        return None
    limit = limit_of(board, run, history, otherwise)
    silent = (now - since).total_seconds()
    if board.running:
        least = least_silence(FLOOR / pace, limit)
    else:
        least = QUIET / pace if limit is None else min(QUIET / pace, QUIET_SHARE * limit)
    if silent < least:
        return None
    # What had reported before anybody looked reported at some moment that is not known.
    unknown = [row for row in board.running if row.spec.stats.reported and not _moved(seen, row.key)]
    return Silence(since=since, silent=silent, limit=limit, is_sure=not unknown)


def limit_of(
    board: Board, run: Run, history: History | None = None, otherwise: float | None = None
) -> float | None:
    """After how many seconds of silence the service gives the run up, by what runs in it; as `time_limit`."""
    limits = [time_limit(run, row, history, otherwise) for row in board.running or (None,)]
    return max([told for told in limits if told is not None], default=None)


def _moved(seen: Mapping[str, Sign], key: str) -> bool:
    sign = seen.get(key)
    return sign is not None and sign.at is not None


def last_sign(board: Board, run: Run) -> datetime | None:
    """The latest moment that `run` itself tells of, kept with the answer's `board`: it is asked for at every
    draw of a run in which nothing moves.
    """
    kept = board.__dict__
    if "last_sign" not in kept:
        told = [at for row in board.rows for at in _moments(row.spec) if at is not None]
        kept["last_sign"] = max(told, default=run.created_at)
    last: datetime | None = kept["last_sign"]
    return last


def _moments(spec: Spec) -> tuple[datetime | None, ...]:
    return spec.claimed_at, spec.started_at, spec.ended_at
