"""What earlier runs teach about one: how long its files take, and which of them fail or are flaky."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cached_property
from statistics import median

from msgspec import Struct

from currents_tui.core.file_key import FileKey, file_key, group_key
from currents_tui.core.lanes import lanes
from currents_tui.core.model import Run
from currents_tui.core.verdict import is_bad, is_suspect, run_verdict

MOST_RUNS = 5
"""Earlier runs that are kept: what is older says little about today's code."""


class PastRun(Struct, frozen=True):
    """A finished run, as far as it says something about the next one."""

    run_id: str
    branch: str
    sha: str
    state: str
    """Its verdict in a word: "PASSED", "FAILED"."""
    created_at: datetime | None
    durations: Mapping[FileKey, float]
    """Seconds each finished file took."""
    failed: frozenset[FileKey]
    flaky: frozenset[FileKey]
    """Those that passed after a failed attempt, and none that failed."""
    suspects: Mapping[FileKey, str]
    """The instance of each of those that failed or were flaky."""
    lanes: Mapping[str, int]
    """Group -> how many specs its machines could run at once."""

    def has(self, key: FileKey) -> bool:
        """Whether the file ended in this run."""
        return key in self.durations or key in self.failed or key in self.flaky


def past_run(run: Run) -> PastRun:
    """What the finished `run` has to say."""
    durations: dict[FileKey, float] = {}
    failed: set[FileKey] = set()
    flaky: set[FileKey] = set()
    suspects: dict[FileKey, str] = {}
    for spec in run.specs:
        if spec.completed_at is None:
            continue
        key = file_key(run, spec)
        if (took := spec.duration_ms) is not None:
            durations.setdefault(key, took / 1000)
        if is_bad(spec):
            failed.add(key)
        elif spec.flaky:
            flaky.add(key)
        if is_suspect(spec) and spec.instance_id:
            suspects[key] = spec.instance_id
    commit = run.meta.commit
    return PastRun(
        run_id=run.run_id or "",
        branch=commit.branch or "",
        sha=commit.sha or "",
        state=run_verdict(run).word,
        created_at=run.created_at,
        durations=durations,
        failed=frozenset(failed),
        flaky=frozenset(flaky),
        suspects=suspects,
        lanes=_lanes_by_group(run),
    )


def _lanes_by_group(run: Run) -> Mapping[str, int]:
    by_machine = lanes(run.specs)
    machines: defaultdict[str, set[str]] = defaultdict(set)
    for spec in run.specs:
        if spec.machine_id and spec.machine_id in by_machine:
            machines[group_key(run, spec.group_id)].add(spec.machine_id)
    return {group: sum(by_machine[machine] for machine in those) for group, those in machines.items()}


class Counted(Struct, frozen=True):
    """ "In k of n runs": `n` are those in which the file ended."""

    k: int
    n: int


class History(Struct, frozen=True, dict=True):
    """Earlier runs, and what the project says of all its runs. Read-only, for its medians are kept."""

    runs: tuple[PastRun, ...] = ()
    """Newest first, `MOST_RUNS` at most."""
    inactivity_limit: float | None = None
    """Seconds of silence after which the project's runs become TIMEOUT; None where it is not told."""
    default_branch: str = ""
    is_complete: bool = True
    """Whether everything that was to be asked was answered."""

    @cached_property
    def _typical(self) -> Mapping[FileKey, float]:
        took: defaultdict[FileKey, list[float]] = defaultdict(list)
        for run in self.runs:
            for key, seconds in run.durations.items():
                took[key].append(seconds)
        return {key: median(all_of_it) for key, all_of_it in took.items()}

    def typical(self, key: FileKey) -> float | None:
        """Seconds that the file takes: the median over the runs that it ended in."""
        return self._typical.get(key)

    def seen(self, key: FileKey) -> int:
        """In how many of the runs the file ended with a known duration."""
        return sum(key in run.durations for run in self.runs)

    def flaky(self, key: FileKey) -> Counted:
        """In how many runs the file was flaky."""
        return Counted(sum(key in run.flaky for run in self.runs), self._ended(key))

    def failed(self, key: FileKey) -> Counted:
        """In how many runs the file failed."""
        return Counted(sum(key in run.failed for run in self.runs), self._ended(key))

    def _ended(self, key: FileKey) -> int:
        return sum(run.has(key) for run in self.runs)

    def lanes(self, group: str) -> int | None:
        """How many specs of the group the latest run that had it could run at once."""
        return next((run.lanes[group] for run in self.runs if group in run.lanes), None)


NOTHING = History(is_complete=False)
"""Nobody was asked, or nobody answered."""


def newest_first(runs: Iterable[PastRun]) -> tuple[PastRun, ...]:
    """The runs as a `History` holds them: each once, newest first, no more than `MOST_RUNS`."""
    by_id = {run.run_id: run for run in runs}
    ordered = sorted(by_id.values(), key=lambda run: run.created_at.timestamp() if run.created_at else 0.0)
    return tuple(ordered[::-1][:MOST_RUNS])
