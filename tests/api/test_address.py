"""Where the key may go, and where the dashboard's pages are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from currents_tui.api.address import CLOUD, Address, from_environment
from currents_tui.core.problem import Kind, Problem
from tests.safety import forbidden


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        (CLOUD, CLOUD),
        ("https://api.currents.dev/v1/", CLOUD),
        ("HTTPS://API.Currents.DEV:443/v1", CLOUD),
        ("https://currents.example.com:8443", "https://currents.example.com:8443"),
        ("https://currents.example.com/api/v1", "https://currents.example.com/api/v1"),
        ("https://my_host/v1", "https://my_host/v1"),
        ("https://[2001:db8::1]:8443/v1", "https://[2001:db8::1]:8443/v1"),
        ("http://localhost:4000/v1", "http://localhost:4000/v1"),
        ("http://127.0.0.1:80", "http://127.0.0.1"),
        ("http://127.8.9.10:4000", "http://127.8.9.10:4000"),
        ("http://[::1]:4000/v1", "http://[::1]:4000/v1"),
    ],
)
def test_a_base_url_is_kept_in_its_plain_form(url: str, kept: str) -> None:
    assert str(Address(url)) == kept
    assert repr(Address(url)) == f"Address({kept!r})"


@pytest.mark.parametrize(
    ("url", "trouble"),
    [
        ("", "is empty"),
        (" https://api.currents.dev", "character"),
        ("https://api.currents.dev\n", "character"),
        ("https://api.\u202ecurrents.dev", "character"),
        ("https://\x1b[2J.dev", "character"),
        ("https://bücher.example", "character"),
        ("api.currents.dev/v1", "does not begin with https://"),
        ("ftp://api.currents.dev", "does not begin with https://"),
        ("file:///etc/passwd", "does not begin with https://"),
        ("https://", "malformed"),
        ("https:///v1", "malformed"),
        ("http://[::1", "malformed"),
        ("https://[::1]x", "malformed"),
        ("https://[fe80::1%25eth0]", "malformed"),
        ("https://api.currents.dev:", "malformed"),
        ("https://api.currents.dev:0", "malformed"),
        ("https://api.currents.dev:99999", "malformed"),
        ("https://api.currents.dev:http", "malformed"),
        ("https://a%2eb", "malformed"),
        ("https://a\\b", "malformed"),
        ("https://user:sentinel@api.currents.dev", "user or a password"),
        ("https://sentinel@api.currents.dev", "user or a password"),
        ("https://api.currents.dev/v1?x=sentinel", "query"),
        ("https://api.currents.dev/v1?", "query"),
        ("https://api.currents.dev/v1#x", "fragment"),
        ("https://api.currents.dev/v1/../x", "path"),
        ("https://api.currents.dev//v1", "path"),
        ("https://api.currents.dev/%2e%2e", "path"),
        ("http://api.currents.dev/v1", "in the clear"),
        ("http://localhost.example.com", "in the clear"),
        ("http://127.0.0.1.example.com", "in the clear"),
        ("http://0.0.0.0:4000", "in the clear"),
        ("http://127.1", "in the clear"),
        ("http://[::2]", "in the clear"),
        ("http://10.0.0.1", "in the clear"),
    ],
)
def test_anything_else_is_refused_with_the_reason(url: str, trouble: str) -> None:
    with pytest.raises(Problem) as caught:
        Address(url, setting="--api-url")
    assert caught.value.kind is Kind.BAD_SETTING
    assert caught.value.sentence.startswith("--api-url ")
    assert trouble in caught.value.sentence
    assert "sentinel" not in str(caught.value)


@given(st.one_of(st.text(), st.text().map("https://".__add__), st.text().map("http://127.0.0.1".__add__)))
def test_no_text_does_worse_than_be_refused(url: str) -> None:
    try:
        kept = str(Address(url))
    except Problem as problem:
        assert forbidden(str(problem)) == ""
    else:
        assert kept.isascii()
        assert str(Address(kept)) == kept
        assert kept.startswith(("https://", "http://127.", "http://localhost", "http://[::1]"))


@pytest.mark.parametrize(
    ("environ", "flag", "url"),
    [
        ({}, None, CLOUD),
        ({"CURRENTS_API_URL": "https://cy.currents.dev"}, None, CLOUD),
        ({"CURRENTS_API_URL": "https://a.example/v1"}, None, "https://a.example/v1"),
        ({"CURRENTS_API_URL": "https://a.example/v1/"}, None, "https://a.example/v1"),
        ({"CURRENTS_REST_API_URL": "https://b.example/"}, None, "https://b.example/v1"),
        (
            {"CURRENTS_REST_API_URL": "https://b.example", "CURRENTS_API_URL": "https://a.example/v1"},
            None,
            "https://b.example/v1",
        ),
        (
            {"CURRENTS_TUI_API_URL": "https://c.example/x", "CURRENTS_REST_API_URL": "https://b.example"},
            None,
            "https://c.example/x",
        ),
        ({"CURRENTS_TUI_API_URL": "https://c.example"}, "https://d.example/v1", "https://d.example/v1"),
        ({"CURRENTS_TUI_API_URL": "", "CURRENTS_REST_API_URL": ""}, None, CLOUD),
    ],
)
def test_the_settings_take_precedence_in_this_order(
    environ: dict[str, str], flag: str | None, url: str
) -> None:
    assert str(from_environment(environ, flag)) == url


def test_the_configuration_file_comes_after_the_environment() -> None:
    assert str(from_environment({}, None, Address("https://file.example/v1"))) == "https://file.example/v1"
    own = {"CURRENTS_TUI_API_URL": "https://own.example/v1"}
    assert str(from_environment(own, None, Address("https://file.example/v1"))) == "https://own.example/v1"


@pytest.mark.parametrize(
    ("environ", "flag", "named"),
    [
        ({}, "", "--api-url"),
        ({"CURRENTS_TUI_API_URL": "x"}, None, "CURRENTS_TUI_API_URL"),
        ({"CURRENTS_REST_API_URL": "x"}, None, "CURRENTS_REST_API_URL"),
        ({"CURRENTS_API_URL": "x/v1"}, None, "CURRENTS_API_URL"),
    ],
)
def test_a_refusal_names_the_setting(environ: dict[str, str], flag: str | None, named: str) -> None:
    with pytest.raises(Problem) as caught:
        from_environment(environ, flag)
    assert caught.value.sentence.startswith(named + " ")


@pytest.mark.parametrize(
    ("url", "web"),
    [
        (CLOUD, "https://app.currents.dev"),
        ("https://api-staging.currents.dev/v1", "https://app-staging.currents.dev"),
        ("http://localhost:4000/v1", "http://localhost:4000"),
        ("https://tests.example.com/currents/v1", "https://tests.example.com/currents"),
        ("https://tests.example.com", "https://tests.example.com"),
        ("https://api.currents.dev:8443/v1", "https://api.currents.dev:8443"),
    ],
)
def test_the_dashboard_is_found_from_the_api(url: str, web: str) -> None:
    address = Address(url)
    assert address.web_base == web
    assert address.run_page("0123456789abcdef") == f"{web}/run/0123456789abcdef"
    assert address.instance_page("a/../b?c") == f"{web}/instance/a%2F..%2Fb%3Fc"
