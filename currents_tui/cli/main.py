"""The front door: which verb, and what its end means as an exit status."""

import os
import sys
import time
import traceback
from collections.abc import Callable, Mapping, Sequence

from currents_tui.cli.exit_codes import Exit, for_problem
from currents_tui.core.problem import Problem

Verb = Callable[[Sequence[str], Mapping[str, str], float], int]
"""(arguments, environment, when the program started by the monotonic clock) -> exit status."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program and give its exit status."""
    started = time.monotonic()
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        return _verb(given)(given, os.environ, started)
    except Problem as problem:
        print(f"currents-tui: {problem}", file=sys.stderr)
        return for_problem(problem.kind)
    except KeyboardInterrupt:
        return Exit.INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has gone; what is still buffered must not raise again at the end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return Exit.CLOSED_PIPE
    except Exception:
        # Without the values of variables: the key is one of them.
        traceback.print_exc()
        print("currents-tui: this is a bug in currents-tui; please report the lines above.", file=sys.stderr)
        return Exit.BUG


def _verb(given: list[str]) -> Verb:
    """The verb that `given` begins with, which is taken off; without one, the full screen."""
    from currents_tui.cli import full_screen

    if given[:1] == ["demo"]:
        del given[0]
        return full_screen.demo
    return full_screen.watch
