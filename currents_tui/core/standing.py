"""Whether a failure is new: what became of the same test in earlier runs, in one of them above all.

The instances of those runs are asked for like any others, and only for the files that fail now.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from enum import StrEnum

from msgspec import Struct

from currents_tui.core.board import SpecRow
from currents_tui.core.failures import Outcome
from currents_tui.core.file_key import FileKey, file_key
from currents_tui.core.history import History, PastRun
from currents_tui.core.inspection import Inspections
from currents_tui.core.model import Run, Spec
from currents_tui.core.rows.look import short_id
from currents_tui.core.text import plain
from currents_tui.core.words import counted


class Standing(StrEnum):
    NEW = "new"
    KNOWN = "known"
    """It failed in the compared run too."""
    FLAKY = "flaky"
    """It was flaky in an earlier run, and did not fail in the compared one."""
    UNKNOWN = ""
    """There is no run to compare with, or its tests are still being asked for."""


class Stand(Struct, frozen=True):
    """How a failure stands to earlier runs."""

    standing: Standing
    words: str = ""
    """For a person: "failed in main 08c3da94 too"."""


NOT_KNOWN = Stand(Standing.UNKNOWN)


def candidates(history: History) -> tuple[PastRun, ...]:
    """The runs to compare with, the first choice first: the newest of the default branch, then the others.

    A branch is measured against what it is going to be merged into; that a failure is an old one of the
    branch's own is the second thing to know.
    """
    first = next((run for run in history.runs if run.branch == history.default_branch), None)
    if first is None:
        return history.runs
    return (first, *(run for run in history.runs if run is not first))


def baseline(history: History | None, chosen: str) -> PastRun | None:
    """The run to compare with: the one with the id `chosen` or, with "", the first choice."""
    runs = candidates(history) if history is not None else ()
    return next((run for run in runs if run.run_id == chosen), next(iter(runs), None))


def next_choice(history: History, chosen: str) -> str:
    """The id of the run to compare with after the one chosen now; "" where there is none."""
    runs, here = candidates(history), baseline(history, chosen)
    return runs[(runs.index(here) + 1) % len(runs)].run_id if here is not None else ""


def to_be_known(run: Run, suspects: Iterable[SpecRow], history: History | None) -> tuple[Spec, ...]:
    """The specs of earlier runs whose tests tell how these failures stand, in the form of a question."""
    found: dict[str, Spec] = {}
    for row in suspects:
        key = file_key(run, row.spec)
        for past in history.runs if history is not None else ():
            if (instance_id := past.suspects.get(key)) is not None:
                found[instance_id] = Spec(instance_id=plain(instance_id), completed_at=past.created_at)
    return tuple(found.values())


def stand(
    key: FileKey,
    titles: tuple[str, ...],
    history: History | None,
    base: PastRun | None,
    known: Inspections,
) -> Stand:
    """How the failure of the test with these titles, in the file `key`, stands to `base` and `history`."""
    if history is None or base is None:
        return NOT_KNOWN
    now = {past.run_id: _became(past, key, titles, known) for past in history.runs}
    here, where = now.get(base.run_id), f"{base.branch} {short_id(base.run_id)}"
    if here is None:
        return NOT_KNOWN
    if here is Outcome.FAILED:
        return Stand(Standing.KNOWN, f"failed in {where} too")
    if None in now.values():
        return NOT_KNOWN
    told = [became for became in now.values() if became is not Outcome.OTHER]
    if flaky := told.count(Outcome.FLAKY):
        return Stand(Standing.FLAKY, f"flaky in {flaky} of {counted(len(told), 'earlier run')}")
    if failed := told.count(Outcome.FAILED):
        often = f"{failed} of {counted(len(told), 'earlier run')}"
        return Stand(Standing.NEW, f"not in {where}, but in {often}")
    if not base.has(key):
        return Stand(Standing.NEW, f"the file was not in {where}")
    return Stand(Standing.NEW, f"not in {where}")


def _became(past: PastRun, key: FileKey, titles: tuple[str, ...], known: Inspections) -> Outcome | None:
    """What became of the test in that run; None as long as that is not known."""
    instance_id = past.suspects.get(key)
    if instance_id is None:
        return Outcome.PASSED if past.has(key) else Outcome.OTHER
    inspected = known.get(instance_id)
    if inspected is None or inspected.instance is None:
        return None
    became = inspected.outcomes.get(titles)
    if became is None and inspected.instance.exception:
        return Outcome.FAILED  # the file could not run at all
    return became or Outcome.OTHER


class Tally(Struct, frozen=True):
    """Failures by how they stand."""

    new: int
    known: int
    flaky: int
    unknown: int
    fixed: int
    """Files that failed in the compared run, and are complete now without a failure."""


def tally(stands: Collection[Stand], fixed: int) -> Tally:
    """The failures counted."""
    of = [one.standing for one in stands]
    return Tally(
        new=of.count(Standing.NEW),
        known=of.count(Standing.KNOWN),
        flaky=of.count(Standing.FLAKY),
        unknown=of.count(Standing.UNKNOWN),
        fixed=fixed,
    )


def fixed_files(run: Run, suspects: Iterable[SpecRow], base: PastRun | None) -> int:
    """How many files failed in `base` and are complete now without a failure."""
    if base is None or not base.failed:
        return 0
    bad = {file_key(run, row.spec) for row in suspects}
    names = {name for _, name in base.failed}
    told = [spec for spec in run.specs if (spec.spec or "") in names and spec.completed_at is not None]
    return len((base.failed & {file_key(run, spec) for spec in told}) - bad)


def tally_words(counts: Tally, base: PastRun) -> str:
    """ "2 new, 1 known, 1 file fixed vs main 40a7f9d1 PASSED": what a narrow pane cuts off matters least."""
    parts = [
        f"{number} {word}"
        for number, word in ((counts.new, "new"), (counts.known, "known"), (counts.flaky, "flaky"))
        if number
    ]
    if counts.unknown:
        parts.append(f"{counts.unknown} asked")
    if counts.fixed:
        parts.append(f"{counted(counts.fixed, 'file')} fixed")
    told = f"{', '.join(parts)} vs" if parts else "compared with"
    return f"{told} {base.branch or 'no branch'} {short_id(base.run_id)} {base.state}"
