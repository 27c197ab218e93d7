"""The rows of the pane of runs."""

from datetime import UTC

from msgspec import structs

from currents_tui.core.cells import UNICODE, Line, line_width
from currents_tui.core.events import Polled, PollFailed
from currents_tui.core.model import FeedItem, Run
from currents_tui.core.problem import Kind
from currents_tui.core.rows.look import Look
from currents_tui.core.rows.runs import run_row
from currents_tui.core.state import reduce, start
from currents_tui.core.text import plain
from currents_tui.core.watched import Watched
from tests.builders import NOW, RUN_ID, passed, run, running
from tests.core.happening import after, polled

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


def test_a_run_that_is_over_took_as_long_in_the_list_as_in_the_header() -> None:
    """The list tells the span of the specs' times alone, which begins with the first claim."""
    over = run(passed(completed=90), state="COMPLETE", status="PASSED")
    state = after(polled(over))
    told = {name: getattr(over, name) for name in Run.__struct_fields__}
    item = FeedItem(**{**told, "specs": (), "duration_ms": 60_000.0})
    watched = structs.replace(state.current, listed=item, listed_asked_at=NOW)
    assert watched.newest is item
    assert text(*run_row(watched, NOW, 100, LOOK)).count("11:10") == 1
    assert "1:00" in text(*run_row(Watched(RUN_ID, listed=item), NOW, 100, LOOK))


def test_how_long_a_run_took_is_said_to_be_unknown_where_the_list_does_not_tell() -> None:
    over = run(state="COMPLETE", status="PASSED")
    item = FeedItem(**{name: getattr(over, name) for name in Run.__struct_fields__})
    assert text(run_row(Watched(RUN_ID, listed=item), NOW, 100, LOOK)[0]).endswith("? ")
