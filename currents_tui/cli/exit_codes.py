"""What the exit status says. An interface: scripts depend on every number here."""

from enum import IntEnum

from currents_tui.core.problem import Kind


class Exit(IntEnum):
    OK = 0
    """The command did what was asked."""
    USAGE = 2
    """Wrong usage or configuration."""
    KEY = 4
    """No key, or the key was refused."""
    UNKNOWN = 6
    """Could not find out: network, server or rate limit."""
    NOT_FOUND = 7
    """No such run."""
    BUG = 70
    """This program failed; never 0, and never 1, which is the verdict FAILED."""
    INTERRUPTED = 130
    """Ctrl+C."""
    HUNG_UP = 129
    """The terminal went away (SIGHUP)."""
    CLOSED_PIPE = 141
    """Whoever read our output stopped reading."""
    TERMINATED = 143
    """SIGTERM."""


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
