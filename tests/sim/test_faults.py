"""The pattern of faults: repeatable, of every kind, with good spells between."""

from __future__ import annotations

from itertools import groupby
from typing import get_args

from currents_tui.sim.faults import Fault, Weather


def forecast(seed: int, requests: int = 600) -> list[Fault | None]:
    weather = Weather(seed)
    return [weather.fault(number) for number in range(requests)]


def test_repeatable_by_seed() -> None:
    assert forecast(1) == forecast(1)
    assert forecast(1) != forecast(2)


def test_every_kind_comes() -> None:
    for seed in range(5):
        assert {*forecast(seed)} == {None, *get_args(Fault)}


def test_good_spells_are_long_and_bad_ones_short() -> None:
    for seed in range(5):
        spells = [(kind, len(list(spell))) for kind, spell in groupby(forecast(seed))]
        assert spells[0][0] is None
        assert all(length >= 9 for kind, length in spells[:-1] if kind is None)
        assert all(length <= 3 for kind, length in spells if kind is not None)
