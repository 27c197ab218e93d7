"""Where the key comes from when it is not in the environment: a command's output, or a file's first line.

No message in here ever holds what was read.
"""

from __future__ import annotations

import shlex
import stat
import subprocess
import sys
from pathlib import Path

from currents_tui.api.key import Key
from currents_tui.core.problem import Kind, Problem

PATIENCE = 60.0
"""Seconds that the command may take: it may have to ask a person for a passphrase."""


def from_command(command: str, written_in: Path, setting: str) -> Key:
    """The first line that `command` prints. It is run without a shell; `setting` is where it is written.

    Raises `Problem`: BAD_SETTING when it cannot be run, or others could have put it into the file
    `written_in`; BAD_KEY when it fails or prints no key.
    """
    if _mode(written_in) & (stat.S_IWGRP | stat.S_IWOTH):
        raise Problem(
            Kind.BAD_SETTING,
            f"{written_in}: others may write to it, so the command in it is not run.",
            "Allow it to yourself alone: chmod 600.",
        )
    try:
        argv = shlex.split(command)
    except ValueError:
        argv = []
    if not argv:
        raise Problem(Kind.BAD_SETTING, f"{written_in}: api_key_command is not a command: a quote is open.")
    try:
        told = subprocess.run(argv, stdout=subprocess.PIPE, timeout=PATIENCE, check=False)
    except OSError as error:
        problem = Problem(
            Kind.BAD_SETTING,
            # Not which: somebody may have written the key itself there.
            f"The command of api_key_command cannot be run: {error.strerror}.",
            f"It is in {written_in}.",
        )
    except subprocess.TimeoutExpired:
        problem = Problem(Kind.BAD_KEY, f"The command of api_key_command gave no key in {PATIENCE:g} s.")
    else:
        if told.returncode == 0:
            return _first_line(told.stdout, "The command of api_key_command printed", setting)
        problem = Problem(
            Kind.BAD_KEY,
            f"The command of api_key_command failed with status {told.returncode}.",
            "Run it by itself: what it prints first must be the key.",
        )
    raise problem


def from_file(told: str, beside: Path, setting: str) -> Key:
    """The first line of the file `told`, which may begin with ~ and is looked for from the folder `beside`;
    `setting` is where it is named.

    Raises `Problem`: BAD_SETTING when it cannot be read or others may read it, BAD_KEY for no key.
    """
    try:
        path = beside / Path(told).expanduser()
        others = _mode(path) & (stat.S_IRWXG | stat.S_IRWXO)
        content = b"" if others else path.read_bytes()[:10_000]
    except (OSError, RuntimeError, ValueError) as error:
        trouble = getattr(error, "strerror", None) or "it cannot be found"
        # Not which: somebody may have written the key itself there.
        hint = f"Unless its path begins with / or ~, it is looked for in {beside}."
        problem = Problem(Kind.BAD_SETTING, f"The file of api_key_file cannot be read: {trouble}.", hint)
    else:
        if not others:
            return _first_line(content, f"In {told} there is", setting)
        problem = Problem(
            Kind.BAD_SETTING,
            f"{told}: others may read it, so the key in it is not taken.",
            f"Allow it to yourself alone (chmod 600 {told}), and replace the key if others were there.",
        )
    raise problem


def _mode(path: Path) -> int:
    """Who may do what with the file; on Windows the bits say nothing about others."""
    return 0 if sys.platform == "win32" else stat.S_IMODE(path.stat().st_mode)


def _first_line(content: bytes, whence: str, setting: str) -> Key:
    lines = content.decode("utf-8", "replace").splitlines()
    if not lines or not lines[0].strip():
        raise Problem(Kind.BAD_KEY, f"{whence} no key.", "The key is its first line, and nothing else in it.")
    return Key(lines[0].strip(), setting=setting)
