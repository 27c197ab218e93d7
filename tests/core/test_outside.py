"""What the window's title and the taskbar say of a run."""

from __future__ import annotations

import pytest
from msgspec import structs

from currents_tui.core.model import Commit, Run, RunMeta
from currents_tui.core.outside import NAME, Mark, Shade, taskbar_mark, window_title
from currents_tui.core.problem import Kind
from currents_tui.core.text import plain
from currents_tui.core.watched import Watched
from tests.builders import RUN_ID, failed, group, passed, run, running
from tests.core.happening import after, polled, trouble


def watched(answer: Run) -> Watched:
    return after(polled(answer)).runs[0]


def counts(complete: int, failures: int = 0, overall: int | None = 73) -> Run:
    groups = (group(overall=overall, complete=complete, failures=failures),)
    return run(running(), groups=groups, status="FAILING" if failures else "RUNNING")


def test_the_state_the_specs_the_failures_and_the_branch() -> None:
    assert window_title(watched(counts(51, 5))) == "FAILING 51/73 5F feat/checkout - currents-tui"
    assert window_title(watched(counts(51))) == "RUNNING 51/73 feat/checkout - currents-tui"
    assert window_title(watched(counts(51, overall=None))) == "RUNNING feat/checkout - currents-tui"


def test_before_anything_is_known_it_is_the_programs_name() -> None:
    assert window_title(Watched(RUN_ID)) == NAME
    assert taskbar_mark(Watched(RUN_ID)) == Mark()


def test_neither_changes_with_the_number_of_tests() -> None:
    def answer(passes: int) -> Watched:
        return watched(run(running(passes=passes), groups=(group(passes=passes),)))

    assert window_title(answer(1)) == window_title(answer(3))
    assert taskbar_mark(answer(1)) == taskbar_mark(answer(3))


def test_the_title_says_that_no_answer_comes_and_not_at_the_first_miss() -> None:
    known = polled(counts(51), at=60)
    once = after(known, trouble(Kind.OFFLINE, at=50))
    assert window_title(once.runs[0]) == "RUNNING 51/73 feat/checkout - currents-tui"
    long = after(known, trouble(Kind.OFFLINE, at=50), trouble(Kind.OFFLINE, at=40, attempt=3))
    assert window_title(long.runs[0]) == "RUNNING 51/73 feat/checkout (no answer) - currents-tui"


def test_a_branch_without_end_is_cut() -> None:
    meta = RunMeta(commit=Commit(branch=plain("b" * 300)))
    assert len(window_title(watched(structs.replace(counts(1), meta=meta)))) < 90


@pytest.mark.parametrize(
    ("answer", "mark"),
    [
        (counts(0), Mark(Shade.NORMAL, 0)),
        (counts(51), Mark(Shade.NORMAL, 69)),
        (counts(72), Mark(Shade.NORMAL, 98)),
        (counts(73), Mark(Shade.NORMAL, 100)),
        (counts(51, 5), Mark(Shade.ERROR, 69)),
        (counts(5, overall=None), Mark()),
        (run(passed(), state="COMPLETE", status="PASSED"), Mark()),
        (run(failed(), state="TIMEOUT", status="FAILED"), Mark()),
    ],
)
def test_the_taskbar_shows_whole_per_cent_while_the_run_goes_on(answer: Run, mark: Mark) -> None:
    assert taskbar_mark(watched(answer)) == mark
