"""The git branch that is checked out where the program was started."""

import subprocess

PATIENCE = 1.0
"""Seconds that git may take; without an answer the program goes on as if there were no checkout."""


def current_branch() -> str | None:
    """The branch; None outside of a checkout, on no branch, and without git."""
    try:
        told = subprocess.run(
            ["git", "symbolic-ref", "--quiet", "--short", "HEAD"],  # noqa: S607  whichever git the person uses
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=PATIENCE,
            check=False,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return told.stdout.decode("utf-8", "replace").strip() or None
