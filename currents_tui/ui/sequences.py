"""What may pass to the terminal: text made harmless, drawing, and the few other sequences in use.

The text gate (`core.text`) is where other people's text is made safe; this is the last line behind
it. A terminal obeys whatever it is sent, so what is not known here is not sent.
"""

from __future__ import annotations

import re
from functools import lru_cache

from rich.cells import cell_len, get_character_cell_size, split_graphemes

SYNC_START = "\x1b[?2026h"
SYNC_END = "\x1b[?2026l"

_FIELD = r"[^\x00-\x1f\x7f-\x9f;]*"
_NOTIFICATION = rf"(?:9;(?![0-9]){_FIELD}|777;notify;{_FIELD};{_FIELD})"
"""One text, or a title and a text. After the 9 a number would be one of ConEmu's commands."""

_ALLOWED = "|".join(
    (
        # modes: autowrap, cursor, mouse (buttons, drag, motion, focus, SGR, urxvt, pixels),
        # alternate screen, bracketed paste, synchronized output, in-band resize
        r"\x1b\[\?(?:7|25|100[02346]|1015|1016|1049|2004|2026|2048)[hl]",
        r"\x1b\[\?(?:2026|2048)\$p",  # asks whether the terminal has the mode
        r"\x1b\[(?:>[0-9]{1,3}|<)u",  # kitty keyboard: push, pop
        r"\x1b\]52;c;[A-Za-z0-9+/=]*\x07",  # clipboard, to set and never to ask
        r"\x1b\]22;[a-z-]*\x07",  # pointer shape
        r"\x1b\]2;[^\x00-\x1f\x7f-\x9f]*\x07",  # window title
        r"\x1b\[2[23];0t",  # titles: keep, bring back
        r"\x1b\]9;4;[012];(?:100|[0-9]{1,2})\x07",  # taskbar: none, normal, error, and per cent
        rf"\x1b\]{_NOTIFICATION}\x07",
        rf"\x1bPtmux;\x1b\x1b\]{_NOTIFICATION}\x07\x1b\\",  # the same, handed on by tmux
        r"\x07",
    )
)
ALLOWED = re.compile(f"(?:{_ALLOWED})+")
"""Whole writes of Textual's that draw nothing. A frame is never one of these, so the same sequence
within drawn text, where only somebody else's text can have put it, does not pass."""

DRAWING = re.compile(
    # the commonest first: a style and its text
    r"\x1b\[([0-9;]*)m([^\x00-\x1f\x7f-\x9f]*)"
    r"|([^\x00-\x1f\x7f-\x9f]+)"
    r"|\x1b\[([0-9]{0,5})(?:;([0-9]{0,5}))?([HJK])"
    r"|([\r\n])"
    # what is left is dropped: any other sequence whole, any other control alone (a string holds no
    # introducer, as in `core.text`: each of many that never end would be searched to the end)
    r"|(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]?"
    r"|(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])(?:[^\x07\x1b\x80-\x9f]*(?:\x07|\x1b\\|\x9c))?"
    r"|\x1b[ -/]*[0-~]?|[\x00-\x1f\x7f-\x9f]"
)
"""Splits a frame. Groups: 1, 2 SGR parameters and text; 3 text; 4, 5, 6 two numbers and the final
letter of a position or an erasure; 7 a line end. None of them: nothing that may pass, such as a
hyperlink, which no style of this program has."""

SGR, STYLED, TEXT, FIRST, SECOND, FINAL, LINE_END = range(1, 8)

ERASURES = ("J", "K")
"""Final letters. Textual erases before it writes; behind text only somebody else's text does."""

_UNSAFE = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\uf8ff\U000e0000-\U0010ffff]"
)
_REPLACEMENT = "\ufffd"


def harmless(text: str) -> str:
    """`text` without controls, bidi marks, surrogates, invisible and private characters.

    A private character is whatever a terminal takes it for: for kitty one of them is a part of a picture.
    What Textual counted as a cell becomes U+FFFD, what it counted as none is dropped, so that
    everything behind it stays in its column.
    """
    return _UNSAFE.sub(lambda m: _REPLACEMENT if get_character_cell_size(m[0]) else "", text)


def in_place_of(sequence: str) -> str:
    """What is drawn where `sequence` may not pass: Textual has counted its letters as cells."""
    return _REPLACEMENT * cell_len(sequence)


def cleaned(frame: str) -> str:
    """A frame with everything left out that is not drawing."""
    kept: list[str] = []
    wrote = False
    for token in DRAWING.finditer(frame):
        text = token[TEXT] or token[STYLED]
        if token[SGR] is not None:
            kept.append(f"\x1b[{token[SGR]}m")
        if text:
            kept.append(harmless(text))
            wrote = True
        elif token.lastindex is None or (wrote and token[FINAL] in ERASURES):
            kept.append(in_place_of(token[0]) if wrote else "")
        elif token[SGR] is None:
            kept.append(token[0])
    return "".join(kept)


def _is_flag_letter(cluster: str) -> bool:
    return len(cluster) == 1 and "\U0001f1e6" <= cluster <= "\U0001f1ff"


@lru_cache(maxsize=8192)
def clusters(text: str, encoding: str) -> tuple[tuple[str, int], ...]:
    """`text` made harmless and split into what a terminal draws as one, each with its cells (1 or 2).

    What `encoding` cannot express becomes "?", for otherwise the stream would write it as an escape
    of several letters. A mark with nothing to stand on is dropped.
    """
    text = harmless(text)
    spans, _ = split_graphemes(text)
    found: list[tuple[str, int]] = []
    for start, end, cells in spans:
        cluster = text[start:end]
        if not cells:
            continue
        if encoding != "utf-8":
            try:
                cluster.encode(encoding)
            except UnicodeEncodeError:
                found.extend([("?", 1)] * cells)
                continue
        if _is_flag_letter(cluster) and found and _is_flag_letter(found[-1][0]):
            # Two letters make one flag; apart they would be drawn as letters.
            found[-1] = (found[-1][0] + cluster, found[-1][1] + cells)
            continue
        found.append((cluster, cells))
    return tuple(found)


def is_uncertain(cluster: str) -> bool:
    """Whether terminals differ in how many cells they give it: emoji and all that is several in one."""
    return len(cluster) > 1 or cluster >= "\U0001f000"
