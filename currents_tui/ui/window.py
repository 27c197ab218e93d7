"""The title of the terminal's window, and the bar in its taskbar: set when they change, and taken back."""

from __future__ import annotations

from collections.abc import Callable

from currents_tui.core.outside import Mark, Shade
from currents_tui.core.text import plain

PUSH, POP = "\x1b[22;0t", "\x1b[23;0t"
"""Keep the titles of window and icon, and bring back what was kept: XTWINOPS."""
_NO_TITLE = "\x1b]2;\x07"
_NO_MARK = "\x1b]9;4;0;0\x07"


class Window:
    """Writes through `write` what differs from what it wrote last, between `begin` and `end`.

    `title` and `progress` say whether there is one to be set at all.
    """

    def __init__(self, write: Callable[[str], None], *, title: bool, progress: bool) -> None:
        self._write = write
        self._has_title = title
        self._has_progress = progress
        self._is_ours = self._has_begun = False
        self._title = ""
        self._mark = Mark()

    @property
    def farewell(self) -> bytes:
        """What takes everything back where the program ends by a signal; nothing before `begin`."""
        if not self._has_begun:
            return b""
        # A terminal without a stack of titles keeps the last one: better none than one that lies.
        title = f"{_NO_TITLE}{POP}" if self._has_title else ""
        return f"{_NO_MARK if self._has_progress else ''}{title}".encode()

    def show(self, title: str, mark: Mark) -> None:
        """Show this from now on, also after a suspension."""
        title = plain(title)
        has_new_title, has_new_mark = title != self._title, mark != self._mark
        self._title, self._mark = title, mark
        if self._is_ours and has_new_title:
            self._write_title()
        if self._is_ours and has_new_mark:
            self._write_mark()

    def begin(self) -> None:
        """The screen is ours: keep the title that there is, and show what is to be shown."""
        self._is_ours = self._has_begun = True
        if self._has_title:
            self._write(PUSH)
        if self._title:
            self._write_title()
        if self._mark.shade is not Shade.NONE:
            self._write_mark()

    def end(self) -> None:
        """The screen is given back, for good or for a while."""
        if not self._is_ours:
            return
        self._is_ours = False
        if self._has_progress and self._mark.shade is not Shade.NONE:
            self._write(_NO_MARK)
        if self._has_title:
            self._write(_NO_TITLE)
            self._write(POP)

    def _write_title(self) -> None:
        if self._has_title:
            self._write(f"\x1b]2;{self._title}\x07")

    def _write_mark(self) -> None:
        if self._has_progress:
            self._write(f"\x1b]9;4;{self._mark.shade.value};{self._mark.percent}\x07")
