"""Lines for a log or, at a terminal, the same above one line that is written over and over."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from datetime import datetime, tzinfo

from currents_tui.cli import out
from currents_tui.core.cells import ASCII, UNICODE
from currents_tui.core.changes import Change, What
from currents_tui.core.text import clip

_ERASE = "\r\x1b[K"
_ERASE_REST = "\x1b[K"
_COLOURS = {
    What.FAILED: "31", What.FLAKY: "33", What.PASSED: "32", What.STUCK: "35", What.TROUBLE: "33",
}  # fmt: skip


class LiveLine:
    """Where `watch` prints. At a terminal that can move its cursor, the last line is kept up to date.

    Not so with `plain`: other words come between.
    """

    def __init__(self, environ: Mapping[str, str], zone: tzinfo, *, utf8: bool, plain: bool = False) -> None:
        can_move = environ.get("TERM", "dumb") != "dumb"
        self.is_live = out.is_terminal() and can_move and not plain
        self._is_coloured = self.is_live and not environ.get("NO_COLOR")
        self._zone = zone
        self._ellipsis = (UNICODE if utf8 else ASCII).ellipsis
        self._shown = self._drawn = ""
        """What the line is to say, and what of it has room."""

    def tell(self, change: Change, at: datetime) -> None:
        """One more line for good."""
        words = f"{at.astimezone(self._zone):%H:%M:%S}  {change.word:<4}  {change.text}"
        if not self.is_live:
            out.line(words)
            out.flush()
            return
        colour = _COLOURS.get(change.what) if self._is_coloured else None
        if colour is not None:
            words = f"{words[:10]}\x1b[{colour}m{words[10:14]}\x1b[0m{words[14:]}"
        shown, self._drawn = self._shown, ""
        out.write(f"{_ERASE if shown else ''}{words}\n")
        self.show(shown)

    def show(self, words: str) -> None:
        """What the line that changes is to say now; nothing without such a line."""
        if not self.is_live:
            return
        self._shown, before = words, self._drawn
        self._drawn = clip(words, self._cells(), ellipsis=self._ellipsis)
        if self._drawn != before:
            # Written over and not erased first: a line that is empty for a moment flickers.
            out.write(f"\r{self._drawn}{_ERASE_REST}")
            out.flush()

    def end(self) -> None:
        """Take the line that changes away: what comes now stays."""
        if self._shown:
            self._shown = self._drawn = ""
            out.write(_ERASE)
            out.flush()

    def _cells(self) -> int:
        """A cell less than there are: a full line makes some terminals begin the next one."""
        try:
            return max(1, os.get_terminal_size(sys.stdout.fileno()).columns - 1)
        except (OSError, ValueError):
            return 79
