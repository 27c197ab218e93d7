"""The front door: which verb, and what its end means as an exit status."""

import gc
import os
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from io import TextIOWrapper

from currents_tui.cli.exit_codes import Exit, Terminated, for_problem
from currents_tui.cli.out import OutputFailed, flush, forget, is_terminal, say
from currents_tui.cli.surroundings import taken_from_children
from currents_tui.cli.verbs import SCREEN, VERBS, WITH_VALUE, Run
from currents_tui.core.problem import Problem


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program and give its exit status."""
    started = time.monotonic()
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        # Neither a title nor what is typed need be in the locale's own letters.
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")
    environ: Mapping[str, str] = os.environ
    if arguments is None:
        arguments, environ = sys.argv[1:], taken_from_children()
    given = list(arguments)
    return ended(lambda: _done(given, environ, started), environ)


def ended(work: Callable[[], int], environ: Mapping[str, str]) -> int:
    """The exit status of `work`; what went wrong in it is told to the person."""
    try:
        return work()
    except Problem as problem:
        _say(f"currents-tui: {problem}")
        return for_problem(problem.kind)
    except KeyboardInterrupt:
        return Exit.INTERRUPTED
    except Terminated:
        return Exit.TERMINATED
    except BrokenPipeError:
        forget(sys.stdout)
        return Exit.CLOSED_PIPE
    except OutputFailed as failed:
        forget(sys.stdout)
        _say(f"currents-tui: {failed}")
        return Exit.UNKNOWN
    except Exception as error:
        _say(f"currents-tui: {_crashed(error, environ)}")
        return Exit.BUG


def _crashed(error: Exception, environ: Mapping[str, str]) -> str:
    try:
        from currents_tui.cli.crash import told
    except ImportError:
        return (
            "The program was removed or replaced while it ran, and parts of it are missing: start it again."
        )
    return told(error, environ)


def _done(given: list[str], environ: Mapping[str, str], started: float) -> int:
    # No module that is loaded is garbage, and looking for it takes a twentieth of that.
    gc.disable()
    verb = _verb(given)
    gc.enable()
    try:
        status = verb(given, environ, started)
    except SystemExit as ended:  # --help and --version
        status = ended.code if isinstance(ended.code, int) else Exit.OK
    flush()  # whoever has stopped reading is noticed here, and not at the very end
    return status


def _say(text: str) -> None:
    """Tell the person at standard error or, where that takes nothing, at a terminal on standard output.

    Where neither does, the exit status has to say it.
    """
    for stream in (sys.stderr, sys.stdout):
        # Python gives None for a stream that is closed. Data on standard output stays data.
        if stream is None or (stream is sys.stdout and not is_terminal()):
            continue
        if say(text, stream):
            return


def _verb(given: list[str]) -> Run:
    """The verb that `given` begins with, which is taken off; without one, the full screen.

    Options may stand before it: a person who has just added a profile writes it there.
    """
    place = 0
    while place < len(given) and given[place].startswith("-") and given[place] != "--":
        place += 2 if given[place] in WITH_VALUE else 1
    verb = VERBS.get(given[place]) if place < len(given) else None
    if verb is None:
        return SCREEN.load()
    del given[place]
    return verb.load()
