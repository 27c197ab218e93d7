"""The query of the run feed: which runs are wanted, and which page of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

from currents_tui.sim.document import Document
from currents_tui.sim.project import Refusal

Query = Mapping[str, Sequence[str]]
Wanted = Callable[[Document], bool]
T = TypeVar("T", bound=Mapping[str, Any])

STATUSES = ("PASSED", "FAILED", "RUNNING", "FAILING")
COMPLETION_STATES = ("COMPLETE", "IN_PROGRESS", "CANCELED", "TIMEOUT")
MAX_LIMIT = 50


def one(query: Query, name: str) -> str | None:
    """A parameter that may come once. Raises Refusal if it comes more often."""
    values = query.get(name, ())
    if len(values) > 1:
        raise Refusal(400, f'"{name}" must be given once')
    return values[0] if values else None


def page(items: Sequence[T], query: Query) -> tuple[list[T], bool]:
    """One page of items that are newest first and have a `cursor`, and whether there are more that way.

    Raises Refusal for a limit, or cursors, that make no sense.
    """
    text = one(query, "limit") or "10"
    limit = int(text) if text.isascii() and text.isdigit() and len(text) < 5 else 0
    if not 1 <= limit <= MAX_LIMIT:
        raise Refusal(400, f'"limit" must be a number from 1 to {MAX_LIMIT}')
    after, before = one(query, "starting_after"), one(query, "ending_before")
    if after is not None and before is not None:
        raise Refusal(400, '"starting_after" and "ending_before" exclude each other')
    if before is not None:
        newer = items[: _place(items, before)]
        return list(newer[-limit:]), len(newer) > limit
    older = items[_place(items, after) + 1 :] if after is not None else items
    return list(older[:limit]), len(older) > limit


def _place(items: Sequence[T], cursor: str) -> int:
    for place, item in enumerate(items):
        if item["cursor"] == cursor:
            return place
    raise Refusal(400, "Invalid cursor")


def wanted(query: Query) -> Wanted:
    """The filter that a query asks for. Raises Refusal for values that make no sense."""
    tests: list[Wanted] = [
        *_names(query, ("branches[]", "branch"), "branch"),
        *_names(query, ("authors[]", "author"), "authorName"),
        *_words(query, "status", "status", STATUSES),
        *_words(query, "completion_state", "completionState", COMPLETION_STATES),
        *_tags(query),
        *_search(query),
    ]
    return lambda item: all(test(item) for test in tests)


def _names(query: Query, names: Iterable[str], field: str) -> list[Wanted]:
    """Any of several names in the commit, in which `*` stands for anything."""
    values = [value for name in names for value in query.get(name, ())]
    if not values:
        return []
    pattern = re.compile("|".join(re.escape(value).replace(r"\*", ".*") for value in values), re.DOTALL)
    return [lambda item: pattern.fullmatch(item["meta"]["commit"][field] or "") is not None]


def _words(query: Query, name: str, field: str, known: Sequence[str]) -> list[Wanted]:
    values = query.get(name, ())
    for value in values:
        if value not in known:
            raise Refusal(400, f'"{name}" must be one of {", ".join(known)}')
    return [lambda item: item[field] in values] if values else []


def _tags(query: Query) -> list[Wanted]:
    """All of the tags."""
    tags = [*query.get("tags[]", ()), *query.get("tag", ())]
    return [lambda item: all(tag in item["tags"] for tag in tags)] if tags else []


def _search(query: Query) -> list[Wanted]:
    text = one(query, "search")
    if text is None:
        return []
    if len(text) > 200 or not (text.isascii() and text.isprintable()):
        raise Refusal(400, '"search" must be at most 200 printable ASCII characters')
    sought = text.lower()
    return [
        lambda item: (
            sought in item["meta"]["ciBuildId"].lower()
            or sought in (item["meta"]["commit"]["message"] or "").lower()
        )
    ]
