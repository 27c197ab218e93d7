"""Reading an answer's body within bounds: a few bytes on the wire can stand for gigabytes."""

import asyncio
import zlib
from collections.abc import AsyncIterator, Iterator

from currents_tui.api.limits import MIB
from currents_tui.core.problem import Kind, Problem

_PIECE = MIB
_GZIP = 16 + zlib.MAX_WBITS


async def read_body(chunks: AsyncIterator[bytes], encoding: str, limit: int) -> bytearray:
    """The whole body, decompressed; `encoding` is its Content-Encoding.

    The event loop gets its turn after each MiB at least. Raises `Problem`: TOO_LARGE past `limit` bytes,
    BAD_ANSWER when the compression is broken, cut off or not one that was asked for.
    """
    body = bytearray()
    turn_at = _PIECE
    unpacked = _unpacking(encoding)
    async for chunk in chunks:
        for piece in unpacked.feed(chunk):
            if len(body) + len(piece) > limit:
                raise Problem(
                    Kind.TOO_LARGE,
                    f"The answer is larger than {limit / MIB:g} MiB.",
                    "Is the address that of a Currents API (…/v1)?",
                )
            body += piece
            # A turn of the loop for each of the small pieces would take longer than reading them.
            if len(body) >= turn_at:
                turn_at = len(body) + _PIECE
                await asyncio.sleep(0)
    unpacked.finish(len(body))
    return body


class _Identity:
    """Bytes that come as they are."""

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        yield chunk

    def finish(self, read: int) -> None:
        """Called at the end; `read` bytes were unpacked."""


class _Gzip(_Identity):
    """Gzip, a piece at a time: the memory taken never depends on what the bytes stand for."""

    def __init__(self) -> None:
        self._stream = zlib.decompressobj(_GZIP)

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        while chunk and not self._stream.eof:
            yield self._decompress(chunk)
            chunk = self._stream.unconsumed_tail

    def _decompress(self, chunk: bytes) -> bytes:
        try:
            return self._stream.decompress(chunk, _PIECE)
        except zlib.error:
            problem = Problem(Kind.BAD_ANSWER, "The answer is compressed, and damaged.")
        raise problem

    def finish(self, read: int) -> None:
        if not self._stream.eof:
            raise Problem(Kind.BAD_ANSWER, f"The answer was cut off after {read} bytes, unpacked.")


def _unpacking(encoding: str) -> _Identity:
    word = encoding.strip().lower()
    if word in ("", "identity"):
        return _Identity()
    if word in ("gzip", "x-gzip"):
        return _Gzip()
    raise Problem(Kind.BAD_ANSWER, "The answer is compressed in a way that was not asked for.")
