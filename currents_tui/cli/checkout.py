"""The git checkout where the program was started: its branch, its top, its files."""

import subprocess
from pathlib import Path

from currents_tui.core.text import Text, plain

PATIENCE = 1.0
"""Seconds that git may take; without an answer the program goes on as if there were no checkout."""


def current_branch() -> Text | None:
    """The branch; None outside of a checkout, on no branch, and without git."""
    told = _asked("symbolic-ref", "--quiet", "--short", "HEAD")
    return plain(told.decode("utf-8", "replace").strip()) or None


def top_level(folder: Path) -> Path | None:
    """The top of the checkout that `folder` is in; None outside of one, and without git."""
    told = _asked("rev-parse", "--show-toplevel", folder=folder).removesuffix(b"\n")
    return Path(told.decode("utf-8", "surrogateescape")) if told else None


def tracked_files(top: Path) -> list[str]:
    """The files that git knows below `top`, relative to it; none when that takes too long."""
    told = _asked("ls-files", "-z", folder=top)
    return told.decode("utf-8", "surrogateescape").split("\0")[:-1]


def _asked(*arguments: str, folder: Path | None = None) -> bytes:
    """What git prints; nothing where it fails."""
    try:
        told = subprocess.run(
            ["git", *arguments],  # noqa: S607  whichever git the person uses
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=PATIENCE,
            check=False,
            cwd=folder,
        )
    except (OSError, subprocess.SubprocessError):
        return b""
    return told.stdout if told.returncode == 0 else b""
