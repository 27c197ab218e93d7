"""Which rows are in the pane of the runs, made anew only when the list or what is followed changes."""

from currents_tui.core.state import State, followed_here, rows_of


class RunList:
    """Keeps the keys, so that the pane sees at a glance that they are the same."""

    def __init__(self) -> None:
        self._keys: tuple[str, ...] = ()
        self._of: tuple[object, ...] = ()

    def keys(self, state: State) -> tuple[str, ...]:
        """The keys of the rows; the very same tuple as long as they are the same."""
        feed = state.feed
        listed = (feed.segments, feed.is_complete, feed.wanted) if feed is not None else ((), True, None)
        of = (*listed, followed_here(state))
        if len(self._of) != len(of) or self._of[0] is not of[0] or self._of[1:] != of[1:]:
            self._of = of
            keys = rows_of(state)
            if keys != self._keys:
                self._keys = keys
        return self._keys
