"""From the bytes of an answer to a page of a list, of a project's runs or of projects, or to one project."""

from msgspec import structs

from currents_tui.api.envelope import bad, check_size, has_never, opened
from currents_tui.api.salvage import decoder, plausible, salvage
from currents_tui.core.model import FeedItem, Project, ProjectPage, RunPage
from currents_tui.core.project_id import is_project_id
from currents_tui.core.run_id import is_run_id

decoder(tuple[FeedItem, ...])
decoder(tuple[Project, ...])
decoder(Project)


def read_run_page(body: bytes | bytearray) -> RunPage:
    """The runs in the answer of `GET /projects/{id}/runs`, each once.

    A run without an id that could be asked about is left out. Raises `Problem` as `decode_run` does.
    """
    data, has_more = _list(body)
    saved = salvage(data, tuple[FeedItem, ...])
    items = saved if isinstance(saved, tuple) else ()
    if has_never(body):
        items = plausible(items)
    by_id = {item.run_id: item for item in items if item.run_id and is_run_id(item.run_id)}
    # The list has no specs; should it ever, they are not kept for a thousand runs.
    runs = tuple(structs.replace(item, specs=()) if item.specs else item for item in by_id.values())
    return RunPage(items=runs, has_more=has_more)


def read_project_page(body: bytes | bytearray) -> ProjectPage:
    """The projects in the answer of `GET /projects`. Raises `Problem` as `decode_run` does."""
    data, has_more = _list(body)
    saved = salvage(data, tuple[Project, ...])
    items = saved if isinstance(saved, tuple) else ()
    if has_never(body):
        items = plausible(items)
    kept = tuple(item for item in items if item.project_id and is_project_id(item.project_id))
    return ProjectPage(items=kept, has_more=has_more)


def read_project(body: bytes | bytearray) -> Project:
    """The project in the answer of `GET /projects/{id}`. Raises `Problem` as `decode_run` does."""
    check_size(body)
    data = opened(body, "project").get("data")
    saved = salvage(data, Project) if isinstance(data, dict) else None
    if not isinstance(saved, Project):
        raise bad("The answer is JSON, but there is no project in it.")
    return plausible(saved) if has_never(body) else saved


def _list(body: bytes | bytearray) -> tuple[list[object], bool]:
    check_size(body)
    answer = opened(body, "list")
    data = answer.get("data")
    if not isinstance(data, list):
        raise bad("The answer is JSON, but there is no list in it.")
    return data, answer.get("has_more") is True
