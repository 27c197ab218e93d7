"""The gate holds for whatever comes: safe, the same again, as wide as it says, and honest text untouched.

The examples of `tests/core/test_text.py` are searched and made small by hypothesis; these here are many.
"""

import unicodedata
from random import Random

from rich.cells import cell_len

from currents_tui.core.cells import Tone
from currents_tui.core.ink import Inked, inked
from currents_tui.core.text import (
    MAX_LENGTH,
    Block,
    Text,
    block,
    clip,
    clip_start,
    fit,
    pieces,
    plain,
    width,
)
from tests.fuzz.cases import check_each, numbers
from tests.fuzz.safe import active
from tests.fuzz.spices import hostile, interrupted

STRINGS = 100_000
INTERRUPTED = 10_000
PART = "\u200c"
"""The joiner that keeps two letters apart. Where the second is cut off it does nothing, and may stay."""


@numbers(STRINGS)
def test_whatever_comes_the_gate_holds(numbers: range) -> None:
    check_each("string", numbers, hostile, check_string)


def check_string(raw: str, number: int) -> None:
    """`number` chooses how many cells there are for it."""
    once = plain(raw)
    check_line(once, raw)
    check_cells(once, number % 31)
    check_block(raw)
    check_inked(raw)


def check_line(once: str, raw: str) -> None:
    assert type(once) is Text
    assert active(once) == ""
    assert len(once) <= MAX_LENGTH
    assert plain(once) == once
    once.encode()  # no surrogate is left that a clipboard or a file would stumble on
    if len(raw) <= MAX_LENGTH and is_honest(raw):
        assert once == raw


def is_honest(raw: str) -> bool:
    """Whether every character of `raw` is one to see and stands for itself."""
    if raw.isascii():
        return raw.isprintable()
    return all(unicodedata.category(char) in SEEN and not _is_odd(char) for char in raw)


SEEN = frozenset(
    [
        "Lu",
        "Ll",
        "Lt",
        "Lm",
        "Lo",
        "Nd",
        "Nl",
        "No",
        "Pc",
        "Pd",
        "Ps",
        "Pe",
        "Pi",
        "Pf",
        "Po",
        "Sm",
        "Sc",
        "Sk",
        "So",
        "Zs",
    ]
)


def _is_odd(char: str) -> bool:
    """Letters and symbols that nobody sees by themselves: skin tones, Hangul's parts and its blanks."""
    return (
        "\U0001f3fb" <= char <= "\U0001f3ff"
        or "\u1160" <= char <= "\u11ff"
        or "\ud7b0" <= char <= "\ud7fb"
        or char in "\u3164\uffa0"
    )


def check_cells(text: str, room: int) -> None:
    """`text` in `room` cells: whole where it fits, else as much as does, and still past the gate."""
    taken = width(text)
    assert taken == cell_len(text), "as wide as the one who lays out the screen takes it to be"
    assert bool(taken) == bool(text), "what is there is seen"
    for shown in (clip(text, room), clip_start(text, room)):
        needs = width(shown)
        assert needs <= room
        assert shown == text if taken <= room else needs >= room - 1
        assert plain(shown) == shown.replace(f"{PART}…", "…").removesuffix(PART)
    assert width(fit(text, room)) == width(fit(text, room, right=True)) == room
    if len(text) < 500:
        cut = pieces(text, room, room + 2)
        assert "".join(cut) == text
        assert all(width(piece) <= room + 2 for piece in cut)


def check_block(raw: str) -> None:
    once = block(raw)
    assert type(once) is Block
    assert active(once.replace("\n", "")) == ""
    assert block(once) == once
    assert once.strip("\n") == once


def check_inked(raw: str) -> None:
    once = inked(raw)
    assert type(once) is Inked
    assert active(once.replace("\n", "")) == ""
    # Each colour's part of a line is a string of its own to the gate.
    if all(len(line) <= MAX_LENGTH for line in once.split("\n")):
        assert inked(once) == once
    assert "\n".join("".join(text for text, _ in line) for line in once.lines) == once
    assert all(type(tone) is Tone for line in once.lines for _, tone in line)


@numbers(INTERRUPTED)
def test_honest_text_stays_whatever_is_taken_out_between(numbers: range) -> None:
    check_each("interrupted", numbers, interrupted, check_interrupted)


def check_interrupted(case: tuple[str, str], _number: int) -> None:
    honest, raw = case
    assert plain(honest) == honest
    assert plain(raw) == honest
    assert block(raw) == honest
    assert inked(raw).strip() == honest.strip()


def test_the_same_seed_makes_the_same_strings() -> None:
    """What failed once can be met again."""
    assert hostile(Random("7")) == hostile(Random("7"))
    assert len({hostile(Random(str(number))) for number in range(100)}) > 90
