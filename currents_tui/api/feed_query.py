"""The query of the list of a project's runs. Sources: the service's own API clients, its documentation."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from currents_tui.core.run_filter import RunFilter

PAGE = 50
"""Runs in a page, the most that the service gives."""


def feed_query(
    wanted: RunFilter | None, *, after: str = "", before: str = "", limit: int = PAGE
) -> list[tuple[str, str]]:
    """The parameters, in a fixed order. `after` and `before` are cursors, of which one at most is given.

    `wanted` is None for all runs. Names come in brackets; a status and a completion state are repeated
    without. A cancelled run keeps PASSED or FAILED as its status, hence both are asked for.
    """
    place = [
        ("limit", str(limit)),
        *([("starting_after", after)] if after else []),
        *([("ending_before", before)] if before else []),
    ]
    if wanted is None:
        return place
    return [
        *place,
        *(("branches[]", name) for name in wanted.branches),
        *(("tags[]", name) for name in wanted.tags),
        *(("authors[]", name) for name in wanted.authors),
        *(("status", word) for word in wanted.asked_statuses),
        *(("completion_state", word) for word in wanted.asked_states),
        *([("search", wanted.search)] if wanted.search else []),
    ]
