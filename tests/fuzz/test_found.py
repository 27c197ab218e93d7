"""What random answers have found, each by itself."""

import json
from datetime import datetime

import pytest

from currents_tui.api.decode import decode_run
from currents_tui.core.rows.look import short_id, short_sha
from tests.fuzz.painted import check_painted_run
from tests.fuzz.valid import PLAYWRIGHT, RUN_ID

YEAR_9999 = 253402300799999


@pytest.mark.parametrize(
    "never", [YEAR_9999, "99991231T235959Z", "00010101T000000Z", "0001-W01-1", "9999-W52-5", "0001 "]
)
def test_never_is_not_told_in_whatever_form_it_comes(never: object) -> None:
    """In the time of another zone the first and the last year are an OverflowError, and were the end."""
    told = PLAYWRIGHT | {"createdAt": never, "cancellation": {"canceledAt": never}}
    told |= {"specs": [PLAYWRIGHT["specs"][0] | {"claimedAt": never}]}
    run = decode_run(json.dumps({"data": told}).encode())
    assert run.created_at is None
    assert run.cancellation is not None
    assert run.cancellation.at is None
    assert run.specs[0].claimed_at is None
    for number in range(6):
        check_painted_run(run, number)


@pytest.mark.parametrize("dash", [r"\u002d", r"\u002D"])
def test_never_is_not_told_with_its_dash_as_a_number(dash: str) -> None:
    run = decode_run(
        b'{"data":{"runId":"%s","createdAt":"0001%s01-01T00:00:00Z"}}' % (RUN_ID.encode(), dash.encode())
    )
    assert run.created_at is None


def test_other_moments_are_told_in_these_forms() -> None:
    run = decode_run(b'{"data":{"runId":"x","createdAt":1770112801000,"deletedAt":"20260203T100001Z"}}')
    assert run.created_at == run.deleted_at == datetime.fromisoformat("2026-02-03T10:00:01Z")


def test_a_run_of_many_thousand_years_is_shown() -> None:
    over = PLAYWRIGHT | {"completionState": "COMPLETE", "createdAt": "0412-02-03T10:00:00Z"}
    over |= {"specs": [PLAYWRIGHT["specs"][0] | {"completedAt": "9026-02-03T10:00:00Z"}]}
    check_painted_run(decode_run(json.dumps({"data": over}).encode()), 0)


def test_an_id_is_not_cut_within_what_is_drawn_as_one() -> None:
    """A joiner that was left at the end joined what came next, and the line was narrower than it said."""
    family = "👨\u200d🦰"
    assert short_id(f"{family} {family}" * 2) == f"{family} {family}{family} "
    assert short_sha(f"abcdef{family}") == "abcdef"
    assert (short_id("6f3b9c0e51d2a8b4"), short_sha("0c5b17aa93"), short_sha(None)) == (
        "6f3b9c0e",
        "0c5b17a",
        "",
    )
