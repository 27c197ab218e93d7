"""Which command opens a file at a line, and which paths of the service may be looked for here."""

from __future__ import annotations

import shlex
from collections.abc import Iterable
from typing import Final

from msgspec import Struct

from currents_tui.core.text import plain

DEFAULT: Final = "vi"
"""What POSIX systems have when neither VISUAL nor EDITOR says anything."""

_LONGEST: Final = 1_000
"""Characters of a path; no system takes many more."""

_GOTO: Final = frozenset({"code", "code-insiders", "codium", "cursor", "windsurf"})
_COLON: Final = frozenset({"subl", "zed", "zeditor", "hx", "helix"})
_LINE_FLAG: Final = frozenset({"idea", "webstorm", "pycharm", "kate", "mate"})
_WINDOWED: Final = (_GOTO | _COLON | _LINE_FLAG | {"gvim", "mvim", "gedit"}) - {"hx", "helix"}
"""Editors with a window of their own: the terminal stays with this program."""

_WAITS: Final = frozenset({"-w", "--wait", "--block", "-b", "-f", "--nofork"})
"""What makes such an editor wait for its window: for git that is right, here nobody waits."""


class Editing(Struct, frozen=True):
    """An editor to be started."""

    argv: tuple[str, ...]
    is_windowed: bool
    """Whether it opens a window of its own; otherwise it wants the terminal."""
    what: str
    """The file and the line, for a person."""

    @property
    def program(self) -> str:
        """The editor's name, for a person."""
        return plain(_name(self.argv[0]))


def editing(editor: str, path: str, line: int, what: str) -> Editing | str:
    """What opens `path` at `line` (from 1) with `editor`, a command that may hold arguments.

    A sentence where `editor` is no command. `path` is absolute, so that it is never taken for an option.
    """
    try:
        words = shlex.split(editor)
    except ValueError:
        words = []
    if not words:
        return "The editor cannot be started: VISUAL or EDITOR is not a command."
    name = _name(words[0])
    is_windowed = name in _WINDOWED
    if is_windowed:
        words = [words[0], *(word for word in words[1:] if word not in _WAITS)]
    return Editing((*words, *_place(name, path, max(1, line))), is_windowed, what)


def _place(name: str, path: str, line: int) -> tuple[str, ...]:
    if name in _GOTO:
        return "-g", f"{path}:{line}"
    if name in _COLON:
        return (f"{path}:{line}",)
    if name in _LINE_FLAG:
        return "--line", str(line), path
    return f"+{line}", path


def _name(program: str) -> str:
    return program.rsplit("/", 1)[-1].lower().removesuffix(".exe")


def relative_path(spec: str) -> str | None:
    """`spec` as a path below some folder; None for what leads elsewhere or is no path at all.

    The service tells what others have recorded: nothing absolute, no `..`, no control character and
    nothing that begins with a hyphen is looked for.
    """
    if not spec or len(spec) > _LONGEST or not spec.isprintable() or spec.startswith(("/", "\\")):
        return None
    parts = [part for part in spec.replace("\\", "/").split("/") if part not in ("", ".")]
    if not parts or ".." in parts or parts[0].startswith(("-", "~")) or ":" in parts[0]:
        return None
    return "/".join(parts)


def ending_with(tracked: Iterable[str], path: str) -> list[str]:
    """Those of the `tracked` files that end with `path`."""
    return [file for file in tracked if file == path or file.endswith(f"/{path}")]
