"""What can be done to a run that cannot be undone, when it cannot be done, and what became of it."""

from collections.abc import Sequence
from datetime import datetime, tzinfo
from enum import StrEnum

from msgspec import Struct

from currents_tui.core import words
from currents_tui.core.completion import Completion, completion
from currents_tui.core.model import Run, Spec
from currents_tui.core.problem import Kind, Problem
from currents_tui.core.verdict import run_verdict


class Deed(StrEnum):
    CANCEL = "cancel"
    DELETE = "delete"

    @property
    def past(self) -> str:
        return "cancelled" if self is Deed.CANCEL else "deleted"


class Ending(StrEnum):
    DONE = "done"
    ALREADY = "already"
    """It was so before: cancelled by somebody else, or gone."""
    OVER = "over"
    """The run ended by itself first. Nothing was cancelled."""
    REFUSED = "refused"
    """Surely nothing was done."""
    UNKNOWN = "unknown"
    """It was sent, and nothing tells whether it was done."""


class Outcome(Struct, frozen=True, kw_only=True):
    """What became of one deed on one run."""

    deed: Deed
    run_id: str
    ending: Ending
    at: datetime
    run: Run | None = None
    """The run as last seen on the way."""
    asked_at: datetime | None = None
    """When the question was sent that `run` is the answer to."""
    problem: Problem | None = None
    """Why it was refused, or is not known."""

    @property
    def is_so(self) -> bool:
        """Whether the run is now as the person wanted it."""
        return self.ending in (Ending.DONE, Ending.ALREADY)


def impossible(deed: Deed, run: Run | None) -> str | None:
    """Why `deed` cannot be done to a run in this state, or None."""
    if run is None:
        return "Nothing is known of this run yet."
    if run.deleted_at is not None:
        return "This run has been deleted."
    verdict = run_verdict(run)
    if deed is Deed.CANCEL and verdict.is_over:
        return f"The run is over ({verdict.word}): there is nothing to cancel."
    if deed is Deed.DELETE and not verdict.is_over:
        return "A run in progress cannot be deleted: cancel it first."
    return None


def is_done(deed: Deed, run: Run) -> bool:
    """Whether `run` shows that `deed` was done to it."""
    return completion(run) is Completion.CANCELED if deed is Deed.CANCEL else run.deleted_at is not None


def sending(deed: Deed, run_id: str) -> str:
    """What is said while the request is on its way."""
    doing = "Cancelling" if deed is Deed.CANCEL else "Deleting"
    return f"{doing} {_short(run_id)}: asking, sending, looking."


def asking(deed: Deed, run_id: str) -> str:
    """What is said while it is being found out whether the request was carried out."""
    return f"No answer from the server. Asking whether run {_short(run_id)} was {deed.past}."


def already(deed: Deed, run_id: str) -> str:
    """What is said where it was so before."""
    return f"Run {_short(run_id)} was {deed.past} before; nothing was changed."


MAY_NOT = "this key may neither cancel nor delete (403)."


def told(outcome: Outcome, zone: tzinfo) -> str:
    """What became of it, in one or two sentences that need no other line beside them."""
    short, deed = _short(outcome.run_id), outcome.deed
    if outcome.ending is Ending.DONE:
        at = words.clock(outcome.at, zone)
        if deed is Deed.DELETE:
            return f"DELETED run {short} at {at}."
        return f"CANCELED run {short} at {at}.{_left_running(outcome.run)}"
    if outcome.ending is Ending.ALREADY:
        return already(deed, outcome.run_id)
    if outcome.ending is Ending.OVER:
        verdict = f" {run_verdict(outcome.run).word}" if outcome.run is not None else ""
        return f"Run {short} finished{verdict} before the request took effect: not cancelled."
    problem = outcome.problem
    why = f" {problem.sentence} {problem.hint}".rstrip() if problem else ""
    if outcome.ending is Ending.REFUSED and problem is not None and problem.kind is Kind.FORBIDDEN:
        # What matters of it stands within 80 cells.
        return f"Run {short} was not {deed.past}: {MAY_NOT} {problem.hint}".rstrip()
    if outcome.ending is Ending.REFUSED:
        return f"Run {short} was not {deed.past}.{why}"
    unknown = f"NOT CONFIRMED: nothing tells whether run {short} was {deed.past}."
    return f"{unknown} Look again before you repeat it.{why}"


def told_all(outcomes: Sequence[Outcome], zone: tzinfo) -> str:
    """What became of several: how many were done, and in full what became of the first that was not."""
    if len(outcomes) == 1:
        return told(outcomes[0], zone)
    done = sum(outcome.is_so for outcome in outcomes)
    others = [outcome for outcome in outcomes if not outcome.is_so]
    counted = f"{outcomes[0].deed.past.upper().replace('LLED', 'LED')} {done} of {len(outcomes)} runs."
    return " ".join([counted, *(told(outcome, zone) for outcome in others[:1])])


def under_way(run: Run) -> tuple[Spec, ...]:
    """The specs that a machine has claimed and not reported."""
    return tuple(spec for spec in run.specs if spec.claimed_at is not None and spec.completed_at is None)


def _left_running(run: Run | None) -> str:
    """As it was at that moment: the sentence stands until a key is pressed, and must not become wrong."""
    left = len(under_way(run)) if run is not None else 0
    return f" {words.counted(left, 'claimed spec')} left to finish." if left else ""


def _short(run_id: str) -> str:
    return run_id[:8]
