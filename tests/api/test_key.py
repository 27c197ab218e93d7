"""The key does not show itself, and what cannot be sent is refused without being quoted."""

import copy
import json
import pickle
from urllib.parse import quote, quote_plus

import httpx
import pytest

from currents_tui.api.key import Key, without_keys
from currents_tui.core.problem import Kind, Problem

SECRET = "s3cret-sentinel-0123456789"


def test_it_is_masked_wherever_it_is_shown() -> None:
    key = Key(SECRET)
    assert {repr(key), str(key), f"{key}", f"{key!r}", repr([key])} == {"***", "[***]"}
    assert key.reveal() == SECRET


def test_it_cannot_be_written_down() -> None:
    with pytest.raises(TypeError):
        pickle.dumps(Key(SECRET))
    with pytest.raises(TypeError):
        copy.copy(Key(SECRET))


def test_it_is_hidden_in_what_a_server_echoes() -> None:
    assert Key(SECRET).hidden_in(f"Bad key {SECRET}!") == "Bad key ***!"


def test_it_is_hidden_in_what_is_told_of_a_defect_after_it_was_held() -> None:
    Key("another-s3cret-sentinel")
    assert without_keys("KeyError: 'another-s3cret-sentinel'") == "KeyError: '***'"


@pytest.mark.parametrize(
    "secret", [r"s3cret\sentinel", "s3cret'sentinel", "s3cret\"sent'i\\nel/+%", "s3cret&sen=tinel"]
)
def test_it_is_hidden_however_it_is_written(secret: str) -> None:
    key = Key(secret)
    told = (
        f"{secret} {secret!r} {secret.encode()!r} {json.dumps(secret)} {json.dumps(json.dumps(secret))} "
        f"{[repr(secret)]!r} {quote(secret)} {quote(secret, safe='')} {quote_plus(secret)} "
        f"{httpx.URL('https://a.example', params={'key': secret})} {('it is', secret)!r}"
    )
    for hidden in (without_keys(told), key.hidden_in(told)):
        assert "s3cret" not in hidden
        assert "inel" not in hidden
        assert hidden.count("***") == 11


def test_of_two_keys_the_longer_one_is_hidden_whole() -> None:
    Key("short-s3cret"), Key("short-s3cret-and-longer")
    assert without_keys("short-s3cret-and-longer short-s3cret") == "*** ***"


@pytest.mark.parametrize(
    ("secret", "sentence"),
    [
        ("", "The API key is empty."),
        (f"{SECRET}\n", "The API key has a line break in it."),
        (f"{SECRET}\r\n", "The API key has a line break in it."),
        (f"\x1b[2J{SECRET}", "The API key has a control character in it."),
        (f"{SECRET}\0", "The API key has a control character in it."),
        (f"{SECRET}\x7f", "The API key has a control character in it."),
        (f"{SECRET}\t", "The API key has a control character in it."),
        (f"{SECRET}–1", "The API key has a character in it that no key has."),
        (f"{SECRET}\u202e", "The API key has a character in it that no key has."),
        (f"{SECRET}\ud800", "The API key has a character in it that no key has."),
        (f" {SECRET}", "The API key has a blank in it."),
        (f"Bearer {SECRET}", "The API key has a blank in it."),
    ],
)
def test_what_cannot_be_sent_is_refused_in_one_sentence(secret: str, sentence: str) -> None:
    with pytest.raises(Problem) as caught:
        Key(secret)
    assert caught.value.kind is Kind.BAD_KEY
    assert caught.value.sentence == sentence
    assert caught.value.hint
    assert "sentinel" not in str(caught.value) + caught.value.hint
