"""What happened to a run, newest first: every answer compared with the one before it.

Only what differs is worded, so that an answer about 10,000 specs costs what changed in it. Where the
service tells when something happened, that is its time; else it is the time at which it was seen.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from heapq import nlargest

from msgspec import Struct

from currents_tui.core.board import Board, SpecRow, changed
from currents_tui.core.cells import Tone
from currents_tui.core.completion import Completion, completion
from currents_tui.core.deed import Deed, Ending, Outcome
from currents_tui.core.model import Group, Run
from currents_tui.core.progress import group_specs
from currents_tui.core.report import (
    failure_words,
    result_words,
    so_far_words,
    state_words,
    success_words,
)
from currents_tui.core.rows.look import elapsed
from currents_tui.core.silence import last_sign
from currents_tui.core.stall import Stall, time_limit
from currents_tui.core.verdict import TONES, SpecState, is_bad
from currents_tui.core.watched import Watched
from currents_tui.core.words import counted, span

MOST = 500
"""Entries that are kept."""
AT_FIRST = 20
"""Specs of the first answer that are told: what was there before is no news, and an empty pane no help."""


class EntryKind(StrEnum):
    """What happened. The value is the word on the screen, five cells at most."""

    BEGIN = "BEGIN"
    """The run was created."""
    STATE = "STATE"
    """How the run stands, or that it is called something else now."""
    END = "END"
    """Its verdict is known."""
    START = "START"
    PASSED = "PASS"
    SKIPPED = "SKIP"
    FLAKY = "FLKY"
    FAILED = "FAIL"
    STUCK = "STUK"
    MOVING = "MOVES"
    RESET = "RESET"
    GROUP = "GROUP"
    """Every spec of a group has been reported."""
    DOWN = "DOWN"
    """No answer came."""
    BACK = "BACK"
    ACTION = "DEED"
    """Somebody here cancelled or deleted it."""


class Entry(Struct, frozen=True):
    at: datetime
    kind: EntryKind
    tone: Tone
    words: str
    """What there is to say beside the name; one line."""
    key: str = ""
    """The spec's, to go there; "" where it is about the run or a group."""
    name: str = ""
    """The spec file or group it is about."""
    machine: str = ""

    @property
    def text(self) -> str:
        """All of it but the time, in one line: for the clipboard."""
        about = " ".join(filter(None, (self.kind.value, self.machine, self.name)))
        return f"{about}: {self.words}"


class Log(Struct, frozen=True):
    entries: tuple[Entry, ...] = ()
    """Newest first: in the order in which they were told, those of one answer by their own time."""
    has_begun: bool = False
    """Whether a first answer is in it."""
    stuck: frozenset[str] = frozenset()
    """Keys of the specs that were stuck when it was written last."""


_ENDS = {
    SpecState.PASSED: EntryKind.PASSED,
    SpecState.SKIPPED: EntryKind.SKIPPED,
    SpecState.FLAKY: EntryKind.FLAKY,
    SpecState.FAILED: EntryKind.FAILED,
}


def logged(
    log: Log,
    before: Watched | None,
    after: Watched,
    stalls: Sequence[Stall],
    now: datetime,
    outcome: Outcome | None = None,
) -> Log:
    """`log` with what is new in `after`; the very same object when nothing is.

    `before` is what was known when `log` was written last, `stalls` are those of `after` at `now`, and
    `outcome` is that of the deed that has just ended, if one has.
    """
    new: list[Entry] = [*_of_asking(before, after), *_of_deeds(before, after, outcome, now)]
    run, board = after.run, after.board
    stuck, has_begun = log.stuck, log.has_begun
    if run is not None and board is not None:
        seen = after.as_of or now
        if not has_begun:
            new += _first(run, board, seen)
        elif before is not None and before.run is not None and before.board is not None:
            new += _of_stalls(log.stuck, board, stalls, now)
            if before.board is not board:
                new += _of_run(before.run, before.board, run, board, seen)
        has_begun, stuck = True, frozenset(stall.row.key for stall in stalls)
    if not new:
        return log if stuck == log.stuck else Log(log.entries, has_begun, stuck)
    new.sort(key=_at, reverse=True)
    return Log((*new, *log.entries)[:MOST], has_begun, stuck)


_LATER = (EntryKind.GROUP, EntryKind.STATE, EntryKind.END)
"""Of what happened at one moment these come last: a group is done with its last spec."""


def _at(entry: Entry) -> tuple[datetime, int]:
    return entry.at, _LATER.index(entry.kind) + 1 if entry.kind in _LATER else 0


# --- the first answer


def _first(run: Run, board: Board, seen: datetime) -> Iterator[Entry]:
    """How the run stands, what its specs did last, and when it began."""
    if board.verdict.is_over:
        ended = f"{state_words(run, board)}: {result_words(run, board, seen)}"
        yield Entry(_end_before(run, board, seen), EntryKind.END, board.verdict.tone, ended)
    else:
        words = f"{board.verdict.word}: {so_far_words(run, board)}"
        yield Entry(seen, EntryKind.STATE, board.verdict.tone, words)
    told = [row for row in board.rows if row.state in _ENDS or row.state is SpecState.RUNNING]
    for row in nlargest(AT_FIRST, told, key=lambda row: _when(row, seen)):
        yield _of_spec(row, seen)
    if run.created_at is not None:
        yield Entry(run.created_at, EntryKind.BEGIN, Tone.RUNNING, "the run was created")


# --- what differs between two answers


def _of_run(old: Run, old_board: Board, run: Run, board: Board, seen: datetime) -> Iterator[Entry]:
    was, verdict = old_board.verdict, board.verdict
    if was.word != verdict.word:
        if verdict.is_over:
            words = f"{state_words(run, board)}: {result_words(run, board, seen)}"
            yield Entry(_end_of(run, board, seen), EntryKind.END, verdict.tone, words)
        else:
            yield Entry(seen, EntryKind.STATE, verdict.tone, f"{was.word} -> {verdict.word}")
    yield from _of_specs(old_board, board, seen)
    was_full = {group.group_id for group in old.groups if _is_done(group)}
    for group in run.groups:
        if _is_done(group) and group.group_id not in was_full:
            yield _of_group(group, board, seen)


def _end_of(run: Run, board: Board, seen: datetime) -> datetime:
    """When a run ended that was seen to end. A timeout comes later than anything that the answer dates."""
    took = elapsed(run, True, seen)
    if board.verdict.word == "TIMEOUT" or took is None or run.created_at is None:
        return seen
    return run.created_at + timedelta(seconds=took)


def _end_before(run: Run, board: Board, seen: datetime) -> datetime:
    """When a run had ended before anybody looked: an old one is not to end above what was done hours later.

    A timeout came so long after the last sign of life as is told; where that is not told, at that sign.
    """
    last = last_sign(board, run) or seen
    took = elapsed(run, True, seen)
    if completion(run) is Completion.TIMEOUT:
        last += timedelta(seconds=time_limit(run, None) or 0.0)
    elif took is not None and run.created_at is not None:
        last = run.created_at + timedelta(seconds=took)
    return min(last, seen)


def _of_specs(old: Board, board: Board, seen: datetime) -> Iterator[Entry]:
    known = old.by_key
    # Every change worth a line is in one of these two fields.
    moved = [
        row
        for was, row in changed(old, board)
        if was is None or was.state is not row.state or was.spec.completed_at != row.spec.completed_at
    ]
    told = [row for row in moved if row.state in _ENDS or row.state is SpecState.RUNNING]
    # More than are kept are never worded: after a night's sleep everything may have changed.
    for row in nlargest(MOST, told, key=lambda row: _when(row, seen)):
        yield _of_spec(row, seen)
    for row in board.running:
        was = known.get(row.key)
        if is_bad(row.spec) and (was is None or not is_bad(was.spec) or was.spec.completed_at is not None):
            yield _entry(row, seen, EntryKind.FAILED, failure_words(row, is_over=False, briefly=True))
    back = [row for row in moved if row.state is SpecState.WAITING and _was_over(known.get(row.key))]
    if back:
        words = f"{counted(len(back), 'spec')} sent back to wait"
        yield Entry(seen, EntryKind.RESET, Tone.WARNING, words, key=back[0].key)


def _was_over(row: SpecRow | None) -> bool:
    return row is not None and row.spec.completed_at is not None


def _when(row: SpecRow, seen: datetime) -> datetime:
    """When a spec came into the state that it is in."""
    told = row.since if row.state is SpecState.RUNNING else row.spec.completed_at or row.spec.ended_at
    return told or seen


def _of_spec(row: SpecRow, seen: datetime) -> Entry:
    kind, at = _ENDS.get(row.state), _when(row, seen)
    if kind is None:
        return _entry(row, at, EntryKind.START, "")
    # In 80 cells there is room for how long it took only behind few words.
    has_failed = kind is EntryKind.FAILED
    words = failure_words(row, is_over=True, briefly=True) if has_failed else success_words(row)
    return _entry(row, at, kind, words)


def _entry(row: SpecRow, at: datetime, kind: EntryKind, words: str) -> Entry:
    tone = Tone.FAILED if kind is EntryKind.FAILED else TONES[row.state]
    told = ": ".join(filter(None, (row.spec.group_id, words)))
    return Entry(at, kind, tone, told, row.key, row.spec.spec or "?", row.machine)


def _is_done(group: Group) -> bool:
    specs = group_specs(group)
    return specs.is_full and bool(specs.total)


def _of_group(group: Group, board: Board, seen: datetime) -> Entry:
    """Done when its last spec was reported, as far as that is told."""
    ends = [
        row.spec.completed_at
        for row in board.rows
        if row.spec.group_id == group.group_id and row.spec.completed_at is not None
    ]
    failed = group.instances.failures or 0
    words = f"done, {counted(group_specs(group).done, 'spec')}" + (f", {failed} failed" if failed else "")
    tone = Tone.FAILED if failed else Tone.PASSED
    return Entry(max(ends, default=seen), EntryKind.GROUP, tone, words, name=group.group_id or "?")


# --- what time, the network and people do


def _of_stalls(were: frozenset[str], board: Board, stalls: Iterable[Stall], now: datetime) -> Iterator[Entry]:
    stuck = {stall.row.key: stall for stall in stalls}
    for key, stall in stuck.items():
        if key not in were:
            words = f"silent for {span(stall.silent)}; such a spec takes {span(stall.median)}"
            name, machine = stall.row.spec.spec or "?", stall.row.machine
            yield Entry(now, EntryKind.STUCK, Tone.STUCK, words, key, name, machine)
    for row in board.running if were else ():
        if row.key in were and row.key not in stuck:
            yield _entry(row, now, EntryKind.MOVING, "moving again")


def _of_asking(before: Watched | None, after: Watched) -> Iterator[Entry]:
    was, trouble = before.trouble if before is not None else None, after.trouble
    if trouble is not None and (was is None or was.kind is not trouble.kind):
        yield Entry(trouble.at, EntryKind.DOWN, Tone.WARNING, f"{trouble.kind.value}: {trouble.sentence}")
    if before is not None and was is not None and trouble is None and after.as_of is not None:
        took = (after.as_of - (before.trouble_since or was.at)).total_seconds()
        tries = "1 try" if was.attempt == 1 else f"{was.attempt} tries"
        yield Entry(after.as_of, EntryKind.BACK, Tone.PASSED, f"answers again after {span(took)}, {tries}")


def _of_deeds(
    before: Watched | None, after: Watched, outcome: Outcome | None, now: datetime
) -> Iterator[Entry]:
    was = before.under_way if before is not None else None
    if after.under_way is not None and was is None:
        doing = "cancelling it" if after.under_way is Deed.CANCEL else "deleting it"
        yield Entry(now, EntryKind.ACTION, Tone.WARNING, f"{doing}: asking, sending, looking")
    if outcome is not None and outcome.run_id == after.run_id:
        tone = Tone.CANCELED if outcome.is_so else Tone.WARNING
        yield Entry(outcome.at, EntryKind.ACTION, tone, _outcome_words(outcome))


def _outcome_words(outcome: Outcome) -> str:
    past, why = outcome.deed.past, outcome.problem.sentence if outcome.problem is not None else ""
    match outcome.ending:
        case Ending.DONE:
            return past
        case Ending.ALREADY:
            return f"was {past} before; nothing was changed"
        case Ending.OVER:
            return f"the run finished first; nothing {past}"
        case Ending.REFUSED:
            return f"not {past}: {why}" if why else f"not {past}"
        case Ending.UNKNOWN:
            return f"not confirmed: nothing tells whether it was {past}"
