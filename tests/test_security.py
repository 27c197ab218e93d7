"""The page about security names tests that are there."""

import pytest

from tests.reliability import node_id, promises, skipped

PROMISES = promises()


def test_each_promise_has_its_row() -> None:
    assert list(PROMISES) == list(range(1, 23))


@pytest.mark.parametrize("number", PROMISES)
def test_what_shows_a_promise_is_there(number: int) -> None:
    assert [node_id(file, name) for file, name in PROMISES[number]]


def test_what_is_not_there_is_noticed() -> None:
    with pytest.raises(LookupError):
        node_id("tests/test_security.py", "test_nothing")


def test_what_a_run_skips_is_told() -> None:
    report = """<testsuites><testsuite tests="2">
        <testcase classname="tests.test_a" name="test_one" time="0.1" />
        <testcase classname="tests.test_b" name="test_two"><skipped message="not here" /></testcase>
    </testsuite></testsuites>"""
    assert skipped(report) == ["tests.test_b.test_two: not here"]
