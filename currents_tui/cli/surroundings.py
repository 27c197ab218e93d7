"""What the environment tells about the person's terminal, as functions of its variables."""

import os
import re
import shutil
import sys
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime, tzinfo
from pathlib import Path

from currents_tui.api.key import Key

_KEY = "CURRENTS_API_KEY"


def without_key(environ: Mapping[str, str], key: Key | None = None) -> dict[str, str]:
    """`environ` for a child: without the key, under whichever name it stands there."""
    secrets = {environ.get(_KEY)} | ({key.reveal()} if key is not None else set())
    return {name: value for name, value in environ.items() if name != _KEY and value not in secrets}


def taken_from_children() -> dict[str, str]:
    """The environment as it is, after the key was taken out of what every child of this process inherits:
    git runs what a checkout's configuration names, and a browser is none of our business.
    """
    environ = dict(os.environ)
    for name in environ.keys() - without_key(environ).keys():
        del os.environ[name]
    return environ


def is_remote(environ: Mapping[str, str]) -> bool:
    """Whether the person sits at the other end of an SSH connection."""
    return bool(environ.get("SSH_CONNECTION") or environ.get("SSH_TTY"))


def is_served(environ: Mapping[str, str]) -> bool:
    """Whether the screen goes to a browser: textual-serve names the driver that takes it there."""
    return bool(environ.get("TEXTUAL_DRIVER"))


def multiplexer(environ: Mapping[str, str]) -> str:
    """ "tmux", "screen" or "": what stands between this program and the terminal.

    Over SSH only TERM tells, and one of "screen" may mean either of the two: the less able is assumed.
    """
    term = environ.get("TERM", "")
    if environ.get("TMUX") or term.startswith("tmux"):
        return "tmux"
    return "screen" if environ.get("STY") or term.startswith("screen") else ""


def is_console(environ: Mapping[str, str]) -> bool:
    """Whether this is a Linux console, without windows, which draws what it does not know."""
    return environ.get("TERM", "").startswith("linux")


def takes_progress(environ: Mapping[str, str]) -> bool:
    """Whether the terminal is known to take OSC 9;4; others would show it as a notification.

    The signs are those by which Cargo goes (https://doc.rust-lang.org/cargo, term.progress).
    """
    if multiplexer(environ) or is_console(environ) or environ.get("TERM") == "dumb":
        return False
    if environ.get("WT_SESSION") or environ.get("ConEmuANSI") == "ON":
        return True
    program = environ.get("TERM_PROGRAM")
    if program == "iTerm.app":
        # Features are a capital, small letters and digits each: P is progress, since iTerm2 3.6.6.
        return "P" in re.findall("[A-Z][a-z]*", environ.get("TERM_FEATURES", ""))
    major = environ.get("PTYXIS_VERSION", "").partition(".")[0]
    return program in ("WezTerm", "ghostty") or (major.isdecimal() and int(major) >= 48)


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
