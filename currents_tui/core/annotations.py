"""What CI services make of some lines in a log: annotations on GitHub, sections that fold on GitLab.

Sources: GitHub's page on workflow commands, GitLab's page on job logs.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from currents_tui.core.failures import FailedTest, Outcome, SpecFailures

MOST_ANNOTATIONS: Final = 10
"""What GitHub shows of one step and one sort."""


_CHECKOUT = re.compile(r"(?:/home/runner/work|/__w|/Users/runner/work|[A-Z]:/a)/[^/]+/[^/]+/")
"""Where GitHub's machines keep a repository: that of the tests may be another than ours."""


def github(found: Iterable[SpecFailures], workspace: str) -> Iterator[str]:
    """A workflow command for each failed test, and a warning for each flaky one.

    `workspace` is the folder of the checkout here.
    """
    tests = [(spec, test) for spec in found for test in spec.tests]
    for outcome, command in ((Outcome.FAILED, "error"), (Outcome.FLAKY, "warning")):
        chosen = [(spec, test) for spec, test in tests if test.outcome is outcome]
        for spec, test in chosen[:MOST_ANNOTATIONS]:
            properties = _properties(spec, test, workspace)
            yield f"::{command} {properties}::{_data(test.message or 'No error was told.')}"


def _properties(spec: SpecFailures, test: FailedTest, workspace: str) -> str:
    line = str(test.place[1]) if test.place is not None else ""
    told = {"file": _in_repository(spec, test, workspace), "line": line, "title": test.name}
    return ",".join(f"{name}={_property(value)}" for name, value in told.items() if value)


def _in_repository(spec: SpecFailures, test: FailedTest, workspace: str) -> str:
    """The file from the repository's root on, where its place on the machine that ran it tells that."""
    root = f"{workspace.rstrip('/')}/"
    if len(root) > 1 and test.file.startswith(root):
        return test.file.removeprefix(root)
    return _CHECKOUT.sub("", test.file, count=1) if _CHECKOUT.match(test.file) else spec.spec


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def gitlab_section(name: str, title: str, lines: Iterable[str], at: int) -> Iterator[str]:
    """`lines` as a section with this `title`, which folds; `at` is the time in seconds since 1970."""
    yield f"\x1b[0Ksection_start:{at}:{name}[collapsed=true]\r\x1b[0K{title}"
    yield from lines
    yield f"\x1b[0Ksection_end:{at}:{name}\r\x1b[0K"
