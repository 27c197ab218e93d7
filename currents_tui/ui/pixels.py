"""Pictures as cells: decoding what came from a stranger, and drawing it with half blocks or shades.

The drawing is our own twenty lines: textual-image's half cells are imported only together with modules
that ask the terminal at once, and the answer would be taken for keys while the application runs.
Needs Pillow, which may not be there: `ui/pictures.py` looks before this is imported.
"""

from __future__ import annotations

import io
from enum import StrEnum
from typing import Final

from PIL import Image
from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from currents_tui.core.problem import Kind, Problem

MAX_PIXELS: Final = 50_000_000
"""Of a picture as it says itself; a few kilobytes can stand for gigabytes."""

KEPT: Final = 4096
"""Pixels kept of the longer side: more than any terminal shows."""

FORMATS: Final = ("PNG", "JPEG", "GIF", "WEBP")
"""What a browser takes. Pillow knows fifty more, some of which start other programs."""

SHADES: Final = " .:-=+*#%@"
_UPPER_HALF: Final = "▀"
_PAPER: Final = (255, 255, 255, 255)
_STEP: Final = 0xF8
"""Colours are cut to 5 bits a channel: nobody sees it, and more cells are alike, which saves bytes."""


class Drawing(StrEnum):
    """How a picture becomes cells."""

    HALVES = "halves"
    """Two pixels a cell, in colour."""
    BLANKS = "blanks"
    """A coloured blank for each pixel, where nothing but ASCII can be drawn."""
    SHADES = "shades"
    """A letter for each pixel, by its brightness, where there are no colours."""


def decode(data: bytes) -> Image.Image:
    """The picture in `data`, its first frame, on white. May take a second.

    Raises `Problem`: BAD_ANSWER for what is no picture, is damaged or cut off, TOO_LARGE past `MAX_PIXELS`.
    """
    try:
        return _decoded(data)
    except Problem as error:
        problem = error
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        problem = _too_large()
    # A decoder can fail in every way there is: with whatever, memory included.
    except Exception:
        problem = Problem(Kind.BAD_ANSWER, "It is no picture that can be read: no PNG, JPEG, GIF or WebP.")
    raise problem


def _decoded(data: bytes) -> Image.Image:
    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    with Image.open(io.BytesIO(data), formats=FORMATS) as opened:
        if opened.width * opened.height > MAX_PIXELS:
            raise _too_large()
        opened.draft("RGB", (KEPT, KEPT))
        try:
            opened.load()
        except Exception:
            problem = Problem(Kind.BAD_ANSWER, "The picture is damaged or cut off.")
            raise problem from None
        has_alpha = opened.has_transparency_data
        picture = opened.convert("RGBA" if has_alpha else "RGB")
    picture.thumbnail((KEPT, KEPT))
    if has_alpha:
        paper = Image.new("RGBA", picture.size, _PAPER)
        picture = Image.alpha_composite(paper, picture).convert("RGB")
    return picture


def _too_large() -> Problem:
    return Problem(Kind.TOO_LARGE, f"The picture has more than {MAX_PIXELS // 1_000_000} million pixels.")


def fitted(picture: tuple[int, int], cells: int, rows: int, *, tall: int = 2) -> tuple[int, int]:
    """(columns, rows) of cells that a picture of that size in pixels takes of `cells` by `rows`.

    It keeps its shape: a cell is `tall` times as high as it is wide. At least one cell, if there is room.
    """
    width, height = picture
    if cells < 1 or rows < 1 or width < 1 or height < 1:
        return 0, 0
    scale = min(cells / width, rows * tall / height)
    return max(1, min(cells, round(width * scale))), max(1, min(rows, round(height * scale / tall)))


def strips(picture: Image.Image, cells: int, rows: int, drawing: Drawing) -> list[Strip]:
    """`picture` in as many of `cells` by `rows` cells as keep its shape, a strip to a row."""
    columns, lines = fitted(picture.size, cells, rows)
    if not columns:
        return []
    if drawing is Drawing.SHADES:
        return _shaded(picture.convert("L").resize((columns, lines), Image.Resampling.BOX))
    doubled = 2 if drawing is Drawing.HALVES else 1
    small = picture.resize((columns, lines * doubled), Image.Resampling.BOX)
    data = bytes(byte & _STEP for byte in small.tobytes())
    pixels = [(data[at], data[at + 1], data[at + 2]) for at in range(0, len(data), 3)]
    found = [pixels[at : at + columns] for at in range(0, len(pixels), columns)]
    uppers, lowers = found[::doubled], found[doubled - 1 :: doubled]
    return [_halves(upper, lower) for upper, lower in zip(uppers, lowers, strict=True)]


_Pixel = tuple[int, int, int]


def _halves(upper: list[_Pixel], lower: list[_Pixel]) -> Strip:
    """A row of cells, cells that look the same in one segment. Two equal halves are a blank."""
    segments: list[Segment] = []
    pairs = list(zip(upper, lower, strict=True))
    start = 0
    for end in range(1, len(pairs) + 1):
        if end < len(pairs) and pairs[end] == pairs[start]:
            continue
        top, bottom = pairs[start]
        if top == bottom:
            segments.append(Segment(" " * (end - start), Style(bgcolor=Color.from_rgb(*top))))
        else:
            style = Style(color=Color.from_rgb(*top), bgcolor=Color.from_rgb(*bottom))
            segments.append(Segment(_UPPER_HALF * (end - start), style))
        start = end
    return Strip(segments, len(pairs))


def _shaded(grey: Image.Image) -> list[Strip]:
    data = grey.tobytes()
    letters = "".join(SHADES[byte * len(SHADES) // 256] for byte in data)
    return [
        Strip([Segment(letters[at : at + grey.width])], grey.width)
        for at in range(0, len(letters), grey.width)
    ]
