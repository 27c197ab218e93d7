from datetime import UTC, timedelta

import pytest

from currents_tui.core.cells import ASCII, UNICODE, Line, line_width
from currents_tui.core.deed import Deed
from currents_tui.core.events import Polled
from currents_tui.core.model import Run
from currents_tui.core.rows.dialog import Question, caption, dialog
from currents_tui.core.rows.look import Look
from currents_tui.core.state import Watched, reduce, start
from tests.builders import NOW, RUN_ID, ago, failed, passed, run, running, waiting

LOOK = Look(UNICODE, UTC)
BUSY = run(failed(), running(), running("b"), waiting())
OVER = run(failed(), passed("b"), state="COMPLETE", status="FAILED")
LONG = run(running("カート/" * 60), waiting("x" * 300, group="👩‍👩‍👧" * 40))


def text(lines: tuple[Line, ...]) -> str:
    return "\n".join("".join(span for span, _ in line) for line in lines)


def watched(known: Run) -> Watched:
    state = start((RUN_ID,), 5)
    return reduce(state, Polled(run_id=RUN_ID, run=known, asked_at=ago(2), at=ago(1))).current


def shown(
    deed: Deed, known: Run, cells: int = 68, height: int = 22, look: Look = LOOK, **more: object
) -> str:
    question = Question(deed, RUN_ID, NOW - timedelta(seconds=2), **more)  # type: ignore[arg-type]
    return text(dialog(question, watched(known), NOW, cells, height, LOOK))


def test_a_cancel_tells_all_of_it() -> None:
    told = shown(Deed.CANCEL, BUSY)
    for fact in (
        "2 running specs", "1 waiting spec", "never start", "FAILURE where one is reported",
        "Checked 1 s ago.", "This cannot be undone.", "y  Cancel the run",
    ):  # fmt: skip
        assert fact in told


def test_a_run_without_a_failure_turns_green_and_that_is_said() -> None:
    told = shown(Deed.CANCEL, run(passed(), waiting(), groups=()))
    assert "turns GREEN: nothing has failed so far" in told
    assert "though 1 spec never ran" in told


def test_a_delete_tells_what_is_lost_and_what_to_type() -> None:
    told = shown(Deed.DELETE, OVER, typed="6f")
    assert "2 spec results" in told
    assert "> 6f_" in told
    assert "not this run's id" in shown(Deed.DELETE, OVER, is_wrong=True)
    assert "Saved as x.json" in shown(Deed.DELETE, OVER, copied="Saved as x.json")


def test_what_became_impossible_meanwhile_says_so_and_offers_nothing() -> None:
    told = shown(Deed.CANCEL, OVER)
    assert "nothing to cancel" in told
    assert "y  Cancel" not in told


def test_the_caption_names_the_run() -> None:
    assert "6f3b9c0e" in caption(Question(Deed.CANCEL, RUN_ID, NOW))
    assert "for ever" in caption(Question(Deed.DELETE, RUN_ID, NOW))


@pytest.mark.parametrize("look", [LOOK, Look(ASCII, UTC)], ids=["unicode", "ascii"])
@pytest.mark.parametrize("known", [BUSY, OVER, LONG])
@pytest.mark.parametrize("deed", Deed)
@pytest.mark.parametrize(("cells", "height"), [(56, 13), (68, 22), (20, 5), (0, 1), (200, 60)])
def test_it_fits_whatever_is_in_it(deed: Deed, known: Run, cells: int, height: int, look: Look) -> None:
    question = Question(deed, RUN_ID, NOW)
    lines = dialog(question, watched(known), NOW, cells, height, look)
    assert len(lines) <= height
    assert all(line_width(line) <= cells for line in lines)
    if look.glyphs is ASCII and known is not LONG:
        assert text(lines).isascii()
