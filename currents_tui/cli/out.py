"""Standard output: data for a person, a pipe or a program; and standard error, for words beside it."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Mapping
from typing import Any, NoReturn, TextIO

# What the logs of GitHub Actions, Azure Pipelines and TeamCity take for a command to themselves. The
# names of tests are chosen by their authors, and none of them is to set a variable of the job.
_AT_START = re.compile(r"^(\s*):(?=:)")
_ANYWHERE = re.compile(r"##(?=\[|vso\[|teamcity\[)")


class OutputFailed(Exception):
    """What was printed could not be written, though somebody is there to read it: a full disk."""


def read_as_commands(environ: Mapping[str, str]) -> bool:
    """Whether what is printed goes into a log that takes some lines for commands."""
    return any(environ.get(name) for name in ("GITHUB_ACTIONS", "TF_BUILD", "TEAMCITY_VERSION"))


def tell(text: str) -> None:
    """A line on standard error, which is for words about what is done; where that is closed, to nobody."""
    if sys.stderr is not None:
        say(text, sys.stderr)


def say(text: str, stream: TextIO) -> bool:
    """Whether one line or several could be written to `stream`, for a person."""
    try:
        print(_for_log(text), file=stream, flush=True)
    except OSError:
        forget(stream)
        return False
    return True


def is_terminal() -> bool:
    """Whether standard output is a terminal."""
    return sys.stdout is not None and sys.stdout.isatty()


def forget(stream: TextIO) -> None:
    """Nobody takes what is written to `stream`: what is still held back must not fail at the very end.

    Python would make 120 of the exit status, whatever it was.
    """
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def harmless(text: str) -> str:
    """`text` so that no build log takes it for a command; to a person it reads the same."""
    return _ANYWHERE.sub("# #", _AT_START.sub(r"\1: ", text))


def line(text: str = "") -> None:
    """Print one line or several. Raises OutputFailed, and BrokenPipeError when nobody reads any more."""
    write(f"{_for_log(text)}\n")


def _for_log(text: str) -> str:
    """`text`, whose lines are no commands to the log that they go into."""
    return "\n".join(map(harmless, text.split("\n"))) if read_as_commands(os.environ) else text


def json_text(value: Any, *, indent: int | None = 2) -> None:
    """Print `value` as JSON; on one line with `indent` None. Raises as `line` does."""
    import json  # seldom, and every verb loads this module

    text = json.dumps(value, indent=indent)
    # The same text to whoever reads JSON, and no command to a log.
    write(text.replace("##", "\\u0023\\u0023") + "\n")


def write(text: str) -> None:
    """Write `text` as it is. Raises as `line` does."""
    if sys.stdout is None:
        return
    try:
        sys.stdout.write(text)
    except BrokenPipeError:
        raise
    except OSError as error:
        _failed(error)


def flush() -> None:
    """Hand over what was printed so far. Raises as `line` does."""
    if sys.stdout is None:
        return
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        _failed(error)


def _failed(error: OSError) -> NoReturn:
    raise OutputFailed(f"What was asked for could not be written: {error.strerror}.") from None
