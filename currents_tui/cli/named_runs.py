"""Which runs are meant: by id, by the address of a page, as `@ci-build-id`, or by where one stands.

Of the address of a spec's page, of a CI build and of the beginning of an id the service is asked which run it
means. A beginning is for reading alone: among runs that nobody has listed there may be another one like it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from currents_tui.cli.checkout import current_branch
from currents_tui.core.problem import Kind, Problem
from currents_tui.core.run_id import (
    WHOLE_IDS,
    is_run_id,
    parse_beginning,
    parse_build,
    parse_instance,
    parse_run_id,
)

if TYPE_CHECKING:
    from currents_tui.api.client import Client
    from currents_tui.core.model import FeedItem

RUN, BUILD = "CURRENTS_RUN_ID", "CURRENTS_CI_BUILD_ID"


def read_run_ids(
    named: Sequence[str], connect: Callable[[], Client], project_id: str | None, *, short: bool = False
) -> tuple[str, ...]:
    """The runs that were named, each once; where `short` is true, also by the beginnings of their ids.

    The service is asked about what is no id, by the client that `connect` makes. Raises `Problem`:
    BAD_SETTING for what names no run, and for what is looked for in a project where none is set; what asking
    raises, NOT_FOUND where there is no such build or spec.
    """
    # All are looked at before the first is asked about.
    check_names(named, short=short)
    asked = [run for run in named if is_asked_about(run, short=short)]
    for run in asked:
        check_project(run, project_id)
    found = _find(connect, project_id, asked) if asked else {}
    return tuple(dict.fromkeys(found.get(run) or read_run_id(run) for run in named))


def check_names(named: Sequence[str], *, short: bool) -> None:
    """Raises `Problem` where one of `named` can name no run."""
    for run in named:
        if not is_asked_about(run, short=short):
            read_run_id(run)


def is_asked_about(run: str, *, short: bool) -> bool:
    """Whether only the service can tell which run that names."""
    if parse_build(run) is not None or parse_instance(run) is not None:
        return True
    return short and parse_beginning(run) is not None


def check_project(run: str, project_id: str | None) -> None:
    """Raises `Problem` where `run` has to be looked for in a project, and none is set."""
    if parse_build(run) is not None:
        require_project(project_id)
    elif (begun := parse_beginning(run)) is not None and project_id is None:
        raise Problem(
            Kind.BAD_SETTING,
            f"“{begun}” is only the beginning of a run id, and no project is set to look in.",
            "Give --project ID, or the whole id (currents-tui runs).",
        )


def names_run(text: str) -> bool:
    """Whether `text` looks like the name of a run."""
    try:
        check_names([text], short=True)
    except Problem:
        return False
    return True


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
        return read_run_ids(named, connect, project_id, short=True)
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


def _find(connect: Callable[[], Client], project_id: str | None, asked: Sequence[str]) -> dict[str, str]:
    """The run of each name that is asked about. Raises `Problem`."""
    from currents_tui.cli.asking import run
    from currents_tui.watch.clock import SystemClock
    from currents_tui.watch.patience import patiently

    async def find() -> dict[str, str]:
        async with connect() as client:
            return {
                named: await patiently(partial(find_named, client, project_id, named), SystemClock())
                for named in dict.fromkeys(asked)
            }

    return run(find())


async def find_named(client: Client, project_id: str | None, named: str) -> str:
    """The id of the run that the service is asked for by `named`. Raises `Problem`."""
    if (build := parse_build(named)) is not None:
        run = await client.find(require_project(project_id), build)
        return parse_run_id(run.run_id or "")
    if (begun := parse_beginning(named)) is not None:
        return await find_begun(client, project_id or "", begun)
    run_id = (await client.instance(parse_instance(named) or "")).run_id or ""
    if not is_run_id(run_id):
        raise Problem(Kind.BAD_ANSWER, "The service does not tell of which run this spec is.")
    return run_id


async def find_begun(client: Client, project_id: str, begun: str) -> str:
    """The id of the one run whose id begins so among the project's newest, a page of them. Raises `Problem`,
    BAD_SETTING where there is none or more than one.
    """
    from currents_tui.core.run_filter import ALL

    newest = [item.run_id or "" for item in (await client.runs(project_id, ALL)).items]
    found = [run_id for run_id in newest if run_id.startswith(begun)]
    if len(found) == 1:
        return found[0]
    if found:
        sentence = f"“{begun}” is the beginning of {len(found)} runs' ids: {', '.join(found)}."
        raise Problem(Kind.BAD_SETTING, sentence, "Give more of its digits.")
    among = f"none of the project's {len(newest)} newest runs has an id that begins so"
    raise Problem(Kind.BAD_SETTING, f"“{begun}” is no whole run id, and {among}.", WHOLE_IDS)


class Wanted:
    """The one run that a verb is about: named, else told by the environment, else the branch's newest.

    Raises `Problem` (BAD_SETTING) where nothing tells which: another one's verdict would be worse than none.
    """

    def __init__(self, named: str | None, environ: Mapping[str, str], project_id: str | None) -> None:
        # One that was named and is empty was meant to be another: a variable of the script is not set.
        run = environ.get(RUN) or None if named is None else named
        if run is None and project_id is not None and (build := environ.get(BUILD)):
            run = f"@{build}"
        self.asked = run if run is not None and is_asked_about(run, short=True) else None
        """What was named, where only the service can tell which run that is."""
        self.run_id = read_run_id(run) if run is not None and self.asked is None else None
        self.branch: str | None = None
        """The git branch whose newest run is meant, where nothing else says."""
        if run is not None:
            check_project(run, project_id)
            self.project_id = project_id
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
        if self.asked is not None:
            return await find_named(client, self.project_id, self.asked)
        project_id = self.project_id or ""
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
