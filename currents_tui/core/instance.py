"""One execution of a spec file with its tests, whichever of its three shapes the service told it in.

Sources: answers of the live service of 2023 to 2026, and the documentation of 2025. As everywhere,
`None` means "not told".
"""

from __future__ import annotations

from enum import StrEnum

from currents_tui.core.ink import Inked
from currents_tui.core.model import Count, Instant, Link, Millis, Platform, Stats, Value
from currents_tui.core.text import Block, Text


class CodeFrame(Value, frozen=True):
    """The lines of code around a failure."""

    frame: Inked | None = None
    line: Count | None = None
    column: Count | None = None
    file: Text | None = None
    """On the machine that ran it, most often absolute."""


class TestError(Value, frozen=True):
    __test__ = False

    name: Text | None = None
    message: Inked | None = None
    stack: Block | None = None
    code_frame: CodeFrame = CodeFrame()


class Attempt(Value, frozen=True):
    """One go at a test."""

    state: Text | None = None
    raw_status: Text | None = None
    """Playwright's own word: passed, failed, timedOut, interrupted, skipped."""
    error: TestError | None = None
    wall_clock_started_at: Instant | None = None
    wall_clock_duration: Millis | None = None


class Test(Value, frozen=True):
    """A test of the file, with what became of it."""

    __test__ = False

    test_id: Text | None = None
    title: tuple[Text, ...] = ()
    """The titles around it, from the outermost, and its own."""
    state: Text | None = None
    is_flaky: bool | None = None
    display_error: Inked | None = None
    attempts: tuple[Attempt, ...] = ()
    duration: Millis | None = None

    @property
    def name(self) -> str:
        return " › ".join(part for part in self.title if part) or self.test_id or "(a test without a title)"


class ArtifactKind(StrEnum):
    SCREENSHOT = "screenshot"
    VIDEO = "video"
    TRACE = "trace"
    ATTACHMENT = "attachment"


class Artifact(Value, frozen=True):
    """What an attempt left behind. Its link is signed and expires."""

    kind: ArtifactKind
    link: Link
    name: Text | None = None
    test_id: Text | None = None
    """None: it is of the whole file."""
    attempt: Count | None = None
    """Counted from 0."""


class Instance(Value, frozen=True):
    instance_id: Text | None = None
    run_id: Text | None = None
    group_id: Text | None = None
    spec: Text | None = None
    machine_id: Text | None = None
    platform: Platform = Platform()
    completed_at: Instant | None = None
    stats: Stats = Stats()
    exception: Block | None = None
    """The error that kept the whole file from running."""
    tests: tuple[Test, ...] = ()
    artifacts: tuple[Artifact, ...] = ()
