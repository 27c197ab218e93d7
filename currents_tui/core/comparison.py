"""Two runs side by side, test by test: what is newly failing, still failing, fixed, flaky."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from msgspec import Struct

from currents_tui.core.failures import Outcome, outcome, suspects
from currents_tui.core.file_key import FileKey, file_key
from currents_tui.core.instance import Instance, Test
from currents_tui.core.model import Run, Spec
from currents_tui.core.problem import Problem
from currents_tui.core.words import counted

TestKey = tuple[str, str, tuple[str, ...]]
"""(group, spec, titles). The ids of tests are not the same in two runs of Cypress."""

THE_FILE: tuple[str, ...] = ()
"""The titles of a file that could not run at all."""


class Compared(Struct, frozen=True):
    """A test of both runs."""

    group: str
    spec: str
    titles: tuple[str, ...]
    error: str = ""
    """The first line of its error."""
    note: str = ""

    @property
    def name(self) -> str:
        return " › ".join(self.titles) or "(the file could not run)"


class Comparison(Struct, frozen=True):
    new: tuple[Compared, ...]
    still: tuple[Compared, ...]
    fixed: tuple[Compared, ...]
    flaky: tuple[Compared, ...]
    not_run: tuple[Compared, ...]
    """Failed before, and nobody knows how they are now."""


class _Seen(Struct, frozen=True):
    outcome: Outcome
    error: str


def wanted(run: Run, other: Run) -> tuple[tuple[Spec, ...], tuple[Spec, ...]]:
    """The specs of each run whose tests have to be known to compare the two."""
    before = suspects(other)
    keys = {file_key(other, spec) for spec in before}
    now = {spec.key: spec for spec in suspects(run)}
    now |= {spec.key: spec for spec in run.specs if file_key(run, spec) in keys and spec.completed_at}
    return tuple(now.values()), before


def compare(
    run: Run,
    known: Mapping[str, Instance | Problem],
    other: Run,
    known_other: Mapping[str, Instance | Problem],
) -> Comparison:
    """`run` compared with `other`; the instances are those of the `wanted` specs, by their ids.

    Where a file's tests are not known in one of the runs, nothing is claimed that would take them.
    """
    specs, specs_before = wanted(run, other)
    now, before = _tests(run, specs, known), _tests(other, specs_before, known_other)
    unknown, unknown_before = _unknown(run, specs, known), _unknown(other, specs_before, known_other)
    unfinished = {file_key(other, spec) for spec in other.specs if spec.completed_at is None}
    was_there = {file_key(other, spec) for spec in other.specs}
    new, still, fixed, flaky, not_run = [], [], [], [], []
    for key, seen in now.items():
        group, name, titles = key
        was = before.get(key)
        test = Compared(group, name, titles, seen.error)
        if seen.outcome is Outcome.FAILED and was is not None and was.outcome is Outcome.FAILED:
            still.append(test)
        elif seen.outcome is Outcome.FAILED and (group, name) not in unknown_before:
            new.append(_noted(test, was, (group, name), was_there, unfinished))
        elif seen.outcome is Outcome.FLAKY:
            flaky.append(test if was is None else Compared(group, name, titles, seen.error, _was(was)))
        elif seen.outcome is Outcome.PASSED and was is not None and was.outcome is Outcome.FAILED:
            fixed.append(test)
    for key, was in before.items():
        seen_now = now.get(key)
        if was.outcome is not Outcome.FAILED or key[:2] in unknown:
            continue
        if seen_now is None or seen_now.outcome in (Outcome.OTHER, Outcome.NOT_RUN):
            if key[2] == THE_FILE and any(one[:2] == key[:2] for one in now):
                fixed.append(Compared(*key, was.error, "the file runs again"))
            else:
                not_run.append(Compared(*key, was.error))
    return Comparison(tuple(new), tuple(still), tuple(fixed), tuple(flaky), tuple(not_run))


def _unknown(run: Run, specs: Iterable[Spec], known: Mapping[str, Instance | Problem]) -> set[FileKey]:
    """The files of whose tests nothing is told, not even that they could not run."""
    return {
        file_key(run, spec)
        for spec in specs
        if not isinstance(known.get(spec.instance_id or ""), Instance)
        and not (spec.results is not None and spec.results.exception)
    }


def _noted(
    test: Compared, was: _Seen | None, place: FileKey, was_there: set[FileKey], unfinished: set[FileKey]
) -> Compared:
    if was is not None:
        note = _was(was)
    elif place not in was_there:
        note = "the file was not in that run"
    else:
        note = "that run did not get to it" if place in unfinished else ""
    return Compared(test.group, test.spec, test.titles, test.error, note)


def _was(was: _Seen) -> str:
    return {
        Outcome.FAILED: "was failing",
        Outcome.FLAKY: "was flaky",
        Outcome.NOT_RUN: "did not run before",
        Outcome.PASSED: "",
        Outcome.OTHER: "",
    }[was.outcome]


def _tests(run: Run, specs: Iterable[Spec], known: Mapping[str, Instance | Problem]) -> dict[TestKey, _Seen]:
    found: dict[TestKey, _Seen] = {}
    for spec in specs:
        told = known.get(spec.instance_id or "")
        group, name = file_key(run, spec)
        exception = (told.exception if isinstance(told, Instance) else None) or (
            spec.results.exception if spec.results is not None else None
        )
        if exception:
            found[group, name, THE_FILE] = _Seen(Outcome.FAILED, exception.first_line)
        for test in told.tests if isinstance(told, Instance) else ():
            found[group, name, tuple(test.title)] = _Seen(outcome(test), _first_line(test))
    return found


def _first_line(test: Test) -> str:
    errors = [attempt.error.message for attempt in test.attempts if attempt.error and attempt.error.message]
    told = errors[-1] if errors else test.display_error
    return told.first_line if told else ""


_PARTS = (
    ("new", "NEWLY FAILING", "newlyFailing"),
    ("still", "STILL FAILING", "stillFailing"),
    ("fixed", "FIXED", "fixed"),
    ("flaky", "FLAKY", "flaky"),
    ("not_run", "FAILED BEFORE, NOT RUN NOW", "notRun"),
)


def text_lines(found: Comparison) -> list[str]:
    """Each part with its tests, for a person; parts without tests are left out."""
    lines: list[str] = []
    for part, title, _ in _PARTS:
        tests: tuple[Compared, ...] = getattr(found, part)
        if not tests:
            continue
        lines += ["", f"{title} ({len(tests)})"]
        last: FileKey | None = None
        for test in tests:
            place = (test.group, test.spec)
            if place != last:
                lines.append(f"  {test.spec}{f'  [{test.group}]' if test.group else ''}")
                last = place
            lines.append(f"    {test.name}{f'  ({test.note})' if test.note else ''}")
            if test.error and part in ("new", "still"):
                lines.append(f"      {test.error}")
    return [*lines, "", summary_words(found)] if lines else [summary_words(found)]


def summary_words(found: Comparison) -> str:
    """ "2 newly failing tests, 1 still failing, 3 fixed, 1 flaky."""
    if not any((found.new, found.still, found.fixed, found.flaky, found.not_run)):
        return "No test failed or was flaky in either run."
    parts = [f"{counted(len(found.new), 'newly failing test')}", f"{len(found.still)} still failing"]
    parts += [f"{len(found.fixed)} fixed", f"{len(found.flaky)} flaky"]
    return f"{', '.join(parts)}."


def as_json(found: Comparison) -> dict[str, Any]:
    """The parts for programs, in names that stay."""
    return {
        word: [
            {
                "spec": test.spec,
                "group": test.group or None,
                "title": list(test.titles),
                "error": test.error or None,
                "note": test.note or None,
            }
            for test in getattr(found, part)
        ]
        for part, _, word in _PARTS
    }
