"""Which specs are shown, and in which order. The order is kept by what a spec is, never by its place."""

import re
from collections.abc import Callable, Collection, Iterable, Sequence
from enum import StrEnum

from msgspec import Struct

from currents_tui.core.board import SpecRow
from currents_tui.core.verdict import SpecState


class Sort(StrEnum):
    ATTENTION = "attention"
    NAME = "name"
    TIME = "time"
    GROUP = "group"
    MACHINE = "machine"


_ATTENTION = {
    SpecState.STUCK: 0,
    SpecState.FAILED: 1,
    SpecState.FLAKY: 2,
    SpecState.RUNNING: 3,
    SpecState.TIMED_OUT: 0,
    SpecState.CANCELED: 4,
    SpecState.WAITING: 5,
    SpecState.SKIPPED: 6,
    SpecState.PASSED: 7,
}


class Term(Struct, frozen=True):
    """One word of a filter: `!` in front inverts it, `st:` `g:` `m:` `tag:` say where to look.

    Quotes hold several words together: `g:"mobile chrome"`.
    """

    field: str
    text: str
    inverted: bool


_TERM = re.compile(r'(!?)(?:(st|g|m|tag):)?(?:"([^"]*)"?|([^\s!]\S*))')

FIELDS = {"st": "state", "g": "group", "m": "machine", "tag": "tag"}


def parse_filter(typed: str) -> tuple[Term, ...]:
    """What was typed, as terms that must all hold. Nothing that is typed is an error."""
    terms: list[Term] = []
    for inverted, field, quoted, word in _TERM.findall(typed.lower()):
        if text := quoted or word:
            terms.append(Term(FIELDS.get(field, "spec"), text, bool(inverted)))
    return tuple(terms)


def _holds(term: Term, row: SpecRow, state: SpecState) -> bool:
    spec = row.spec
    if term.field == "state":
        found = _STATE_WORDS[state].startswith(term.text) or state.value.lower().startswith(term.text)
    elif term.field == "group":
        found = term.text in (spec.group_id or "").lower()
    elif term.field == "machine":
        found = term.text == row.machine or (spec.machine_id or "").lower().startswith(term.text)
    elif term.field == "tag":
        found = any(term.text in tag.lower() for tag in spec.tags)
    else:
        found = term.text in (spec.spec or "").lower()
    return found is not term.inverted


_STATE_WORDS = {
    SpecState.STUCK: "stuck",
    SpecState.FAILED: "failed",
    SpecState.FLAKY: "flaky",
    SpecState.RUNNING: "running",
    SpecState.WAITING: "waiting",
    SpecState.PASSED: "passed",
    SpecState.SKIPPED: "skipped",
    SpecState.CANCELED: "canceled",
    SpecState.TIMED_OUT: "timeout",
}


def matching(rows: Iterable[SpecRow], terms: Sequence[Term], stuck: Collection[str]) -> list[SpecRow]:
    """The rows for which every term holds."""
    if not terms:
        return list(rows)
    return [row for row in rows if all(_holds(term, row, state_of(row, stuck)) for term in terms)]


def state_of(row: SpecRow, stuck: Collection[str]) -> SpecState:
    """The row's state with the clock's word on it."""
    return SpecState.STUCK if row.key in stuck else row.state


def ordered(
    rows: Iterable[SpecRow],
    sort: Sort,
    *,
    backwards: bool = False,
    stuck: Collection[str] = (),
    hold: Sequence[str] = (),
) -> list[SpecRow]:
    """`rows` by `sort`. With `hold`, rows named there keep that order and the others come after."""
    result = sorted(rows, key=_sort_key(sort, stuck))
    if backwards:
        result.reverse()
    if hold:
        place = {key: index for index, key in enumerate(hold)}
        result.sort(key=lambda row: place.get(row.key, len(place)))
    return result


_SortKey = tuple[float | str, ...]


def _sort_key(sort: Sort, stuck: Collection[str]) -> Callable[[SpecRow], _SortKey]:
    def name(row: SpecRow) -> str:
        return row.spec.spec or ""

    def begun(row: SpecRow) -> float:
        return row.since.timestamp() if row.since else float("inf")

    def attention(row: SpecRow) -> _SortKey:
        # A running spec that has a failure already belongs right behind the failed ones.
        rank: float = _ATTENTION[state_of(row, stuck)]
        if row.since is not None and row.spec.stats.failures and row.key not in stuck:
            rank = 1.5
        return (rank, begun(row), name(row), row.spec.group_id or "")

    def longest(row: SpecRow) -> _SortKey:
        # What runs now comes first, the longest running on top, then by duration.
        return (begun(row), -(row.spec.duration_ms or 0.0), name(row))

    keys: dict[Sort, Callable[[SpecRow], _SortKey]] = {
        Sort.ATTENTION: attention,
        Sort.NAME: lambda row: (name(row), row.spec.group_id or ""),
        Sort.TIME: longest,
        Sort.GROUP: lambda row: (row.spec.group_id or "", name(row)),
        Sort.MACHINE: lambda row: (not row.machine, len(row.machine), row.machine, begun(row), name(row)),
    }
    return keys[sort]
