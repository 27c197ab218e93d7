"""Well-known collections of what breaks programs, where a folder has them: they are nobody's to copy in here.

`CURRENTS_TUI_CORPORA` names the folder. Of the Big List of Naughty Strings it takes `blns*.json` or
`blns*.txt`, of JSONTestSuite the `y_*.json`, `n_*.json` and `i_*.json`, however deep they lie.
"""

import json
import os
from functools import partial
from pathlib import Path

import pytest

from currents_tui.api.decode import decode_run
from currents_tui.api.decode_instance import read_instance
from currents_tui.api.decode_list import read_project, read_project_page, read_run_page
from currents_tui.api.refusal import denies, failure_words
from currents_tui.core.model import Run
from tests.fuzz import valid
from tests.fuzz.cases import tell
from tests.fuzz.painted import check_painted_run
from tests.fuzz.safe import active
from tests.fuzz.test_answers import check_shown, outcome
from tests.fuzz.test_strings import check_string

FOLDER = os.environ.get("CURRENTS_TUI_CORPORA") or ""

pytestmark = pytest.mark.skipif(not FOLDER, reason="CURRENTS_TUI_CORPORA names no folder")


def found(*patterns: str) -> list[Path]:
    paths = sorted(path for pattern in patterns for path in Path(FOLDER).rglob(pattern))
    assert paths, f"CURRENTS_TUI_CORPORA: no {' or '.join(patterns)} in {FOLDER}"
    return paths


def naughty() -> list[str]:
    strings: list[str] = []
    for path in found("blns*.json", "blns*.txt"):
        text = path.read_text("utf-8")
        lines = json.loads(text) if path.suffix == ".json" else text.split("\n")
        strings += [line for line in lines if path.suffix == ".json" or not line.startswith("#")]
    return strings


def test_naughty_strings_pass_the_gate() -> None:
    for number, raw in enumerate(naughty()):
        try:
            check_string(raw, number)
        except Exception as error:
            tell(error, f"naughty string {number}", raw)
            raise


def test_naughty_strings_stand_in_every_field_of_a_run() -> None:
    for number, raw in enumerate(naughty()):
        body = json.dumps({"data": said(valid.FULL, raw)}).encode()
        try:
            run = outcome(decode_run, body)
            assert isinstance(run, Run)
            check_shown(run, body)
            check_painted_run(run, number)
        except Exception as error:
            tell(error, f"naughty string {number}", raw)
            raise


def said(told: object, word: str) -> object:
    """`told` with `word` in place of every string."""
    if isinstance(told, str):
        return word
    if isinstance(told, list):
        return [said(item, word) for item in told]
    return {key: said(value, word) for key, value in told.items()} if isinstance(told, dict) else told


def json_cases() -> list[tuple[str, bytes]]:
    return [(path.name, path.read_bytes()) for path in found("y_*.json", "n_*.json", "i_*.json")]


def test_json_of_every_kind_is_no_answer_that_ends_the_program() -> None:
    for name, body in json_cases():
        try:
            check_answer(body)
        except Exception as error:
            tell(error, name, body)
            raise


def check_answer(body: bytes) -> None:
    for read in (decode_run, read_run_page, read_project_page, read_project):
        outcome(read, body)
    outcome(partial(read_instance, instance_id=valid.INSTANCE_ID), body)
    assert active(failure_words(body)) == ""
    assert isinstance(denies(body), bool)


def test_json_of_every_kind_in_a_run_costs_its_place_at_most() -> None:
    """What is JSON leaves the run to be read, whatever it is; what is not leaves a sentence, or a run."""
    for name, value in json_cases():
        for field in (b"meta", b"specs", b"tags", b"status", b"groups", b"padding"):
            body = b'{"status":"OK","data":{"runId":"%s","%s":%s}}' % (valid.RUN_ID.encode(), field, value)
            try:
                run = outcome(decode_run, body)
                assert isinstance(run, Run) or not name.startswith("y_")
                check_answer(body)
                if isinstance(run, Run):
                    check_shown(run, body)
                    check_painted_run(run, len(name))
            except Exception as error:
                tell(error, f"{name} as {field.decode()}", body)
                raise
