"""The person's browser: which command opens a page, and starting it where it holds up nothing."""

from __future__ import annotations

import os
import shlex
import shutil
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from currents_tui.api.key import Key
from currents_tui.cli.apart import start_apart
from currents_tui.cli.surroundings import has_browser, without_key

_TEXT = frozenset({"w3m", "lynx", "links", "links2", "elinks", "www-browser"})
"""Browsers that would want this very terminal."""
_MAC = ("open %s",)
_OTHERS = (
    "wslview %s",  # found under WSL alone, where it leads to the browser that the person has
    "xdg-open %s", "gio open %s", "x-www-browser %s", "firefox %s", "chromium %s", "google-chrome %s",
)  # fmt: skip


def open_url(address: str, environ: Mapping[str, str], key: Key | None = None) -> bool:
    """Start a browser on `address`; False where there is none, or the address is no web address.

    It is not waited for: not every one hands the page over to one that is open and ends.
    """
    if not address.startswith(("https://", "http://")) or not has_browser(environ):
        return False
    if sys.platform == "win32":
        os.startfile(address)  # noqa: S606
        return True
    surroundings = without_key(environ, key)
    return any(_starts(argv, surroundings) for argv in commands(address, environ))


def commands(address: str, environ: Mapping[str, str], platform: str = sys.platform) -> Iterator[list[str]]:
    """What may open `address`, best first: the commands of $BROWSER, then those of the desktop.

    Only such as are there, and need no terminal.
    """
    own = environ.get("BROWSER", "").split(os.pathsep)
    for template in (*own, *(_MAC if platform == "darwin" else _OTHERS)):
        try:
            words = shlex.split(template)
        except ValueError:  # a quote is open
            continue
        if words[-1:] == ["&"]:
            del words[-1]
        program = shutil.which(words[0], path=environ.get("PATH")) if words else None
        if program is None or Path(words[0]).name in _TEXT:
            continue
        given = words[1:] if any("%s" in word for word in words) else [*words[1:], "%s"]
        yield [program, *(word.replace("%s", address) for word in given)]


def _starts(argv: list[str], environ: Mapping[str, str]) -> bool:
    try:
        start_apart(argv, environ)
    except (OSError, ValueError):
        return False
    return True
