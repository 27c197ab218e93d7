"""What happened to the runs that are followed, kept for the pane that tells it."""

from collections.abc import Sequence
from datetime import datetime

from currents_tui.core.deed import Outcome
from currents_tui.core.log import Entry, Log, logged
from currents_tui.core.state import State
from currents_tui.core.watched import Watched, stuck


class _Page:
    """One run's log, and the keys of its rows: an entry keeps its key when newer ones come."""

    def __init__(self) -> None:
        self.log = Log()
        self.seen: Watched | None = None
        self.keys: tuple[str, ...] = ()
        self.by_key: dict[str, Entry] = {}
        self._told = 0

    def write(self, log: Log) -> None:
        before = self.log.entries
        self.log = log
        if log.entries is before:
            return
        new = log.entries.index(before[0]) if before and before[0] in log.entries else len(log.entries)
        self._told += new
        numbers = range(self._told, self._told - len(log.entries), -1)
        self.by_key = {str(number): entry for number, entry in zip(numbers, log.entries, strict=True)}
        self.keys = tuple(self.by_key)


class LogBook:
    """A log for each run that is followed."""

    def __init__(self) -> None:
        self._pages: dict[str, _Page] = {}

    def write(self, state: State, now: datetime, outcome: Outcome | None = None) -> None:
        """Write down what is new in `state`; `outcome` is that of a deed that has just ended."""
        self._pages = {watched.run_id: self._written(watched, state, now, outcome) for watched in state.runs}

    def _written(self, watched: Watched, state: State, now: datetime, outcome: Outcome | None) -> _Page:
        page = self._pages.get(watched.run_id) or _Page()
        stalls = stuck(watched, now, state.pace, state.run_timeout)
        page.write(logged(page.log, page.seen, watched, stalls, now, outcome))
        page.seen = watched
        return page

    def keys(self, run_id: str) -> Sequence[str]:
        """The keys of the run's entries, newest first; the very same object as long as they are the same."""
        page = self._pages.get(run_id)
        return page.keys if page is not None else ()

    def entry(self, run_id: str, key: str) -> Entry | None:
        """The entry with that key."""
        page = self._pages.get(run_id)
        return page.by_key.get(key) if page is not None else None
