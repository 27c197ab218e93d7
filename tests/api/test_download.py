"""Loading what a signed link leads to: without the key, within bounds, and with a sentence for all else."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from currents_tui import __version__
from currents_tui.api.download import LIMITS, MAX_REDIRECTS, download
from currents_tui.api.limits import Limits
from currents_tui.core.problem import Kind, Problem
from tests.canned import Answer, CannedServer

PNG = b"\x89PNG\r\n\x1a\n" + bytes(5_000)
FOUND = Answer(headers=(("Content-Type", "image/png"),), body=PNG)
SMALL = Limits(connect=20.0, exchange=20.0, body=4_000)
SOON = Limits(connect=20.0, exchange=0.3, body=10_000)
SIGNED = "/shots/1.png?X-Amz-Signature=abc%2Fdef"


async def problem_of(*answers: Answer, limits: Limits = LIMITS, path: str = SIGNED) -> Problem:
    async with CannedServer(answers) as server:
        with pytest.raises(Problem) as caught:
            await download(f"{server.url}{path}", limits=limits)
    assert "abc" not in str(caught.value)
    return caught.value


def redirect(to: str, *more: tuple[str, str]) -> Answer:
    return Answer(status=302, headers=(("Location", to), *more))


async def test_it_comes_whole_and_tells_how_far_it_is() -> None:
    told: list[tuple[int, int | None]] = []
    async with CannedServer([FOUND]) as server:
        assert await download(f"{server.url}{SIGNED}", lambda *now: told.append(now)) == PNG
        assert [request.target for request in server.requests] == [SIGNED]
    assert told[0] == (0, len(PNG))
    assert told[-1] == (len(PNG), len(PNG))
    assert told == sorted(told)


async def test_where_no_length_is_told_the_bytes_are_counted() -> None:
    raw = b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + PNG
    told: list[tuple[int, int | None]] = []
    async with CannedServer([Answer(raw=raw)]) as server:
        assert await download(f"{server.url}/1.png", lambda *now: told.append(now)) == PNG
    assert told[0] == (0, None)
    assert told[-1] == (len(PNG), None)


async def test_nothing_goes_along_but_what_any_browser_sends() -> None:
    async with CannedServer([FOUND]) as elsewhere:
        hop = redirect(f"{elsewhere.url}/x", ("Set-Cookie", "a=b; Path=/"))
        back = redirect("/again", ("Set-Cookie", "c=d; Path=/"), ("WWW-Authenticate", "Basic"))
        async with CannedServer([back, hop]) as server:
            assert await download(f"{server.url}/") == PNG
        asked = [*server.requests, *elsewhere.requests]
    assert [request.target for request in asked] == ["/", "/again", "/x"]
    for request in asked:
        assert set(request.headers) <= {"host", "accept", "accept-encoding", "user-agent", "connection"}
        assert request.headers["user-agent"] == f"currents-tui/{__version__}"


async def test_the_key_in_the_environment_reaches_no_storage(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    secret = "s3cret-sentinel-0123456789"
    monkeypatch.setenv("CURRENTS_API_KEY", secret)
    (tmp_path / "netrc").write_text(f"machine 127.0.0.1 login me password {secret}\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    async with CannedServer([FOUND]) as server:
        await download(f"{server.url}/")
    assert secret not in str(server.requests)
    assert "authorization" not in server.requests[0].headers


@pytest.mark.parametrize(
    "to",
    ["file:///etc/passwd", "ftp://127.0.0.1/x", "data:image/png;base64,AAAA", "javascript:1", "https:///x"],
)
async def test_nothing_but_the_web_is_followed(to: str) -> None:
    problem = await problem_of(redirect(to), FOUND)
    assert problem.kind is Kind.REFUSED
    with pytest.raises(Problem):
        await download(to)


async def test_a_name_and_a_password_are_not_sent() -> None:
    async with CannedServer([FOUND]) as server:
        with_name = server.url.replace("://", "://me:secret@")
        with pytest.raises(Problem) as caught:
            await download(f"{with_name}/")
        assert server.requests == []
    assert caught.value.sentence == "The link holds a name and a password."
    assert (await problem_of(redirect(f"{with_name}/"))).sentence == "The link holds a name and a password."


async def test_encryption_is_not_given_up_on_the_way() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(302, headers={"Location": "http://files.example/1.png"})

    with pytest.raises(Problem) as caught:
        await download("https://files.example/1.png", transport=httpx.MockTransport(answer))
    assert caught.value.sentence == "The link was sent on from https to http."


@pytest.mark.parametrize("name", ["HTTP_PROXY", "ALL_PROXY"])
async def test_a_proxy_stands_before_storage_and_not_before_this_machine(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for foreign in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(foreign, raising=False)
    async with CannedServer([FOUND]) as proxy, CannedServer([FOUND]) as server:
        monkeypatch.setenv(name, proxy.url)
        await download(f"{server.url}/1.png")
        assert (len(server.requests), len(proxy.requests)) == (1, 0)
        await download("http://files.example/1.png")
        assert [request.target for request in proxy.requests] == ["http://files.example/1.png"]


async def test_a_proxy_that_cannot_be_used_is_a_setting_and_not_the_storage(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("ALL_PROXY", "socks5://127.0.0.1:9")
    with pytest.raises(Problem) as caught:
        await download("https://files.example/1.png")
    assert caught.value.kind is Kind.BAD_SETTING
    assert "SOCKS" in caught.value.sentence


async def test_a_proxy_that_refuses_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    async with CannedServer([Answer(status=403, reason=b"No")]) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)
        with pytest.raises(Problem) as caught:
            await download("https://files.example/1.png")
    assert caught.value.sentence == "The proxy does not let the request through."


async def test_redirects_come_to_an_end() -> None:
    async with CannedServer([redirect("/round")]) as server:
        with pytest.raises(Problem) as caught:
            await download(f"{server.url}/")
        assert len(server.requests) == MAX_REDIRECTS + 1
    assert caught.value.kind is Kind.REFUSED


@pytest.mark.parametrize(
    ("answer", "kind", "sentence"),
    [
        (Answer(status=403), Kind.FORBIDDEN, "The link has expired (403)."),
        (Answer(status=404), Kind.NOT_FOUND, "It is gone: the storage no longer has it (404)."),
        (Answer(status=410), Kind.NOT_FOUND, "It is gone: the storage no longer has it (410)."),
        (Answer(status=429), Kind.RATE_LIMITED, "The storage asks for fewer requests (429)."),
        (Answer(status=503), Kind.SERVER, "The storage has a problem of its own (503)."),
        (Answer(status=400), Kind.REFUSED, "The storage refused the link (400)."),
        (Answer(status=206, body=b"x"), Kind.REFUSED, "The storage refused the link (206)."),
        (Answer(status=304), Kind.REFUSED, "The storage refused the link (304)."),
        (Answer(body=PNG, cut=100), Kind.BAD_ANSWER, "It came cut off."),
        (Answer(raw=b"SSH-2.0-x\r\n"), Kind.BAD_ANSWER, "It came cut off."),
        (Answer(reset=True), Kind.OFFLINE, "There is no connection to its storage."),
        (
            Answer(headers=(("Content-Encoding", "gzip"),), body=PNG),
            Kind.BAD_ANSWER,
            "It came compressed in a way that was not asked for.",
        ),
    ],
)
async def test_all_else_is_a_sentence(answer: Answer, kind: Kind, sentence: str) -> None:
    problem = await problem_of(answer)
    assert (problem.kind, problem.sentence) == (kind, sentence)


async def test_what_says_that_it_is_too_large_is_not_loaded() -> None:
    problem = await problem_of(FOUND, limits=SMALL)
    assert problem.kind is Kind.TOO_LARGE
    assert problem.sentence == "It is too large: 4.0 kB are loaded at most, and it has 5.0 kB."


async def test_what_is_larger_than_it_says_is_given_up() -> None:
    raw = b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + PNG
    problem = await problem_of(Answer(raw=raw), limits=SMALL)
    assert problem.kind is Kind.TOO_LARGE
    assert problem.sentence.endswith("and it has more.")


async def test_what_drips_is_given_up() -> None:
    problem = await problem_of(Answer(body=b"x" * 5_000, drip=0.05), limits=SOON)
    assert (problem.kind, problem.sentence) == (Kind.TIMEOUT, "It did not come within 0.3 s.")


@pytest.mark.parametrize("url", ["", "x", "http://", "http://[", "http://127.0.0.1:99999/", "http://\ud800/"])
async def test_what_is_no_link_is_a_sentence(url: str) -> None:
    with pytest.raises(Problem) as caught:
        await download(url)
    assert caught.value.kind in (Kind.REFUSED, Kind.OFFLINE)
