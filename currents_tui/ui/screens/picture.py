"""The page of a picture: it is loaded, drawn with cells, and if possible in the terminal's own graphics."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from textual.app import ComposeResult, SuspendNotSupported

from currents_tui.core.artifacts import Shot, is_stale
from currents_tui.core.cells import ASCII, Line, Tone, crop
from currents_tui.core.commands import Place
from currents_tui.core.problem import Kind, Problem
from currents_tui.core.rows.picture import loading, picture_header, picture_keys, picture_size
from currents_tui.ui import graphics
from currents_tui.ui.commanded import bindings
from currents_tui.ui.lending import lend
from currents_tui.ui.pixels import Drawing, decode
from currents_tui.ui.screens.covering import Covering
from currents_tui.ui.session import Fetch, Fresh, Session
from currents_tui.ui.widgets.painted import Painted
from currents_tui.ui.widgets.picture_view import PictureView

if TYPE_CHECKING:
    from PIL import Image


_SMALL = (1024, 1024)
"""Pixels that cells are drawn from: more than any screen has cells, and quick at every size."""


_KEYS = {"left_square_bracket": "previous", "right_square_bracket": "next", "v": "sharper"}
"""Keys of this page alone, before those of the table of commands."""

_NAMES = {"[": "left_square_bracket", "]": "right_square_bracket", "?": "question_mark"}
"""What the application calls keys that are no letters."""


class Loaded(NamedTuple):
    picture: Image.Image
    small: Image.Image
    stored: int
    """Bytes that were loaded."""


def _loaded(data: bytes) -> Loaded:
    picture = decode(data)
    small = picture.copy()
    small.thumbnail(_SMALL)
    return Loaded(picture, small, len(data))


class PictureScreen(Covering):
    """One of several pictures at a time."""

    PLACE: ClassVar[Place] = Place.DETAIL
    BINDINGS = bindings(Place.DETAIL)

    terminal_said: ClassVar[str | None] = None
    """What the terminal can draw, once it was asked: one process stands at one terminal."""

    def __init__(
        self,
        session: Session,
        shots: tuple[Shot, ...],
        fetch: Fetch,
        *,
        fresh: Fresh,
        pulse: Callable[[int], Line],
    ) -> None:
        super().__init__()
        self.session = session
        self._shots = list(shots)
        self._fetch = fetch
        self._fresh = fresh
        self._pulse = pulse
        self._place = 0
        self._loaded: dict[int, Loaded] = {}
        self._progress: tuple[int, int | None] = (0, None)
        self._trouble = ""
        self._header, self._message, self._footer = Painted(), Painted(), Painted()
        self.view: PictureView

    def compose(self) -> ComposeResult:
        self.view = PictureView(self._drawing(), id="picture")
        yield self._header
        yield self.view
        yield self._message
        yield self._footer

    def _drawing(self) -> Drawing:
        if self.app.no_color or self.app.console.color_system is None:
            return Drawing.SHADES
        return Drawing.BLANKS if self.session.look.glyphs is ASCII else Drawing.HALVES

    def on_mount(self) -> None:
        self._begin()

    def on_resize(self) -> None:
        self.draw()

    def draw(self) -> None:
        # A poll can come before the view is composed: how it draws depends on the app.
        if not self.is_attached or not self.children:
            return
        look, cells = self.session.look, self.size.width
        shot, found = self._shots[self._place], self._loaded.get(self._place)
        header = picture_header(shot.label, self._place, len(self._shots), self._pulse(cells), cells, look)
        self._header.show((header,))
        instead: Line = ((self._trouble, Tone.FAILED),) if self._trouble else ()
        if found is None and not self._trouble:
            instead = loading(*self._progress, cells, look)
        self.view.present(found.small if found is not None else None, crop(instead, cells, look.glyphs))
        size = picture_size(found.picture.size, found.stored, look) if found is not None else ""
        self._message.show(self.said(cells, size))
        keys = picture_keys(
            cells,
            several=len(self._shots) > 1,
            sharper=found is not None and self._no_graphics() is None,
            is_loading=found is None and not self._trouble,
        )
        self._footer.show((keys,))

    def press(self, key: str) -> bool:
        self._said = ""
        name = _KEYS.get(key)
        if name is not None:
            getattr(self, f"do_{name}")()
            return True
        return super().press(key)

    # --- loading

    def _begin(self) -> None:
        """Load the picture whose turn it is, unless it is there."""
        self._trouble, self._progress = "", (0, None)
        self.workers.cancel_group(self, "picture")
        if self._place not in self._loaded:
            self.run_worker(self._load(self._place), group="picture")
        elif self._no_graphics() is None:
            self._show_bare()
        self.draw()

    async def _load(self, place: int) -> None:
        try:
            data = await self._bytes(place)
            # In a thread: a large picture takes a second.
            self._loaded[place] = await asyncio.to_thread(_loaded, data)
        except Problem as problem:
            self._trouble = str(problem)
        self.draw()
        if place in self._loaded and self._no_graphics() is None:
            self._show_bare()

    async def _bytes(self, place: int) -> bytes:
        """What the link of the picture at `place` leads to; a fresh link where that one has expired."""
        if is_stale(self._shots[place].link, self.session.clock.now()):
            await self._renew(place)
        link = self._shots[place].link
        try:
            return await self._fetched(link.url)
        except Problem as problem:
            if problem.kind is not Kind.FORBIDDEN or not await self._renew(place):
                raise
        return await self._fetched(self._shots[place].link.url)

    async def _fetched(self, url: str) -> bytes:
        return await self._fetch(url, self._progressed)

    async def _renew(self, place: int) -> bool:
        """Whether there is another link to the same picture."""
        before = self._shots[place]
        fresh = await self._fresh(before)
        if fresh is None or fresh.link.url == before.link.url:
            return False
        self._shots[place] = Shot(before.label, fresh.link)
        return True

    def _progressed(self, so_far: int, total: int | None) -> None:
        self._progress = so_far, total
        self.draw()

    # --- the terminal's own graphics

    def _no_graphics(self) -> str | None:
        """Why they cannot be had, as far as that is known; None when they may be tried."""
        if self.session.pictures == "blocks" or (
            self.session.pictures == "auto" and PictureScreen.terminal_said == ""
        ):
            return "This terminal draws pictures with blocks only (--pictures)."
        return None if graphics.can_draw() else "The package textual-image is not there."

    def _show_bare(self) -> None:
        # In the application's own turn: it takes no key meanwhile.
        self.app.call_next(self._shown_bare)

    async def _shown_bare(self) -> None:
        found = self._loaded.get(self._place)
        if found is None or self.app.screen is not self:
            return
        shot, wanted, known = self._shots[self._place], self.session.pictures, PictureScreen.terminal_said
        several = f"  {self._place + 1} of {len(self._shots)}, [ ] other" if len(self._shots) > 1 else ""
        caption = f"{shot.label}{several}  esc back"
        try:
            shown = await lend(
                self.app, lambda: graphics.show(found.picture, caption, wanted, known), to_another=False
            )
        except SuspendNotSupported:
            shown = graphics.Shown("")
        if wanted == "auto":
            PictureScreen.terminal_said = shown.protocol
        if not shown.protocol:
            self.say(shown.trouble)
        elif shown.key == "v" or not self.press(_NAMES.get(shown.key, shown.key)):
            self.do_back()

    # --- commands

    def do_next(self) -> None:
        self._turn(1)

    def do_previous(self) -> None:
        self._turn(-1)

    def _turn(self, step: int) -> None:
        if len(self._shots) == 1:
            self.say("There is no other picture.")
            return
        self._place = (self._place + step) % len(self._shots)
        self._begin()

    def do_sharper(self) -> None:
        reason = self._no_graphics()
        if reason is not None:
            self.say(reason)
        elif self._place in self._loaded:
            self._show_bare()

    def do_copy(self) -> None:
        url = self._shots[self._place].link.url
        self.shell.copy_text(url)
        self.say(f"Sent to the clipboard: {url}")

    def do_web(self) -> None:
        link = self._shots[self._place].link
        self.say(self.shell.open_page(link.url) if link.is_web else "There is no page to open here.")
