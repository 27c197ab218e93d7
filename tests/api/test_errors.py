"""Whatever goes wrong is one sentence for a person, and never the library's own words."""

import math
import ssl
from datetime import UTC, datetime

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from currents_tui.api.errors import (
    from_exception,
    from_set_up,
    from_status,
    read_retry_after,
)
from currents_tui.api.limits import Limits
from currents_tui.core.problem import Kind, Problem
from tests.safety import forbidden

LIMITS = Limits()
SENTINEL = "Bearer s3cret-sentinel"


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (301, Kind.REFUSED),
        (304, Kind.REFUSED),
        (400, Kind.REFUSED),
        (401, Kind.KEY_REFUSED),
        (403, Kind.FORBIDDEN),
        (404, Kind.NOT_FOUND),
        (418, Kind.REFUSED),
        (429, Kind.RATE_LIMITED),
        (500, Kind.SERVER),
        (503, Kind.SERVER),
        (599, Kind.SERVER),
    ],
)
def test_a_status_has_a_kind_and_is_named(status: int, kind: Kind) -> None:
    problem = from_status(status)
    assert problem.kind is kind
    assert str(status) in problem.sentence
    assert problem.sentence.endswith(".")


def test_a_refused_key_is_looked_for_where_it_was_set() -> None:
    hint = from_status(401, key_setting="api_key_file (profile work)").hint
    assert hint.endswith("expired: check api_key_file (profile work).")
    assert from_status(401).hint.endswith("expired: see currents-tui doctor.")


def test_the_service_s_own_words_are_told() -> None:
    problem = from_status(403, "Read-only \x1b[31mkey", retry_after=7.0)
    assert problem.sentence.endswith("The service says: Read-only key.")
    assert problem.retry_after == 7.0


@pytest.mark.parametrize(
    ("location", "shown"),
    [
        ("https://login.example.com/in?token=sentinel", "to login.example.com."),
        ("https://user:sentinel@evil.example/", "to evil.example."),
        ("/sentinel", "to another place on the same host."),
        ("", "to another place on the same host."),
        ("http://[::1", "to another place on the same host."),
        ("https://a\x1bcb.example/", "to ab.example."),
    ],
)
def test_of_a_redirect_the_host_is_told(location: str, shown: str) -> None:
    sentence = from_status(302, location=location).sentence
    assert sentence.endswith(shown)
    assert "sentinel" not in sentence


def caused(error: Exception, cause: Exception) -> Exception:
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "kind", "sentence"),
    [
        (httpx.ConnectTimeout(SENTINEL), Kind.TIMEOUT, "No connection to the service in 5 s."),
        (httpx.ReadTimeout(SENTINEL), Kind.TIMEOUT, "No whole answer from the service in 15 s."),
        (httpx.PoolTimeout(SENTINEL), Kind.TIMEOUT, "No whole answer from the service in 15 s."),
        (TimeoutError(SENTINEL), Kind.TIMEOUT, "No whole answer from the service in 15 s."),
        (httpx.ConnectError(SENTINEL), Kind.OFFLINE, "There is no connection to the service."),
        (httpx.ReadError(SENTINEL), Kind.OFFLINE, "The connection to the service broke."),
        (httpx.WriteError(SENTINEL), Kind.OFFLINE, "The connection to the service broke."),
        (ConnectionResetError(SENTINEL), Kind.OFFLINE, "The connection to the service broke."),
        (OSError(SENTINEL), Kind.OFFLINE, "The connection to the service broke."),
        (httpx.ProxyError(SENTINEL), Kind.OFFLINE, "The proxy does not let the request through."),
        (
            caused(httpx.ConnectError(SENTINEL), ssl.SSLCertVerificationError(SENTINEL)),
            Kind.OFFLINE,
            "The service's certificate is not trusted, or TLS failed.",
        ),
        (
            httpx.RemoteProtocolError(SENTINEL),
            Kind.BAD_ANSWER,
            "The answer is cut off, or is not HTTP.",
        ),
        (httpx.LocalProtocolError(SENTINEL), Kind.BAD_KEY, "The API key cannot be sent as it is."),
        (
            UnicodeEncodeError("ascii", SENTINEL, 0, 1, "x"),
            Kind.BAD_KEY,
            "The API key cannot be sent as it is.",
        ),
        (httpx.InvalidURL(SENTINEL), Kind.BAD_SETTING, "The API address cannot be used."),
        (httpx.UnsupportedProtocol(SENTINEL), Kind.BAD_SETTING, "The API address cannot be used."),
        (
            ExceptionGroup(SENTINEL, [ExceptionGroup(SENTINEL, [OverflowError(SENTINEL)])]),
            Kind.OFFLINE,
            "The request could not be made (OverflowError).",
        ),
        (KeyError(SENTINEL), Kind.OFFLINE, "The request could not be made (KeyError)."),
    ],
)
def test_an_exception_is_a_sentence_without_its_own_text(error: Exception, kind: Kind, sentence: str) -> None:
    problem = from_exception(error, LIMITS)
    assert (problem.kind, problem.sentence) == (kind, sentence)
    assert "sentinel" not in str(problem)


def test_a_problem_stays_the_problem_it_is() -> None:
    problem = Problem(Kind.TOO_LARGE, "Large.")
    assert from_exception(problem, LIMITS) is problem
    assert from_exception(ExceptionGroup("x", [problem]), LIMITS) is problem


@pytest.mark.parametrize(
    ("error", "named"),
    [
        (ImportError(SENTINEL), "SOCKS"),
        (FileNotFoundError(SENTINEL), "certificates"),
        (ssl.SSLError(SENTINEL), "certificates"),
        (ValueError(SENTINEL), "proxy"),
        (httpx.InvalidURL(SENTINEL), "proxy"),
    ],
)
def test_what_is_wrong_before_anything_is_asked_names_the_setting(error: Exception, named: str) -> None:
    problem = from_set_up(error)
    assert problem.kind is Kind.BAD_SETTING
    assert named in problem.sentence
    assert problem.hint
    assert "sentinel" not in str(problem)


NOW = datetime(2026, 3, 1, 10, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (None, None),
        ("", None),
        ("0", 0.0),
        ("7", 7.0),
        (" 7 ", 7.0),
        ("999999999", 999999999.0),
        ("Sun, 01 Mar 2026 10:00:20 GMT", 20.0),
        ("Sun, 01 Mar 2026 10:00:20 -0000", 20.0),
        ("Sun, 01 Mar 2026 09:00:00 GMT", 0.0),
        ("Sun, 08 Mar 2026 10:00:00 GMT", 7 * 86_400.0),
        ("-7", None),
        ("7.5", None),
        ("1e9", None),
        ("٧", None),
        ("soon", None),
        ("9" * 400, None),
        ("Sun, 99 Mar 2026 10:00:20 GMT", None),
        ("\x1b[2J", None),
    ],
)
def test_a_pause_is_read_from_seconds_or_a_date(value: str | None, seconds: float | None) -> None:
    assert read_retry_after(value, NOW) == seconds


@given(st.text())
def test_no_header_is_more_than_a_pause(value: str) -> None:
    seconds = read_retry_after(value, NOW)
    assert seconds is None or 0 <= seconds < math.inf


@given(st.integers(min_value=300, max_value=999), st.text(), st.text())
def test_no_answer_makes_an_unsafe_sentence(status: int, words: str, location: str) -> None:
    assert forbidden(str(from_status(status, words, location=location))) == ""
