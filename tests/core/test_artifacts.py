"""What artifacts are called, where they are looked at, and when their links expire."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from currents_tui.core.artifacts import (
    Shot,
    address,
    best_address,
    expires_at,
    is_stale,
    labels,
    pictures,
    shots,
    viewer_address,
)
from currents_tui.core.instance import Artifact, ArtifactKind
from currents_tui.core.model import Link
from currents_tui.core.text import plain

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def artifact(
    kind: str = "screenshot",
    url: str = "https://files.example/a.png",
    *,
    name: str | None = None,
    attempt: int | None = 0,
) -> Artifact:
    return Artifact(
        kind=ArtifactKind(kind), link=Link(url), name=plain(name) if name else None, attempt=attempt
    )


def test_what_is_alone_is_called_by_its_kind() -> None:
    found = [
        artifact(),
        artifact("video"),
        artifact("trace"),
        artifact("attachment", name="error-context.md"),
    ]
    assert labels(found) == ("screenshot", "video", "trace", "attachment error-context.md")


def test_several_of_a_kind_are_numbered_within_their_attempt() -> None:
    found = [artifact(attempt=1), artifact(attempt=1), artifact("trace", attempt=1), artifact(attempt=0)]
    assert labels(found) == (
        "screenshot 1, attempt 2",
        "screenshot 2, attempt 2",
        "trace, attempt 2",
        "screenshot, attempt 1",
    )


def test_what_is_of_the_whole_file_has_no_attempt() -> None:
    assert labels([artifact("video", attempt=None), artifact(attempt=2)]) == (
        "video",
        "screenshot, attempt 3",
    )
    assert labels([]) == ()


@given(st.lists(st.builds(artifact, st.sampled_from([*ArtifactKind]), attempt=st.none() | st.integers(0, 3))))
def test_no_two_labels_are_the_same_unless_they_have_the_same_name(found: list[Artifact]) -> None:
    told = labels(found)
    assert len(told) == len(set(told)) == len(found)


def test_pictures_are_the_screenshots_and_attachments_that_are_pictures() -> None:
    shot, video = artifact(url="https://f.example/1"), artifact("video", "https://f.example/v.png")
    drawn = artifact("attachment", "https://f.example/x.JPEG?X-Amz-Expires=1", name="diff")
    named = artifact("attachment", "https://f.example/0", name="actual.png")
    text = artifact("attachment", "https://f.example/x.md", name="error-context.md")
    local = artifact(url="file:///etc/passwd.png")
    assert pictures([drawn, video, text, local, named, shot]) == (shot, drawn, named)


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "file:///etc/passwd", "ftp://x.example/a", "", "//x/a"]
)
def test_only_web_addresses_are_opened(url: str) -> None:
    for kind in ArtifactKind:
        one = artifact(kind, url)
        assert address(one) is viewer_address(one) is best_address(one) is None


def test_a_trace_opens_in_the_viewer_whatever_its_link_holds() -> None:
    url = "https://files.example/t r.zip?X-Amz-Signature=a%2Fb&x=1#y"
    one = artifact("trace", url)
    opened = viewer_address(one)
    assert opened is not None
    parts = urlsplit(opened)
    assert (parts.scheme, parts.hostname, parts.fragment) == ("https", "trace.playwright.dev", "")
    assert parse_qs(parts.query) == {"trace": [url]}
    assert (best_address(one), address(one)) == (opened, url)


def test_nothing_but_a_trace_has_a_viewer() -> None:
    one = artifact("video", "https://files.example/v.webm")
    assert viewer_address(one) is None
    assert best_address(one) == "https://files.example/v.webm"


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("X-Amz-Date=20260301T115900Z&X-Amz-Expires=300", datetime(2026, 3, 1, 12, 4, tzinfo=UTC)),
        ("X-Amz-Expires=300&X-Amz-Date=20260301T115900Z&X-Amz-Signature=0", NOW + timedelta(minutes=4)),
        ("Expires=1772366400&Key-Pair-Id=K&Signature=0", NOW),
        ("X-Amz-Expires=300", None),  # nobody says from when on
        ("X-Amz-Date=20260301T115900Z", None),
        ("X-Amz-Date=20261301T115900Z&X-Amz-Expires=300", None),
        ("X-Amz-Date=99991231T235959Z&X-Amz-Expires=99999999999", None),
        ("Expires=99999999999999", None),
        ("Expires=-5", None),
        ("Expires=٣", None),
        ("", None),
    ],
)
def test_when_a_link_expires(query: str, expected: datetime | None) -> None:
    assert expires_at(Link(f"https://files.example/a.png?{query}")) == expected


def test_a_link_is_stale_shortly_before_it_expires_and_never_where_nobody_can_tell() -> None:
    link = Link("https://files.example/a.png?Expires=1772366400")
    assert not is_stale(link, NOW - timedelta(seconds=31))
    assert is_stale(link, NOW - timedelta(seconds=29))
    assert is_stale(link, NOW + timedelta(days=9))
    assert not is_stale(Link("https://files.example/a.png"), NOW)


@given(st.text() | st.text("X-AmzExpiresDt=&?:/[]%0123456789TZ ").map(lambda rest: f"https://x/?{rest}"))
def test_no_link_is_too_strange(url: str) -> None:
    one = artifact("trace", url)
    until = expires_at(one.link)
    assert until is None or until.tzinfo is UTC
    is_stale(one.link, NOW)
    for opened in (address(one), viewer_address(one), best_address(one)):
        assert opened is None or opened.startswith(("http://", "https://"))
    assert len(labels([one])) == 1
    pictures([one])


@given(st.integers(0, 10**12), st.integers(0, 10**12))
def test_no_number_is_too_large(date: int, seconds: int) -> None:
    for query in (f"Expires={seconds}", f"X-Amz-Date={date:015}Z&X-Amz-Expires={seconds}"):
        expires_at(Link(f"https://x.example/?{query}"))


def test_shots_are_the_pictures_called_as_among_all() -> None:
    found = [artifact("video", attempt=1), artifact(url="https://f.example/2", attempt=1)]
    assert shots(found) == (Shot("screenshot, attempt 2", Link("https://f.example/2")),)
