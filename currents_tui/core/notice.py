"""What a person who looks elsewhere is told of a run: its first failure, its silence, its verdict.

Only of a run that was seen alive, and each of it once: whoever opens a run that is over knows why.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from currents_tui.core.board import Board
from currents_tui.core.deed import Deed
from currents_tui.core.model import Run
from currents_tui.core.progress import totals
from currents_tui.core.rows.look import elapsed, run_title
from currents_tui.core.stall import Stall
from currents_tui.core.text import clip
from currents_tui.core.verdict import SpecState, is_bad
from currents_tui.core.watched import Watched
from currents_tui.core.words import span

TITLE_CELLS, WORDS_CELLS = 60, 120
"""A notification is no page: terminals cut what is longer, each at another place."""

End = tuple[str, float | None]
"""How a run ended, and how many seconds it took: another end of the same run took another time."""
StallKey = tuple[str, datetime | None]
"""A spec's key, and when it began."""


class Notice(Struct, frozen=True):
    title: str
    """ "FAILED: fix: debounce the address look-up"."""
    words: str
    """ "5 of 1,046 tests failed, took 12:40"."""

    @property
    def text(self) -> str:
        return f"{self.title}: {self.words}"


class Noted(Struct, frozen=True):
    """What is known of a run by whoever is told about it."""

    run: Run | None = None
    is_over: bool = False
    has_failed: bool = False
    is_cancelling: bool = False
    """Whether it was being cancelled from here: who confirms that needs no bell."""
    ends: frozenset[End] = frozenset()
    is_stuck: bool = False
    silences: frozenset[StallKey] = frozenset()


def noticed(
    noted: Noted, watched: Watched, stalls: Sequence[Stall], now: datetime
) -> tuple[Noted, Notice | None]:
    """What is to be told of `watched` now, after what is `noted`, and what is noted then.

    `stalls` are those of `watched` at `now`.
    """
    run, board = watched.run, watched.board
    if run is None or board is None:
        return noted, None
    is_cancelling = watched.under_way is Deed.CANCEL
    is_same = run is noted.run and is_cancelling is noted.is_cancelling
    if is_same and not stalls and not noted.is_stuck:
        return noted, None
    is_over = board.verdict.is_over
    ends = frozenset[End]({(board.verdict.word, elapsed(run, True, now))} if is_over else ())
    after = Noted(
        run=run,
        is_over=is_over,
        has_failed=noted.has_failed or _has_failed(run, board),
        is_cancelling=is_cancelling,
        ends=noted.ends | ends,
        is_stuck=bool(stalls),
        silences=noted.silences | {(stall.row.key, stall.row.since) for stall in stalls},
    )
    if noted.run is None:
        # What there is at the first sight is on the screen, and the person in front of it.
        return after, None
    if is_over:
        is_own = noted.is_cancelling and board.verdict.word == "CANCELED"
        is_new = not noted.is_over and not ends <= noted.ends and not is_own
        return after, _ended(run, board, now) if is_new else None
    if after.has_failed and not noted.has_failed:
        return after, _failing(run, board)
    if stalls and not noted.is_stuck and after.silences != noted.silences:
        return after, _stuck(run, stalls)
    return after, None


def _has_failed(run: Run, board: Board) -> bool:
    in_specs = bool(board.states.get(SpecState.FAILED)) or any(is_bad(row.spec) for row in board.running)
    return in_specs or board.verdict.word in ("FAILING", "FAILED") or bool(totals(run).failed)


def _notice(word: str, run: Run, words: str) -> Notice:
    return Notice(clip(f"{word}: {run_title(run)}", TITLE_CELLS), clip(words, WORDS_CELLS))


# The wording is imported with the first notice: the first screen needs none.


def _ended(run: Run, board: Board, now: datetime) -> Notice:
    from currents_tui.core.report import result_words

    return _notice(board.verdict.word, run, result_words(run, board, now))


def _failing(run: Run, board: Board) -> Notice:
    from currents_tui.core.report import failure_words

    row = next((row for row in board.rows if row.state is SpecState.FAILED), None)
    row = row or next((row for row in board.running if is_bad(row.spec)), None)
    if row is None:  # only the counts of a group, or the run's status, tell so far
        return _notice("FAILING", run, "the first failure")
    words = failure_words(row, is_over=row.state is SpecState.FAILED)
    return _notice("FAILING", run, f"{row.spec.spec or '?'}: {words}")


def _stuck(run: Run, stalls: Sequence[Stall]) -> Notice:
    worst = stalls[0]
    more = f", and {len(stalls) - 1} more" if len(stalls) > 1 else ""
    machine = f" on {worst.row.machine}" if worst.row.machine else ""
    name = worst.row.spec.spec or "?"
    return _notice("STUCK", run, f"{name}{machine} silent for {span(worst.silent)}{more}")
