"""`currents-tui doctor`: what could be wrong, in lines that are safe to paste into a bug report.

Nothing in here says what the key is, where a self-hosted service is, or what a project is called; nor is
anything repeated that a service says, for it may be one of these.
"""

from __future__ import annotations

import os
import platform
import shutil
import ssl
import sys
from collections.abc import Iterator, Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from itertools import chain
from typing import NamedTuple

from currents_tui.api.address import CLOUD, Address
from currents_tui.api.key import Key
from currents_tui.api.limits import Limits
from currents_tui.cli import out, tmux
from currents_tui.cli.asking import client_at, run
from currents_tui.cli.exit_codes import Exit, for_problem
from currents_tui.cli.settings import Settings
from currents_tui.cli.settings_file import without_home
from currents_tui.cli.surroundings import has_browser, is_console, is_remote, multiplexer, speaks_utf8
from currents_tui.cli.terminal import refusal
from currents_tui.cli.verb_options import doctor_parser
from currents_tui.core.problem import Kind, Problem

LIBRARIES = ("textual", "httpx", "httpcore", "msgspec", "humanize")
_PICTURES = "textual-image"
"""What the extra `pictures` brings."""
CLOCKS_DIFFER = 5.0
"""Seconds from which on the age of things is told wrongly enough to be seen."""


class Finding(NamedTuple):
    word: str
    """"ok", "bad", or "--" for what is as it is."""
    about: str
    text: str
    problem: Problem | None = None


def doctor(arguments: Sequence[str], environ: Mapping[str, str], started: float) -> int:
    """`currents-tui doctor`: 0 when nothing is in the way, else the status of the first thing that is."""
    options = doctor_parser().parse_args(arguments)
    status = Exit.OK
    # Each is told as soon as it is known: a command that fetches the key, and a service, may take their time.
    for finding in chain(_program(), _settings(options, environ), _terminal(environ)):
        out.line(f"{finding.word:<4}{finding.about:<13}{without_home(finding.text, environ)}")
        out.flush()
        if finding.problem is not None and status is Exit.OK:
            status = for_problem(finding.problem.kind)
    return status


def _program() -> Iterator[Finding]:
    own = _version_of("currents-tui")
    yield Finding("--", "program", f"currents-tui {own}, Python {platform.python_version()}")
    yield Finding("--", "libraries", ", ".join(f"{name} {_version_of(name)}" for name in LIBRARIES))
    yield Finding("--", "system", f"{platform.system()} {platform.release()} {platform.machine()}")


def _version_of(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "(not installed)"


def _settings(options: object, environ: Mapping[str, str]) -> Iterator[Finding]:
    try:
        settings = Settings(options, environ)  # type: ignore[arg-type]
    except Problem as problem:
        yield Finding("bad", "settings", str(problem), problem)
        return
    yield Finding("ok", "settings", "a file, and it can be read" if settings.file.exists else "no file")
    yield Finding("--", "notify", _notify(settings.notify, environ))
    yield Finding("--", "pictures", _pictures(settings.pictures, environ))
    try:
        address, key = settings.address, settings.key()
    except Problem as problem:
        about = "key" if problem.kind is Kind.BAD_KEY else "settings"
        yield Finding("bad", about, f"{problem.sentence} {problem.hint}".rstrip(), problem)
        return
    yield Finding("ok", "key", f"set by {settings.key_setting}")
    yield from _project(settings)
    yield Finding("--", "address", _address(address))
    yield Finding("--", "way", _way(environ, address))
    yield from run(_service(address, key, settings.limits))


def _notify(wanted: str, environ: Mapping[str, str]) -> str:
    between = "the console" if is_console(environ) else multiplexer(environ)
    if not between or wanted in ("bell", "none"):
        return wanted
    return f"{wanted}, and the bell for {between}" if between == "tmux" else f"the bell, for {between}"


def _pictures(wanted: str, environ: Mapping[str, str]) -> str:
    between = multiplexer(environ)
    drawn = f"blocks, for {between}" if wanted == "auto" and between else wanted
    return f"{drawn}; {_PICTURES} {_version_of(_PICTURES)}"


def _project(settings: Settings) -> Iterator[Finding]:
    try:
        project = settings.project
    except Problem as problem:
        yield Finding("bad", "project", f"what is set is no project's id. {problem.hint}", problem)
    else:
        yield Finding("--", "project", "set" if project else "none is set")


def _address(address: Address) -> str:
    where = "the cloud's" if str(address) == CLOUD else f"another than the cloud's, {address.scheme}"
    setting = address.setting.partition(" ")[0]  # without the name of a profile
    return f"{where}{f', set by {setting}' if setting else ''}"


def _way(environ: Mapping[str, str], address: Address) -> str:
    names = ("HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR")
    told = [name for name in names if environ.get(name) or environ.get(name.lower())]
    return f"{', '.join(told)} set; {ssl.OPENSSL_VERSION}" if told else f"no proxy; {ssl.OPENSSL_VERSION}"


async def _service(address: Address, key: Key, limits: Limits) -> list[Finding]:
    try:
        async with client_at(address, key, limits) as client:
            projects = await client.projects()
            first = client.last_latency or 0.0
            await client.projects_answer()
            second, ahead = client.last_latency or 0.0, client.clock_ahead
    except Problem as problem:
        # The hint about a key names a profile, and this very verb.
        hint = "" if problem.kind is Kind.KEY_REFUSED else problem.hint
        return [Finding("bad", "service", f"{problem.kind}. {hint}".rstrip(), problem)]
    found = [
        Finding("ok", "service", f"answered in {first * 1000:.0f} ms, then in {second * 1000:.0f} ms"),
        Finding("ok", "may read", f"yes: the key sees {len(projects)} project{'s' * (len(projects) != 1)}"),
        Finding("--", "may write", "not known: only a write would show it"),
    ]
    if ahead is not None:
        differs = abs(ahead) >= CLOCKS_DIFFER
        told = f"the service's is {abs(ahead):.0f} s {'ahead of' if ahead > 0 else 'behind'} this machine's"
        found.append(
            Finding("bad", "clock", told) if differs else Finding("ok", "clock", "right to some seconds")
        )
    return found


def _terminal(environ: Mapping[str, str]) -> Iterator[Finding]:
    reason = refusal(environ)
    yield Finding("--" if reason else "ok", "full screen", reason or "can be had")
    size = shutil.get_terminal_size((0, 0))
    inside = [name for name in ("TMUX", "STY", "SSH_CONNECTION", "CI") if environ.get(name)]
    words = [f"TERM={_word(environ.get('TERM'))}", f"{size.columns}x{size.lines}", *inside]
    yield Finding("--", "terminal", ", ".join(words))
    colours = "none (NO_COLOR)" if environ.get("NO_COLOR") else f"COLORTERM={_word(environ.get('COLORTERM'))}"
    yield Finding("--", "colours", colours)
    utf8 = speaks_utf8(environ)
    encoding = getattr(sys.stdout, "encoding", None) or "closed"
    yield Finding("--", "locale", f"{'UTF-8' if utf8 else 'ASCII alone is drawn'}; output is {encoding}")
    yield Finding("--", "clipboard", "by the terminal (OSC 52); whether it takes that cannot be asked")
    for is_fine, words_of_tmux in tmux.told(environ) if environ.get("TMUX") else ():
        yield Finding("ok" if is_fine else "--", "tmux", words_of_tmux)
    yield Finding(
        "--", "browser", "can be opened" if has_browser(environ) else "none here, so o shows the address"
    )
    yield Finding("--", "remote", "yes: calm, without mouse" if is_remote(environ) else "no")
    yield Finding("--", "processors", str(os.cpu_count() or "?"))


def _word(told: str | None) -> str:
    from currents_tui.core.text import clip, plain

    return clip(plain(told), 30) if told else "(not set)"
