"""Which specs are shown, and in which order. The order is kept by what a spec is, never by its place."""

import re
from bisect import insort
from collections.abc import Callable, Collection, Sequence, Set
from enum import StrEnum
from operator import itemgetter

from msgspec import Struct

from currents_tui.core.board import SpecRow
from currents_tui.core.filter_words import no_such_field, no_such_state
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

    Quotes hold several words together: `m:"a b"`; closed ones are the whole name of a group: `g:"e2e"`.
    """

    field: str
    text: str
    inverted: bool
    is_whole: bool = False
    """Whether it is all of the name, and not a part of it."""


_TERM = re.compile(r'(!?)(?:(st|g|m|tag):)?(?:"([^"]*)("?)|([^\s!]\S*))')

FIELDS = {"st": "state", "g": "group", "m": "machine", "tag": "tag"}


def parse_filter(typed: str) -> tuple[Term, ...]:
    """What was typed, as terms that must all hold. Nothing raises; `refusal` says what can match nothing."""
    terms: list[Term] = []
    for inverted, field, quoted, end, word in _TERM.findall(typed.lower()):
        text, is_whole = quoted or word, field == "g" and bool(end)
        if field == "st":
            text = _state_letters(text)
        if text or is_whole:
            terms.append(Term(FIELDS.get(field, "spec"), text, bool(inverted), is_whole))
    return tuple(terms)


def refusal(typed: str) -> str:
    """Why nothing can match what was typed: a state or a field that there is not; "" where there is none."""
    for _, field, quoted, _, word in _TERM.findall(typed.lower()):
        if not field and (refused := no_such_field(word, FIELDS)):
            return refused
        text = _state_letters(quoted or word)
        if field == "st" and text and not any(_is_called(state, text) for state in _STATE_WORDS):
            return no_such_state("spec", text, _STATES_IN_SHORT)
    return ""


def _state_letters(typed: str) -> str:
    """A state as the service writes it, where others write it with another letter."""
    return typed.replace("cancell", "cancel")


def _is_called(state: SpecState, text: str) -> bool:
    return _STATE_WORDS[state].startswith(text) or state.value.lower().startswith(text)


def group_filter(name: str) -> str:
    """The filter for the specs of the group that has exactly this name, as a person would type it."""
    before, quote, _ = name.partition('"')
    # No quotes hold a quote: then it is as much of the name as can be typed.
    return f'g:"{before}' if quote else f'g:"{name}"'


def _holds(term: Term, row: SpecRow, state: SpecState) -> bool:
    spec = row.spec
    if term.field == "state":
        found = _is_called(state, term.text)
    elif term.field == "group":
        group = (spec.group_id or "").lower()
        found = term.text == group if term.is_whole else term.text in group
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


_STATES_IN_SHORT = ("stuck", "failed", "flaky", "run", "wait", "pass", "skip", "cancel", "timeout")
"""As much of each as says which it is."""


def matches(row: SpecRow, terms: Sequence[Term], stuck: Collection[str]) -> bool:
    """Whether every term holds for `row`."""
    return not terms or all(_holds(term, row, state_of(row, stuck)) for term in terms)


def state_of(row: SpecRow, stuck: Collection[str]) -> SpecState:
    """The row's state with the clock's word on it."""
    return SpecState.STUCK if row.key in stuck else row.state


FEW = 20
"""One row in so many is put in its place by itself; of more of them all are sorted."""

_SortKey = tuple[float | str, ...]
_Found = tuple[_SortKey, int, SpecRow]


class Selection(Struct, frozen=True):
    """The rows that match a filter, sorted."""

    sort: Sort
    terms: Sequence[Term]
    rows: Sequence[SpecRow]
    """All there are, in the order of the answer."""
    stuck: Set[str]
    found: Sequence[_Found]
    """Each with its place among all rows, which decides between equals."""

    def keys(self, *, backwards: bool = False, hold: Sequence[str] = ()) -> tuple[str, ...]:
        """The rows by their keys. With `hold`, rows named there keep that order and the others come after."""
        keys = [row.key for _, _, row in self.found]
        if backwards:
            keys.reverse()
        if hold:
            there, held = set(keys), set(hold)
            keys = [*(key for key in hold if key in there), *(key for key in keys if key not in held)]
        return tuple(keys)


def select(
    rows: Sequence[SpecRow],
    sort: Sort,
    terms: Sequence[Term] = (),
    stuck: Set[str] = frozenset(),
    before: Selection | None = None,
) -> Selection:
    """Those of `rows` for which the `terms` hold, sorted; `before` is what was selected of rows of which
    most are still the very same, and spares sorting those again.
    """
    if before is None or (before.sort, before.terms) != (sort, terms) or len(before.rows) != len(rows):
        moved: Collection[int] = range(len(rows))
        kept = []
    else:
        pairs = enumerate(zip(before.rows, rows, strict=True))
        turned = before.stuck ^ stuck
        moved = {at for at, (was, row) in pairs if was is not row or (turned and row.key in turned)}
        kept = [one for one in before.found if one[1] not in moved]
    by = _sort_key(sort, stuck)
    new = [(by(rows[at]), at, rows[at]) for at in moved if matches(rows[at], terms, stuck)]
    if FEW * len(new) > len(kept):
        return Selection(sort, terms, rows, stuck, _sorted(kept + new))
    for one in new:
        insort(kept, one)
    return Selection(sort, terms, rows, stuck, kept)


def _sorted(found: list[_Found]) -> list[_Found]:
    """`found` in order, in a sixth of the time of `sorted`: by the last part of the keys first and by the
    first part at the end, for one kind of value is compared far faster than tuples are.
    """
    found.sort(key=itemgetter(1))
    parts = len(found[0][0]) if found else 0
    for part in reversed(range(parts)):
        found.sort(key=lambda one: one[0][part])
    return found


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
