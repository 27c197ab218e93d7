"""What the tests of the real program share."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tests.simulator import Simulator

# What is started some hundred times has its modules compiled once, as the installed program has them.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


@pytest.fixture(scope="session")
def service_of_all() -> Iterator[Simulator]:
    with Simulator.start("busy") as simulator:
        yield simulator


@pytest.fixture(scope="session")
def still_of_all() -> Iterator[Simulator]:
    with Simulator.start("busy", now="2026-03-01T12:00:00Z") as simulator:
        yield simulator


@pytest.fixture
def service(service_of_all: Simulator) -> Iterator[Simulator]:
    """A simulated service at the pace of life, which nobody may write to."""
    yield service_of_all
    # Here and not at its end: then nobody could tell which test it was.
    service_of_all.look()


@pytest.fixture
def still(still_of_all: Simulator) -> Iterator[Simulator]:
    """A simulated service whose clock stands still, likewise."""
    yield still_of_all
    still_of_all.look()
