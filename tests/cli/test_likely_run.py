"""What opens when no run is named, and every way to name one; through the real program."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from currents_tui.cli.checkout import current_branch
from currents_tui.cli.main import main
from tests.cli.program import program
from tests.simulator import Simulator
from tests.terminal import Terminal

BRANCH = "feat/i18n-größen"


def opened(still: Simulator, *arguments: str, cwd: Path, project: bool = True, **env: str) -> Terminal:
    surroundings: Mapping[str, str | None] = {
        "CURRENTS_API_KEY": still.read_only_key,
        "CURRENTS_TUI_API_URL": still.url,
        **({"CURRENTS_PROJECT_ID": still.project_id} if project else {}),
        **env,
    }
    return program(*arguments, cwd=str(cwd), env=surroundings)


def checkout(folder: Path, branch: str) -> Path:
    subprocess.run(["git", "init", "--quiet", "-b", branch, str(folder)], check=True)
    return folder


def shows_run(terminal: Terminal, run_id: str) -> None:
    terminal.wait_for(lambda text: f"> {run_id[:8]}" in text.splitlines()[0])


def test_the_newest_run_of_the_branch_that_is_checked_out(still: Simulator, tmp_path: Path) -> None:
    with opened(still, cwd=checkout(tmp_path, BRANCH)) as terminal:
        shows_run(terminal, still.runs[5])
        terminal.wait_for(lambda text: f">▸{still.runs[5][:8]}" in text and "CANCELED" in text)


def test_the_newest_run_where_there_is_no_checkout(still: Simulator, tmp_path: Path) -> None:
    with opened(still, cwd=tmp_path) as terminal:
        shows_run(terminal, still.runs[0])
        terminal.wait_for("0 Runs 11")


def test_a_branch_without_a_run_is_waited_for(still: Simulator, tmp_path: Path) -> None:
    with opened(still, cwd=checkout(tmp_path, "feat/none-yet")) as terminal:
        terminal.wait_for("follows feat/none-yet")
        shows_run(terminal, still.runs[0])


def test_the_run_of_the_environment(still: Simulator, tmp_path: Path) -> None:
    with opened(still, cwd=tmp_path, CURRENTS_RUN_ID=still.runs[3]) as terminal:
        shows_run(terminal, still.runs[3])
        terminal.wait_for("Specs 73")


def ci_build(still: Simulator, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> str:
    import json

    monkeypatch.setenv("CURRENTS_API_KEY", still.read_only_key)
    main(["runs", "--json", "--project", still.project_id, "--api-url", still.url])
    builds = {run["runId"]: run["ciBuildId"] for run in json.loads(capsys.readouterr().out)}
    return str(builds[still.runs[4]])


def test_the_run_of_this_ci_job_and_of_one_that_is_named(
    still: Simulator, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    build = ci_build(still, capsys, monkeypatch)
    with opened(still, cwd=tmp_path, CURRENTS_CI_BUILD_ID=build) as terminal:
        shows_run(terminal, still.runs[4])
    with opened(still, f"@{build}", cwd=tmp_path) as terminal:
        shows_run(terminal, still.runs[4])
    with opened(still, f"https://app.currents.dev/run/{still.runs[2]}", cwd=tmp_path) as terminal:
        shows_run(terminal, still.runs[2])
    with opened(still, still.runs[3][:8], cwd=tmp_path) as terminal:
        shows_run(terminal, still.runs[3])


def test_a_ci_job_that_has_not_begun_to_record_gets_the_list(still: Simulator, tmp_path: Path) -> None:
    with opened(still, cwd=tmp_path, CURRENTS_CI_BUILD_ID="not yet") as terminal:
        terminal.wait_for("0 Runs 11")


def test_a_build_that_is_not_there_is_no_run(still: Simulator, tmp_path: Path) -> None:
    with opened(still, "@none", cwd=tmp_path) as terminal:
        assert terminal.wait_exit() == 7
        assert b"no run of this CI build" in terminal.raw
        assert b"\x1b" not in terminal.raw


def test_a_project_that_is_not_there(still: Simulator, tmp_path: Path) -> None:
    with opened(still, "--project", "nope", cwd=tmp_path) as terminal:
        assert terminal.wait_exit() == 7
        assert b"no such project" in terminal.raw
        assert b"\x1b" not in terminal.raw


def test_without_a_project_one_is_chosen(still: Simulator, tmp_path: Path) -> None:
    with opened(still, cwd=tmp_path, project=False) as terminal:
        terminal.wait_for(lambda text: "Projects 2" in text and "style-guide" in text)
        terminal.send("j\r")
        terminal.wait_for("No run has been recorded in this project yet.")
        terminal.send("b")
        terminal.wait_for("Projects 2")
        terminal.send("k\r")
        terminal.wait_for("0 Runs 11")
        terminal.send("q")
        assert terminal.wait_exit() == 0


def test_the_branch_of_a_checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert current_branch() is None, "no checkout"
    checkout(tmp_path, "a/" + "b" * 190)
    assert current_branch() == "a/" + "b" * 190
    git = ["git", "-c", "user.name=Example", "-c", "user.email=example@example.com"]
    subprocess.run([*git, "commit", "--quiet", "--allow-empty", "-m", "first"], check=True)
    subprocess.run([*git, "checkout", "--quiet", "-b", "x\u202e\u009b2Jy"], check=True)
    assert current_branch() == "xy", "git takes what a terminal obeys for a name"
    subprocess.run([*git, "checkout", "--quiet", "--detach"], check=True)
    assert current_branch() is None, "on no branch"
    monkeypatch.setenv("PATH", "/nowhere")
    assert current_branch() is None, "no git"


def test_in_the_demo_a_new_run_appears_and_is_followed() -> None:
    with program("demo", "--speed", "15", "--interval", "1", cols=120, rows=40) as terminal:
        terminal.wait_for(lambda text: text.count("RUNNING") >= 2 and "0 Runs 11" in text)
        first = terminal.text().splitlines()[1].split()[0]
        terminal.send("f")
        terminal.wait_for("0 Runs 12")
        terminal.wait_for("Moved on to run")
        assert terminal.text().splitlines()[1].split()[0] != first
        terminal.send("q")
        assert terminal.wait_exit() == 0


def test_in_the_demo_three_runs_move_and_nothing_is_shown_that_was_not_chosen() -> None:
    with program("demo", "--speed", "15", "--interval", "1", cols=120, rows=40) as terminal:
        terminal.wait_for("0 Runs 11")
        first = terminal.text().splitlines()[1].split()[0]

        def rows() -> dict[str, str]:
            """What stands behind each run's id."""
            told = [line[1:32].lstrip(">▸ ") for line in terminal.text().splitlines()[5:30]]
            return {row[:8]: row[8:] for row in told if row[:8].isalnum() and len(row[:8].strip()) == 8}

        before = rows()
        terminal.wait_until(
            lambda: sum(row != before.get(run_id, row) for run_id, row in rows().items()) >= 3,
            "three runs that moved",
        )
        terminal.wait_for("0 Runs 12")
        terminal.bytes_over(2)
        assert terminal.text().splitlines()[1].split()[0] == first
