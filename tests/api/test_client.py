"""The client against a real connection: what it sends, what it makes of what comes, what it never tells."""

import asyncio
import io
import json
import logging
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager, suppress

import httpx
import pytest
from rich.console import Console
from rich.traceback import Traceback

from currents_tui import __version__
from currents_tui.api.address import Address
from currents_tui.api.client import READERS, Client
from currents_tui.api.key import Key
from currents_tui.api.limits import MIB, Limits
from currents_tui.core.problem import Kind, Problem
from tests.canned import Answer, CannedServer, nobody

SECRET = "s3cret-sentinel-0123456789"
RUN_ID = "0123456789abcdef"
BODY = json.dumps({"status": "OK", "data": {"runId": RUN_ID, "status": "RUNNING"}}).encode()
RUNNING = Answer(body=BODY)
HTML = (("Content-Type", "text/html; charset=utf-8"),)
SOON = Limits(connect=20.0, exchange=0.5, body=MIB)
"""For answers that never end; everything else has 15 seconds, however busy the machine."""


@asynccontextmanager
async def asking(
    *answers: Answer, limits: Limits | None = None, read_only: bool = False
) -> AsyncIterator[tuple[Client, CannedServer]]:
    async with (
        CannedServer(answers) as server,
        Client(Address(f"{server.url}/v1"), Key(SECRET), limits=limits, read_only=read_only) as client,
    ):
        yield client, server


async def problem_of(question: Awaitable[object]) -> Problem:
    with pytest.raises(Problem) as caught:
        await question
    assert SECRET not in shown_whole(caught.value)
    return caught.value


async def problem_after(*answers: Answer, limits: Limits | None = None) -> Problem:
    async with asking(*answers, limits=limits) as (client, _):
        return await problem_of(client.run(RUN_ID))


def shown_whole(error: BaseException) -> str:
    """The fullest traceback there is: what a crash would leave in a terminal, locals and all."""
    console = Console(file=io.StringIO(), width=200)
    trace = Traceback.from_exception(type(error), error, error.__traceback__, show_locals=True)
    console.print(trace)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue() + str(error) + repr(error)


class TestWhatIsSent:
    async def test_one_get_with_the_key_in_one_header(self) -> None:
        async with asking(RUNNING) as (client, server):
            before = client.last_latency
            run = await client.run(RUN_ID)
            assert run.run_id == RUN_ID
            assert before is None
            assert client.last_latency
        (request,) = server.requests
        assert (request.method, request.target) == ("GET", f"/v1/runs/{RUN_ID}")
        assert request.headers["authorization"] == f"Bearer {SECRET}"
        assert request.headers["accept-encoding"] == "gzip"
        assert request.headers["user-agent"] == f"currents-tui/{__version__}"
        assert SECRET not in request.target

    async def test_the_same_answer_is_the_very_same_run(self) -> None:
        async with asking(RUNNING) as (client, _):
            first, second, third = [await client.run(RUN_ID) for _ in range(3)]
        assert first == second
        assert second is third

    async def test_of_runs_that_nobody_asks_about_any_more_nothing_is_kept(self) -> None:
        nameless = Answer(body=b'{"status": "OK", "data": {"status": "RUNNING"}}')
        async with asking(nameless) as (client, _):
            told = [await client.run(RUN_ID) for _ in range(2)]
            for number in range(READERS):
                await client.run(f"{number:016x}")
            again = await client.run(RUN_ID)
        assert again == told[1]
        assert again is not told[1]

    async def test_every_exchange_is_told_to_whoever_wants_to_hear_of_it(self) -> None:
        told: list[str] = []
        refused = Answer(status=401, body=b'{"error":"No key is %s"}' % SECRET.encode())
        async with (
            CannedServer([RUNNING, refused]) as server,
            Client(Address(f"{server.url}/v1"), Key(SECRET), narrate=told.append) as client,
        ):
            await client.run(RUN_ID)
            await problem_of(client.run(RUN_ID))
        assert [text.partition(":")[0] for text in told] == [f"GET /runs/{RUN_ID}"] * 2
        assert f"{len(BODY)} bytes" in told[0]
        assert "refused (401)" in told[1]
        assert SECRET not in "".join(told)

    async def test_one_connection_is_kept(self) -> None:
        async with asking(RUNNING) as (client, server):
            for _ in range(5):
                await client.run(RUN_ID)
        assert server.connections == 1

    @pytest.mark.parametrize("run_id", ["", "..", "../projects/x", f"{RUN_ID}?x", RUN_ID.upper(), "x" * 16])
    async def test_what_is_no_run_id_reaches_no_path(self, run_id: str) -> None:
        async with asking(RUNNING) as (client, server):
            assert (await problem_of(client.run(run_id))).kind is Kind.BAD_SETTING
        assert server.requests == []

    @pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
    async def test_no_redirect_is_followed(self, status: int) -> None:
        async with CannedServer([RUNNING]) as elsewhere:
            answer = Answer(status=status, headers=(("Location", f"{elsewhere.url}/x?y=1"),))
            async with asking(answer) as (client, server):
                problem = await problem_of(client.run(RUN_ID))
        assert (len(server.requests), len(elsewhere.requests)) == (1, 0)
        assert problem.kind is Kind.REFUSED
        assert "127.0.0.1" in problem.sentence

    @pytest.mark.parametrize("name", ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "HTTPS_PROXY"])
    async def test_no_proxy_stands_before_this_machine(
        self, name: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async with CannedServer([RUNNING]) as proxy:
            monkeypatch.setenv(name, proxy.url)
            async with asking(RUNNING) as (client, server):
                await client.run(RUN_ID)
        assert (len(server.requests), proxy.connections) == (1, 0)

    async def test_a_proxy_for_https_sees_no_key(self, monkeypatch: pytest.MonkeyPatch) -> None:
        async with CannedServer([Answer(status=403, reason=b"No")]) as proxy:
            monkeypatch.setenv("HTTPS_PROXY", proxy.url)
            async with Client(Address("https://api.example.com/v1"), Key(SECRET)) as client:
                problem = await problem_of(client.run(RUN_ID))
        assert problem.sentence == "The proxy does not let the request through."
        (request,) = proxy.requests
        assert (request.method, request.target) == ("CONNECT", "api.example.com:443")
        assert SECRET not in str(request.headers)

    async def test_the_key_goes_to_the_one_origin_alone(self) -> None:
        seen: list[httpx.Request] = []

        def answer(request: httpx.Request) -> httpx.Response:
            seen.append(request)
            return httpx.Response(200, stream=httpx.ByteStream(BODY))

        transport = httpx.MockTransport(answer)
        async with Client(Address("https://api.example.com/v1"), Key(SECRET), transport=transport) as client:
            await client.run(RUN_ID)
            assert client._http is not None
            for url in ("http://api.example.com/", "https://api.example.com:8443/", "https://example.com/"):
                await client._http.get(url)
        assert ["authorization" in request.headers for request in seen] == [True, False, False, False]


class TestSetUp:
    @pytest.mark.parametrize(
        ("name", "value", "named"),
        [
            ("ALL_PROXY", "socks5://127.0.0.1:9", "SOCKS"),
            ("HTTPS_PROXY", f"gopher://{SECRET}", "proxy"),
            ("SSL_CERT_FILE", f"/nowhere/{SECRET}.pem", "certificates"),
            ("SSL_CERT_FILE", __file__, "certificates"),
        ],
    )
    async def test_a_setting_that_cannot_be_used_is_named(
        self, name: str, value: str, named: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv(name, value)
        with pytest.raises(Problem) as caught:
            async with Client(Address("https://api.example.com/v1"), Key(SECRET)):
                pass
        assert caught.value.kind is Kind.BAD_SETTING
        assert named in caught.value.sentence
        assert caught.value.__context__ is None
        assert SECRET not in str(caught.value)

    async def test_nothing_listens(self) -> None:
        with nobody() as url:
            async with Client(Address(url), Key(SECRET)) as client:
                assert (await problem_of(client.run(RUN_ID))).kind is Kind.OFFLINE


class TestFaults:
    @pytest.mark.parametrize(
        ("answer", "kind", "words"),
        [
            (Answer(status=204, reason=b"No Content"), Kind.BAD_ANSWER, "empty"),
            (Answer(body=b""), Kind.BAD_ANSWER, "empty"),
            (Answer(body=b"<html>"), Kind.BAD_ANSWER, "HTML"),
            (Answer(body=BODY.replace(b"01", b"10")), Kind.BAD_ANSWER, "another run"),
            (Answer(body=b'{"status":"FAILED","error":"Tea first"}'), Kind.REFUSED, "Tea first"),
            (Answer(body=BODY, cut=20), Kind.BAD_ANSWER, "cut off"),
            (Answer(body=BODY[:20]), Kind.BAD_ANSWER, "cut off after 20 bytes"),
            (Answer(reset=True), Kind.OFFLINE, "broke"),
            (Answer(hang_up=True), Kind.BAD_ANSWER, "cut off"),
            (Answer(raw=b"SSH-2.0-OpenSSH\r\n"), Kind.BAD_ANSWER, "not HTTP"),
            (Answer(raw=b"HTTP/1.1 200 OK\r\nA" + b"a" * 200_000), Kind.BAD_ANSWER, "not HTTP"),
            (Answer(status=400, body=b'{"error":"No"}'), Kind.REFUSED, "No"),
            (Answer(status=401, body=b'{"error":"Bad key"}'), Kind.KEY_REFUSED, "Bad key"),
            (Answer(status=403), Kind.FORBIDDEN, "403"),
            (Answer(status=404, body=b'{"error":"Run not found"}'), Kind.NOT_FOUND, "Run not found"),
            (Answer(status=401, body=b"<html>"), Kind.BAD_ANSWER, "something before it (401)"),
            (Answer(status=403, headers=HTML, body=b"No"), Kind.BAD_ANSWER, "something before it (403)"),
            (Answer(status=404, body=b"default backend - 404"), Kind.BAD_ANSWER, "before it (404)"),
            (Answer(status=404), Kind.BAD_ANSWER, "something before it (404)"),
            (Answer(status=429, headers=(("Retry-After", "12"),)), Kind.RATE_LIMITED, "429"),
            (Answer(status=500, body=b"<html>oh</html>"), Kind.SERVER, "500"),
            (Answer(status=502, body=b"x", cut=0), Kind.SERVER, "502"),
            (Answer(status=503, reason=b"\x1b[2J"), Kind.SERVER, "503"),
            (Answer(status=503, headers=(("Content-Encoding", "br"),), body=b"x"), Kind.SERVER, "503"),
            (Answer(status=500, body=b"x" * MIB), Kind.SERVER, "500"),
        ],
    )
    async def test_it_is_said_what_went_wrong(self, answer: Answer, kind: Kind, words: str) -> None:
        problem = await problem_after(answer)
        assert (problem.kind, words in problem.sentence) == (kind, True), problem.sentence

    @pytest.mark.parametrize(
        "answer", [Answer(delay=60), Answer(body=BODY, drip=0.2)], ids=["silent", "dripping"]
    )
    async def test_no_answer_takes_longer_than_allowed(self, answer: Answer) -> None:
        problem = await problem_after(answer, limits=SOON)
        assert (problem.kind, problem.sentence) == (
            Kind.TIMEOUT,
            "No whole answer from the service in 0.5 s.",
        )

    async def test_a_dripping_head_is_no_way_round(self) -> None:
        async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            try:
                while not writer.is_closing():
                    writer.write(b"x")
                    await writer.drain()
                    await asyncio.sleep(0.05)
            except ConnectionError:
                pass
            finally:
                writer.close()

        async with await asyncio.start_server(drip, "127.0.0.1", 0) as server:
            port = server.sockets[0].getsockname()[1]
            async with Client(Address(f"http://127.0.0.1:{port}"), Key(SECRET), limits=SOON) as client:
                assert (await problem_of(client.run(RUN_ID))).kind is Kind.TIMEOUT

    async def test_a_pause_asked_for_is_passed_on(self) -> None:
        for value, seconds in (("12", 12.0), ("junk", None), ("99999", 99999.0)):
            problem = await problem_after(Answer(status=503, headers=(("Retry-After", value),)))
            assert problem.retry_after == seconds

    async def test_a_status_counts_though_its_words_never_come(self) -> None:
        """A service that is overrun says so, and then has no time for more."""
        busy = Answer(status=429, headers=(("Retry-After", "12"),), body=b'{"error":"Busy"}', drip=1.0)
        problem = await problem_after(busy, limits=Limits(connect=20.0, exchange=5.0, body=MIB))
        assert (problem.kind, problem.retry_after) == (Kind.RATE_LIMITED, 12.0)

    async def test_a_date_is_meant_by_the_server_s_own_clock(self) -> None:
        headers = (
            ("Date", "Sun, 01 Mar 2015 10:00:00 GMT"),
            ("Retry-After", "Sun, 01 Mar 2015 10:00:30 GMT"),
        )
        assert (await problem_after(Answer(status=429, headers=headers))).retry_after == 30.0

    async def test_after_any_fault_the_next_question_is_answered(self) -> None:
        faults = [
            Answer(reset=True),
            Answer(hang_up=True),
            Answer(body=BODY, cut=5),
            Answer(body=BODY, drip=0.2),
            Answer(raw=b"junk\r\n\r\n"),
            Answer(status=500),
        ]
        for fault in faults:
            async with asking(fault, RUNNING, limits=SOON) as (client, _):
                await problem_of(client.run(RUN_ID))
                # The second has all the time it needs: only the fault was to be cut short.
                client._limits = Limits()
                assert (await client.run(RUN_ID)).status == "RUNNING"

    async def test_a_cancelled_question_leaves_nothing_behind(self) -> None:
        async with asking(Answer(delay=60), RUNNING) as (client, server):
            before = asyncio.all_tasks()
            question = asyncio.create_task(client.run(RUN_ID))
            await server.until_asked(1)
            question.cancel()
            with pytest.raises(asyncio.CancelledError):
                await question
            assert (await client.run(RUN_ID)).status == "RUNNING"
            assert question not in asyncio.all_tasks()
            assert before <= asyncio.all_tasks()


class TestTheKeyIsNowhere:
    def test_a_traceback_would_show_it(self) -> None:
        """The proof that the others look where a key would be seen."""

        def fail(key: str) -> None:
            raise LookupError

        with pytest.raises(LookupError) as caught:
            fail(SECRET)
        assert SECRET in shown_whole(caught.value)

    async def test_a_server_that_repeats_it_is_not_quoted(self) -> None:
        echo = json.dumps({"status": "FAILED", "error": f"Invalid API key provided: {SECRET}"}).encode()
        for status in (200, 401, 500):
            problem = await problem_after(Answer(status=status, body=echo))
            assert "Invalid API key provided: ***" in problem.sentence

    @pytest.mark.parametrize("status", [200, 401, 500])
    @pytest.mark.parametrize("at", [240, 280])
    async def test_where_what_a_server_repeats_is_cut_short_no_part_of_it_is_left(
        self, status: int, at: int
    ) -> None:
        words = f"{'Who is this? ' * 40}"[:at] + f" Bearer {SECRET} was not known"
        echo = json.dumps({"status": "FAILED", "error": words}).encode()
        problem = await problem_after(Answer(status=status, body=echo))
        assert SECRET[:4] not in problem.sentence
        assert "Bearer ***" in problem.sentence

    async def test_a_redirect_to_a_host_of_its_name_is_not_quoted(self) -> None:
        for host in (f"{SECRET}.example", f"{'a' * 45}.{SECRET}.example"):
            headers = (("Location", f"https://{host}/login"),)
            problem = await problem_after(Answer(status=302, headers=headers))
            assert SECRET[:4] not in problem.sentence

    async def test_no_object_shows_it(self) -> None:
        async with asking(RUNNING) as (client, _):
            await client.run(RUN_ID)
            assert client._http is not None
            for shown in (client, client._http, client._http.auth, vars(client), vars(client._http)):
                assert SECRET not in repr(shown)

    async def test_an_exception_that_nobody_foresaw_keeps_it_in_no_frame(self) -> None:
        """The library's own frames, with the header in their locals, are not part of what is raised."""

        class Broken(httpx.AsyncBaseTransport):
            async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
                header = request.headers["authorization"]
                raise LookupError(header)

        async with Client(Address("https://a.example"), Key(SECRET), transport=Broken()) as client:
            problem = await problem_of(client.run(RUN_ID))
        assert problem.sentence == "The request could not be made (LookupError)."
        assert problem.__context__ is None
        assert problem.__cause__ is None

    async def test_no_log_has_it(self, caplog: pytest.LogCaptureFixture) -> None:
        caplog.set_level(logging.DEBUG)
        async with asking(RUNNING, Answer(status=401), Answer(reset=True)) as (client, _):
            for _ in range(3):
                with suppress(Problem):
                    await client.run(RUN_ID)
        assert [record for record in caplog.records if record.name.startswith("http")] == []
        assert SECRET not in caplog.text
