"""What cancelling or deleting a run will do, told before it is done."""

from msgspec import Struct

from currents_tui.core.board import Board
from currents_tui.core.model import Run
from currents_tui.core.progress import totals
from currents_tui.core.verdict import SpecState, is_bad


class Cancelling(Struct, frozen=True):
    """What happens when the run is cancelled."""

    finishing: int
    """Specs that run: their machines bring them to an end, and their results count."""
    never: int
    """Specs that have not begun, and never will."""
    machines: int
    """Machines at work now."""
    failed: int
    """Failed tests or, where only those are known, failed specs."""
    saved: float | None
    """Seconds of machine time that waiting specs would have taken; None where nothing tells."""

    @property
    def turns_green(self) -> bool:
        """Whether the commit will be reported as a success, for nothing has failed yet.

        Source: the service's documentation on cancelled runs and commit statuses.
        """
        return self.failed == 0


def cancelling(run: Run, board: Board) -> Cancelling:
    finishing = board.states.get(SpecState.RUNNING, 0)
    bad = sum(is_bad(spec) for spec in run.specs if spec.claimed_at is not None)
    by_status = (run.status or "").upper() in ("FAILING", "FAILED")
    return Cancelling(
        finishing=finishing,
        never=board.states.get(SpecState.WAITING, 0),
        machines=len({row.spec.machine_id for row in board.running if row.spec.machine_id}),
        failed=max(totals(run).failed or 0, bad, int(by_status)),
        saved=_saved(board),
    )


def _saved(board: Board) -> float | None:
    waiting = [row.spec.group_id or "" for row in board.rows if row.state is SpecState.WAITING]
    if not waiting or any(group not in board.medians for group in waiting):
        return None
    return sum(board.medians[group] for group in waiting)


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
