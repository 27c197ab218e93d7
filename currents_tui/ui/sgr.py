"""Graphic rendition: the colours and attributes of a cell, and the shortest way from one to another.

Textual opens every piece of text with its whole style and closes it with a reset. A terminal keeps
its rendition until told otherwise, so between two pieces only what differs needs to be said.
"""

from __future__ import annotations

from functools import lru_cache
from weakref import WeakValueDictionary

# Each attribute's bit, and the codes that set and clear it. Some share the code that clears them.
_ATTRIBUTES: tuple[tuple[int, str, str], ...] = tuple(
    (1 << bit, on, off)
    for bit, (on, off) in enumerate(
        (
            ("1", "22"),  # bold
            ("2", "22"),  # dim
            ("3", "23"),  # italic
            ("4", "24"),  # underline
            ("21", "24"),  # double underline
            ("5", "25"),  # blink
            ("6", "25"),  # rapid blink
            ("7", "27"),  # reverse
            ("8", "28"),  # conceal
            ("9", "29"),  # strike
            ("51", "54"),  # framed
            ("52", "54"),  # encircled
            ("53", "55"),  # overline
        )
    )
)
_SETS = {on: bit for bit, on, _ in _ATTRIBUTES}
_CLEARS = {off: sum(bit for bit, _, o in _ATTRIBUTES if o == off) for _, _, off in _ATTRIBUTES}
_SHOWN_ON_BLANKS = sum(_SETS[on] for on in ("4", "21", "7", "9", "51", "52", "53"))


class Style:
    """How a cell is drawn. Equal styles are one object, so `is` compares them; `of` makes them.

    `fg` and `bg` are SGR parameters such as "31" or "38;2;1;2;3", "" for the terminal's default;
    `attributes` a set of bits.
    """

    __slots__ = ("__weakref__", "_blank", "attributes", "bg", "fg")

    def __init__(self, fg: str, bg: str, attributes: int) -> None:
        self.fg = fg
        self.bg = bg
        self.attributes = attributes
        self._blank: Style | None = None

    @staticmethod
    def of(fg: str = "", bg: str = "", attributes: int = 0) -> Style:
        key = (fg, bg, attributes)
        style = _STYLES.get(key)
        if style is None:
            style = _STYLES[key] = Style(*key)
        return style

    @property
    def blank(self) -> Style:
        """The style in which a space looks as it does in this one: most of it does not show."""
        if self._blank is None:
            visible = self.attributes & _SHOWN_ON_BLANKS
            self._blank = self if visible else Style.of("", self.bg)
        return self._blank

    def for_blanks(self, wanted: Style) -> Style:
        """The style nearest to this one in which a space looks as it does in `wanted`."""
        if wanted.attributes:
            return wanted
        return Style.of(self.fg, wanted.bg, self.attributes & ~_SHOWN_ON_BLANKS)

    def __repr__(self) -> str:
        return f"Style({self.fg!r}, {self.bg!r}, {self.attributes:#x})"


_STYLES: WeakValueDictionary[tuple[str, str, int], Style] = WeakValueDictionary()

PLAIN = Style.of()


def apply(style: Style, parameters: str) -> Style:
    """The style after `ESC [ parameters m`. Codes that are not understood change nothing."""
    fg, bg, attributes = style.fg, style.bg, style.attributes
    codes = iter(parameters.split(";"))
    for code in codes:
        if code in ("", "0"):
            fg, bg, attributes = "", "", 0
        elif code in _SETS:
            attributes |= _SETS[code]
        elif code in _CLEARS:
            attributes &= ~_CLEARS[code]
        elif code in ("38", "48"):
            kind = next(codes, "")
            rest = [next(codes, "") for _ in range({"5": 1, "2": 3}.get(kind, 0))]
            colour = ";".join([code, kind, *rest]) if rest and all(0 < len(r) <= 3 for r in rest) else ""
            fg, bg = (colour, bg) if code == "38" else (fg, colour)
        elif len(code) <= 3:
            number = int(code)
            if 30 <= number <= 37 or 90 <= number <= 97:
                fg = code
            elif 40 <= number <= 47 or 100 <= number <= 107:
                bg = code
            elif number == 39:
                fg = ""
            elif number == 49:
                bg = ""
    return Style.of(fg, bg, attributes)


@lru_cache(maxsize=4096)
def transition(before: Style | None, after: Style) -> str:
    """The shortest sequence that makes the terminal draw as `after`.

    `before` None stands for a rendition that is not known.
    """
    if before is after:
        return ""
    anew = ["0"]
    anew += [on for bit, on, _ in _ATTRIBUTES if after.attributes & bit]
    anew += [colour for colour in (after.fg, after.bg) if colour]
    codes = ";".join(anew) if len(anew) > 1 else ""
    if before is not None:
        changes = _changes(before, after)
        if codes == "" or len(changes) <= len(codes):
            codes = changes if codes else ""
    return f"\x1b[{codes}m"


def _changes(before: Style, after: Style) -> str:
    """SGR parameters that say only what differs."""
    codes: list[str] = []
    kept = before.attributes
    for off, bits in _CLEARS.items():
        if kept & ~after.attributes & bits:
            codes.append(off)
            kept &= ~bits
    codes += [on for bit, on, _ in _ATTRIBUTES if after.attributes & ~kept & bit]
    if before.fg != after.fg:
        codes.append(after.fg or "39")
    if before.bg != after.bg:
        codes.append(after.bg or "49")
    return ";".join(codes)
