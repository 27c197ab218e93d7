"""Either spelling is read, and nothing unknown is taken for an end."""

import pytest

from currents_tui.core.completion import Completion, completion
from currents_tui.core.model import Run
from currents_tui.core.text import plain


@pytest.mark.parametrize(
    ("word", "state"),
    [
        ("IN_PROGRESS", Completion.IN_PROGRESS),
        ("inProgress", Completion.IN_PROGRESS),
        ("incomplete", Completion.IN_PROGRESS),
        ("COMPLETE", Completion.COMPLETE),
        ("complete", Completion.COMPLETE),
        ("CANCELED", Completion.CANCELED),
        ("CANCELLED", Completion.CANCELED),
        ("cancelled", Completion.CANCELED),
        ("TIMEOUT", Completion.TIMEOUT),
        ("timedOut", Completion.TIMEOUT),
        ("TIMED_OUT", Completion.TIMEOUT),
        ("PAUSED", Completion.UNKNOWN),
    ],
)
def test_the_completion_state_decides(word: str, state: Completion) -> None:
    for status in (None, "RUNNING", "PASSED", "cancelled"):
        run = Run(completion_state=plain(word), status=None if status is None else plain(status))
        assert completion(run) is state


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("RUNNING", Completion.IN_PROGRESS),
        ("failing", Completion.IN_PROGRESS),
        ("cancelled", Completion.CANCELED),
        ("timedOut", Completion.TIMEOUT),
        ("PASSED", Completion.UNKNOWN),
        ("FAILED", Completion.UNKNOWN),
        (None, Completion.UNKNOWN),
    ],
)
def test_the_status_stands_in_where_it_can(status: str | None, state: Completion) -> None:
    assert completion(Run(status=None if status is None else plain(status))) is state


def test_three_states_are_an_end() -> None:
    assert [state for state in Completion if state.is_over] == [
        Completion.COMPLETE,
        Completion.CANCELED,
        Completion.TIMEOUT,
    ]
