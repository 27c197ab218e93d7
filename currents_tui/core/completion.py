"""Whether a run is still going, in whichever spelling the service says so.

Real answers say IN_PROGRESS, COMPLETE, CANCELED and TIMEOUT; the service's own OpenAPI document says
incomplete, complete, cancelled and timedOut. Both are read, whatever their case.
"""

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
