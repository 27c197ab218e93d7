"""What holds in every test of the whole program, without being asked for.

Guarded are what the program writes to a terminal (text, and the sequences listed here), the key (not on a
terminal, not in the output of a process, not on a command line, and sent to the API alone, in one header)
and the service (the API's paths only, and no write but to a server that is there to be written to).
Guarded is whatever pytest runs; the benchmark measures other people's programs as well, and is not.
"""

from __future__ import annotations

import base64
import codecs
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Protocol

from tests.keys import KEYS, SEEN, is_in_arguments
from tests.safety import forbidden

ARE_ON = "PYTEST_VERSION" in os.environ
"""pytest sets it for all that it runs."""

# --- what may be written to a terminal

_MODE = r"(?:7|25|100[02346]|1015|1016|1049|2004|2026|2048)"
"""Autowrap, cursor, mouse (buttons, drag, motion, focus, SGR, urxvt, pixels), alternate screen, bracketed
paste, synchronized output, resizes told in the input.
"""
_WORDS = r"[^\x00-\x1f\x7f-\x9f]*"

DRAWING = (
    r"\x1b\[[0-9;]*[mHGCDABJKd]|[\r\n\x08]"
    rf"|\x1b\[\?{_MODE}(?:;{_MODE})*[hl]|\x1b\[\?(?:2026|2048)\$p"
    r"|\x1b\[(?:>[0-9]*|<[0-9]*)u"  # the kitty keyboard
    r"|\x1b\]22;[a-z-]*\x07"  # the pointer's shape
    r"|\x1b\\"  # ends a string that was cut off when a signal came
    rf"|\x1b\[2[23];0t|\x1b\]2;(?P<title>(?:{_WORDS}currents-tui)?)\x07"  # the window's title
)
"""What every screen is made of."""
# The rest only where a test expects it: anywhere else somebody's text would have brought it in.
BELL = r"\x07"
CLIPBOARD = r"\x1b\]52;c;(?P<copied>[A-Za-z0-9+/=]*)\x07"
"""To set and never to ask."""
TASKBAR = r"\x1b\]9;4;[012];[0-9]{1,3}\x07"
NOTIFICATION = (
    rf"(?P<tmux>\x1bPtmux;\x1b)?\x1b\](?:9;(?![0-9])|777;notify;)(?P<notice>{_WORDS})\x07(?(tmux)\x1b\\)"
)
"""After `9;` a number would be one of ConEmu's commands."""
PICTURES = (
    r"\x1bP[0-9;]*q[!-~\n]*\x1b\\|\x1b[78]"  # sixel, and the cursor back where it was
    r"|\x1b_G[ -~]*\x1b\\"  # kitty's
    r"|\U0010eeee"  # where kitty shows a part of one
    r"|\x1b\[16t|\x1b\[c"  # how large is a cell, and what can the terminal?
)

UNFINISHED = r"\x1b(?:\[[0-?]*[ -/]*|[\]P_][^\x07\x1b]*\x1b?)?\Z"
"""A sequence that breaks off at the end of what was read."""


def assert_harmless(raw: bytes, beyond: Sequence[str] = (), *, whole: bool = True) -> None:
    """That what was written to a terminal is text, drawing and what is expected `beyond` it, and no key.

    What is not `whole` was written by a program that was killed, and may break off anywhere.
    """
    text = codecs.getincrementaldecoder("utf-8")().decode(raw, final=whole)
    if not whole:
        text = re.sub(UNFINISHED, "", text)
    own = re.compile("|".join((DRAWING, *beyond)))
    rest = own.sub(_words, text)
    wrong = forbidden(rest)
    place = rest.find(wrong[0]) if wrong else 0
    around = rest[max(0, place - 40) : place + 40]
    assert not wrong, f"written to a terminal: {set(wrong)}, first in {around!r}"
    # What is drawn a few cells at a time has moves of the cursor between the pieces.
    assert_keyless(text, rest, own.sub("", text))


def _words(sequence: re.Match[str]) -> str:
    """The words that a sequence carries: they are looked at like all others."""
    told = sequence.groupdict()
    copied = base64.b64decode(told.get("copied") or "").decode().replace("\n", " ")
    return " ".join(filter(None, (told["title"], told.get("notice"), copied)))


# --- where the key must not be


def assert_keyless(*told: str | bytes | None) -> None:
    """That no key is in any of it, nor word of one on a command line."""
    for text in told:
        words = text.decode(errors="replace") if isinstance(text, bytes) else text or ""
        assert SEEN not in words, SEEN
        for key in KEYS:
            place = words.find(key)
            # Those of its letters that would show it are not repeated here.
            assert place < 0, f"a key was told, behind {words[max(0, place - 60) : place]!r}"


def refuse_keys_in_arguments(event: str, arguments: tuple[object, ...]) -> None:
    """An audit hook: no process is started with a key on its command line, where others can read it."""
    assert not is_in_arguments(event, arguments), f"a key is on a command line: {event}"


def python_path(path: str | None) -> str:
    """`path` for PYTHONPATH, and behind it what looks for keys in the arguments of what a process starts."""
    own = (str(Path(__file__).with_name("inside")), str(Path(__file__).parents[1])) if ARE_ON else ()
    return os.pathsep.join(filter(None, (path, *own)))


# --- what a server is asked

_ID = r"(?!\.)[^/?#]+"
_PATHS = re.compile(
    rf"(?P<prefix>/v1|)/(?:runs/{_ID}(?:/cancel)?|projects(?:/{_ID}(?:/runs)?)?|instances/{_ID})(?:\?.*)?"
)
"""The API's, as far as this program asks it. https://docs.currents.dev/resources/api"""


class Asked(Protocol):
    """A request that came."""

    @property
    def method(self) -> str: ...
    @property
    def target(self) -> str: ...
    @property
    def headers(self) -> Mapping[str, str]: ...


def assert_asked_rightly(
    requests: Sequence[Asked], *, takes_writes: bool = False, is_api: bool = True
) -> None:
    """That a server was only asked, unless it `takes_writes`, and got the key in its one header.

    A server that is not the API, such as the storage that a link leads to, gets no key at all.
    """
    for request in requests:
        beside = {name: value for name, value in request.headers.items() if name != "authorization"}
        assert_keyless(request.target, *(f"{name}: {value}" for name, value in beside.items()))
    if is_api:
        assert_of_the_api(request.target for request in requests)
    else:
        assert_unkeyed((request.target, "authorization" in request.headers) for request in requests)
    if not takes_writes:
        assert_only_questions((request.method, request.target) for request in requests)


def assert_unkeyed(requests: Iterator[tuple[str, bool]]) -> None:
    """That none of `requests` (target, whether a key came with it) has a key: they went to a stranger."""
    keyed = [target for target, has_key in requests if has_key]
    assert not keyed, f"what is not the API got a key: {', '.join(keyed)}"


def assert_of_the_api(targets: Iterator[str]) -> None:
    """That all of `targets` are paths of the API, under one prefix."""
    prefixes = set()
    for target in targets:
        found = _PATHS.fullmatch(target)
        assert found, f"asked for what is no path of the API: {target}"
        prefixes.add(found["prefix"])
    assert len(prefixes) <= 1, f"asked under several prefixes: {sorted(prefixes)}"


def assert_only_questions(requests: Iterator[tuple[str, str]]) -> None:
    """That none of `requests` (method, target) writes."""
    writes = [f"{method} {target}" for method, target in requests if method != "GET"]
    assert not writes, f"a write that no test has asked for: {writes}"
