"""The rows of the pane of runs."""

from datetime import UTC

from currents_tui.core.cells import UNICODE, Line, line_width
from currents_tui.core.events import Polled, PollFailed
from currents_tui.core.problem import Kind
from currents_tui.core.rows.look import Look
from currents_tui.core.rows.runs import run_row
from currents_tui.core.state import reduce, start
from currents_tui.core.text import plain
from tests.builders import NOW, RUN_ID, run, running

LOOK = Look(UNICODE, UTC)


def text(*lines: Line) -> str:
    return "\n".join("".join(part for part, _ in line) for line in lines)


def test_a_run_row_of_each_kind() -> None:
    fresh = start((RUN_ID,), 5)
    assert "asking" in text(*run_row(fresh.current, NOW, 32, LOOK))
    answered = reduce(fresh, Polled(run_id=RUN_ID, run=run(running()), asked_at=NOW, at=NOW))
    first, second = run_row(answered.current, NOW, 32, LOOK)
    assert line_width(first) == line_width(second) == 32
    assert "6f3b9c0e ● RUNNING" in text(first)
    assert "4/10" in text(first)
    assert "feat/checkout" in text(second)
    lost = PollFailed(
        run_id=RUN_ID, at=NOW, kind=Kind.OFFLINE, sentence=plain("No way."), hint=plain(""), attempt=1
    )
    assert "No way." in text(*run_row(reduce(fresh, lost).current, NOW, 32, LOOK))
