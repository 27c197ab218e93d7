"""The log of what happened to a run, answer by answer."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from currents_tui.core.cells import Tone
from currents_tui.core.deed import Deed, Ending, Outcome
from currents_tui.core.events import Began, Ended, Event
from currents_tui.core.log import AT_FIRST, MOST, Entry, EntryKind, Log, logged
from currents_tui.core.model import Run, Spec, Timeout
from currents_tui.core.problem import Kind, Problem
from currents_tui.core.state import State, reduce, start
from currents_tui.core.watched import Watched, stuck
from tests.builders import NOW, RUN_ID, ago, canceled, failed, group, passed, run, running, spec, waiting
from tests.core.happening import polled, trouble


class Telling:
    """A run's log, kept as events come in."""

    def __init__(self) -> None:
        self.state: State = start((RUN_ID,), 5.0)
        self.log = Log()

    @property
    def watched(self) -> Watched:
        return self.state.runs[0]

    def hears(self, event: Event, *, now: float = 0) -> tuple[Entry, ...]:
        """What `event` adds, newest first; `now` is in seconds before `NOW`."""
        before, count = self.watched, len(self.log.entries)
        self.state = reduce(self.state, event)
        outcome = event.outcome if isinstance(event, Ended) else None
        stalls = stuck(self.watched, ago(now))
        self.log = logged(self.log, before, self.watched, stalls, ago(now), outcome)
        return self.log.entries[: len(self.log.entries) - count]


def added(*answers: Run) -> tuple[Entry, ...]:
    """What the last of `answers` adds."""
    telling = Telling()
    for answer in answers[:-1]:
        telling.hears(polled(answer))
    return telling.hears(polled(answers[-1]))


def lines(entries: tuple[Entry, ...]) -> list[str]:
    return [entry.text for entry in entries]


# --- the first answer


def test_it_begins_with_how_the_run_stood_and_what_its_specs_did_last() -> None:
    told = added(
        run(
            passed("old.spec.ts", completed=300),
            failed("bad.spec.ts", completed=20),
            running("now.spec.ts", for_=10),
            waiting(),
        )
    )
    assert lines(told) == [
        "STATE: RUNNING: 4/10 specs, 16/40 tests, 1 failed, 1 flaky, 1 running",
        "START c1 now.spec.ts: chromium",
        "FAIL c1 bad.spec.ts: chromium: 1/4 failed, 1:00",
        "PASS c1 old.spec.ts: chromium: 4 tests, 1:00",
        "BEGIN: the run was created",
    ]
    assert [entry.at for entry in told] == [NOW, ago(10), ago(20), ago(300), ago(760)]
    assert told[2].key == "chromium-bad.spec.ts"
    assert told[0].key == ""


def test_of_a_long_run_the_first_answer_tells_the_newest() -> None:
    told = added(run(*[passed(f"{n}.spec.ts", completed=10 + n) for n in range(100)]))
    assert len(told) == AT_FIRST + 2
    assert [entry.name for entry in told[1:-1]] == [f"{n}.spec.ts" for n in range(AT_FIRST)]


OLD = (passed("a.spec.ts", completed=9_000), running("b.spec.ts", for_=8_900), waiting("c.spec.ts"))
LIMIT = Timeout(is_timeout=True, timeout_value_ms=1_800_000)


@pytest.mark.parametrize(
    ("answer", "ended"),
    [
        (structs.replace(run(*OLD, state="TIMEOUT", created=9_500), timeout=LIMIT), 7_100),
        (run(*OLD, state="TIMEOUT", created=9_500), 8_900),
        (structs.replace(run(waiting(), state="TIMEOUT", created=9_500), timeout=LIMIT), 7_700),
        (canceled(waiting(), before=400), 400),
        (canceled(running(for_=700), before=None), 700),
        (run(waiting(), state="COMPLETE", created=9_500), 9_500),
        (structs.replace(run(running(), state="TIMEOUT"), timeout=LIMIT), 0),
    ],
    ids=["limit", "no limit", "nothing ran", "cancelled", "nobody says when", "no specs", "clocks differ"],
)
def test_a_run_that_was_over_before_anybody_looked_ended_then(answer: Run, ended: float) -> None:
    told = added(answer)
    assert (told[0].kind, told[0].at) == (EntryKind.END, ago(ended))


# --- what differs


def test_specs_are_told_as_they_start_and_end_with_the_services_own_time() -> None:
    told = added(
        run(waiting("a.spec.ts"), running("b.spec.ts"), running("c.spec.ts"), running("d.spec.ts")),
        run(
            running("a.spec.ts", for_=4),
            failed("b.spec.ts", completed=3),
            passed("c.spec.ts", completed=2, flaky=1),
            spec("d.spec.ts", claimed=9, completed=1, pending=4),
        ),
    )
    assert lines(told) == [
        "SKIP c1 d.spec.ts: chromium: 4 tests, 0:08",
        "FLKY c1 c.spec.ts: chromium: 1 flaky, 4 tests, 1:00",
        "FAIL c1 b.spec.ts: chromium: 1/4 failed, 1:00",
        "START c1 a.spec.ts: chromium",
    ]
    assert [entry.at for entry in told] == [ago(1), ago(2), ago(3), ago(4)]


def test_a_running_spec_is_told_at_its_first_failure_and_at_its_end() -> None:
    telling = Telling()
    telling.hears(polled(run(running("a.spec.ts")), at=3))
    bad = telling.hears(polled(run(running("a.spec.ts", failures=1)), at=2))
    assert lines(bad) == ["FAIL c1 a.spec.ts: chromium: 1/4 failed, still running"]
    assert bad[0].tone is Tone.FAILED
    assert telling.hears(polled(run(running("a.spec.ts", failures=1, passes=1)), at=1)) == ()
    assert lines(telling.hears(polled(run(failed("a.spec.ts"))))) == [
        "FAIL c1 a.spec.ts: chromium: 1/4 failed, 1:00"
    ]


def test_a_change_of_the_runs_state_and_its_verdict_are_told() -> None:
    telling = Telling()
    telling.hears(polled(run(running("a.spec.ts")), at=3))
    failing = telling.hears(polled(run(running("a.spec.ts"), status="FAILING"), at=2))
    assert lines(failing) == ["STATE: RUNNING -> FAILING"]
    end = telling.hears(polled(run(failed("a.spec.ts"), state="COMPLETE", status="FAILED"), at=1))
    assert [entry.kind for entry in end] == [EntryKind.END, EntryKind.FAILED]
    assert end[0].words == "FAILED: 1 of 16 tests failed, 4/10 specs, took 12:30"
    assert end[0].at == ago(10)
    again = telling.hears(polled(run(waiting("a.spec.ts"))))
    assert lines(again) == ["STATE: FAILED -> RUNNING", "RESET: 1 spec sent back to wait"]
    assert again[1].key == "chromium-a.spec.ts"


def test_a_timeout_is_later_than_what_the_answer_tells_the_time_of() -> None:
    end = added(run(passed()), run(passed(), state="TIMEOUT"))
    assert [(entry.kind, entry.at) for entry in end] == [(EntryKind.END, NOW)]


def test_a_group_is_told_once_it_is_done() -> None:
    def answer(done: int, failures: int = 0) -> Run:
        specs: list[Spec] = [passed("a.spec.ts", completed=7)]
        return run(*specs, groups=(group(overall=3, claimed=3, complete=done, failures=failures),))

    assert lines(added(answer(2), answer(3))) == ["GROUP chromium: done, 3 specs"]
    (done,) = added(answer(2), answer(3, failures=1))
    assert (done.words, done.tone, done.at) == ("done, 3 specs, 1 failed", Tone.FAILED, ago(7))
    assert added(answer(3), answer(3, failures=1)) == ()


def test_stuck_and_moving_again_are_told_once() -> None:
    others = [passed(f"{name}.spec.ts", took=20) for name in "abc"]
    telling = Telling()
    telling.hears(polled(run(*others, running(for_=50)), at=5), now=5)
    silent = polled(run(*others, running(for_=400)), at=4)
    assert lines(telling.hears(silent, now=4)) == [
        "STUK c1 run.spec.ts: silent for 6:36; such a spec takes 0:20"
    ]
    assert telling.hears(silent, now=3) == ()
    moving = telling.hears(polled(run(*others, running(for_=400, passes=1)), at=2), now=2)
    assert lines(moving) == ["MOVES c1 run.spec.ts: chromium: moving again"]
    assert telling.hears(polled(run(*others, passed("run.spec.ts")), at=1), now=1)[0].kind is EntryKind.PASSED


# --- the network, and deeds


def test_trouble_is_told_once_and_its_end_with_how_long_it_took() -> None:
    telling = Telling()
    telling.hears(polled(run(running()), at=60))
    assert lines(telling.hears(trouble(Kind.OFFLINE, at=50))) == ["DOWN: offline: No."]
    assert telling.hears(trouble(Kind.OFFLINE, at=40, attempt=2)) == ()
    assert lines(telling.hears(trouble(Kind.SERVER, at=30, attempt=3))) == ["DOWN: server error: No."]
    back = telling.hears(polled(run(running()), at=8))
    assert lines(back) == ["BACK: answers again after 0:42, 3 tries"]
    assert back[0].at == ago(8)


@pytest.mark.parametrize(
    ("ending", "words"),
    [
        (Ending.DONE, "cancelled"),
        (Ending.ALREADY, "was cancelled before; nothing was changed"),
        (Ending.OVER, "the run finished first; nothing cancelled"),
        (Ending.REFUSED, "not cancelled: It said no."),
        (Ending.UNKNOWN, "not confirmed: nothing tells whether it was cancelled"),
    ],
)
def test_what_somebody_here_did_is_told_and_how_it_ended(ending: Ending, words: str) -> None:
    telling = Telling()
    telling.hears(polled(run(running()), at=9))
    began = telling.hears(Began(run_id=RUN_ID, deed=Deed.CANCEL, at=ago(5)), now=5)
    assert lines(began) == ["DEED: cancelling it: asking, sending, looking"]
    problem = Problem(Kind.FORBIDDEN, "It said no.") if ending is Ending.REFUSED else None
    outcome = Outcome(deed=Deed.CANCEL, run_id=RUN_ID, ending=ending, at=ago(1), problem=problem)
    (ended,) = telling.hears(Ended(run_id=RUN_ID, outcome=outcome))
    assert (ended.words, ended.at) == (words, ago(1))


# --- what holds of every log


def test_it_is_bounded_and_the_newest_stay() -> None:
    count = MOST + 100
    before = run(*[running(f"{n}.spec.ts", machine=f"m{n}") for n in range(count)])
    after = run(*[passed(f"{n}.spec.ts", completed=n + 1, machine=f"m{n}") for n in range(count)])
    telling = Telling()
    telling.hears(polled(before, at=1))
    telling.hears(polled(after))
    assert len(telling.log.entries) == MOST
    assert [entry.name for entry in telling.log.entries] == [f"{n}.spec.ts" for n in range(MOST)]


_SPECS = st.tuples(*[st.sampled_from(("wait", "run", "bad", "pass", "fail", "flaky")) for _ in range(5)])
_STATES = st.sampled_from((("IN_PROGRESS", "RUNNING"), ("IN_PROGRESS", "FAILING"), ("COMPLETE", "FAILED")))


def _answer(states: tuple[str, ...], said: tuple[str, str]) -> Run:
    def a_spec(number: int, state: str) -> Spec:
        name, age = f"{number}.spec.ts", 10.0 * number + 5
        match state:
            case "wait":
                return waiting(name)
            case "run" | "bad":
                return running(name, for_=age, machine=f"m{number}", failures=state == "bad")
            case "fail":
                return failed(name, completed=age)
            case _:
                return passed(name, completed=age, flaky=state == "flaky")

    return run(*[a_spec(n, state) for n, state in enumerate(states)], state=said[0], status=said[1])


@given(st.lists(st.tuples(_SPECS, _STATES, st.booleans()), min_size=1, max_size=12))
def test_what_is_told_later_stands_first_and_what_says_nothing_new_adds_nothing(
    answers: list[tuple[tuple[str, ...], tuple[str, str], bool]],
) -> None:
    telling = Telling()
    for number, (states, said, fails) in enumerate(answers):
        at = float(1000 - number)
        before = telling.log
        event = trouble(Kind.SERVER, at=at) if fails else polled(_answer(states, said), at=at)
        told = telling.hears(event, now=at)
        log = telling.log
        assert log.entries == (*told, *before.entries)[:MOST]
        assert list(told) == sorted(told, key=lambda entry: entry.at, reverse=True)
        assert all("\n" not in entry.text for entry in told)
        same = logged(log, telling.watched, telling.watched, stuck(telling.watched, ago(at)), ago(at))
        assert same is log
        if not fails:
            telling.hears(polled(_answer(states, said), at=at))
            assert telling.log is log


def test_time_alone_adds_what_has_become_stuck_meanwhile() -> None:
    others = [passed(f"{name}.spec.ts", took=20) for name in "abc"]
    telling = Telling()
    telling.hears(polled(run(*others, running(for_=50))))
    later = NOW + timedelta(seconds=40)
    log = logged(telling.log, telling.watched, telling.watched, stuck(telling.watched, later), later)
    assert [(entry.kind, entry.at) for entry in log.entries[:1]] == [(EntryKind.STUCK, later)]


def test_of_a_failure_what_tells_it_from_the_next_one_is_not_at_the_cut_end() -> None:
    one = spec("a.spec.ts", claimed=60, failures=1, skipped=2)
    told = tuple(
        entry for entry in added(run(running("a.spec.ts")), run(one)) if entry.kind is EntryKind.FAILED
    )
    assert lines(told) == ["FAIL c1 a.spec.ts: chromium: 1/4 failed, still running, 2 did not run"]
