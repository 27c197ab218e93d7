"""What of the tests' keys must be seen nowhere, and a look at the arguments of processes for it."""

from __future__ import annotations

KEYS = ("key-of-the-example-organisation", "demo-not-a-real-key")
"""The key of the tests of the whole program, and how those of the simulated service begin."""

SEEN = "there is a key on a command line"
"""What a process says that is ended for it."""

STARTS = {
    "os.exec": 2,
    "os.posix_spawn": 2,
    "os.spawn": 3,
    "os.system": 1,
    "subprocess.Popen": 2,
}
"""The audit events that start a process, and how many of their arguments others can read."""


def is_in_arguments(event: str, arguments: tuple[object, ...]) -> bool:
    """Whether this audit event starts a process whose command line holds a key."""
    return event in STARTS and any(key in repr(arguments[: STARTS[event]]) for key in KEYS)
