"""The rows on top."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from msgspec import structs

from currents_tui.core.cells import ASCII, UNICODE, Line, line_width
from currents_tui.core.events import HistoryTold, Polled, PollFailed, Scheduled
from currents_tui.core.history import History
from currents_tui.core.model import Run, Spec, Timeout
from currents_tui.core.problem import Kind
from currents_tui.core.rows.alert import alert
from currents_tui.core.rows.header import header, tiny
from currents_tui.core.rows.look import Look, run_title
from currents_tui.core.state import State, reduce, start
from currents_tui.core.text import plain
from currents_tui.core.watched import silent, stuck
from tests.builders import NOW, RUN_ID, ago, canceled, failed, group, passed, run, running, waiting
from tests.core.happening import scheduled

LOOK = Look(UNICODE, UTC)


def text(*lines: Line) -> str:
    return "\n".join("".join(span for span, _ in line) for line in lines)


def seen(answer: Run, *, age: float = 1, next_in: float = 4) -> State:
    state = start((RUN_ID,), 5)
    state = reduce(state, Polled(run_id=RUN_ID, run=answer, asked_at=ago(age + 0.2), at=ago(age)))
    next_at = NOW + timedelta(seconds=next_in)
    return reduce(state, Scheduled(run_id=RUN_ID, next_at=next_at, interval=5, reason=""))


BUSY = run(
    failed(completed=600), passed("p"), passed("q"), passed("r"), running("s"), waiting("t"), status="FAILING"
)


@pytest.mark.parametrize("cells", range(60, 221, 7))
@pytest.mark.parametrize("glyphs", [UNICODE, ASCII])
def test_no_row_is_wider_than_the_screen(cells: int, glyphs: object) -> None:
    look = Look(glyphs, UTC)  # type: ignore[arg-type]
    for state in (seen(BUSY), structs.replace(seen(BUSY), follows="x" * 99), start((RUN_ID,), 5)):
        rows = header(state, NOW, cells, look)
        assert len(rows) == (4 if cells >= 100 else 3)
        assert all(line_width(row) <= cells for row in rows)


def test_what_is_always_in_sight() -> None:
    shown = text(*header(seen(BUSY), NOW, 80, LOOK))
    for fact in ("Shop42", "6f3b9c0e", "FAILING", "feat/checkout", "@a41c9e7", "14:14:59", "next 4s", "LIVE"):
        assert fact in shown
    for fact in ("4/10", "1 run", "1 wait", "16/40", "1F 1~", "elapsed 12:40", "eta ~"):
        assert fact in shown
    assert "verdict known: FAIL since 14:05:00 (1 failed)" in shown


FULL = run(
    *(running(f"r{n}") for n in range(7)), waiting("t"), status="FAILING",
    groups=(group(overall=73, complete=65, planned=1046, passes=977, failures=4, pending=14, flaky=5),),
)  # fmt: skip


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        (60, "65/73  7 run  tests 995/1,046  4F 5~"),
        (80, "65/73  7 run 1 wait  tests 995/1,046  4F 5~ 14-"),
        (102, "65/73 89%   7 run 1 wait   tests 995/1,046   4 FAILED  5 flaky"),
    ],
)
def test_what_failed_goes_before_what_waits_and_what_was_left_out(cells: int, told: str) -> None:
    rows = header(seen(FULL), NOW, cells, LOOK)
    assert text(rows[-2]).endswith(f" {told}")


def test_the_wide_header_says_more() -> None:
    shown = text(*header(seen(BUSY), NOW, 120, LOOK))
    facts = ("fix: debounce the address look-up", "playwright 1.50.1", "api 200 ms", "req/min", "14 passed")
    assert all(fact in shown for fact in facts)


def test_age_shows_when_data_is_older_than_it_should_be() -> None:
    assert "old" not in text(*header(seen(BUSY, age=9), NOW, 100, LOOK))
    late = text(*header(seen(BUSY, age=42, next_in=-30), NOW, 100, LOOK))
    assert "0:42 old" in late
    assert "STALE" in late
    assert "next 0s" in late


@pytest.mark.parametrize("reason", ["rate limited", "slow server", "unfocused", "unchanged"])
def test_a_pace_that_is_slower_than_set_is_told_and_where_there_is_room_why(reason: str) -> None:
    state = reduce(seen(BUSY), scheduled(13, interval=15.04, reason=reason))
    assert text(header(state, NOW, 100, LOOK)[0]).endswith(f"LIVE 15s ({reason})")
    assert text(header(state, NOW, 80, LOOK)[0]).endswith("next 13s LIVE 15s")


def test_a_pace_as_it_was_set_is_told_where_there_is_room() -> None:
    assert text(header(seen(BUSY), NOW, 100, LOOK)[0]).endswith("LIVE 5s")
    assert text(header(seen(BUSY), NOW, 80, LOOK)[0]).endswith("next 4s LIVE")
    # A key asks at once: that is no pace.
    woken = reduce(seen(BUSY), scheduled(1, interval=1))
    assert text(header(woken, NOW, 100, LOOK)[0]).endswith("LIVE 5s")
    # The list of runs has a pace of its own.
    listed = reduce(seen(BUSY), scheduled(12, interval=15))
    assert text(header(listed, NOW, 100, LOOK)[0]).endswith("LIVE 15s")


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        (60, "FAILING  feat/… "),
        (80, "FAILING  follows feat/checkout "),
        (99, "FAILING  follows feat/checkout @a41c9e7 "),
        (100, "fix: debounce the address look-up  follows feat/checkout    playwright 1.50.1"),
        (140, "fix: debounce the address look-up  follows feat/checkout  @a41c9e7  Example Author "),
    ],
)
def test_a_branch_that_is_followed_is_marked_where_there_is_room(cells: int, told: str) -> None:
    followed = structs.replace(seen(BUSY), follows="feat/checkout")
    assert told in text(*header(followed, NOW, cells, LOOK)[:2])
    assert "follows" not in text(*header(seen(BUSY), NOW, cells, LOOK))


@pytest.mark.parametrize("cells", [90, 120])
def test_a_branch_that_has_no_run_yet_is_followed_beside_the_one_that_is_shown(cells: int) -> None:
    shown = text(*header(structs.replace(seen(BUSY), follows="main"), NOW, cells, LOOK)[:2])
    assert "feat/checkout, follows main" in shown


def test_a_cancelled_run_says_who_did_it_and_what_never_reported() -> None:
    told = canceled(passed(completed=90), running("s"), waiting("t"), before=400)
    shown = text(*header(seen(told), NOW, 120, LOOK))
    assert "CANCELED" in shown
    assert "PASSED" not in shown
    assert "canceled by api:ops at 14:08:20, 1 spec not reported, 1 never begun" in shown
    assert "ran 11:10" in shown
    assert "eta" not in shown


def test_what_machines_still_finish_after_a_cancel_is_counted_until_it_is_reported() -> None:
    told = canceled(passed(completed=90), running("r"), running("s"), waiting("t"))
    shown = text(*header(seen(told), NOW, 120, LOOK))
    assert "canceled by api:ops at 14:14:40, 2 specs still finishing, 1 never begun" in shown
    assert "OVER" not in shown


def test_a_run_that_was_given_up_ran_until_then_and_where_nobody_tells_that_it_is_not_made_up() -> None:
    told = run(passed(completed=90), running("s"), state="TIMEOUT", status="FAILED")
    shown = text(*header(seen(told), NOW, 120, LOOK))
    assert "last result after 11:10" in shown
    limited = structs.replace(told, timeout=Timeout(is_timeout=True, timeout_value_ms=60_000.0))
    assert "ran 12:10" in text(*header(seen(limited), NOW, 120, LOOK))


def test_since_when_it_fails_is_when_that_was_first_seen() -> None:
    fine, failing = run(running("a")), run(running("a", failures=1), status="FAILING")
    reported = run(failed("a", completed=5), running("b"), status="FAILING")
    state = start((RUN_ID,), 5)
    for told, seconds in ((fine, 40), (failing, 30), (failing, 20), (reported, 0)):
        state = reduce(state, Polled(run_id=RUN_ID, run=told, asked_at=ago(seconds), at=ago(seconds)))
    assert "FAIL since 14:14:30" in text(*header(state, NOW, 120, LOOK))
    first = reduce(start((RUN_ID,), 5), Polled(run_id=RUN_ID, run=reported, asked_at=NOW, at=NOW))
    assert "FAIL since 14:14:55" in text(*header(first, NOW, 120, LOOK))


@pytest.mark.parametrize("cells", [80, 120])
def test_the_bar_is_as_long_at_the_end_as_at_the_beginning(cells: int) -> None:
    lengths = set[int]()
    for done in (1, 9, 60, 100):
        now = group(
            overall=100,
            claimed=100,
            complete=done,
            planned=1200,
            passes=12 * done,
            failures=0,
            pending=0,
            flaky=0,
        )
        shown = text(*header(seen(run(groups=(now,))), NOW, cells, LOOK))
        lengths.add(sum(shown.count(glyph) for glyph in (UNICODE.done, UNICODE.claimed, UNICODE.waiting)))
    assert len(lengths) == 1


def test_nothing_known_shows_the_id_and_no_verdict() -> None:
    shown = text(*header(start((RUN_ID,), 5), NOW, 80, LOOK))
    assert RUN_ID in shown
    assert "ASKING" in shown
    assert "0/0" not in shown


@pytest.mark.parametrize("cells", [1, 10, 40, 59])
def test_one_line_fits(cells: int) -> None:
    assert all(line_width(line) <= cells for line in tiny(seen(BUSY), NOW, cells, LOOK))


def test_one_line_says_what_matters_first() -> None:
    assert text(*tiny(seen(BUSY), NOW, 59, LOOK)).startswith("FAILING 4/10 1F 1~ eta ~")


def test_what_was_said_stands_where_it_says_how_there_is_more() -> None:
    assert text(tiny(seen(BUSY), NOW, 40, LOOK)[-1]) == "60x15 shows more.  q quit  ? help"
    assert text(tiny(seen(BUSY), NOW, 40, LOOK, "Too small to act in.")[-1]) == "Too small to act in."
    assert line_width(tiny(seen(BUSY), NOW, 9, LOOK, "Too small to act in.")[-1]) <= 9


def test_titles_in_the_dashboards_order() -> None:
    from msgspec import structs

    from currents_tui.core.model import Commit, GithubEvent, PullRequest, RunMeta
    from currents_tui.core.text import block

    sha = "a" * 40
    event = GithubEvent(pr_title=plain("The pull request"))
    table: list[tuple[RunMeta, str]] = [
        (RunMeta(commit=Commit(gha_event_data=event, message=block("x"))), "The pull request"),
        (RunMeta(pr=PullRequest(id=plain("x#231")), title=plain("T")), "Pull Request #231"),
        (RunMeta(title=plain("T"), commit=Commit(message=block("m"))), "T"),
        (RunMeta(commit=Commit(message=block("first\nsecond"))), "first"),
        (RunMeta(commit=Commit(message=block(f"Merge {sha} into {sha}")), ci_build_id=plain("b")), "Run #b"),
        (RunMeta(), "Run #6f3b9c"),
    ]
    for meta, title in table:
        assert run_title(structs.replace(run(), meta=meta)) == title


def failing(kind: Kind, retry_after: float | None = None) -> State:
    return reduce(
        seen(BUSY, age=42, next_in=8),
        PollFailed(
            run_id=RUN_ID, at=ago(20), kind=kind, sentence=plain("Connecting timed out."),
            hint=plain("Is the network there?"), attempt=3, retry_after=retry_after,
        ),
    )  # fmt: skip


def test_the_alert_says_what_when_and_what_next() -> None:
    state = failing(Kind.OFFLINE)
    shown = text(alert(state.current, (), NOW, 120, LOOK))
    assert shown == "! OFFLINE 0:20  Connecting timed out. Try 4 in 8s; r now. Data is from 14:14:18."


def test_the_alert_tells_that_the_server_asked_to_wait() -> None:
    state = failing(Kind.RATE_LIMITED, retry_after=28)
    shown = text(alert(state.current, (), NOW, 120, LOOK))
    assert "RATE LIMITED (429)" in shown
    assert "in 8s as the server asked" in shown


@pytest.mark.parametrize("retry_after", [None, 2, 9_999])
def test_a_wait_that_the_server_did_not_ask_for_is_not_said_to_be_its_wish(retry_after: float | None) -> None:
    state = failing(Kind.RATE_LIMITED, retry_after=retry_after)
    assert "Try 4 in 8s; r now." in text(alert(state.current, (), NOW, 120, LOOK))
    slowed = reduce(state, scheduled(8, interval=15, reason="rate limited"))
    shown = text(alert(slowed.current, (), NOW, 80, LOOK))
    assert "Try 4 in 8s, slowed: fewer requests are wanted; r now." in shown


def test_when_the_asking_has_stopped_the_alert_says_how_to_go_on() -> None:
    state = failing(Kind.KEY_REFUSED)
    stopped = Scheduled(run_id=RUN_ID, next_at=None, interval=5, reason="stopped")
    shown = text(alert(reduce(state, stopped).current, (), NOW, 140, LOOK))
    assert "No longer asking: r asks again. Is the network there?" in shown


def test_the_alert_names_what_is_stuck() -> None:
    done = [passed(f"done-{n}", took=60) for n in range(3)]
    state = seen(run(*done, running("address.spec.ts", for_=492)), age=0)
    shown = text(alert(state.current, stuck(state.current, NOW), NOW, 120, LOOK))
    said = "! STUCK c1 address.spec.ts running since 14:06:48 (8:12)"
    assert shown == f"{said}  8.2× specs of chromium  [c] cancel"
    assert text(alert(state.current, stuck(state.current, NOW), NOW, 80, LOOK)).startswith(f"{said}  8.2×")
    read_only = alert(state.current, stuck(state.current, NOW), NOW, 120, LOOK, may_cancel=False)
    assert "[c]" not in text(read_only)


def test_no_alert_without_a_reason() -> None:
    assert alert(seen(BUSY).current, (), NOW, 80, LOOK) == ()


LIMITED = Timeout(is_timeout=False, timeout_value_ms=1_800_000)
OLD = [passed(f"done-{n}", took=60, completed=500) for n in range(3)]


def warned(state: State, at: datetime, cells: int = 120) -> str:
    stalls = stuck(state.current, at)
    return text(alert(state.current, stalls, at, cells, LOOK, silent(state.current, stalls, at)))


def test_the_countdown_to_the_timeout() -> None:
    slow = structs.replace(run(*OLD, running("a", for_=492)), timeout=LIMITED)
    assert "(8:12)  TIMEOUT in 21:48  8.2×" in warned(seen(slow, age=0), NOW)


def test_the_limit_of_a_run_that_does_not_tell_it_is_that_of_its_project_or_as_set() -> None:
    state = seen(BUSY)
    assert "timeout" not in text(*header(state, NOW, 120, LOOK))
    state = structs.replace(state, run_timeout=2700)
    assert "timeout 45:00" in text(*header(state, NOW, 120, LOOK))
    state = reduce(state, HistoryTold(run_id=RUN_ID, history=History(inactivity_limit=1800)))
    assert "timeout 30:00" in text(*header(state, NOW, 120, LOOK))
    over = structs.replace(seen(run(passed(), state="COMPLETE", status="PASSED")), run_timeout=2700)
    assert "timeout" not in text(*header(over, NOW, 120, LOOK))


def test_a_result_from_before_anybody_looked_was_heard_nobody_knows_when() -> None:
    slow = structs.replace(run(*OLD, running("a", for_=492, passes=1)), timeout=LIMITED)
    first = seen(slow, age=300)
    at = first.current.as_of
    assert at is not None
    assert "TIMEOUT in 26:48 at the earliest" in warned(first, at)
    moved = structs.replace(run(*OLD, running("a", for_=492, passes=2)), timeout=LIMITED)
    state = reduce(first, Polled(run_id=RUN_ID, run=moved, asked_at=ago(290), at=ago(290)))
    again = structs.replace(moved, tags=(plain("poll"),))
    state = reduce(state, Polled(run_id=RUN_ID, run=again, asked_at=NOW, at=NOW))
    assert "silent since 14:10:10 (4:50)  TIMEOUT in 25:10  4.8×" in warned(state, NOW)


@pytest.mark.parametrize("beside", [running("b", for_=5, machine="machine-2"), waiting("b")])
def test_a_countdown_ends_in_what_it_counts_down_to(beside: Spec) -> None:
    """While others work the service hears of the run, and one spec's silence makes no TIMEOUT."""
    state = seen(structs.replace(run(*OLD, running("a", for_=492), beside), timeout=LIMITED), age=0)
    assert ("TIMEOUT" in warned(state, NOW)) is (beside.claimed_at is None)


def test_a_run_that_was_heard_of_later_than_the_spec_is_given_up_later() -> None:
    later = passed("b", completed=300, took=10, machine="machine-2")
    state = seen(structs.replace(run(*OLD, running("a", for_=492), later), timeout=LIMITED), age=0)
    assert "a running since 14:06:48 (8:12)  run TIMEOUT in 25:00" in warned(state, NOW)


def test_nothing_is_heard_of_a_run_at_all() -> None:
    dead = [running(f"r-{n}", for_=845, machine=f"machine-{n}") for n in range(2)]
    state = seen(structs.replace(run(*_ended(900), *dead), timeout=LIMITED), age=0)
    assert warned(state, NOW) == (
        "! NO SIGN OF LIFE for 14:05, since 14:00:55  TIMEOUT in 15:55  2 specs stuck  [c] cancel"
    )
    corpse = seen(run(*_ended(845), waiting()), age=0)
    assert (
        warned(corpse, NOW) == "! NO SIGN OF LIFE for 14:05, since 14:00:55  nothing is running  [c] cancel"
    )


def _ended(seconds: float) -> list[Spec]:
    return [passed(f"done-{n}", took=60, completed=seconds) for n in range(3)]


def test_the_end_is_not_told_to_the_second() -> None:
    done = [passed(f"done-{n}", took=60) for n in range(3)]
    state = seen(run(*done, running("last", for_=58)))
    assert "eta <10s" in text(*header(state, NOW, 80, LOOK))


def test_the_range_is_told_where_there_is_room() -> None:
    done = [passed(f"done-{n}", took=40 + 10 * n, completed=10 + 80 * n) for n in range(6)]
    left = [waiting(f"wait-{n}") for n in range(6)]
    state = seen(run(*done, running("now", for_=8), *left))
    narrow, wide = (text(*header(state, NOW, cells, LOOK)) for cells in (80, 140))
    assert re.search(r"eta ~\d+m \(\d+-\d+m\)", narrow)
    assert re.search(r"eta ~\d+m \(\d+-\d+m\) from this run", wide)
    assert "from this run" in narrow
    # The verdict is worth more.
    bad = seen(
        run(*done, failed("bad", completed=9, took=1), running("now", for_=8), *left, status="FAILING")
    )
    assert "FAIL since" in text(*header(bad, NOW, 80, LOOK))
    assert "eta ~" in text(*header(bad, NOW, 80, LOOK))


def test_what_holds_up_the_end_is_left_out_and_named() -> None:
    done = [passed(f"done-{n}", took=60, completed=10 + 62 * n) for n in range(6)]
    stuck_one = running("bad", for_=900, machine="machine-2")
    state = seen(run(*done, running("now", for_=8), stuck_one, waiting()))
    assert re.search(r"eta ~2m.* without c1", text(*header(state, NOW, 80, LOOK)))
    assert re.search(r"eta ~2m without c1", text(*tiny(state, NOW, 80, LOOK)))


@pytest.mark.parametrize("kind", [Kind.RATE_LIMITED, Kind.KEY_REFUSED])
def test_where_the_title_says_it_all_the_next_step_comes_before_the_sentence(kind: Kind) -> None:
    shown = text(alert(failing(kind, retry_after=30).current, (), NOW, 160, LOOK))
    assert shown.index("Try 4 in 8s") < shown.index("Connecting timed out.")


def test_in_a_demo_that_runs_faster_less_silence_is_stuck() -> None:
    done = [passed(f"done-{n}", took=4) for n in range(3)]
    current = seen(run(*done, running("slow", for_=20)), age=0).current
    assert not stuck(current, NOW)
    assert stuck(current, NOW, pace=10)
