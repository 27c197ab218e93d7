"""A project's runs for tests: items of the list, and a service that pages through them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

from msgspec import structs

from currents_tui.core.instance import Instance
from currents_tui.core.model import FeedItem, Project, Run, RunMeta, RunPage
from currents_tui.core.problem import Kind, Problem
from currents_tui.core.run_filter import RunFilter
from currents_tui.core.text import block, plain
from tests.builders import NOW, passed, run, running


def run_id(number: int) -> str:
    """An id, the higher the newer."""
    return f"{number:05x}".ljust(16, "0")


def number_of(run_id: str) -> int:
    """The number that `run_id` was made of; 0 where there is none."""
    return int(run_id[:5] or "0", 16)


def item(
    number: int,
    *,
    branch: str = "main",
    author: str = "Example Author",
    state: str = "COMPLETE",
    status: str = "PASSED",
    tags: tuple[str, ...] = (),
    title: str = "",
) -> FeedItem:
    """The run `number` as the list tells it; one is made each minute."""
    made = run(run_id=run_id(number), state=state, status=status)
    commit = structs.replace(
        made.meta.commit,
        branch=plain(branch),
        author_name=plain(author),
        message=block(title or f"change {number}"),
    )
    told = {name: getattr(made, name) for name in made.__struct_fields__}
    told |= {
        "meta": RunMeta(ci_build_id=plain(f"build-{number}"), commit=commit),
        "created_at": NOW - timedelta(days=30) + timedelta(minutes=number),
        "tags": tuple(map(plain, tags)),
        "duration_ms": 60_000.0,
    }
    return FeedItem(**told, cursor=plain(f"{number:024x}"))


def items(*numbers: int) -> tuple[FeedItem, ...]:
    return tuple(item(number) for number in numbers)


def page(*numbers: int, more: bool = True) -> RunPage:
    return RunPage(items=items(*numbers), has_more=more)


class Unasked:
    """A service that nobody asks: a test answers what it is about, and any other question is a defect."""

    async def run(self, run_id: str) -> Run:
        raise AssertionError

    async def run_answer(self, run_id: str) -> bytes:
        raise AssertionError

    async def runs(
        self, project_id: str, wanted: RunFilter, *, after: str = "", before: str = "", limit: int = 50
    ) -> RunPage:
        raise AssertionError

    async def project(self, project_id: str) -> Project:
        raise AssertionError

    async def projects(self) -> tuple[Project, ...]:
        raise AssertionError

    async def instance(self, instance_id: str) -> Instance:
        raise AssertionError

    async def cancel(self, run_id: str) -> None:
        raise AssertionError

    async def delete(self, run_id: str) -> None:
        raise AssertionError


@dataclass
class Listing:
    """What a service lists: `there` is in no order, the newest come first."""

    there: list[FeedItem] = field(default_factory=list)
    asked: list[tuple[RunFilter, str, str, int]] = field(default_factory=list)
    """(filter, after, before, limit) of each question."""
    trouble: list[Problem] = field(default_factory=list)
    """What the next questions are answered with."""
    known: tuple[Project, ...] = ()
    told: Project = field(default_factory=Project)
    """What is told of the one project."""

    async def runs(
        self, project_id: str, wanted: RunFilter, *, after: str = "", before: str = "", limit: int = 50
    ) -> RunPage:
        self.asked.append((wanted, after, before, limit))
        if self.trouble:
            raise self.trouble.pop(0)
        found = sorted((i for i in self.there if _fits(i, wanted)), key=lambda i: i.cursor or "")[::-1]
        if before:
            newer = [i for i in found if (i.cursor or "") > before]
            return RunPage(items=tuple(newer[-limit:]), has_more=len(newer) > limit)
        older = [i for i in found if not after or (i.cursor or "") < after]
        return RunPage(items=tuple(older[:limit]), has_more=len(older) > limit)

    def whole(self, run_id: str) -> Run:
        """The run with its specs."""
        listed = next((i for i in self.there if i.run_id == run_id), None)
        if listed is None:
            raise Problem(Kind.NOT_FOUND, "There is no such run.")
        told = {name: getattr(listed, name) for name in Run.__struct_fields__}
        over = listed.completion_state == "COMPLETE"
        specs = (passed("a.spec.ts"), passed("b.spec.ts") if over else running("b.spec.ts"))
        return Run(**{**told, "specs": specs})

    def end(self, number: int, state: str = "COMPLETE", status: str = "PASSED") -> None:
        """The run `number` is over, or as it is told."""
        self.there = [
            structs.replace(i, completion_state=plain(state), status=plain(status))
            if i.run_id == run_id(number)
            else i
            for i in self.there
        ]

    async def project(self, project_id: str) -> Project:
        return self.told

    async def projects(self) -> tuple[Project, ...]:
        return self.known


def _fits(item: FeedItem, wanted: RunFilter) -> bool:
    commit = item.meta.commit
    return (
        (not wanted.branches or commit.branch in wanted.branches)
        and (not wanted.authors or commit.author_name in wanted.authors)
        and set(wanted.tags) <= set(item.tags)
        and (not wanted.asked_statuses or item.status in wanted.asked_statuses)
        and (not wanted.asked_states or item.completion_state in wanted.asked_states)
        and wanted.search.lower() in (commit.message or "").lower()
    )
