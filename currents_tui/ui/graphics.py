"""Pictures in the terminal's own graphics, sixel or kitty's, on a bare screen beside the application.

No such sequence passes the driver, so the terminal is lent for it (`lending.lend`), and everything in
here runs in a thread that has the terminal for itself.
"""

from __future__ import annotations

import os
import re
import select
import sys
import termios
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from time import monotonic
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from currents_tui.ui.output import write_within

if TYPE_CHECKING:
    from PIL import Image

SIXEL, KITTY = "sixel", "kitty"

PATIENCE: Final = 0.5
"""Seconds for the terminal to answer: over a slow link too, for it is asked once."""

_ENTER = b"\x1b[?1049h\x1b[?25l\x1b[2J\x1b[H"
_LEAVE = b"\x1b[m\x1b[2J\x1b[?25h\x1b[?1049l"
_QUERY = b"\x1b_Gi=4207,s=1,v=1,a=q,t=d,f=24;AAAA\x1b\\\x1b[c"
"""Kitty's own question, and the one that every terminal answers: then both answers are there, or one.

Source: https://sw.kovidgoyal.net/kitty/graphics-protocol/#querying-support-and-available-transmission-mediums
"""
_KITTY_SAYS_YES = re.compile(rb"\x1b_Gi=4207;OK\x1b\\")
_ATTRIBUTES = re.compile(rb"\x1b\[\?([0-9;]*)c")
_SIXEL_ATTRIBUTE = b"4"
_REPLY = re.compile(rb"\x1b(?:_[^\x1b]*\x1b\\|\[[?>=]?[0-9;]*[cntRy])")
"""What terminals answer, and nobody types."""

KEYS: Final = {b"\x1b": "escape", b"\x03": "ctrl+c"}


class Shown(Struct, frozen=True):
    """How it went."""

    protocol: str
    """How the picture was drawn: "sixel" or "kitty"; "" when it was not."""
    key: str = ""
    """What was pressed to leave it, as the application would name it if it is a single key."""
    trouble: str = ""
    """Why it was not drawn, where that is worth a word."""


def can_draw() -> bool:
    """Whether the library is there that writes sixels and kitty's sequences. Imports nothing of it."""
    return find_spec("textual_image") is not None


def show(picture: Image.Image, caption: str, wanted: str, known: str | None) -> Shown:
    """Draw `picture` over the whole terminal with `caption` below, and wait for a key. Never raises.

    `wanted` is "sixel", "kitty" or "auto", which asks the terminal unless `known` tells what it said: "" for
    neither.
    """
    try:
        with _bare() as fd:
            protocol = wanted if wanted in (SIXEL, KITTY) else known
            if protocol is None:
                protocol = answered(ask(fd, _QUERY, PATIENCE))
            if not protocol:
                return Shown("")
            with _drawn(fd, picture, caption, protocol):
                return Shown(protocol, key=_key(fd))
    # Whatever the library or the terminal does, half blocks remain.
    except Exception as error:
        return Shown("", trouble=f"The terminal's own graphics failed ({type(error).__name__}).")


def answered(answer: bytes) -> str:
    """What the terminal can draw by what it `answer`ed to the query: "sixel", "kitty" or "".

    Sixel first: WezTerm and Konsole say yes to both, and lack the part of kitty's that is used here.
    """
    attributes = _ATTRIBUTES.search(answer)
    if attributes is not None and _SIXEL_ATTRIBUTE in attributes[1].split(b";"):
        return SIXEL
    return KITTY if _KITTY_SAYS_YES.search(answer) else ""


def ask(fd: int, question: bytes, seconds: float) -> bytes:
    """What the terminal at `fd` says until it has told its attributes, or `seconds` have passed."""
    termios.tcflush(fd, termios.TCIFLUSH)
    write_within(fd, question, seconds)
    answer = b""
    end = monotonic() + seconds
    while _ATTRIBUTES.search(answer) is None and (left := end - monotonic()) > 0:
        ready, _, _ = select.select([fd], [], [], left)
        if ready:
            answer += os.read(fd, 256)
        if len(answer) > 10_000:
            break
    return answer


@contextmanager
def _bare() -> Iterator[int]:
    """The terminal on its other screen, in raw mode; afterwards as it was. Gives its file descriptor."""
    assert sys.__stdin__ is not None, "there is a terminal"  # noqa: S101
    fd = sys.__stdin__.fileno()
    before = termios.tcgetattr(fd)
    keys = termios.tcgetattr(fd)
    # As raw mode, but a line end still returns: the library prints lines.
    keys[3] &= ~(termios.ICANON | termios.ECHO | termios.ISIG | termios.IEXTEN)
    keys[0] &= ~(termios.ICRNL | termios.IXON)
    termios.tcsetattr(fd, termios.TCSANOW, keys)
    try:
        write_within(fd, _ENTER, PATIENCE)
        yield fd
    finally:
        write_within(fd, _LEAVE, PATIENCE)
        termios.tcsetattr(fd, termios.TCSAFLUSH, before)


@contextmanager
def _drawn(fd: int, picture: Image.Image, caption: str, protocol: str) -> Iterator[None]:
    """Printed by the library, which when first imported asks the terminal itself, for a cell's size too.

    What was typed before the caption tells the keys is thrown away, with the terminal's late answers.
    """
    from rich.console import Console
    from textual_image.renderable import SixelImage, TGPImage

    size = os.get_terminal_size(sys.__stdin__.fileno() if sys.__stdin__ is not None else 0)
    console = Console(
        file=sys.__stdout__,
        width=size.columns,
        height=max(1, size.lines - 2),
        force_terminal=True,
        color_system="truecolor",
        legacy_windows=False,
    )
    drawn = (SixelImage if protocol == SIXEL else TGPImage)(picture, width="auto", height="auto")
    try:
        console.print(drawn)
        termios.tcflush(fd, termios.TCIFLUSH)
        console.out(caption, highlight=False, end="")
        yield
    finally:
        drawn.cleanup()


def _key(fd: int) -> str:
    """The next key. What the terminal still answers to something is none, and an arrow only leaves."""
    while True:
        read = os.read(fd, 64)
        typed = _REPLY.sub(b"", read)
        if typed or not read:
            return KEYS.get(typed) or (typed.decode("utf-8", "replace") if typed[:1] > b"\x1f" else "escape")
