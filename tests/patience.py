"""Waiting for what has to come, with a deadline that a slow machine can keep."""

import time
from collections.abc import Callable

PATIENCE = 30.0
"""Seconds that a test waits for what has to come."""


def until(reached: Callable[[], bool]) -> None:
    """Wait until `reached()`; fails when that takes too long."""
    end = time.monotonic() + PATIENCE
    while not reached():
        assert time.monotonic() < end, "it did not come"
        time.sleep(0.01)
