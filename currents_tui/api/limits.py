"""How much an answer may take."""

from typing import NamedTuple

MIB = 1024 * 1024


class Limits(NamedTuple):
    connect: float = 5.0
    """Seconds until there is a connection."""
    exchange: float = 15.0
    """Seconds from the question to the last byte of its answer, however slowly the bytes come."""
    body: int = 32 * MIB
    """Bytes of an answer, once decompressed."""
