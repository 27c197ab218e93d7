"""The fields that programs read, and the text of `status`."""

from __future__ import annotations

import json

import pytest
from msgspec import structs

from currents_tui.core.board import board
from currents_tui.core.model import Cancellation, Run
from currents_tui.core.problem import Kind, Problem
from currents_tui.core.report import end_lines, failed_words, status_lines
from currents_tui.core.summary import (
    FIELDS,
    LIVE_FIELDS,
    chosen,
    field,
    filled,
    live_summary,
    one_look,
    summary,
)
from currents_tui.core.text import plain
from tests.builders import NOW, ago, failed, passed, run, running, waiting

URL = "https://app.example/run/6f3b9c0e51d2a8b4"
LIVE = run(passed(), passed("b.spec.ts"), failed(), running(), waiting(), status="FAILING")


def fields_of(about: Run) -> dict[str, object]:
    known = board(about)
    return live_summary(about, known, one_look(about, known, NOW), NOW, URL)


def test_the_names_are_those_that_are_promised() -> None:
    assert tuple(summary(LIVE, URL)) == FIELDS
    told = fields_of(LIVE)
    assert tuple(told) == FIELDS + LIVE_FIELDS
    assert told["specs"] == {"done": 4, "total": 10, "running": 1, "waiting": 1, "failed": 1}
    assert told["tests"] == {
        "done": 16, "total": 40, "passed": 14, "failed": 1, "flaky": 1, "skipped": 0, "ignored": 1,
    }  # fmt: skip
    assert (told["state"], told["elapsedSeconds"]) == ("FAILING", 760)
    json.dumps(told)


def test_what_is_not_told_is_null() -> None:
    told = fields_of(Run())
    assert {name: value for name, value in told.items() if value not in (None, [], URL)} == {
        "state": "UNKNOWN",
        "title": "Run #?",
        "specs": {"done": 0, "total": None, "running": 0, "waiting": 0, "failed": 0},
        "tests": dict.fromkeys(("total", "passed", "failed", "flaky", "skipped", "ignored")) | {"done": 0},
    }


def test_some_fields_in_the_order_that_was_asked_for() -> None:
    assert list(chosen(fields_of(LIVE), "state, tests.failed,,runId")) == ["state", "tests.failed", "runId"]
    assert chosen(fields_of(LIVE), "tests.failed") == {"tests.failed": 1}


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("{state} {specs.done}/{specs.total}", "FAILING 4/10"),
        ("{ state }", "FAILING"),
        ("{{state}} {}".replace(" {}", ""), "{state}"),
        ("{canceledBy}|{etaSeconds}", "|"),
        (r"a\tb\nc", "a\tb\nc"),
        ("", ""),
    ],
)
def test_a_template_is_filled_in(template: str, text: str) -> None:
    assert filled(template, fields_of(run(running(), status="FAILING"))) == text


def test_lists_have_commas() -> None:
    about = structs.replace(LIVE, tags=(plain("smoke"), plain("nightly")))
    assert filled("{tags}", fields_of(about)) == "smoke,nightly"
    assert filled("{groups}", fields_of(about)) == "chromium"


@pytest.mark.parametrize(
    ("template", "words"),
    [
        ("{stat}", "“stat”. Did you mean state?"),
        ("{tests.fail}", "Did you mean tests.failed?"),
        ("{state.__class__}", "There is no field “state.__class__”"),
        ("{}", "There is no field “”"),
        ("{state", "single “{”"),
        ("state}", "single “}”"),
        ("{0}", "The fields are runId"),
    ],
)
def test_a_template_that_cannot_be_filled_in(template: str, words: str) -> None:
    with pytest.raises(Problem) as told:
        filled(template, fields_of(LIVE))
    assert told.value.kind is Kind.BAD_SETTING
    assert words in str(told.value)


def test_a_server_text_is_no_template() -> None:
    about = structs.replace(LIVE, tags=(plain("{state}"),))
    assert filled("{tags}", fields_of(about)) == "{state}"


def test_a_field_within_a_field() -> None:
    assert field({"a": {"b": {"c": 1}}}, "a.b.c") == 1


# --- for a person


def test_status_has_a_fact_to_a_line() -> None:
    slow = run(*[passed(f"{name}.spec.ts", took=20) for name in "abc"], running(for_=400), waiting())
    known = board(slow)
    assert status_lines(slow, known, one_look(slow, known, NOW), NOW, URL) == [
        "run     6f3b9c0e51d2a8b4  fix: debounce the address look-up",
        "state   RUNNING",
        "from    feat/checkout, a41c9e7, Example Author, playwright 1.50.1",
        "specs   4/10 done, 1 running, 1 waiting",
        "tests   16/40: 14 passed, 1 failed, 1 flaky, 1 ignored",
        "time    12:40 so far",
        "slow    run.spec.ts (c1): silent for 6:40; specs of chromium take 0:20",
        f"url     {URL}",
    ]


def test_a_cancelled_run_says_by_whom() -> None:
    told = Cancellation(actor=plain("api:ci"), canceled_at=ago(60), reason=plain("apiRequest"))
    about = structs.replace(run(passed(), waiting(), state="CANCELED", status="FAILED"), cancellation=told)
    lines = status_lines(about, board(about), (), NOW, URL)
    assert lines[1] == "state   CANCELED by api:ci (apiRequest)"
    assert lines[3] == "specs   4/10 done, 1 cancelled"
    verdict, url = end_lines(about, board(about), "", NOW, URL)
    assert verdict == (
        "CANCELED by api:ci (apiRequest): specs 4/10 done, 1 cancelled;"
        " tests 16/40: 14 passed, 1 failed, 1 flaky, 1 ignored; took 12:30"
    )
    assert url == URL


def test_why_watching_ended_comes_before_the_verdict() -> None:
    assert end_lines(LIVE, board(LIVE), "Because.", NOW, URL)[0] == "Because."


@pytest.mark.parametrize(
    ("failures", "flaky", "words"),
    [
        (0, 0, "No test failed"), (1, 0, "1 test failed"), (2, 1, "2 tests failed, 1 flaky"),
        (0, 1, "1 flaky test"), (0, 2, "2 flaky tests"),
    ],
)  # fmt: skip
def test_how_many_failed(failures: int, flaky: int, words: str) -> None:
    assert failed_words(failures, flaky) == words
