"""Events in as few words as a test needs, and the state after them."""

from datetime import timedelta

from currents_tui.core.events import Polled, PollFailed, Scheduled
from currents_tui.core.model import Run
from currents_tui.core.problem import Kind
from currents_tui.core.state import State, reduce, start
from currents_tui.core.text import plain
from tests.builders import NOW, RUN_ID, ago

OTHER = "b0d4471a51d2a8b4"


def polled(answer: Run, *, at: float = 0, took: float = 0.2, run_id: str = RUN_ID) -> Polled:
    return Polled(run_id=run_id, run=answer, asked_at=ago(at + took), at=ago(at))


def trouble(kind: Kind, *, at: float = 0, attempt: int = 1, of_its_kind: int | None = None) -> PollFailed:
    """Unless it is said otherwise, all that failed in a row were of this kind."""
    return PollFailed(
        run_id=RUN_ID, at=ago(at), kind=kind, sentence=plain("No."), hint=plain("Wait."), attempt=attempt,
        of_its_kind=attempt if of_its_kind is None else of_its_kind,
    )  # fmt: skip


def scheduled(next_in: float | None, *, interval: float = 5, reason: str = "") -> Scheduled:
    next_at = None if next_in is None else NOW + timedelta(seconds=next_in)
    return Scheduled(run_id=RUN_ID, next_at=next_at, interval=interval, reason=reason)


def after(*events: object, state: State | None = None) -> State:
    result = state or start((RUN_ID, OTHER), 5.0)
    for event in events:
        result = reduce(result, event)  # type: ignore[arg-type]
    return result
