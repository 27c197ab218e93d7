"""The one gate for text that this program did not write itself.

Test titles, branch names, commit messages, error texts and even HTTP reason phrases are chosen by
other people, and a terminal obeys what it is sent: an escape sequence in a commit message can set
the clipboard, and a bidi control can make FAILED read as PASSED. `Text` is the type of a string that
has passed `plain`; the model's fields have that type, and the decoder makes it and nothing else.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import islice

MAX_LENGTH = 20_000
"""Characters kept of one string; no field that a person reads is longer."""

MAX_MARKS = 4
"""Zero-width characters kept on one base: accents, vowel signs, the parts of a Hangul syllable."""

MAX_JOINS = 3
"""Pictures that one picture may be joined with: a family of four, a kiss."""

_MAX_OF_CELL = (1 + MAX_JOINS) * (1 + MAX_MARKS) + MAX_JOINS
"""Characters of one cell at most: pictures that take a single one, joined, each with its marks."""

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
    # (a payload holds no introducer: each of many unterminated ones would be scanned to the end)
    r"|(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])(?:[^\x07\x1b\x80-\x9f]*(?:\x07|\x1b\\|\x9c))?"
    # two-character escapes, and those with intermediate bytes
    r"|\x1b[ -/]*[0-~]?"
)
_LINE_BREAKS = re.compile("\r\n|[\n\r\x0b\x0c\x85\u2028\u2029]")
_JOIN, _PART = "\u200d", "\u200c"
_FILLERS = "\u3164\uffa0"
"""Letters that are blank: no cell by the width tables, and two or one on most terminals."""
# Scripts of whole characters, where nothing combines: with `isprintable`, the short way for most text.
# `re` compiles it when it is first needed, and keeps it: at the start it would take a millisecond.
_UNMARKED = (
    "[ -~\u00a1-\u02ff\u0370-\u0482\u048a-\u0556\u2010-\u2027\u2030-\u205e\u20a0-\u20bf"
    "\u2100-\u2bff\u3001-\u3029\u3030-\u3096\u309b-\u30ff\u4e00-\u9fff\uac00-\ud7a3]*"
)


def plain(raw: str) -> Text:
    """`raw` as one line that is safe on a terminal: never raises, and `plain(plain(x)) == plain(x)`.

    Escape sequences are removed whole, line breaks and tabs become a blank, every other control,
    bidi, surrogate, private or unassigned character is dropped, and what takes no cell of its own is
    kept only where it belongs, so that a terminal cannot draw more cells than `width` tells.
    """
    if len(raw) <= MAX_LENGTH and raw.isprintable() and (raw.isascii() or re.fullmatch(_UNMARKED, raw)):
        return Text(raw)
    return Text(_clean(_LINE_BREAKS.sub(" ", _ESCAPE_SEQUENCES.sub("", raw[: 4 * MAX_LENGTH]))))


def block(raw: str) -> Block:
    """`raw` with its line breaks kept and each line `plain`: where the shape of a text matters."""
    without = _ESCAPE_SEQUENCES.sub("", raw[: 4 * MAX_LENGTH])
    return Block("\n".join(plain(line) for line in _LINE_BREAKS.split(without)).strip("\n"))


def _clean(text: str) -> str:
    kept: list[str] = []
    base = joiner = ""
    marks = joins = 0
    for char in islice(text, MAX_LENGTH):
        if char == "\t":
            char = " "
        if char in (_JOIN, _PART):
            joiner = char
        elif _is_mark(char):
            joiner = ""
            # A mark with nothing to stand on would join what was drawn before this string.
            if base and marks < MAX_MARKS:
                kept.append(char)
                marks += 1
        elif _is_skin_tone(char):
            if _is_picture(base) and marks == 0:
                kept.append(char)
                marks = 1
        elif _is_visible(char):
            if joins < MAX_JOINS and _joins(base, joiner, char):
                kept.append(joiner)
                joins += joiner == _JOIN
            else:
                joins = 0
            kept.append(char)
            base, joiner, marks = char, "", 0
    return "".join(kept)


def _is_mark(char: str) -> bool:
    """Whether it takes no cell of its own: marks, and the later letters of a Hangul syllable."""
    return (
        unicodedata.category(char)[0] == "M" or "\u1160" <= char <= "\u11ff" or "\ud7b0" <= char <= "\ud7fb"
    )


def _is_skin_tone(char: str) -> bool:
    return "\U0001f3fb" <= char <= "\U0001f3ff"


def _is_picture(char: str) -> bool:
    # Emoji newer than this Python's tables are unassigned to it, and still only a picture.
    return "\U0001f000" <= char <= "\U0001faff" or (
        char > "\u2000" and unicodedata.category(char) in ("So", "Sm")
    )


def _is_visible(char: str) -> bool:
    category = unicodedata.category(char)
    return (category[0] != "C" and category not in ("Zl", "Zp") and char not in _FILLERS) or _is_picture(char)


def _joins(base: str, joiner: str, char: str) -> bool:
    """Whether `joiner` may stand between the two: anywhere else it hides cells, or only misleads."""
    if joiner == _JOIN:
        return _is_picture(base) and _is_picture(char)
    return joiner == _PART and base.isalpha() and char.isalpha()


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
    return len(text) if text.isascii() else _cells(text)


@lru_cache(maxsize=4096)
def _cells(text: str) -> int:
    return sum(cells for _, cells in _clusters(text))


def clip(text: str, cells: int, *, ellipsis: str = ELLIPSIS) -> str:
    """At most `cells` cells of `text`, cut between whole clusters.

    The cut is shown by `ellipsis`, unless that would leave no room for the text itself.
    """
    if cells <= 0:
        return ""
    if cells <= len(ellipsis):
        ellipsis = ""
    if text.isascii():
        return text if len(text) <= cells else text[: cells - len(ellipsis)] + ellipsis
    # The gate lets no cell have more characters; what is beyond one cell too many is never measured.
    text = text[: (cells + 1) * _MAX_OF_CELL]
    if width(text) <= cells:
        return text
    return "".join(_fitting(_clusters(text), cells - len(ellipsis))) + ellipsis


def clip_start(text: str, cells: int, *, ellipsis: str = ELLIPSIS) -> str:
    """At most `cells` cells of the end of `text`: a file's name says more than its first folder."""
    if cells <= 0:
        return ""
    if cells <= len(ellipsis):
        ellipsis = ""
    if text.isascii():
        return text if len(text) <= cells else ellipsis + text[len(text) - cells + len(ellipsis) :]
    if width(text) <= cells:
        return text
    kept = list(_fitting(reversed(_clusters(text)), cells - len(ellipsis)))
    return ellipsis + "".join(reversed(kept))


def _fitting(clusters: Iterable[tuple[str, int]], room: int) -> Iterator[str]:
    """The clusters, from the first, that fit into `room` cells together."""
    for cluster, needs in clusters:
        room -= needs
        if room < 0:
            return
        yield cluster


def pieces(text: str, first: int, cells: int) -> list[str]:
    """`text` cut between whole clusters: `first` cells, then `cells` at a time. Nothing is lost, so that a
    cluster wider than `cells` stands alone; the first piece can be empty.
    """
    found, room = [""], first
    for cluster, needs in ((char, 1) for char in text) if text.isascii() else _clusters(text):
        if needs > room and (found[-1] or len(found) == 1):
            found.append("")
            room = cells
        found[-1] += cluster
        room -= needs
    return found


def fit(text: str, cells: int, *, right: bool = False, ellipsis: str = ELLIPSIS) -> str:
    """Exactly `cells` cells: clipped, then padded on the right, or on the left with `right=True`."""
    shown = clip(text, cells, ellipsis=ellipsis)
    pad = " " * max(0, cells - width(shown))
    return pad + shown if right else shown + pad
