"""What the tests of the real program share."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from currents_tui.sim.launch import Simulator

# What is started some hundred times has its modules compiled once, as the installed program has them.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


@pytest.fixture(scope="session")
def service() -> Iterator[Simulator]:
    """A simulated service at the pace of life."""
    with Simulator.start("busy") as simulator:
        yield simulator


@pytest.fixture(scope="session")
def still() -> Iterator[Simulator]:
    """A simulated service whose clock stands still."""
    with Simulator.start("busy", now="2026-03-01T12:00:00Z") as simulator:
        yield simulator
