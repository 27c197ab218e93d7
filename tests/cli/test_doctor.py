"""`currents-tui doctor`: what it looks at, and what it keeps to itself."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from tests.canned import Answer
from tests.cli.program import KEY, call
from tests.cli.serving import serving


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
