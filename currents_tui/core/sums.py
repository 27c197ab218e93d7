"""What the specs of an answer add up to: who is at work, what has ended, and what is under way.

From one answer to the next few specs move, and mostly forward. Then only what is new is added.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from msgspec import Struct

from currents_tui.core.model import Spec
from currents_tui.core.verdict import is_bad


class Member(Struct, frozen=True):
    """A machine that has claimed a spec."""

    first: float
    """When it first did, in seconds since the epoch."""
    group: str
    """Of which group that spec was, by its id."""


class Sums(Struct, frozen=True):
    took: Mapping[str, Sequence[float]]
    """By group id, the durations of its finished specs in seconds, the shortest first."""
    crew: Mapping[str, Member]
    """By machine id."""
    done: Mapping[str, datetime]
    """Machine id -> when it last reported a spec."""
    under_way: frozenset[int]
    """Where in the answer those specs are that were claimed and have not been reported."""


NOTHING = Sums({}, {}, {}, frozenset())

Move = tuple[int, Spec | None, Spec]
"""Where a spec is in the answer, what the answer before said of it, and what this one says."""


def is_onward(moves: Iterable[Move]) -> bool:
    """Whether what `moves` say can be added to the sums of the answer before, and takes nothing back."""
    return all(old is not None and _is_onward(old, spec) for _, old, spec in moves)


def _is_onward(old: Spec, spec: Spec) -> bool:
    if old.key != spec.key or old.group_id != spec.group_id:
        return False
    is_open = old.claimed_at is None and old.completed_at is None
    if not is_open and (old.claimed_at, old.machine_id) != (spec.claimed_at, spec.machine_id):
        return False
    if old.completed_at is None:
        return True
    is_same_end = old.completed_at == spec.completed_at and old.duration_ms == spec.duration_ms
    return is_same_end and is_bad(old) == is_bad(spec)


def added(before: Sums, moves: Iterable[Move]) -> Sums:
    """`before` with what `moves` say: all of them onward, or the first of each spec."""
    took: defaultdict[str, list[float]] = defaultdict(list)
    crew, done, under_way = dict(before.crew), dict(before.done), set(before.under_way)
    for place, old, spec in moves:
        machine, ended_at = spec.machine_id, spec.completed_at
        if spec.claimed_at is not None and machine and (old is None or old.claimed_at is None):
            crew[machine] = _claimed(crew.get(machine), spec.claimed_at.timestamp(), spec.group_id or "")
        if ended_at is None:
            if spec.claimed_at is not None:
                under_way.add(place)
        elif old is None or old.completed_at is None:
            under_way.discard(place)
            if (duration := spec.duration_ms) is not None:
                took[spec.group_id or ""].append(duration / 1000)
            if machine and (machine not in done or done[machine] < ended_at):
                done[machine] = ended_at
    longer = {group: sorted([*before.took.get(group, ()), *new]) for group, new in took.items()}
    return Sums({**before.took, **longer}, crew, done, frozenset(under_way))


def _claimed(member: Member | None, at: float, group: str) -> Member:
    """A machine after it has claimed one more spec, at `at`."""
    if member is not None and (member.first, member.group) <= (at, group):
        return member
    return Member(at, group)


def machine_names(crew: Mapping[str, Member]) -> Mapping[str, str]:
    """Machine id -> a name of two or three cells: the first letter of the group that it first served, else
    "m", and a number ("w2").

    Numbered in the order in which they first claimed. Nothing else takes part, above all not which groups and
    machines come later: a name that was once shown, noted down or filtered by stays this machine's.
    """
    numbers: Counter[str] = Counter()
    names: dict[str, str] = {}
    for machine, member in sorted(crew.items(), key=lambda item: (item[1].first, item[0])):
        letter = next((c for c in member.group.lower() if "a" <= c <= "z"), "m")
        numbers[letter] += 1
        names[machine] = f"{letter}{numbers[letter]}"
    return names
