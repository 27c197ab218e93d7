"""What can happen, in the past tense. `core.state.reduce` is the only reader.

Asking is told in the same words for a run and for the list of runs, whose "run id" is `THE_LIST`.
"""

from datetime import datetime
from typing import Final

from msgspec import Struct

from currents_tui.core.deed import Deed, Outcome
from currents_tui.core.history import History
from currents_tui.core.inspection import Inspected
from currents_tui.core.model import Run, RunPage
from currents_tui.core.problem import Kind, Problem
from currents_tui.core.run_filter import PageRequest, RunFilter
from currents_tui.core.text import Text

THE_LIST: Final = ""
"""Stands for the list of a project's runs where an event names a run: no run has this id."""


class Asked(Struct, frozen=True, kw_only=True):
    """A request for the run, or for the list, was sent."""

    run_id: str
    at: datetime


class Polled(Struct, frozen=True, kw_only=True):
    """An answer arrived. `asked_at` orders it against what was done meanwhile."""

    run_id: str
    run: Run
    asked_at: datetime
    at: datetime


class PollFailed(Struct, frozen=True, kw_only=True):
    """No usable answer arrived; what was known stays known."""

    run_id: str
    at: datetime
    kind: Kind
    sentence: Text
    hint: Text
    attempt: int
    """How many requests in a row have failed, this one included."""
    of_its_kind: int = 1
    """The same, of this kind alone."""
    retry_after: float | None = None
    """Seconds the server asked to wait, where it did."""


class Scheduled(Struct, frozen=True, kw_only=True):
    """The poller went to sleep. `next_at` is None when it will not ask by itself again."""

    run_id: str
    next_at: datetime | None
    interval: float
    """Seconds between polls as things stand: the setting, or slower for a reason."""
    reason: str
    """Why not the setting: "", "unchanged", "unfocused", "background", "over", "backing off",
    "retry-after", "slow server", "rate limited", "paused", "stopped"."""


class Began(Struct, frozen=True, kw_only=True):
    """Somebody confirmed a deed, and it is being carried out."""

    run_id: str
    deed: Deed
    at: datetime


class Ended(Struct, frozen=True, kw_only=True):
    """It is known what became of a deed, or that nothing tells."""

    run_id: str
    outcome: Outcome


class Listed(Struct, frozen=True, kw_only=True):
    """The newest page of the list arrived, for what is wanted of it."""

    project_id: str
    wanted: RunFilter
    page: RunPage
    asked_at: datetime
    at: datetime


class Paging(Struct, frozen=True, kw_only=True):
    """Another page of the list is being asked for."""

    request: PageRequest
    at: datetime


class Paged(Struct, frozen=True, kw_only=True):
    """Another page of the list arrived."""

    project_id: str
    wanted: RunFilter
    request: PageRequest
    page: RunPage


class PageFailed(Struct, frozen=True, kw_only=True):
    """Another page of the list did not arrive."""

    project_id: str
    wanted: RunFilter
    request: PageRequest
    problem: Problem


class InstanceTold(Struct, frozen=True, kw_only=True):
    """It is known what became of the tests of one of the run's specs, or why that cannot be known."""

    run_id: str
    instance_id: str
    inspected: Inspected


class HistoryTold(Struct, frozen=True, kw_only=True):
    """What earlier runs of the same branch, or of the default branch, teach about the run."""

    run_id: str
    history: History


Event = (
    Asked
    | Polled
    | PollFailed
    | Scheduled
    | Began
    | Ended
    | InstanceTold
    | Listed
    | Paging
    | Paged
    | PageFailed
    | HistoryTold
)
