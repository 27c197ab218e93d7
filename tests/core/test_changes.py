"""What a log is told of a run, answer by answer."""

from __future__ import annotations

from collections.abc import Sequence

from currents_tui.core.board import board
from currents_tui.core.changes import Change, Told, What, heartbeat, merged, news
from currents_tui.core.model import Run
from currents_tui.core.stall import stalls
from tests.builders import NOW, failed, group, passed, run, running, spec, waiting


def told_of(*answers: Run) -> list[list[Change]]:
    """What is told at each of `answers`, one after the other."""
    told, lists = Told(), []
    for answer in answers:
        known = board(answer)
        told, changes = news(told, answer, known, stalls(known, {}, NOW), NOW)
        lists.append(list(changes))
    return lists


def words(changes: Sequence[Change]) -> list[str]:
    return [f"{change.word} {change.text}" for change in changes]


def test_the_first_line_says_where_the_run_stands_and_what_has_failed_already() -> None:
    title = "fix: debounce the address look-up"
    first, second = told_of(*[run(failed(), passed(), running(), waiting(), status="FAILING")] * 2)
    assert words(first) == [
        f"RUN FAILING: {title} (feat/checkout): 4/10 specs, 16/40 tests, 1 failed, 1 flaky, 1 running",
        "FAIL fail.spec.ts [chromium]: 1 of 4 tests failed, 1:00",
    ]
    assert second == []


def test_of_a_run_that_was_over_before_the_end_tells_all() -> None:
    (changes,) = told_of(run(failed(), state="COMPLETE", status="FAILED"))
    assert [change.what for change in changes] == [What.RUN]


def test_each_spec_is_told_when_it_ends() -> None:
    _, changes = told_of(
        run(running("a.spec.ts"), running("b.spec.ts"), running("c.spec.ts"), running("d.spec.ts")),
        run(
            passed("a.spec.ts"),
            failed("b.spec.ts"),
            passed("c.spec.ts", flaky=1),
            spec("d.spec.ts", claimed=40, completed=1, exception="Error: no config\nat x"),
        ),
    )
    assert words(changes) == [
        "PASS a.spec.ts [chromium]: 4 tests, 1:00",
        "FAIL b.spec.ts [chromium]: 1 of 4 tests failed, 1:00",
        "FLKY c.spec.ts [chromium]: 1 flaky, 4 tests, 1:00",
        "FAIL d.spec.ts [chromium]: the file could not run: Error: no config",
    ]


def test_a_running_spec_is_told_at_its_first_failure_and_again_only_if_there_are_more() -> None:
    answers = [
        run(running(passes=1)),
        run(running(passes=1, failures=1)),
        run(running(passes=2, failures=1)),
        run(failed("run.spec.ts")),
    ]
    assert [words(changes) for changes in told_of(*answers)][1:] == [
        ["FAIL run.spec.ts [chromium]: 1 of 4 tests failed, still running"],
        [],
        [],
    ]
    more = told_of(*answers[:3], run(failed("run.spec.ts", failures=2)))
    assert words(more[-1]) == ["FAIL run.spec.ts [chromium]: 2 of 4 tests failed, 1:00"]


def test_the_counts_are_told_at_each_tenth_and_once() -> None:
    def answer(done: int) -> Run:
        return run(running(), groups=(group(planned=100, passes=done, failures=0, pending=0, flaky=0),))

    lists = told_of(*[answer(done) for done in (5, 9, 10, 19, 45, 45, 100)])
    assert [[change.word for change in changes] for changes in lists[1:]] == [
        [],
        ["10%"],
        [],
        ["40%"],
        [],
        ["100%"],
    ]
    assert lists[2][0].fields["percent"] == 10
    assert lists[2][0].fields["tests"]["done"] == 10


def test_half_of_the_specs_is_half_where_nobody_tells_how_many_tests_there_are() -> None:
    silent = spec("b.spec.ts", claimed=20, results=False)
    _, changes = told_of(
        run(running("a.spec.ts"), silent, groups=()), run(passed("a.spec.ts"), silent, groups=())
    )
    assert [change.word for change in changes] == ["PASS", "50%"]


def test_a_spec_that_was_sent_back_and_fails_again_is_told_again() -> None:
    lists = told_of(
        run(waiting("a.spec.ts")),
        run(failed("a.spec.ts")),
        run(waiting("a.spec.ts")),
        run(failed("a.spec.ts")),
    )
    assert [[change.word for change in changes] for changes in lists[1:]] == [["FAIL"], [], ["FAIL"]]


def test_a_stuck_spec_is_told_once_and_again_when_it_moves() -> None:
    others = [passed(f"{name}.spec.ts", took=20) for name in "abc"]
    silent = run(*others, running(for_=400))
    first, second, third, fourth = told_of(run(*others), silent, silent, run(*others, running(for_=10)))
    assert first[1:] == []
    assert words(second) == [
        "STUK run.spec.ts (c1): silent for 6:40; specs of chromium take 0:20",
    ]
    assert third == []
    assert words(fourth) == ["RUN run.spec.ts: moving again"]


def test_a_change_of_the_runs_state_is_told_also_when_a_reset_brings_it_back() -> None:
    lists = told_of(run(waiting()), run(waiting(), state="CANCELED"), run(waiting()))
    assert words(lists[1]) == ["RUN RUNNING -> CANCELED"]
    assert words(lists[2]) == ["RUN CANCELED -> RUNNING"]


def test_programs_are_told_the_numbers() -> None:
    _, changes = told_of(run(running("a.spec.ts")), run(failed("a.spec.ts")))
    assert changes[0].fields == {
        "spec": "a.spec.ts",
        "group": "chromium",
        "machine": "c1",
        "instanceId": "chromium-a.spec.ts",
        "tests": {"total": 4, "passed": 3, "failed": 1, "flaky": 0, "skipped": 0},
        "over": True,
        "durationMs": 60_000.0,
    }


def test_nothing_changes_for_a_while() -> None:
    still = run(running())
    beat = heartbeat(still, board(still), 3.0, NOW)
    assert words([beat]) == ["... RUNNING: 4/10 specs, 16/40 tests, 1 failed, 1 flaky, 1 running"]
    late = heartbeat(still, board(still), 75.0, NOW)
    assert late.text.endswith("1 running (as of 1:15 ago)")


def test_many_specs_of_one_answer_make_few_lines() -> None:
    names = [f"{number}.spec.ts" for number in range(8)]
    _, changes = told_of(
        run(*[running(name) for name in names], *[running(f"f{name}") for name in names]),
        run(*[passed(name) for name in names], *[failed(f"f{name}") for name in names]),
    )
    assert len(changes) == 16
    assert words(merged(changes)) == [
        "FAIL f0.spec.ts [chromium]: 1 of 4 tests failed, 1:00",
        "FAIL f1.spec.ts [chromium]: 1 of 4 tests failed, 1:00",
        "FAIL f2.spec.ts [chromium]: 1 of 4 tests failed, 1:00",
        "FAIL and 5 more specs",
        "PASS 8 specs: 0.spec.ts [chromium], 1.spec.ts [chromium], 2.spec.ts [chromium] and 5 more",
    ]
