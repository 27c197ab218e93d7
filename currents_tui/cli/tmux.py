"""What tmux lets through between this program and the terminal, asked of tmux itself."""

import subprocess
from collections.abc import Iterator, Mapping

from currents_tui.cli.surroundings import without_key

PATIENCE = 1.0
"""Seconds that tmux may take; after one that it did not answer in, nothing more is asked."""

COSTS: Mapping[str, str] = {
    "set-clipboard": "what y copies does not reach your clipboard",
    "allow-passthrough": "of notifications only the bell gets through",
    "focus-events": "it cannot ask less often while nobody looks",
}
"""The options that matter here, and what is missing while one of them is off."""

_WORDS = ("on", "off", "external", "all")


def told(environ: Mapping[str, str]) -> Iterator[tuple[bool, str]]:
    """(whether it is as it should be, in words) of each option. No value is repeated but those tmux knows."""
    for name, value in _options(environ).items():
        # With "external" tmux writes to the clipboard itself, and takes nothing from what runs in it.
        if value in ("on", "all"):
            yield True, f"{name} is {value}"
        elif value in _WORDS:
            yield False, f"{name} is {value}: {COSTS[name]}. In tmux.conf: set -g {name} on"
        else:
            yield False, f"{name}: not told"


def _options(environ: Mapping[str, str]) -> dict[str, str]:
    """The options as tmux tells them; "" where it knows none of that name, or does not answer."""
    found = dict.fromkeys(COSTS, "")
    try:
        for name in found:
            found[name] = _asked(name, environ)
    except (OSError, subprocess.SubprocessError):
        pass  # without a tmux to be asked, or one that answers, nothing is told
    return found


def _asked(name: str, environ: Mapping[str, str]) -> str:
    answer = subprocess.run(
        ["tmux", "show-options", "-gv", name],  # noqa: S607  whichever tmux the person uses
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        timeout=PATIENCE,
        check=False,
        env=without_key(environ),
    )
    return answer.stdout.decode("utf-8", "replace").strip() if answer.returncode == 0 else ""
