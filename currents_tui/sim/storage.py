"""The storage that signed links lead to: for each name a picture of a page, as a browser takes it."""

from __future__ import annotations

import random
import struct
import zlib
from functools import lru_cache
from typing import Final

from currents_tui.sim.links import is_granted

PREFIX: Final = "/storage/"
WIDTH, HEIGHT = 640, 400

_Colour = tuple[int, int, int]
_PAPER: Final = (248, 249, 251)
_BAR: Final = ((38, 70, 120), (92, 45, 105), (20, 95, 92), (120, 62, 30))
_INK: Final = (60, 66, 80)
_PALE: Final = (214, 219, 228)
_ALERT: Final = (200, 40, 50)


class Page:
    """A page of rectangles, a row of bytes for each line of pixels."""

    def __init__(self) -> None:
        self._rows = [bytearray(bytes(_PAPER) * WIDTH) for _ in range(HEIGHT)]

    def fill(self, left: int, top: int, width: int, height: int, colour: _Colour) -> None:
        for row in self._rows[top : top + height]:
            row[3 * left : 3 * (left + width)] = bytes(colour) * width

    def png(self) -> bytes:
        """As a PNG: https://www.w3.org/TR/png/, 8 bits a channel, no filter."""
        header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 0)
        pixels = zlib.compress(b"".join(b"\0" + row for row in self._rows), 6)
        chunks = ((b"IHDR", header), (b"IDAT", pixels), (b"IEND", b""))
        return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in chunks)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


@lru_cache(maxsize=64)
def picture(name: str) -> bytes:
    """A shop's page with an error in it, always the same for the same name."""
    chance = random.Random(name)
    page = Page()
    bar = chance.choice(_BAR)
    page.fill(0, 0, WIDTH, 44, bar)
    page.fill(20, 14, 90, 16, _PAPER)
    for place in range(4):
        page.fill(360 + 65 * place, 18, chance.randint(30, 50), 8, _PALE)
    page.fill(20, 66, chance.randint(160, 300), 18, _INK)
    for place in range(3):
        left, top = 20 + 205 * place, 104
        page.fill(left, top, 190, 120, _PALE)
        red, green, blue = (chance.randint(90, 220) for _ in range(3))
        page.fill(left + 12, top + 12, 166, 64, (red, green, blue))
        page.fill(left + 12, top + 88, chance.randint(70, 160), 8, _INK)
        page.fill(left + 12, top + 102, chance.randint(40, 100), 6, _INK)
    page.fill(20, 246, 600, 40, _ALERT)
    page.fill(36, 260, chance.randint(200, 500), 12, _PAPER)
    for line in range(4):
        page.fill(20, 306 + 20 * line, chance.randint(300, 600), 8, _INK)
    page.fill(500, 352, 120, 30, bar)
    return page.png()


def stored(path: str, query: str, authorization: str | None, now_ms: int) -> tuple[int, str, bytes]:
    """(status, content type, body) of what a link below `PREFIX` leads to."""
    if authorization is not None:
        # As S3 has it: whoever sends a key to a signed link has sent a key to a stranger.
        return 400, "text/plain", b"Only one auth mechanism allowed"
    if not is_granted(query, now_ms):
        return 403, "text/plain", b"Request has expired"
    if path.endswith(".png"):
        return 200, "image/png", picture(path)
    if path.endswith((".md", ".txt")):
        return 200, "text/plain; charset=utf-8", b'# Page snapshot\n\n- button "Pay" [disabled]\n'
    return 404, "text/plain", b"No such object"
