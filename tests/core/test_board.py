"""One answer worked out."""

from currents_tui.core.board import board, queued_keys
from currents_tui.core.verdict import SpecState
from tests.builders import ago, failed, passed, run, running, spec, waiting


def test_counts_rows_and_first_failure() -> None:
    made = board(
        run(failed("a", completed=40), failed("b", completed=90), passed("c"), running("d"), waiting("e"))
    )
    assert made.states == {
        SpecState.FAILED: 2, SpecState.PASSED: 1, SpecState.RUNNING: 1, SpecState.WAITING: 1,
    }  # fmt: skip
    assert made.first_failure == ago(90)
    assert [row.spec.spec for row in made.running] == ["d"]
    assert set(made.by_key) == {row.key for row in made.rows}


def test_a_median_needs_three_finished_specs_and_is_by_group() -> None:
    specs = [passed(f"{n}", took=t, group="firefox") for n, t in enumerate((10, 20, 90))]
    made = board(run(*specs, passed("x", group="webkit", took=5)))
    assert made.medians == {"firefox": 20}


def test_an_instance_that_is_listed_twice_is_one_row() -> None:
    made = board(run(passed("a"), passed("a"), passed("b")))
    assert [row.spec.spec for row in made.rows] == ["a", "b"]


def test_of_a_batch_without_starts_only_the_first_runs() -> None:
    batch = [spec(f"{n}.cy.js", claimed=20, results=False, machine="m") for n in range(3)]
    done = spec("done.cy.js", claimed=20, completed=5, passes=1, machine="m")
    assert queued_keys([done, *batch]) == {batch[1].key, batch[2].key}


def test_a_batch_whose_running_spec_tells_its_start_queues_the_others() -> None:
    begun = running("a", machine="m")
    others = [spec(f"{n}.cy.js", claimed=20, results=False, machine="m") for n in range(2)]
    assert queued_keys([*others, begun]) == {s.key for s in others}


def test_machines_are_numbered_in_the_order_in_which_they_came() -> None:
    specs = [
        running("a", group="firefox", machine="late", for_=10),
        running("b", group="firefox", machine="early", for_=90),
        running("c", group="webkit", machine="other", for_=50),
        waiting("d", group="webkit"),
    ]
    assert board(run(*specs)).machines == {"early": "f1", "other": "w1", "late": "f2"}


def test_a_machine_is_named_for_the_group_that_it_served_first() -> None:
    specs = [
        running("a", group="firefox", machine="both", for_=90),
        running("b", group="webkit", machine="both", for_=10),
        running("c", group="webkit", machine="one", for_=50),
        running("d", group="42", machine="none", for_=40),
    ]
    assert board(run(*specs)).machines == {"both": "f1", "one": "w1", "none": "m1"}


def test_a_name_once_shown_stays_that_machines_whoever_comes_later() -> None:
    shown: dict[str, str] = {}
    came = [
        running("a", group="chromium", machine="x", for_=90),
        running("b", group="chromium", machine="y", for_=80),
        running("c", group="firefox", machine="z", for_=50),
        running("d", group="mobile-chrome", machine="u", for_=40),
        running("e", group="mobile-chrome", machine="x", for_=30),
    ]
    for number in range(len(came)):
        names = board(run(*came[: number + 1])).machines
        assert {machine: names[machine] for machine in shown} == shown
        shown = dict(names)
    assert shown == {"x": "c1", "y": "c2", "z": "f1", "u": "m1"}


def test_groups_with_the_same_initial_do_not_share_a_name() -> None:
    specs = [
        running(str(n), group=g, machine=g, for_=n) for n, g in enumerate(("checkout", "cart", "chrome"))
    ]
    names = board(run(*specs)).machines
    assert len(set(names.values())) == 3
    assert set(names.values()) == {"c1", "c2", "c3"}
