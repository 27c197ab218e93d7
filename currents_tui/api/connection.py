"""One exchange after the other with the API's origin: what every endpoint has in common.

The key goes into one header, towards one origin; no redirect is followed, and a failure is a
`Problem` that holds neither the key nor the frames and objects that knew it.
"""

import asyncio
import logging
import re
import ssl
from collections.abc import Awaitable, Callable, Generator, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from types import TracebackType
from typing import NamedTuple, Self, TypeVar
from urllib.parse import urlencode

import httpx

from currents_tui import __version__
from currents_tui.api.address import Address
from currents_tui.api.body import read_body
from currents_tui.api.errors import (
    from_exception,
    from_set_up,
    from_status,
    from_write,
    judged,
    read_retry_after,
)
from currents_tui.api.key import Key
from currents_tui.api.limits import Limits
from currents_tui.api.refusal import denies, failure_words, is_told
from currents_tui.api.way import Way
from currents_tui.core.problem import Problem

A = TypeVar("A")
B = TypeVar("B")

_HEADERS = {
    "Accept": "application/json",
    "Accept-Encoding": "gzip",
    "User-Agent": f"currents-tui/{__version__}",
}
_IDLE_SECONDS = 50.0
"""How long a connection is kept for the next question; load balancers close theirs after 60 s."""
_MOST_KEPT = 8
"""Connections that are kept: for as many questions as there are at once."""

_ERROR_BODY = 64 * 1024
_LOST_CONNECTION = (httpx.RemoteProtocolError, httpx.ReadError, httpx.WriteError)
_TAG = re.compile(r'(W/)?"[\x21\x23-\x7e]{0,200}"')


class Answer(NamedTuple):
    """An answer as it came."""

    body: bytearray
    tag: str = ""
    """What the service calls it (its ETag); "" where it does not."""
    is_as_before: bool = False
    """It says that nothing differs from the one whose tag was sent, and has no body."""


class Connection:
    """Exchanges with the API at `address`, made with `key`. To be entered with `async with`.

    Entering raises `Problem` (BAD_SETTING) when the proxy settings or the file of trusted
    certificates cannot be used. `HTTPS_PROXY`, `NO_PROXY` and `SSL_CERT_FILE` are respected, but
    nothing stands between this program and a service on the same machine.
    """

    def __init__(
        self,
        address: Address,
        key: Key,
        *,
        transport: httpx.AsyncBaseTransport | None = None,
        limits: Limits,
        narrate: Callable[[str], None] | None = None,
    ) -> None:
        self.last_latency: float | None = None
        """Seconds that the last whole answer took, from the question to its last byte."""
        self.clock_ahead: float | None = None
        """Seconds that the server's clock was ahead of ours at the last answer, where it told its time."""
        self._address = address
        self._key = key
        self._transport = transport
        self._limits = limits
        self._narrate = narrate
        self._http: httpx.AsyncClient | None = None

    async def __aenter__(self) -> Self:
        # Below WARNING both libraries write the URLs that are asked, and their headers, to any log.
        for name in ("httpx", "httpcore"):
            logging.getLogger(name).setLevel(logging.WARNING)
        self._http = self._connections()
        return self

    def _connections(self) -> httpx.AsyncClient:
        is_https = self._address.scheme == "https"
        try:
            return httpx.AsyncClient(
                auth=_BearerAuth(self._key, self._address),
                headers=_HEADERS,
                transport=self._transport,
                # A plain-text proxy would read the key of a plain-text request.
                trust_env=self._transport is None and is_https,
                # Reading the trusted certificates takes 40 ms, for an exchange that has none. A context
                # without any trusts nobody.
                verify=True if is_https else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT),
                timeout=httpx.Timeout(self._limits.exchange, connect=self._limits.connect),
                limits=httpx.Limits(max_keepalive_connections=_MOST_KEPT, keepalive_expiry=_IDLE_SECONDS),
                follow_redirects=False,
            )
        except (ImportError, OSError, ValueError, httpx.InvalidURL) as error:
            problem = from_set_up(error)
        raise problem

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        http, self._http = self._http, None
        if http is None:
            return
        # In a task of its own: interrupted in the middle, it would leave all other connections open.
        closing = asyncio.create_task(http.aclose())
        try:
            await asyncio.shield(closing)
        finally:
            await closing

    async def _asked(
        self,
        path: str,
        query: Sequence[tuple[str, str]],
        what: str,
        on_head: Callable[[], None] = lambda: None,
    ) -> bytearray:
        """What came in answer to a GET; `what` names what was asked for. Raises `Problem`.

        `on_head` is called as soon as it is known that the service grants the answer.
        """
        return (await self._answer(path, query, what, on_head)).body

    async def _answer(
        self,
        path: str,
        query: Sequence[tuple[str, str]],
        what: str,
        on_head: Callable[[], None] = lambda: None,
        *,
        known: str = "",
    ) -> Answer:
        """The same with its tag. Whoever has an answer sends the tag of that: `known`."""
        try:
            answer = await self._get(path, query, what, on_head, known)
        except Problem as problem:
            told = self._without_key(problem)
        else:
            came = "as before" if answer.is_as_before else f"{len(answer.body)} bytes"
            self._say(f"GET {path}: {came} in {self.last_latency or 0:.2f} s")
            return answer
        self._say(f"GET {path}: {told.sentence}")
        raise told

    def _say(self, text: str) -> None:
        """Tell whoever wants to hear of every exchange. The path never holds the key."""
        if self._narrate is not None:
            self._narrate(text)

    async def _read(self, read: Callable[[B], A], answer: Awaitable[B]) -> A:
        """What `read` makes of the answer. Frames that hold it, and a key echoed in it, are left behind."""
        try:
            # In a thread: 10,000 specs take 0.1 s, and text can be made to take longer.
            return await asyncio.to_thread(read, await answer)
        except Problem as problem:
            told = self._without_key(problem)
        raise told

    async def _written(self, method: str, path: str) -> None:
        """Send one write. Raises `Problem` when it was surely not done, `Unconfirmed` when it may be done."""
        told: list[Problem | None] = []
        try:
            async with asyncio.timeout(self._limits.exchange):
                await self._write_once(method, f"{self._address}{path}", told.append)
        except Exception as error:
            # Once the status is known it stands, whatever becomes of the rest and of the connection.
            if not told:
                told.append(from_write(error, self._limits))
        if (problem := told[-1]) is not None:
            raise self._without_key(problem)

    async def _write_once(self, method: str, url: str, tell: Callable[[Problem | None], None]) -> None:
        """Send one write. `tell` is told, by the status and then by all of the answer, what it means: None
        when it is done.
        """
        # Never on a connection that was kept: the server may be closing it, and then nobody could tell
        # whether the request was taken. A GET would just be asked again.
        async with self._connections() as http:
            request = http.build_request(method, url, extensions={"trace": Way()})
            response = await http.send(request, stream=True)
            try:
                tell(self._judged(response, bytearray()))
                tell(self._judged(response, await self._words(response)))
            finally:
                await response.aclose()

    def _judged(self, response: httpx.Response, body: bytearray) -> Problem | None:
        """What the answer to a write means, None when it is done; `body` as far as it is known."""
        return judged(
            response.status_code,
            failure_words(body),
            is_foreign=_is_foreign(response, body),
            is_denied=denies(body),
            key_setting=self._key.setting,
            location=self._location(response),
            retry_after=read_retry_after(response.headers.get("retry-after"), _told_time(response)),
        )

    def _location(self, response: httpx.Response) -> str:
        """Where the answer leads to. A key in it is hidden before it is cut short or written small."""
        return self._key.hidden_in(response.headers.get("location", ""))

    async def _words(self, response: httpx.Response) -> bytearray:
        """What came with the status; nothing where it is large, broken or slow: the status is what counts."""
        encoding = response.headers.get("content-encoding", "")
        try:
            async with asyncio.timeout(self._limits.exchange / 5):
                return await read_body(response.aiter_raw(), encoding, _ERROR_BODY)
        except (Problem, httpx.TransportError, OSError):  # a timeout is an OSError as well
            return bytearray()

    def _without_key(self, problem: Problem) -> Problem:
        """`problem` made anew: it holds no frame of the exchange, and no key that the server echoed."""
        hidden = self._key.hidden_in
        return type(problem)(
            problem.kind, hidden(problem.sentence), hidden(problem.hint), retry_after=problem.retry_after
        )

    async def _get(
        self, path: str, query: Sequence[tuple[str, str]], what: str, on_head: Callable[[], None], known: str
    ) -> Answer:
        began = asyncio.get_running_loop().time()
        try:
            # The library's own timeouts start over with every byte.
            async with asyncio.timeout(self._limits.exchange):
                # Not the library's own `params`: an empty one would still put a `?` behind the path.
                # Half a character, typed in another encoding, becomes a question mark.
                asked = f"{path}?{urlencode(query, errors='replace')}" if query else path
                answer = await self._exchange(f"{self._address}{asked}", what, on_head, known)
        # Not only what is foreseen: the frames of whatever else the library raises hold the key.
        except Exception as error:
            problem = from_exception(error, self._limits)
        else:
            self.last_latency = asyncio.get_running_loop().time() - began
            return answer
        raise problem

    async def _exchange(self, url: str, what: str, on_head: Callable[[], None], known: str) -> Answer:
        response = await self._send(url, known)
        if response.headers.get("date"):
            self.clock_ahead = (_told_time(response) - datetime.now(UTC)).total_seconds()
        try:
            if response.is_success:
                on_head()
                encoding = response.headers.get("content-encoding", "")
                body = await read_body(response.aiter_raw(), encoding, self._limits.body)
                return Answer(body, _tag(response))
            if known and response.status_code == httpx.codes.NOT_MODIFIED:
                return Answer(bytearray(), known, is_as_before=True)
            told = await self._words(response)
            raise from_status(
                response.status_code,
                failure_words(told),
                what=what,
                is_foreign=_is_foreign(response, told),
                key_setting=self._key.setting,
                location=self._location(response),
                retry_after=read_retry_after(response.headers.get("retry-after"), _told_time(response)),
            )
        finally:
            await response.aclose()

    async def _send(self, url: str, known: str) -> httpx.Response:
        """The head of the answer to one GET.

        A server may close an idle connection at the very moment it is used again, and a network may have
        forgotten all of them. That is no failure, and a GET may be asked twice: it is asked again until it
        has gone out over a new one.
        """
        assert self._http is not None, "the client was not entered"  # noqa: S101
        headers = {"If-None-Match": known} if known else None
        lost = 0
        while True:
            way = Way()
            request = self._http.build_request("GET", url, headers=headers, extensions={"trace": way})
            try:
                return await self._http.send(request, stream=True)
            except _LOST_CONNECTION:
                lost += 1
                if way.is_new or lost > _MOST_KEPT:
                    raise


class _BearerAuth(httpx.Auth):
    """Unwraps the key at the last moment, for requests to the one origin that it is meant for."""

    def __init__(self, key: Key, address: Address) -> None:
        self._key = key
        self._origin = _origin(httpx.URL(str(address)))

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        if _origin(request.url) == self._origin:
            request.headers["Authorization"] = f"Bearer {self._key.reveal()}"
        yield request


def _origin(url: httpx.URL) -> tuple[str, str, int | None]:
    return url.scheme, url.host, url.port


def _is_foreign(response: httpx.Response, body: bytearray) -> bool:
    """Whether that is the answer of somebody before the service, which speaks JSON and sends no pages.

    That a run is not there has to be the service's own word: a deletion is told by it.
    """
    if response.status_code == httpx.codes.NOT_FOUND:
        return not is_told(body)
    is_html = response.headers.get("content-type", "").lower().startswith("text/html")
    return is_html or body.lstrip().startswith(b"<")


def _tag(response: httpx.Response) -> str:
    """The answer's ETag, where it is one that can be sent back."""
    tag: str = response.headers.get("etag", "")
    return tag if _TAG.fullmatch(tag) else ""


def _told_time(response: httpx.Response) -> datetime:
    """The time by the server's own clock, which is the one that its dates are meant by."""
    try:
        at = parsedate_to_datetime(response.headers.get("date", ""))
        return at if at.tzinfo is not None else at.replace(tzinfo=UTC)
    except (ValueError, OverflowError, TypeError):
        return datetime.now(UTC)
