"""A run's verdict as an exit status."""

from __future__ import annotations

from currents_tui.cli.exit_codes import Exit
from currents_tui.core.completion import Completion, completion
from currents_tui.core.model import Run

_OVER = {Completion.CANCELED: Exit.CANCELED, Completion.TIMEOUT: Exit.TIMED_OUT}
_COMPLETE = {"PASSED": Exit.OK, "FAILED": Exit.FAILED}
_VERDICTS = (Exit.FAILED, Exit.CANCELED, Exit.TIMED_OUT, Exit.STILL_RUNNING, Exit.STUCK)


def unless_verdict(status: Exit) -> Exit:
    """`status` where it tells of trouble: for whoever does not want to fail with the run."""
    return Exit.OK if status in _VERDICTS else status


def for_run(run: Run) -> Exit:
    """What the verdict of `run` is as an exit status; UNKNOWN for an end in words nobody knows."""
    if run.deleted_at is not None:
        return Exit.NOT_FOUND
    state = completion(run)
    if not state.is_over:
        return Exit.STILL_RUNNING if state is Completion.IN_PROGRESS else Exit.UNKNOWN
    return _OVER.get(state) or _COMPLETE.get((run.status or "").upper(), Exit.UNKNOWN)
