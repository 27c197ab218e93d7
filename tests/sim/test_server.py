"""The simulated service over real HTTP: keys, endpoints, paging, refusals, faults."""

from __future__ import annotations

import gzip
import http.client
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

import pytest

from currents_tui.sim.api import READ_ONLY_KEY, READ_WRITE_KEY
from currents_tui.sim.faults import Weather
from currents_tui.sim.project import Project
from currents_tui.sim.server import Server
from tests.sim.told import ZERO_MS, told


@dataclass
class Reply:
    status: int
    headers: dict[str, str]
    raw: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.raw)

    @property
    def data(self) -> Any:
        assert self.status == 200, self.raw
        return self.json["data"]


class Client:
    """Asks one server over one connection that is kept alive, at instants of the story of its choice."""

    def __init__(self, weather: Weather | None = None) -> None:
        self.t = 400.0
        self.story = told("busy")
        project = Project(self.story, ZERO_MS, 1.0)
        self.server = Server(project, lambda: int(ZERO_MS + self.t * 1000), weather, 0)
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,))
        self.thread.start()
        self.connection = self.connect()

    def connect(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.server.server_address[1], timeout=30)

    def ask(
        self,
        path: str,
        method: str = "GET",
        key: str | None = READ_WRITE_KEY,
        body: str | None = None,
        **headers: str,
    ) -> Reply:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if key is not None:
            sent["Authorization"] = f"Bearer {key}"
        self.connection.request(method, path, body=body, headers=sent)
        response = self.connection.getresponse()
        return Reply(response.status, dict(response.getheaders()), response.read())

    def feed(self, **query: Any) -> Reply:
        names = {name.replace("_s", "[]") if name.endswith("_s") else name: v for name, v in query.items()}
        return self.ask(f"/v1/projects/{self.story.project_id}/runs?{urlencode(names, doseq=True)}")

    def close(self) -> None:
        self.connection.close()
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


@pytest.fixture
def client() -> Iterator[Client]:
    client = Client()
    yield client
    client.close()


@pytest.fixture
def main_id(client: Client) -> str:
    return client.story.runs[0].run_id


def test_no_key_or_a_wrong_one_is_refused(client: Client, main_id: str) -> None:
    for key in (None, "", "wrong", READ_WRITE_KEY + "x"):
        reply = client.ask(f"/v1/runs/{main_id}", key=key)
        assert reply.status == 401
        assert reply.json == {"status": "FAILED", "error": "Invalid authentication credentials"}


def test_a_read_only_key_reads_and_does_not_write(client: Client, main_id: str) -> None:
    assert client.ask(f"/v1/runs/{main_id}", key=READ_ONLY_KEY).status == 200
    for method, path in (("PUT", "/cancel"), ("DELETE", "")):
        reply = client.ask(f"/v1/runs/{main_id}{path}", method, key=READ_ONLY_KEY)
        assert reply.status == 403
        assert reply.json["status"] == "FAILED"
        assert reply.json["code"] == "insufficient_scope"
        assert "insufficient_scope" in reply.headers["WWW-Authenticate"]
    assert client.ask(f"/v1/runs/{main_id}").data["completionState"] == "IN_PROGRESS"


def test_run(client: Client, main_id: str) -> None:
    reply = client.ask(f"/v1/runs/{main_id}")
    assert reply.json["status"] == "OK"
    assert reply.headers["Content-Type"].startswith("application/json")
    assert len(reply.data["specs"]) == 73
    assert reply.data["projectId"] == client.story.project_id
    done = sum(group["instances"]["complete"] for group in reply.data["groups"])
    client.t += 200
    assert (
        sum(group["instances"]["complete"] for group in client.ask(f"/v1/runs/{main_id}").data["groups"])
        > done
    )


def test_gzip_only_when_accepted(client: Client, main_id: str) -> None:
    plain = client.ask(f"/v1/runs/{main_id}", Accept_Encoding="identity")
    packed = client.ask(f"/v1/runs/{main_id}", Accept_Encoding="deflate, gzip")
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert len(packed.raw) < len(plain.raw) / 3
    assert json.loads(gzip.decompress(packed.raw)) == plain.json


def test_what_is_not_there(client: Client) -> None:
    assert client.ask("/v1/runs/0123456789abcdef").json == {"status": "FAILED", "error": "Run not found"}
    for path in ("runs/0123456789abcdef", "instances/nothing", "projects/nothing", "nothing", "runs"):
        assert client.ask(f"/v1/{path}").status == 404
    assert client.ask("/v1/projects", "DELETE").status == 405


def test_a_later_run_appears(client: Client) -> None:
    later = client.story.runs[3]
    assert client.ask(f"/v1/runs/{later.run_id}").status == 404
    before = [item["runId"] for item in client.feed(limit=50).data]
    client.t = later.begins + 1
    assert client.ask(f"/v1/runs/{later.run_id}").data["status"] == "RUNNING"
    newer = [item["runId"] for item in client.feed(limit=50).data]
    assert newer == [later.run_id, *before]


def test_cancel_is_final_and_specs_in_flight_still_count(client: Client, main_id: str) -> None:
    cancelled = client.ask(f"/v1/runs/{main_id}/cancel", "PUT").data
    assert cancelled == {
        "runId": main_id,
        "actor": "api:demo",
        "canceledAt": cancelled["canceledAt"],
        "reason": "apiRequest",
    }
    then = client.ask(f"/v1/runs/{main_id}").data
    assert then["completionState"] == "CANCELED"
    assert then["cancellation"] == {key: cancelled[key] for key in ("actor", "canceledAt", "reason")}
    again = client.ask(f"/v1/runs/{main_id}/cancel", "PUT")
    assert (again.status, again.json["error"]) == (422, "Run already cancelled")
    client.t += 600
    later = client.ask(f"/v1/runs/{main_id}").data
    complete = [sum(group["instances"]["complete"] for group in run["groups"]) for run in (then, later)]
    assert complete[0] < complete[1] < 73
    over = client.story.runs[4].run_id
    refused = client.ask(f"/v1/runs/{over}/cancel", "PUT")
    assert (refused.status, refused.json["error"]) == (422, "Run is not in progress: COMPLETE")


def test_delete(client: Client, main_id: str) -> None:
    instance = client.story.runs[0].specs[0].instance_id
    assert client.ask(f"/v1/instances/{instance}").status == 200
    assert client.ask(f"/v1/runs/{main_id}", "DELETE").data == {"runId": main_id, "actor": "API Request"}
    assert client.ask(f"/v1/runs/{main_id}", "DELETE").status == 404
    assert client.ask(f"/v1/runs/{main_id}").status == 404
    assert client.ask(f"/v1/instances/{instance}").status == 404
    assert main_id not in [item["runId"] for item in client.feed(limit=50).data]


def test_projects(client: Client) -> None:
    one = client.ask("/v1/projects?limit=1")
    assert one.json["has_more"] is True
    cursor = one.data[0].pop("cursor")
    assert one.data[0]["name"] == "webshop"
    rest = client.ask(f"/v1/projects?starting_after={cursor}")
    assert rest.json["has_more"] is False
    assert [project["name"] for project in rest.data] == ["style-guide"]
    project = client.ask(f"/v1/projects/{client.story.project_id}").data
    assert "cursor" not in project
    assert project["inactivityTimeoutSeconds"] == 600
    assert client.ask(f"/v1/projects/{rest.data[0]['projectId']}/runs").data == []


def test_feed_is_newest_first_and_without_specs(client: Client) -> None:
    items = client.feed(limit=50).data
    assert len(items) == 11
    created = [item["createdAt"] for item in items]
    assert created == sorted(created, reverse=True)
    assert not any("specs" in item for item in items)
    assert all(item["cursor"] != item["runId"] for item in items)
    assert len(client.feed().data) == 10


def test_paging_both_ways(client: Client) -> None:
    everything = [item["runId"] for item in client.feed(limit=50).data]
    down: list[str] = []
    pages = []
    query: dict[str, Any] = {"limit": 4}
    while True:
        reply = client.feed(**query)
        pages.append(reply.data)
        down += [item["runId"] for item in reply.data]
        if not reply.json["has_more"]:
            break
        query["starting_after"] = reply.data[-1]["cursor"]
    assert down == everything
    assert [len(page) for page in pages] == [4, 4, 3]
    up = client.feed(limit=4, ending_before=pages[2][0]["cursor"])
    assert (up.data, up.json["has_more"]) == (pages[1], True)
    top = client.feed(limit=4, ending_before=up.data[0]["cursor"])
    assert (top.data, top.json["has_more"]) == (pages[0], False)
    nothing_new = client.feed(ending_before=top.data[0]["cursor"])
    assert (nothing_new.data, nothing_new.json["has_more"]) == ([], False)


def test_filters(client: Client) -> None:
    def ids(**query: Any) -> list[str]:
        return [item["runId"] for item in client.feed(limit=50, **query).data]

    runs = client.story.runs
    main, nightly, cypress = (run.run_id for run in runs[:3])
    there = ids()
    assert ids(completion_state="IN_PROGRESS") == [main, nightly, cypress]
    assert ids(completion_state=["CANCELED", "TIMEOUT"]) == [
        run.run_id for run in runs if run.ago and run.ending[1] in ("CANCELED", "TIMEOUT")
    ]
    assert {*ids(status="PASSED"), *ids(status=["FAILED", "RUNNING", "FAILING"])} == {*there}
    assert ids(branches_s="feat/checkout-v2")[0] == main
    assert {*ids(branches_s=["feat/*"])} > {*ids(branches_s="feat/checkout-v2")}
    assert cypress in ids(authors_s="Another *")
    assert main not in ids(authors_s="Another Example")
    assert ids(tags_s=["e2e", "nightly"])[0] == nightly
    assert main not in ids(tags_s=["pr", "nightly"])
    assert ids(search="DEBOUNCE") == [main]
    assert ids(search=runs[0].ci_build_id) == [main]


@pytest.mark.parametrize(
    "query",
    [
        {"limit": "0"},
        {"limit": "51"},
        {"limit": "many"},
        {"status": "passed"},
        {"completion_state": "RUNNING"},
        {"search": "x" * 201},
        {"search": "größe"},
        {"starting_after": "nothing"},
        {"starting_after": "a", "ending_before": "b"},
    ],
)
def test_bad_parameters(client: Client, query: dict[str, str]) -> None:
    reply = client.feed(**query)
    assert reply.status == 400
    assert reply.json["status"] == "FAILED"


def test_find(client: Client) -> None:
    def find(**query: str) -> Reply:
        return client.ask(f"/v1/runs/find?{urlencode({'projectId': client.story.project_id, **query})}")

    main = client.story.runs[0]
    assert find(ciBuildId=main.ci_build_id).data["runId"] == main.run_id
    assert find(ciBuildId="nowhere").status == 404
    assert find().status == 400
    assert client.ask("/v1/runs/find?ciBuildId=x").status == 400


def test_instances_of_both_frameworks(client: Client) -> None:
    main, _, cypress = client.story.runs[:3]
    for run, version in ((main, 2), (cypress, None)):
        spec = next(s for s in client.ask(f"/v1/runs/{run.run_id}").data["specs"] if s["completedAt"])
        instance = client.ask(f"/v1/instances/{quote(spec['instanceId'])}").data
        assert (instance["runId"], instance["spec"]) == (run.run_id, spec["spec"])
        assert instance.get("schemaVersion") == version
        assert instance["results"]["stats"]["passes"] == spec["results"]["stats"]["passes"]


def test_an_answer_that_is_known_is_not_sent_again(client: Client, main_id: str) -> None:
    path = f"/v1/runs/{main_id}"
    first = client.ask(path, Accept_Encoding="gzip")
    again = client.ask(path, If_None_Match=first.headers["ETag"], Accept_Encoding="gzip")
    assert (again.status, again.raw, again.headers["ETag"]) == (304, b"", first.headers["ETag"])
    client.t += 60
    later = client.ask(path, If_None_Match=first.headers["ETag"])
    assert (later.status, later.headers["ETag"] == first.headers["ETag"]) == (200, False)


def test_the_log_and_the_truth_need_no_key(client: Client, main_id: str) -> None:
    client.ask(f"/v1/runs/{main_id}")
    client.ask("/v1/projects?limit=0", key=READ_ONLY_KEY)
    log = client.ask("/sim/log", key=None).json
    assert [(entry["method"], entry["path"], entry["status"], entry["id"]) for entry in log] == [
        ("GET", f"/v1/runs/{main_id}", 200, 1),
        ("GET", "/v1/projects?limit=0", 400, 2),
    ]
    truth = client.ask("/sim/truth", key=None).json
    assert [*truth["runs"]] == [run.run_id for run in client.story.runs]
    main = truth["runs"][main_id]
    assert (main["completionState"], main["status"]) == ("COMPLETE", "FAILED")
    client.t = client.story.runs[0].ending[0] + 1
    for spec in client.ask(f"/v1/runs/{main_id}").data["specs"]:
        instance = main["instances"][spec["instanceId"]]
        assert instance["end"] == spec["completedAt"]
        assert instance["failures"] == spec["results"]["stats"]["failures"]


def test_a_client_that_leaves_does_no_harm(
    client: Client, main_id: str, capfd: pytest.CaptureFixture[str]
) -> None:
    for _ in range(5):
        rude = client.connect()
        rude.connect()
        rude.sock.sendall(
            f"GET /v1/runs/{main_id} HTTP/1.1\r\nAuthorization: Bearer {READ_WRITE_KEY}\r\n".encode()
        )
        rude.close()
    assert client.ask(f"/v1/runs/{main_id}").status == 200
    assert capfd.readouterr() == ("", "")
