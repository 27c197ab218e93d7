"""A service that names its answers need not send the same one again; nothing depends on it."""

import json

import pytest

from currents_tui.api import decode
from currents_tui.api.client import Client
from currents_tui.core.problem import Kind, Problem
from tests.api.test_client import RUN_ID, asking
from tests.canned import Answer, CannedServer

FIRST, OTHER = 'W/"1a-5f"', '"other"'


def named(tag: str, status: str = "RUNNING", run_id: str = RUN_ID) -> Answer:
    body = {"status": "OK", "data": {"runId": run_id, "status": status}}
    return Answer(body=json.dumps(body).encode(), headers=(("ETag", tag),))


def as_before(tag: str = FIRST) -> Answer:
    return Answer(status=304, reason=b"Not Modified", headers=(("ETag", tag),))


def sent(server: CannedServer) -> list[str]:
    """The tag that each question brought, "" for none."""
    return [request.headers.get("if-none-match", "") for request in server.requests]


async def ask(client: Client, times: int, run_id: str = RUN_ID) -> None:
    for _ in range(times):
        await client.run(run_id)


async def test_what_is_as_before_is_the_very_same_run() -> None:
    async with asking(named(FIRST), named(FIRST), as_before(), named(OTHER, "PASSED"), as_before(OTHER)) as (
        client,
        server,
    ):
        _, second, third, fourth, fifth = [await client.run(RUN_ID) for _ in range(5)]
    # Of a run that is asked about once nothing is kept.
    assert sent(server) == ["", "", FIRST, FIRST, OTHER]
    assert second is third
    assert (fourth.status, fourth is fifth) == ("PASSED", True)


@pytest.mark.parametrize("tag", ["", "bare", 'W/"a b"', '"\u00e9"', f'"{"x" * 201}"', '"a" "b"'])
async def test_what_is_no_tag_is_not_sent_back(tag: str) -> None:
    async with asking(named(tag)) as (client, server):
        await ask(client, 4)
    assert sent(server) == [""] * 4


async def test_the_tag_is_that_of_the_answer_that_was_kept() -> None:
    """An answer that could not be read is not what the next one may be as before."""
    broken = Answer(body=b"{", headers=(("ETag", OTHER),))
    async with asking(named(FIRST), named(FIRST), broken, as_before()) as (client, server):
        await ask(client, 2)
        with pytest.raises(Problem):
            await client.run(RUN_ID)
        assert (await client.run(RUN_ID)).status == "RUNNING"
    assert sent(server)[2:] == [FIRST, FIRST]


async def test_of_another_run_it_is_another() -> None:
    elsewhere = "f" * 16
    answers = (named(FIRST), named(FIRST), named(OTHER, run_id=elsewhere))
    async with asking(*answers) as (client, server):
        await ask(client, 2)
        await ask(client, 3, elsewhere)
    assert sent(server) == ["", "", "", "", OTHER]


async def test_now_and_then_the_whole_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """A service that gives every answer the same tag would else be believed for ever."""
    monkeypatch.setattr(decode, "WHOLE_AGAIN", 0.0)
    async with asking(named(FIRST)) as (client, server):
        await ask(client, 4)
    assert sent(server) == [""] * 4


async def test_as_before_without_having_asked_is_no_answer() -> None:
    async with asking(as_before()) as (client, _):
        with pytest.raises(Problem) as caught:
            await client.run(RUN_ID)
    assert caught.value.kind is Kind.REFUSED


async def test_a_spoken_exchange_says_so() -> None:
    spoken: list[str] = []
    async with asking(named(FIRST), named(FIRST), as_before()) as (client, _):
        client._narrate = spoken.append
        await ask(client, 3)
    assert "as before in" in spoken[-1]
