"""From the bytes of an answer to a `Run`: strictly where the answer is as it should be, and field by
field where it is not.

The service leaves fields out, sends null, changes spellings and adds fields. One wrong field must
cost that field and nothing else, for half a dashboard is better than none. Text becomes `Text`,
`Block` or `Link` in here and nowhere else, so none can reach a screen without passing the gate.
"""

import json
from typing import Any

import msgspec
from msgspec import Struct

from currents_tui.api.refusal import said_words
from currents_tui.api.salvage import gate, plausible, salvage
from currents_tui.core.model import Run
from currents_tui.core.problem import Kind, Problem

MAX_VALUES = 2_000_000
"""Commas in an answer. 10,000 specs have 300,000; each value costs memory whatever its length."""

_SIGNS_OF_NEVER = (b'"0001-', b'"9999-', b"\\u003")
"""The years that other programs write for "never", or a digit spelled so as to hide one."""


class _Envelope(Struct, frozen=True):
    """What every answer of the API comes in."""

    status: str | None = None
    data: Run | None = None


_STRICT = msgspec.json.Decoder(_Envelope, dec_hook=gate)


def decode_run(body: bytes | bytearray) -> Run:
    """The run in the answer of `GET /runs/{id}`.

    Raises `Problem`: BAD_ANSWER when there is no run in it, REFUSED when the service says FAILED,
    TOO_LARGE when it is made of too many pieces.
    """
    if body.count(b",") > MAX_VALUES:
        raise Problem(Kind.TOO_LARGE, "The answer has more values in it than any run could have.")
    run = _strict(body) or _tolerant(body)
    return run if not any(sign in body for sign in _SIGNS_OF_NEVER) else plausible(run)


def read_run(body: bytes | bytearray, run_id: str) -> Run:
    """The run in the answer to a question about `run_id`.

    Raises `Problem` as `decode_run` does, and BAD_ANSWER when the answer is about another run.
    """
    run = decode_run(body)
    if run.run_id is not None and run.run_id != run_id:
        raise Problem(Kind.BAD_ANSWER, "The answer is about another run than the one asked for.")
    return run


def _strict(body: bytes | bytearray) -> Run | None:
    """The run in an answer that is exactly as it should be: many times faster than field by field."""
    try:
        envelope = _STRICT.decode(body)
    # RecursionError: nested without end; UnicodeDecodeError: not UTF-8. The tolerant way judges those.
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    run = envelope.data
    return run if run is not None and _tells_anything(run) and not _says_failed(envelope.status) else None


def _tolerant(body: bytes | bytearray) -> Run:
    try:
        answer = _loads(body)
    except (ValueError, RecursionError) as error:
        problem = _no_json(body, error)
    else:
        data = answer.get("data") if isinstance(answer, dict) else None
        if isinstance(answer, dict) and _says_failed(answer.get("status")):
            problem = _failed(said_words(answer.get("error")))
        elif not isinstance(data, dict):
            problem = _bad("The answer is JSON, but there is no run in it.")
        else:
            run = salvage(data, Run)
            if isinstance(run, Run) and _tells_anything(run):
                return run
            problem = _bad("The answer is JSON, but what it holds is not a run.")
    raise problem


def _says_failed(status: object) -> bool:
    return isinstance(status, str) and status.upper() == "FAILED"


def _tells_anything(run: Run) -> bool:
    return bool(run.run_id or run.status or run.groups or run.specs)


def _failed(words: str) -> Problem:
    if not words:
        return Problem(Kind.REFUSED, "The service says that the request failed, and not why.")
    return Problem(Kind.REFUSED, f"The service says: {words}")


def _bad(sentence: str) -> Problem:
    return Problem(Kind.BAD_ANSWER, sentence, "Is the address that of a Currents API (…/v1)?")


def _no_json(body: bytes | bytearray, error: Exception) -> Problem:
    """Why `body` could not be read at all."""
    start = bytes(body[:1000]).removeprefix(b"\xef\xbb\xbf").lstrip()
    if not start:
        return _bad("The answer is empty.")
    if start.startswith(b"<"):
        return _bad("The answer is not JSON but HTML (a proxy or a login page?).")
    if isinstance(error, RecursionError):
        return _bad("The answer is JSON nested too deep to be a run.")
    if start[:1] in b"{[" and _ends_early(body):
        return Problem(Kind.BAD_ANSWER, f"The answer was cut off after {_size(len(body))}.")
    return _bad("The answer is not JSON.")


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
        text = body.decode("utf-8-sig", "replace")
        return json.loads(text, parse_int=_integer, parse_float=_finite, parse_constant=_nothing)


def _integer(digits: str) -> int | None:
    return int(digits) if len(digits) < 20 else None


def _finite(number: str) -> float | None:
    value = float(number)
    return value if abs(value) != float("inf") else None


def _nothing(_word: str) -> None:
    return None
