"""The three shapes of an instance, and answers that are none."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from currents_tui.api.decode_instance import read_instance
from currents_tui.core.failures import Outcome, outcome
from currents_tui.core.instance import ArtifactKind
from currents_tui.core.problem import Kind, Problem
from tests.instances import INSTANCE_ID, PLAIN, PLAIN_FRAME, SHAPES, SPEC, cypress, enveloped, playwright_2

shapes = pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)


@shapes
def test_every_shape_tells_the_same(shape: Callable[[], dict[str, Any]]) -> None:
    instance = read_instance(enveloped(shape()), INSTANCE_ID)
    assert [(test.name, outcome(test)) for test in instance.tests] == [
        ("Totals › adds up", Outcome.FAILED),
        ("Totals › rounds", Outcome.FLAKY),
        ("Totals › is shown", Outcome.PASSED),
        ("Totals › waits", Outcome.OTHER),
        ("Totals › is printed", Outcome.NOT_RUN),
    ]
    failed, flaky, *_ = instance.tests
    assert [len(failed.attempts), len(flaky.attempts)] == [3, 2]
    error = failed.attempts[0].error
    assert error is not None
    assert error.message == PLAIN
    assert error.code_frame.frame == PLAIN_FRAME
    assert error.code_frame.line == 42
    assert instance.spec == SPEC
    assert (instance.stats.failures, instance.stats.passes) == (1, 2)


def test_artifacts_know_their_test_and_attempt() -> None:
    found = read_instance(enveloped(playwright_2()), INSTANCE_ID).artifacts
    assert [(one.kind, one.test_id, one.attempt, one.name) for one in found] == [
        (ArtifactKind.SCREENSHOT, "t1", 0, "screenshot"),
        (ArtifactKind.SCREENSHOT, "t1", 2, "screenshot"),
        (ArtifactKind.VIDEO, "t1", 2, None),
        (ArtifactKind.TRACE, "t1", 2, "trace"),
        (ArtifactKind.ATTACHMENT, "t1", 2, "log.txt"),
    ]
    assert found[1].link.url == "https://files.example/2.png?X-Amz-Expires=9"


def test_the_video_of_cypress_is_of_the_whole_file() -> None:
    found = read_instance(enveloped(cypress()), INSTANCE_ID).artifacts
    assert [(one.kind, one.test_id) for one in found] == [
        (ArtifactKind.SCREENSHOT, "r3"),
        (ArtifactKind.VIDEO, None),
    ]


def test_what_runs_has_no_details_yet() -> None:
    document = playwright_2()
    for test in document["results"]["tests"]:
        test |= {"_s": None, "_d": False}
    instance = read_instance(enveloped(document | {"testResults": {}}), INSTANCE_ID)
    assert {outcome(test) for test in instance.tests} == {Outcome.OTHER}


@pytest.mark.parametrize(
    "results", [None, [], "x", {}, {"tests": None}, {"tests": {}}, {"tests": [None, 1, []]}]
)
def test_results_that_are_none(results: object) -> None:
    instance = read_instance(enveloped(playwright_2() | {"results": results}), INSTANCE_ID)
    assert instance.tests == ()
    assert instance.artifacts == ()
    assert instance.spec == SPEC


@pytest.mark.parametrize(
    "change",
    [
        {"title": None}, {"title": "alone"}, {"title": [None, 3]}, {"attempts": None}, {"attempts": [None]},
        {"attempts": [{"error": "text"}]}, {"attempts": [{"error": {"message": 5, "codeFrame": None}}]},
        {"attempts": [{"error": {"codeFrame": {"line": -1, "frame": []}}}]}, {"state": 5}, {"testId": {}},
    ],
)  # fmt: skip
def test_one_wrong_field_costs_that_field(change: dict[str, Any]) -> None:
    document = cypress()
    document["results"]["tests"][0] |= change
    assert len(read_instance(enveloped(document), INSTANCE_ID).tests) == 5


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"", Kind.BAD_ANSWER),
        (b"<html>", Kind.BAD_ANSWER),
        (b"[]", Kind.BAD_ANSWER),
        (b'{"status":"OK","data":null}', Kind.BAD_ANSWER),
        (b'{"status":"OK","data":{}}', Kind.BAD_ANSWER),
        (b'{"status":"FAILED","error":"No."}', Kind.REFUSED),
        (enveloped(cypress() | {"instanceId": "another"}), Kind.BAD_ANSWER),
    ],
)
def test_what_is_no_instance(body: bytes, kind: Kind) -> None:
    with pytest.raises(Problem) as told:
        read_instance(body, INSTANCE_ID)
    assert told.value.kind is kind


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


@given(_JSON, _JSON, _JSON)
def test_whatever_is_in_it_is_read_or_refused(results: object, details: object, test: object) -> None:
    for place in ({"tests": [test]}, results):
        with suppress(Problem):
            read_instance(enveloped(cypress() | {"results": place, "testResults": details}), INSTANCE_ID)
