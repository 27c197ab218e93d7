"""Which specs are in the pane and in which order, worked out again only when something can change it."""

from datetime import datetime, timedelta

from currents_tui.core.board import Board
from currents_tui.core.selection import Selection, Sort, parse_filter, select

HELD_AT_MOST = timedelta(seconds=10)
"""How long rows keep places that are not theirs any more, however long somebody is at the keys."""


class SpecOrder:
    """The person's filter and sorting, and the keys they lead to."""

    def __init__(self) -> None:
        self.sort = Sort.ATTENTION
        self.backwards = False
        self.filter = ""
        self._keys: tuple[str, ...] = ()
        self._view: tuple[object, ...] = ()
        self._seen: tuple[Board | None, frozenset[str]] | None = None
        self.keeps_row = False
        """Whether somebody is about to act on the row under the cursor, and did not just ask for others."""
        self._is_held = False
        self._late_since: datetime | None = None
        """Since when held rows are not where they belong; None while they are."""
        self._selection: Selection | None = None

    def next_sort(self) -> None:
        sorts = list(Sort)
        self.sort = sorts[(sorts.index(self.sort) + 1) % len(sorts)]

    def keys(
        self, board: Board | None, stuck: frozenset[str], now: datetime, *, hold: bool
    ) -> tuple[str, ...]:
        """The keys of the rows to show. With `hold`, rows that are shown keep their places for a while:
        somebody is about to act on one of them.
        """
        view = (self.filter, self.sort, self.backwards)
        is_long = self._late_since is not None and abs(now - self._late_since) >= HELD_AT_MOST
        self.keeps_row = hold and view == self._view
        hold = self.keeps_row and not is_long
        is_same = self._seen is not None and self._seen[0] is board and self._seen[1] == stuck
        # A held order is a stopgap: it is worked out again as soon as nothing holds it.
        if is_same and view == self._view and (hold or not self._is_held):
            return self._keys
        rows, terms = board.rows if board is not None else (), parse_filter(self.filter)
        self._selection = select(rows, self.sort, terms, stuck, self._selection)
        held = self._keys if hold else ()
        found = self._selection.keys(backwards=self.backwards, hold=held)
        is_late = bool(held) and found != self._selection.keys(backwards=self.backwards)
        self._late_since = (self._late_since or now) if is_late else None
        if found != self._keys:
            self._keys = found
        self._view, self._seen, self._is_held = view, (board, stuck), bool(held)
        return self._keys

    def note(self) -> str:
        """What the pane says about itself."""
        direction = " backwards" if self.backwards else ""
        held = " (held)" if self._late_since is not None else ""
        return f"sort: {self.sort.value}{direction}{held}  filter: {self.filter or 'none'}"
