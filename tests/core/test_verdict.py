"""What runs and specs are called."""

from datetime import datetime

import pytest
from msgspec import structs

from currents_tui.core.board import board
from currents_tui.core.cells import ASCII, UNICODE, Tone
from currents_tui.core.completion import FINISHING_FOR, Completion, is_finishing
from currents_tui.core.model import Run
from currents_tui.core.text import plain, width
from currents_tui.core.verdict import TONES, SpecState, run_sign, run_verdict, sign, spec_state
from tests.builders import NOW, canceled, failed, passed, run, running, spec, waiting


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


def states(told: Run, at: datetime | None = NOW) -> list[str]:
    return [row.state.value for row in board(told, at=at).rows]


BATCH = [spec(f"{n}.cy.js", claimed=20, results=False, machine="m") for n in range(2)]


def test_what_a_machine_has_claimed_goes_on_after_a_cancel_until_it_is_reported() -> None:
    assert states(canceled(running("a"), waiting("b"), passed("c"))) == ["RUN", "CANC", "PASS"]
    assert states(canceled(*BATCH)) == ["RUN", "WAIT"], "it is queued on its machine"
    assert states(canceled(running("a"), before=-20)) == ["RUN"], "the service's clock is ahead"


@pytest.mark.parametrize(
    ("told", "at"),
    [
        pytest.param(canceled(running("a"), before=FINISHING_FOR), NOW, id="long ago"),
        pytest.param(canceled(running("a"), before=-FINISHING_FOR), NOW, id="in times to come"),
        pytest.param(canceled(running("a"), before=None), NOW, id="nobody tells when"),
        pytest.param(run(running("a"), state="CANCELED"), NOW, id="nobody tells anything"),
        pytest.param(canceled(running("a")), None, id="nobody tells when it was asked"),
    ],
)
def test_a_run_that_was_cancelled_long_ago_does_not_look_alive(told: Run, at: datetime | None) -> None:
    assert states(told, at) == ["CANC"]


def test_a_machine_finishes_nothing_of_a_run_that_went_on_after_all_or_timed_out() -> None:
    told = canceled(running("a"))
    assert not is_finishing(structs.replace(told, completion_state=plain("TIMEOUT")), NOW)
    assert not is_finishing(structs.replace(told, completion_state=plain("IN_PROGRESS")), NOW)
    assert not is_finishing(canceled(passed("a"), waiting("b")), NOW)
