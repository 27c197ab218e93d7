"""Text that keeps its author's colours: error messages and code frames come with escape sequences.

The second door of the gate, beside `core.text`: the colours become tones, which every theme can show,
and whatever else an escape sequence could do is gone.
"""

import colorsys
import re
from collections.abc import Iterator

from currents_tui.core.cells import Line, Span, Tone
from currents_tui.core.text import MAX_LENGTH, Block, block

_STYLE = re.compile(r"(?:\x1b\[|\x9b)([0-9;:]{0,64})m")
_LINE_BREAKS = re.compile("\r\n|[\n\r]")

_COLOURS = (None, Tone.FAILED, Tone.PASSED, Tone.WARNING, Tone.RUNNING, Tone.FLAKY, Tone.CYAN, None)
"""Black, red, green, yellow, blue, magenta, cyan, white: what is neither is the text's own colour."""
_GREY = 8
"""Bright black, in which reporters write what is beside the point."""


class Inked(Block):
    """A `Block` with its author's colours. As text, and to be compared, it is the block alone."""

    __slots__ = ("lines",)
    lines: tuple[Line, ...]


def inked(raw: str) -> Inked:
    """`raw` through the gate, with its colours. Never raises."""
    lines: list[list[Span]] = [[]]
    style = _Style()
    parts = _STYLE.split(raw[: 4 * MAX_LENGTH])
    for place, part in enumerate(parts):
        if place % 2:
            style.change(part)
            continue
        for number, text in enumerate(_LINE_BREAKS.split(part)):
            if number:
                lines.append([])
            # One line, whatever other breaks are in it; the blanks in front of code stay.
            if clean := block(text).replace("\n", " "):
                lines[-1].append((clean, style.tone))
    whole = [tuple(line) for line in lines]
    while whole and not any(text.strip() for text, _ in whole[-1]):
        whole.pop()
    while whole and not any(text.strip() for text, _ in whole[0]):
        whole.pop(0)
    found = Inked("\n".join("".join(text for text, _ in line) for line in whole))
    found.lines = tuple(whole)
    return found


def lines_of(text: Block) -> tuple[Line, ...]:
    """The lines of `text`, in its author's colours where it has any."""
    if isinstance(text, Inked):
        return text.lines
    return tuple(((line, Tone.TEXT),) if line else () for line in text.split("\n"))


class _Style:
    """What the sequences so far have asked for."""

    def __init__(self) -> None:
        self._colour: Tone | None = None
        self._bold = self._dim = False

    @property
    def tone(self) -> Tone:
        if self._colour is not None:
            return self._colour
        return Tone.MUTED if self._dim else Tone.STRONG if self._bold else Tone.TEXT

    def change(self, parameters: str) -> None:
        """Take in the parameters of one sequence."""
        codes = iter([int(code) if len(code) < 4 else 0 for code in re.findall("[0-9]+", parameters)] or [0])
        for code in codes:
            if code == 0:
                self._colour, self._bold, self._dim = None, False, False
            elif code in (1, 7):  # inverse marks a difference
                self._bold = True
            elif code == 2:
                self._dim = True
            elif code == 22:
                self._bold = self._dim = False
            elif code == 27:
                self._bold = False
            elif code == 38:
                self._colour = _extended(codes)
            elif code == 48:
                _extended(codes)  # no background: the theme's own is what the tones are made for
            elif code == 39:
                self._colour = None
            elif 30 <= code <= 37:
                self._colour = _COLOURS[code - 30]
            elif 90 <= code <= 97:
                self._colour = Tone.MUTED if code - 82 == _GREY else _COLOURS[code - 90]


def _extended(codes: Iterator[int]) -> Tone | None:
    """The tone nearest to a colour of 256, or of red, green and blue."""
    kind = next(codes, 0)
    if kind == 5:
        return _of_256(next(codes, 0))
    if kind == 2:
        return _nearest(*(min(next(codes, 0), 255) for _ in range(3)))
    return None


def _of_256(number: int) -> Tone | None:
    if number < 16:
        return Tone.MUTED if number == _GREY else _COLOURS[number % 8]
    if number >= 232:
        return Tone.MUTED if number < 248 else None
    steps = (0, 95, 135, 175, 215, 255)
    place = min(number, 231) - 16
    return _nearest(steps[place // 36], steps[place // 6 % 6], steps[place % 6])


def _nearest(red: int, green: int, blue: int) -> Tone | None:
    hue, saturation, value = colorsys.rgb_to_hsv(red / 255, green / 255, blue / 255)
    if saturation < 0.25 or value < 0.2:
        return Tone.MUTED if value < 0.65 else None
    # Hues go round: red, yellow, green, cyan, blue, magenta, a sixth each.
    return (Tone.FAILED, Tone.WARNING, Tone.PASSED, Tone.CYAN, Tone.RUNNING, Tone.FLAKY)[round(hue * 6) % 6]
