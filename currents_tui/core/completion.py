"""Whether a run is still going, in whichever spelling the service says so.

Real answers say IN_PROGRESS, COMPLETE, CANCELED and TIMEOUT; the service's own OpenAPI document says
incomplete, complete, cancelled and timedOut. Both are read, whatever their case.
"""

from datetime import datetime
from enum import StrEnum

from currents_tui.core.model import Run


class Completion(StrEnum):
    IN_PROGRESS = "IN_PROGRESS"
    COMPLETE = "COMPLETE"
    CANCELED = "CANCELED"
    TIMEOUT = "TIMEOUT"
    UNKNOWN = "UNKNOWN"
    """Not told, or a word this program does not know. Never taken for an end."""

    @property
    def is_over(self) -> bool:
        """Whether no more is expected. A reset, or a new group, can still bring the run back."""
        return self in (Completion.COMPLETE, Completion.CANCELED, Completion.TIMEOUT)


_SPELLINGS = {
    "inprogress": Completion.IN_PROGRESS,
    "incomplete": Completion.IN_PROGRESS,
    "running": Completion.IN_PROGRESS,
    "failing": Completion.IN_PROGRESS,
    "complete": Completion.COMPLETE,
    "completed": Completion.COMPLETE,
    "canceled": Completion.CANCELED,
    "cancelled": Completion.CANCELED,
    "timeout": Completion.TIMEOUT,
    "timedout": Completion.TIMEOUT,
}


def completion(run: Run) -> Completion:
    """How far `run` is: by its completion state, and by its status only where that is missing.

    PASSED and FAILED say nothing here: a cancelled or timed-out run carries them as well.
    """
    word = run.completion_state or run.status or ""
    return _SPELLINGS.get("".join(filter(str.isalpha, word.lower())), Completion.UNKNOWN)


FINISHING_FOR = 300.0
"""Seconds after a cancel in which machines are expected to report what they had claimed before it."""


def is_finishing(run: Run, at: datetime) -> bool:
    """Whether `run`, as it was told `at`, was cancelled a moment ago and machines still finish their specs.

    A cancel hands out nothing more; what is claimed goes on, and its results count. Without the moment of the
    cancel nothing is expected: a run that was cancelled long ago must not look alive.
    """
    canceled_at = run.cancellation.at if run.cancellation is not None else None
    if canceled_at is None or completion(run) is not Completion.CANCELED:
        return False
    # In both directions: the service's clock is not ours.
    is_recent = abs((at - canceled_at).total_seconds()) < FINISHING_FOR
    return is_recent and any(spec.claimed_at is not None and spec.completed_at is None for spec in run.specs)
