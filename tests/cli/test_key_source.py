"""The key's sources when they do not answer, answer without end, or a signal comes meanwhile."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from currents_tui.cli import key_source
from currents_tui.cli.exit_codes import Exit
from currents_tui.cli.key_source import from_command, from_file
from currents_tui.core.problem import Kind, Problem
from tests.cli.program import KEY, RUN_ID, clean, installed
from tests.patience import until

ARGUMENTS = {
    "screen": [RUN_ID],
    "watch": ["watch", RUN_ID],
    "status": ["status", RUN_ID],
    "failures": ["failures", RUN_ID],
    "diff": ["diff", RUN_ID, RUN_ID],
    "runs": ["runs"],
    "doctor": ["doctor"],
    "cancel": ["cancel", "-y", RUN_ID],
}
ASKS_A_PERSON = """#!/bin/sh
trap '' INT
echo $$ > "$(dirname "$0")/waits"
exec sleep 60
"""
"""As one that waits for a passphrase, and does not end at Ctrl+C."""


@pytest.fixture
def file(home: Path) -> Path:
    """A settings file, for a command to stand in."""
    file = home / "currents-tui" / "config.toml"
    file.touch(0o600)
    return file


def script(folder: Path, text: str) -> str:
    command = folder / "command"
    command.write_text(text)
    command.chmod(0o700)
    return str(command)


def is_gone(pid: int) -> bool:
    return not psutil.pid_exists(pid)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("verb", ARGUMENTS)
def test_a_signal_ends_every_verb_while_the_command_runs(
    home: Path, file: Path, verb: str, number: signal.Signals
) -> None:
    file.write_text(f"api_key_command = '{script(home, ASKS_A_PERSON)}'\n")
    env = clean(XDG_CONFIG_HOME=str(home), CURRENTS_TUI_API_URL="http://127.0.0.1:9/v1")
    waits = home / "waits"
    with subprocess.Popen(
        [installed(), *ARGUMENTS[verb]], env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as ran:
        until(lambda: waits.exists() and waits.read_text().endswith("\n"))
        # The command may run before the call that starts it has returned: what comes in that moment leaves
        # it behind. From a keyboard Ctrl+C reaches it, too.
        time.sleep(0.5)
        began = time.monotonic()
        ran.send_signal(number)
        _, complaints = ran.communicate(timeout=10)
    assert time.monotonic() - began < 4.0
    assert ran.returncode == (Exit.INTERRUPTED if number == signal.SIGINT else Exit.TERMINATED)
    assert complaints == ""
    assert is_gone(int(waits.read_text()))


def test_a_command_that_takes_too_long_is_ended(
    home: Path, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also one that has closed its output, and one whose child has not."""
    monkeypatch.setattr(key_source, "PATIENCE", 0.3)
    for end in ("exec sleep 60", "echo key; exec >&-; exec sleep 60"):
        command = script(home, f'#!/bin/sh\necho $$ > "$(dirname "$0")/waits"\n{end}\n')
        with pytest.raises(Problem, match=r"gave no key in 0\.3 s") as told:
            from_command(command, file, "api_key_command")
        assert told.value.kind is Kind.BAD_KEY
        assert is_gone(int((home / "waits").read_text()))
    with pytest.raises(Problem, match="gave no key"):
        from_command(script(home, "#!/bin/sh\nsleep 3 &\n"), file, "api_key_command")


def test_a_command_that_prints_without_end_is_stopped(home: Path, file: Path) -> None:
    command = script(home, '#!/bin/sh\necho $$ > "$(dirname "$0")/waits"\nexec yes\n')
    began = time.monotonic()
    with pytest.raises(Problem, match="printed more than 10,000 bytes") as told:
        from_command(command, file, "api_key_command")
    assert time.monotonic() - began < 4.0
    assert told.value.kind is Kind.BAD_KEY
    assert is_gone(int((home / "waits").read_text()))


def test_sigterm_means_afterwards_what_it_meant_before(home: Path, file: Path) -> None:
    before = signal.getsignal(signal.SIGTERM)
    assert from_command("echo an-example", file, "api_key_command").reveal() == "an-example"
    assert signal.getsignal(signal.SIGTERM) is before


@pytest.mark.skipif(sys.platform == "win32", reason="has no FIFOs")
def test_only_a_regular_file_is_read(home: Path) -> None:
    """A FIFO was waited for, for ever."""
    os.mkfifo(home / "fifo", 0o600)
    (home / "folder").mkdir(0o700)
    for name in ("fifo", "folder", "/dev/zero"):
        with pytest.raises(Problem, match=f"{name}: it is no regular file") as told:
            from_file(name, home, "api_key_file")
        assert told.value.kind is Kind.BAD_SETTING


def test_of_a_file_only_the_beginning_is_read(home: Path) -> None:
    (home / "key").touch(0o600)
    with (home / "key").open("wb") as key:
        key.write(KEY.encode() + b"\n")
        key.truncate(1 << 40)  # takes no room, and could not be read whole
    assert from_file("key", home, "api_key_file").reveal() == KEY
