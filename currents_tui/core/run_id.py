"""The one way from what a person typed to a run id, and the one pattern that an id must match.

An id becomes part of a URL's path, where `..`, `?` or an empty string would reach something else:
nothing is asked about an id that does not match.
"""

import re

from currents_tui.core.problem import Kind, Problem
from currents_tui.core.text import clip, plain

_RUN_ID = re.compile(r"[0-9a-f]{16,32}")
_BEGINNING = re.compile(r"[0-9a-f]{6,15}")
_IN_URL = re.compile(r"https?://[^/\s]+/(?:[^?#\s]*/)?run/([0-9a-f]{16,32})(?:[/?#].*)?", re.IGNORECASE)
_INSTANCE_IN_URL = re.compile(
    r"https?://[^/\s]+/(?:[^?#\s]*/)?instance/([0-9a-z][0-9a-z_-]{0,63})(?:[/?#].*)?", re.IGNORECASE
)
_QUOTED_CELLS = 40
WHOLE_IDS = "currents-tui runs tells whole ids."
"""Where they are to be had: every screen shows the first digits alone."""


def is_run_id(text: str) -> bool:
    """Whether `text` is a run id in its canonical form: 16 to 32 lower-case hexadecimal digits."""
    return _RUN_ID.fullmatch(text) is not None


def parse_build(argument: str) -> str | None:
    """The CI build id in `@ci-build-id`; None for any other argument."""
    wanted = argument.strip()
    return wanted[1:] if len(wanted) > 1 and wanted.startswith("@") else None


def parse_instance(argument: str) -> str | None:
    """The id of the spec's execution in the address of its page, or of a test's page below it, as they are
    pasted from chats and pull requests; None for any other argument.
    """
    wanted = argument.strip()
    found = None if _IN_URL.fullmatch(wanted) else _INSTANCE_IN_URL.fullmatch(wanted)
    return found[1] if found else None


def parse_beginning(argument: str) -> str | None:
    """The first 6 to 15 digits of a run id, as every screen shows them; None for any other argument."""
    wanted = argument.strip().lower()
    return wanted if _BEGINNING.fullmatch(wanted) else None


def parse_run_id(argument: str) -> str:
    """The run id in `argument`: the id itself, or the address of the run's page on the dashboard.

    Raises `Problem` (BAD_SETTING) for anything else.
    """
    wanted = argument.strip()
    in_url = _IN_URL.fullmatch(wanted)
    run_id = (in_url[1] if in_url else wanted).lower()
    if is_run_id(run_id):
        return run_id
    if (begun := parse_beginning(wanted)) is not None:
        raise Problem(Kind.BAD_SETTING, f"“{begun}” is only the beginning of a run id.", WHOLE_IDS)
    shown = clip(plain(wanted), _QUOTED_CELLS)
    raise Problem(
        Kind.BAD_SETTING,
        f"“{shown}” is not a run id." if shown else "The run id is empty.",
        "Give 16 to 32 hexadecimal digits, the page's address, or @ and a CI build id.",
    )
