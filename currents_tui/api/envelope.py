"""What every answer of the API comes in: JSON with a status and its data, or something else altogether."""

from typing import Any

import msgspec

from currents_tui.api.refusal import said_words
from currents_tui.core.problem import Kind, Problem

MAX_VALUES = 2_000_000
"""Commas in an answer. 10,000 specs have 300,000; each value costs memory whatever its length."""

_NEVER = (b'"0001-', b'"9999-')
"""The years that other programs write for "never"."""
_HIDDEN_NEVER = (b"\\u003", b"\\u002d", b"\\u002D")
"""A digit or a dash spelled so as to hide one."""


def check_size(body: bytes | bytearray) -> None:
    """Raises `Problem` (TOO_LARGE) for an answer that is made of too many pieces."""
    if body.count(b",") > MAX_VALUES:
        raise Problem(Kind.TOO_LARGE, "The answer has more values in it than any run could have.")


def has_never(body: bytes | bytearray) -> bool:
    """Whether there may be a moment in it that only stands for "never"."""
    # Most answers have no backslash, and one byte is found in a twentieth of the time that four take.
    signs = (*_NEVER, *_HIDDEN_NEVER) if b"\\" in body else _NEVER
    return any(sign in body for sign in signs)


def opened(body: bytes | bytearray, what: str) -> dict[str, Any]:
    """The answer as plain values. `what` names what it should hold.

    Raises `Problem`: BAD_ANSWER when it is no JSON object, REFUSED when the service says FAILED.
    """
    try:
        answer = _loads(body)
    except (ValueError, RecursionError) as error:
        problem = _no_json(body, error, what)
    else:
        if not isinstance(answer, dict):
            problem = bad(f"The answer is JSON, but there is no {what} in it.")
        elif says_failed(answer.get("status")):
            problem = _failed(said_words(answer.get("error")))
        else:
            return answer
    raise problem


def says_failed(status: object) -> bool:
    return isinstance(status, str) and status.upper() == "FAILED"


def _failed(words: str) -> Problem:
    if not words:
        return Problem(Kind.REFUSED, "The service says that the request failed, and not why.")
    return Problem(Kind.REFUSED, f"The service says: {words}")


def bad(sentence: str) -> Problem:
    return Problem(Kind.BAD_ANSWER, sentence, "Is the address that of a Currents API (…/v1)?")


def _no_json(body: bytes | bytearray, error: Exception, what: str) -> Problem:
    """Why `body` could not be read at all."""
    start = bytes(body[:1000]).removeprefix(b"\xef\xbb\xbf").lstrip()
    if not start:
        return bad("The answer is empty.")
    if start.startswith(b"<"):
        return bad("The answer is not JSON but HTML (a proxy or a login page?).")
    if isinstance(error, RecursionError):
        return bad(f"The answer is JSON nested too deep to be a {what}.")
    if start[:1] in b"{[" and _ends_early(body):
        return Problem(Kind.BAD_ANSWER, f"The answer was cut off after {_size(len(body))}.")
    return bad("The answer is not JSON.")


def _ends_early(body: bytes | bytearray) -> bool:
    try:
        msgspec.json.decode(body, type=msgspec.Raw)
    except msgspec.DecodeError as error:
        return "truncated" in str(error)
    except (ValueError, RecursionError):
        pass
    return False


def _size(count: int) -> str:
    """Bytes for a person: 812 bytes, 1.2 KB, 6.4 MB."""
    if count < 1000:
        return f"{count} bytes"
    return f"{count / 1e3:.1f} KB" if count < 1e6 else f"{count / 1e6:.1f} MB"


def _loads(body: bytes | bytearray) -> Any:
    """`body` as plain values. Raises ValueError or RecursionError when it is not JSON.

    What msgspec refuses is read by the standard library: lone surrogates, bytes that are not UTF-8,
    NaN and numbers without bounds are all wrong, and none of them is a reason to show nothing.
    """
    try:
        return msgspec.json.decode(body)
    except ValueError:
        import json  # seldom, and no first screen waits for it

        text = body.decode("utf-8-sig", "replace")
        return json.loads(text, parse_int=_integer, parse_float=_finite, parse_constant=_nothing)


def _integer(digits: str) -> int | None:
    return int(digits) if len(digits) < 20 else None


def _finite(number: str) -> float | None:
    value = float(number)
    return value if abs(value) != float("inf") else None


def _nothing(_word: str) -> None:
    return None
