"""The verbs without a screen, through the installed command and against the simulated service."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from currents_tui.cli.exit_codes import MEANINGS, Exit
from tests.cli.program import call, installed, program
from tests.simulator import Simulator

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
