"""Answers in which there is no run."""

import time

import pytest

from currents_tui.api.envelope import MAX_VALUES
from currents_tui.core.problem import Kind
from tests.api.test_decode import a_run, answer, problem_with, spec


class TestWhatIsNoRun:
    @pytest.mark.parametrize(
        ("body", "sentence"),
        [
            (b"", "The answer is empty."),
            (b" \r\n ", "The answer is empty."),
            (b"<!DOCTYPE html><html>", "The answer is not JSON but HTML (a proxy or a login page?)."),
            (b"  <html>", "The answer is not JSON but HTML (a proxy or a login page?)."),
            (b"Bad gateway", "The answer is not JSON."),
            (b"{'status': 'OK'}", "The answer is not JSON."),
            (b'{"status":"OK","data":{}} x', "The answer is not JSON."),
            (b"\x00\x01\x02", "The answer is not JSON."),
            (b'{"data":' + b"[" * 100_000, "The answer is JSON nested too deep to be a run."),
            (b"null", "The answer is JSON, but there is no run in it."),
            (b"[]", "The answer is JSON, but there is no run in it."),
            (b'"OK"', "The answer is JSON, but there is no run in it."),
            (b"{}", "The answer is JSON, but there is no run in it."),
            (b'{"status":"OK"}', "The answer is JSON, but there is no run in it."),
            (b'{"status":"OK","data":null}', "The answer is JSON, but there is no run in it."),
            (b'{"status":"OK","data":[]}', "The answer is JSON, but there is no run in it."),
            (b'{"status":"OK","data":{}}', "The answer is JSON, but what it holds is not a run."),
            (
                b'{"status":"OK","data":{"name":"x"}}',
                "The answer is JSON, but what it holds is not a run.",
            ),
            (
                b'{"status":"OK","data":{"specs":5,"runId":[]}}',
                "The answer is JSON, but what it holds is not a run.",
            ),
        ],
    )
    def test_it_is_said_what_came_instead(self, body: bytes, sentence: str) -> None:
        problem = problem_with(body)
        assert (problem.kind, problem.sentence) == (Kind.BAD_ANSWER, sentence)

    @pytest.mark.parametrize("kept", [1, 30, 60, 80])
    def test_an_answer_cut_off_is_called_so(self, kept: int) -> None:
        problem = problem_with(answer(a_run())[:kept])
        assert problem.kind is Kind.BAD_ANSWER
        assert problem.sentence == f"The answer was cut off after {kept} bytes."

    def test_the_size_of_what_came_is_for_a_person(self) -> None:
        body = answer(a_run(specs=[spec()] * 30_000))
        assert problem_with(body[:1234]).sentence == "The answer was cut off after 1.2 KB."
        assert problem_with(body[:1_250_000]).sentence == "The answer was cut off after 1.2 MB."

    def test_a_failure_in_a_success_has_the_service_s_own_words(self) -> None:
        problem = problem_with(b'{"status":"FAILED","error":"Out of \\u001b[31mtea\\nToday"}')
        assert problem.kind is Kind.REFUSED
        assert problem.sentence == "The service says: Out of tea Today"

    def test_a_failure_is_one_whatever_comes_with_it(self) -> None:
        assert problem_with(answer(a_run(), status="FAILED")).kind is Kind.REFUSED

    @pytest.mark.parametrize("body", [b'{"status":"FAILED"}', b'{"status":"failed","error":{"x":1}}'])
    def test_a_failure_without_words_says_so(self, body: bytes) -> None:
        assert "not why" in problem_with(body).sentence

    def test_a_million_pieces_are_not_unpacked(self) -> None:
        began = time.process_time()
        problem = problem_with(b'{"data":{"runId":[' + b"[]," * (MAX_VALUES + 1) + b"0]}}")
        assert problem.kind is Kind.TOO_LARGE
        assert time.process_time() - began < 2
