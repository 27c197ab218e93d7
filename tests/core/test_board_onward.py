"""A board made from the one before is the board that is made anew."""

from datetime import timedelta
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st
from msgspec import structs

from currents_tui.core.board import Board, board, changed
from currents_tui.core.model import Results, Run, Spec, Stats
from currents_tui.core.text import plain
from tests.builders import NOW, failed, passed, run, running, spec, waiting

MOMENTS = st.sampled_from([None, *(NOW + timedelta(seconds=second) for second in range(3))])
FIELDS: dict[str, st.SearchStrategy[Any]] = {
    "instance_id": st.sampled_from([plain(name) for name in "abcde"]),
    "group_id": st.sampled_from([plain(name) for name in ("web", "win", "")]),
    "machine_id": st.sampled_from([plain(name) for name in ("m1", "m2", "m3", "")]),
    "claimed_at": MOMENTS,
    "completed_at": MOMENTS,
    "results": st.builds(
        Results,
        stats=st.builds(
            Stats,
            passes=st.integers(0, 1),
            failures=st.integers(0, 1),
            wall_clock_started_at=MOMENTS,
            wall_clock_duration=st.sampled_from([None, 1000.0, 2000.0]),
        ),
        flaky=st.integers(0, 1),
    ),
}
SPECS = st.builds(Spec, **FIELDS)


@st.composite
def answers(draw: st.DrawFn) -> list[Run]:
    """Answers about a run of which most specs stay what they are. Few of the changes make sense."""
    specs = draw(st.lists(SPECS, max_size=6, unique_by=lambda spec: spec.key))
    made = [Run(completion_state=plain("IN_PROGRESS"), specs=tuple(specs))]
    for _ in range(draw(st.integers(1, 4))):
        for place in draw(st.sets(st.integers(0, 5), max_size=2)):
            if place < len(specs):
                name = draw(st.sampled_from([*FIELDS, "claimed_at", "completed_at"]))
                specs[place] = structs.replace(specs[place], **{name: draw(FIELDS[name])})
        if draw(st.integers(0, 5)) == 5:
            specs = [*specs[1:], draw(SPECS)]
        state = draw(st.sampled_from(["IN_PROGRESS", "IN_PROGRESS", "IN_PROGRESS", "CANCELED"]))
        made.append(Run(completion_state=plain(state), specs=tuple(specs)))
    return made


def course(*specs: Spec | None) -> list[Run]:
    """A run in which only this is going on beside a spec that waits and a machine that has claimed one."""
    beside = (waiting("w", group="webkit"), running("r", group="firefox", machine="m2", for_=50))
    return [run(*beside, one) for one in specs if one is not None]


UNCLAIMED = structs.replace(spec("a", completed=5, results=False), machine_id=plain("m1"))


@settings(deadline=None, max_examples=400)
@given(answers())
@example(course(waiting("a"), running("a", machine="m3"), passed("a", machine="m3")))
@example(course(waiting("a", group="chrome"), running("a", group="chrome", machine="m2", for_=50)))
@example(course(waiting("a"), running("a", machine="m1", for_=90), waiting("a")))
@example(course(failed("a", completed=5), passed("a", completed=5)))
@example(course(*(spec("a", claimed=70, completed=5, took=took) for took in (60, 50))))
@example(course(UNCLAIMED, spec("a", machine="m2", claimed=70, completed=5, results=False)))
@example(course(*(spec("a", machine="m2", claimed=9, completed=at, results=False) for at in (None, 1))))
def test_it_is_the_board_that_is_made_anew(answers: list[Run]) -> None:
    before: Board | None = None
    for answer in answers:
        before = board(answer, before)
        assert before == board(answer)
        assert list(before.by_key) == [row.key for row in before.rows]
        assert set(map(id, before.by_key.values())) == set(map(id, before.rows))


def test_a_machine_whose_turn_has_come_begins_what_was_queued() -> None:
    batch = [spec(name, claimed=20, results=False, machine="m") for name in "ab"]
    done = spec("a", claimed=20, completed=5, passes=1, machine="m")
    after = board(run(done, batch[1]), board(run(*batch)))
    assert [row.state for row in after.rows] == ["PASS", "RUN"]
    assert after == board(run(done, batch[1]))


def test_a_machine_that_is_told_of_late_can_change_what_the_others_are_called() -> None:
    """It claimed before them, and is numbered by that: the board that is made anew knows no better."""
    told = [passed("a", machine="m1", completed=50), waiting("b")]
    before = board(run(*told))
    again = [told[0], running("b", machine="m2", for_=500)]
    assert [row.machine for row in before.rows] == ["c1", ""]
    assert [row.machine for row in board(run(*again), before).rows] == ["c2", "c1"]


def test_a_row_that_says_the_same_is_the_very_same() -> None:
    a, b, c = waiting("a"), running("b", machine="m2"), passed("c")
    before = board(run(a, b, c))
    after = board(run(running("a"), b, c), before)
    assert [one is other for one, other in zip(before.rows, after.rows, strict=True)] == [False, True, True]
    assert changed(before, after) == [(before.rows[0], after.rows[0])]


def test_a_spec_that_is_told_anew_is_the_one_that_its_row_holds() -> None:
    """Equal specs can differ in how their links are signed, and the newest signature is the good one."""
    told = passed("a")
    again = structs.replace(told)
    assert board(run(again), board(run(told))).rows[0].spec is again


def test_what_changed_is_told_of_boards_with_other_rows_too() -> None:
    before, after = board(run(passed("a"), passed("b"))), board(run(passed("b")))
    assert changed(before, after) == [(before.rows[1], after.rows[0])]
