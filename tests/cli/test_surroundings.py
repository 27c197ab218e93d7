"""What the environment tells, and what of it children get."""

import os
import subprocess
from pathlib import Path

import pytest

from currents_tui.cli.surroundings import taken_from_children
from tests.cli.program import KEY, RUN_ID, clean, installed


def test_the_key_is_taken_from_children_under_whichever_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CURRENTS_API_KEY", KEY)
    monkeypatch.setenv("SECRET_OF_THE_PIPELINE", KEY)
    monkeypatch.setenv("SOMETHING_ELSE", "kept")
    told = taken_from_children()
    assert (told["CURRENTS_API_KEY"], told["SECRET_OF_THE_PIPELINE"]) == (KEY, KEY)
    assert KEY not in os.environ.values()
    assert os.environ["SOMETHING_ELSE"] == "kept"


def test_without_a_key_everything_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CURRENTS_API_KEY", raising=False)
    before = dict(os.environ)
    assert taken_from_children() == before == dict(os.environ)


def test_no_program_that_is_started_sees_it(tmp_path: Path) -> None:
    """git is asked for the branch; here it is a script that writes down its environment."""
    git = tmp_path / "git"
    git.write_text('#!/bin/sh\nenv > "$(dirname "$0")/seen"\necho main\n')
    git.chmod(0o700)
    env = clean(
        CURRENTS_API_KEY=KEY,
        ANOTHER_NAME=KEY,
        CURRENTS_PROJECT_ID="x1Yz2A",
        CURRENTS_TUI_API_URL="http://127.0.0.1:1/v1",
        PATH=f"{tmp_path}:{os.environ['PATH']}",
    )
    subprocess.run([installed(), "status"], env=env, capture_output=True, timeout=60, check=False)
    assert KEY not in (tmp_path / "seen").read_text()


def test_a_name_look_up_that_hangs_holds_up_no_verb(tmp_path: Path) -> None:
    (tmp_path / "of_this_test.py").write_text(
        "import socket, time\n"
        "def getaddrinfo(*arguments, **named):\n"
        "    print('looking', flush=True)\n"
        "    time.sleep(300)\n"
        "socket.getaddrinfo = getaddrinfo\n"
    )
    env = clean(CURRENTS_API_KEY=KEY, CURRENTS_TUI_API_URL="https://example.com/v1")
    env["PYTHONPATH"] = f"{tmp_path}:{env['PYTHONPATH']}"
    with subprocess.Popen(
        [installed(), "status", RUN_ID], env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as verb:
        assert verb.stdout is not None
        assert verb.stdout.readline() == b"looking\n"
        verb.terminate()
        verb.communicate(timeout=2.0)
        assert verb.returncode == 143


def test_what_doctor_says_can_be_pasted_anywhere() -> None:
    env = clean(HOME="/home/example", XDG_CONFIG_HOME="/home/example/.config")
    env.pop("CURRENTS_API_KEY", None)
    ran = subprocess.run(
        [installed(), "doctor"], env=env, capture_output=True, text=True, timeout=60, check=False
    )
    assert ran.returncode == 4
    assert "~/.config/currents-tui/config.toml" in ran.stdout
    assert "/home/example" not in ran.stdout + ran.stderr
