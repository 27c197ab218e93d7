"""The client over TLS, which is how it meets the real service: whom it trusts, and how connections end."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from currents_tui.api.address import Address
from currents_tui.api.client import Client
from currents_tui.api.key import Key
from currents_tui.api.limits import MIB, Limits
from currents_tui.core.problem import Kind, Unconfirmed
from tests.api.test_client import BODY, RUN_ID, RUNNING, SECRET, problem_of
from tests.canned import Answer, CannedServer
from tests.tls import STRANGER, Proxy, expired, shown, trusted

PATIENT = Limits(connect=20.0, exchange=20.0, body=MIB)
IMPATIENT = Limits(connect=0.5, exchange=20.0, body=MIB)


@pytest.fixture(autouse=True)
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests' own authority is trusted, and no proxy stands in between."""
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy", "SSL_CERT_DIR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("SSL_CERT_FILE", trusted(tmp_path))


class Service(CannedServer):
    """One that can be written to."""

    takes_writes = True


@asynccontextmanager
async def asking(
    *answers: Answer, tls: ssl.SSLContext | None = None
) -> AsyncIterator[tuple[Client, CannedServer]]:
    async with (
        Service(answers, tls=tls or shown()) as server,
        Client(Address(f"{server.url}/v1"), Key(SECRET), limits=PATIENT) as client,
    ):
        yield client, server


async def test_one_connection_carries_all_questions_with_the_key_in_one_header() -> None:
    async with asking(RUNNING) as (client, server):
        for _ in range(3):
            assert (await client.run(RUN_ID)).run_id == RUN_ID
    assert server.url.startswith("https://")
    assert [request.headers["authorization"] for request in server.requests] == [f"Bearer {SECRET}"] * 3
    assert server.connections == 1


@pytest.mark.parametrize(
    "certificate",
    [lambda: shown(by=STRANGER), lambda: shown("api.example.com"), expired],
    ids=["of an authority that nobody trusts", "of another host", "expired"],
)
async def test_nothing_is_asked_of_whom_nobody_vouches_for(certificate: Callable[[], ssl.SSLContext]) -> None:
    async with asking(RUNNING, tls=certificate()) as (client, server):
        asked = await problem_of(client.run(RUN_ID))
        written = await problem_of(client.cancel(RUN_ID))
    assert server.requests == []
    for problem in (asked, written):
        assert problem.kind is Kind.OFFLINE
        assert problem.sentence == "The service's certificate is not trusted, or TLS failed."
        assert "SSL_CERT_FILE" in problem.hint
        assert not isinstance(problem, Unconfirmed)


async def test_a_service_without_tls_gets_no_key() -> None:
    seen = bytearray()

    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        seen.extend(await reader.read(65_536))
        writer.write(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
        seen.extend(await reader.read())
        writer.close()

    async with await asyncio.start_server(refuse, "127.0.0.1", 0) as server:
        address = Address(f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}")
        async with Client(address, Key(SECRET), limits=PATIENT) as client:
            problem = await problem_of(client.run(RUN_ID))
    assert seen
    assert SECRET.encode() not in seen
    assert "TLS failed" in problem.sentence


async def test_a_handshake_that_hangs_is_no_connection() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = Address(f"https://127.0.0.1:{silent.getsockname()[1]}")
        async with Client(address, Key(SECRET), limits=IMPATIENT) as client:
            asked = await problem_of(client.run(RUN_ID))
            written = await problem_of(client.cancel(RUN_ID))
    for problem in (asked, written):
        assert problem.sentence == "No connection to the service in 0.5 s."
        assert not isinstance(problem, Unconfirmed)


@pytest.mark.parametrize("ask", [lambda client: client.run(RUN_ID), lambda client: client.cancel(RUN_ID)])
@pytest.mark.parametrize("is_led", [False, True], ids=["", "by a proxy"])
async def test_whoever_gives_up_in_the_middle_of_the_handshake_leaves_no_connection_open(
    ask: Callable[[Client], Coroutine[Any, Any, object]], is_led: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    greeted, over = asyncio.Event(), asyncio.Event()
    left: list[bytes] = []

    async def say_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(65_536)
        greeted.set()
        with suppress(TimeoutError):
            async with asyncio.timeout(5):
                left.append(await reader.read())
        over.set()
        writer.close()

    async with Proxy() as proxy, await asyncio.start_server(say_nothing, "127.0.0.1", 0) as server:
        if is_led:
            monkeypatch.setenv("HTTPS_PROXY", proxy.url)
        address = Address(f"https://localhost:{server.sockets[0].getsockname()[1]}/v1")
        async with Client(address, Key(SECRET), limits=PATIENT) as client:
            asking = asyncio.create_task(ask(client))
            await greeted.wait()
            asking.cancel()
            await over.wait()
            await asyncio.wait({asking})
        assert asking.cancelled()
        assert left == [b""]
        assert len(proxy.heads) == is_led


CUT = [Answer(body=BODY, cut=20), Answer(body=BODY, cut=20, abrupt=True)]
GONE = [Answer(hang_up=True), Answer(hang_up=True, abrupt=True), Answer(reset=True)]


@pytest.mark.parametrize("answer", [*CUT, *GONE])
async def test_an_end_is_said_for_what_it_is(answer: Answer) -> None:
    async with asking(answer) as (client, _):
        problem = await problem_of(client.run(RUN_ID))
    kind, words = (Kind.OFFLINE, "broke") if answer.reset else (Kind.BAD_ANSWER, "cut off")
    assert (problem.kind, words in problem.sentence) == (kind, True), problem.sentence


@pytest.mark.parametrize("lost", GONE)
async def test_the_end_of_a_kept_connection_is_no_failure(lost: Answer) -> None:
    async with asking(RUNNING, lost, RUNNING) as (client, server):
        await client.run(RUN_ID)
        await client.run(RUN_ID)
    assert (len(server.requests), server.connections) == (3, 2)


@pytest.mark.parametrize("lost", GONE)
async def test_a_write_whose_answer_is_lost_may_be_done_and_is_not_sent_again(lost: Answer) -> None:
    async with asking(lost) as (client, server):
        assert isinstance(await problem_of(client.cancel(RUN_ID)), Unconfirmed)
    assert [request.method for request in server.requests] == ["PUT"]


@pytest.mark.parametrize("cut", CUT)
async def test_the_status_of_a_write_stands_though_the_rest_is_lost(cut: Answer) -> None:
    async with asking(cut) as (client, server):
        await client.cancel(RUN_ID)
    assert [request.method for request in server.requests] == ["PUT"]


async def test_a_proxy_sees_where_to_and_nothing_more(monkeypatch: pytest.MonkeyPatch) -> None:
    async with Proxy() as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)
        async with CannedServer([RUNNING], tls=shown()) as server:
            address = Address(f"https://localhost:{server.port}/v1")
            async with Client(address, Key(SECRET), limits=PATIENT) as client:
                await asyncio.gather(client.run(RUN_ID), client.run(RUN_ID))
    assert len(server.requests) == 2
    assert {head.split(b"\r\n")[0] for head in proxy.heads} == {
        b"CONNECT localhost:%d HTTP/1.1" % server.port
    }
    seen = b"".join(proxy.heads) + proxy.passed
    assert len(proxy.passed) > len(BODY)
    assert b"uthorization" not in seen
    assert SECRET.encode() not in seen
    assert RUN_ID.encode() not in seen
