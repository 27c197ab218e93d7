"""From the bytes of an answer to an `Instance`: three shapes come in, one goes out.

Cypress, and Playwright in its older shape, tell a test's outcome in the test. In Playwright's second
shape the tests are thin, and `testResults` beside them holds what became of each, by its id.
Artifacts are flat lists, told apart by test and attempt. Source: answers of the live service.
"""

from pathlib import PurePosixPath
from typing import Any

from msgspec import structs

from currents_tui.api.envelope import bad, check_size, has_never, opened
from currents_tui.api.salvage import decoder, plausible, salvage
from currents_tui.core.instance import Artifact, ArtifactKind, Instance
from currents_tui.core.model import Link
from currents_tui.core.problem import Kind, Problem
from currents_tui.core.text import plain

decoder(Instance)

_ARTIFACTS = (
    (ArtifactKind.SCREENSHOT, "screenshots", "screenshotURL"),
    (ArtifactKind.VIDEO, "videos", "videoUrl"),
    (ArtifactKind.TRACE, "playwrightTraces", "traceURL"),
    (ArtifactKind.ATTACHMENT, "attachments", "readUrl"),
)


def read_instance(body: bytes | bytearray, instance_id: str) -> Instance:
    """The instance in the answer of `GET /instances/{instance_id}`.

    Raises `Problem` as `decode_run` does, and BAD_ANSWER when the answer is about another one.
    """
    check_size(body)
    data = opened(body, "instance").get("data")
    if not isinstance(data, dict):
        raise bad("The answer is JSON, but there is no instance in it.")
    results = _table(data.get("results"))
    told = results | data | {"tests": _tests(data, results)}
    found = salvage(told, Instance)
    if not isinstance(found, Instance) or not (found.instance_id or found.spec or found.tests):
        raise bad("The answer is JSON, but what it holds is not an instance.")
    if found.instance_id is not None and found.instance_id != instance_id:
        raise Problem(Kind.BAD_ANSWER, "The answer is about another instance than the one asked for.")
    found = structs.replace(found, artifacts=tuple(_artifacts(results)))
    return plausible(found) if has_never(body) else found


def _table(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _rows(value: object) -> list[dict[str, Any]]:
    return [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []


def _tests(data: dict[str, Any], results: dict[str, Any]) -> list[dict[str, Any]]:
    """The tests with what became of them, from wherever it is told."""
    outcomes = _table(data.get("testResults"))
    tests = []
    for test in _rows(results.get("tests")):
        test_id = test.get("testId")
        outcome = _table(outcomes.get(test_id)) if isinstance(test_id, str) else {}
        whole = {"state": test.get("_s"), "isFlaky": test.get("_f"), **test, **outcome}
        tests.append(whole | {"testId": test_id, "title": _title(test.get("title"))})
    return tests


def _title(title: object) -> object:
    """The titles as a list, also where there is one alone."""
    return [title] if isinstance(title, str) else title


def _artifacts(results: dict[str, Any]) -> list[Artifact]:
    found = []
    for kind, place, link in _ARTIFACTS:
        for row in _rows(results.get(place)):
            url, attempt = row.get(link), row.get("testAttemptIndex")
            if not isinstance(url, str) or not url:
                continue
            found.append(
                Artifact(
                    kind=kind,
                    link=Link(url),
                    name=_text(_name(row)),
                    test_id=_text(row.get("testId")),
                    attempt=attempt if isinstance(attempt, int) and 0 <= attempt < 1000 else None,
                )
            )
    video = results.get("videoUrl")  # Cypress records the whole file
    if isinstance(video, str) and video:
        found.append(Artifact(kind=ArtifactKind.VIDEO, link=Link(video)))
    return found


def _name(row: dict[str, Any]) -> object:
    """As the author called it, with the suffix of the file: that file is named after its content."""
    name, filename = row.get("name"), row.get("filename")
    if not (isinstance(name, str) and isinstance(filename, str)) or not name:
        return name or filename
    suffix = PurePosixPath(filename).suffix
    return name if name.endswith(suffix) else name + suffix


def _text(value: object) -> Any:
    return plain(value) if isinstance(value, str) and value else None
