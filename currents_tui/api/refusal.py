"""What the service itself says of a failure, as one short line."""

from typing import Any

from currents_tui.api.key import without_keys
from currents_tui.core.text import clip, plain

_CELLS = 300


def failure_words(body: bytes | bytearray) -> str:
    """What the service says of a failure in `{"error": …}`, as one short line; "" if it says nothing."""
    answer = _object(body)
    return said_words(answer.get("error") or answer.get("message"))


def denies(body: bytes | bytearray) -> bool:
    """Whether the service says in the body that it did not do what its status says it did.

    A failure is `{"status": "FAILED", "error": …}`; a success may well carry a `message`.
    """
    answer = _object(body)
    return str(answer.get("status")).upper() in ("FAILED", "ERROR") or bool(answer.get("error"))


def is_told(body: bytes | bytearray) -> bool:
    """Whether `body` is what the service sends: a JSON object."""
    return _read(body) is not None


def said_words(said: object) -> str:
    """The words in what stands under "error": text, or an object with a message."""
    if isinstance(said, dict):
        said = said.get("message")
    # A key that was cut through would be found no more.
    return clip(without_keys(plain(said)), _CELLS).strip() if isinstance(said, str) else ""


def _object(body: bytes | bytearray) -> dict[str, Any]:
    """The JSON object in `body`; an empty one where there is none."""
    return _read(body) or {}


def _read(body: bytes | bytearray) -> dict[str, Any] | None:
    import json  # seldom, and no first screen waits for it

    try:
        answer = json.loads(body.decode("utf-8-sig", "replace"))
    except (ValueError, RecursionError):
        return None
    return answer if isinstance(answer, dict) else None
