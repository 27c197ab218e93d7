"""What `watch --json` tells is what is documented: in the table of `help events`, and so in the README."""

from __future__ import annotations

import json

import pytest

from currents_tui.cli.main import main
from currents_tui.cli.watch_events import COMMON, EVENTS
from currents_tui.core.changes import What
from currents_tui.core.problem import Kind
from tests.builders import passed, run, running
from tests.cli.test_watching import Outage, watch
from tests.core.test_changes import told_of


def test_every_event_is_documented() -> None:
    assert set(EVENTS) == {str(what) for what in What}


@pytest.mark.parametrize(
    ("scenario", "outages", "seen"),
    [
        ("busy", [(60.0, 120.0, Kind.OFFLINE)], set(EVENTS) - {"stuck", "moving"}),
        ("stuck", [], {"run", "stuck", "heartbeat", "end"}),
    ],
)
def test_each_event_has_the_fields_that_are_documented(
    scenario: str, outages: list[Outage], seen: set[str], capsys: pytest.CaptureFixture[str]
) -> None:
    watch(scenario, "--json", outages=outages)
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    for one in told:
        assert tuple(one) == (*COMMON, *EVENTS[one["event"]].fields)
    assert {one["event"] for one in told} >= seen


def test_a_spec_that_moves_again_is_told_as_documented() -> None:
    others = [passed(f"{name}.spec.ts", took=20) for name in "abc"]
    *_, changes = told_of(run(*others, running(for_=400)), run(*others, running(for_=10)))
    assert [(str(change.what), tuple(change.fields)) for change in changes] == [
        ("moving", EVENTS["moving"].fields)
    ]


def test_help_has_them_all(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["help", "events"]) == 0
    told = capsys.readouterr().out
    for word, event in EVENTS.items():
        assert f"\n{word} " in told
        assert all(field in told for field in event.fields)
