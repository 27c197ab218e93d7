"""How numbers and moments read."""

from datetime import timedelta, timezone

import pytest

from currents_tui.core import words
from tests.builders import NOW, ago


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(-5, "0:00"), (0, "0:00"), (42.9, "0:42"), (760, "12:40"), (3671, "1:01:11"), (360000, "100:00:00")],
)
def test_span(seconds: float, text: str) -> None:
    assert words.span(seconds) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0s"),
        (59.9, "59s"),
        (60, "1m"),
        (290, "5m"),
        (5340, "89m"),
        (5460, "91m"),
        (7199, "120m"),
        (7200, "2h"),
        (90000, "25h"),
        (172_800, "2d"),
    ],
)
def test_short_span(seconds: float, text: str) -> None:
    assert words.short_span(seconds) == text


@pytest.mark.parametrize(
    ("part", "whole", "text"), [(0, 0, ""), (0, 9, "0%"), (999, 1000, "99%"), (9, 9, "100%"), (12, 9, "100%")]
)
def test_percent_is_100_only_when_nothing_is_missing(part: int, whole: int, text: str) -> None:
    assert words.percent(part, whole) == text


def test_what_was_not_told_reads_as_unknown() -> None:
    assert words.count(None) == words.size(None) == words.milliseconds(None) == words.age(None, NOW) == "?"
    assert words.clock(None, NOW.tzinfo or timezone.utc) == "?"  # noqa: UP017


def test_counts_sizes_and_milliseconds() -> None:
    assert words.count(1234567) == "1,234,567"
    assert words.counted(1, "spec") == "1 spec"
    assert words.counted(2000, "spec") == "2,000 specs"
    assert words.size(348653) == "348.7 kB"
    assert words.milliseconds(136) == "136 ms"
    assert words.milliseconds(13618) == "0:13"
    assert words.of_all(5, 73) == "5 of 73"
    assert words.of_all(73, 73) == "73"


def test_a_moment_ahead_of_our_clock_is_now() -> None:
    assert words.age(ago(-30), NOW) == "now"
    assert words.age(ago(180), NOW) == "3 minutes ago"
    assert words.short_age(ago(10_800), NOW) == "3h ago"


def test_a_moment_of_another_day_has_its_date() -> None:
    zone = timezone(timedelta(hours=2))
    assert words.moment(ago(180), NOW, zone) == "16:12:00, 3 minutes ago"
    assert words.moment(ago(86400 * 2), NOW, zone) == "2026-02-27 16:15:00, 2 days ago"
