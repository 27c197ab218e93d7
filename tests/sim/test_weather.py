"""Bad weather: faults that answer, faults that lose the answer, and their forecast."""

from __future__ import annotations

import http.client
from collections.abc import Iterator
from itertools import groupby

import pytest

from currents_tui.sim.faults import Fault, Weather
from tests.sim.test_server import Client


class _Bad(Weather):
    """Only ever the given fault."""

    def __init__(self, kind: Fault) -> None:
        super().__init__(1)
        self.kind = kind

    def fault(self, request: int) -> Fault | None:
        return self.kind


@pytest.fixture
def stormy(request: pytest.FixtureRequest) -> Iterator[Client]:
    client = Client(_Bad(request.param))
    yield client
    client.close()


@pytest.mark.parametrize(
    ("stormy", "status"),
    [("internal error", 500), ("bad gateway", 502), ("unavailable", 503), ("too many", 429)],
    indirect=["stormy"],
)
def test_faults_that_answer_carry_nothing_out(stormy: Client, status: int) -> None:
    reply = stormy.ask(f"/v1/runs/{stormy.story.runs[0].run_id}", "DELETE")
    assert reply.status == status
    assert ("Retry-After" in reply.headers) is (status == 429)
    assert reply.headers["Content-Type"].startswith("text/html") is (status == 502)
    assert stormy.story.runs[0].run_id in stormy.ask("/sim/truth").json["runs"]


@pytest.mark.parametrize("stormy", ["reset", "truncated"], indirect=True)
def test_faults_that_lose_the_answer_carry_the_request_out(stormy: Client) -> None:
    with pytest.raises((ConnectionError, http.client.IncompleteRead)):
        stormy.ask(f"/v1/runs/{stormy.story.runs[0].run_id}", "DELETE")
    stormy.connection.close()
    assert stormy.story.runs[0].run_id not in stormy.ask("/sim/truth").json["runs"]
    status = stormy.ask("/sim/log").json[0]["status"]
    assert status in (0, 200)


def test_flaky_network_meets_its_forecast() -> None:
    client = Client(Weather(1))
    forecast = [Weather(1).fault(number) for number in range(40)]
    expected: dict[Fault | None, int] = {
        "internal error": 500,
        "bad gateway": 502,
        "unavailable": 503,
        "too many": 429,
    }
    try:
        for fault, spell in groupby(forecast):
            for _ in spell:
                try:
                    status = client.ask("/v1/projects").status
                    assert status == expected.get(fault, 200)
                except (ConnectionError, http.client.IncompleteRead):
                    client.connection.close()
                    assert fault in ("reset", "truncated")
    finally:
        client.close()
