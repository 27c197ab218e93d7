"""Every field that the Runs API documents has a place on a screen. The table says where; the test walks it.

Each leaf of the answer below carries a value of its own, which must show up on the screen named for it.
"""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from currents_tui.api.decode import decode_run
from currents_tui.core.board import board
from currents_tui.core.cells import UNICODE, Line
from currents_tui.core.events import Polled
from currents_tui.core.rows.detail import detail_line, run_rows, spec_rows
from currents_tui.core.rows.header import header
from currents_tui.core.rows.look import Look
from currents_tui.core.rows.panes import group_columns, group_row, spec_columns, spec_row
from currents_tui.core.state import reduce, start

NOW = datetime(2026, 3, 1, 14, 15, tzinfo=UTC)
LOOK = Look(UNICODE, UTC)

ANSWER: dict[str, Any] = {
    "runId": "0123456789abcdef",
    "projectId": "Prj777",
    "completionState": "COMPLETE",
    "status": "FAILED",
    "createdAt": "2026-03-01T13:01:02.000Z",
    "tags": ["tag-one", "tag-two"],
    "cypressVersion": "13.99.1",
    "timeout": {"isTimeout": True, "timeoutValueMs": 3_671_000},
    "groups": [
        {
            "groupId": "group-x",
            "platform": {
                "osName": "osname-x",
                "osVersion": "osversion-x",
                "browserName": "browser-x",
                "browserVersion": "97.0.1",
            },
            "instances": {"overall": 901, "claimed": 802, "complete": 703, "passes": 604, "failures": 505},
            "tests": {
                "overall": 1901, "passes": 1802, "failures": 73, "pending": 64, "skipped": 55,
                "retries": 46, "flaky": 37,
            },
        }
    ],
    "meta": {
        "ciBuildId": "ci-build-x",
        "commit": {
            "sha": "c64c5c2b976aa504",
            "branch": "branch-x",
            "authorName": "Example Author",
            "authorEmail": "author@example.com",
            "message": "message-x",
            "remoteOrigin": "https://git.example.com/x",
            "defaultBranch": "default-x",
        },
    },
    "specs": [
        {
            "groupId": "group-x",
            "spec": "folder/file-x.cy.ts",
            "instanceId": "instance-x",
            "claimedAt": "2026-03-01T14:01:03.000Z",
            "completedAt": "2026-03-01T14:02:04.000Z",
            "machineId": "machine-x",
            "results": {
                "videoUrl": "https://files.example.com/video-x.mp4?Signature=1",
                "stats": {
                    "suites": 21, "tests": 132, "passes": 23, "pending": 34, "skipped": 35, "failures": 36,
                    "wallClockStartedAt": "2026-03-01T14:01:05.000Z",
                    "wallClockEndedAt": "2026-03-01T14:01:58.000Z",
                    "wallClockDuration": 53_000,
                },
                "screenshots": [
                    {
                        "screenshotId": "shot-x",
                        "name": "shotname-x",
                        "testId": "r3",
                        "testAttemptIndex": 6,
                        "takenAt": "2026-03-01T14:01:33.000Z",
                        "height": 719,
                        "width": 1281,
                        "size": 348_653,
                        "screenshotURL": "https://files.example.com/shot-x.png?Signature=2",
                    }
                ],
                "flaky": 8,
            },
        }
    ],
}  # fmt: skip

RUN, SPEC, WATCH = "run page", "spec page", "main screen"

PLACES: dict[str, tuple[str, str]] = {
    "runId": (RUN, "0123456789abcdef"),
    "projectId": (RUN, "Prj777"),
    "completionState": (RUN, "COMPLETE"),
    "status": (RUN, "FAILED"),
    "createdAt": (RUN, "13:01:02"),
    "tags[]": (RUN, "tag-one, tag-two"),
    "cypressVersion": (RUN, "13.99.1"),
    "timeout.isTimeout": (RUN, "timed out          yes"),
    "timeout.timeoutValueMs": (RUN, "1 hour, 1 minute and 11 seconds"),
    "groups[].groupId": (WATCH, "group-x"),
    "groups[].platform.osName": (RUN, "osname-x"),
    "groups[].platform.osVersion": (RUN, "osversion-x"),
    "groups[].platform.browserName": (RUN, "browser-x"),
    "groups[].platform.browserVersion": (RUN, "97.0.1"),
    "groups[].instances.overall": (WATCH, "703/901"),
    "groups[].instances.claimed": (RUN, "802 claimed"),
    "groups[].instances.complete": (WATCH, "703/901"),
    "groups[].instances.passes": (RUN, "604 passed"),
    "groups[].instances.failures": (RUN, "505 failed"),
    "groups[].tests.overall": (RUN, "1,901 overall"),
    "groups[].tests.passes": (RUN, "1,802 passed"),
    "groups[].tests.failures": (WATCH, "73F"),
    "groups[].tests.pending": (RUN, "64 ignored"),
    "groups[].tests.skipped": (RUN, "55 skipped"),
    "groups[].tests.retries": (RUN, "46 retries"),
    "groups[].tests.flaky": (WATCH, "37~"),
    "meta.ciBuildId": (RUN, "ci-build-x"),
    "meta.commit.sha": (RUN, "c64c5c2b976aa504"),
    "meta.commit.branch": (WATCH, "branch-x"),
    "meta.commit.authorName": (RUN, "Example Author"),
    "meta.commit.authorEmail": (RUN, "author@example.com"),
    "meta.commit.message": (WATCH, "message-x"),
    "meta.commit.remoteOrigin": (RUN, "https://git.example.com/x"),
    "meta.commit.defaultBranch": (RUN, "default-x"),
    "specs[].groupId": (SPEC, "group-x"),
    "specs[].spec": (WATCH, "folder/file-x.cy.ts"),
    "specs[].instanceId": (SPEC, "instance-x"),
    "specs[].claimedAt": (SPEC, "claimed            14:01:03"),
    "specs[].completedAt": (SPEC, "completed          14:02:04"),
    "specs[].machineId": (SPEC, "machine-x"),
    "specs[].results.videoUrl": (SPEC, "https://files.example.com/video-x.mp4?Signature=1"),
    "specs[].results.stats.suites": (SPEC, "suites             21"),
    "specs[].results.stats.tests": (SPEC, "132, 128 reported"),
    "specs[].results.stats.passes": (SPEC, "passed             23"),
    "specs[].results.stats.pending": (SPEC, "ignored (pending)  34"),
    "specs[].results.stats.skipped": (SPEC, "skipped            35"),
    "specs[].results.stats.failures": (SPEC, "failed             36"),
    "specs[].results.stats.wallClockStartedAt": (SPEC, "started            14:01:05"),
    "specs[].results.stats.wallClockEndedAt": (SPEC, "ended              14:01:58"),
    "specs[].results.stats.wallClockDuration": (SPEC, "duration           0:53"),
    "specs[].results.screenshots[].screenshotId": (SPEC, "shot-x"),
    "specs[].results.screenshots[].name": (SPEC, "shotname-x"),
    "specs[].results.screenshots[].testId": (SPEC, "test r3"),
    "specs[].results.screenshots[].testAttemptIndex": (SPEC, "attempt 7"),
    "specs[].results.screenshots[].takenAt": (SPEC, "14:01:33"),
    "specs[].results.screenshots[].height": (SPEC, "1281x719"),
    "specs[].results.screenshots[].width": (SPEC, "1281x719"),
    "specs[].results.screenshots[].size": (SPEC, "348.7 kB"),
    "specs[].results.screenshots[].screenshotURL": (SPEC, "https://files.example.com/shot-x.png?Signature=2"),
    "specs[].results.flaky": (SPEC, "flaky              8"),
}


def leaves(value: Any, path: str = "") -> Iterator[str]:
    """The paths of all leaves: "groups[].tests.flaky"."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from leaves(inner, f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        for inner in value:
            yield from leaves(inner, f"{path}[]")
    else:
        yield path


def text_of(lines: tuple[Line, ...]) -> str:
    return "\n".join("".join(text for text, _ in line) for line in lines)


def screens(answer: dict[str, Any]) -> dict[str, str]:
    """What each screen shows of `answer`, as text."""
    run = decode_run(json.dumps({"status": "OK", "data": answer}).encode())
    made = board(run)
    cells = 200
    state = reduce(
        start((answer["runId"],), 5), Polled(run_id=answer["runId"], run=run, asked_at=NOW, at=NOW)
    )
    watch = [
        *header(state, NOW, cells, LOOK),
        *(group_row(g, group_columns(run.groups, cells), LOOK, stale=False) for g in run.groups),
        *(spec_row(row, None, NOW, spec_columns(cells, run.groups), LOOK) for row in made.rows),
    ]
    pages = run_rows(run, made, 0, NOW, LOOK), spec_rows(made.rows[0], None, NOW, LOOK)
    run_page, spec_page = (tuple(detail_line(row, cells, LOOK) for row in rows) for rows in pages)
    return {WATCH: text_of(tuple(watch)), RUN: text_of(run_page), SPEC: text_of(spec_page)}


def test_the_table_names_every_field_of_the_answer() -> None:
    assert set(leaves(ANSWER)) == set(PLACES)


@pytest.mark.parametrize("path", PLACES)
def test_the_field_is_shown_where_the_table_says(path: str) -> None:
    screen, text = PLACES[path]
    assert text in screens(ANSWER)[screen]
