"""What an attempt left behind, as a person reads it, and where it can be looked at."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final
from urllib.parse import parse_qs, quote, urlsplit

from msgspec import Struct

from currents_tui.core.instance import Artifact, ArtifactKind
from currents_tui.core.model import Link

VIEWER: Final = "https://trace.playwright.dev/?trace="
"""Playwright's own viewer. The browser loads the trace into it by itself; nothing is uploaded."""

MARGIN: Final = timedelta(seconds=30)
"""A link that expires sooner than this may have expired before it is followed."""

_PICTURES: Final = (".png", ".jpg", ".jpeg", ".gif", ".webp")
_SIGNED_AT: Final = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})T([0-9]{2})([0-9]{2})([0-9]{2})Z", re.ASCII)
_SECONDS: Final = re.compile(r"[0-9]{1,11}", re.ASCII)


def labels(artifacts: Sequence[Artifact]) -> tuple[str, ...]:
    """What each of `artifacts` is called beside the others.

    "screenshot 2, attempt 3", "trace", "attachment error-context.md". A number is told where there are
    several of a kind in one attempt, the attempt unless there is only a first one.
    """
    has_attempts = any(one.attempt for one in artifacts)
    keys = [(one.kind, one.attempt if has_attempts else None) for one in artifacts]
    alike = Counter(keys)
    seen: Counter[tuple[ArtifactKind, int | None]] = Counter()
    found = []
    for one, key in zip(artifacts, keys, strict=True):
        seen[key] += 1
        words = _words(one, seen[key] if alike[key] > 1 else None)
        found.append(words if key[1] is None else f"{words}, attempt {key[1] + 1}")
    return tuple(found)


def _words(one: Artifact, number: int | None) -> str:
    if one.kind is ArtifactKind.ATTACHMENT and one.name:
        return f"{one.kind} {one.name}"
    return f"{one.kind} {number}" if number is not None else str(one.kind)


def pictures(artifacts: Iterable[Artifact]) -> tuple[Artifact, ...]:
    """Those that can be shown as pictures: the screenshots, then attachments that are pictures."""
    there = [one for one in artifacts if one.link.is_web]
    shots = [one for one in there if one.kind is ArtifactKind.SCREENSHOT]
    return (*shots, *(one for one in there if one.kind is ArtifactKind.ATTACHMENT and _is_picture(one)))


def _is_picture(one: Artifact) -> bool:
    return one.link.place.lower().endswith(_PICTURES) or (one.name or "").lower().endswith(_PICTURES)


def address(one: Artifact) -> str | None:
    """What a browser may be sent to: the link itself if it is http or https, else None."""
    return str(one.link.url) if one.link.is_web else None


def viewer_address(one: Artifact) -> str | None:
    """The page that shows a trace; None for everything else.

    Source: https://playwright.dev/docs/trace-viewer, as of 2025.
    """
    if one.kind is not ArtifactKind.TRACE or not one.link.is_web:
        return None
    return f"{VIEWER}{quote(one.link.url, safe='')}"


def best_address(one: Artifact) -> str | None:
    """Where it is best looked at: a trace in its viewer, all else by its own link."""
    return viewer_address(one) or address(one)


def expires_at(link: Link) -> datetime | None:
    """When the storage stops to grant `link`; None where the link does not say.

    S3 and its likes sign `X-Amz-Date` and `X-Amz-Expires` (seconds from there), CloudFront `Expires`
    (seconds since 1970).
    """
    try:
        query = parse_qs(urlsplit(link.url).query)
    except ValueError:
        return None
    lasts = _number(query.get("X-Amz-Expires"))
    if lasts is not None:
        signed = _SIGNED_AT.fullmatch(query.get("X-Amz-Date", [""])[0])
        return _moment(signed, lasts) if signed is not None else None
    until = _number(query.get("Expires"))
    return _since_1970(until) if until is not None else None


def is_stale(link: Link, now: datetime) -> bool:
    """Whether a fresh link has to be asked for before it is followed. False where nobody can tell."""
    until = expires_at(link)
    return until is not None and until - now < MARGIN


def _number(told: list[str] | None) -> int | None:
    return int(told[0]) if told and _SECONDS.fullmatch(told[0]) else None


def _moment(signed: re.Match[str], lasts: int) -> datetime | None:
    year, month, day, hour, minute, second = (int(part) for part in signed.groups())
    try:
        return datetime(year, month, day, hour, minute, second, tzinfo=UTC) + timedelta(seconds=lasts)
    except (ValueError, OverflowError):
        return None


def _since_1970(seconds: int) -> datetime | None:
    try:
        return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    except OverflowError:
        return None


class Shot(Struct, frozen=True):
    """A picture to be looked at."""

    label: str
    link: Link


def shots(artifacts: Sequence[Artifact]) -> tuple[Shot, ...]:
    """The pictures among `artifacts`, each called as it is among all of them."""
    called = {id(one): label for one, label in zip(artifacts, labels(artifacts), strict=True)}
    return tuple(Shot(called[id(one)], one.link) for one in pictures(artifacts))
