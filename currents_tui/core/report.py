"""A run in lines of plain text, for whoever has no full screen."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from currents_tui.core.board import Board, SpecRow
from currents_tui.core.forecast import forecast
from currents_tui.core.model import Run
from currents_tui.core.progress import Totals, totals
from currents_tui.core.rows.look import elapsed, framework, ratio, run_title, short_sha
from currents_tui.core.silence import silence
from currents_tui.core.stall import Stall
from currents_tui.core.text import clip
from currents_tui.core.verdict import SpecState
from currents_tui.core.words import count, counted, span

_LABEL = 8


def status_lines(
    run: Run,
    board: Board,
    stuck: Sequence[Stall],
    now: datetime,
    url: str,
    run_timeout: float | None = None,
) -> list[str]:
    """How `run` is at `now`, a fact to a line. What is not told has no line.

    `run_timeout` is the inactivity limit in seconds where the answer tells none.
    """
    commit, sums = run.meta.commit, totals(run)
    where = [commit.branch, short_sha(commit.sha), commit.author_name, framework(run)]
    facts = [
        ("run", f"{run.run_id or '?'}  {run_title(run)}"),
        ("state", state_words(run, board)),
        ("from", ", ".join(filter(None, where))),
        ("specs", specs_words(board, sums)),
        ("tests", tests_words(sums)),
        ("time", time_words(run, board, now, stuck)),
        *(("slow", stall_words(stall)) for stall in stuck),
        ("silent", silence_words(run, board, stuck, now, run_timeout)),
        ("url", url),
    ]
    return [f"{label:<{_LABEL}}{fact}" for label, fact in facts if fact]


def state_words(run: Run, board: Board) -> str:
    """ "CANCELED by Example Author (apiRequest)"."""
    told = run.cancellation
    if board.verdict.word != "CANCELED" or told is None:
        return board.verdict.word
    by = f" by {told.by}" if told.by else ""
    return f"CANCELED{by}{f' ({told.reason})' if told.reason else ''}"


def specs_words(board: Board, sums: Totals) -> str:
    """ "31/60 done, 2 failed, 8 running, 21 waiting"."""
    states = board.states
    parts = [f"{ratio(sums.specs)} done"]
    for state, word in (
        (SpecState.FAILED, "failed"),
        (SpecState.RUNNING, "running"),
        (SpecState.WAITING, "waiting"),
        (SpecState.CANCELED, "cancelled"),
        (SpecState.TIMED_OUT, "timed out"),
    ):
        if states.get(state):
            parts.append(f"{states[state]} {word}")
    return ", ".join(parts)


def tests_words(sums: Totals) -> str:
    """ "221/1,046: 210 passed, 2 failed, 1 flaky"."""
    parts = [
        f"{count(number)} {word}"
        for number, word in (
            (sums.passed, "passed"),
            (sums.failed, "failed"),
            (sums.flaky, "flaky"),
            (sums.skipped, "skipped by errors"),
            (sums.pending, "ignored"),
        )
        if number or (word == "failed" and number is not None)
    ]
    return f"{ratio(sums.tests)}: {', '.join(parts)}" if parts else ratio(sums.tests)


def time_words(run: Run, board: Board, now: datetime, stuck: Sequence[Stall] = ()) -> str:
    """ "12:40 so far, ~5m (4-7m) to go", or "took 24:10"."""
    took = elapsed(run, board.verdict.is_over, now)
    if took is None:
        return ""
    if board.verdict.is_over:
        return f"took {span(took)}"
    left = forecast(board, run, None, now, [stall.row.key for stall in stuck])
    return f"{span(took)} so far" + (f", {left.to_go}" if left is not None else "")


def stall_words(stall: Stall) -> str:
    """ "e2e/slow.spec.ts (w2): silent for 4:10; specs of webkit take 0:22"."""
    row = stall.row
    machine = f" ({row.machine})" if row.machine else ""
    return f"{row.spec.spec or '?'}{machine}: silent for {span(stall.silent)}; {stall.usual}"


def silence_words(
    run: Run, board: Board, stuck: Sequence[Stall], now: datetime, run_timeout: float | None = None
) -> str:
    """ "no sign of life for 14:05, TIMEOUT in 15:55"; empty while the run lives."""
    found = silence(board, run, {}, stuck, now, otherwise=run_timeout)
    return found.words if found is not None else ""


def failure_words(row: SpecRow, *, is_over: bool, briefly: bool = False) -> str:
    """ "1 of 12 tests failed, 1:44"; `is_over` says whether the file has ended.

    `briefly` it is "1/12 failed, 1:44", with what can be cut at the end.
    """
    stats = row.spec.stats
    if row.spec.results is not None and row.spec.results.exception:
        return f"the file could not run: {clip(row.spec.results.exception.first_line, 80)}"
    planned, failures = stats.planned or stats.reported, count(stats.failures)
    parts = [
        f"{failures}/{count(planned)} failed"
        if briefly
        else f"{failures} of {counted(planned, 'test')} failed"
    ]
    left_out = [f"{stats.skipped} did not run"] if stats.skipped else []
    end: list[str] = []
    if not is_over:
        end = ["still running"]
    elif row.spec.duration_ms is not None:
        end = [span(row.spec.duration_ms / 1000)]
    parts += [*end, *left_out] if briefly else [*left_out, *end]
    return ", ".join(parts)


def success_words(row: SpecRow) -> str:
    """ "1 flaky, 12 tests, 1:44"."""
    parts = [f"{row.spec.flaky} flaky"] if row.state is SpecState.FLAKY else []
    parts.append(counted(row.spec.stats.reported, "test"))
    if row.spec.duration_ms is not None:
        parts.append(span(row.spec.duration_ms / 1000))
    return ", ".join(parts)


def in_one_line(run: Run, board: Board, now: datetime, stuck: Sequence[Stall] = ()) -> str:
    """ "12/60 specs, 80/400 tests, 2 failed, 1 flaky, 8 running, ~5m (4-7m) to go"."""
    left = forecast(board, run, None, now, [stall.row.key for stall in stuck])
    so_far = so_far_words(run, board)
    return so_far if left is None else f"{so_far}, {left.to_go}"


def so_far_words(run: Run, board: Board) -> str:
    """ "12/60 specs, 80/400 tests, 2 failed, 1 flaky, 8 running"."""
    sums = totals(run)
    parts = [f"{ratio(sums.specs)} specs", f"{ratio(sums.tests)} tests"]
    parts += [
        f"{count(number)} {word}"
        for number, word in (
            (sums.failed, "failed"),
            (sums.flaky, "flaky"),
            (len(board.running), "running"),
        )
        if number
    ]
    return ", ".join(parts)


def result_words(run: Run, board: Board, now: datetime) -> str:
    """ "5 of 1,046 tests failed, took 12:40"."""
    sums = totals(run)
    tests = counted(sums.tests.done, "test")
    parts = [f"{count(sums.failed)} of {tests} failed" if sums.failed else tests]
    if sums.specs.total is not None and not sums.specs.is_full:
        parts.append(f"{ratio(sums.specs)} specs")
    return ", ".join(filter(None, [*parts, time_words(run, board, now)]))


def end_lines(run: Run, board: Board, words: str, now: datetime, url: str) -> list[str]:
    """The verdict in a line, and where to read on; `words` say why it was watched no longer."""
    sums = totals(run)
    time = time_words(run, board, now)
    verdict = f"{state_words(run, board)}: specs {specs_words(board, sums)}; tests {tests_words(sums)}"
    return [*filter(None, [words]), f"{verdict}; {time}" if time else verdict, url]


def failed_words(failed: int, flaky: int) -> str:
    """ "2 tests failed, 1 flaky"."""
    parts = [f"{counted(failed, 'test')} failed"] if failed else []
    if flaky:
        parts.append(f"{flaky} flaky" if failed else f"{counted(flaky, 'flaky test')}")
    return ", ".join(parts) or "No test failed"
