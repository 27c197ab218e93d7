"""Which runs are meant: by id, by the address of a page, as `@ci-build-id`, or by where one stands."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from currents_tui.cli.checkout import current_branch
from currents_tui.core.problem import Kind, Problem
from currents_tui.core.run_id import parse_build, parse_run_id

if TYPE_CHECKING:
    from currents_tui.api.client import Client
    from currents_tui.core.model import FeedItem

RUN, BUILD = "CURRENTS_RUN_ID", "CURRENTS_CI_BUILD_ID"


def read_run_ids(
    named: Sequence[str], connect: Callable[[], Client], project_id: str | None
) -> tuple[str, ...]:
    """The runs that were named, each once.

    The service is asked about a CI build, by the client that `connect` makes. Raises `Problem`: BAD_SETTING
    for what names no run, and for a build where no project is set; what asking raises, NOT_FOUND where there
    is no such build.
    """
    builds = [build for build in map(parse_build, named) if build is not None]
    if builds:
        require_project(project_id)
    # All are looked at before the first is asked about.
    run_ids = check_names(named)
    found = _find(connect, project_id, builds) if builds and project_id is not None else {}
    return tuple(dict.fromkeys(found.get(run_id, run_id) for run_id in run_ids))


def check_names(named: Sequence[str]) -> list[str]:
    """The id or the CI build in each of `named`. Raises `Problem` for what can be neither."""
    return [parse_build(run) or read_run_id(run) for run in named]


def read_run_id(run: str) -> str:
    """The id in what was named. Raises `Problem`; where a verb may have been meant, it says which."""
    try:
        return parse_run_id(run)
    except Problem as problem:
        from difflib import get_close_matches

        from currents_tui.cli.verbs import VERBS

        meant = get_close_matches(run.lower(), VERBS, n=1)
        if not meant:
            raise
        raise Problem(problem.kind, problem.sentence, f"Did you mean currents-tui {meant[0]}?") from None


def require_project(project_id: str | None) -> str:
    """`project_id`. Raises `Problem` (BAD_SETTING) where none is set."""
    if project_id is None:
        raise Problem(
            Kind.BAD_SETTING,
            "A CI build is looked for in a project, and none is set.",
            "Set CURRENTS_PROJECT_ID, or give --project ID.",
        )
    return project_id


def likely_runs(
    named: Sequence[str],
    environ: Mapping[str, str],
    connect: Callable[[], Client],
    project_id: str | None,
) -> tuple[str, ...]:
    """The runs that were named, else what this shell or CI job is about; none where nothing tells.

    Raises `Problem`.
    """
    if not named and (told := environ.get(RUN)):
        named = [told]
    if named:
        return read_run_ids(named, connect, project_id)
    build = environ.get(BUILD)
    if not build or project_id is None:
        return ()
    try:
        return read_run_ids([f"@{build}"], connect, project_id)
    except Problem as problem:
        if problem.kind is not Kind.NOT_FOUND:
            raise
        # The job has not begun to record: its run will be the newest in the list.
        return ()


def _find(connect: Callable[[], Client], project_id: str, builds: Sequence[str]) -> dict[str, str]:
    """The run of each CI build. Raises `Problem`."""
    from currents_tui.cli.asking import run
    from currents_tui.watch.clock import SystemClock
    from currents_tui.watch.patience import patiently

    async def find() -> dict[str, str]:
        async with connect() as client:
            return {
                build: await patiently(partial(find_build, client, project_id, build), SystemClock())
                for build in dict.fromkeys(builds)
            }

    return run(find())


async def find_build(client: Client, project_id: str, build: str) -> str:
    """The id of the run of a CI build. Raises `Problem`."""
    run = await client.find(project_id, build)
    return parse_run_id(run.run_id or "")


class Wanted:
    """The one run that a verb is about: named, else told by the environment, else the branch's newest.

    Raises `Problem` (BAD_SETTING) where nothing tells which: another one's verdict would be worse than none.
    """

    def __init__(self, named: str | None, environ: Mapping[str, str], project_id: str | None) -> None:
        # One that was named and is empty was meant to be another: a variable of the script is not set.
        run = environ.get(RUN) or None if named is None else named
        if run is None and project_id is not None and (build := environ.get(BUILD)):
            run = f"@{build}"
        self.build = parse_build(run) if run is not None else None
        self.run_id = read_run_id(run) if run is not None and self.build is None else None
        self.branch: str | None = None
        """The git branch whose newest run is meant, where nothing else says."""
        if run is not None:
            self.project_id = require_project(project_id) if self.build is not None else project_id
            return
        if project_id is None:
            raise Problem(
                Kind.BAD_SETTING,
                "Which run? None is named, and no project is set in which to look for one.",
                f"Name a run, or set {RUN} or CURRENTS_PROJECT_ID.",
            )
        self.project_id = project_id
        self.branch = current_branch()
        if self.branch is None:
            raise Problem(
                Kind.BAD_SETTING,
                "Which run? None is named, and no git branch is checked out here.",
                f"Name a run, or set {RUN} or {BUILD}.",
            )

    async def find(
        self, client: Client, say: Callable[[str], None], fits: Callable[[FeedItem], bool] = lambda item: True
    ) -> str:
        """Its id, asked for where it has to be; of a branch, only a run that `fits` is taken.

        Raises `Problem`, NOT_FOUND where there is none.
        """
        if self.run_id is not None:
            return self.run_id
        project_id = self.project_id or ""
        if self.build is not None:
            return await find_build(client, project_id, self.build)
        from currents_tui.core.run_filter import RunFilter

        branch = self.branch or ""
        page = await client.runs(project_id, RunFilter(branches=(branch,)), limit=1)
        if not page.items:
            raise Problem(Kind.NOT_FOUND, f"There is no run of branch “{branch}”.", "Has it begun to record?")
        if not fits(page.items[0]):
            raise Problem(
                Kind.NOT_FOUND, f"The newest run of branch “{branch}” is over, and no other has begun."
            )
        run_id = page.items[0].run_id or ""
        say(f"Run {run_id}: the newest of branch {branch}.")
        return run_id
