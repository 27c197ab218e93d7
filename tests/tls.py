"""An authority of the tests' own and what it vouches for, and a proxy on the way to servers that show it."""

from __future__ import annotations

import asyncio
import ssl
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

from trustme import CA

AUTHORITY = CA()
STRANGER = CA()
"""Nobody trusts it."""
_LONG_AGO = datetime.now(UTC) - timedelta(days=30)


def shown(*names: str, by: CA = AUTHORITY, until: datetime | None = None) -> ssl.SSLContext:
    """What a server shows its certificate with: for `names`, this machine's if there are none."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    names = names or ("127.0.0.1", "localhost")
    certificate = by.issue_cert(*names, not_before=_LONG_AGO - timedelta(days=1), not_after=until)
    certificate.configure_cert(context)
    return context


def expired() -> ssl.SSLContext:
    """A certificate that was good a month ago."""
    return shown(until=_LONG_AGO)


def trusted(folder: Path) -> str:
    """The authority's certificate as a file in `folder`, for SSL_CERT_FILE."""
    file = folder / "authority.pem"
    AUTHORITY.cert_pem.write_to_path(str(file))
    return str(file)


@dataclass
class Proxy:
    """Leads every connection to where it is asked to, and keeps what it sees. Used with `async with`."""

    heads: list[bytes] = field(default_factory=list)
    """What each connection began with."""
    passed: bytearray = field(default_factory=bytearray)
    """All bytes after that, of both directions."""
    port: int = 0
    _open: set[asyncio.Task[None]] = field(default_factory=set)

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._server.close()
        for task in self._open:
            task.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(self._lead(reader, writer))
        self._open.add(task)
        task.add_done_callback(self._open.discard)

    async def _lead(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        self.heads.append(head)
        host, _, port = head.split(b" ", 2)[1].decode().rpartition(":")
        farther, onward = await asyncio.open_connection(host, int(port))
        writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        try:
            await asyncio.gather(self._copy(reader, onward), self._copy(farther, writer))
        finally:
            writer.close()
            onward.close()

    async def _copy(self, source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            while piece := await source.read(65_536):
                self.passed += piece
                target.write(piece)
                await target.drain()
        target.close()
