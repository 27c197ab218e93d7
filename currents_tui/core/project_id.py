"""The pattern that a project's id must match: like a run's, it becomes part of a URL's path."""

import re

from currents_tui.core.problem import Kind, Problem
from currents_tui.core.text import clip, plain

_PROJECT_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")


def is_project_id(text: str) -> bool:
    """Whether `text` can be a project's id: letters and digits (six of them, in all that were seen)."""
    return _PROJECT_ID.fullmatch(text) is not None


def parse_project_id(argument: str, setting: str) -> str:
    """The project id in `argument`. Raises `Problem` (BAD_SETTING), naming `setting`, for anything else."""
    wanted = argument.strip()
    if is_project_id(wanted):
        return wanted
    shown = clip(plain(wanted), 40)
    raise Problem(
        Kind.BAD_SETTING,
        f"{setting}: “{shown}” is not a project's id." if shown else f"{setting} is empty.",
        "It is in the address of the project's page (…/projects/ID).",
    )
