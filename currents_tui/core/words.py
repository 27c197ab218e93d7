"""How numbers, moments and sizes read. The one place that words them."""

from datetime import datetime, timedelta, tzinfo

import humanize

UNKNOWN = "?"
"""What stands where the service did not say."""
_LONGEST = 1000 * 365 * 86400
"""Seconds that a duration in words can have: between two moments, one of them wrong, there can be more."""


def count(number: int | None) -> str:
    """1234 -> "1,234"; not told -> "?"."""
    return UNKNOWN if number is None else humanize.intcomma(number)


def counted(number: int, noun: str) -> str:
    """(1, "spec") -> "1 spec"; (2, "spec") -> "2 specs"."""
    return f"{humanize.intcomma(number)} {noun}{'' if number == 1 else 's'}"


def size(number_of_bytes: int | None) -> str:
    """348653 -> "348.7 kB"."""
    return UNKNOWN if number_of_bytes is None else humanize.naturalsize(number_of_bytes)


def clock(moment: datetime | None, zone: tzinfo) -> str:
    """The time of day where the person sits: "14:05:22"."""
    return UNKNOWN if moment is None else moment.astimezone(zone).strftime("%H:%M:%S")


def clock_or_date(moment: datetime | None, now: datetime, zone: tzinfo) -> str:
    """The time of day, or for another day than today its date: "14:05:22", "03-01 14:05"."""
    if moment is None:
        return UNKNOWN
    here = moment.astimezone(zone)
    is_today = here.date() == now.astimezone(zone).date()
    return here.strftime("%H:%M:%S" if is_today else "%m-%d %H:%M")


def moment(at: datetime | None, now: datetime, zone: tzinfo) -> str:
    """When it was and how long ago: "14:05:11, 9 minutes ago", with the date unless it is today's."""
    if at is None:
        return UNKNOWN
    here = at.astimezone(zone)
    form = "%H:%M:%S" if here.date() == now.astimezone(zone).date() else "%Y-%m-%d %H:%M:%S"
    return f"{here.strftime(form)}, {age(at, now)}"


def span(seconds: float) -> str:
    """A duration as a clock shows it: 42 -> "0:42", 760 -> "12:40", 3671 -> "1:01:11"."""
    whole = max(0, int(seconds))
    hours, rest = divmod(whole, 3600)
    minutes, left = divmod(rest, 60)
    return f"{hours}:{minutes:02}:{left:02}" if hours else f"{minutes}:{left:02}"


def milliseconds(told: float | None) -> str:
    """A reported duration. Under a second its digits matter: "136 ms"."""
    if told is None:
        return UNKNOWN
    return f"{told:.0f} ms" if told < 1000 else span(told / 1000)


def long_span(seconds: float) -> str:
    """A duration in words: "12 minutes and 40 seconds"."""
    # humanize takes it off today's date, and before the year 1 there is none.
    told = timedelta(seconds=min(max(0, int(seconds)), _LONGEST))
    return humanize.precisedelta(told, minimum_unit="seconds")


def about(seconds: float) -> str:
    """How long something may still take: "~5m", "<10s". Nobody knows it to the second."""
    return "<10s" if seconds < 10 else f"~{short_span(seconds)}"


def estimate(seconds: float, low: float, high: float) -> str:
    """How long something may still take, and between what: "~5m (4-7m)"; "~5m" where that is the same."""
    if seconds >= 10 and high < 120 and round(low) < round(high):
        return f"~{round(seconds)}s ({round(low)}-{round(high)}s)"
    shortest, longest = short_span(low), short_span(high)
    if seconds < 10 or shortest == longest:
        return about(seconds)
    if shortest[-1] == longest[-1]:
        shortest = shortest[:-1]
    return f"{about(seconds)} ({shortest}-{longest})"


def short_span(seconds: float) -> str:
    """About how long, in as few cells as can be: "42s", "5m", "2h", "3d".

    Minutes up to two hours, and hours up to two days: "1h" would be anything from one to one and a half.
    """
    whole = max(0, int(seconds))
    for unit, length, least in (("d", 86400, 172_800), ("h", 3600, 7200), ("m", 60, 60)):
        if whole >= least:
            return f"{round(whole / length)}{unit}"
    return f"{whole}s"


def age(at: datetime | None, now: datetime) -> str:
    """How long ago: "3 minutes ago". A moment ahead of our clock is "now": clocks differ."""
    if at is None:
        return UNKNOWN
    return humanize.naturaltime(max(timedelta(0), now - at))


def short_age(at: datetime | None, now: datetime) -> str:
    """The same in as few cells as can be: "3h ago"."""
    return UNKNOWN if at is None else f"{short_span((now - at).total_seconds())} ago"


def percent(part: int, whole: int) -> str:
    """Whole per cent, and 100 only when nothing is missing: 999 of 1000 is "99%"."""
    if whole <= 0:
        return ""
    return f"{min(100, 100 * part // whole)}%"


def of_all(shown: int, total: int) -> str:
    """(73, 73) -> "73"; (5, 73) -> "5 of 73"."""
    return count(total) if shown == total else f"{count(shown)} of {count(total)}"
