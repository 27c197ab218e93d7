import json

import pytest

from currents_tui.api.refusal import failure_words


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b'{"status":"FAILED","error":"Run not found"}', "Run not found"),
        (b'{"message":"Forbidden"}', "Forbidden"),
        (b'{"error":{"message":"Forbidden"}}', "Forbidden"),
        (b'{"error":"a\\u001b]0;x\\u0007b\\nc"}', "ab c"),
        (b'{"error":5}', ""),
        (b"<html>", ""),
        (b"[" * 100_000, ""),
        (b"\xff", ""),
        (b"", ""),
    ],
)
def test_the_words_are_found_where_there_are_any(body: bytes, words: str) -> None:
    assert failure_words(body) == words


def test_the_words_are_short() -> None:
    assert len(failure_words(json.dumps({"error": "x" * 5000}).encode())) == 300
