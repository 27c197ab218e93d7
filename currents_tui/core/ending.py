"""When watching a run without a screen is over, and why."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Final

from msgspec import Struct

from currents_tui.core.events import PollFailed
from currents_tui.core.model import Run
from currents_tui.core.problem import Kind
from currents_tui.core.progress import totals
from currents_tui.core.silence import last_sign
from currents_tui.core.watched import Watched, heard_until
from currents_tui.core.words import span

FIRST_ANSWER_WITHIN: Final = 60.0
"""Seconds without any answer after which it gives up: an address or a proxy is wrong."""
ANSWER_WITHIN: Final = 15 * 60.0
"""Seconds without an answer, once there was one, after which it gives up."""
GONE_AFTER: Final = 2
"""Times in a row that a run which was there is not found before it is taken as deleted."""

_HOPELESS = (Kind.KEY_REFUSED, Kind.BAD_KEY, Kind.FORBIDDEN, Kind.BAD_SETTING)


class Why(StrEnum):
    """Why watching has ended. The value is the word for programs."""

    OVER = "over"
    FAILED = "first-failure"
    TIMEOUT = "timeout"
    STUCK = "stuck"
    NOT_STARTED = "not-started"
    GONE = "gone"
    REFUSED = "refused"
    NO_ANSWER = "no-answer"


class Ending(Struct, frozen=True):
    why: Why
    words: str = ""
    """What there is to say beyond the run's verdict."""
    trouble: Kind | None = None


class Terms(Struct, frozen=True, kw_only=True):
    """What was asked for. Every time is in seconds, and None where there is no limit."""

    timeout: float | None = None
    fail_fast: bool = False
    wait_for_start: float | None = None
    fail_on_stuck: float | None = None


def ending(
    watched: Watched, terms: Terms, began: datetime, moved: datetime | None, now: datetime
) -> Ending | None:
    """Why watching is over at `now`, or None while it is not.

    It `began` at that moment; at `moved` the run was last seen to change.
    """
    run, waited = watched.run, (now - began).total_seconds()
    found = _trouble_ends(watched, terms, began, now)
    if found is None and run is not None and watched.board is not None:
        found = _run_ends(run, watched, terms, waited) or _stuck_ends(watched, run, terms, moved, now)
    if found is None and terms.timeout is not None and waited >= terms.timeout:
        found = Ending(Why.TIMEOUT, _at_timeout(watched, terms.timeout))
    return found


def _at_timeout(watched: Watched, limit: float) -> str:
    trouble = watched.trouble
    if watched.run is not None:
        return f"The run is still in progress after {span(limit)} of watching."
    if trouble is None:
        return f"No answer in {span(limit)} of watching."
    missing = "The run was not there after" if trouble.kind is Kind.NOT_FOUND else "No answer in"
    return f"{missing} {span(limit)} of watching. {_sentence(trouble)}"


def _trouble_ends(watched: Watched, terms: Terms, began: datetime, now: datetime) -> Ending | None:
    trouble = watched.trouble
    if watched.run is not None and watched.run.deleted_at is not None:
        return Ending(Why.GONE, "The run was deleted.", Kind.NOT_FOUND)
    if trouble is None:
        return None
    words = _sentence(trouble)
    if trouble.kind in _HOPELESS:
        return Ending(Why.REFUSED, words, trouble.kind)
    if trouble.kind is Kind.NOT_FOUND:
        return _gone(watched, trouble, terms, (now - began).total_seconds())
    silent_since, limit = watched.as_of, ANSWER_WITHIN
    if silent_since is None:
        # A run that is waited for may not have been there all the while, and that was an answer.
        silent_since, limit = began, FIRST_ANSWER_WITHIN + (terms.wait_for_start or 0.0)
    if (now - silent_since).total_seconds() < limit:
        return None
    return Ending(Why.NO_ANSWER, f"No answer for {span(limit)}. {words}", trouble.kind)


def _gone(watched: Watched, trouble: PollFailed, terms: Terms, waited: float) -> Ending | None:
    words = _sentence(trouble)
    if watched.as_of is not None:
        # One answer alone may come from a part of the service that has not heard of the run yet.
        is_gone = trouble.of_its_kind >= GONE_AFTER
        return Ending(Why.GONE, f"The run was deleted. {words}", trouble.kind) if is_gone else None
    if terms.wait_for_start is not None and waited < terms.wait_for_start:
        return None
    if terms.wait_for_start is not None:
        words = f"The run was not there after {span(terms.wait_for_start)}. {words}"
    return Ending(Why.GONE, words, trouble.kind)


def _sentence(trouble: PollFailed) -> str:
    return f"{trouble.sentence} {trouble.hint}".strip()


def _run_ends(run: Run, watched: Watched, terms: Terms, waited: float) -> Ending | None:
    if watched.is_over:
        return Ending(Why.OVER)
    if terms.fail_fast and _has_failure(run):
        return Ending(Why.FAILED, "A test has failed; the run goes on.")
    limit = terms.wait_for_start
    if limit is not None and waited >= limit and not any(spec.claimed_at for spec in run.specs):
        return Ending(Why.NOT_STARTED, f"Nothing of the run has started in {span(limit)}.")
    return None


def _has_failure(run: Run) -> bool:
    sums = totals(run)
    return bool(sums.failed or sums.skipped or (run.status or "").upper() == "FAILING")


def _stuck_ends(
    watched: Watched, run: Run, terms: Terms, moved: datetime | None, now: datetime
) -> Ending | None:
    limit, heard = terms.fail_on_stuck, heard_until(watched, now)
    if limit is None or heard is None or watched.board is None:
        return None
    for row in watched.board.running:
        sign = watched.signs.get(row.key)
        signs = [at for at in (row.since, sign.at if sign is not None else None) if at is not None]
        silent = (heard - max(signs)).total_seconds() if signs else 0.0
        if silent >= limit:
            machine = f" on {row.machine}" if row.machine else ""
            return Ending(Why.STUCK, f"{row.spec.spec or 'A spec'}{machine} is silent for {span(silent)}.")
    if watched.board.running:
        return None
    last = max([at for at in (moved, last_sign(watched.board, run)) if at is not None], default=None)
    silent = (heard - last).total_seconds() if last is not None else 0.0
    if silent >= limit:
        return Ending(Why.STUCK, f"No spec is running, and nothing has happened for {span(silent)}.")
    return None
