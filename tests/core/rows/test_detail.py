"""The rows of a run's page."""

from __future__ import annotations

from datetime import UTC

import pytest
from msgspec import structs

from currents_tui.core.board import board
from currents_tui.core.cells import UNICODE
from currents_tui.core.history import NOTHING, History
from currents_tui.core.model import Run, Timeout
from currents_tui.core.rows.detail import run_rows
from currents_tui.core.rows.look import Look
from tests.builders import NOW, run, running

LOOK = Look(UNICODE, UTC)
OWN = structs.replace(run(running()), timeout=Timeout(timeout_value_ms=600_000))
IN_SPEC = run(structs.replace(running(), inactivity_timeout_ms=900_000))
OF_PROJECT = History(inactivity_limit=1800)


def page(about: Run, history: History = NOTHING, run_timeout: float | None = None) -> dict[str, str]:
    """The values of the page by their labels."""
    rows = run_rows(about, board(about), 3, NOW, LOOK, history=history, run_timeout=run_timeout)
    return {row.label: row.value for row in rows}


@pytest.mark.parametrize(
    ("about", "history", "run_timeout", "told"),
    [
        (run(running()), NOTHING, None, "not told"),
        (run(running()), NOTHING, 2700, "45 minutes, as set here"),
        (run(running()), OF_PROJECT, 2700, "30 minutes, that of the project"),
        (OWN, OF_PROJECT, 2700, "10 minutes"),
        (IN_SPEC, OF_PROJECT, 2700, "15 minutes"),
    ],
)
def test_a_limit_that_is_known_is_told_with_who_told_it(
    about: Run, history: History, run_timeout: float | None, told: str
) -> None:
    assert page(about, history, run_timeout)["timeout limit"] == told


def test_the_branch_that_is_followed_is_told() -> None:
    about = run(running())
    rows = run_rows(about, board(about), 3, NOW, LOOK, follows="main")
    assert ("follows", "the newest run of main") in [(row.label, row.value) for row in rows]
    assert "follows" not in page(about)


def test_the_default_branch_is_the_projects_where_the_run_does_not_tell_it() -> None:
    assert page(run(running()), History(default_branch="main"))["default branch"] == "main"
