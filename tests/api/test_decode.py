"""From bytes to a Run: all that is right is kept, one wrong thing costs itself, nothing unsafe passes."""

import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from msgspec import Struct

from currents_tui.api.decode import decode_run
from currents_tui.core.completion import Completion, completion
from currents_tui.core.model import Link, Run, Screenshot
from currents_tui.core.problem import Problem
from currents_tui.core.text import Block, Text
from tests.safety import forbidden


def answer(data: object, status: str = "OK") -> bytes:
    return json.dumps({"status": status, "data": data}).encode()


def spec(**fields: object) -> dict[str, object]:
    return {"instanceId": "i1", "spec": "a.spec.ts", "groupId": "g1", **fields}


def a_run(**fields: object) -> dict[str, object]:
    return {"runId": "0123456789abcdef", "status": "RUNNING", "specs": [spec()], **fields}


def decoded(**fields: object) -> Run:
    return decode_run(answer(a_run(**fields)))


def problem_with(body: bytes) -> Problem:
    with pytest.raises(Problem) as caught:
        decode_run(body)
    return caught.value


def texts(value: object) -> Iterator[str]:
    """Every string that can be reached in `value`."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Link):
        yield value.url
    elif isinstance(value, Struct):
        for name in value.__struct_fields__:
            yield from texts(getattr(value, name))
    elif isinstance(value, tuple):
        for item in value:
            yield from texts(item)


def assert_safe(run: Run) -> None:
    for text in texts(run):
        assert isinstance(text, Text | Block)
        assert forbidden(text.replace("\n", "") if isinstance(text, Block) else text) == ""


class TestWhatIsRight:
    def test_a_playwright_run_is_read_whole(self) -> None:
        run = decoded(
            projectId="Prj123",
            completionState="IN_PROGRESS",
            createdAt="2026-03-01T10:00:00.250Z",
            durationMs=56,
            tags=["smoke"],
            timeout={"isTimeout": False},
            groups=[
                {
                    "groupId": "chromium",
                    "platform": {"osName": "linux", "browserName": "chromium", "browserVersion": ""},
                    "instances": {"overall": 2, "claimed": 1, "complete": 0, "passes": 0, "failures": 0},
                    "tests": {"overall": 3, "tests": 9, "passes": 3, "flaky": 1},
                    "coverageEnabled": False,
                }
            ],
            meta={
                "ciBuildId": "build-1",
                "commit": {
                    "branch": "feat/x",
                    "message": "One\n\nTwo\n",
                    "ghaEventData": {"prTitle": "A title", "htmlUrl": "https://example.com/pull/1"},
                },
                "framework": {"type": "pw", "version": "1.50.1", "clientVersion": "1.9.4"},
            },
            specs=[
                spec(
                    claimedAt="2026-03-01T10:00:01Z",
                    completedAt=None,
                    machineId="",
                    worker={"workerIndex": 1},
                    results={"stats": {"tests": 6, "passes": 3, "wallClockDuration": 12.5}, "flaky": 0},
                )
            ],
        )
        assert run.created_at == datetime(2026, 3, 1, 10, 0, 0, 250_000, UTC)
        assert run.groups[0].tests.tests == 9
        assert run.groups[0].platform.browser_version == ""
        assert run.meta.commit.message == "One\n\nTwo"
        assert run.meta.commit.gha_event_data is not None
        assert run.meta.commit.gha_event_data.html_url == Link("https://example.com/pull/1")
        (one,) = run.specs
        assert (one.claimed_at, one.completed_at) == (datetime(2026, 3, 1, 10, 0, 1, 0, UTC), None)
        assert (one.stats.tests, one.stats.passes, one.stats.wall_clock_duration) == (6, 3, 12.5)
        assert one.stats.failures is None  # not told is not zero

    def test_a_cypress_run_is_read_whole(self) -> None:
        run = decoded(
            cypressVersion="13.2.0",
            cancellation=None,
            specs=[
                spec(
                    results={
                        "videoUrl": "https://cdn.example.com/v.mp4?Signature=1",
                        "exception": "line one\nline two",
                        "stats": {"suites": 1, "tests": 1, "startedAt": "2026-03-01T10:00:00Z"},
                        "screenshots": [
                            {
                                "screenshotURL": "https://cdn.example.com/s.png?Signature=2",
                                "dimensions": {"width": 2, "height": 1},
                            }
                        ],
                    }
                )
            ],
        )
        results = run.specs[0].results
        assert results is not None
        assert results.video_url == Link("https://cdn.example.com/v.mp4?Signature=another")
        assert results.exception == "line one\nline two"
        (shot,) = results.screenshots
        assert isinstance(shot, Screenshot)
        assert shot.dimensions.width == 2
        assert shot.screenshot_url is not None
        assert shot.screenshot_url.url.endswith("?Signature=2")

    def test_either_spelling_of_a_cancellation_is_read(self) -> None:
        at = "2026-03-01T10:00:00Z"
        seen = decoded(cancellation={"actor": "api:ci", "canceledAt": at, "reason": "apiRequest"})
        documented = decoded(cancellation={"cancelledBy": "api:ci", "cancelledAt": at})
        for run in (seen, documented):
            assert run.cancellation is not None
            assert (run.cancellation.by, run.cancellation.at) == (
                "api:ci",
                datetime(2026, 3, 1, 10, tzinfo=UTC),
            )

    def test_words_it_does_not_know_are_kept(self) -> None:
        run = decoded(status="PONDERING", completionState="cancelled")
        assert run.status == "PONDERING"
        assert completion(run) is Completion.CANCELED

    def test_two_rows_of_one_id_are_both_kept(self) -> None:
        run = decoded(specs=[spec(machineId="m1"), spec(machineId="m2"), 5])
        assert [one.machine_id for one in run.specs] == ["m1", "m2"]

    def test_equal_answers_are_equal_runs(self) -> None:
        assert decoded() == decoded()
        assert decoded() != decoded(status="FAILING")


class TestWhatIsWrongCostsItself:
    @pytest.mark.parametrize(
        "wrong",
        [
            {"createdAt": "yesterday"},
            {"createdAt": {"date": 1}},
            {"createdAt": -1},
            {"durationMs": -5},
            {"durationMs": "soon"},
            {"durationMs": [1]},
            {"projectId": {"id": 1}},
            {"projectId": True},
            {"tags": "smoke"},
            {"tags": None},
            {"groups": None},
            {"groups": {"0": {}}},
            {"meta": None},
            {"meta": []},
            {"timeout": "none"},
            {"timeout": {"isTimeout": "no", "timeoutValueMs": "x"}},
            {"cancellation": "yes"},
            {"\ud800": 1},
        ],
    )
    def test_one_wrong_field_is_not_told_and_the_rest_is(self, wrong: dict[str, object]) -> None:
        assert decoded(**wrong) == decoded()

    @pytest.mark.parametrize("wrong", [None, 5, "x", [], True])
    def test_one_wrong_row_is_left_out(self, wrong: object) -> None:
        run = decoded(specs=[spec(instanceId="i1"), wrong, spec(instanceId="i2")])
        assert [one.instance_id for one in run.specs] == ["i1", "i2"]

    def test_one_wrong_field_of_a_row_costs_no_row(self) -> None:
        run = decoded(
            specs=[
                spec(
                    claimedAt="?", machineId="m", results={"stats": {"tests": "x", "passes": 2}, "flaky": []}
                )
            ]
        )
        (one,) = run.specs
        assert (one.claimed_at, one.machine_id, one.stats.tests, one.stats.passes) == (None, "m", None, 2)
        assert one.results is not None
        assert one.results.flaky is None

    @pytest.mark.parametrize(
        ("sent", "read"),
        [
            (5, 5),
            (5.0, 5),
            ("5", 5),
            (5e3, 5000),
            (5.5, None),
            (-1, None),
            (True, None),
            ("", None),
            ("NaN", None),
            (2_000_000_000, None),
            (10**400, None),
        ],
    )
    def test_counters_are_read_from_what_means_a_count(self, sent: object, read: int | None) -> None:
        assert decoded(groups=[{"tests": {"passes": sent}}]).groups[0].tests.passes == read

    @pytest.mark.parametrize("digits", ["1e999", "-1e999", "NaN", "Infinity", "1" * 5000, "1" * 25])
    def test_a_number_without_bounds_costs_itself(self, digits: str) -> None:
        body = b'{"status":"OK","data":{"runId":"r","status":"RUNNING","durationMs":%s}}' % digits.encode()
        run = decode_run(body)
        assert (run.run_id, run.status, run.duration_ms) == ("r", "RUNNING", None)

    @pytest.mark.parametrize(
        ("sent", "read"),
        [
            ("2026-03-01T10:00:00.000Z", datetime(2026, 3, 1, 10, tzinfo=UTC)),
            ("2026-03-01T12:00:00+02:00", datetime(2026, 3, 1, 10, tzinfo=UTC)),
            ("2026-03-01T10:00:00", datetime(2026, 3, 1, 10, tzinfo=UTC)),
            (1_772_359_200_000, datetime(2026, 3, 1, 10, tzinfo=UTC)),
            (1_772_359_200, None),
            ("0001-01-01T00:00:00Z", None),
            ("9999-12-31T23:59:59Z", None),
            (1e300, None),
            (True, None),
        ],
    )
    def test_moments_are_read_from_what_means_one(self, sent: object, read: datetime | None) -> None:
        run = decoded(createdAt=sent, specs=[spec(claimedAt=sent)])
        assert run.created_at == run.specs[0].claimed_at == read

    def test_a_hidden_year_one_is_never_too(self) -> None:
        body = answer(a_run(createdAt="YEAR1-01-01T00:00:00Z")).replace(b"YEAR1", b"\\u0030001")
        assert decode_run(body) == decoded()

    def test_an_id_sent_as_a_number_is_read(self) -> None:
        assert decoded(meta={"ciBuildId": 4711}).meta.ci_build_id == "4711"

    @pytest.mark.parametrize("byte", [b"\xff", b"\xc3(", b"\\ud800", b"\\udc00\\ud800"])
    @pytest.mark.parametrize("field", [b"projectId", b"unheard-of"])
    def test_what_is_not_unicode_costs_its_character(self, byte: bytes, field: bytes) -> None:
        run = decode_run(answer(a_run()).replace(b'"runId"', b'"%s": "x%sy", "runId"' % (field, byte)))
        assert run.run_id == "0123456789abcdef"
        if field == b"projectId":
            assert run.project_id is not None
            assert run.project_id[0] + run.project_id[-1] == "xy"
        assert_safe(run)

    def test_a_byte_order_mark_is_no_matter(self) -> None:
        assert decode_run(b"\xef\xbb\xbf" + answer(a_run())) == decoded()


# Documents that look like a run more often than chance would have it.
NAMES = st.sampled_from(
    [
        *("runId", "status", "completionState", "createdAt", "durationMs", "tags", "timeout", "cancellation"),
        *("groups", "groupId", "platform", "instances", "tests", "passes", "failures"),
        *("meta", "commit", "message", "actor"),
        *("specs", "spec", "instanceId", "claimedAt", "machineId", "results", "stats", "exception"),
        *("videoUrl", "screenshots", "screenshotURL", "dimensions", "width"),
    ]
)
STRINGS = st.one_of(
    st.text(st.characters(exclude_categories=())),
    st.sampled_from(
        ["\x1b]52;c;AAAA\x07", "0001-01-01T00:00:00Z", "2026-03-01T10:00:00", "RUNNING", "\ud800"]
    ),
)
LEAVES = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), STRINGS)


def grown(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.one_of(NAMES, STRINGS), inner, max_size=6)
    )


DOCUMENTS = st.recursive(LEAVES, grown, max_leaves=25)


class TestWhateverComes:
    @settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
    @given(DOCUMENTS, st.booleans())
    @example({"runId": "\x1b\u202e", "specs": [{"spec": {"x": 1}}, "\ud800"]}, True)
    def test_a_document_is_a_safe_run_or_a_problem(self, document: Any, escaped: bool) -> None:
        body = json.dumps({"status": "OK", "data": document}, ensure_ascii=escaped)
        try:
            run = decode_run(body.encode("utf-8", "surrogatepass"))
        except Problem as problem:
            assert forbidden(str(problem)) == ""
        else:
            assert_safe(run)

    @settings(deadline=None)
    @given(st.dictionaries(NAMES, DOCUMENTS, max_size=3))
    def test_whatever_else_is_sent_a_run_with_an_id_is_a_run(self, fields: dict[str, Any]) -> None:
        run = decode_run(answer(fields | {"runId": "0123456789abcdef"}))
        assert run.run_id == "0123456789abcdef"
        assert_safe(run)

    @given(st.one_of(st.binary(), st.binary().map(b'{"data":'.__add__)))
    def test_bytes_are_a_safe_run_or_a_problem(self, body: bytes) -> None:
        try:
            assert_safe(decode_run(body))
        except Problem as problem:
            assert forbidden(str(problem)) == ""

    @settings(deadline=None)
    @given(st.integers(min_value=0), st.integers(min_value=0, max_value=255))
    def test_one_byte_changed_does_no_worse_than_a_problem(self, place: int, byte: int) -> None:
        body = bytearray(answer(a_run(specs=[spec(claimedAt="2026-03-01T10:00:00Z", results={"flaky": 1})])))
        body[place % len(body)] = byte
        try:
            assert_safe(decode_run(body))
        except Problem as problem:
            assert forbidden(str(problem)) == ""


def test_a_large_run_is_read_in_passing() -> None:
    """10,000 specs and 6 MB: well under a second even where the machine is slow and busy."""
    clean = spec(
        claimedAt="2026-03-01T10:00:00.123Z",
        completedAt="2026-03-01T10:00:09.456Z",
        machineId="machine-1",
        tags=["smoke", "web"],
        results={
            "stats": {"tests": 6, "passes": 6, "failures": 0, "wallClockStartedAt": "2026-03-01T10:00:01Z"},
            "padding": "x" * 250,
        },
    )
    body = answer(a_run(specs=[clean] * 10_000))
    assert len(body) > 5_000_000
    began = time.process_time()
    assert len(decode_run(body).specs) == 10_000
    assert time.process_time() - began < 2
