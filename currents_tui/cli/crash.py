"""What a defect leaves behind: a report in a file, and a sentence that names it.

A traceback on the terminal scrolls away with what it was about, and says nothing to most who see it.
"""

from __future__ import annotations

import os
import platform
import sys
import traceback
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from currents_tui import __version__
from currents_tui.api.key import without_keys
from currents_tui.cli.settings_file import own_folder
from currents_tui.core.text import block, plain

NAME = "crash.txt"

_ROOM = 25_000
"""Characters of each part of a report that is too long: how it begins, the last steps, the last words."""


def told(error: BaseException, environ: Mapping[str, str]) -> str:
    """Write down `error`, and say what it was and where more of it stands.

    The report has the lines of the program that led to it, no values of variables, and no key. It is the
    last one alone: nothing piles up. Where it cannot be written, it is said in place of its name.
    """
    report = _report(error)
    bug = f"This is a bug in currents-tui: {_name(error)}."
    try:
        path = _write(report, environ)
    except OSError:
        return f"{bug} Please report it with this:\n{report}"
    return f"{bug} Please report it, with what is in {plain(str(path))}."


def _name(error: BaseException) -> str:
    """What was raised, and by which line."""
    while isinstance(error, BaseExceptionGroup):  # where tasks run side by side
        error = error.exceptions[0]
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if "currents_tui" in Path(frame.filename).parts]
    at = (ours or frames)[-1:]
    return "".join([type(error).__name__, *(f" at {Path(f.filename).name}:{f.lineno}" for f in at)])


def _report(error: BaseException) -> str:
    about = f"currents-tui {__version__}, Python {platform.python_version()}, {sys.platform}"
    return block(f"{about}\n\n{_traceback(error)}")


def _traceback(error: BaseException) -> str:
    # No exception's own text is trusted: it may quote an answer, or a header.
    whole = without_keys("".join(traceback.format_exception(error)))
    if len(whole) <= 3 * _ROOM:
        return whole
    # The gate keeps the beginning of a long text, and what ended the program stands at the end of this one.
    steps = without_keys("".join(traceback.format_tb(error.__traceback__)))
    words = without_keys("".join(traceback.format_exception_only(error)))
    return f"{whole[:_ROOM]}\n[…]\n{steps[-_ROOM:]}{words[:_ROOM]}"


def _write(report: str, environ: Mapping[str, str]) -> Path:
    """Put the report where programs keep what outlives them, for nobody else to read. Raises OSError."""
    path = own_folder(environ, "XDG_STATE_HOME", ".local/state") / NAME
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    # A new file each time: whoever had put a link there would choose what is written over.
    with suppress(FileNotFoundError):
        path.unlink()
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(f"{report}\n")
    return path
