from datetime import UTC

import pytest

from currents_tui.core.deed import Deed, Ending, Outcome, asking, impossible, sending, told, told_all
from currents_tui.core.model import Run
from currents_tui.core.problem import Kind, Problem
from tests.builders import NOW, RUN_ID, failed, run, running, waiting

BUSY = run(running(), waiting())
OVER = run(failed(), state="COMPLETE", status="FAILED")


@pytest.mark.parametrize(
    ("deed", "target", "words"),
    [
        (Deed.CANCEL, None, "Nothing is known"),
        (Deed.CANCEL, BUSY, None),
        (Deed.CANCEL, OVER, "over (FAILED)"),
        (Deed.DELETE, BUSY, "cancel it first"),
        (Deed.DELETE, OVER, None),
        (Deed.DELETE, run(state="whatever"), "cancel it first"),
        (Deed.DELETE, None, "Nothing is known"),
    ],
)
def test_what_cannot_be_done_says_why(deed: Deed, target: Run | None, words: str | None) -> None:
    reason = impossible(deed, target)
    assert reason is None if words is None else words in str(reason)


def ended(ending: Ending, deed: Deed = Deed.CANCEL, **more: object) -> str:
    outcome = Outcome(deed=deed, run_id=RUN_ID, ending=ending, at=NOW, **more)  # type: ignore[arg-type]
    return told(outcome, UTC)


def test_every_ending_names_the_run_and_what_became_of_it() -> None:
    refusal = Problem(Kind.FORBIDDEN, "The API key may not do this (403).", "Ask an admin.")
    canceled = run(running(), running("b"), waiting(), state="CANCELED")
    assert ended(Ending.DONE, run=canceled) == (
        "CANCELED run 6f3b9c0e at 14:15:00. 2 claimed specs left to finish."
    )
    assert ended(Ending.DONE, Deed.DELETE, run=OVER) == "DELETED run 6f3b9c0e at 14:15:00."
    assert ended(Ending.ALREADY) == "Run 6f3b9c0e was cancelled before; nothing was changed."
    assert "finished FAILED before" in ended(Ending.OVER, run=OVER)
    forbidden = "Run 6f3b9c0e was not cancelled: this key may neither cancel nor delete (403)."
    assert ended(Ending.REFUSED, problem=refusal) == f"{forbidden} Ask an admin."
    assert len(forbidden) < 80, "whole on the narrowest screen"
    assert ended(Ending.UNKNOWN, Deed.DELETE).startswith("NOT CONFIRMED: nothing tells whether run 6f3b9c0e")


def test_what_became_of_one_of_several_is_not_said_of_all() -> None:
    done = Outcome(deed=Deed.CANCEL, run_id="a" * 16, ending=Ending.DONE, at=NOW)
    late = Outcome(deed=Deed.CANCEL, run_id=RUN_ID, ending=Ending.OVER, at=NOW, run=OVER)
    assert told_all([done, late], UTC) == (
        "CANCELED 1 of 2 runs. Run 6f3b9c0e finished FAILED before the request took effect: not cancelled."
    )


@pytest.mark.parametrize("deed", Deed)
def test_what_is_under_way_names_the_run(deed: Deed) -> None:
    assert "6f3b9c0e" in sending(deed, RUN_ID)
    assert f"was {deed.past}" in asking(deed, RUN_ID)
