"""In which order a group's specs are handed out, as far as those that were show it.

It matters: where the longest come first, what is left is shorter than what has ended, and the machines
finish together.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from math import exp, log

from msgspec import Struct

PLACES = 8
"""Specs that have to be handed out before their order says something."""
CLEAR = 0.7
"""A rank correlation from which on an order is taken for one."""
LEAST = 0.05
"""How far down a trend is followed, as a share of where it is now."""


class Order(Enum):
    ANY = "any"
    LISTED = "as the answer lists them"
    LONGEST_FIRST = "the longest first"


class Trend(Struct, frozen=True):
    """Durations that fall from spec to spec, by a share of themselves."""

    start: float
    """The logarithm of the first one's seconds."""
    step: float
    """What the logarithm changes by from one to the next; negative."""
    now: int
    """How many have been handed out."""
    factors: tuple[float, ...]
    """How far those that have ended were from the trend."""

    def at(self, place: int) -> float:
        """Seconds that the spec at that place of the queue takes, from 0 on."""
        here = exp(self.start + self.step * min(place, self.now))
        return here * max(LEAST, exp(self.step * max(0, place - self.now)))


def order_of(places: Sequence[float], expected: Sequence[float | None]) -> Order:
    """The order of specs that were handed out one after the other.

    `places` says where the answer lists each, `expected` how long it was known to take.
    """
    if len(places) < PLACES:
        return Order.ANY
    known = [took for took in expected if took is not None]
    if len(known) >= max(PLACES, CLEAR * len(expected)) and correlation(known) <= -CLEAR:
        return Order.LONGEST_FIRST
    return Order.LISTED if correlation(places) >= CLEAR else Order.ANY


def trend_of(took: Sequence[float | None], number: int) -> Trend | None:
    """The trend in what the latest of `number` specs took, in the order in which they were handed out.

    None stands for one that has not ended. Gives None where there is no trend.
    """
    first = number - len(took)
    ended = [(place, log(max(one, 0.05))) for place, one in enumerate(took, first) if one is not None]
    if len(ended) < PLACES or correlation([one for _, one in ended]) > -CLEAR:
        return None
    # The longest of all fall off steeply; what follows goes on like the latest.
    ended = ended[-max(PLACES, len(ended) // 2) :]
    middle = sum(place for place, _ in ended) / len(ended)
    mean = sum(one for _, one in ended) / len(ended)
    over = sum((place - middle) ** 2 for place, _ in ended)
    step = sum((place - middle) * (one - mean) for place, one in ended) / over
    start = mean - step * middle
    rests = tuple(exp(one - start - step * place) for place, one in ended)
    return Trend(start, step, number, rests)


def correlation(values: Sequence[float]) -> float:
    """How much `values` rise with their place, -1 to 1, whatever their size (Spearman)."""
    number = len(values)
    if number < 2:
        return 0.0
    ranks = [0.0] * number
    by_value = sorted(range(number), key=values.__getitem__)
    first = 0
    while first < number:
        last = first
        while last + 1 < number and values[by_value[last + 1]] == values[by_value[first]]:
            last += 1
        for place in range(first, last + 1):
            ranks[by_value[place]] = (first + last) / 2
        first = last + 1
    middle = (number - 1) / 2
    own = sum((rank - middle) ** 2 for rank in ranks)
    over = sum((place - middle) ** 2 for place in range(number))
    both = sum((place - middle) * (rank - middle) for place, rank in enumerate(ranks))
    return both / (own * over) ** 0.5 if own else 0.0
