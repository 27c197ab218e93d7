"""Where the key comes from when it is not in the environment: a command's output, or a file's first line.

No message in here ever holds what was read.
"""

from __future__ import annotations

import os
import shlex
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread, current_thread, main_thread

from currents_tui.api.key import Key
from currents_tui.cli.exit_codes import Terminated
from currents_tui.core.problem import Kind, Problem

PATIENCE = 60.0
"""Seconds that the command may take: it may have to ask a person for a passphrase."""
MOST = 10_000
"""Bytes that are read: a key is one short line."""
_END_WITHIN = 0.5
"""Seconds that the command may take to end: it may have switched off what the terminal echoes."""


def from_command(command: str, written_in: Path, setting: str) -> Key:
    """The first line that `command` prints. It is run without a shell, and gone when this ends; `setting` is
    where it is written.

    Raises `Problem`: BAD_SETTING when it cannot be run, or others could have put it into the file
    `written_in`; BAD_KEY when it fails or prints no key. Raises `Terminated` at SIGTERM.
    """
    if _mode(written_in.stat()) & (stat.S_IWGRP | stat.S_IWOTH):
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
        with _terminable():
            status, told = _printed(argv)
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
        if len(told) > MOST:
            words = f"printed more than {MOST:,} bytes"
        elif status == 0:
            return _first_line(told, "The command of api_key_command printed", setting)
        else:
            words = f"failed with status {status}"
        hint = "Run it by itself: what it prints first must be the key."
        problem = Problem(Kind.BAD_KEY, f"The command of api_key_command {words}.", hint)
    raise problem


def _printed(argv: list[str]) -> tuple[int | None, bytes]:
    """The exit status of a command and what it prints, as far as it is looked at: of one that prints more
    than MOST, one byte more than that and no status. Raises OSError, and subprocess.TimeoutExpired.
    """
    command = subprocess.Popen(argv, stdout=subprocess.PIPE)
    told: list[bytes] = []

    def read() -> None:
        assert command.stdout is not None  # noqa: S101
        with command.stdout as pipe:
            told.append(pipe.read(MOST + 1))

    until = time.monotonic() + PATIENCE
    try:
        # In a thread: a child of the command may hold the pipe when the command itself is long gone.
        reader = Thread(target=read, name="key", daemon=True)
        reader.start()
        reader.join(PATIENCE)
        if not told:
            raise subprocess.TimeoutExpired(argv[0], PATIENCE)
        left = max(0.0, until - time.monotonic())
        return (None if len(told[0]) > MOST else command.wait(left)), told[0]
    finally:
        _end(command)


def _end(command: subprocess.Popen[bytes]) -> None:
    if command.poll() is None:
        command.terminate()
        try:
            command.wait(_END_WITHIN)
        except subprocess.TimeoutExpired:
            command.kill()
            command.wait()


@contextmanager
def _terminable() -> Iterator[None]:
    """SIGTERM raises `Terminated` meanwhile: by itself it would end this process and leave the command."""

    def terminate(*_: object) -> None:
        raise Terminated

    # Only the main thread may; and what is ignored, or caught already, stays so.
    if current_thread() is not main_thread() or signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL:
        yield
        return
    signal.signal(signal.SIGTERM, terminate)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)


def from_file(told: str, beside: Path, setting: str) -> Key:
    """The first line of the file `told`, which may begin with ~ and is looked for from the folder `beside`;
    `setting` is where it is named.

    Raises `Problem`: BAD_SETTING when it cannot be read or others may read it, BAD_KEY for no key.
    """
    try:
        is_file, mode, content = _looked_into(beside / Path(told).expanduser())
    except (OSError, RuntimeError, ValueError) as error:
        trouble = getattr(error, "strerror", None) or "it cannot be found"
        # Not which: somebody may have written the key itself there.
        hint = f"Unless its path begins with / or ~, it is looked for in {beside}."
        problem = Problem(Kind.BAD_SETTING, f"The file of api_key_file cannot be read: {trouble}.", hint)
    else:
        if is_file and not mode & (stat.S_IRWXG | stat.S_IRWXO):
            return _first_line(content, f"In {told} there is", setting)
        words, hint = (
            "it is no regular file, so no key is read from it.",
            "For all else there is api_key_command.",
        )
        if is_file:
            words = "others may read it, so the key in it is not taken."
            hint = f"Allow it to yourself alone (chmod 600 {told}), and replace the key if others were there."
        problem = Problem(Kind.BAD_SETTING, f"{told}: {words}", hint)
    raise problem


def _looked_into(path: Path) -> tuple[bool, int, bytes]:
    """Whether there is a regular file, who may do what with it, and its beginning. Raises OSError.

    A FIFO would be waited for, until somebody writes into it.
    """
    file = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0))
    try:
        seen = os.fstat(file)
        is_file = stat.S_ISREG(seen.st_mode)
        return is_file, _mode(seen), os.read(file, MOST) if is_file else b""
    finally:
        os.close(file)


def _mode(seen: os.stat_result) -> int:
    """Who may do what with the file; on Windows the bits say nothing about others."""
    return 0 if sys.platform == "win32" else stat.S_IMODE(seen.st_mode)


def _first_line(content: bytes, whence: str, setting: str) -> Key:
    lines = content.decode("utf-8", "replace").splitlines()
    if not lines or not lines[0].strip():
        raise Problem(Kind.BAD_KEY, f"{whence} no key.", "The key is its first line, and nothing else in it.")
    return Key(lines[0].strip(), setting=setting)
