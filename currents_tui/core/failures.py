"""What failed in a spec file, and what a person needs to look into it."""

from __future__ import annotations

import re
import shlex
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum

from msgspec import Struct

from currents_tui.core.instance import Artifact, Attempt, Instance, Test, TestError
from currents_tui.core.model import Run, Spec
from currents_tui.core.problem import Problem
from currents_tui.core.text import Block
from currents_tui.core.verdict import is_bad, is_suspect

_FAILED_WORDS = ("failed", "timedout", "interrupted")
_REGEX_SIGNS = re.compile(r"[\\^$*+?()\[\]{}|]")


class Outcome(StrEnum):
    FAILED = "failed"
    FLAKY = "flaky"
    NOT_RUN = "skipped"
    """Should have run and could not; the service counts it as bad."""
    PASSED = "passed"
    OTHER = "other"
    """Left out on purpose, under way, or not told."""


def outcome(test: Test) -> Outcome:
    """What became of `test`. A test that passed after a failed attempt is flaky, in every shape."""
    state = (test.state or "").lower()
    if state == "failed":
        return Outcome.FAILED
    if state == "skipped":
        return Outcome.NOT_RUN
    if state == "passed":
        is_flaky = test.is_flaky if test.is_flaky is not None else any(map(attempt_failed, test.attempts))
        return Outcome.FLAKY if is_flaky else Outcome.PASSED
    return Outcome.OTHER


def attempt_failed(attempt: Attempt) -> bool:
    """Whether that go at a test failed, in Playwright's words or the service's."""
    word = (attempt.raw_status or attempt.state or "").lower()
    return word in _FAILED_WORDS or (not word and attempt.error is not None)


class FailedTest(Struct, frozen=True):
    """A test that failed or was flaky."""

    name: str
    titles: tuple[str, ...]
    outcome: Outcome
    attempts: int
    message: Block
    """The error of the last attempt that failed; empty when none was told."""
    frame: Block
    """The code around it."""
    place: tuple[str, int] | None
    """The file, as the spec is called, and the line where it failed."""
    file: str
    """The file on the machine that ran it; empty where nobody told."""
    artifacts: tuple[Artifact, ...]
    """Of the last attempt that failed, then of the ones before."""
    test_id: str
    command: str
    """What runs it again; empty where nobody knows how."""

    @property
    def first_line(self) -> str:
        """The first line of the error that says anything."""
        return next((line.strip() for line in self.message.split("\n") if line.strip()), "")


class SpecFailures(Struct, frozen=True):
    """What failed in one spec file of one group."""

    spec: str
    group: str
    instance_id: str
    tests: tuple[FailedTest, ...]
    not_run: int
    """Tests that did not run because of an error."""
    exception: Block
    """The error that kept the file from running; empty when it ran."""
    command: str
    """What runs the file again."""
    problem: str = ""
    """Why its tests could not be asked for; empty when they could."""

    @property
    def is_failed(self) -> bool:
        """Whether it is red, and not only flaky."""
        failed = any(test.outcome is Outcome.FAILED for test in self.tests)
        return failed or bool(self.not_run or self.exception or self.problem)

    @property
    def looks(self) -> tuple[object, ...]:
        """What a list says of it, but for its group: the same where the same tests failed in the same way."""
        tests = tuple((test.titles, test.outcome, test.first_line) for test in self.tests)
        return (self.spec, tests, self.exception.first_line, self.not_run)


def suspects(run: Run) -> tuple[Spec, ...]:
    """The specs with a failed or flaky test, the failed ones first."""
    found = [spec for spec in run.specs if is_suspect(spec)]
    return tuple(sorted(found, key=lambda spec: not is_bad(spec)))


def failures(run: Run, known: Mapping[str, Instance | Problem]) -> tuple[SpecFailures, ...]:
    """What failed in each suspect of `run`; `known` are the instances by their ids."""
    return tuple(spec_failures(spec, known.get(spec.instance_id or ""), run) for spec in suspects(run))


def spec_failures(spec: Spec, told: Instance | Problem | None, run: Run) -> SpecFailures:
    """What failed in `spec` of `run`, by what was `told` of its tests."""
    name, group = spec.spec or "(a file without a name)", spec.group_id or ""
    exception = spec.results.exception if spec.results is not None else None
    command = repeat_file(run, spec)
    if not isinstance(told, Instance):
        return SpecFailures(
            spec=name,
            group=group,
            instance_id=spec.instance_id or "",
            tests=(),
            not_run=spec.stats.skipped or 0,
            exception=exception or Block(),
            command=command,
            problem=_untold(spec, told),
        )
    tests = [(test, outcome(test)) for test in told.tests]
    kept = [(test, became) for test, became in tests if became in (Outcome.FAILED, Outcome.FLAKY)]
    kept.sort(key=lambda one: one[1] is Outcome.FLAKY)
    left = _by_test(told.artifacts)
    return SpecFailures(
        spec=name,
        group=group,
        instance_id=spec.instance_id or "",
        tests=tuple(_failed_test(test, became, left, spec, command) for test, became in kept),
        not_run=sum(became is Outcome.NOT_RUN for _, became in tests),
        exception=told.exception or exception or Block(),
        command=command,
    )


def _untold(spec: Spec, told: Problem | None) -> str:
    """Why nothing is known of its tests."""
    if told is not None:
        return told.sentence
    return "Its tests were not asked for." if spec.instance_id else "The service names no instance of it."


def _failed_test(test: Test, became: Outcome, left: _ByTest, spec: Spec, command: str) -> FailedTest:
    numbers = [number for number, attempt in enumerate(test.attempts) if attempt_failed(attempt)]
    errors = [test.attempts[number].error for number in numbers]
    error = next((error for error in reversed(errors) if error is not None), None) or TestError()
    return FailedTest(
        name=test.name,
        titles=test.title,
        outcome=became,
        attempts=len(test.attempts),
        message=error.message or test.display_error or Block(),
        frame=error.code_frame.frame or Block(),
        place=_place(error, spec.spec or ""),
        file=error.code_frame.file or "",
        artifacts=_left_by(test, numbers, left),
        test_id=test.test_id or "",
        command=_repeat_test(command, test),
    )


_ByTest = Mapping[str | None, Sequence[tuple[int, Artifact]]]
"""What was left behind, by the id of its test, None for the whole file; each with its place among all."""


def _by_test(artifacts: Iterable[Artifact]) -> _ByTest:
    found: defaultdict[str | None, list[tuple[int, Artifact]]] = defaultdict(list)
    for place, artifact in enumerate(artifacts):
        found[artifact.test_id].append((place, artifact))
    return found


def _left_by(test: Test, failed: Sequence[int], left: _ByTest) -> tuple[Artifact, ...]:
    """What the `failed` attempts of `test` left, the last one's first, then what is of no attempt."""
    ranks = {number: rank for rank, number in enumerate([*reversed(failed), None])}
    own = sorted(one for test_id in {test.test_id, None} for one in left.get(test_id, ()))
    there = [artifact for _, artifact in own if artifact.attempt in ranks]
    return tuple(sorted(there, key=lambda artifact: ranks[artifact.attempt]))


def _place(error: TestError, spec: str) -> tuple[str, int] | None:
    """Where in the spec file it failed. The paths of the machine that ran it are nobody else's."""
    frame = error.code_frame
    if spec and frame.line and (frame.file or "").endswith(spec):
        return spec, frame.line
    at = re.search(rf"{re.escape(spec)}:([0-9]{{1,7}})", error.stack or "") if spec else None
    return (spec, int(at[1])) if at else None


def repeat_file(run: Run, spec: Spec) -> str:
    """The command that runs `spec` again, as a line for a POSIX shell; empty where nobody knows how."""
    if not spec.spec:
        return ""
    framework = (run.meta.framework.type or "").lower()
    path = f"./{spec.spec}" if spec.spec.startswith("-") else spec.spec
    if framework == "cypress" or (not framework and run.cypress_version):
        return f"npx cypress run --spec {shlex.quote(path)}"
    if framework in ("pw", "playwright"):
        group = next((one for one in run.groups if one.group_id == spec.group_id), None)
        project = (group.platform.browser_name if group is not None else None) or spec.group_id
        chosen = f" --project={shlex.quote(project)}" if project else ""
        # Playwright takes the file as a pattern.
        return f"npx playwright test {shlex.quote(_literal(path))}{chosen}"
    return ""


def _repeat_test(command: str, test: Test) -> str:
    """`command` for that test alone.

    By its title: FILE:LINE takes the line on which a test begins, and the service only tells the one on
    which it failed.
    """
    titles = [title for title in test.title if title]
    if not command.startswith("npx playwright") or not titles:
        return command
    return f"{command} -g {shlex.quote(_literal(' '.join(titles)))}"


def _literal(text: str) -> str:
    """`text` as a pattern that stands for itself; a full stop also stands for itself, and reads better."""
    return _REGEX_SIGNS.sub(r"\\\g<0>", text)


def failure_counts(found: Iterable[SpecFailures]) -> tuple[int, int]:
    """How many tests failed, and how many were flaky."""
    outcomes = [test.outcome for spec in found for test in spec.tests]
    return outcomes.count(Outcome.FAILED), outcomes.count(Outcome.FLAKY)
