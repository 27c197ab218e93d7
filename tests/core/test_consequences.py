"""What cancelling and deleting will do, and whether that is what is told afterwards."""

from datetime import UTC

from currents_tui.core.board import board
from currents_tui.core.consequences import cancelling, deleting
from currents_tui.core.deed import Deed, Ending, Outcome, told
from tests.builders import NOW, RUN_ID, failed, passed, run, running, spec, waiting


def test_what_runs_finishes_and_what_waits_never_starts() -> None:
    about = run(running(), running("b", machine="machine-2"), waiting(), waiting("d"), waiting("e"))
    facts = cancelling(about, board(about))
    assert (facts.finishing, facts.never) == (2, 3)


def test_a_machine_finishes_the_batch_that_it_has_claimed() -> None:
    done = [passed(f"done-{n}", took=60) for n in range(3)]
    batch = [spec(f"{n}.cy.js", claimed=90, results=False, machine="m") for n in range(5)]
    about = run(*done, *batch, waiting(), groups=())
    facts = cancelling(about, board(about))
    assert (facts.finishing, facts.never, facts.saved) == (5, 1, 60)
    afterwards = Outcome(deed=Deed.CANCEL, run_id=RUN_ID, ending=Ending.DONE, at=NOW, run=about)
    assert "5 claimed specs left to finish" in told(afterwards, UTC)


def test_without_a_failure_the_commit_turns_green_and_with_one_it_does_not() -> None:
    clean = run(passed(), running(), waiting(), groups=())
    assert cancelling(clean, board(clean)).turns_green
    for red in (
        run(failed(), running()),
        run(running(failures=1), groups=()),
        run(running(), status="FAILING", groups=()),
    ):
        assert not cancelling(red, board(red)).turns_green


def test_the_saved_time_is_told_only_where_every_group_has_a_median() -> None:
    done = [passed(f"done-{n}", took=60) for n in range(3)]
    known = run(*done, waiting("a"), waiting("b"))
    assert cancelling(known, board(known)).saved == 120
    unknown = run(*done, waiting("a"), waiting("b", group="webkit"))
    assert cancelling(unknown, board(unknown)).saved is None
    nothing = run(*done)
    assert cancelling(nothing, board(nothing)).saved is None


def test_a_deletion_counts_what_was_reported() -> None:
    lost = deleting(run(passed(), failed(), running("r"), waiting("w"), state="CANCELED"))
    assert lost.specs == 2
    assert lost.videos == 0
