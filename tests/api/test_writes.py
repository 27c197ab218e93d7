"""Cancelling and deleting over a real connection: sent once, and told for what it is."""

import pytest

from currents_tui.api.address import Address
from currents_tui.api.client import Client
from currents_tui.api.key import Key
from currents_tui.api.limits import MIB, Limits
from currents_tui.core.problem import Kind, Problem, Unconfirmed
from currents_tui.sim.launch import Simulator
from tests.api.test_client import RUN_ID, SECRET, SOON, asking
from tests.canned import Answer, nobody

DONE = Answer(body=b'{"status":"OK","data":{"runId":"0123456789abcdef"}}')


async def test_each_write_has_its_request() -> None:
    async with asking(DONE) as (client, server):
        await client.cancel(RUN_ID)
        await client.delete(RUN_ID)
    assert [(request.method, request.target) for request in server.requests] == [
        ("PUT", f"/v1/runs/{RUN_ID}/cancel"),
        ("DELETE", f"/v1/runs/{RUN_ID}"),
    ]
    assert all(request.headers["authorization"] == f"Bearer {SECRET}" for request in server.requests)


async def test_a_write_never_goes_over_a_connection_that_was_kept() -> None:
    run = Answer(body=b'{"data":{"runId":"0123456789abcdef","status":"RUNNING"}}')
    async with asking(run, DONE) as (client, server):
        await client.run(RUN_ID)
        await client.cancel(RUN_ID)
    assert [request.connection for request in server.requests] == [1, 2]


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (Answer(status=401, body=b"{}"), Kind.KEY_REFUSED),
        (Answer(status=403, body=b'{"error":"Forbidden"}'), Kind.FORBIDDEN),
        (Answer(status=404, body=b"{}"), Kind.NOT_FOUND),
        (Answer(status=409, body=b"{}"), Kind.CONFLICT),
        (Answer(status=422, body=b'{"error":"Run already cancelled"}'), Kind.CONFLICT),
        (Answer(status=429, headers=(("Retry-After", "7"),), body=b"{}"), Kind.RATE_LIMITED),
        (Answer(status=302, headers=(("Location", "https://login.example.com/"),)), Kind.REFUSED),
    ],
)
async def test_a_refusal_is_certain(answer: Answer, kind: Kind) -> None:
    async with asking(answer) as (client, server):
        with pytest.raises(Problem) as raised:
            await client.cancel(RUN_ID)
    assert not isinstance(raised.value, Unconfirmed)
    assert raised.value.kind is kind
    assert len(server.requests) == 1


async def test_the_services_own_words_and_the_pause_it_asks_for_are_told() -> None:
    async with asking(
        Answer(status=422, body=b'{"error":"Run already cancelled"}'),
        Answer(status=429, headers=(("Retry-After", "7"),), body=b"{}"),
    ) as (client, _):
        with pytest.raises(Problem, match="Run already cancelled"):
            await client.cancel(RUN_ID)
        with pytest.raises(Problem) as raised:
            await client.cancel(RUN_ID)
        assert raised.value.retry_after == 7


@pytest.mark.parametrize(
    "answer",
    [
        Answer(reset=True),
        Answer(hang_up=True),
        Answer(delay=60.0),
        Answer(status=500, body=b"{}"),
        Answer(status=502, body=b"<html>"),
        Answer(status=504, body=b""),
        Answer(status=408, body=b""),
        Answer(body=b"<html>Sign in</html>"),
        Answer(body=b'{"status":"FAILED","error":"Out of tea"}'),
        Answer(body=b'{"status":"FAILED"}'),
        Answer(headers=(("Content-Type", "text/html; charset=utf-8"),), body=b"<html>" + b" " * 70_000),
        Answer(raw=b"SSH-2.0-OpenSSH_9.6\r\n"),
    ],
    ids=lambda answer: f"{answer.status} {answer.body[:9]!r} {len(answer.body)}",
)
async def test_without_an_answer_nothing_is_claimed_and_nothing_repeated(answer: Answer) -> None:
    async with asking(answer, limits=SOON) as (client, server):
        with pytest.raises(Unconfirmed) as raised:
            await client.delete(RUN_ID)
    assert SECRET not in str(raised.value)
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    "answer",
    [
        Answer(status=204),
        Answer(body=b""),
        Answer(body=b"not json"),
        Answer(body=b'{"status":"OK"}' * 9, cut=20),
        Answer(headers=(("Content-Encoding", "gzip"),), body=b"no gzip"),
        Answer(body=b'{"status":"OK","message":"Run cancelled"}'),
    ],
    ids=repr,
)
async def test_a_success_is_one_whatever_comes_with_it(answer: Answer) -> None:
    async with asking(answer) as (client, server):
        await client.cancel(RUN_ID)
    assert len(server.requests) == 1


@pytest.mark.parametrize("status", [200, 403])
async def test_the_status_counts_though_the_rest_never_comes(status: int) -> None:
    answer = Answer(status=status, body=b'{"status":"OK"}', drip=1.0)
    async with asking(answer, limits=Limits(connect=20.0, exchange=5.0, body=MIB)) as (client, server):
        if status == 200:
            await client.cancel(RUN_ID)
        else:
            with pytest.raises(Problem) as raised:
                await client.cancel(RUN_ID)
            assert not isinstance(raised.value, Unconfirmed)
    assert len(server.requests) == 1


async def test_where_nobody_listens_surely_nothing_was_done() -> None:
    with nobody() as url:
        async with Client(Address(f"{url}/v1"), Key(SECRET)) as client:
            with pytest.raises(Problem) as raised:
                await client.cancel(RUN_ID)
    assert not isinstance(raised.value, Unconfirmed)
    assert raised.value.kind is Kind.OFFLINE


async def test_read_only_sends_nothing() -> None:
    async with asking(DONE, read_only=True) as (client, server):
        for write in (client.cancel, client.delete):
            with pytest.raises(Problem, match="Read-only") as raised:
                await write(RUN_ID)
            assert raised.value.kind is Kind.FORBIDDEN
    assert not server.requests


@pytest.mark.parametrize("run_id", ["", "../projects", "0123456789abcdef/x", "0123456789ABCDEF"])
async def test_what_is_no_run_id_is_not_sent(run_id: str) -> None:
    async with asking(DONE) as (client, server):
        with pytest.raises(Problem) as raised:
            await client.delete(run_id)
        assert raised.value.kind is Kind.BAD_SETTING
    assert not server.requests


async def test_a_run_is_cancelled_and_deleted_on_the_simulated_service() -> None:
    with Simulator.start("busy", begin=300) as simulator:
        address, run_id = Address(simulator.url), simulator.runs[0]
        async with Client(address, Key(simulator.read_only_key)) as reader:
            with pytest.raises(Problem) as raised:
                await reader.cancel(run_id)
            assert raised.value.kind is Kind.FORBIDDEN
            assert (await reader.run(run_id)).completion_state == "IN_PROGRESS"
        async with Client(address, Key(simulator.read_write_key)) as client:
            await client.cancel(run_id)
            assert (await client.run(run_id)).completion_state == "CANCELED"
            with pytest.raises(Problem) as raised:
                await client.cancel(run_id)
            assert raised.value.kind is Kind.CONFLICT
            await client.delete(run_id)
            with pytest.raises(Problem) as raised:
                await client.run(run_id)
            assert raised.value.kind is Kind.NOT_FOUND
