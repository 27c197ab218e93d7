"""What is set before anything is asked: the key, the project, and which runs are meant."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from currents_tui.api.key import Key
from currents_tui.core.problem import Kind, Problem
from currents_tui.core.project_id import parse_project_id
from currents_tui.core.run_id import parse_build, parse_run_id

if TYPE_CHECKING:
    from currents_tui.api.address import Address

VERBS = ("demo", "runs", "cancel", "delete")


def read_key(environ: Mapping[str, str]) -> Key:
    """The key of the environment. Raises `Problem` (BAD_KEY)."""
    if "CURRENTS_API_KEY" not in environ:
        raise Problem(
            Kind.BAD_KEY,
            "No API key: CURRENTS_API_KEY is not set.",
            "An organization's admin creates keys on the Currents dashboard; currents-tui demo needs none.",
        )
    return Key(environ["CURRENTS_API_KEY"])


def read_project(environ: Mapping[str, str], flag: str | None = None) -> str | None:
    """The project that is set, the flag before the environment; None when none is.

    Raises `Problem` (BAD_SETTING) for what cannot be a project's id.
    """
    if flag is not None:
        return parse_project_id(flag, "--project")
    told = environ.get("CURRENTS_PROJECT_ID")
    return parse_project_id(told, "CURRENTS_PROJECT_ID") if told else None


def read_run_ids(named: Sequence[str], address: Address, key: Key, project_id: str | None) -> tuple[str, ...]:
    """The runs that were named, each once: by id, by the address of a page, or as `@ci-build-id`.

    The service is asked about a CI build. Raises `Problem`: BAD_SETTING for what names no run, and for a
    build where no project is set; what asking raises, NOT_FOUND where there is no such build.
    """
    builds = [build for build in map(parse_build, named) if build is not None]
    if builds and project_id is None:
        raise Problem(
            Kind.BAD_SETTING,
            "A CI build is looked for in a project, and none is set.",
            "Set CURRENTS_PROJECT_ID, or give --project ID.",
        )
    # All are looked at before the first is asked about.
    run_ids = [parse_build(run) or _run_id(run) for run in named]
    found = _find(address, key, project_id, builds) if builds and project_id is not None else {}
    return tuple(dict.fromkeys(found.get(run_id, run_id) for run_id in run_ids))


def _run_id(run: str) -> str:
    try:
        return parse_run_id(run)
    except Problem as problem:
        from difflib import get_close_matches

        meant = get_close_matches(run.lower(), VERBS, n=1)
        if not meant:
            raise
        raise Problem(problem.kind, problem.sentence, f"Did you mean currents-tui {meant[0]}?") from None


def _find(address: Address, key: Key, project_id: str, builds: Sequence[str]) -> dict[str, str]:
    """The run of each CI build. Raises `Problem`."""
    import asyncio

    from currents_tui.api.client import Client

    async def find() -> dict[str, str]:
        found = {}
        async with Client(address, key) as client:
            for build in dict.fromkeys(builds):
                run = await client.find(project_id, build)
                found[build] = parse_run_id(run.run_id or "")
        return found

    return asyncio.run(find())
