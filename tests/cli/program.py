"""The real program at a terminal of its own, as tests start it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tests import guards
from tests.canned import CannedServer
from tests.terminal import Terminal

ROOT = str(Path(__file__).parents[2])

RUN_ID = "6f3b9c0e51d2a8b4"
NOWHERE = "/nonexistent"
"""No settings file is there, whatever the person who runs the tests has in theirs."""
NOBODYS = "/dev/null/state"
"""No report of a crash can be written there, and so it is told in full."""
KEY = "key-of-the-example-organisation"

# Whatever the machine has set for itself must not reach the program under test.
_FOREIGN = (
    "CURRENTS_API_KEY", "CURRENTS_API_URL", "CURRENTS_REST_API_URL", "CURRENTS_TUI_API_URL",
    "CURRENTS_RUN_ID", "CURRENTS_PROJECT_ID", "CURRENTS_CI_BUILD_ID", "SSH_CONNECTION", "SSH_TTY",
    "DISPLAY", "WAYLAND_DISPLAY", "BROWSER", "HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "NO_PROXY",
    "CURRENTS_TUI_PROFILE", "GITHUB_ACTIONS", "GITHUB_WORKSPACE", "GITLAB_CI", "CI_PROJECT_DIR", "NO_COLOR",
    "TMUX", "STY", "WT_SESSION", "ConEmuANSI", "TERM_PROGRAM", "TERM_FEATURES", "PTYXIS_VERSION",
    "https_proxy", "http_proxy", "all_proxy", "no_proxy", "SSL_CERT_FILE", "SSL_CERT_DIR", "PYTHONUNBUFFERED",
)  # fmt: skip

_APART = {"PYTHONPATH": ROOT, "XDG_CONFIG_HOME": NOWHERE, "XDG_STATE_HOME": NOBODYS}
"""From wherever it is started, it is this very program, and knows nothing of the person's files."""


def program(
    *arguments: str,
    env: Mapping[str, str | None] | None = None,
    cols: int = 80,
    rows: int = 24,
    redirection: str = "",
    cwd: str = ROOT,
    beyond: Sequence[str] = (guards.BELL,),
    in_band_resize: bool = False,
    ignore_hup: bool = False,
) -> Terminal:
    """The installed program with `arguments`, in an environment that says nothing but `env`.

    `redirection` is the shell's: "2>/dev/null". What stands behind `cwd` is as `Terminal` has it.
    """
    argv = [installed(), *arguments]
    if redirection:
        argv = ["sh", "-c", f'exec "$0" "$@" {redirection}', *argv]
    own = {**_APART, **dict.fromkeys(_FOREIGN), **(env or {})}
    return Terminal(
        argv, cwd=cwd, cols=cols, rows=rows, env=own, beyond=beyond,
        in_band_resize=in_band_resize, ignore_hup=ignore_hup,
    )  # fmt: skip


def watching(
    server: CannedServer, *arguments: str, env: Mapping[str, str | None] | None = None, **given: Any
) -> Terminal:
    """The program on the run of `server`, asked about each second. What is `given` is as `program` has it."""
    own = {"CURRENTS_API_KEY": KEY, **(env or {})}
    return program(RUN_ID, "--api-url", f"{server.url}/v1", "--interval", "1", *arguments, env=own, **given)


def until_shown(terminal: Terminal, *words: str) -> None:
    """Until the whole screen is there, with data, which is LIVE or what `words` say: it is written from the
    top down.
    """
    wanted = words or ("LIVE",)
    terminal.wait_for(lambda text: "q quit" in text and any(word in text for word in wanted))


def clean(**env: str) -> dict[str, str]:
    """The environment of a process that is to say nothing but `env` to the program."""
    kept = {name: value for name, value in os.environ.items() if name not in _FOREIGN}
    return {**kept, **_APART, "PYTHONPATH": guards.python_path(ROOT), **env}


def installed() -> str:
    """The command as pip installs it."""
    return str(Path(sys.executable).with_name("currents-tui"))


def script(name: str, *arguments: str, env: Mapping[str, str | None] | None = None) -> Terminal:
    """`python -m tests.cli.<name>`, likewise."""
    argv = [sys.executable, "-m", f"tests.cli.{name}", *arguments]
    return Terminal(argv, cwd=ROOT, env={**_APART, **dict.fromkeys(_FOREIGN), **(env or {})})


def call(env: Mapping[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    """What a verb says and ends with, where there is no terminal and nobody types."""
    return subprocess.run(
        [installed(), *arguments], env=env, capture_output=True, encoding="utf-8", timeout=60, check=False,
        stdin=subprocess.DEVNULL,
    )  # fmt: skip
