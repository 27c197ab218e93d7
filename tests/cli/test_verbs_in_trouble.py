"""Verbs without a screen when something goes wrong: signals, silence, defects, and what build logs obey."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from io import BytesIO, TextIOWrapper
from pathlib import Path

import pytest

from currents_tui.cli.exit_codes import Exit
from currents_tui.cli.main import main
from tests.canned import Answer
from tests.cli.program import KEY, RUN_ID, call, installed
from tests.cli.serving import enveloped, serving
from tests.patience import until

# --- signals, and a service that does not answer


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize(
    "verb", ["watch", "status", "failures", "diff", "runs", "doctor", "cancel", "delete"]
)
def test_a_signal_ends_every_verb_quietly(env: dict[str, str], verb: str, number: signal.Signals) -> None:
    with serving(Answer(delay=600.0)) as server:
        arguments = [
            verb,
            *([] if verb in ("runs", "doctor") else [RUN_ID]),
            *(["-y"] if verb in ("cancel", "delete") else []),
        ]
        with subprocess.Popen(
            [installed(), *arguments], env=env | {"CURRENTS_TUI_API_URL": f"{server.url}/v1"},
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        ) as ran:  # fmt: skip
            until(lambda: bool(server.requests))
            ran.send_signal(number)
            assert ran.wait(10) == (Exit.INTERRUPTED if number == signal.SIGINT else Exit.TERMINATED)
            assert "Traceback" not in ran.communicate()[1]


# --- the key


def test_the_key_is_in_no_output(env: dict[str, str]) -> None:
    echo = Answer(status=401, body=f'{{"error": "no use for {KEY}"}}'.encode(), headers=(("X", KEY),))
    with serving(echo) as server:
        told = env | {"CURRENTS_TUI_API_URL": f"{server.url}/v1", "CURRENTS_API_KEY": KEY}
        for line in (
            f"status {RUN_ID}", f"failures {RUN_ID}", f"diff {RUN_ID} {RUN_ID}", "runs", "doctor",
            f"watch --timeout 2s {RUN_ID}", f"cancel -y {RUN_ID}", f"delete -y {RUN_ID}",
        ):  # fmt: skip
            ran = call(told, *line.split(), "-vv")
            assert KEY not in ran.stdout + ran.stderr, line
            assert ran.returncode == Exit.KEY, line
        for line in (
            "config show", "config path", "completion fish", "help environment", "--help", "status --help",
            "--version", "", "status --wrong",
        ):  # fmt: skip
            ran = call(told, *line.split())
            assert KEY not in ran.stdout + ran.stderr, line


def test_vv_tells_the_requests_and_the_settings(env: dict[str, str]) -> None:
    ran = call(env, "status", env["PASSED"], "-vv")
    assert "currents-tui: api_key: set (CURRENTS_API_KEY)\n" in ran.stderr
    assert f"currents-tui: GET /runs/{env['PASSED']}: " in ran.stderr
    assert env["CURRENTS_API_KEY"] not in ran.stderr
    quiet = call(env, "status", env["PASSED"])
    assert quiet.stderr == ""


def test_a_defect_is_told_without_the_key(env: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "of_this_test.py").write_text(
        "from currents_tui.cli.settings import Settings\n"
        "key = Settings.key\n"
        "def defect(self):\n"
        "    raise RuntimeError('a defect \\x1b[2Jas asked, with ' + key(self).reveal())\n"
        "Settings.key, Settings._whence_key = defect, defect\n"
    )
    path = os.pathsep.join([str(tmp_path), env["PYTHONPATH"]])
    run = env["PASSED"]
    for arguments in (
        ("status", run), ("watch", run), ("failures", run), ("diff", run), ("runs",), ("doctor",),
        ("cancel", "-y", run), ("delete", "-y", run), ("config", "show"),
    ):  # fmt: skip
        more = () if arguments[0] == "config" else ("-vv",)
        ran = call(env | {"PYTHONPATH": path, "XDG_STATE_HOME": str(tmp_path)}, *arguments, *more)
        assert ran.returncode == Exit.BUG, ran.stderr
        report = tmp_path / "currents-tui" / "crash.txt"
        assert "currents-tui: This is a bug in currents-tui: RuntimeError at " in ran.stderr
        assert ran.stderr.endswith(f"Please report it, with what is in {report}.\n")
        told = report.read_text()
        assert told.endswith("\nRuntimeError: a defect as asked, with ***\n")
        assert env["CURRENTS_API_KEY"] not in ran.stdout + ran.stderr + told
        report.unlink()


# --- logs of CI services


def test_github_gets_annotations_and_no_command_of_anybody_else(env: dict[str, str]) -> None:
    ran = call(env | {"GITHUB_ACTIONS": "true"}, "watch", env["FAILED"])
    commands = [line for line in ran.stdout.splitlines() if line.startswith("::")]
    assert [line.split(" ")[0] for line in commands] == ["::error"] * 3 + [
        "::warning",
        "::group::Failed",
        "::endgroup::",
    ]
    assert commands[0].startswith(
        "::error file=cart/guest-merge.spec.ts,line=37,title=Guest merge › removes an item::Error: "
    )
    commit = {"message": "x ##[set-env name=A]B ###vso[task]", "branch": "::debug::x"}
    hostile = {"runId": RUN_ID, "completionState": "COMPLETE", "status": "PASSED", "meta": {"commit": commit}}
    with serving(enveloped(hostile)) as server:
        told = env | {"CURRENTS_TUI_API_URL": f"{server.url}/v1"}
        plain = call(told, "status", RUN_ID).stdout
        assert "##[set-env name=A]B" in plain
        guarded = call(told | {"GITHUB_ACTIONS": "true"}, "status", RUN_ID).stdout
        assert "x # #[set-env name=A]B ## #vso[task]" in guarded
        template = call(told | {"GITHUB_ACTIONS": "true"}, "status", RUN_ID, "--format", "{branch}").stdout
        assert template == ": :debug::x\n"
        as_json = call(told | {"GITHUB_ACTIONS": "true"}, "status", RUN_ID, "--json").stdout
        assert "##" not in as_json
        assert json.loads(as_json)["title"] == commit["message"]


def test_no_log_is_commanded_by_what_is_said_beside_the_output(env: dict[str, str]) -> None:
    """A log has both streams in it."""
    hostile = {"completionState": "COMPLETE", "meta": {"commit": {"message": "::stop-commands::x ##vso[a]"}}}
    with serving(enveloped({"runId": RUN_ID, **hostile})) as server:
        told = env | {"CURRENTS_TUI_API_URL": f"{server.url}/v1"}
        assert "::stop-commands::x ##vso[a]" in call(told, "cancel", "-y", RUN_ID).stderr
        for name in ("GITHUB_ACTIONS", "TF_BUILD", "TEAMCITY_VERSION"):
            said = call(told | {name: "1"}, "cancel", "-y", RUN_ID).stderr
            assert ": :stop-commands::x # #vso[a]" in said
            refused = call(told | {name: "1"}, "status", "##vso[a]").stderr
            assert "# #vso[a]" in refused


def test_a_key_behind_an_option_that_there_is_not_is_not_repeated(env: dict[str, str]) -> None:
    secret = "another-example-key"
    for given in ([f"--api-key={secret}"], ["--api-key", secret]):
        for verb in ("status", "runs", "cancel", "doctor"):
            ran = call(env, verb, *([RUN_ID] if verb in ("status", "cancel") else []), *given)
            assert ran.returncode == Exit.USAGE
            assert "Unrecognized arguments: --api-key." in ran.stderr
            assert secret not in ran.stdout + ran.stderr


def test_no_exit_status_is_for_verdicts_alone(env: dict[str, str]) -> None:
    for verb in ("status", "watch"):
        for place in ("FAILED", "CANCELED", "TIMEOUT"):
            assert call(env, verb, "--no-exit-status", env[place]).returncode == Exit.OK
    deleted = {"runId": RUN_ID, "completionState": "COMPLETE", "deletedAt": "2026-03-01T12:00:00Z"}
    with serving(enveloped(deleted)) as server:
        told = env | {"CURRENTS_TUI_API_URL": f"{server.url}/v1"}
        for verb in ("status", "watch"):
            assert call(told, verb, "--no-exit-status", RUN_ID).returncode == Exit.NOT_FOUND


def test_what_the_surroundings_do_is_no_defect(env: dict[str, str], tmp_path: Path) -> None:
    """Closed streams, folders that cannot be looked into, and numbers of thousands of digits."""
    closed = ["sh", "-c", 'exec "$0" runs >&-', installed()]
    ran = subprocess.run(closed, env=env, capture_output=True, text=True, timeout=60, check=False)
    assert (ran.returncode, ran.stderr) == (Exit.OK, "")
    too_long = call(env | {"XDG_CONFIG_HOME": "/" + "x" * 300}, "config", "path")
    assert too_long.returncode == Exit.OK
    assert "There is no file there yet." in too_long.stderr
    (tmp_path / "currents-tui").mkdir()
    (tmp_path / "currents-tui" / "config.toml").write_text(f"interval = {'9' * 5000}\n")
    ran = call(env | {"XDG_CONFIG_HOME": str(tmp_path)}, "config", "show")
    assert ran.returncode == Exit.USAGE
    assert "config.toml: line 1" in ran.stderr


def test_what_is_typed_in_another_encoding_is_no_defect(monkeypatch: pytest.MonkeyPatch) -> None:
    typed = TextIOWrapper(BytesIO(b"\xe9\n"), encoding="utf-8")
    monkeypatch.setattr(sys, "stdin", typed)
    assert main(["--version"]) == Exit.OK
    assert typed.readline() == "\N{REPLACEMENT CHARACTER}\n"


def test_what_is_not_text_in_an_argument_is_asked_for_as_far_as_it_is(env: dict[str, str]) -> None:
    for line in (["runs", "--branch", "\udce9"], ["status", "@\udce9"]):
        ran = call(env, *line)
        assert ran.returncode in (Exit.OK, Exit.NOT_FOUND), ran.stderr


def test_gitlab_gets_a_section(env: dict[str, str]) -> None:
    ran = call(env | {"GITLAB_CI": "true"}, "watch", env["FAILED"])
    assert "\x1b[0Ksection_start:" in ran.stdout
    assert "\x1b[0Ksection_end:" in ran.stdout
    assert "\x1b" not in call(env, "watch", env["FAILED"]).stdout
    assert "\x1b" not in call(env | {"GITLAB_CI": "true"}, "watch", "--json", env["FAILED"]).stdout


# --- answers that are strange


def test_a_run_with_words_that_nobody_knows_is_not_said_to_have_passed(env: dict[str, str]) -> None:
    odd = {"runId": RUN_ID, "completionState": "COMPLETE", "status": "DISCOMBOBULATED", "groups": []}
    with serving(enveloped(odd)) as server:
        told = env | {"CURRENTS_TUI_API_URL": f"{server.url}/v1"}
        assert call(told, "status", RUN_ID).returncode == Exit.UNKNOWN
        assert call(told, "watch", RUN_ID).returncode == Exit.UNKNOWN
    with serving(enveloped(odd | {"status": "PASSED", "deletedAt": "2026-03-01T12:00:00Z"})) as server:
        told = env | {"CURRENTS_TUI_API_URL": f"{server.url}/v1"}
        assert call(told, "status", RUN_ID).returncode == Exit.NOT_FOUND
        assert call(told, "watch", RUN_ID).returncode == Exit.NOT_FOUND


def test_an_instance_that_cannot_be_had_is_told_and_counts(
    env: dict[str, str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    spec = {
        "spec": "a.spec.ts",
        "groupId": "g",
        "instanceId": "i1",
        "completedAt": "2026-03-01T12:00:00Z",
        "results": {"stats": {"tests": 2, "failures": 1, "passes": 1}},
    }
    answer = {"runId": RUN_ID, "completionState": "COMPLETE", "status": "FAILED", "specs": [spec]}
    with serving(enveloped(answer)) as server:
        for name, value in env.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setenv("CURRENTS_TUI_API_URL", f"{server.url}/v1")
        # The same answer to the question about the instance is about no such instance.
        assert main(["failures", RUN_ID]) == Exit.UNKNOWN
    said = capsys.readouterr()
    assert "its tests are not known: " in said.out
    assert "the tests of 1 of 1 files could not be asked for" in said.err


def test_the_verbs_answer_before_anything_slow_is_imported() -> None:
    code = (
        "import sys; from currents_tui.cli.main import main\n"
        "try: main([sys.argv[1], '--nonsense'])\nexcept SystemExit: pass\n"
        "print(sorted({'textual', 'rich', 'httpx', 'msgspec', 'asyncio'} & set(sys.modules)))"
    )
    for verb in ("help", "config", "completion"):
        told = subprocess.run([sys.executable, "-c", code, verb], capture_output=True, text=True, check=True)
        assert told.stdout.strip() == "[]", verb
