"""Connections that are kept, and answers that are compressed."""

import asyncio
import gzip
import json
import os
import threading
import tracemalloc
import zlib
from contextlib import suppress

import httpx
import psutil
import pytest

from currents_tui.api.address import Address
from currents_tui.api.client import Client
from currents_tui.api.key import Key
from currents_tui.api.limits import MIB, Limits
from currents_tui.core.problem import Kind, Problem
from tests.api.test_client import BODY, RUN_ID, RUNNING, SECRET, asking, problem_after, problem_of
from tests.canned import Answer


class TestKeptConnections:
    async def test_one_that_was_closed_meanwhile_is_no_failure(self) -> None:
        """The server hangs up at the very moment of the second question."""
        for lost in (Answer(hang_up=True), Answer(reset=True)):
            async with asking(RUNNING, lost, RUNNING) as (client, server):
                await client.run(RUN_ID)
                await client.run(RUN_ID)
            assert len(server.requests) == 3
            assert server.connections == 2

    async def test_one_that_was_closed_before_is_no_failure(self) -> None:
        closing = Answer(body=BODY, close=True)
        async with asking(closing) as (client, server):
            for _ in range(3):
                await client.run(RUN_ID)
        assert server.connections == 3

    async def test_a_server_that_always_hangs_up_is_asked_twice_at_most(self) -> None:
        async with asking(RUNNING, Answer(hang_up=True)) as (client, server):
            await client.run(RUN_ID)
            await problem_of(client.run(RUN_ID))
            assert len(server.requests) == 3
            await problem_of(client.run(RUN_ID))
            assert len(server.requests) == 4

    async def test_two_that_close_under_two_questions_are_no_failure(self) -> None:
        slow, lost = Answer(body=BODY, delay=0.05), Answer(hang_up=True, delay=0.05)
        async with asking(slow, slow, lost, lost, RUNNING) as (client, server):
            for _ in range(2):
                told = await asyncio.gather(client.run(RUN_ID), client.run(RUN_ID))
                assert [run.run_id for run in told] == [RUN_ID, RUN_ID]
        assert len(server.requests) == 6

    async def test_several_that_the_network_has_forgotten_are_no_failure(self) -> None:
        """Tests are asked for five at a time, and then nothing, for as long as a lid is closed."""
        slow = Answer(body=BODY, delay=0.05)
        async with asking(*[slow] * 5, *[Answer(reset=True)] * 5, RUNNING) as (client, server):
            await asyncio.gather(*(client.run(RUN_ID) for _ in range(5)))
            assert server.connections == 5
            await client.run(RUN_ID)
        assert (len(server.requests), server.connections) == (11, 6)

    async def test_what_is_always_lost_is_not_asked_for_ever(self) -> None:
        asked = 0

        class Lost(httpx.AsyncBaseTransport):
            """It never tells of a new connection."""

            async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
                nonlocal asked
                asked += 1
                raise httpx.ReadError("")

        async with Client(Address("https://a.example"), Key(SECRET), transport=Lost()) as client:
            assert (await problem_of(client.run(RUN_ID))).kind is Kind.OFFLINE
        assert asked < 10

    async def test_a_first_question_is_not_asked_twice(self) -> None:
        async with asking(Answer(hang_up=True)) as (client, server):
            await problem_of(client.run(RUN_ID))
        assert len(server.requests) == 1


async def test_a_thousand_questions_leave_no_files_and_no_threads_behind() -> None:
    me = psutil.Process()
    counted: list[tuple[int, int]] = []
    fault = [Answer(status=500), Answer(body=BODY, close=True), Answer(body=b"{")]
    async with asking(*[RUNNING] * 200, *fault * 200, RUNNING) as (client, _):
        for asked in range(1000):
            with suppress(Problem):
                await client.run(RUN_ID)
            if asked in (100, 999):
                counted.append((me.num_fds(), threading.active_count()))
    early, late = counted
    assert late[0] <= early[0] + 2
    # The loop's pool of threads fills as it pleases, to a size that the questions do not change.
    assert late[1] <= early[1] + (os.cpu_count() or 1) + 4


def gzipped(body: bytes) -> Answer:
    return Answer(headers=(("Content-Encoding", "gzip"),), body=body)


def bomb(mebibytes: int) -> bytes:
    """Compressed zeros: a thousandth of what they stand for."""
    squeeze = zlib.compressobj(9, zlib.DEFLATED, 31)
    return b"".join([*(squeeze.compress(bytes(MIB)) for _ in range(mebibytes)), squeeze.flush()])


class TestCompression:
    async def test_gzip_is_unpacked(self) -> None:
        large = json.dumps(
            {"data": {"runId": RUN_ID, "specs": [{"spec": os.urandom(40).hex()} for _ in range(20_000)]}}
        ).encode()
        assert len(large) > 1.5 * MIB
        async with asking(gzipped(gzip.compress(large))) as (client, _):
            assert len((await client.run(RUN_ID)).specs) == 20_000

    @pytest.mark.parametrize(
        ("answer", "words"),
        [
            (gzipped(gzip.compress(BODY)[:-12]), "cut off"),
            (gzipped(BODY), "damaged"),
            (gzipped(b""), "cut off"),
            (Answer(headers=(("Content-Encoding", "br"),), body=b"x"), "not asked for"),
            (Answer(headers=(("Content-Encoding", "gzip, gzip"),), body=b"x"), "not asked for"),
        ],
    )
    async def test_what_cannot_be_unpacked_is_a_bad_answer(self, answer: Answer, words: str) -> None:
        problem = await problem_after(answer)
        assert problem.kind is Kind.BAD_ANSWER
        assert words in problem.sentence

    async def test_the_largest_answer_is_the_limit(self) -> None:
        exact = BODY + b" " * (MIB - len(BODY))
        limits = Limits(body=MIB)
        for answer in (Answer(body=exact), gzipped(gzip.compress(exact))):
            async with asking(answer, limits=limits) as (client, _):
                assert (await client.run(RUN_ID)).status == "RUNNING"
        for answer in (Answer(body=exact + b" "), gzipped(gzip.compress(exact + b" "))):
            problem = await problem_after(answer, limits=limits)
            assert (problem.kind, problem.sentence) == (
                Kind.TOO_LARGE,
                "The answer is larger than 1 MiB.",
            )

    async def test_a_bomb_costs_little_and_stops_nothing(self) -> None:
        packed = bomb(256)
        turns = 0

        async def count_turns() -> None:
            nonlocal turns
            while True:
                turns += 1
                await asyncio.sleep(0)

        async with asking(gzipped(packed)) as (client, _):
            counting = asyncio.create_task(count_turns())
            tracemalloc.start()
            try:
                with pytest.raises(Problem) as caught:
                    await client.run(RUN_ID)
                _, peak = tracemalloc.get_traced_memory()
            finally:
                tracemalloc.stop()
                counting.cancel()
        assert caught.value.kind is Kind.TOO_LARGE
        assert peak < 64 * MIB
        assert turns > 32  # at least one for each MiB that was unpacked
