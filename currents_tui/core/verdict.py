"""What runs and specs are called, in words, glyphs and tones. The one place that decides it.

The completion state is asked first and the status second: a cancelled or timed-out run still carries
PASSED or FAILED as its status, and showing that would be wrong.
"""

from enum import StrEnum

from msgspec import Struct

from currents_tui.core.cells import Glyphs, Tone
from currents_tui.core.completion import Completion, completion
from currents_tui.core.model import Run, Spec
from currents_tui.core.text import clip


class Verdict(Struct, frozen=True):
    """What is known of a run's outcome."""

    word: str
    tone: Tone
    is_over: bool
    glyph: str
    """The name of its sign in `Glyphs`."""


UNKNOWN = Verdict("UNKNOWN", Tone.MUTED, is_over=False, glyph="unknown")
_OVER = {
    Completion.CANCELED: Verdict("CANCELED", Tone.CANCELED, is_over=True, glyph="canceled"),
    Completion.TIMEOUT: Verdict("TIMEOUT", Tone.WARNING, is_over=True, glyph="timeout"),
}
_BY_STATUS = {
    (False, "RUNNING"): Verdict("RUNNING", Tone.RUNNING, is_over=False, glyph="running"),
    (False, "FAILING"): Verdict("FAILING", Tone.FAILED, is_over=False, glyph="failed"),
    (True, "PASSED"): Verdict("PASSED", Tone.PASSED, is_over=True, glyph="passed"),
    (True, "FAILED"): Verdict("FAILED", Tone.FAILED, is_over=True, glyph="failed"),
}


def run_verdict(run: Run) -> Verdict:
    """What to call `run`. A status this program does not know is shown as the service words it."""
    state = completion(run)
    if state in _OVER:
        return _OVER[state]
    is_over = state is Completion.COMPLETE
    status = (run.status or "").upper()
    known = _BY_STATUS.get((is_over, status))
    if known is not None:
        return known
    word = clip(status or (run.completion_state or "").upper(), 10)
    return Verdict(word or UNKNOWN.word, Tone.MUTED, is_over=is_over, glyph="unknown")


class SpecState(StrEnum):
    """What a spec file is doing. The value is the word on the screen, four cells at most."""

    STUCK = "STUK"
    FAILED = "FAIL"
    FLAKY = "FLKY"
    RUNNING = "RUN"
    WAITING = "WAIT"
    """Not started: without a machine, or claimed in a batch and queued on one."""
    PASSED = "PASS"
    SKIPPED = "SKIP"
    """Nothing in it passed or failed: every test was left out on purpose."""
    CANCELED = "CANC"
    TIMED_OUT = "TIME"


TONES = {
    SpecState.STUCK: Tone.STUCK,
    SpecState.FAILED: Tone.FAILED,
    SpecState.FLAKY: Tone.FLAKY,
    SpecState.RUNNING: Tone.RUNNING,
    SpecState.WAITING: Tone.WAITING,
    SpecState.PASSED: Tone.PASSED,
    SpecState.SKIPPED: Tone.SKIPPED,
    SpecState.CANCELED: Tone.CANCELED,
    SpecState.TIMED_OUT: Tone.WARNING,
}

_GLYPHS = {
    SpecState.STUCK: "stuck",
    SpecState.FAILED: "failed",
    SpecState.FLAKY: "flaky",
    SpecState.RUNNING: "running",
    SpecState.WAITING: "idle",
    SpecState.PASSED: "passed",
    SpecState.SKIPPED: "skipped",
    SpecState.CANCELED: "canceled",
    SpecState.TIMED_OUT: "timeout",
}


def sign(state: SpecState, glyphs: Glyphs) -> str:
    """The sign of `state` in this set of glyphs."""
    return str(getattr(glyphs, _GLYPHS[state]))


def run_sign(verdict: Verdict, glyphs: Glyphs) -> str:
    """The sign of `verdict` in this set of glyphs."""
    return str(getattr(glyphs, verdict.glyph))


def is_bad(spec: Spec) -> bool:
    """Whether it has a failure. Skipped tests count: they should have run and could not."""
    stats = spec.stats
    crashed = spec.results is not None and bool(spec.results.exception)
    return bool(stats.failures or stats.skipped or crashed)


def is_suspect(spec: Spec) -> bool:
    """Whether it has a failed or a flaky test."""
    return bool(spec.flaky) or is_bad(spec)


def spec_state(
    spec: Spec, run_state: Completion, *, queued: bool = False, finishing: bool = False
) -> SpecState:
    """What `spec` is doing in a run whose completion state is `run_state`.

    `queued` says that its machine has claimed it and is busy with another, `finishing` that a cancelled run's
    machines still report what they have claimed. Whether a running spec is stuck takes a clock: see
    `core.stall`.
    """
    if spec.completed_at is not None:
        if is_bad(spec):
            return SpecState.FAILED
        if spec.flaky:
            return SpecState.FLAKY
        # Without results a reported spec is not called passed: nothing said so.
        return SpecState.PASSED if spec.stats.passes else SpecState.SKIPPED
    if run_state is Completion.CANCELED and not (finishing and spec.claimed_at is not None):
        return SpecState.CANCELED
    if run_state is Completion.TIMEOUT:
        return SpecState.TIMED_OUT
    return SpecState.WAITING if spec.claimed_at is None or queued else SpecState.RUNNING
