"""How many cases there are, and how one that failed is met again.

Every case is made of its number and the seed alone. `CURRENTS_TUI_FUZZ` multiplies all counts (10, or 0.1
for a quick look); `CURRENTS_TUI_FUZZ_SEED` makes others.
"""

import os
from collections.abc import Callable
from random import Random
from typing import Any, TypeVar

import pytest

Case = TypeVar("Case")

TIMES = float(os.environ.get("CURRENTS_TUI_FUZZ") or 1)
SEED = os.environ.get("CURRENTS_TUI_FUZZ_SEED") or "1"

CHUNK = 5_000
"""Cases in one test: seconds even on a slow machine, and enough tests for all workers."""


SHOWN = 4_000
"""Characters of a case that is told of; the seed and its number make all of it."""


def numbers(count: int) -> pytest.MarkDecorator:
    """Hands a test the numbers of its cases, `count` in all when nothing is multiplied."""
    wanted = max(1, round(count * TIMES))
    chunks = [range(first, min(first + CHUNK, wanted)) for first in range(0, wanted, CHUNK)]
    return pytest.mark.parametrize("numbers", chunks, ids=[f"from {chunk.start}" for chunk in chunks])


def chance(kind: str, number: int) -> Random:
    """What decides everything about the case. As text, a seed gives the same on every Python."""
    return Random(f"{SEED} {kind} {number}")


def check_each(
    kind: str, numbers: range, make: Callable[[Random], Case], check: Callable[[Case, int], None]
) -> None:
    """Make and check each case. One that fails says which it was, and how it is met again."""
    for number in numbers:
        case = make(chance(kind, number))
        try:
            check(case, number)
        except Exception as error:
            tell(error, f"{kind} {number} with CURRENTS_TUI_FUZZ_SEED={SEED}", case)
            raise


def tell(error: Exception, which: str, case: Any) -> None:
    """Add to `error` what it is about."""
    shown = case.decode("latin-1") if isinstance(case, bytes | bytearray) else case
    error.add_note(f"{which}: {len(shown)} characters, {ascii(shown)[:SHOWN]}")
