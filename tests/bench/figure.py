"""What a measurement gives: a figure with its budget, beside those of other programs."""

from collections.abc import Mapping, Sequence
from typing import Final

from msgspec import Struct

PEERS: Final = ("bare Textual", "DataTable", "gh run watch", "watch, curl, jq", "httpx alone")
"""The other programs, in the order of their columns."""


class Figure(Struct, frozen=True, kw_only=True):
    """One row of the table."""

    kind: str
    """The measurement that it comes from: what `--only` names."""
    what: str
    value: float
    unit: str
    """"B", "B/s", "ms", "s", "%" of a core, "MB", "/s", or "x" for a ratio in one run."""
    most: float | None = None
    """The budget; None for what is only shown."""
    least: bool = False
    """Whether the budget is what has to be reached, rather than what must not be passed."""
    beside: Mapping[str, float] = {}
    """What others of `PEERS` have for the same, in the same unit."""
    how: str = ""
    """Of how many samples, and whether their median, their minimum or all together."""
    why: str = ""
    """What is known about a budget that does not hold."""

    def holds(self, room: float = 1.0) -> bool:
        """Whether the budget holds, with `room` times as much allowed."""
        if self.most is None:
            return True
        return self.value * room >= self.most if self.least else self.value <= self.most * room


class Report(Struct, frozen=True, kw_only=True):
    """A whole run of the benchmark."""

    machine: str
    date: str
    figures: tuple[Figure, ...]
    absent: tuple[str, ...] = ()
    """The peers that are not installed here."""


def over(figures: Sequence[Figure], room: float = 1.0) -> list[Figure]:
    """Those whose budget does not hold, with `room` times as much allowed."""
    return [figure for figure in figures if not figure.holds(room)]
