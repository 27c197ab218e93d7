"""The person's editor: finding the file of a failure in this checkout, and starting the editor on it."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from pathlib import Path

from currents_tui.api.key import Key
from currents_tui.cli.apart import start_apart
from currents_tui.cli.checkout import top_level, tracked_files
from currents_tui.cli.surroundings import without_key
from currents_tui.core.editing import DEFAULT, Editing, editing, ending_with, relative_path


class Editor:
    """Opens files of the checkout at `folder`. Its methods block: files are looked for, git is asked."""

    def __init__(
        self, environ: Mapping[str, str], key: Key | None = None, folder: Path | None = None
    ) -> None:
        self._command = environ.get("VISUAL") or environ.get("EDITOR") or DEFAULT
        self._environ = without_key(environ, key)
        self._folder = folder

    def choose(self, spec: str, line: int) -> Editing | str:
        """What opens `spec`, a path as the service tells it, at `line`; or a sentence why nothing does."""
        path = relative_path(spec)
        if path is None:
            return "The service tells no path for it that could be a file here."
        found = find(path, self._folder or Path.cwd())
        if isinstance(found, str):
            return found
        return editing(self._command, str(found), line, f"{path}:{line}")

    def run(self, chosen: Editing) -> str:
        """Start the editor, and wait for it unless it has a window of its own. How it went, in a sentence."""
        try:
            if chosen.is_windowed:
                start_apart(chosen.argv, self._environ)
                return f"Opened {chosen.what} in {chosen.program}."
            status = subprocess.run(chosen.argv, env=self._environ, check=False).returncode
        except (OSError, ValueError) as error:
            trouble = getattr(error, "strerror", None) or "it is not a command"
            return f"The editor cannot be started: {trouble}: {chosen.program}."
        if status < 0:
            return f"The editor {chosen.program} was ended by signal {-status}."
        if status > 0:
            return f"The editor {chosen.program} ended with status {status}."
        return f"Back from {chosen.what}."


def find(path: str, folder: Path) -> Path | str:
    """The file `path` below `folder` or the top of its checkout, or the only tracked file that ends so.

    A sentence where there is none. A link that leads out of the checkout leads nowhere.
    """
    top = top_level(folder)
    root = (top or folder).resolve()
    for base in dict.fromkeys((folder, root)):
        if (file := _inside(base / path, root)) is not None:
            return file
    if top is None:
        return f"There is no {path} here, and this is no git checkout to look through."
    ending = ending_with(tracked_files(top), path)
    if len(ending) > 1:
        return f"There are {len(ending)} files in this checkout that end in {path}."
    file = _inside(root / ending[0], root) if ending else None
    return file if file is not None else f"There is no {path} in this checkout."


def _inside(path: Path, root: Path) -> Path | None:
    try:
        file = path.resolve(strict=True)
        return file if file.is_file() and file.is_relative_to(root) else None
    except (OSError, ValueError, RuntimeError):
        return None
