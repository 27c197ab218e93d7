"""Every await of the client fails once, over real connections: no claim, no second write, nothing left."""

from __future__ import annotations

import asyncio
import gzip
import ssl
import threading
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import anyio
import httpx
import psutil
import pytest

from currents_tui.api.address import Address
from currents_tui.api.client import Client
from currents_tui.api.download import download
from currents_tui.api.key import Key
from currents_tui.api.limits import MIB
from currents_tui.core.problem import Kind, Problem, Unconfirmed
from currents_tui.core.run_filter import ALL
from tests.canned import Answer, Request
from tests.cli.serving import Elsewhere, Serving, in_thread, json_answer
from tests.instances import INSTANCE_ID, enveloped, playwright_2
from tests.tls import shown, trusted
from tests.torture import CANCELLED, Fault, Torture, each, until

SECRET = "s3cret-sentinel-0123456789"
RUN_ID, LARGE_ID, REFUSED_ID = "0123456789abcdef", "0f0f0f0f0f0f0f0f", "fedcba9876543210"
RUN = {"runId": RUN_ID, "status": "RUNNING", "cursor": "c" * 24}
LARGE = Answer(headers=(("Content-Encoding", "gzip"),), body=gzip.compress(b" " * 2 * MIB))
"""So large that the loop gets its turn while it is unpacked."""
PICTURE = b"\x89PNG" + bytes(1000)

FAULTS: dict[Fault, Kind | None] = {
    CANCELLED: None,
    Fault("reset", ConnectionResetError): Kind.OFFLINE,
    Fault("timeout", TimeoutError): Kind.TIMEOUT,
    Fault("read error", lambda: httpx.ReadError("")): Kind.OFFLINE,
    Fault("write error", lambda: httpx.WriteError("")): Kind.OFFLINE,
    Fault("no HTTP", lambda: httpx.RemoteProtocolError("")): Kind.BAD_ANSWER,
    Fault("TLS", ssl.SSLError): Kind.OFFLINE,
    Fault("end", anyio.EndOfStream, within="receive"): Kind.BAD_ANSWER,
    Fault("broken", anyio.BrokenResourceError, within="receive"): Kind.OFFLINE,
    Fault("unforeseen", LookupError): Kind.OFFLINE,
}
"""What an await fails with, and what is said of it."""
CERTAIN = ("reset", "timeout", "TLS")
"""What comes of connecting that fails."""


class Api(Serving):
    """Answers everything, by its path."""

    takes_writes = True

    def __init__(self, *, is_tls: bool = False) -> None:
        super().__init__((), tls=shown() if is_tls else None)

    def answer_to(self, request: Request) -> Answer:
        path, _, query = request.target.removeprefix("/v1").partition("?")
        if REFUSED_ID in path:
            return Answer(status=429, headers=(("Retry-After", "7"),), body=b'{"error":"Tea first"}')
        if path.startswith("/instances"):
            return Answer(body=enveloped(playwright_2()))
        if path == "/projects":
            is_first = "starting_after" not in query
            project = {"projectId": f"first {is_first}", "cursor": "c" * 24}
            return json_answer({"has_more": is_first, "data": [project]})
        if path == "/projects/Shop42/runs":
            return json_answer({"has_more": False, "data": [RUN]})
        if path.startswith("/projects"):
            return json_answer({"data": {"projectId": "Shop42"}})
        if LARGE_ID in path:
            return LARGE
        return json_answer({"data": RUN} if request.method == "GET" else {"status": "OK"})

    @property
    def writes(self) -> int:
        """How many have arrived."""
        return sum(request.method != "GET" for request in self.requests)


class Storage(Elsewhere):
    """Sends every link on once, and then gives a picture."""

    def answer_to(self, request: Request) -> Answer:
        if request.target == "/sent/on":
            return Answer(body=PICTURE)
        return Answer(status=302, headers=(("Location", "/sent/on"),))


class Call(NamedTuple):
    """A question or a write, and what comes of it where nothing fails."""

    ask: Callable[[Client], Coroutine[Any, Any, object]]
    host: str = "127.0.0.1"
    kept: bool = False
    """Whether a connection is there, of a question before it."""
    is_tls: bool = False

    def client(self, server: Serving) -> Client:
        """Whoever asks `server`, by this call's name of the machine."""
        return Client(
            Address(f"{'https' if self.is_tls else 'http'}://{self.host}:{server.port}/v1"), Key(SECRET)
        )


CALLS = {
    "run": Call(lambda client: client.run(RUN_ID)),
    "run, asked again": Call(lambda client: client.run(RUN_ID), kept=True),
    "run, by a name": Call(lambda client: client.run(RUN_ID), host="localhost"),
    "run, refused": Call(lambda client: client.run(REFUSED_ID)),
    "run, large, as it came": Call(lambda client: client.run_answer(LARGE_ID)),
    "list": Call(lambda client: client.runs("Shop42", ALL), kept=True),
    "projects": Call(lambda client: client.projects()),
    "project": Call(lambda client: client.project("Shop42"), kept=True),
    "find": Call(lambda client: client.find("Shop42", "shop-901-1")),
    "instance": Call(lambda client: client.instance(INSTANCE_ID), kept=True),
    "run, over TLS": Call(lambda client: client.run(RUN_ID), is_tls=True),
    "run, asked again over TLS": Call(lambda client: client.run(RUN_ID), kept=True, is_tls=True),
}
WRITES = {
    "cancel": Call(lambda client: client.cancel(RUN_ID)),
    "cancel, after a question": Call(lambda client: client.cancel(RUN_ID), kept=True),
    "cancel, by a name": Call(lambda client: client.cancel(RUN_ID), host="localhost"),
    "cancel, refused": Call(lambda client: client.cancel(REFUSED_ID)),
    "delete": Call(lambda client: client.delete(RUN_ID)),
    "cancel, over TLS": Call(lambda client: client.cancel(RUN_ID), is_tls=True),
}


@pytest.fixture(autouse=True)
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests' own authority is trusted and no other: to read them all takes longer than all else here."""
    monkeypatch.setenv("SSL_CERT_FILE", trusted(tmp_path))


over_tls_or_not = pytest.mark.parametrize("is_tls", [False, True], ids=["", "over TLS"])
by_fault = pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)


def by_call(calls: dict[str, Call]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("call", calls.values(), ids=calls)


@contextmanager
def nothing_left() -> Iterator[Callable[[], Awaitable[None]]]:
    """What waits until all that was opened and begun since is closed and over.

    The threads that read answers stay, so there is one of them from the beginning; and whatever goes wrong
    where nobody waits for it is seen.
    """
    loop = asyncio.get_running_loop()
    wrong: list[dict[str, Any]] = []
    loop.set_exception_handler(lambda loop, context: wrong.append(context))
    with ThreadPoolExecutor(1) as threads:
        loop.set_default_executor(threads)
        threads.submit(int).result()
        me = psutil.Process()

        def held() -> tuple[int, int, set[asyncio.Task[Any]]]:
            """Open files, threads and tasks."""
            return me.num_fds(), threading.active_count(), asyncio.all_tasks()

        before = held()

        async def check() -> None:
            await until(lambda: held() == before, lambda: f"{before} before, {held()} after")
            assert not wrong

        yield check


async def outcome_of(torture: Torture, asked: Coroutine[Any, Any, object]) -> object:
    """What came of it: the answer, or why there is none."""
    task = await torture.ended(asked)
    if task.cancelled():
        return CANCELLED
    return task.exception() or task.result()


def told(outcome: object) -> object:
    """What can be compared of `outcome`."""
    if isinstance(outcome, Problem):
        return type(outcome), outcome.kind, outcome.sentence, outcome.retry_after
    return outcome


@by_fault
@by_call(CALLS)
async def test_a_question_has_an_answer_or_a_problem_and_the_next_one_an_answer(
    call: Call, fault: Fault
) -> None:
    with in_thread(Api(is_tls=call.is_tls)) as server, nothing_left() as check:

        async def one_pass(torture: Torture) -> None:
            async with call.client(server) as client:
                if call.kept:
                    await client.run(RUN_ID)
                outcome = await outcome_of(torture, call.ask(client))
                if not torture.place:
                    good.append(told(outcome))
                elif fault is CANCELLED:
                    assert outcome is CANCELLED, torture
                elif "to_thread" in torture.place:
                    # Nothing of the network can fail there: it is a defect, and to be seen.
                    assert outcome is torture.thrown, torture
                elif "_words" in torture.place and fault.name != "unforeseen":
                    assert_refused(outcome, torture)
                elif told(outcome) != good[0]:
                    assert_said(outcome, fault, torture)
                assert (await client.run(RUN_ID)).run_id == RUN_ID, torture
            await check()

        good: list[object] = []
        await one_pass(Torture(0))
        assert await each(fault, one_pass)
        assert good == good[:1] * len(good)


def assert_said(outcome: object, fault: Fault, torture: Torture) -> None:
    """That `outcome` is the problem that `fault` is, and holds nothing of the exchange."""
    assert isinstance(outcome, Problem), (torture, outcome)
    # Among the ways to connect that have failed, one timeout does not count as such; and over TLS a socket's
    # own timeout is a connection that broke, its end in the middle of the handshake a TLS that failed.
    is_hidden = {"try_connect", "_call_sslobject_method"} & {*torture.place}
    allowed = {FAULTS[fault]} | ({Kind.OFFLINE} if is_hidden else set())
    assert outcome.kind in allowed, (torture, outcome)
    assert outcome.__context__ is None
    assert outcome.__cause__ is None


def assert_refused(outcome: object, torture: Torture) -> None:
    """That it is told what the status of the answer to `REFUSED_ID` says."""
    assert isinstance(outcome, Problem), (torture, outcome)
    assert (outcome.kind, outcome.retry_after) == (Kind.RATE_LIMITED, 7), (torture, outcome)


@by_fault
@by_call(WRITES)
async def test_a_write_is_sent_once_at_most_and_what_may_be_done_is_not_denied(
    call: Call, fault: Fault
) -> None:
    with in_thread(Api(is_tls=call.is_tls)) as server, nothing_left() as check:

        async def one_pass(torture: Torture) -> None:
            before = server.writes
            async with call.client(server) as client:
                if call.kept:
                    await client.run(RUN_ID)
                outcome = await outcome_of(torture, call.ask(client))
                assert (await client.run(RUN_ID)).run_id == RUN_ID, torture
            await check()
            arrived = server.writes - before
            assert arrived <= 1, torture
            if not torture.place:
                good.append(told(outcome))
            elif fault is CANCELLED:
                assert outcome is CANCELLED, torture
            elif told(outcome) == good[0]:
                assert arrived == 1, torture
            elif {"_words", "aclose"} & {*torture.place}:
                # The status is known, and told whatever happens: only the service's words may be missing.
                assert_refused(outcome, torture)
                assert not isinstance(outcome, Unconfirmed), torture
            else:
                assert_said(outcome, fault, torture)
                assert isinstance(outcome, Unconfirmed) or not arrived, torture
                if "try_connect" in torture.place and fault.name in CERTAIN:
                    assert not isinstance(outcome, Unconfirmed), torture

        good: list[object] = []
        await one_pass(Torture(0))
        assert await each(fault, one_pass)
        assert good == good[:1] * len(good)


@by_fault
@over_tls_or_not
async def test_a_link_is_loaded_or_it_is_said_why_not(is_tls: bool, fault: Fault, tmp_path: Path) -> None:
    # Without the trusted certificates, which take longer to read than everything else here.
    trusting = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    trusting.load_verify_locations(trusted(tmp_path))
    with in_thread(Storage((), tls=shown() if is_tls else None)) as server, nothing_left() as check:

        async def one_pass(torture: Torture) -> None:
            transport = httpx.AsyncHTTPTransport(verify=trusting)
            outcome = await outcome_of(torture, download(f"{server.url}/a/picture", transport=transport))
            if not torture.place:
                assert outcome == PICTURE
            elif fault is CANCELLED:
                assert outcome is CANCELLED, torture
            elif outcome != PICTURE:
                assert_said(outcome, fault, torture)
            await check()

        assert await each(fault, one_pass)


@over_tls_or_not
async def test_whoever_is_interrupted_while_leaving_leaves_no_connection_open(is_tls: bool) -> None:
    """Three are kept, and each is closed by itself."""
    with in_thread(Api(is_tls=is_tls)) as server, nothing_left() as check:

        async def asked_and_left() -> None:
            async with (
                Client(Address(f"{server.url}/v1"), Key(SECRET)) as client,
                asyncio.TaskGroup() as group,
            ):
                for _ in range(3):
                    group.create_task(client.project("Shop42"))

        async def one_pass(torture: Torture) -> None:
            outcome = await outcome_of(torture, asked_and_left())
            assert outcome is (CANCELLED if torture.place else None), torture
            await check()

        assert await each(CANCELLED, one_pass)
