"""The Currents REST API: one method per endpoint."""

import asyncio
import re
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

import httpx

from currents_tui.api.address import Address
from currents_tui.api.connection import Answer, Connection
from currents_tui.api.feed_query import PAGE, feed_query
from currents_tui.api.key import Key
from currents_tui.api.limits import Limits
from currents_tui.core.problem import Kind, Problem
from currents_tui.core.project_id import is_project_id
from currents_tui.core.run_id import is_run_id

if TYPE_CHECKING:
    from currents_tui.api.decode import RunReader
    from currents_tui.core.instance import Instance
    from currents_tui.core.model import Project, Run, RunPage
    from currents_tui.core.run_filter import RunFilter

_INSTANCE_ID = re.compile(r"[0-9A-Za-z][0-9A-Za-z_-]{0,63}")
"""The service says which ids there are; what could reach another address is not asked about."""

PROJECT_PAGES = 20
"""Pages of projects that are asked for at most: a thousand projects are more than anybody chooses from."""

READERS = 32
"""Runs whose last answers are kept, to read only what differs in the next one."""


class Client(Connection):
    """The API at `address`, asked with `key`. To be entered with `async with` before it is used."""

    def __init__(
        self,
        address: Address,
        key: Key,
        *,
        transport: httpx.AsyncBaseTransport | None = None,
        limits: Limits | None = None,
        read_only: bool = False,
        narrate: Callable[[str], None] | None = None,
    ) -> None:
        super().__init__(address, key, transport=transport, limits=limits or Limits(), narrate=narrate)
        self._read_only = read_only
        self._readers: dict[str, RunReader] = {}
        """By run id, the one asked about last at the end."""

    async def run(self, run_id: str) -> "Run":
        """`GET /runs/{run_id}`: the whole run, every spec included. Raises `Problem`."""
        # Not for whoever wants the answer as it came: building the decoder takes 40 ms.
        from currents_tui.api.decode import RunReader

        _check_run_id(run_id)
        reader = self._readers.pop(run_id, None) or RunReader()
        self._readers[run_id] = reader
        if len(self._readers) > READERS:
            del self._readers[next(iter(self._readers))]
        now = asyncio.get_running_loop().time()
        before = reader.last_at(now)

        def read(answer: Answer) -> "Run":
            if before is not None and answer.is_as_before:
                return before.run
            return reader.read(answer.body, run_id, tag=answer.tag, at=now)

        tag = before.tag if before is not None else ""
        return await self._read(read, self._answer(f"/runs/{run_id}", (), "run", known=tag))

    async def run_answer(self, run_id: str, on_head: Callable[[], None] = lambda: None) -> bytearray:
        """The answer that `run` reads, as it came: for whoever reads it elsewhere with `read_run`.

        `on_head` is called as soon as it is known that the service grants the answer.
        Raises `Problem`.
        """
        _check_run_id(run_id)
        return await self._asked(f"/runs/{run_id}", (), "run", on_head)

    async def runs(
        self, project_id: str, wanted: "RunFilter", *, after: str = "", before: str = "", limit: int = PAGE
    ) -> "RunPage":
        """`GET /projects/{project_id}/runs`: a page of the project's runs, newest first.

        The newest or, of `after` and `before`, those beside the run whose cursor that is. Raises `Problem`.
        """
        from currents_tui.api.decode_list import read_run_page

        answer = self.runs_answer(project_id, wanted, after=after, before=before, limit=limit)
        return await self._read(read_run_page, answer)

    async def runs_answer(
        self,
        project_id: str,
        wanted: "RunFilter | None" = None,
        on_head: Callable[[], None] = lambda: None,
        *,
        after: str = "",
        before: str = "",
        limit: int = PAGE,
    ) -> bytearray:
        """The answer that `runs` reads, as it came. See `run_answer`."""
        if not is_project_id(project_id):
            raise Problem(Kind.BAD_SETTING, "That is not a project's id.")
        query = feed_query(wanted, after=after, before=before, limit=limit)
        return await self._asked(f"/projects/{project_id}/runs", query, "project", on_head)

    async def projects(self) -> "tuple[Project, ...]":
        """`GET /projects`: every project that the key can see. Raises `Problem`."""
        from currents_tui.api.decode_list import read_project_page

        found: dict[str | None, Project] = {}
        after = ""
        for _ in range(PROJECT_PAGES):
            page = await self._read(read_project_page, self.projects_answer(after=after))
            found |= {project.project_id: project for project in page.items}
            after = (page.items[-1].cursor if page.items else None) or ""
            if not page.has_more or not after:
                break
        return tuple(found.values())

    async def project(self, project_id: str) -> "Project":
        """`GET /projects/{project_id}`: the project with its inactivity limit. Raises `Problem`."""
        from currents_tui.api.decode_list import read_project

        if not is_project_id(project_id):
            raise Problem(Kind.BAD_SETTING, "That is not a project's id.")
        return await self._read(read_project, self._asked(f"/projects/{project_id}", (), "project"))

    async def projects_answer(
        self, on_head: Callable[[], None] = lambda: None, *, after: str = ""
    ) -> bytearray:
        """The first answer that `projects` reads, or the one after a cursor, as it came."""
        query = [("limit", str(PAGE)), *([("starting_after", after)] if after else [])]
        return await self._asked("/projects", query, "page", on_head)

    async def find(self, project_id: str, ci_build_id: str) -> "Run":
        """`GET /runs/find`: the run of a CI build. Raises `Problem`, NOT_FOUND where there is none."""
        from currents_tui.api.decode import decode_run

        query = [("projectId", project_id), ("ciBuildId", ci_build_id)]
        return await self._read(decode_run, self._asked("/runs/find", query, "build"))

    async def instance(self, instance_id: str) -> "Instance":
        """`GET /instances/{instance_id}`: one execution of a spec with its tests. Raises `Problem`."""
        from currents_tui.api.decode_instance import read_instance

        if not _INSTANCE_ID.fullmatch(instance_id):
            raise Problem(Kind.BAD_ANSWER, "The id of the instance is none that could be asked about.")
        answer = self._asked(f"/instances/{instance_id}", (), "instance")
        return await self._read(partial(read_instance, instance_id=instance_id), answer)

    async def cancel(self, run_id: str) -> None:
        """`PUT /runs/{run_id}/cancel`: no spec is handed out any more, those under way run to their end.

        Sent once and never repeated. Raises `Problem` when it surely was not done, `Unconfirmed` when it
        may have been. Source: the service's own API client and its documentation of 2025.
        """
        await self._write("PUT", run_id, "/cancel")

    async def delete(self, run_id: str) -> None:
        """`DELETE /runs/{run_id}`: the run is gone for everyone. Raises as `cancel` does."""
        await self._write("DELETE", run_id)

    async def _write(self, method: str, run_id: str, action: str = "") -> None:
        if self._read_only:
            raise Problem(
                Kind.FORBIDDEN,
                "Read-only: nothing is cancelled or deleted.",
                "--read-only or the settings say so.",
            )
        _check_run_id(run_id)
        await self._written(method, f"/runs/{run_id}{action}")


def _check_run_id(run_id: str) -> None:
    if not is_run_id(run_id):
        raise Problem(Kind.BAD_SETTING, "That is not a run id.")
