"""What must hold for everything that is shown, spelled out apart from the code that sees to it."""

import json
import unicodedata
from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from currents_tui.core.cells import Tone
from currents_tui.core.model import Group, Link, Run
from currents_tui.core.problem import Problem
from currents_tui.core.progress import Progress, group_specs, group_tests, totals
from currents_tui.core.text import Block, Text, plain
from currents_tui.core.verdict import SpecState, Verdict
from currents_tui.core.words import percent
from tests.safety import forbidden

JOINERS = "\u200c\u200d"


def active(text: str) -> str:
    """Those characters of `text` that a terminal could obey, that turn the direction, or that hide."""
    if text.isascii() and text.isprintable():
        return ""
    hidden = "".join(char for char in text if char not in JOINERS and unicodedata.category(char) == "Cf")
    loose = text[:1] + text[-1:]
    return forbidden(text) + hidden + "".join(char for char in loose if char in JOINERS)


def check_value(value: object) -> None:
    """Everything in what was decoded: safe text, figures that can be, moments that can be shown."""
    if value is None or isinstance(value, bool | StrEnum):
        return
    if isinstance(value, str):
        assert isinstance(value, Text | Block)
        assert active(value.replace("\n", "") if isinstance(value, Block) else value) == ""
    elif isinstance(value, int):
        assert 0 <= value <= 10**9
    elif isinstance(value, float):
        assert 0 <= value <= 1e12
    elif isinstance(value, datetime):
        # In another zone, or with a time added, the first and the last year are an OverflowError.
        assert value.tzinfo is not None
        assert 1 < value.year < 9999
    elif isinstance(value, Link):
        check_value(value.url)
        assert not value.is_web or value.url.strip().lower().startswith(("http://", "https://"))
    elif isinstance(value, tuple):
        for item in value:
            check_value(item)
    else:
        assert isinstance(value, Struct), type(value)
        for name in value.__struct_fields__:
            check_value(getattr(value, name))


def check_problem(problem: Problem) -> None:
    assert active(problem.sentence) == active(problem.hint) == active(str(problem)) == ""
    assert problem.sentence
    assert problem.retry_after is None


# --- how far it has come


def check_progress(run: Run) -> None:
    """No bar runs past its end, and none is full while the data says that something is missing."""
    for group in run.groups:
        check_bar(group_tests(group), complete=True)
        check_bar(group_specs(group), complete=not is_missing(group))
    sums = totals(run)
    check_bar(sums.tests, complete=True)
    check_bar(sums.specs, complete=not is_unfinished(run))


def check_bar(progress: Progress, *, complete: bool) -> None:
    assert 0 <= progress.done <= progress.claimed
    assert progress.total is None or progress.claimed <= progress.total
    assert complete or not progress.is_full
    share = percent(progress.done, progress.total or 0)
    assert share == "" or 0 <= int(share.removesuffix("%")) <= (100 if complete and progress.is_full else 99)


def is_missing(group: Group) -> bool:
    """Whether a spec of `group` has not reported, or nobody says how many there are."""
    counts = group.instances
    return counts.overall is None or (counts.complete or 0) < counts.overall


def is_unfinished(run: Run) -> bool:
    """Whether anything of `run` has not reported, as its groups tell it; without groups, as its specs do."""
    if run.groups:
        return any(map(is_missing, run.groups))
    return any(spec.completed_at is None for spec in run.specs)


# --- what it is called


def check_verdict(run: Run, verdict: Verdict) -> None:
    """A run has passed, was cancelled, or is over, only where the answer says so; and there, it has."""
    told = _letters(run.completion_state or run.status or "")
    status = (run.status or "").upper()
    has_passed = told in COMPLETE and status == "PASSED"
    looks_passed = verdict.word == "PASSED" and verdict.is_over
    assert looks_passed == has_passed
    assert (verdict.tone is Tone.PASSED) == (verdict.glyph == "passed") == has_passed
    assert (verdict.tone is Tone.CANCELED) == (verdict.glyph == "canceled") == (told in CANCELED)
    assert (verdict.tone is Tone.WARNING) == (verdict.glyph == "timeout") == (told in TIMED_OUT)
    assert verdict.is_over == (told in COMPLETE + CANCELED + TIMED_OUT)
    ended = {**dict.fromkeys(CANCELED, "CANCELED"), **dict.fromkeys(TIMED_OUT, "TIMEOUT")}
    if told in ended:
        assert verdict.word == ended[told]
    elif verdict.word in ("PASSED", "CANCELED", "TIMEOUT"):
        # Of a run of which only the status says so this is the service's word, in no colour.
        assert verdict.word == (status or (run.completion_state or "").upper())


def check_told(run: Run, verdict: Verdict, body: bytes) -> None:
    """That `body` says it, where `run` has passed or was cancelled."""
    if verdict.tone not in (Tone.PASSED, Tone.CANCELED):
        return
    data = json.loads(body.decode("utf-8-sig", "replace"), parse_int=str)["data"]
    status, state = (plain(value) if isinstance(value, str) else "" for value in map(data.get, STATES))
    if verdict.tone is Tone.PASSED:
        assert status.upper() == "PASSED"
        assert _letters(state) in COMPLETE
    else:
        assert _letters(state if run.completion_state else status) in CANCELED


STATES = ("status", "completionState")
COMPLETE = ("complete", "completed")
CANCELED = ("canceled", "cancelled")
TIMED_OUT = ("timeout", "timedout")


def _letters(word: str) -> str:
    return "".join(char for char in word.lower() if char.isalpha())


def check_states(run: Run, states: list[tuple[str, SpecState]]) -> None:
    """A spec has passed only where it was reported, something in it passed, and nothing in it is wrong; it is
    cancelled only where its run is.
    """
    told = _letters(run.completion_state or run.status or "")
    by_key = {spec.key: spec for spec in reversed(run.specs)}
    assert [key for key, _ in states] == list(dict.fromkeys(spec.key for spec in run.specs))
    for key, state in states:
        spec, stats = by_key[key], by_key[key].stats
        wrong = [stats.failures, stats.skipped, spec.results and spec.results.exception]
        if state in (SpecState.PASSED, SpecState.FLAKY):
            assert spec.completed_at is not None
            assert not any(wrong)
        if state is SpecState.PASSED:
            assert stats.passes
            assert not (spec.results and spec.results.flaky)
        is_open = spec.completed_at is None
        assert is_open == (state in OPEN)
        assert (state is SpecState.CANCELED) == (is_open and told in CANCELED)
        assert (state is SpecState.TIMED_OUT) == (is_open and told in TIMED_OUT)


OPEN = (SpecState.RUNNING, SpecState.WAITING, SpecState.CANCELED, SpecState.TIMED_OUT)
