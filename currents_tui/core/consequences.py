"""What cancelling or deleting a run will do, told before it is done."""

from collections.abc import Sequence

from msgspec import Struct

from currents_tui.core.board import Board, SpecRow
from currents_tui.core.deed import under_way
from currents_tui.core.model import Run
from currents_tui.core.progress import totals
from currents_tui.core.verdict import is_bad


class Cancelling(Struct, frozen=True):
    """What happens when the run is cancelled."""

    finishing: int
    """Specs that a machine has claimed: it brings them to an end, those of a batch too that it has not begun,
    and their results count.

    Source: the service refuses new claims alone, and its client for Cypress runs a batch in one go.
    """
    never: int
    """Specs that no machine has claimed, and none ever will."""
    failed: int
    """Failed tests or, where only those are known, failed specs."""
    saved: float | None
    """Seconds of machine time that those would have taken; None where nothing tells."""

    @property
    def turns_green(self) -> bool:
        """Whether the commit will be reported as a success, for nothing has failed yet.

        Source: the service's documentation on cancelled runs and commit statuses.
        """
        return self.failed == 0


def cancelling(run: Run, board: Board) -> Cancelling:
    never = [row for row in board.rows if row.spec.claimed_at is None and row.spec.completed_at is None]
    bad = sum(is_bad(spec) for spec in run.specs if spec.claimed_at is not None)
    by_status = (run.status or "").upper() in ("FAILING", "FAILED")
    return Cancelling(
        finishing=len(under_way(run)),
        never=len(never),
        failed=max(totals(run).failed or 0, bad, int(by_status)),
        saved=_saved(board, never),
    )


def _saved(board: Board, never: Sequence[SpecRow]) -> float | None:
    groups = [row.spec.group_id or "" for row in never]
    if not groups or any(group not in board.medians for group in groups):
        return None
    return sum(board.medians[group] for group in groups)


class Deleting(Struct, frozen=True):
    """What is lost when the run is deleted; None where nothing tells how many."""

    specs: int
    """Spec results."""
    tests: int | None
    failures: int | None
    screenshots: int
    videos: int


def deleting(run: Run) -> Deleting:
    sums = totals(run)
    reported = [spec.results for spec in run.specs if spec.completed_at is not None and spec.results]
    return Deleting(
        specs=len(reported),
        tests=sums.tests.done or None,
        failures=sums.failed,
        screenshots=sum(len(results.screenshots) for results in reported),
        videos=sum(results.video_url is not None for results in reported),
    )
