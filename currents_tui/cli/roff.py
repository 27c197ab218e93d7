"""Words as roff, the language of man pages, so that none of them is taken for a command of it."""

from __future__ import annotations

from collections.abc import Iterable
from textwrap import wrap
from typing import Final

WIDTH = 78
"""Bytes to a line of the source; mandoc's check of style wants no more than 80."""

_SPECIAL: Final = {
    "\\": r"\e", "-": r"\-", "'": r"\(aq", '"': r"\(dq", "`": r"\(ga", "^": r"\(ha", "~": r"\(ti",
}  # fmt: skip
"""What roff reads itself, or draws as another letter: what is copied off the page must run in a shell."""


def escaped(words: str) -> str:
    """`words` as they are, wherever in a line they do not begin it."""
    return "".join(_SPECIAL.get(c) or (c if c.isascii() else f"\\[u{ord(c):04X}]") for c in words)


def bold(words: str) -> str:
    return rf"\fB{escaped(words)}\fR"


def italic(words: str) -> str:
    return rf"\fI{escaped(words)}\fR"


def marked(words: str) -> str:
    """`words` with what stands in backticks in bold."""
    parts = words.split("`")
    return "".join(bold(part) if place % 2 else escaped(part) for place, part in enumerate(parts))


def line(roff: str) -> str:
    """A line of text: a full stop at its start would make a command of it, and a blank line a gap."""
    return rf"\&{roff}" if roff.startswith(".") or not roff else roff


def filled(roff: str) -> list[str]:
    """Lines that roff makes one paragraph of."""
    return [line(part) for part in wrap(roff, WIDTH, break_long_words=False, break_on_hyphens=False)]


def paragraph(words: str) -> list[str]:
    return [".PP", *filled(marked(words))]


def item(tag: str, words: str) -> list[str]:
    """A `tag`, which is roff already, and indented under it what it means."""
    return [".TP", line(tag), *filled(marked(words))]


def literal(lines: Iterable[str]) -> list[str]:
    """Lines that stay as they are: `lines` is roff already."""
    return [".PP", ".RS 4", ".nf", *map(line, lines), ".fi", ".RE"]


def joined(lines: Iterable[str]) -> str:
    """`lines` as one text. A heading begins a paragraph by itself, and mandoc blames saying it twice."""
    kept: list[str] = []
    for told in lines:
        if told != ".PP" or not kept[-1].startswith((".SH", ".SS")):
            kept.append(told)
    return "\n".join([*kept, ""])


def section(name: str) -> str:
    return f'.SH "{escaped(name)}"'


def subsection(roff: str) -> str:
    return f'.SS "{roff}"'
