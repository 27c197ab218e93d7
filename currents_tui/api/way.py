"""The way that one request takes, as far as the HTTP library tells of it."""

from collections.abc import Mapping
from typing import Any


class Way:
    """Is told of one request by the library, whose request extension `trace` it is.

    Sources: the documentation of httpcore, "Request extensions"; the names of the events are in its code.
    """

    def __init__(self) -> None:
        self.is_new = False
        """Whether a connection was begun for the request: any other had been kept."""
        self._stream: Any = None

    async def __call__(self, event: str, told: Mapping[str, Any]) -> None:
        match event:
            case "connection.connect_tcp.started":
                self.is_new = True
            case "connection.connect_tcp.complete":
                self._stream = told["return_value"]
            case "connection.start_tls.failed" | "proxy.start_tls.failed":
                # Whoever gives up in the middle of the handshake leaves it to nobody: the library closes it
                # after exceptions alone, and being cancelled is none.
                await self._stream.aclose()
