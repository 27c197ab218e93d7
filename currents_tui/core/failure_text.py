"""Failed tests for a person at a terminal, for Markdown, and for programs."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from itertools import groupby
from typing import Any
from urllib.parse import quote

from currents_tui.core.failures import FailedTest, Outcome, SpecFailures, failure_counts
from currents_tui.core.instance import Artifact
from currents_tui.core.report import failed_words
from currents_tui.core.text import Block, block, fit, width
from currents_tui.core.words import counted

_BODY = "      "


def text_lines(found: Sequence[SpecFailures]) -> list[str]:
    """Each file, its failed tests, and for each the error, the code, the artifacts and the command."""
    lines: list[str] = []
    for spec in found:
        word = "FAILED" if spec.is_failed else "FLAKY"
        lines += [f"{word:<7} {spec.spec}{f'  [{spec.group}]' if spec.group else ''}"]
        for told, label in ((spec.problem, "its tests are not known: "), (spec.exception, "")):
            lines += _indented(f"{label}{told}") if told else []
        for test in spec.tests:
            lines += ["", *_test_lines(test)]
        if spec.not_run:
            lines += ["", f"    {counted(spec.not_run, 'test')} did not run because of an error"]
        if spec.command and not spec.tests:
            lines += ["", f"{_BODY}{spec.command}"]
        lines.append("")
    return [*lines, f"{failed_words(*failure_counts(found))}."]


def _test_lines(test: FailedTest) -> list[str]:
    tries = f", {counted(test.attempts, 'attempt')}" if test.attempts > 1 else ""
    lines = [f"    {test.outcome}{tries}: {test.name}"]
    lines += _indented(test.message or "No error was told.")
    if test.frame:
        lines += ["", *_indented(test.frame)]
    if test.place is not None:
        lines += ["", f"{_BODY}at {test.place[0]}:{test.place[1]}"]
    left = last_artifacts(test)
    if left:
        widest = max(width(label) for label, _ in left)
        lines.append("")
        lines += [f"{_BODY}{fit(label, widest)}  {artifact.link.url}" for label, artifact in left]
    return [*lines, "", f"{_BODY}{test.command}"] if test.command else lines


def brief_lines(found: Sequence[SpecFailures], most: int) -> list[str]:
    """Each failed file with its tests and the first line of each one's error, `most` tests in all."""
    lines: list[str] = []
    left = most
    for spec in found:
        word = "FAILED" if spec.is_failed else "FLAKY"
        lines.append(f"{word:<7} {spec.spec}{f'  [{spec.group}]' if spec.group else ''}")
        troubles = (block(spec.problem).first_line, spec.exception.first_line)
        lines += [f"    {trouble}" for trouble in troubles if trouble]
        for test in spec.tests[: max(0, left)]:
            lines += [f"    {test.outcome}: {test.name}", f"      {test.first_line or 'No error was told.'}"]
        left -= len(spec.tests)
    return [*lines, "and more"] if left < 0 else lines


def _indented(text: str) -> list[str]:
    return [f"{_BODY}{line}".rstrip() for line in text.split("\n")]


def last_artifacts(test: FailedTest) -> list[tuple[str, Artifact]]:
    """The artifacts of the last attempt that left any, each with its label."""
    for _, group in groupby(test.artifacts, key=lambda artifact: artifact.attempt):
        return [(_label(artifact), artifact) for artifact in group]
    return []


def _label(artifact: Artifact) -> str:
    name = artifact.name or ""
    return name if artifact.kind == "attachment" and name else str(artifact.kind)


def markdown_lines(found: Sequence[SpecFailures], title: str, url: str) -> list[str]:
    """The same for a comment on a pull request. Nothing in it can be taken for Markdown or HTML."""
    lines = [f"### {_code(title)}: {failed_words(*failure_counts(found))}", "", f"<{url}>"]
    for spec in found:
        lines += ["", f"#### {_code(spec.spec)}{f' ({_code(spec.group)})' if spec.group else ''}"]
        if spec.problem:
            lines += ["", f"Its tests are not known: {_code(spec.problem)}"]
        if spec.exception:
            lines += ["", *_fence(spec.exception)]
        for test in spec.tests:
            tries = f", {counted(test.attempts, 'attempt')}" if test.attempts > 1 else ""
            lines += ["", f"**{test.outcome}{tries}**: {_code(test.name)}", ""]
            lines += _fence("\n\n".join(filter(None, (test.message, test.frame))) or "No error was told.")
            links = [
                f"[{_plain_label(label)}]({_target(artifact)})"
                for label, artifact in last_artifacts(test)
                if artifact.link.is_web
            ]
            lines += ["", ", ".join(links)] if links else []
            lines += ["", *_fence(test.command, "sh")] if test.command else []
        if spec.not_run:
            lines += ["", f"{counted(spec.not_run, 'test')} did not run because of an error."]
    return lines


def _ticks(text: str, least: int) -> str:
    """More backticks in a row than there are anywhere in `text`."""
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    return "`" * max(least, longest + 1)


def _code(text: str) -> str:
    ticks = _ticks(text, 1)
    pad = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{ticks}{pad}{text}{pad}{ticks}"


def _fence(text: str, language: str = "") -> list[str]:
    ticks = _ticks(text, 3)
    return [f"{ticks}{language}", *text.split("\n"), ticks]


def _plain_label(label: str) -> str:
    return re.sub(r"[^\w .-]", "", label) or "artifact"


def _target(artifact: Artifact) -> str:
    """The link's address, without what would end a link in Markdown."""
    return quote(artifact.link.url, safe="!#$&'*+,/:;=?@~%-._")


def as_json(found: Iterable[SpecFailures], instance_page: Callable[[str], str]) -> list[dict[str, Any]]:
    """The same for programs: a test to an object, in names that stay. What is not told is null."""
    return [
        {
            "spec": spec.spec,
            "group": spec.group or None,
            "title": list(test.titles),
            "outcome": str(test.outcome),
            "attempts": test.attempts,
            "error": test.message or None,
            "code": test.frame or None,
            "line": test.place[1] if test.place is not None else None,
            "artifacts": [
                {
                    "kind": str(artifact.kind),
                    "name": artifact.name,
                    "attempt": artifact.attempt + 1 if artifact.attempt is not None else None,
                    "url": artifact.link.url,
                }
                for artifact in test.artifacts
            ],
            "command": test.command or None,
            "instanceId": spec.instance_id or None,
            "testId": test.test_id or None,
            "url": instance_page(spec.instance_id) if spec.instance_id else None,
        }
        for spec in found
        for test in [*spec.tests, *_file_itself(spec)]
    ]


def _file_itself(spec: SpecFailures) -> list[FailedTest]:
    """The file as one more failure, where it failed as a whole or its tests could not be had."""
    trouble = spec.exception or spec.problem
    if not trouble and not (spec.not_run and not spec.tests):
        return []
    told = block(trouble or f"{counted(spec.not_run, 'test')} did not run because of an error.")
    return [
        FailedTest(
            name=spec.spec, titles=(), outcome=Outcome.FAILED, attempts=0, message=told, frame=Block(),
            place=None, file="", artifacts=(), test_id="", command=spec.command,
        )
    ]  # fmt: skip
