"""What the tests of the real program share."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.program import clean
from tests.simulator import Simulator

# What is started some hundred times has its modules compiled once, as the installed program has them.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

PLACES = {"RUNNING": 0, "FAILING": 2, "FAILED": 3, "PASSED": 4, "CANCELED": 5, "TIMEOUT": 8}
"""The runs of the simulated project by their verdicts."""


@pytest.fixture(scope="module")
def service_of_all() -> Iterator[Simulator]:
    # No longer than that: its run is over after twelve minutes, and then nothing on it is LIVE.
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


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A folder for settings, without a file in it."""
    (tmp_path / "currents-tui").mkdir()
    return tmp_path


@pytest.fixture
def env(still: Simulator) -> dict[str, str]:
    """The environment of a verb that asks `still`, with the id of a run for each verdict."""
    return clean(
        CURRENTS_API_KEY=still.read_write_key,
        CURRENTS_TUI_API_URL=still.url,
        CURRENTS_PROJECT_ID=still.project_id,
        **{name: still.runs[place] for name, place in PLACES.items()},
    )
