"""What failed in the run that is shown, worked out again only for the specs about which more is known."""

from collections.abc import Sequence

from currents_tui.core.board import Board, SpecRow
from currents_tui.core.failures import SpecFailures, spec_failures
from currents_tui.core.inspection import Inspected, suspect_rows
from currents_tui.core.rows.failures import Entry, entries
from currents_tui.core.state import Watched


class FailureList:
    """The entries of the pane of failures, and the failures behind them."""

    def __init__(self) -> None:
        self.suspects: tuple[SpecRow, ...] = ()
        self.keys: Sequence[str] = ()
        self.by_key: dict[str, Entry] = {}
        self._board: Board | None = None
        self._inspections: object = None
        self._found: dict[str, tuple[SpecRow, Inspected, SpecFailures]] = {}

    def update(self, watched: Watched) -> None:
        """Take in what is known now; nothing is done while that is the same."""
        if watched.board is self._board and watched.inspections is self._inspections:
            return
        if watched.board is not self._board:
            self.suspects = suspect_rows(watched.board) if watched.board is not None else ()
            self._board = watched.board
            there = {row.key for row in self.suspects}
            self._found = {key: told for key, told in self._found.items() if key in there}
        self._inspections = watched.inspections
        lines = [entry for row in self.suspects for entry in self._entries(row, watched)]
        self.by_key = {entry.key: entry for entry in lines}
        keys = tuple(self.by_key)
        if keys != self.keys:
            self.keys = keys

    def _entries(self, row: SpecRow, watched: Watched) -> Sequence[Entry]:
        inspected = watched.inspections.get(row.spec.instance_id or "")
        return tuple(entries(row, inspected, self.found(row, watched)))

    def found(self, row: SpecRow, watched: Watched) -> SpecFailures | None:
        """What failed in the spec of `row`; None until its tests were told."""
        inspected = watched.inspections.get(row.spec.instance_id or "")
        if inspected is None or inspected.instance is None or watched.run is None:
            return None
        known = self._found.get(row.key)
        if known is not None and known[0].spec == row.spec and known[1] is inspected:
            return known[2]
        found = spec_failures(row.spec, inspected.instance, watched.run)
        self._found[row.key] = (row, inspected, found)
        return found
