"""The one gate for text that this program did not write itself.

Test titles, branch names, commit messages, error texts and even HTTP reason phrases are chosen by
other people, and a terminal obeys what it is sent: an escape sequence in a commit message can set
the clipboard, and a bidi control can make FAILED read as PASSED. `Text` is the type of a string that
has passed `plain`; the model's fields have that type, and the decoder makes it and nothing else.
"""

import re
import unicodedata
from functools import lru_cache
from itertools import islice

MAX_LENGTH = 20_000
"""Characters kept of one string; no field that a person reads is longer."""

MAX_MARKS = 4
"""Combining marks kept on one character; real scripts need at most three or four."""

ELLIPSIS = "…"


class Text(str):
    """A string that is safe to write to a terminal. Only `plain` makes one."""

    __slots__ = ()


class Block(str):
    """Several lines, each of them as safe as a `Text`. Only `block` makes one."""

    __slots__ = ()

    @property
    def first_line(self) -> Text:
        return plain(self.split("\n", 1)[0])


_ESCAPE_SEQUENCES = re.compile(
    # CSI, in its 7-bit and its 8-bit form
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]?"
    # OSC, DCS, SOS, PM and APC up to their terminator; an unterminated one takes only its introducer
    r"|(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])(?:[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c))?"
    # two-character escapes, and those with intermediate bytes
    r"|\x1b[ -/]*[0-~]?"
)
_LINE_BREAKS = re.compile("\r\n|[\n\r\x0b\x0c\x85\u2028\u2029]")
_JOINERS = "\u200c\u200d"


def plain(raw: str) -> Text:
    """`raw` as one line that is safe on a terminal: never raises, and `plain(plain(x)) == plain(x)`.

    Escape sequences are removed whole, line breaks and tabs become a blank, every other control,
    bidi, surrogate, private or unassigned character is dropped, and marks are capped per character.
    """
    if raw.isascii() and raw.isprintable() and len(raw) <= MAX_LENGTH:
        return Text(raw)
    return Text(_clean(_LINE_BREAKS.sub(" ", _ESCAPE_SEQUENCES.sub("", raw[: 4 * MAX_LENGTH]))))


def block(raw: str) -> Block:
    """`raw` with its line breaks kept and each line `plain`: where the shape of a text matters."""
    without = _ESCAPE_SEQUENCES.sub("", raw[: 4 * MAX_LENGTH])
    return Block("\n".join(plain(line) for line in _LINE_BREAKS.split(without)).strip("\n"))


def _clean(text: str) -> str:
    kept: list[str] = []
    marks = 0
    for char in islice(text, MAX_LENGTH):
        if char == "\t":
            char = " "
        category = unicodedata.category(char)
        if category in ("Mn", "Me"):
            marks += 1
            # A mark with nothing to stand on would join what was drawn before this string.
            if marks > MAX_MARKS or not kept:
                continue
        elif char in _JOINERS:
            # A joiner makes one emoji of several; alone it is an invisible difference.
            if not kept or kept[-1] in _JOINERS:
                continue
        elif category in ("Cn", "Zl", "Zp") or category[0] == "C":
            # Emoji newer than this Python's tables are unassigned to it, and still only a picture.
            if not (category == "Cn" and "\U0001f000" <= char <= "\U0001faff"):
                continue
            marks = 0
        else:
            marks = 0
        kept.append(char)
    return "".join(kept)


@lru_cache(maxsize=4096)
def _clusters(text: str) -> tuple[tuple[str, int], ...]:
    """Split into what the terminal draws as one: a base with its marks, and its width in cells."""
    # Rich's tables are the ones Textual lays its lines out with, so the two can never disagree.
    # Imported here because only text beyond ASCII needs them, and they cost 30 ms.
    from rich.cells import split_graphemes

    spans, _ = split_graphemes(text)
    return tuple((text[start:end], cells) for start, end, cells in spans)


def width(text: str) -> int:
    """How many cells `text` takes. `text` must have passed the gate."""
    if text.isascii():
        return len(text)
    return sum(cells for _, cells in _clusters(text))


def clip(text: str, cells: int, *, ellipsis: str = ELLIPSIS) -> str:
    """At most `cells` cells of `text`, cut between whole clusters, the cut shown by `ellipsis`."""
    if cells <= 0:
        return ""
    if text.isascii():
        if len(text) <= cells:
            return text
        return text[: cells - len(ellipsis)] + ellipsis if cells > len(ellipsis) else text[:cells]
    # A cluster is at most MAX_MARKS + joiners long; the tail beyond is never seen and never measured.
    text = text[: cells * 16]
    if width(text) <= cells:
        return text
    room = cells - len(ellipsis)
    kept: list[str] = []
    for cluster, needs in _clusters(text):
        if needs > room:
            break
        kept.append(cluster)
        room -= needs
    return "".join(kept) + ellipsis


def clip_start(text: str, cells: int, *, ellipsis: str = ELLIPSIS) -> str:
    """At most `cells` cells of the end of `text`: a file's name says more than its first folder."""
    if cells <= 0:
        return ""
    if width(text) <= cells:
        return text
    room = cells - len(ellipsis)
    kept: list[str] = []
    for cluster, needs in reversed(_clusters(text)):
        if needs > room:
            break
        kept.append(cluster)
        room -= needs
    return ellipsis + "".join(reversed(kept))


def fit(text: str, cells: int, *, right: bool = False, ellipsis: str = ELLIPSIS) -> str:
    """Exactly `cells` cells: clipped, then padded on the right, or on the left with `right=True`."""
    shown = clip(text, cells, ellipsis=ellipsis)
    pad = " " * max(0, cells - width(shown))
    return pad + shown if right else shown + pad
