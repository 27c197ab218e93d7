"""As much of GitHub's API as `gh run watch` asks for: a run of thirty jobs, told at a Unix socket."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any, Self

from tests.canned import Answer, CannedServer, Request
from tests.cli.serving import json_answer
from tests.documents import stamp

JOBS = 30
_RUN = "/repos/example/shop/actions/runs/77"


class GitHub(CannedServer):
    """Tells a run in progress; `done` of its jobs are over. They have no steps, which would be lines more."""

    def __init__(self, socket: Path) -> None:
        super().__init__([])
        self.socket = socket
        self.done = 0

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_unix_server(self._accept, str(self.socket))
        return self

    def answer_to(self, request: Request) -> Answer:
        path = request.target.partition("?")[0]
        if path == f"{_RUN}/jobs":
            jobs = [self._job(number) for number in range(JOBS)]
            return json_answer({"total_count": JOBS, "jobs": jobs})
        if path == _RUN:
            return json_answer(_run())
        if path.endswith("/annotations"):
            return json_answer([])
        return json_answer({"id": 5, "name": "e2e", "state": "active"})

    def _job(self, number: int) -> dict[str, Any]:
        over = number < self.done
        return {
            "id": 1000 + number,
            "run_id": 77,
            "name": f"e2e ({number})",
            "status": "completed" if over else "in_progress",
            "conclusion": "success" if over else None,
            "started_at": stamp(600),
            "completed_at": stamp(30) if over else None,
            "html_url": f"https://github.com/example/shop/runs/{number}",
            "steps": [],
        }


def _run() -> dict[str, Any]:
    return {
        "id": 77,
        "name": "e2e",
        "display_title": "Example title",
        "head_branch": "main",
        "head_sha": "0c5b17aa93e1f0d2",
        "event": "push",
        "status": "in_progress",
        "conclusion": None,
        "workflow_id": 5,
        "created_at": stamp(700),
        "updated_at": stamp(1),
        "run_started_at": stamp(700),
        "jobs_url": f"https://api.github.com{_RUN}/jobs",
        "html_url": "https://github.com/example/shop/actions/runs/77",
        "head_commit": {"message": "Example title"},
        "head_repository": {"owner": {"login": "example"}, "name": "shop"},
    }
