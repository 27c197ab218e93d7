"""What failed in the run that is shown, worked out again only for the specs about which more is known."""

from collections.abc import Iterator, Mapping, Sequence

from currents_tui.core.board import Board, SpecRow
from currents_tui.core.failures import FailedTest, SpecFailures, spec_failures
from currents_tui.core.file_key import file_key
from currents_tui.core.history import PastRun
from currents_tui.core.inspection import Inspected, suspect_rows
from currents_tui.core.model import Spec
from currents_tui.core.rows.failures import Entry, Told, entries, together
from currents_tui.core.standing import Stand, baseline, fixed_files, stand, tally, tally_words, to_be_known
from currents_tui.core.watched import Watched


class FailureList:
    """The entries of the pane of failures, and the failures behind them."""

    def __init__(self) -> None:
        self.suspects: tuple[SpecRow, ...] = ()
        self.keys: Sequence[str] = ()
        self.by_key: dict[str, Entry] = {}
        self.heads: Sequence[str] = ()
        """The keys of the lines that are about specs."""
        self.caption = ""
        """What the failures are compared with, and how many of them are new."""
        self._board: Board | None = None
        self._seen: tuple[object, ...] = ()
        self._found: dict[str, tuple[SpecRow, Inspected, SpecFailures]] = {}

    def update(self, watched: Watched) -> None:
        """Take in what is known now; nothing is done while that is the same."""
        seen = (watched.board, watched.inspections, watched.history, watched.compared_to)
        if len(seen) == len(self._seen) and all(a is b for a, b in zip(seen, self._seen, strict=True)):
            return
        if watched.board is not self._board:
            board, before = watched.board, self._board
            self.suspects = suspect_rows(board, before, self.suspects) if board is not None else ()
            self._board = watched.board
            there = {row.key for row in self.suspects}
            self._found = {key: told for key, told in self._found.items() if key in there}
        self._seen = seen
        base = baseline(watched.history, watched.compared_to)
        told = [self._told(row, watched, base) for row in self.suspects]
        self._caption(watched, base, [how for one in told for how in one.stands])
        alike = together(told)
        self.heads = tuple(first.row.key for first, *_ in alike)
        lines = (line for first, *others in alike for line in self._entries(first, others, watched))
        self.by_key = {entry.key: entry for entry in lines}
        keys = tuple(self.by_key)
        if keys != self.keys:
            self.keys = keys

    def _told(self, row: SpecRow, watched: Watched, base: PastRun | None) -> Told:
        found = self.found(row, watched)
        tests = found.tests if found is not None else ()
        return Told(row, found, tuple(self.stand(row, test, watched, base) for test in tests))

    def _caption(self, watched: Watched, base: PastRun | None, stands: Sequence[Stand]) -> None:
        if base is None or watched.run is None:
            self.caption = ""
            return
        counts = tally(stands, fixed_files(watched.run, self.suspects, base))
        self.caption = tally_words(counts, base)

    def _entries(self, first: Told, others: Sequence[Told], watched: Watched) -> Iterator[Entry]:
        inspected = watched.inspections.get(first.row.spec.instance_id or "")
        tests = first.found.tests if first.found is not None else ()
        stands = {id(test): how for test, how in zip(tests, first.stands, strict=True)}
        rows = tuple(one.row for one in others)
        return entries(first.row, inspected, first.found, lambda test: stands[id(test)], rows)

    def to_be_known(self, watched: Watched, rows: Sequence[SpecRow]) -> Sequence[Spec]:
        """The specs of earlier runs whose tests tell how the failures of `rows` stand."""
        return to_be_known(watched.run, rows, watched.history) if watched.run is not None else ()

    def stand(self, row: SpecRow, test: FailedTest, watched: Watched, base: PastRun | None) -> Stand:
        """How the failure of a test of that spec stands to earlier runs."""
        assert watched.run is not None  # noqa: S101  a test is of a spec of a run
        key = file_key(watched.run, row.spec)
        return stand(key, test.titles, watched.history, base, watched.inspections)

    def stands(self, row: SpecRow, watched: Watched) -> Mapping[str, Stand]:
        """How the failures of that spec stand to earlier runs, by the ids of their tests."""
        found, base = self.found(row, watched), baseline(watched.history, watched.compared_to)
        tests = found.tests if found is not None else ()
        return {test.test_id: self.stand(row, test, watched, base) for test in tests}

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
