"""What is going to happen in a run: every spec with the machine that takes it and when.

Times are seconds at speed 1 from the run's own zero; `inf` means never.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import inf
from typing import Literal

Flavour = Literal["playwright", "cypress"]


@dataclass(frozen=True, slots=True)
class Tally:
    """How a spec's tests come out in the end."""

    tests: int
    failures: int = 0
    flaky: int = 0
    pending: int = 0
    skipped: int = 0

    @property
    def passes(self) -> int:
        return max(0, self.tests - self.failures - self.pending - self.skipped)

    @property
    def bad(self) -> bool:
        return bool(self.failures or self.skipped)


@dataclass(frozen=True, slots=True, eq=False)
class SpecPlan:
    """One spec file in one group."""

    path: str
    instance_id: str
    tags: tuple[str, ...]
    tally: Tally
    machine_id: str
    lane: int
    """The worker within the machine."""
    claimed: float
    started: float
    ended: float
    completed: float
    """When its results are all in; inf if that never happens."""
    silent: float = inf
    """The moment after which nothing more is heard of it; inf for all but the stuck."""
    crashed: bool = False
    """The file itself broke, so that none of its tests ran."""


@dataclass(frozen=True, slots=True)
class Platform:
    os_name: str
    os_version: str
    browser_name: str
    browser_version: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class GroupPlan:
    group_id: str
    platform: Platform
    tags: tuple[str, ...]
    specs: tuple[SpecPlan, ...]


@dataclass(frozen=True, slots=True)
class Commit:
    branch: str
    message: str
    sha: str
    author: str
    email: str
    pull_request: int | None = None
    """The number of the pull request that GitHub ran the build for."""


@dataclass(frozen=True, slots=True)
class Cancel:
    at: float
    actor: str
    reason: str = "apiRequest"


@dataclass(frozen=True, eq=False)
class RunPlan:
    run_id: str
    cursor: str
    flavour: Flavour
    commit: Commit
    ci_build_id: str
    tags: tuple[str, ...]
    groups: tuple[GroupPlan, ...]
    limit: float
    """The project's inactivity limit."""
    created: float = 0.0
    """A first claim can precede this by 0.9 s, as has been seen in answers of the service."""
    begins: float = 0.0
    """Where the run's zero lies relative to the main run's, in seconds at speed 1."""
    ago: float = 0.0
    """How much earlier still, in seconds that no speed shortens: the age of a run that is history."""
    cancel: Cancel | None = None

    @cached_property
    def specs(self) -> tuple[SpecPlan, ...]:
        return tuple(spec for group in self.groups for spec in group.specs)

    @cached_property
    def home(self) -> dict[str, tuple[GroupPlan, SpecPlan]]:
        """Group and spec by instance id."""
        return {spec.instance_id: (group, spec) for group in self.groups for spec in group.specs}

    @cached_property
    def last_word(self) -> float:
        """The last moment at which anything is heard of this run, were it never cancelled."""
        moments = [min(spec.completed, max(spec.claimed, spec.silent)) for spec in self.specs]
        return max((moment for moment in moments if moment != inf), default=-inf)

    @cached_property
    def ending(self) -> tuple[float, str]:
        """When the run is over, and its completionState from then on."""
        if self.cancel is not None:
            return self.cancel.at, "CANCELED"
        if all(spec.completed != inf for spec in self.specs):
            return self.last_word, "COMPLETE"
        return self.last_word + self.limit, "TIMEOUT"

    @property
    def cutoff(self) -> float:
        """No spec is claimed after this. What was claimed before is run: a batch is one start of Cypress."""
        return self.cancel.at if self.cancel is not None else inf

    def completion_state(self, t: float) -> str:
        over, state = self.ending
        return state if t >= over else "IN_PROGRESS"


@dataclass(frozen=True, eq=False)
class Story:
    """A project and all its runs, those included that have not begun yet."""

    scenario: str
    seed: int
    project_id: str
    name: str
    limit: float
    """Inactivity limit, in seconds at speed 1."""
    runs: tuple[RunPlan, ...]
    """The main run first, then the others in progress, one that appears later, then history."""
