"""What runs and specs are called."""

import pytest

from currents_tui.core.cells import ASCII, UNICODE, Tone
from currents_tui.core.completion import Completion
from currents_tui.core.text import width
from currents_tui.core.verdict import TONES, SpecState, run_sign, run_verdict, sign, spec_state
from tests.builders import failed, passed, run, running, spec, waiting


@pytest.mark.parametrize(
    ("state", "status", "word", "is_over"),
    [
        ("IN_PROGRESS", "RUNNING", "RUNNING", False),
        ("IN_PROGRESS", "FAILING", "FAILING", False),
        ("COMPLETE", "PASSED", "PASSED", True),
        ("COMPLETE", "FAILED", "FAILED", True),
        # The completion state wins: these carry a status that would mislead.
        ("CANCELED", "PASSED", "CANCELED", True),
        ("cancelled", "FAILED", "CANCELED", True),
        ("TIMEOUT", "FAILED", "TIMEOUT", True),
        ("timedOut", "RUNNING", "TIMEOUT", True),
        # Words of tomorrow are shown, and are no end.
        ("PAUSED", "NAPPING", "NAPPING", False),
        ("COMPLETE", "WEIRD", "WEIRD", True),
    ],
)
def test_completion_state_comes_before_status(state: str, status: str, word: str, is_over: bool) -> None:
    verdict = run_verdict(run(state=state, status=status))
    assert (verdict.word, verdict.is_over) == (word, is_over)


def test_nothing_told_is_unknown_and_not_over() -> None:
    verdict = run_verdict(run(state="", status=""))
    assert (verdict.word, verdict.is_over, verdict.tone) == ("UNKNOWN", False, Tone.MUTED)


IN_PROGRESS = Completion.IN_PROGRESS


@pytest.mark.parametrize(
    ("value", "run_state", "expected"),
    [
        (waiting(), IN_PROGRESS, SpecState.WAITING),
        (running(), IN_PROGRESS, SpecState.RUNNING),
        (passed(), IN_PROGRESS, SpecState.PASSED),
        (passed(flaky=1), IN_PROGRESS, SpecState.FLAKY),
        (failed(), IN_PROGRESS, SpecState.FAILED),
        # Skipped tests should have run and could not: the service counts them as bad.
        (spec(claimed=9, completed=1, passes=3, skipped=1), IN_PROGRESS, SpecState.FAILED),
        # The whole file crashed before any test.
        (spec(claimed=9, completed=1, exception="SyntaxError"), IN_PROGRESS, SpecState.FAILED),
        (spec(claimed=9, completed=1, pending=4), IN_PROGRESS, SpecState.SKIPPED),
        # Reported without results: nothing says that anything passed.
        (spec(claimed=9, completed=1, results=False), IN_PROGRESS, SpecState.SKIPPED),
        (running(), Completion.CANCELED, SpecState.CANCELED),
        (waiting(), Completion.CANCELED, SpecState.CANCELED),
        (running(), Completion.TIMEOUT, SpecState.TIMED_OUT),
        # A cancelled run's specs in flight still report, and then they count.
        (passed(), Completion.CANCELED, SpecState.PASSED),
    ],
)
def test_spec_states(value: object, run_state: Completion, expected: SpecState) -> None:
    from currents_tui.core.model import Spec

    assert isinstance(value, Spec)
    assert spec_state(value, run_state) is expected


def test_a_queued_spec_waits() -> None:
    assert spec_state(running(), IN_PROGRESS, queued=True) is SpecState.WAITING


@pytest.mark.parametrize("glyphs", [UNICODE, ASCII])
def test_every_state_has_a_sign_of_one_cell_and_a_word_of_at_most_four(glyphs: object) -> None:
    for state in SpecState:
        assert width(sign(state, UNICODE)) == width(sign(state, ASCII)) == 1
        assert sign(state, ASCII).isascii()
        assert len(state.value) <= 4
        assert state in TONES


def test_every_verdict_has_a_sign() -> None:
    for state in ("IN_PROGRESS", "COMPLETE", "CANCELED", "TIMEOUT", "?"):
        assert width(run_sign(run_verdict(run(state=state, status="FAILED")), UNICODE)) == 1
