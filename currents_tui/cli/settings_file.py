"""The settings file: TOML with the settings at its top, and profiles of the same settings below."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple, NoReturn

from currents_tui.cli.options import LONGEST, NOTIFY, PICTURES, SHORTEST, THEMES, seconds_of
from currents_tui.core.problem import Kind, Problem

_PROFILE, _PROFILES = "profile", "profiles"
_NOT_HERE = ("api_key", "key", "token", "api_token")
_LINE_CELLS = 60


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _is_switch(value: object) -> bool:
    return isinstance(value, bool)


def _is_interval(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and SHORTEST <= value <= LONGEST


def _is_duration(value: object) -> bool:
    return isinstance(value, str) and seconds_of(value) is not None


def _is_size(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= 1024


class _Rule(NamedTuple):
    accepts: Callable[[object], bool]
    wanted: str
    meaning: str


SETTINGS: Final[Mapping[str, _Rule]] = {
    "api_key_command": _Rule(
        _is_text, "a command in quotes", "a command whose first line of output is the key"
    ),
    "api_key_file": _Rule(
        _is_text, "a path in quotes", "a file whose first line is the key; yours alone (0600)"
    ),
    "api_url": _Rule(_is_text, "an address in quotes", "the base of the API"),
    "project": _Rule(_is_text, "a project's id in quotes", "the project"),
    "interval": _Rule(_is_interval, f"seconds, {SHORTEST:g} to {LONGEST:g}", "seconds between polls"),
    "run_timeout": _Rule(
        _is_duration,
        'a time in quotes, such as "30m"',
        "silence after which a run becomes TIMEOUT, where the service does not tell",
    ),
    "answer_limit": _Rule(
        _is_size, "MiB, 1 to 1024", "how large an answer may be, unpacked, before it is refused, in MiB"
    ),
    "theme": _Rule(lambda value: value in THEMES, f"one of {', '.join(THEMES)}", "the colours"),
    "read_only": _Rule(_is_switch, "true or false", "neither cancel nor delete anything"),
    "ascii": _Rule(_is_switch, "true or false", "draw with ASCII alone"),
    "calm": _Rule(_is_switch, "true or false", "tick every 5 s instead of every second"),
    "mouse": _Rule(_is_switch, "true or false", "mouse reports"),
    "notify": _Rule(
        lambda value: value in NOTIFY,
        f"one of {', '.join(NOTIFY)}",
        "how a failure, a silence and the verdict are told",
    ),
    "title": _Rule(_is_switch, "true or false", "set the window's title"),
    "progress": _Rule(_is_switch, "true or false", "show in the taskbar how far the run is (OSC 9;4)"),
    "pictures": _Rule(
        lambda value: value in PICTURES, f"one of {', '.join(PICTURES)}", "how screenshots are drawn"
    ),
}
"""What can be set in the file, at its top and in a profile."""


_SHOWN: Final = (
    rf"\[|(?:{'|'.join(name for name in (*SETTINGS, _PROFILE) if not name.startswith('api_key'))})\b"
)


class SettingsFile:
    """What stands in the file at `path`. Raises `Problem` (BAD_SETTING) for what cannot be read as meant."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.exists = False
        self.values: Mapping[str, Any] = {}
        self.profiles: Mapping[str, Mapping[str, Any]] = {}
        self.profile: str | None = None
        """The profile that is taken where none is asked for."""
        text = self._text()
        if text is None:
            return
        self.exists = True
        told = dict(self._parsed(text))
        profile, profiles = told.pop(_PROFILE, None), told.pop(_PROFILES, {})
        if profile is not None and not _is_text(profile):
            self._refuse("profile is not the name of a profile in quotes.")
        if not isinstance(profiles, dict) or not all(isinstance(table, dict) for table in profiles.values()):
            self._refuse(
                "profiles is not a table of tables.", "A profile begins with a line [profiles.NAME]."
            )
        self._check(told, "")
        for name, table in profiles.items():
            self._check(table, f" of profile {name}")
        self.values, self.profiles, self.profile = told, profiles, profile

    def chosen(self, name: str | None) -> tuple[str | None, Mapping[str, Any]]:
        """The profile `name`, else the one that the file chooses, with its name. Raises `Problem`."""
        name = name or self.profile
        if name is None:
            return None, {}
        if name in self.profiles:
            return name, self.profiles[name]
        if not self.exists:
            raise Problem(Kind.BAD_SETTING, f"There is no profile “{name}”: there is no file {self.path}.")
        raise self._problem(f"there is no profile “{name}”.", _nearest(name, list(self.profiles), "It has"))

    def _text(self) -> str | None:
        try:
            return self.path.read_text(encoding="utf-8-sig")
        except (FileNotFoundError, NotADirectoryError):
            return None
        except UnicodeDecodeError:
            problem = self._problem("it is not UTF-8 text.")
        except OSError as error:
            problem = self._problem(f"it cannot be read: {error.strerror}.")
        raise problem

    def _parsed(self, text: str) -> dict[str, Any]:
        import tomllib

        try:
            return tomllib.loads(text)
        except (ValueError, RecursionError) as error:  # a number of 5,000 digits is no TOMLDecodeError
            problem = self._malformed(text, str(error))
        raise problem

    def _malformed(self, text: str, trouble: str) -> Problem:
        """Which line is wrong, and how. A line in which a key could stand by mistake is not shown."""
        told = re.fullmatch(r"(.*) \((?:at line ([0-9]+), column [0-9]+|at end of document)\)", trouble)
        what = (told[1] if told else "it is not TOML").rstrip(".")
        what = f"{what[:1].lower()}{what[1:]}"
        lines = text.splitlines()
        number = int(told[2]) if told and told[2] else len(lines)
        line = lines[number - 1].strip()[:_LINE_CELLS] if 0 < number <= len(lines) else ""
        is_harmless = re.match(_SHOWN, line) is not None
        return self._problem(f"line {number}: {what}.", f"The line is: {line}" if is_harmless else "")

    def _check(self, told: Mapping[str, Any], where: str) -> None:
        for name, value in told.items():
            if name in _NOT_HERE:
                self._refuse(
                    f"it holds a key ({name}{where}), and a key is not kept in here.",
                    "Use api_key_command or api_key_file, and replace a key that others may have read.",
                )
            rule = SETTINGS.get(name)
            if rule is None:
                self._refuse(f"it knows no “{name}”{where}.", _nearest(name, list(SETTINGS), "It knows"))
            if not rule.accepts(value):
                self._refuse(f"{name}{where} is not {rule.wanted}.")
        if "api_key_command" in told and "api_key_file" in told:
            self._refuse(f"api_key_command and api_key_file{where} are both there.", "Keep one of them.")

    def _refuse(self, trouble: str, hint: str = "") -> NoReturn:
        raise self._problem(trouble, hint)

    def _problem(self, trouble: str, hint: str = "") -> Problem:
        return Problem(Kind.BAD_SETTING, f"{self.path}: {trouble}", hint)


def settings_path(environ: Mapping[str, str]) -> Path:
    """Where the file is looked for, whether or not there is one."""
    return own_folder(environ, "XDG_CONFIG_HOME", ".config") / "config.toml"


def own_folder(environ: Mapping[str, str], variable: str, otherwise: str) -> Path:
    """This program's folder where `variable` says, else in `otherwise` of the person's home."""
    told = environ.get(variable, "")
    # The XDG specification: a path that is not absolute does not count.
    folder = Path(told) if told and Path(told).is_absolute() else _home(environ) / otherwise
    return folder / "currents-tui"


def without_home(text: str, environ: Mapping[str, str]) -> str:
    """`text` with ~ for the person's home: its path says who they are."""
    home = str(_home(environ))
    return text.replace(f"{home}/", "~/") if home != "/" else text


def _home(environ: Mapping[str, str]) -> Path:
    told = environ.get("HOME")
    if told:
        return Path(told)
    try:
        return Path.home()
    except RuntimeError:  # no HOME, and no such user in the system's list
        return Path("/")


def _nearest(name: str, known: list[str], otherwise: str) -> str:
    from difflib import get_close_matches

    meant = get_close_matches(name, known, n=1)
    if meant:
        return f"Did you mean “{meant[0]}”?"
    return f"{otherwise}: {', '.join(known)}." if known else ""
