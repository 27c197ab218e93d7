"""`currents-tui runs`: what a person, a pipe and a program get, and the exit status."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from currents_tui.cli.main import main
from currents_tui.cli.runs import COLUMNS
from tests.cli.program import KEY, ROOT, program
from tests.cli.serving import Serving, in_thread, json_answer, said, serving
from tests.simulator import Simulator


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch, still: Simulator) -> None:
    monkeypatch.setenv("CURRENTS_API_KEY", still.read_only_key)
    monkeypatch.setenv("CURRENTS_TUI_API_URL", still.url)
    monkeypatch.setenv("CURRENTS_PROJECT_ID", still.project_id)


def lines(capsys: pytest.CaptureFixture[str]) -> list[list[str]]:
    return [line.split("\t") for line in capsys.readouterr().out.splitlines()]


def test_without_a_terminal_it_is_separated_by_tabs(
    still: Simulator, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["runs"]) == 0
    head, *rows = lines(capsys)
    assert head == list(COLUMNS)
    assert [row[0] for row in rows] == list(still.runs)
    assert all(len(row) == len(COLUMNS) for row in rows)
    assert rows[0][1:3] == ["RUNNING", "feat/checkout-v2"]


def test_json_has_the_names_that_the_readme_promises(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["runs", "--json", "-n", "2"]) == 0
    first, second = json.loads(capsys.readouterr().out)
    assert list(first) == [
        "runId", "projectId", "state", "completionState", "status", "title", "branch", "sha", "author",
        "tags", "ciBuildId", "createdAt", "durationMs", "specs", "tests", "url",
    ]  # fmt: skip
    assert list(second["tests"]) == ["done", "total", "passed", "failed", "flaky", "skipped", "ignored"]
    assert first["state"] == "RUNNING"
    assert first["url"].endswith(first["runId"])


@pytest.mark.parametrize(
    ("arguments", "column", "expected"),
    [
        (["--branch", "main"], 2, {"main"}),
        (["-b", "main", "-b", "fix/login-flake"], 2, {"main", "fix/login-flake"}),
        (["--status", "canceled"], 1, {"CANCELED"}),
        (["-s", "timeout"], 1, {"TIMEOUT"}),
        (["-s", "passed"], 1, {"PASSED"}),
        (["-s", "failed", "-n", "50"], 1, {"FAILED"}),
        (["-s", "running"], 1, {"RUNNING", "FAILING"}),
        (["-s", "failed", "-s", "timeout", "-n", "50"], 1, {"FAILED", "TIMEOUT"}),
        (["--author", "Example Bot"], 8, {"Example Bot"}),
        (["--tag", "nightly", "--tag", "e2e"], 2, {"main"}),
        (["--search", "debounce"], 9, {"fix: debounce address lookup"}),
        (["-b", "no/such branch % größe"], 2, set()),
    ],
)
def test_the_service_filters(
    arguments: list[str], column: int, expected: set[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["runs", *arguments]) == 0
    assert {row[column] for row in lines(capsys)[1:]} == expected


def test_a_terminal_gets_columns_that_fit(still: Simulator) -> None:
    env = {
        "CURRENTS_API_KEY": still.read_only_key,
        "CURRENTS_TUI_API_URL": still.url,
        "CURRENTS_PROJECT_ID": still.project_id,
    }
    with program("runs", env=env, cols=80) as terminal:
        assert terminal.wait_exit() == 0
        shown = terminal.raw.decode()
    assert "\x1b" not in shown
    told = shown.replace("\r", "").splitlines()
    assert told[0].split() == ["RUN", "STATE", "BRANCH", "SPECS", "F/~", "AGE", "TITLE"]
    assert all(len(line) <= 80 for line in told)
    assert len(told) == 1 + len(still.runs)
    column = told[0].index("SPECS") + 4
    assert all(line[column - 3 : column + 1].strip()[-1].isdigit() for line in told[1:])


def a_page(first: int, count: int, *, more: bool) -> object:
    data = [{"runId": f"{n:016x}", "cursor": f"{n:024x}"} for n in range(first, first - count, -1)]
    return {"status": "OK", "has_more": more, "data": data}


def test_more_than_a_page_is_asked_for_page_by_page(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with serving(json_answer(a_page(100, 50, more=True))) as server:
        monkeypatch.setenv("CURRENTS_TUI_API_URL", server.url)
        assert main(["runs", "-n", "70"]) == 0
        asked = [request.target for request in server.requests]
    # This service gives the same page for ever: the second brings nothing new and is the last.
    assert len(lines(capsys)) == 51
    assert len(asked) == 2
    assert "limit=50" in asked[0]
    assert f"limit=20&starting_after={51:024x}" in asked[1]


def test_a_service_that_lists_others_is_asked_on_until_there_are_enough(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def told(number: int, state: str) -> dict[str, object]:
        run = {"runId": f"{number:016x}", "cursor": f"{number:024x}"}
        return {**run, "status": "PASSED", "completionState": state}

    first = {"status": "OK", "has_more": True, "data": [told(3, "CANCELED")]}
    second = {"status": "OK", "has_more": False, "data": [told(2, "CANCELED"), told(1, "COMPLETE")]}
    with in_thread(Serving([json_answer(first), json_answer(second)])) as server:
        monkeypatch.setenv("CURRENTS_TUI_API_URL", server.url)
        assert main(["runs", "--status", "passed", "-n", "1"]) == 0
        asked = [request.target for request in server.requests]
    assert [row[:2] for row in lines(capsys)[1:]] == [[f"{1:016x}", "PASSED"]]
    assert "limit=1&status=PASSED&completion_state=COMPLETE" in asked[0]
    assert f"limit=50&starting_after={3:024x}" in asked[1]


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        (["--project", "nope"], 7, "no such project"),
        (["--project", "a/b"], 2, "--project"),
        (["--status", "xx"], 2, "No run is “xx”: "),
        (["--search", "größe"], 2, "ASCII"),
        (["--limit", "0"], 2, "--limit"),
        (["--limit", "x"], 2, "--limit"),
        (["stray"], 2, "stray"),
        (["--api-url", "http://127.0.0.1:1/v1"], 6, "no connection"),
    ],
)
def test_bad_input(arguments: list[str], status: int, words: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["runs", *arguments]) == status
    told = capsys.readouterr()
    assert words in told.err
    assert told.err.startswith("currents-tui: ")
    assert told.out == ""


def test_a_refused_key(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("CURRENTS_API_KEY", KEY)
    assert main(["runs"]) == 4
    assert KEY not in capsys.readouterr().err


def test_without_a_project_those_that_there_are_are_named(
    monkeypatch: pytest.MonkeyPatch, still: Simulator, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("CURRENTS_PROJECT_ID")
    assert main(["runs"]) == 2
    told = capsys.readouterr().err
    assert f"{still.project_id} (webshop)" in told
    assert "CURRENTS_PROJECT_ID" in told


def test_a_single_project_needs_no_name(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("CURRENTS_PROJECT_ID")
    one = {"status": "OK", "has_more": False, "data": [{"projectId": "Shop42", "runId": "0" * 16}]}
    with serving(json_answer(one)) as server:
        monkeypatch.setenv("CURRENTS_TUI_API_URL", server.url)
        assert main(["runs"]) == 0
        assert "/projects/Shop42/runs?" in server.requests[1].target


def test_an_empty_project_is_no_failure(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["runs", "--project", "empty0"]) == 0
    assert lines(capsys) == [list(COLUMNS)]
    assert main(["runs", "--project", "empty0", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == []


def test_hostile_text_stays_on_its_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    commit = {"branch": "a\tb\nc\x1b[2J", "message": "x\ty\u2028z", "authorName": "\r\x07who"}
    one = {"runId": "0" * 16, "meta": {"commit": commit}}
    with serving(json_answer({"status": "OK", "data": [one]})) as server:
        monkeypatch.setenv("CURRENTS_TUI_API_URL", server.url)
        assert main(["runs"]) == 0
    _, row = lines(capsys)
    assert len(row) == len(COLUMNS)
    assert "\x1b" not in "".join(row)


def test_what_is_no_list_is_told(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    with serving(said(b"<html>", "text/html")) as server:
        monkeypatch.setenv("CURRENTS_TUI_API_URL", server.url)
        assert main(["runs"]) == 6
    assert "not JSON but HTML" in capsys.readouterr().err


def test_whoever_stops_reading_ends_it(still: Simulator) -> None:
    # What is set for these tests is in this environment.
    closed = f"{sys.executable} -m currents_tui runs | true; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", closed], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.stdout.strip() == "141"
    assert not done.stderr
