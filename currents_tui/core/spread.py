"""How long things of a kind take: not one number, but how the durations are spread."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from itertools import pairwise
from math import exp, log, sqrt
from statistics import NormalDist, median

from msgspec import Struct

STEPS = 32
"""Parts that a spread is kept in."""
LONGER = 0.3
"""What is longer than everything known goes on for about this part of its length so far."""
ENOUGH = 8
"""Durations from which on what was seen stands for itself."""

_NORMAL = NormalDist()


class Spread(Struct, frozen=True):
    """Durations in seconds, or factors, by their quantiles."""

    points: tuple[float, ...]
    """`STEPS` + 1 quantiles, from the shortest that is expected to the longest."""
    known: int
    """How many durations it was made of."""
    mean: float
    deviation: float

    def at(self, share: float) -> float:
        """The duration that this share (0 to 1) stays under."""
        place = share * STEPS
        low = min(int(place), STEPS - 1)
        return self.points[low] + (place - low) * (self.points[low + 1] - self.points[low])

    def below(self, duration: float) -> float:
        """The share (0 to 1) that is shorter than `duration`."""
        points = self.points
        low = bisect_right(points, duration) - 1
        if low < 0:
            return 0.0
        if low >= STEPS:
            return 1.0
        width = points[low + 1] - points[low]
        return (low + ((duration - points[low]) / width if width > 0 else 0.0)) / STEPS

    def rest(self, so_far: float, share: float) -> float:
        """What is left of one that goes on for `so_far` already, by its quantile."""
        gone = self.below(so_far)
        if gone < _WORN_OUT:
            return max(0.0, self.at(gone + share * (1.0 - gone)) - so_far)
        return -log(1.0 - share) * LONGER * so_far


_WORN_OUT = 0.98


def spread_of(ended: Sequence[float], going: Sequence[float] = ()) -> Spread | None:
    """The spread of durations that `ended`, and of others that go on for so long already.

    Those that go on count: at any moment the short ones have ended, and the long ones have not
    (Kaplan-Meier). None where nothing has ended.
    """
    if not ended:
        return None
    moments = sorted([*((took, False) for took in ended), *((so_far, True) for so_far in going)])
    values, places = [], []
    left, at_risk = 1.0, len(moments)
    for took, goes_on in moments:
        if not goes_on:
            part = left / at_risk
            values.append(took)
            places.append(1.0 - left + part / 2)
            left -= part
        at_risk -= 1
    if left > 1e-9:
        # The longest of all goes on: it takes longer than any that ended.
        values.append(moments[-1][0] * (1.0 + LONGER))
        places.append(1.0 - left / 2)
    return _from_places(values, places, len(ended))


def _from_places(values: list[float], places: list[float], known: int) -> Spread:
    values = [0.85 * values[0], *values, values[-1] * (1.0 + 0.5 / sqrt(known))]
    places = [0.0, *places, 1.0]
    points = []
    at = 0
    for step in range(STEPS + 1):
        share = step / STEPS
        while at < len(places) - 2 and places[at + 1] <= share:
            at += 1
        width = places[at + 1] - places[at]
        part = (share - places[at]) / width if width > 0 else 0.0
        points.append(values[at] + min(1.0, max(0.0, part)) * (values[at + 1] - values[at]))
    middles = [(low + high) / 2 for low, high in pairwise(points)]
    mean = sum(middles) / STEPS
    deviation = sqrt(sum((middle - mean) ** 2 for middle in middles) / STEPS)
    return Spread(tuple(points), known, mean, deviation)


def factors(seen: Sequence[float], going: Sequence[float], doubt: float) -> Spread:
    """How much longer things take than was expected of them, from the factors `seen`.

    While there are few, they are filled up with a guess: about as much, with a `doubt` (the standard
    deviation of the logarithm).
    """
    missing = ENOUGH - len(seen)
    if missing > 0:
        middle = median(seen) if seen else 1.0
        seen = [*seen, *(middle * exp(doubt * z) for z in normal(missing))]
    made = spread_of(seen, going)
    assert made is not None  # noqa: S101  it was filled up
    return made


def normal(number: int) -> tuple[float, ...]:
    """So many standard normal numbers, one from each part of equal weight, in order."""
    return tuple(_NORMAL.inv_cdf((place + 0.5) / number) for place in range(number))


def log_deviation(durations: Sequence[float]) -> float:
    """The standard deviation of the logarithms; how uneven the durations are, whatever their unit."""
    logs = [log(max(took, 0.05)) for took in durations]
    mean = sum(logs) / len(logs)
    return sqrt(sum((one - mean) ** 2 for one in logs) / len(logs))
