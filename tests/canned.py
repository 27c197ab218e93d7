"""A tiny HTTP server on 127.0.0.1 that says exactly what it was told to say, byte for byte.

It is for the answers that no well-behaved server gives: cut off, dripping, reset, compressed wrongly.
"""

import asyncio
import socket
import ssl
import struct
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import ClassVar, Self

from tests import guards


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What one request gets, in this order: a pause, a reset or a head, then the body."""

    status: int = 200
    reason: bytes = b"OK"
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    delay: float = 0.0
    """Seconds before the first byte."""
    drip: float = 0.0
    """Seconds before each single byte of the body."""
    reset: bool = False
    """The connection is reset instead of answered."""
    hang_up: bool = False
    """The connection is closed instead of answered."""
    cut: int | None = None
    """Bytes of the body that are sent before the connection is closed."""
    close: bool = False
    """The connection is closed after the answer, without a word about it in the head."""
    raw: bytes | None = None
    """The whole answer as it goes over the wire, in place of all the above; then closed."""
    abrupt: bool = False
    """Where the connection is closed, it is without TLS's word of farewell."""

    def head(self) -> bytes:
        lines = [b"HTTP/1.1 %d %s" % (self.status, self.reason)]
        lines += [f"{name}: {value}".encode("latin-1") for name, value in self.headers]
        if "content-length" not in {name.lower() for name, _ in self.headers}:
            lines.append(b"Content-Length: %d" % len(self.body))
        return b"\r\n".join(lines) + b"\r\n\r\n"


@dataclass(frozen=True)
class Request:
    """What was asked, header names in lower case, and the number of the connection that it came by."""

    method: str
    target: str
    headers: dict[str, str]
    connection: int


@dataclass
class Listening:
    """Serves who connects to a port of this machine, and lets go of all of them at its end."""

    connections: int = field(default=0, init=False)
    port: int = field(default=0, init=False)
    _open: set[asyncio.Task[None]] = field(default_factory=set, init=False)

    async def listen(self, tls: ssl.SSLContext | None = None) -> None:
        """At a port that nobody has."""
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0, ssl=tls)
        self.port = self._server.sockets[0].getsockname()[1]

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.close()
        if kind is None:
            self.look()

    def look(self) -> None:
        """Look at what it was asked, once all went well."""

    async def close(self) -> None:
        """Listen no more and drop every connection.

        What was accepted this very moment is let in before: a server that is closed takes no connection, and
        the half-made one would warn in whichever test is running when it is collected.
        """
        for listening in self._server.sockets:
            asyncio.get_running_loop().remove_reader(listening.fileno())
        for _ in range(2):  # the connection is made, and then handed over
            await asyncio.sleep(0)
        self._server.close()
        await self.drop()
        with suppress(TimeoutError):
            async with asyncio.timeout(1.0):
                await self._server.wait_closed()

    async def drop(self) -> None:
        """Close every connection there is."""
        for task in self._open:
            task.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        task = asyncio.create_task(self._serve(reader, writer, self.connections))
        self._open.add(task)
        task.add_done_callback(self._open.discard)
        # Not by the task itself: cancelled before its first step, it would close nothing.
        task.add_done_callback(lambda _: writer.close())

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, number: int) -> None:
        """Do with connection `number` what is to be done."""
        raise NotImplementedError


@dataclass
class CannedServer(Listening):
    """Gives its answers in turn; the last one over and over. Used with `async with`."""

    answers: Iterable[Answer]
    tls: ssl.SSLContext | None = field(default=None, kw_only=True)
    """What it shows its certificate with; None speaks plain HTTP."""
    requests: list[Request] = field(default_factory=list)
    _arrived: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def url(self) -> str:
        return f"{'https' if self.tls else 'http'}://127.0.0.1:{self.port}"

    async def __aenter__(self) -> Self:
        self._script = list(self.answers)
        await self.listen(self.tls)
        return self

    async def until_asked(self, times: int) -> None:
        """Until that many requests have arrived."""
        while len(self.requests) < times:
            self._arrived.clear()
            await self._arrived.wait()

    def answer_to(self, request: Request) -> Answer:
        """What `request` gets: the next answer, or the last one again."""
        return self._script[min(len(self.requests), len(self._script)) - 1]

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, number: int) -> None:
        try:
            while request := await _read_request(reader, number):
                self.requests.append(request)
                self._arrived.set()
                answer = self.answer_to(request)
                if not await _give(answer, writer):
                    if answer.abrupt or answer.reset:
                        writer.transport.abort()
                    return
        except (ConnectionError, ssl.SSLError):
            pass  # the client left, as it may


class Guarded(CannedServer):
    """What the whole program asks. At its end `tests.guards` looks at every request that came."""

    takes_writes: ClassVar[bool] = False
    """Whether it is there to be written to; a write to any other is none that a test has asked for."""
    is_api: ClassVar[bool] = True
    """Whether it is the one that gets the key."""

    def look(self) -> None:
        if guards.ARE_ON:
            guards.assert_asked_rightly(self.requests, takes_writes=self.takes_writes, is_api=self.is_api)


@contextmanager
def nobody() -> Iterator[str]:
    """An address at which nobody listens, and nobody else can meanwhile."""
    with socket.socket() as kept:
        kept.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{kept.getsockname()[1]}"


async def _read_request(reader: asyncio.StreamReader, connection: int) -> Request | None:
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return None
    first, *lines = head.decode("latin-1").split("\r\n")[:-2]
    method, target, _ = first.split(" ", 2)
    headers = dict(line.split(": ", 1) for line in lines)
    return Request(method, target, {name.lower(): value for name, value in headers.items()}, connection)


async def _give(answer: Answer, writer: asyncio.StreamWriter) -> bool:
    """Whether the connection stays open."""
    await asyncio.sleep(answer.delay)
    if answer.reset:
        # Closing with nothing to linger for sends RST in place of FIN.
        sock: socket.socket = writer.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        return False
    if answer.hang_up:
        return False
    if answer.raw is not None:
        writer.write(answer.raw)
        await writer.drain()
        return False
    writer.write(answer.head())
    body = answer.body[: answer.cut]
    if answer.drip:
        for place in range(len(body)):
            await asyncio.sleep(answer.drip)
            writer.write(body[place : place + 1])
            await writer.drain()
    else:
        writer.write(body)
    await writer.drain()
    return answer.cut is None and not answer.close
