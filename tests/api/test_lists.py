"""Lists: what is asked for, in which words, and what is made of the answers."""

import json
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from currents_tui.api.address import Address
from currents_tui.api.client import Client
from currents_tui.api.decode_list import read_project_page, read_run_page
from currents_tui.api.feed_query import feed_query
from currents_tui.api.key import Key
from currents_tui.core.model import Run
from currents_tui.core.problem import Kind, Problem
from currents_tui.core.run_filter import ALL, RunFilter
from currents_tui.sim.launch import Simulator
from tests.api.test_client import RUN_ID, SECRET, asking
from tests.canned import Answer


def listed(*data: object, more: object = False) -> bytes:
    return json.dumps({"status": "OK", "has_more": more, "data": list(data)}).encode()


def a_run(number: int = 1, **more: Any) -> dict[str, Any]:
    return {"runId": f"{number:016x}", "status": "RUNNING", "cursor": f"{number:024x}", **more}


def query_of(target: str) -> list[tuple[str, str]]:
    return parse_qsl(urlsplit(target).query, keep_blank_values=True)


class TestQuestions:
    def test_everything_that_can_be_wanted(self) -> None:
        wanted = RunFilter(("main", "dev"), ("a", "b"), ("Example Author",), ("PASSED",), ("TIMEOUT",), "fix")
        assert feed_query(wanted, after="c1", limit=10) == [
            ("limit", "10"),
            ("starting_after", "c1"),
            ("branches[]", "main"),
            ("branches[]", "dev"),
            ("tags[]", "a"),
            ("tags[]", "b"),
            ("authors[]", "Example Author"),
            ("completion_state", "COMPLETE"),
            ("completion_state", "TIMEOUT"),
            ("search", "fix"),
        ]
        assert feed_query(RunFilter(statuses=("PASSED",)), limit=1) == [
            ("limit", "1"),
            ("status", "PASSED"),
            ("completion_state", "COMPLETE"),
        ]
        assert feed_query(None, before="c2") == [("limit", "50"), ("ending_before", "c2")]

    @pytest.mark.parametrize(
        "branch",
        ["feat/x", "with blank", "100%", "a&b=c#d?e", "größe-日本語", "\r\nX-Other: 1", "x" * 200, "*"],
    )
    async def test_any_branch_arrives_as_it_is(self, branch: str) -> None:
        async with asking(Answer(body=listed())) as (client, server):
            await client.runs("Shop42", RunFilter(branches=(branch,)))
            (request,) = server.requests
        assert urlsplit(request.target).path == "/v1/projects/Shop42/runs"
        assert ("branches[]", branch) in query_of(request.target)

    @pytest.mark.parametrize("project", ["", "..", "a/b", "x?y", "x" * 65])
    async def test_what_is_no_project_is_not_asked_about(self, project: str) -> None:
        async with asking(Answer(body=listed())) as (client, server):
            with pytest.raises(Problem) as caught:
                await client.runs(project, ALL)
            assert not server.requests
        assert caught.value.kind is Kind.BAD_SETTING

    async def test_all_projects_are_asked_for_page_by_page(self) -> None:
        first = listed({"projectId": "Shop42", "name": "webshop", "cursor": "c1"}, more=True)
        second = listed({"projectId": "Other1", "name": "other", "cursor": "c2"})
        async with asking(Answer(body=first), Answer(body=second)) as (client, server):
            found = await client.projects()
        assert [project.name for project in found] == ["webshop", "other"]
        assert query_of(server.requests[1].target) == [("limit", "50"), ("starting_after", "c1")]

    async def test_a_service_that_always_has_more_is_asked_for_so_long(self) -> None:
        endless = listed({"projectId": "Shop42", "cursor": "c1"}, more=True)
        async with asking(Answer(body=endless)) as (client, server):
            await client.projects()
        assert len(server.requests) == 20

    async def test_one_project(self) -> None:
        told = {"projectId": "Shop42", "inactivityTimeoutSeconds": 1800, "defaultBranchName": "main"}
        body = json.dumps({"status": "OK", "data": told}).encode()
        async with asking(Answer(body=body)) as (client, server):
            project = await client.project("Shop42")
        assert (project.inactivity_timeout_seconds, project.default_branch_name) == (1800, "main")
        assert urlsplit(server.requests[0].target).path == "/v1/projects/Shop42"

    @pytest.mark.parametrize("limit", [None, "30m", -1, {}])
    async def test_a_project_without_a_limit_that_can_be_read(self, limit: object) -> None:
        told = {"projectId": "Shop42", "inactivityTimeoutSeconds": limit, "defaultBranchName": "main"}
        body = json.dumps({"status": "OK", "data": told}).encode()
        async with asking(Answer(body=body)) as (client, _):
            project = await client.project("Shop42")
        assert (project.inactivity_timeout_seconds, project.default_branch_name) == (None, "main")

    @pytest.mark.parametrize("project_id", ["", "../runs", "a/b", "x" * 400])
    async def test_what_is_no_project_id_reaches_no_path(self, project_id: str) -> None:
        async with asking(Answer(body=b"{}")) as (client, server):
            for ask in (client.project(project_id), client.runs(project_id, ALL)):
                with pytest.raises(Problem) as caught:
                    await ask
                assert caught.value.kind is Kind.BAD_SETTING
        assert server.requests == []

    async def test_an_answer_without_a_project(self) -> None:
        async with asking(Answer(body=b'{"status":"OK","data":[]}')) as (client, _):
            with pytest.raises(Problem) as caught:
                await client.project("Shop42")
        assert caught.value.kind is Kind.BAD_ANSWER

    async def test_the_run_of_a_ci_build(self) -> None:
        body = json.dumps({"status": "OK", "data": {"runId": RUN_ID}}).encode()
        async with asking(Answer(body=body)) as (client, server):
            run = await client.find("Shop42", "gh/1 & 2")
        assert run.run_id == RUN_ID
        assert query_of(server.requests[0].target) == [("projectId", "Shop42"), ("ciBuildId", "gh/1 & 2")]


@pytest.mark.parametrize(
    ("status", "kind", "words"),
    [
        (401, Kind.KEY_REFUSED, "refused"),
        (403, Kind.FORBIDDEN, "may not"),
        (404, Kind.NOT_FOUND, "no such project"),
        (400, Kind.REFUSED, "Invalid cursor"),
        (429, Kind.RATE_LIMITED, "fewer"),
        (500, Kind.SERVER, "problem of its own"),
    ],
)
async def test_a_refusal_is_told(status: int, kind: Kind, words: str) -> None:
    body = json.dumps({"status": "FAILED", "error": f"Invalid cursor {SECRET}"}).encode()
    async with asking(Answer(status=status, body=body)) as (client, _):
        with pytest.raises(Problem) as caught:
            await client.runs("Shop42", ALL)
    assert caught.value.kind is kind
    assert words in caught.value.sentence
    assert SECRET not in str(caught.value)


class TestAnswers:
    def test_a_page(self) -> None:
        page = read_run_page(listed(a_run(2), a_run(1), more=True))
        assert [item.run_id for item in page.items] == [f"{2:016x}", f"{1:016x}"]
        assert page.items[0].cursor == f"{2:024x}"
        assert page.has_more

    def test_an_item_is_a_run_like_any_other(self) -> None:
        (item,) = read_run_page(listed(a_run(tags=["e2e"], meta={"commit": {"branch": "main"}}))).items
        assert isinstance(item, Run)
        assert (item.tags, item.meta.commit.branch, item.specs) == (("e2e",), "main", ())

    def test_a_moment_that_means_never_is_none(self) -> None:
        (item,) = read_run_page(listed(a_run(createdAt="0001-01-01T00:00:00Z"))).items
        assert item.created_at is None
        page = read_project_page(listed({"projectId": "Shop42", "createdAt": "9999-12-31T23:59:59Z"}))
        assert [project.project_id for project in page.items] == ["Shop42"]

    def test_specs_are_not_kept(self) -> None:
        (item,) = read_run_page(listed(a_run(specs=[{"spec": "a.spec.ts"}]))).items
        assert item.specs == ()

    @pytest.mark.parametrize("bad", [None, 7, "x", [], {}, {"runId": "../x"}, {"runId": None}])
    def test_one_bad_item_costs_that_item(self, bad: object) -> None:
        page = read_run_page(listed(a_run(2), bad, a_run(1, groups="no", createdAt="never")))
        assert [item.run_id for item in page.items] == [f"{2:016x}", f"{1:016x}"]

    def test_a_run_is_named_once(self) -> None:
        assert len(read_run_page(listed(a_run(), a_run())).items) == 1

    def test_text_passes_the_gate(self) -> None:
        (item,) = read_run_page(listed(a_run(meta={"commit": {"branch": "\x1b[2Jmain\u202e"}}))).items
        assert "\x1b" not in (item.meta.commit.branch or "")
        assert "\u202e" not in (item.meta.commit.branch or "")

    @pytest.mark.parametrize("more", ["true", 1, None, {}])
    def test_more_is_what_is_said_to_be_more(self, more: object) -> None:
        assert not read_run_page(listed(a_run(), more=more)).has_more

    @pytest.mark.parametrize(
        "body",
        [
            b"",
            b"<html>",
            b"{",
            b"[]",
            b"null",
            b'{"data": {}}',
            b'{"data": null}',
            b'{"status": "OK"}',
            listed()[:-4],
        ],
    )
    def test_what_is_no_list(self, body: bytes) -> None:
        for read in (read_run_page, read_project_page):
            with pytest.raises(Problem) as caught:
                read(body)
            assert caught.value.kind is Kind.BAD_ANSWER

    def test_an_answer_that_says_failed(self) -> None:
        with pytest.raises(Problem, match="The service says: no"):
            read_run_page(b'{"status": "FAILED", "error": "no", "data": []}')

    def test_projects(self) -> None:
        page = read_project_page(
            listed(
                {"projectId": "Shop42", "name": "webshop", "defaultBranchName": "main"}, {"projectId": "a/b"}
            )
        )
        (project,) = page.items
        assert (project.project_id, project.name, project.default_branch_name) == (
            "Shop42",
            "webshop",
            "main",
        )


async def test_against_the_simulated_service() -> None:
    with Simulator.start("busy") as simulator:
        async with Client(Address(simulator.url), Key(simulator.read_only_key)) as client:
            project = simulator.project_id
            everything = await client.runs(project, ALL)
            assert [item.run_id for item in everything.items][:1] == [simulator.runs[0]]
            first = await client.runs(project, ALL, limit=4)
            second = await client.runs(project, ALL, limit=4, after=first.items[-1].cursor or "")
            assert [*first.items, *second.items] == [*everything.items[:8]] or len(second.items) == 4
            above = await client.runs(project, ALL, limit=4, before=second.items[0].cursor or "")
            assert {item.run_id for item in above.items} == {item.run_id for item in first.items}
            for wanted in (
                RunFilter(branches=("main",)),
                RunFilter(tags=("nightly",)),
                RunFilter(authors=("Example Bot",)),
                RunFilter(states=("CANCELED",)),
                RunFilter(statuses=("RUNNING", "FAILING")),
                RunFilter(search="debounce"),
            ):
                found = await client.runs(project, wanted)
                assert 0 < len(found.items) < len(everything.items), wanted
            named = {str(found.project_id): found.name for found in await client.projects()}
            one = await client.project(simulator.project_id)
            assert (one.name, one.inactivity_timeout_seconds) == ("webshop", 600)
            assert named[project] == "webshop"
            build = everything.items[3].meta.ci_build_id or ""
            assert (await client.find(project, build)).run_id == everything.items[3].run_id
            with pytest.raises(Problem) as caught:
                await client.find(project, "no such build")
            assert caught.value.kind is Kind.NOT_FOUND
            assert (await client.runs("empty0", ALL)).items == ()
