"""What the service itself says of a failure, as one short line."""

import json

from currents_tui.core.text import clip, plain

_CELLS = 300


def failure_words(body: bytes | bytearray) -> str:
    """What the service says of a failure in `{"error": …}`, as one short line; "" if it says nothing."""
    try:
        answer = json.loads(body.decode("utf-8-sig", "replace"))
    except (ValueError, RecursionError):
        return ""
    return said_words(answer.get("error") or answer.get("message")) if isinstance(answer, dict) else ""


def denies(body: bytes | bytearray) -> bool:
    """Whether the service says in the body that it did not do what its status says it did.

    A failure is `{"status": "FAILED", "error": …}`; a success may well carry a `message`.
    """
    try:
        answer = json.loads(body.decode("utf-8-sig", "replace"))
    except (ValueError, RecursionError):
        return False
    if not isinstance(answer, dict):
        return False
    return str(answer.get("status")).upper() in ("FAILED", "ERROR") or bool(answer.get("error"))


def said_words(said: object) -> str:
    """The words in what stands under "error": text, or an object with a message."""
    if isinstance(said, dict):
        said = said.get("message")
    return clip(plain(said), _CELLS).strip() if isinstance(said, str) else ""
