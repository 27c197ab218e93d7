"""Ends a process of the tests that is about to start another with a key on its command line.

Such a process can be over within milliseconds; only the one that starts it is sure to see it.

A test that wants something else in its processes puts a folder with `of_this_test.py` on their path: under
the name of this file it would take this one's place.
"""

import os
import sys
from contextlib import suppress

from tests.keys import SEEN, STARTS, is_in_arguments


def _look(event: str, arguments: tuple[object, ...]) -> None:
    # Nearly all events are of other kinds, and there are thousands while a program starts.
    if event in STARTS and is_in_arguments(event, arguments):
        os.write(2, f"\n{SEEN}\n".encode())
        os._exit(97)


sys.addaudithook(_look)

with suppress(ModuleNotFoundError):
    import of_this_test  # type: ignore[import-not-found]  # noqa: F401
