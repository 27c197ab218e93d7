"""The tests' own server: it leaves nothing behind that would warn while another test runs."""

from __future__ import annotations

import asyncio
import gc
import socket
from contextlib import suppress

import pytest

from tests.canned import Answer, CannedServer
from tests.cli.serving import Serving, in_thread


@pytest.fixture
def unraisable(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What went wrong where nobody could be told."""
    found: list[str] = []
    monkeypatch.setattr("sys.unraisablehook", lambda hook: found.append(repr(hook.exc_value)))
    return found


@pytest.mark.parametrize("turns", range(6))
async def test_a_connection_that_comes_while_it_closes_is_closed_as_well(
    turns: int, unraisable: list[str]
) -> None:
    """`turns` of the loop are between the two: accepted, made, handed over, served."""
    async with CannedServer([Answer()]) as server:
        with socket.socket() as client:
            client.setblocking(False)
            with suppress(BlockingIOError):
                client.connect(("127.0.0.1", server.port))
            for _ in range(turns):
                await asyncio.sleep(0)
            await server.close()
    gc.collect()
    assert unraisable == []


def test_what_is_still_connected_is_closed_before_its_loop_is(unraisable: list[str]) -> None:
    with socket.socket() as client, in_thread(Serving([Answer()])) as server:
        client.connect(("127.0.0.1", server.port))
        client.sendall(b"GET")
    gc.collect()
    assert unraisable == []
