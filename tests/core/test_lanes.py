"""How many specs a machine runs at once."""

from currents_tui.core.lanes import interval, lanes
from tests.builders import ago, passed, running, spec, waiting


def test_one_after_the_other_is_one_lane() -> None:
    assert lanes([passed("a", completed=70, took=60), passed("b", completed=10, took=60)]) == {"machine-1": 1}


def test_two_that_overlap_are_two_lanes() -> None:
    both = passed("a", completed=10, took=60), passed("b", completed=20, took=60)
    assert lanes(both) == {"machine-1": 2}
    assert lanes([*both, running("c", for_=5, machine="machine-2")]) == {"machine-1": 2, "machine-2": 1}


def test_clocks_that_differ_by_a_second_make_no_lane() -> None:
    assert lanes([passed("a", completed=70, took=60), passed("b", completed=10, took=61)]) == {"machine-1": 1}


def test_short_specs_overlap_as_well() -> None:
    both = passed("a", completed=10, took=1), passed("b", completed=10.2, took=1)
    assert lanes(both) == {"machine-1": 2}


def test_what_waits_has_no_interval() -> None:
    assert interval(waiting()) is None
    assert lanes([waiting()]) == {}


def test_a_running_spec_has_no_end() -> None:
    assert interval(running(for_=30)) == (ago(30).timestamp(), None)


def test_the_service_s_clock_where_the_machine_told_nothing() -> None:
    assert interval(spec(claimed=60, completed=20, results=False)) == (
        ago(60).timestamp(),
        ago(20).timestamp(),
    )
