"""What the environment tells about the person's terminal, as functions of its variables."""

import shutil
import sys
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime, tzinfo
from pathlib import Path


def is_remote(environ: Mapping[str, str]) -> bool:
    """Whether the person sits at the other end of an SSH connection."""
    return bool(environ.get("SSH_CONNECTION") or environ.get("SSH_TTY"))


def speaks_utf8(environ: Mapping[str, str]) -> bool:
    """Whether the locale promises that more than ASCII can be drawn."""
    for name in ("LC_ALL", "LC_CTYPE", "LANG"):
        if told := environ.get(name):
            return "utf" in told.lower()
    return sys.platform in ("darwin", "win32")


def has_browser(environ: Mapping[str, str], platform: str = sys.platform) -> bool:
    """Whether a page can be opened where the person sees it.

    Over SSH a browser would start on the far side, and without a display a text browser would take
    this very terminal.
    """
    if is_remote(environ):
        return False
    if platform in ("darwin", "win32"):
        return True
    return bool(environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY") or shutil.which("wslview"))


def local_zone() -> tzinfo:
    """The time zone of this machine's clock, as it is now."""
    zone = datetime.now(UTC).astimezone().tzinfo
    return zone if zone is not None else UTC


def save_copy(run_id: str, answer: bytes) -> str:
    """Write `answer` into a new file of this folder and give its name. Raises OSError."""
    for number in range(100):
        name = f"currents-run-{run_id}{f'-{number}' if number else ''}.json"
        with suppress(FileExistsError), Path(name).open("xb") as file:
            file.write(answer)
            return name
    raise FileExistsError(f"There are a hundred copies of run {run_id} here.")


def open_url(address: str, environ: Mapping[str, str]) -> bool:
    """Open `address` in a browser; False where there is none, or the address is no web address."""
    if not address.startswith(("https://", "http://")) or not has_browser(environ):
        return False
    import webbrowser  # only where it is used: it is slow to import

    try:
        return webbrowser.open(address)
    except (webbrowser.Error, OSError):
        return False
