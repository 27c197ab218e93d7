"""What the exit status says. An interface: scripts depend on every number here."""

from enum import IntEnum

from currents_tui.core.problem import Kind


class Exit(IntEnum):
    OK = 0
    FAILED = 1
    USAGE = 2
    CANCELED = 3
    KEY = 4
    TIMED_OUT = 5
    UNKNOWN = 6
    NOT_FOUND = 7
    STILL_RUNNING = 8
    STUCK = 9
    NOTHING_TO_CANCEL = 10
    BUG = 70
    HUNG_UP = 129
    INTERRUPTED = 130
    QUIT = 131
    CLOSED_PIPE = 141
    TERMINATED = 143


MEANINGS = {
    Exit.OK: "passed, or the command did what was asked; what the service shows as done before counts",
    Exit.FAILED: "the run FAILED (`watch`, `status`)",
    Exit.USAGE: "wrong usage or configuration, or no terminal for a full screen",
    Exit.CANCELED: "the run was CANCELED (`watch`, `status`)",
    Exit.KEY: "no key, or the key was refused",
    Exit.TIMED_OUT: "the run TIMED OUT (`watch`, `status`)",
    Exit.UNKNOWN: "could not find out: network, server or rate limit, after all retries",
    Exit.NOT_FOUND: "no such run or project",
    Exit.STILL_RUNNING: "the run is not over, or not begun (`status`, `watch` with a limit), so not deleted",
    Exit.STUCK: "the run is stuck (`watch --fail-on-stuck`)",
    Exit.NOTHING_TO_CANCEL: "nothing to cancel: the run was over (0 with `--if-running`)",
    # Never 0, and never 1, which is for a run that FAILED.
    Exit.BUG: "a bug in currents-tui; the terminal is as it was before",
    Exit.HUNG_UP: "the terminal went away (SIGHUP)",
    Exit.INTERRUPTED: "Ctrl+C, or a question that was not answered with yes",
    Exit.QUIT: "SIGQUIT",
    Exit.CLOSED_PIPE: "whoever read the output stopped reading",
    Exit.TERMINATED: "SIGTERM",
}


class Terminated(Exception):
    """SIGTERM came while a verb was asking."""


def for_problem(kind: Kind) -> Exit:
    """The exit status for a failure of this kind."""
    match kind:
        case Kind.BAD_KEY | Kind.KEY_REFUSED | Kind.FORBIDDEN:
            return Exit.KEY
        case Kind.BAD_SETTING:
            return Exit.USAGE
        case Kind.NOT_FOUND:
            return Exit.NOT_FOUND
        case _:
            return Exit.UNKNOWN
