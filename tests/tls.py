"""An authority of the tests' own and what it vouches for, and a proxy on the way to servers that show it."""

from __future__ import annotations

import asyncio
import ssl
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Self

from trustme import CA

from tests.canned import Listening

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
class Proxy(Listening):
    """Leads every connection to where it is asked to, and keeps what it sees. Used with `async with`."""

    heads: list[bytes] = field(default_factory=list)
    """What each connection began with."""
    passed: bytearray = field(default_factory=bytearray)
    """All bytes after that, of both directions."""

    async def __aenter__(self) -> Self:
        await self.listen()
        return self

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, number: int) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        self.heads.append(head)
        host, _, port = head.split(b" ", 2)[1].decode().rpartition(":")
        farther, onward = await asyncio.open_connection(host, int(port))
        writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        try:
            await asyncio.gather(self._copy(reader, onward), self._copy(farther, writer))
        finally:
            onward.close()

    async def _copy(self, source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            while piece := await source.read(65_536):
                self.passed += piece
                target.write(piece)
                await target.drain()
        target.close()
