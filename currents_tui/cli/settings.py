"""What is set before anything is asked, and where each value comes from.

A flag goes before the environment, that before the profile, that before the rest of the file.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from currents_tui.api.address import Address, from_environment
from currents_tui.api.key import Key
from currents_tui.api.limits import MIB, Limits
from currents_tui.cli.options import (
    DEFAULT_INTERVAL,
    DEFAULT_NOTIFY,
    DEFAULT_PICTURES,
    DEFAULT_THEME,
    seconds_of,
)
from currents_tui.cli.settings_file import SettingsFile, settings_path, without_home
from currents_tui.cli.surroundings import is_served
from currents_tui.core.problem import Kind, Problem
from currents_tui.core.project_id import parse_project_id
from currents_tui.core.text import plain

if TYPE_CHECKING:
    import argparse

_KEY, _PROJECT, _PROFILE = "CURRENTS_API_KEY", "CURRENTS_PROJECT_ID", "CURRENTS_TUI_PROFILE"
_KEY_SETTINGS = ("api_key_command", "api_key_file")

ENVIRONMENT: Final[Mapping[str, str]] = {
    _KEY: "the API key; before api_key_command and api_key_file of the settings file",
    _PROJECT: "the project, where --project does not say",
    "CURRENTS_RUN_ID": "the run, where none is named",
    "CURRENTS_CI_BUILD_ID": "the CI build whose run is meant, where CURRENTS_RUN_ID is not set either",
    _PROFILE: "the profile of the settings file, where --profile does not say",
    "CURRENTS_TUI_API_URL": "the base of the API, with its /v1",
    "CURRENTS_REST_API_URL": "the same without its /v1, where the one above is not set",
    "CURRENTS_API_URL": "the same with its /v1, and only then: other tools mean another host by it",
    "XDG_CONFIG_HOME": "where the settings file is: currents-tui/config.toml in there (default ~/.config)",
    "XDG_STATE_HOME": "where a crash is told: currents-tui/crash.txt in there (default ~/.local/state)",
    "NO_COLOR": "no colours",
    "TERM": "dumb: no full screen, and watch prints line after line; linux: no title",
    "TEXTUAL_DRIVER": "set by textual-serve: the screen goes to a browser, and is read-only",
    "TMUX, STY": (
        "tmux and GNU screen: how a notification gets through, no progress in the taskbar, pictures in blocks"
    ),
    "WT_SESSION, ConEmuANSI, PTYXIS_VERSION, TERM_PROGRAM, TERM_FEATURES": (
        "whether the terminal can show progress"
    ),
    "LC_ALL, LC_CTYPE, LANG": "whether more than ASCII can be drawn (UTF-8)",
    "SSH_CONNECTION, SSH_TTY": "over SSH: tick every 5 s, and leave the mouse to the terminal",
    "DISPLAY, WAYLAND_DISPLAY": "whether a browser can be opened here",
    "BROWSER": "which browser",
    "VISUAL, EDITOR": "which editor, with its options; vi where neither is set",
    "HTTPS_PROXY, ALL_PROXY, NO_PROXY": "the way to the service; never to one on this machine",
    "SSL_CERT_FILE, SSL_CERT_DIR": "whom to trust in place of the usual authorities",
    "CURRENTS_TUI_DIFF": "0: every line of the screen is written whole, for a terminal that draws wrongly",
    "TF_BUILD, TEAMCITY_VERSION": "what these logs take for commands is written so that they do not",
    "GITHUB_ACTIONS, GITHUB_WORKSPACE": "watch ends with annotations of the failed tests",
    "GITLAB_CI, CI_PROJECT_DIR": "watch ends with a section of the log that folds",
}
"""Every variable that is read, and what it does."""


_SWITCHES: Final[Mapping[str, bool | None]] = {
    "read_only": False,
    "ascii": False,
    "calm": None,
    "mouse": None,
    "title": True,
    "progress": None,
}
"""What is on or off, and what it is where nothing says so; None: as the terminal is."""


class NoKey(Problem):
    """No key is set anywhere. As text it is three lines: for most this is the first thing they see of all."""

    def __init__(self, file: str) -> None:
        super().__init__(
            Kind.BAD_KEY,
            f"No API key: {_KEY} is not set. An organization's admin creates one on the Currents dashboard.",
            f"Put it there: export {_KEY}=..., or api_key_command or api_key_file in {file}.",
        )

    def __str__(self) -> str:
        return f"{self.sentence}\n{self.hint}\nTo look around without one: currents-tui demo"


class Value(NamedTuple):
    value: Any
    source: str
    """Where it comes from, for a person: a flag, a variable, a profile, the file, or "default"."""


class Settings:
    """The settings of this call. Raises `Problem` (BAD_SETTING) for a file that cannot be read as meant.

    `options` are the parsed flags; one that was not given is None or missing.
    """

    def __init__(self, options: argparse.Namespace, environ: Mapping[str, str]) -> None:
        self._options = options
        self._environ = environ
        self.file = SettingsFile(settings_path(environ))
        wanted = getattr(options, "profile", None) or environ.get(_PROFILE)
        self.profile_name, self._profile = self.file.chosen(wanted)

    @property
    def address(self) -> Address:
        """The base of the API. Raises `Problem`."""
        told = self._from_file("api_url")
        place = f"api_url ({told.source})" if told is not None else ""
        return from_environment(
            self._environ,
            getattr(self._options, "api_url", None),
            Address(told.value, setting=place) if told is not None else None,
        )

    def key(self) -> Key:
        """The key, which may mean to run a command. Raises `Problem`."""
        setting = self.key_setting
        if setting == _KEY:
            return Key(self._environ[_KEY], setting=_KEY)
        told = self._from_file(setting) if setting else None
        if told is None:
            raise NoKey(without_home(str(self.file.path), self._environ))
        from currents_tui.cli.key_source import from_command, from_file

        if setting == "api_key_command":
            return from_command(told.value, self.file.path, self._whence_key())
        return from_file(told.value, self.file.path.parent, self._whence_key())

    @property
    def key_setting(self) -> str | None:
        """What says what the key is; None where nothing does."""
        if _KEY in self._environ:
            return _KEY
        # Whichever is nearer: a profile may name a file where the top of the file names a command.
        names = [name for told in (self._profile, self.file.values) for name in _KEY_SETTINGS if name in told]
        return names[0] if names else None

    @property
    def project(self) -> str | None:
        """The project, or None. Raises `Problem` for what cannot be a project's id."""
        told = self._project()
        return None if told.value is None else parse_project_id(told.value, told.source)

    def _project(self) -> Value:
        flag = getattr(self._options, "project", None)
        if flag is not None:
            return Value(flag, "--project")
        if told := self._environ.get(_PROJECT):
            return Value(told, _PROJECT)
        return self._from_file("project") or Value(None, "default")

    @property
    def interval(self) -> float:
        return float(self._found("interval", DEFAULT_INTERVAL).value)

    @property
    def run_timeout(self) -> float | None:
        """Seconds of silence after which a run becomes TIMEOUT, where the service does not tell."""
        told = self._found("run_timeout", None).value
        return seconds_of(told) if isinstance(told, str) else told

    @property
    def limits(self) -> Limits:
        """How much an answer may take."""
        told = self._found("answer_limit", None).value
        return Limits() if told is None else Limits(body=told * MIB)

    @property
    def theme(self) -> str:
        return str(self._found("theme", DEFAULT_THEME).value)

    @property
    def pictures(self) -> str:
        return str(self._found("pictures", DEFAULT_PICTURES).value)

    @property
    def read_only(self) -> str:
        """Why nothing is cancelled or deleted here, as a sentence; "" where it may be."""
        if is_served(self._environ):
            return "Read-only: whoever reaches this page would act with its key."
        told = self._switch("read_only")
        return f"Read-only: read_only is set ({told.source})." if told.value else ""

    @property
    def notify(self) -> str:
        return str(self._found("notify", DEFAULT_NOTIFY).value)

    def switch(self, name: str, by_itself: bool | None = None) -> bool:
        """Whether the switch `name` is on; `by_itself` where nothing says so and the terminal decides."""
        return bool(self._switch(name, by_itself).value)

    def _switch(self, name: str, by_itself: bool | None = None) -> Value:
        default = _SWITCHES[name]
        return self._found(name, by_itself if default is None else default)

    def shown(self) -> list[tuple[str, str, str]]:
        """(name, value, source) of every setting; the key's value is never in it, and no command is run.

        Raises `Problem` as the settings do.
        """
        address, profile = self.address, self.profile_name
        rows = [
            ("profile", plain(profile or "none"), self._whence_profile()),
            ("api_key", "set" if self.key_setting else "not set", self._whence_key()),
            ("api_url", str(address), address.setting or "default"),
            ("project", self.project or "not set", self._project().source),
        ]
        for name, default in (
            ("interval", DEFAULT_INTERVAL),
            ("theme", DEFAULT_THEME),
            ("notify", DEFAULT_NOTIFY),
            ("pictures", DEFAULT_PICTURES),
        ):
            told = self._found(name, default)
            rows.append((name, f"{told.value}", told.source))
        told = self._found("run_timeout", None)
        limit = f"{told.value:g} s" if isinstance(told.value, float) else told.value
        rows.append(("run_timeout", limit or "as the service tells", told.source))
        size = self.limits.body // MIB
        rows.append(("answer_limit", f"{size} MiB", self._found("answer_limit", None).source))
        for name in _SWITCHES:
            told = self._switch(name)
            word = "as the terminal is" if told.value is None else "yes" if told.value else "no"
            rows.append((name, word, told.source))
        return rows

    def _whence_profile(self) -> str:
        if getattr(self._options, "profile", None):
            return "--profile"
        if self._environ.get(_PROFILE):
            return _PROFILE
        return "file" if self.profile_name else "default"

    def _whence_key(self) -> str:
        setting = self.key_setting or "nowhere"
        told = self._from_file(setting)
        return f"{setting} ({told.source})" if told is not None else setting

    @property
    def _profile_source(self) -> str:
        return plain(f"profile {self.profile_name}")

    def _found(self, name: str, default: object) -> Value:
        flag = getattr(self._options, name, None)
        if flag is not None:
            return Value(flag, f"--{name.replace('_', '-')}")
        return self._from_file(name) or Value(default, "default")

    def _from_file(self, name: str) -> Value | None:
        if name in self._profile:
            return Value(self._profile[name], self._profile_source)
        return Value(self.file.values[name], "file") if name in self.file.values else None
