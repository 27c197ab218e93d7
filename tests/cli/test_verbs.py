"""The verbs without a screen, through the installed command and against the simulated service."""

from __future__ import annotations

import json
import os
import re
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from currents_tui.cli.exit_codes import MEANINGS, Exit
from tests.canned import Answer
from tests.cli.program import KEY, installed, program
from tests.cli.serving import serving
from tests.simulator import Simulator


def call(env: Mapping[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [installed(), *arguments], env=env, capture_output=True, encoding="utf-8", timeout=60, check=False,
        stdin=subprocess.DEVNULL,
    )  # fmt: skip


PARTS = {
    "status_verdicts": {0, 1, 2, 3, 4, 5, 7},
    "watch_verdicts": {0, 1, 2, 3, 4, 5, 7},
    "looks": {0, 2, 6, 8},
    "early_ends": {0, 1, 7, 8, 9},
    "others": {0, 2, 4, 7, 8, 10},
    "itself": {0, 2},
}
"""The parts of the shell script, and the exit statuses that each of them gets."""


def shell(env: Mapping[str, str], part: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """A part of the script, with a settings file in `folder` that nobody can read."""
    broken_settings(folder)
    return subprocess.run(
        ["sh", str(Path(__file__).with_name("verbs.sh")), part],
        env={**env, "PROGRAM": installed(), "BROKEN": str(folder)},
        capture_output=True, encoding="utf-8", timeout=110, check=False,
    )  # fmt: skip


def broken_settings(folder: Path) -> None:
    path = folder / "currents-tui" / "config.toml"
    path.parent.mkdir()
    path.write_text('theme = "dark"\ninterval == 5\n', encoding="utf-8")


@pytest.mark.parametrize(("part", "statuses"), PARTS.items())
def test_a_shell_script_gets_every_exit_status(
    env: dict[str, str], part: str, statuses: set[int], tmp_path: Path
) -> None:
    ran = shell(env, part, tmp_path)
    assert ran.returncode == 0, ran.stdout
    assert ran.stderr == ""
    met = {int(line.split()[1].rstrip(":")) for line in ran.stdout.splitlines() if line.startswith("ok")}
    assert met == statuses


def test_no_exit_status_is_left_out() -> None:
    # The others need a signal, a terminal or a defect: here below and in the tests of the screen.
    assert set(MEANINGS) - set().union(*PARTS.values()) == {
        Exit.BUG, Exit.HUNG_UP, Exit.INTERRUPTED, Exit.QUIT, Exit.CLOSED_PIPE, Exit.TERMINATED,
    }  # fmt: skip


def test_what_stands_behind_and_goes_on_after_a_pass_alone(env: dict[str, str], tmp_path: Path) -> None:
    ran = shell(env, "conditions", tmp_path)
    assert ran.returncode == 0
    assert ran.stdout.splitlines() == [f"and goes on: {env['PASSED']}"]
    assert ran.stderr == "closed pipe: 141\n"


def test_a_settings_file_with_a_syntax_error_stops_every_verb_that_reads_it(
    env: dict[str, str], tmp_path: Path
) -> None:
    broken_settings(tmp_path)
    run = env["PASSED"]
    for arguments in (
        ("status", run), ("watch", run), ("failures", run), ("diff", run), ("runs",), ("config", "show"),
        ("cancel", "-y", run), ("delete", "-y", run),
    ):  # fmt: skip
        ran = call(env | {"XDG_CONFIG_HOME": str(tmp_path)}, *arguments)
        assert (ran.returncode, ran.stdout) == (Exit.USAGE, ""), arguments
        assert "config.toml: line 2: " in ran.stderr
        assert ran.stderr.endswith("The line is: interval == 5\n")
    told = call(env | {"XDG_CONFIG_HOME": str(tmp_path)}, "doctor")
    assert told.returncode == Exit.USAGE
    assert "bad settings" in told.stdout


# --- what each of them says


def test_status_for_a_person_a_program_and_a_prompt(env: dict[str, str]) -> None:
    text = call(env, "status", env["FAILED"]).stdout
    assert text.splitlines()[1] == "state   FAILED"
    told = json.loads(call(env, "status", "--json", env["FAILED"]).stdout)
    assert (told["state"], told["specs"]["done"]) == ("FAILED", 73)
    some = json.loads(call(env, "status", env["FAILED"], "--json", "state,url").stdout)
    assert list(some) == ["state", "url"]
    assert call(env, "status", env["FAILED"], "--format", "{state} {tests.failed}").stdout == "FAILED 3\n"


def test_without_a_run_it_is_the_one_of_the_environment(env: dict[str, str]) -> None:
    named = call(env | {"CURRENTS_RUN_ID": env["CANCELED"]}, "status", "--format", "{runId}")
    assert named.stdout.strip() == env["CANCELED"]
    build = json.loads(call(env, "status", env["PASSED"], "--json", "ciBuildId").stdout)["ciBuildId"]
    assert call(env, "status", f"@{build}", "--format", "{runId}").stdout.strip() == env["PASSED"]
    by_build = call(env | {"CURRENTS_CI_BUILD_ID": build}, "status", "--format", "{runId}")
    assert by_build.stdout.strip() == env["PASSED"]


def test_without_any_it_is_the_newest_of_the_branch(env: dict[str, str], tmp_path: Path) -> None:
    def there(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [installed(), *arguments], env=env, cwd=tmp_path, capture_output=True, text=True, check=False
        )

    told = there("status")
    assert (told.returncode, told.stdout) == (2, "")
    assert "no git branch is checked out here" in told.stderr
    subprocess.run(["git", "init", "-q", "-b", "main"], cwd=tmp_path, check=True)
    told = there("status", "--format", "{branch}")
    assert told.stdout == "main\n"
    assert "the newest of branch main." in told.stderr
    subprocess.run(["git", "checkout", "-q", "-b", "nothing"], cwd=tmp_path, check=True)
    told = there("status")
    assert told.returncode == 7
    assert "There is no run of branch “nothing”." in told.stderr
    waited = there("watch", "--wait-for-start", "2s", "-q")
    assert waited.returncode == 7


def test_failures_name_the_test_the_error_and_the_command(env: dict[str, str]) -> None:
    ran = call(env, "failures", env["FAILED"])
    assert "    failed, 3 attempts: Guest merge › removes an item" in ran.stdout
    assert "      npx playwright test cart/guest-merge.spec.ts --project=chromium" in ran.stdout
    assert ran.stdout.endswith("3 tests failed, 1 flaky.\n")
    assert "\x1b" not in ran.stdout
    told = json.loads(call(env, "failures", env["FAILED"], "--format", "json").stdout)
    assert [one["outcome"] for one in told] == ["failed"] * 3 + ["flaky"]
    assert call(env, "failures", env["FAILED"], "--format", "md").stdout.startswith("### `feat: one-page")
    assert ran.stderr == ""
    passed = call(env, "failures", env["PASSED"])
    assert (passed.stdout, passed.stderr) == ("No test failed.\n", "")


def test_failures_say_where_there_is_more_to_a_run(env: dict[str, str]) -> None:
    timed_out = call(env, "failures", env["TIMEOUT"])
    assert timed_out.stdout == "No test failed.\n"
    assert timed_out.stderr == "The run is TIMEOUT: specs that never reported are not among these.\n"
    assert call(env, "failures", env["FAILING"]).stderr == (
        "The run is FAILING: this is what has failed so far.\n"
    )
    assert call(env, "failures", "-q", env["TIMEOUT"]).stderr == ""


def test_diff_takes_the_run_before_by_itself(env: dict[str, str]) -> None:
    ran = call(env, "diff", env["FAILED"])
    first, second, *_ = ran.stdout.splitlines()
    assert first.split()[:2] == ["run", env["FAILED"]]
    assert second.split()[0] == "with"
    assert ran.stdout.endswith("3 newly failing tests, 0 still failing, 0 fixed, 1 flaky.\n")
    told = json.loads(call(env, "diff", env["PASSED"], env["FAILED"], "--json").stdout)
    assert (told["run"], told["other"]) == (env["PASSED"], env["FAILED"])
    assert len(told["fixed"]) == 3


def test_help_and_completion_know_every_verb(env: dict[str, str]) -> None:
    from currents_tui.cli.verbs import VERBS

    shown = call(env, "--help").stdout
    for verb, about in VERBS.items():
        assert f"  {verb:<12}{about.summary}" in shown
        assert call(env, "help", verb).stdout == call(env, verb, "--help").stdout
    script = call(env, "completion", "bash").stdout
    probe = "COMP_WORDS=({words}); COMP_CWORD={at}; _currents_tui; echo ${{COMPREPLY[@]}}"
    for words, expected in (
        ("currents-tui wa", "watch"),
        ("currents-tui watch --fa", "--fail-fast --fail-on-stuck"),
        ("currents-tui config ''", "path show --help --profile --project --api-url --read-only"),
        ("currents-tui --theme da", "dark"),
        ("currents-tui failures --format m", "md"),
    ):
        asked = probe.format(words=words, at=len(words.split()) - 1)
        told = subprocess.run(
            ["bash", "-c", f"{script}\n{asked}"], capture_output=True, text=True, check=True
        )
        assert set(told.stdout.split()) == set(expected.split()), words


def test_the_tables_of_help_are_those_of_the_code(env: dict[str, str]) -> None:
    numbers = [
        line.split()[0] for line in call(env, "help", "exit-codes").stdout.splitlines() if line[0] != " "
    ]
    assert numbers == [str(int(code)) for code in sorted(MEANINGS)]
    assert "CURRENTS_API_KEY" in call(env, "help", "environment").stdout
    assert "ctrl+c" in call(env, "help", "keys").stdout


def test_every_variable_that_is_read_is_in_the_help(env: dict[str, str]) -> None:
    shown = call(env, "help", "environment").stdout
    read = set()
    for path in Path("currents_tui").rglob("*.py"):
        read |= set(
            re.findall(r'"((?:CURRENTS|XDG|GITHUB|GITLAB|CI_PROJECT|SSH)_[A-Z_]+)"', path.read_text("utf-8"))
        )
    assert [name for name in sorted(read) if name not in shown] == []


def test_doctor_says_nothing_that_a_bug_report_should_not_hold(env: dict[str, str]) -> None:
    said = call(env, "doctor")
    assert said.returncode == 0
    for secret in (
        env["CURRENTS_API_KEY"],
        env["CURRENTS_PROJECT_ID"],
        env["CURRENTS_TUI_API_URL"],
        "127.0.0.1",
    ):
        assert secret not in said.stdout + said.stderr
    assert "ok  key          set by CURRENTS_API_KEY" in said.stdout
    down = call(env | {"CURRENTS_TUI_API_URL": "http://127.0.0.1:1/v1"}, "doctor")
    assert down.returncode == 6
    assert "bad service" in down.stdout
    # What comes after the trouble is told all the same.
    assert "locale" in down.stdout


def test_doctor_repeats_nothing_that_a_service_or_a_setting_says(env: dict[str, str], home: Path) -> None:
    location = (("Location", "https://login.example.com/acme"),)
    with serving(Answer(status=302, headers=location)) as server:
        (home / "currents-tui" / "key").write_text(KEY)
        (home / "currents-tui" / "key").chmod(0o600)
        (home / "currents-tui" / "config.toml").write_text(
            f'[profiles.acme]\napi_key_file = "key"\napi_url = "{server.url}/v1"\n'
        )
        given = {**env, "XDG_CONFIG_HOME": str(home), "CURRENTS_PROJECT_ID": "acme/shop"}
        for name in ("CURRENTS_API_KEY", "CURRENTS_TUI_API_URL"):
            del given[name]
        ran = call(given, "doctor", "--profile", "acme")
    assert ran.returncode == 2, "the first thing that is wrong is the project"
    assert "ok  key          set by api_key_file\n" in ran.stdout
    assert "bad project      what is set is no project's id." in ran.stdout
    assert "bad service      refused. Check the API address." in ran.stdout
    assert "acme" not in ran.stdout + ran.stderr
    assert "login.example.com" not in ran.stdout + ran.stderr


def a_tmux(folder: Path, script: str) -> str:
    """A PATH with a tmux that is that shell script."""
    tmux = folder / "tmux"
    tmux.write_text(f"#!/bin/sh\n{script}\n")
    tmux.chmod(0o700)
    return f"{folder}:{os.environ['PATH']}"


def of_tmux(said: str) -> list[str]:
    return [line for line in said.splitlines() if line[4:8] == "tmux"]


def test_doctor_asks_tmux_what_it_lets_through(env: dict[str, str], tmp_path: Path) -> None:
    script = """env > "$(dirname "$0")/seen"
    case "$*" in
        "show-options -gv set-clipboard") echo external;;
        "show-options -gv focus-events") echo on;;
        "show-options -gv allow-passthrough") echo "secret of somebody's";;
    esac"""
    said = call(env | {"TMUX": "x", "PATH": a_tmux(tmp_path, script)}, "doctor")
    assert said.returncode == 0
    clipboard, passthrough, focus = of_tmux(said.stdout)
    assert "set-clipboard is external: what y copies does not reach your clipboard." in clipboard
    assert clipboard.endswith("set -g set-clipboard on")
    assert passthrough == "--  tmux         allow-passthrough: not told"
    assert focus == "ok  tmux         focus-events is on"
    assert env["CURRENTS_API_KEY"] not in (tmp_path / "seen").read_text()
    assert of_tmux(call(env, "doctor").stdout) == []


@pytest.mark.parametrize("script", ["exit 1", "exec sleep 20", None])
def test_doctor_goes_on_without_an_answer_of_tmux(
    env: dict[str, str], tmp_path: Path, script: str | None
) -> None:
    path = a_tmux(tmp_path, script) if script is not None else str(tmp_path)
    began = time.monotonic()
    said = call(env | {"TMUX": "x", "PATH": path}, "doctor")
    assert time.monotonic() - began < 15
    assert [line.endswith(": not told") for line in of_tmux(said.stdout)] == [True] * 3
    assert "processors" in said.stdout


@pytest.mark.parametrize(
    ("around", "notify", "pictures"),
    [
        ({}, "osc9", "auto; textual-image "),
        ({"TMUX": "x"}, "osc9, and the bell for tmux", "blocks, for tmux; textual-image "),
        ({"STY": "x"}, "the bell, for screen", "blocks, for screen; textual-image "),
        ({"TERM": "linux"}, "the bell, for the console", "auto; textual-image "),
    ],
)
def test_doctor_says_how_one_is_told_and_whether_pictures_can_be_drawn(
    env: dict[str, str], home: Path, around: dict[str, str], notify: str, pictures: str
) -> None:
    (home / "currents-tui" / "config.toml").write_text('notify = "osc9"\n')
    terminal = {"TERM": "xterm-256color", "PATH": str(home)}
    lines = call({**env, "XDG_CONFIG_HOME": str(home), **terminal, **around}, "doctor").stdout.splitlines()
    assert f"--  notify       {notify}" in lines
    assert any(line.startswith(f"--  pictures     {pictures}") for line in lines)


def test_without_a_terminal_it_says_which_verbs_need_none(env: dict[str, str]) -> None:
    assert call(env, env["PASSED"]).stderr.endswith("Use watch or status.\n")


def test_a_typing_error_is_told_with_what_was_meant(env: dict[str, str]) -> None:
    for arguments, meant in (
        (["whatch", env["PASSED"]], "Did you mean currents-tui watch?"),
        (["watch", "--tmeout", "3s"], "Did you mean --timeout?"),
        (["status", "--jsn=state"], "Did you mean --json?"),
        (["status", "--zzz"], "See currents-tui status --help."),
        (["status", "-z"], "See currents-tui status --help."),
        (["help", "watching"], "Did you mean watch?"),
    ):
        ran = call(env, *arguments)
        assert (ran.returncode, ran.stdout) == (Exit.USAGE, "")
        assert ran.stderr.endswith(f" {meant}\n"), arguments


def test_options_may_stand_before_the_verb(env: dict[str, str], tmp_path: Path) -> None:
    elsewhere = env | {"CURRENTS_TUI_API_URL": "http://127.0.0.1:1/v1"}
    url = env["CURRENTS_TUI_API_URL"]
    ran = call(elsewhere, "--api-url", url, "-q", "status", env["PASSED"], "--format", "{state}")
    assert (ran.returncode, ran.stdout) == (0, "PASSED\n")
    # What is the value of an option is no verb, and neither is what stands behind the end of the options.
    assert "There is no profile “watch”" in call(env, "--profile", "watch", env["PASSED"]).stderr
    assert "Did you mean currents-tui watch?" in call(env, "--", "watch").stderr


def test_the_options_of_the_full_screen_that_take_a_value_are_known() -> None:
    from currents_tui.cli.options import screen_parser
    from currents_tui.cli.verbs import WITH_VALUE

    told = {
        name
        for action in screen_parser()._actions
        if action.option_strings and action.nargs is None
        for name in action.option_strings
    }
    assert set(WITH_VALUE) == told


def test_every_verb_that_has_settings_takes_read_only(env: dict[str, str]) -> None:
    run = env["PASSED"]
    for verb in (["status", run], ["watch", run], ["failures", run], ["diff", run], ["runs"], ["doctor"]):
        ran = call(env, verb[0], "--read-only", *verb[1:])
        assert ran.returncode == 0, ran.stderr
    told = call(env, "config", "show", "--read-only").stdout.splitlines()
    assert ["read_only", "yes", "--read-only"] in [line.split() for line in told]


# --- streams and terminals


def test_nobody_reads(env: dict[str, str]) -> None:
    run = env["FAILED"]
    for arguments in (
        ["status", run], ["failures", run], ["diff", run], ["watch", run], ["runs"], ["doctor"],
        ["cancel", "--dry-run", "-q", run], ["delete", "--dry-run", run], ["config", "show"],
        ["config", "path"], ["completion", "zsh"], ["help"], ["help", "keys"], ["watch", "--help"],
        ["--help"], ["--version"],
    ):  # fmt: skip
        with subprocess.Popen(
            [installed(), *arguments], env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        ) as ran:
            assert ran.stdout is not None
            ran.stdout.close()
            assert ran.wait(30) == Exit.CLOSED_PIPE, arguments
            _, told = ran.communicate()
            assert b"Error" not in told, arguments
            assert b"ignored" not in told, arguments


def test_nobody_hears_what_is_said_beside_it(env: dict[str, str]) -> None:
    with subprocess.Popen(
        [installed(), "status", "-vv", env["PASSED"]], env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as ran:
        assert ran.stderr is not None
        ran.stderr.close()
        assert b"state   PASSED\n" in ran.communicate()[0]
        assert ran.wait(30) == 0


def test_what_goes_into_a_file_is_what_goes_into_a_pipe(env: dict[str, str], tmp_path: Path) -> None:
    for verb in ("status", "failures", "watch"):
        path = tmp_path / verb
        with path.open("wb") as file:
            ran = subprocess.run([installed(), verb, env["FAILED"]], env=env, stdout=file, check=False)
        assert ran.returncode == (0 if verb == "failures" else 1)
        told, piped = path.read_text("utf-8"), call(env, verb, env["FAILED"]).stdout
        assert "\x1b" not in told
        # The time of a line and the signature of a link are never the same.
        changes = re.compile(r"^\d\d:\d\d:\d\d|\?\S*", re.MULTILINE)
        assert changes.sub("", told) == changes.sub("", piped)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_is_told(env: dict[str, str]) -> None:
    with open("/dev/full", "w") as full:  # noqa: PTH123
        ran = subprocess.run(
            [installed(), "status", env["PASSED"]],
            env=env,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert ran.returncode == Exit.UNKNOWN
    assert ran.stderr == "currents-tui: What was asked for could not be written: No space left on device.\n"


def test_where_only_ascii_can_be_written(env: dict[str, str]) -> None:
    told = env | {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    for arguments in (("failures", env["FAILED"]), ("status", env["CANCELED"]), ("watch", env["FAILED"])):
        ran = subprocess.run([installed(), *arguments], env=told, capture_output=True, check=False)
        assert ran.returncode in (0, 1, 3)
        assert b"Traceback" not in ran.stderr
        assert ran.stdout.isascii()


def test_at_a_terminal_one_line_is_kept_up_to_date(still: Simulator, env: dict[str, str]) -> None:
    with program(
        "watch", env["RUNNING"], "--timeout", "3s", env=env | {"TERM": "xterm"}, cols=40
    ) as terminal:
        assert terminal.wait_exit() == Exit.STILL_RUNNING
        raw = terminal.raw.decode()
        # Written over, and never empty in between. Within the width at every moment: what is longer would
        # leave a line behind at each turn.
        shown = re.findall(r"\r(RUNNING [^\x1b]*)\x1b\[K", raw)
        assert shown
        assert all(len(part) < 40 for part in shown)
        assert raw.count("\x1b[K") <= 8
        assert not [part for part in raw.split("\x1b")[1:] if not part.startswith(("[K", "[3", "[0m"))]


def test_a_dumb_terminal_gets_lines(env: dict[str, str]) -> None:
    with program("watch", env["RUNNING"], "--timeout", "1s", env=env | {"TERM": "dumb"}) as terminal:
        assert terminal.wait_exit() == Exit.STILL_RUNNING
        assert b"\x1b" not in terminal.raw
