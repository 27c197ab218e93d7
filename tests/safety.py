"""What no string that reaches a terminal may hold, spelled out apart from the code that removes it."""

import unicodedata

BIDI = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


def forbidden(text: str) -> str:
    """Those characters of `text` that a terminal could obey, or that would mislead a reader."""
    return "".join(
        char
        for char in text
        if char in BIDI
        or unicodedata.category(char) in ("Cc", "Cs", "Co", "Zl", "Zp")
        or ("\U000e0000" <= char <= "\U000e007f")
    )
