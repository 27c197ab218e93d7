"""The REST API of the simulated service: from a request to an answer, without the network."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final
from urllib.parse import parse_qs, unquote, urlsplit
from zlib import crc32

from currents_tui.sim.document import dumps
from currents_tui.sim.project import Project, Refusal
from currents_tui.sim.query import Query, one, page, wanted

READ_WRITE_KEY: Final = "demo-not-a-real-key-read-write-5f0c1d7e9ab24c6883e1b7d2a4f69c30"
READ_ONLY_KEY: Final = "demo-not-a-real-key-read-only-0b8e4a61d3f7429c95c2e6a8170fd4b9"
ACTOR: Final = "api:demo"
"""Who is said to have cancelled a run: the label of the key."""


@dataclass(frozen=True, slots=True)
class Request:
    method: str
    target: str
    """Path and query as they stand in the request line."""
    authorization: str | None = None
    body: bytes = b""
    known: str = ""
    """The tag of the answer that whoever asks has already (If-None-Match)."""


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: str
    headers: Mapping[str, str] = field(default_factory=dict)
    raw: bytes | None = None
    """The body, where it is no text."""


@dataclass(frozen=True, slots=True)
class _Call:
    """A request that has been let in and taken apart."""

    project: Project
    now_ms: int
    parts: tuple[str, ...]
    """The variable parts of the path, in its order."""
    query: Query
    body: bytes


def tagged(found: Answer, request: Request) -> Answer:
    """`found` with its tag, or word that nothing differs from what is known already.

    The service's documentation promises no tags; web frameworks like its own add them unasked.
    """
    if request.method != "GET" or found.status != 200:
        return found
    tag = f'W/"{len(found.body):x}-{crc32(found.body.encode()):08x}"'
    if tag == request.known:
        return Answer(304, "", {"ETag": tag})
    return replace(found, headers={**found.headers, "ETag": tag})


def answer(project: Project, request: Request, now_ms: int) -> Answer:
    """What the service says to a request at that instant."""
    url = urlsplit(request.target)
    query = parse_qs(url.query, keep_blank_values=True)
    try:
        writes = _authorize(request)
        known = False
        for method, pattern, respond in _ROUTES:
            match = pattern.fullmatch(url.path)
            known = known or match is not None
            if match is None or method != request.method:
                continue
            if method != "GET" and not writes:
                raise Refusal(403, "The API key has no write access", "insufficient_scope")
            parts = tuple(unquote(part) for part in match.groups())
            return Answer(200, respond(_Call(project, now_ms, parts, query, request.body)))
        raise Refusal(405 if known else 404, "Method not allowed" if known else "Not found")
    except Refusal as refusal:
        return Answer(refusal.status, dumps(refusal.body), _challenge(refusal.status))


def _authorize(request: Request) -> bool:
    """Whether the key may write. Raises Refusal if it may not even read."""
    scheme, _, key = (request.authorization or "").partition(" ")
    if scheme.lower() != "bearer" or key not in (READ_WRITE_KEY, READ_ONLY_KEY):
        raise Refusal(401, "Invalid authentication credentials")
    return key == READ_WRITE_KEY


def _challenge(status: int) -> dict[str, str]:
    if status == 403:
        return {"WWW-Authenticate": 'Bearer error="insufficient_scope", scope="runs:write"'}
    return {"WWW-Authenticate": "Bearer"} if status == 401 else {}


def _ok(data: object, **more: object) -> str:
    return dumps({"status": "OK", **more, "data": data})


def _run(call: _Call) -> str:
    return f'{{"status":"OK","data":{call.project.run_json(call.parts[0], call.now_ms)}}}'


def _cancel(call: _Call) -> str:
    return _ok(call.project.cancel(call.parts[0], ACTOR, call.now_ms))


def _delete(call: _Call) -> str:
    return _ok(call.project.delete(call.parts[0], call.now_ms))


def _instance(call: _Call) -> str:
    return _ok(call.project.instance(call.parts[0], call.now_ms))


def _projects(call: _Call) -> str:
    items = [project | {"cursor": f"{place:024x}"} for place, project in enumerate(call.project.projects())]
    data, has_more = page(items, call.query)
    return _ok(data, has_more=has_more)


def _project(call: _Call) -> str:
    return _ok(call.project.project(call.parts[0]))


def _feed(call: _Call) -> str:
    project_id = call.project.project(call.parts[0])["projectId"]
    accepts = wanted(call.query)
    runs = call.project.runs(call.now_ms) if project_id == call.project.story.project_id else []
    items = [call.project.feed_item(run, call.now_ms) for run in runs]
    # A cursor holds its place even when its run no longer passes the filter.
    cursors = {*call.query.get("starting_after", ()), *call.query.get("ending_before", ())}
    kept = [item for item in items if accepts(item) or item["cursor"] in cursors]
    data, has_more = page(kept, call.query)
    return _ok(data, has_more=has_more)


def _find(call: _Call) -> str:
    project_id = one(call.query, "projectId")
    ci_build_id = one(call.query, "ciBuildId")
    if project_id is None:
        raise Refusal(400, '"projectId" is required')
    if ci_build_id is None:
        raise Refusal(400, '"ciBuildId" is required')
    runs = call.project.runs(call.now_ms) if project_id == call.project.story.project_id else []
    for run in runs:
        if run.ci_build_id == ci_build_id:
            return _ok(json.loads(call.project.run_json(run.run_id, call.now_ms)))
    raise Refusal(404, "Run not found")


_Route = tuple[str, re.Pattern[str], Callable[[_Call], str]]
_ROUTES: Final[tuple[_Route, ...]] = tuple(
    (method, re.compile("/v1" + path.replace(":id", "([^/]+)")), respond)
    for method, path, respond in (
        ("GET", "/runs/find", _find),
        ("GET", "/runs/:id", _run),
        ("DELETE", "/runs/:id", _delete),
        ("PUT", "/runs/:id/cancel", _cancel),
        ("GET", "/projects", _projects),
        ("GET", "/projects/:id", _project),
        ("GET", "/projects/:id/runs", _feed),
        ("GET", "/instances/:id", _instance),
    )
)
