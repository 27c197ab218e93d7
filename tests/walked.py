"""Values that count how often they are gone through: what is worked out once must not be once for each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar

T = TypeVar("T")


class Walked(tuple[T, ...]):
    times = 0

    def __iter__(self) -> Iterator[T]:
        self.times += 1
        return super().__iter__()
