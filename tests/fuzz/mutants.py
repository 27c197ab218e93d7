"""Answers made of valid ones by changing what they say, and the bytes that they say it in."""

import json
from collections.abc import Callable, Sequence
from random import Random
from typing import Any

from tests.fuzz.spices import hostile

Container = Any
Change = Callable[[Random, Container, Any], None]
"""Changes what stands under a key, or at a place, of a container."""

MOMENTS = (
    "0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999Z", "00010101T000000Z", "9999W526", "0001-W01-1",
    "9998-12-31T23:59:59-23:59", "1969-12-31T23:59:59Z", "1970-01-01T00:00:00+14:00",
    "2199-12-31T23:59:59-12:00", "2026-02-30T00:00:00Z", "2026-02-03", "2026-02-03T10:00:00",
    "2026-02-03 10:00:00Z", "2026-02-03T24:00:00Z", "2026-02-03T10:00:60Z", "20260203T100000Z",
    "Tue, 03 Feb 2026 10:00:00 GMT", "now", "", "2026-02-03T10:00:00.123456789Z",
    "2026-02-03T10:00:00+25:00", "-0001-01-01T00:00:00Z", "+012026-01-01T00:00:00Z", "2027-03-01T14:15:00Z",
    "2026-03-01T14:14:59.999999Z", "２０２６-02-03T10:00:00Z", "0000-00-00 00:00:00", -62135596800000,
    253402300799999, 253402300800000, 99_999_999_999, 100_000_000_000, 1_770_112_801_000, 1_770_112_801,
)  # fmt: skip
NUMBERS = (
    0, -0.0, 1, -1, 2, 3, 7, 20, 99, 100, 101, 999, 1000, 0.5, 2.0, 1e-320, 1e308, -1e308, 10**9, 10**9 + 1,
    -(10**9), 2**31, 2**53 + 1, 2**63, -(2**63) - 1, 10**30, 10**12, 1e12, float("nan"), float("inf"),
    float("-inf"), "3", "3.0", " 3 ", "-3", "1e3", "0x3", "NaN", "Infinity", "-inf", "1_000", "٣",
    "9" * 400, True, False,
)  # fmt: skip
WORDS = (
    "RUNNING", "FAILING", "PASSED", "FAILED", "passed", "Passed", "COMPLETE", "complete", "IN_PROGRESS",
    "CANCELED", "cancelled", "TIMEOUT", "timedOut", "incomplete", "failed", "skipped", "pending",
    "interrupted", "PAS\x1b[mSED", "PASSED ", "P\u200bASSED", "COM PLETE", "ﬀAILED", "pw", "cypress", "OK",
    "ERROR", "", "null", "..", "ß" * 9,
)  # fmt: skip
TOKENS = {
    "<huge>": "1e999", "<-huge>": "-1e999", "<long>": "9" * 5000, "<long float>": "0." + "1" * 400,
    "<NaN>": "NaN", "<+>": "+1", "<0>": "007", "<half>": "1.", "<hex>": "0x10", "<word>": "undefined",
    "<'>": "'x'", "<,>": ",", "<year>": '"\\u0030001-01-01T00:00:00Z"',
    "<dash>": '"0001\\u002d01-01T00:00:00Z"', "<lone>": '"\\ud800\\u0041"',
    "<esc>": '"\\u001b]0;x\\u0007\\u202e"', "<raw>": '"\x1b]52;c;AAAA\x07\x00"',
    "<400>": "9" * 400, "<deep>": "[" * 300 + "]" * 300, "<open>": "[" * 20_000, "<comment>": "/* x */ 1",
    "<deeper>": '{"a":' * 20_000 + "1" + "}" * 20_000,
}  # fmt: skip
"""What no Python value is written as: each stands for a piece of JSON, or of what only looks like it."""


class Twin(str):
    """A key that may stand in an object beside the same key."""

    __slots__ = ()
    __hash__ = object.__hash__

    def __eq__(self, other: object) -> bool:
        return self is other


def strange(rng: Random) -> Any:
    """Any value at all."""
    kind = rng.randrange(10)
    if kind < 3:
        return hostile(rng)
    if kind < 9:
        return rng.choice(rng.choice((MOMENTS, NUMBERS, WORDS, SMALL, tuple(TOKENS), NUMBERS)))
    return json.loads(rng.choice(NESTED))


SMALL = (None, None, True, False, 0, "", "x", -1)
NESTED = (
    "[]",
    "{}",
    "[[]]",
    "[null]",
    '{"message":"x"}',
    "[1,2]",
    '["a",{"b":[]}]',
    '{"url":"javascript:x"}',
)


def _drop(_rng: Random, inside: Container, at: Any) -> None:
    del inside[at]


def _replace(rng: Random, inside: Container, at: Any) -> None:
    inside[at] = strange(rng)


def _say_hostile(rng: Random, inside: Container, at: Any) -> None:
    said = hostile(rng) if rng.randrange(4) else f"{inside[at]}{hostile(rng)}"
    inside[at] = said if rng.randrange(5) else said[:99] * 9  # wider than its column


def _empty(_rng: Random, inside: Container, at: Any) -> None:
    inside[at] = None


def _count(rng: Random, inside: Container, at: Any) -> None:
    inside[at] = rng.choice(NUMBERS)


def _nearly_all(rng: Random, inside: Container, at: Any) -> None:
    """Of the counts beside it, each is all of very many or one less: what is no 100 per cent."""
    whole = rng.choice((101, 1_000, 10**6))
    if isinstance(inside, dict) and isinstance(inside[at], int):
        inside.update({name: whole - rng.randrange(2) for name, told in inside.items() if type(told) is int})


def _date(rng: Random, inside: Container, at: Any) -> None:
    inside[at] = rng.choice(MOMENTS)


def _word(rng: Random, inside: Container, at: Any) -> None:
    inside[at] = rng.choice(WORDS)


def _token(rng: Random, inside: Container, at: Any) -> None:
    inside[at] = rng.choice(tuple(TOKENS))


def _nest(rng: Random, inside: Container, at: Any) -> None:
    for _ in range(rng.choice((1, 1, 2, 40))):
        inside[at] = [inside[at]] if rng.randrange(2) else {rng.choice(("data", "value", "")): inside[at]}


def _unwrap(rng: Random, inside: Container, at: Any) -> None:
    """One level less: what was in it stands in its place."""
    there = inside[at]
    if isinstance(there, dict | list) and there:
        inside[at] = rng.choice(list(there.values()) if isinstance(there, dict) else there)


def _retype(rng: Random, inside: Container, at: Any) -> None:
    """The same in another type."""
    there = inside[at]
    if isinstance(there, list):
        inside[at] = {str(place): item for place, item in enumerate(there)}
    elif isinstance(there, dict):
        inside[at] = list(there.values()) if rng.randrange(2) else json.dumps(list(there))
    elif isinstance(there, str):
        inside[at] = [*there[:9]] if rng.randrange(2) else {"name": there}
    else:
        inside[at] = str(there)


def _swap(rng: Random, inside: Container, at: Any) -> None:
    """With what stands beside it."""
    other = rng.choice(list(inside)) if isinstance(inside, dict) else rng.randrange(len(inside))
    inside[at], inside[other] = inside[other], inside[at]


def _double(rng: Random, inside: Container, at: Any) -> None:
    """The same key again with something else, or the same item again."""
    if isinstance(inside, dict):
        inside[Twin(at)] = inside[at] if rng.randrange(3) == 0 else strange(rng)
    else:
        inside.insert(at, inside[at])


def _repeat(rng: Random, inside: Container, at: Any) -> None:
    """Many of the same."""
    if isinstance(inside, list):
        inside *= rng.choice((0, 2, 3, 30)) if len(inside) < 20 else 1
    elif isinstance(inside[at], list):
        inside[at] = inside[at][:20] * rng.choice((0, 2, 3, 30))
    else:
        inside[at] = [inside[at]] * rng.choice((0, 1, 5))


def _rename(rng: Random, inside: Container, at: Any) -> None:
    if isinstance(inside, dict):
        inside[rng.choice((at.upper(), f"{at} ", hostile(rng)[:200]))] = inside.pop(at)


CHANGES: tuple[Change, ...] = (
    _drop, _replace, _replace, _say_hostile, _say_hostile, _say_hostile, _empty, _count, _count,
    _nearly_all, _date,
    _word, _token, _nest, _unwrap, _retype, _swap, _double, _repeat, _rename,
)  # fmt: skip


def somewhere(rng: Random, document: Container) -> tuple[Container, Any]:
    """A place in `document`, more often deep than not: most of what is shown lies three levels down."""
    inside = document
    while True:
        places = list(inside) if isinstance(inside, dict) else range(len(inside))
        deeper = [at for at in places if isinstance(inside[at], dict | list) and inside[at]]
        at = rng.choice(deeper if deeper and rng.randrange(6) else places)
        there = inside[at]
        if not isinstance(there, dict | list) or not there or rng.randrange(12) == 0:
            return inside, at
        inside = there


def changed(rng: Random, document: Container) -> None:
    """Change `document` in one place or in several."""
    for _ in range(rng.choice((1, 1, 2, 2, 3, 5, 9))):
        if not document:
            return
        inside, at = somewhere(rng, document)
        rng.choice(CHANGES)(rng, inside, at)


def written(rng: Random, document: Container) -> bytes:
    """`document` as JSON, or near it: characters as such or as numbers, and what the tokens stand for."""
    text = json.dumps(document, ensure_ascii=rng.randrange(2) == 0)
    if '"<' in text:
        for token, meant in TOKENS.items():
            text = text.replace(f'"{token}"', meant)
    return text.encode("utf-8", "surrogatepass")


def _flip(rng: Random, body: bytearray) -> None:
    body[rng.randrange(len(body))] ^= 1 << rng.randrange(8)


def _set(rng: Random, body: bytearray) -> None:
    body[rng.randrange(len(body))] = rng.choice(b'"\\{}[]:,0129-+.eE \n\x00\x1b\x9b\xc2\xe2\xed\xf4\xff')


def _delete(rng: Random, body: bytearray) -> None:
    at = rng.randrange(len(body))
    del body[at : at + rng.choice((1, 1, 2, 9, 200))]


def _insert(rng: Random, body: bytearray) -> None:
    at = rng.randrange(len(body) + 1)
    body[at:at] = (
        rng.choice(PIECES) if rng.randrange(2) else hostile(rng).encode("utf-8", "surrogatepass")[:400]
    )


def _again(rng: Random, body: bytearray) -> None:
    """A stretch of it a second time, right after or elsewhere."""
    at, to = rng.randrange(len(body)), rng.randrange(len(body))
    body[to:to] = body[at : at + rng.choice((1, 20, 300))]


def _cut(rng: Random, body: bytearray) -> None:
    del body[rng.randrange(len(body)) :]


PIECES = (
    b'"', b"\\", b"\\u", b"\\ud800", b"\\u202e", b"{", b"}", b"[", b"]", b",", b":", b"null", b"1e999",
    b"-", b"NaN", b"\xff", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xc0\x80", b"\xef\xbb\xbf",
    b"\x1b]0;x\x07", b"\xe2\x80\xae", b"\x00", b"<html>", b'"status":"FAILED",', b'"data":null,',
    b'"runId":"', b'"error":{"message":"x"},',
)  # fmt: skip
DAMAGES: tuple[Callable[[Random, bytearray], None], ...] = (_flip, _set, _delete, _insert, _again, _cut)


def damaged(rng: Random, body: bytes, other: bytes) -> bytes:
    """`body` with some bytes wrong, or its beginning with the end of `other`."""
    spoiled = bytearray(body)
    if rng.randrange(8) == 0:
        spoiled[rng.randrange(len(spoiled) + 1) :] = other[rng.randrange(len(other) + 1) :]
    for _ in range(rng.choice((1, 1, 1, 2, 4, 12))):
        if spoiled:
            rng.choice(DAMAGES)(rng, spoiled)
    return bytes(spoiled)


def mutant(rng: Random, answers: Sequence[bytes]) -> bytes:
    """One of `answers` said wrong, written wrong, or both."""
    body = rng.choice(answers)
    way = rng.randrange(10)
    if way < 8:
        document = json.loads(body)
        if rng.randrange(10) == 0:
            # Of two answers, what is said in one place of either.
            inside, at = somewhere(rng, document)
            from_, there = somewhere(rng, json.loads(rng.choice(answers)))
            inside[at] = from_[there]
        changed(rng, document)
        body = written(rng, document)
    return damaged(rng, body, rng.choice(answers)) if way >= 6 else body
