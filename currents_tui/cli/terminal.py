"""Can a full screen be had here? Asked before anything is drawn, and without importing Textual."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping


def preflight(
    *,
    stdin: bool,
    stdout: bool,
    stderr: bool,
    term: str | None,
    writable: bool = True,
    windows: bool = False,
) -> str | None:
    """Why no full screen can be had, in one sentence, or None when it can.

    `stdin`, `stdout` and `stderr` say whether each is a terminal: the screen is drawn on standard
    error, the keys come from standard input. `term` is the value of TERM, None when it is not set;
    Windows knows no TERM. `writable` says whether the terminal takes what is written to it. The size
    is no reason: there is something to show at every size, and 0 by 0 means that nobody has told.
    """
    for is_terminal, name, purpose in (
        (stdin, "standard input", "keys could not be read"),
        (stdout, "standard output", "a full screen would not go where the output is wanted"),
        (stderr, "standard error", "the screen is drawn there"),
    ):
        if not is_terminal:
            return f"{name} is not a terminal: {purpose}"
    if not windows and not term:
        return "TERM is not set, so nothing is known about this terminal"
    if term == "dumb":
        return "TERM is dumb: this terminal says that it cannot move its cursor"
    if not writable:
        return "the terminal cannot be written to"
    return None


def refusal(environ: Mapping[str, str] = os.environ) -> str | None:
    """`preflight` of the terminal that this process stands at."""
    return preflight(
        stdin=_is_terminal(0),
        stdout=_is_terminal(1),
        stderr=_is_terminal(2),
        term=environ.get("TERM"),
        writable=_takes_output(2),
        windows=sys.platform == "win32",
    )


def _is_terminal(fd: int) -> bool:
    try:
        return os.isatty(fd)
    except OSError:
        return False


def _takes_output(fd: int) -> bool:
    try:
        os.write(fd, b"")
    except OSError:
        return False
    return True
