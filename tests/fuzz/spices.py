"""Strings that are mostly hostile, put together from what terminals, markup and width tables trip over."""

from collections.abc import Callable
from random import Random

Spice = tuple[str, ...] | Callable[[Random], str]

MANY = 2_000
"""One string in so many is longer than any field that a person reads."""


def _between(first: int, last: int) -> Callable[[Random], str]:
    return lambda rng: chr(rng.randint(first, last))


def _csi(rng: Random) -> str:
    parameters = "".join(rng.choice("0123456789;:?<=>") for _ in range(rng.randrange(9)))
    return rng.choice(CSI) + parameters + rng.choice(("", " ", "!", "$")) + rng.choice(FINALS)


def _colour(rng: Random) -> str:
    codes = ";".join(str(rng.choice(COLOUR_CODES)) for _ in range(rng.randrange(6)))
    return f"{rng.choice(CSI)}{codes}m"


def _command(rng: Random) -> str:
    """OSC, DCS, SOS, PM or APC, with its end or without."""
    return rng.choice(OPENERS) + rng.choice(PAYLOADS) + rng.choice(("\x07", "\x1b\\", "\x9c", "", "\x1b"))


CSI = ("\x1b[", "\x9b")
FINALS = "ABCDHJKLMPSTXZ@`abcdfghilmnpqrstuxyz{|}~"
COLOUR_CODES = (0, 1, 2, 7, 22, 30, 31, 37, 38, 39, 48, 5, 90, 97, 196, 240, 255, 256, 999, 1000, 10**9)
OPENERS = ("\x1b]", "\x1bP", "\x1bX", "\x1b^", "\x1b_", "\x90", "\x98", "\x9d", "\x9e", "\x9f")
PAYLOADS = (
    "52;c;ZWNobyBoaQ==", "0;title", "8;;https://files.example/x", "1337;File=inline=1:AAAA", "$q m", "+q544e",
    "Gf=100,a=T;AAAA", "4;1;?", "9;4;1;50", "777;notify;a;b", "", "q#0;2;0;0;0~-", "10;?",
)  # fmt: skip

SPICES: tuple[Spice, ...] = (
    # controls: C0, DEL and C1, alone and in sequences
    _between(0x00, 0x1F),
    _between(0x7F, 0x9F),
    ("\x1b", "\x1bc", "\x1b7", "\x1b(B", "\x1b#8", "\x1b%G", "\x1bM", "\x1b ", "\x1b[", "\x9b", "\x1b\x1b"),
    _csi,
    _colour,
    _command,
    ("\x07", "\x08", "\x0e", "\x0f", "\x7f", "\x85", "\x9c", "\x1a", "\x00"),
    ("\n", "\r\n", "\r", "\t", "\x0b", "\x0c", "\u2028", "\u2029", "\x1c", "\x1e", "\n\n\n", " ", "   "),
    # what turns the direction, and what is not there to see
    ("\u202a", "\u202b", "\u202c", "\u202d", "\u202e", "\u2066", "\u2067", "\u2068", "\u2069", "\u061c"),
    ("\u200e", "\u200f", "\u206a", "\u206f", "\u180e", "\ufff9", "\ufffb", "\U0001d173", "\U000e0001"),
    ("\u200b", "\u200c", "\u200d", "\u2060", "\ufeff", "\u00ad", "\u034f", "\u115f", "\u1160", "\u3164"),
    ("\uffa0", "\ufe0e", "\ufe0f", "\U000e0100", "\u2061", "\u2064", "\u17b4", "\u2800", "\u00a0", "\u3000"),
    _between(0xE0000, 0xE007F),
    # broken UTF-16, private and unassigned
    _between(0xD800, 0xDFFF),
    ("\ud83d", "\ude00", "\udc00\ud800", "\ufffe", "\uffff", "\U0010ffff", "\ue000", "\U000f0000", "\u0378"),
    # marks, scripts that stack and join, wide ones
    _between(0x0300, 0x036F),
    (
        "\u0301" * 9,
        "Z\u0351\u036b\u0343",
        "\u0903",
        "\u20e3",
        "\u0e33",
        "क्षि",
        "สวัสดี",
        "می\u200cخواهم",
        "שלום",
    ),
    (
        "한",
        "\u1112\u1161\u11ab",
        "\u11a8",
        "\ud7b0",
        "界",
        "テスト",
        "カ\u3099",
        "ﾊﾟ",
        "測試",
        "！",
        "㈱",
        "𠜎",
    ),
    _between(0x4E00, 0x9FFF),
    # pictures
    (
        "👨\u200d👩\u200d👧\u200d👦",
        "👍🏽",
        "🏽",
        "❤️",
        "❤",
        "1️⃣",
        "🇩🇪",
        "🇩",
        "🏴\U000e0067\U000e007f",
        "☁\u200d☁",
    ),
    _between(0x1F000, 0x1FAFF),
    # what a careless program would read as more than text
    ("[bold]", "[/]", "[@click=app.quit]x[/]", "[link=https://x.example]", ":smiley:", "$x", "${x}", "{0}"),
    ("%s", "%n", "\\x1b[31m", "\\u202e", "<b>", "&amp;", "::error::", "##vso[x]", "`id`", "$(id)", "'; --"),
    ("null", "NaN", "-1", "0", "1e999", "true", "PASSED", "100%", "..", "/etc/passwd", "C:\\x", "\\", '"'),
    # plain words, so that what is hostile stands in something
    ("a", "x y", "checkout/pay.spec.ts", "main", "Größe", "Привет", "Ελλάδα", "feat: gift cards", "é", "…"),
    # anything at all
    _between(0x0000, 0x10FFFF),
    _between(0x2000, 0x2BFF),
)


def hostile(rng: Random) -> str:
    """A string of a few spices; now and then a very long one."""
    if rng.randrange(MANY) == 0:
        return _very_long(rng)
    return "".join([_spice(rng) for _ in range(rng.randrange(1, 12))])


def _spice(rng: Random) -> str:
    kind = rng.choice(SPICES)
    return rng.choice(kind) if isinstance(kind, tuple) else kind(rng)


def _very_long(rng: Random) -> str:
    """Up to more than the gate looks at: one bait again and again, in between other things."""
    bait = "".join([_spice(rng) for _ in range(rng.randrange(1, 4))])
    wanted = rng.choice((5_000, 20_000, 20_001, 79_999, 80_001))
    return f"{_spice(rng)}{bait * (wanted // len(bait))}{_spice(rng)}"


HONEST = (
    "tests/[id]/page[0-9]+.ts", "[/]", "[@click=app.quit]", ":smiley:", "$x", "{0}", "%s", "naïve", "Größe",
    "Ελλάδα", "Привет", "テスト", "検査", "测试.spec.ts", "क्षि", "สวัสดี", "שלום", "مرحبا", "می\u200cخواهم",
    "e\u0301\u0323", "한국어", "\u1112\u1161\u11ab", "👨\u200d👩\u200d👧\u200d👦", "👍🏽", "❤️",
    "👩🏽\u200d❤️\u200d💋\u200d👨🏽", "1️⃣", "🇩🇪", "🏳️\u200d🌈",
    "a", "x y", "'", '"', "\\", "<b>", "¿", "…", "→", "½", "\u00a0",
)  # fmt: skip
"""What people really write, as whole clusters: the gate has nothing to say about it."""

WHOLE = (
    "\x1b[31m", "\x1b[0m", "\x9b1;4m", "\x1b[2J", "\x1b[?1049h", "\x1b]0;title\x07", "\x1b]52;c;AAAA\x1b\\",
    "\x9d8;;https://files.example\x9c", "\x1bP1$r0m\x1b\\", "\x1b_Gi=1;AAAA\x1b\\", "\x1bc", "\x1b(B",
    "\x07", "\x08", "\x00", "\x7f", "\u202e", "\u2066", "\u2069", "\u200b", "\ufeff", "\ud800", "\ue000",
    "\U000e0041",
)  # fmt: skip
"""What has to go, whole and without a trace."""


def interrupted(rng: Random) -> tuple[str, str]:
    """Honest text, and the same with what has to go between its clusters."""
    words = [rng.choice(HONEST) for _ in range(rng.randrange(1, 8))]
    return "".join(words), "".join([word + rng.choice(WHOLE) for word in words])
