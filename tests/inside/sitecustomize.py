"""Ends a process of the tests that is about to start another with a key on its command line.

Such a process can be over within milliseconds; only the one that starts it is sure to see it.
"""

import os
import sys

from tests.keys import SEEN, is_in_arguments


def _look(event: str, arguments: tuple[object, ...]) -> None:
    if is_in_arguments(event, arguments):
        os.write(2, f"\n{SEEN}\n".encode())
        os._exit(97)


sys.addaudithook(_look)
