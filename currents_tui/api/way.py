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

    async def __call__(self, event: str, told: Mapping[str, Any]) -> None:
        self.is_new |= event == "connection.connect_tcp.started"
