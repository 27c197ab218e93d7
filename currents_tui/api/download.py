"""Loading what a signed link leads to. The link itself is all that grants it: no key goes along.

Links come from the service and lead to storage of anybody's choice, so this knows nothing of the key,
keeps no cookie, follows few redirects, and takes no more bytes and seconds than a picture needs.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Final

import httpx

from currents_tui import __version__
from currents_tui.api.errors import from_exception, from_set_up
from currents_tui.api.limits import Limits
from currents_tui.api.way import Way
from currents_tui.core.problem import Kind, Problem
from currents_tui.core.words import size

Progress = Callable[[int, int | None], None]
"""(bytes so far, all bytes or None where nobody told)."""

LIMITS: Final = Limits(connect=5.0, exchange=60.0, body=10_000_000)
MAX_REDIRECTS: Final = 5

_HEADERS: Final = {
    "Accept": "image/*",
    # Pictures are compressed already, and so their size is known beforehand.
    "Accept-Encoding": "identity",
    "User-Agent": f"currents-tui/{__version__}",
}
_THIS_MACHINE: Final = ("all://127.0.0.1", "all://localhost", "all://[::1]")
"""No proxy stands between this program and storage on the same machine, as the demo has it."""


async def download(
    url: str,
    progress: Progress = lambda so_far, total: None,
    *,
    transport: httpx.AsyncBaseTransport | None = None,
    limits: Limits = LIMITS,
) -> bytes:
    """What `url` leads to. `progress` is told in the event loop.

    Raises `Problem`: FORBIDDEN when the link has expired, so that a fresh one may help; NOT_FOUND when it
    is gone; TOO_LARGE past `limits.body`; BAD_ANSWER when it is cut off; else as every question does.
    """
    # Below WARNING both libraries write the links, which are secrets for as long as they last, to any log.
    for name in ("httpx", "httpcore"):
        logging.getLogger(name).setLevel(logging.WARNING)
    try:
        async with asyncio.timeout(limits.exchange), _connections(transport, limits) as http:
            return await _followed(http, url, progress, limits)
    except Exception as error:
        problem = _told(error, limits)
    # Made anew: it holds no frame that knew the link.
    raise problem


def _connections(transport: httpx.AsyncBaseTransport | None, limits: Limits) -> httpx.AsyncClient:
    try:
        return httpx.AsyncClient(
            headers=_HEADERS,
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),
            transport=transport,
            trust_env=transport is None,
            mounts=dict.fromkeys(_THIS_MACHINE),
            timeout=httpx.Timeout(limits.exchange, connect=limits.connect),
            follow_redirects=False,
        )
    except (ImportError, OSError, ValueError, httpx.InvalidURL) as error:
        problem = from_set_up(error)
    raise problem


async def _followed(http: httpx.AsyncClient, told: str, progress: Progress, limits: Limits) -> bytes:
    url = _checked(httpx.URL(told))
    for _ in range(MAX_REDIRECTS + 1):
        async with http.stream("GET", url, extensions={"trace": Way()}) as response:
            if not response.has_redirect_location:
                _judge(response, limits)
                return await _body(response, progress, limits)
            url = _checked(url.join(response.headers["location"]), before=url)
    raise Problem(Kind.REFUSED, f"The link was sent on more than {MAX_REDIRECTS} times.")


def _checked(url: httpx.URL, before: httpx.URL | None = None) -> httpx.URL:
    """`url` if it may be asked: http or https, never from https to http, without a name or password."""
    if url.scheme not in ("http", "https") or not url.host:
        raise Problem(Kind.REFUSED, "The link leads to something that is no web address.")
    if before is not None and before.scheme == "https" and url.scheme == "http":
        raise Problem(Kind.REFUSED, "The link was sent on from https to http.")
    if url.userinfo:
        # The library would make a header of it.
        raise Problem(Kind.REFUSED, "The link holds a name and a password.")
    return url


def _judge(response: httpx.Response, limits: Limits) -> None:
    """Raises `Problem` where no picture can come of `response`, by its head alone."""
    status = response.status_code
    if status in (401, 403):
        raise Problem(Kind.FORBIDDEN, f"The link has expired ({status}).")
    if status in (404, 410):
        raise Problem(Kind.NOT_FOUND, f"It is gone: the storage no longer has it ({status}).")
    if status == 429:
        raise Problem(Kind.RATE_LIMITED, "The storage asks for fewer requests (429).")
    if status >= 500:
        raise Problem(Kind.SERVER, f"The storage has a problem of its own ({status}).")
    if status != 200:
        raise Problem(Kind.REFUSED, f"The storage refused the link ({status}).")
    if response.headers.get("content-encoding", "identity").strip().lower() not in ("", "identity"):
        raise Problem(Kind.BAD_ANSWER, "It came compressed in a way that was not asked for.")
    total = _total(response)
    if total is not None and total > limits.body:
        raise _too_large(limits, size(total))


async def _body(response: httpx.Response, progress: Progress, limits: Limits) -> bytes:
    total = _total(response)
    body = bytearray()
    progress(0, total)
    async for chunk in response.aiter_raw():
        if len(body) + len(chunk) > limits.body:
            raise _too_large(limits, "more")
        body += chunk
        progress(len(body), total)
    return bytes(body)


def _total(response: httpx.Response) -> int | None:
    told = response.headers.get("content-length", "")
    return int(told) if told.isascii() and told.isdigit() and len(told) < 20 else None


def _too_large(limits: Limits, has: str) -> Problem:
    return Problem(
        Kind.TOO_LARGE, f"It is too large: {size(limits.body)} are loaded at most, and it has {has}."
    )


def _told(error: Exception, limits: Limits) -> Problem:
    """`error` in words about the storage, for the service may be well while its storage is not."""
    if isinstance(error, Problem):
        return Problem(error.kind, error.sentence, error.hint)
    problem = from_exception(error, limits)
    if isinstance(error, httpx.ProxyError):
        return problem
    for kind, sentence in (
        (Kind.TIMEOUT, f"It did not come within {limits.exchange:g} s."),
        (Kind.BAD_ANSWER, "It came cut off."),
        (Kind.OFFLINE, "There is no connection to its storage."),
    ):
        if problem.kind is kind:
            is_tls = kind is Kind.OFFLINE and "TLS" in problem.sentence
            return problem if is_tls else Problem(kind, sentence)
    return Problem(Kind.REFUSED, "The link cannot be followed.")
