import json

import pytest

from currents_tui.api.refusal import denies, failure_words


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


@pytest.mark.parametrize(
    ("body", "denied"),
    [
        (b'{"status":"FAILED"}', True),
        (b'{"error":"Out of tea"}', True),
        (b'{"status":"OK","message":"Run cancelled"}', False),
        (b'{"status":"OK","error":null}', False),
        (b'{"status":5}', False),
        (b'["FAILED"]', False),
        (b"FAILED", False),
        (b"[" * 100_000, False),
        (b"", False),
    ],
)
def test_a_success_that_speaks_of_a_failure_is_seen(body: bytes, denied: bool) -> None:
    assert denies(body) is denied
