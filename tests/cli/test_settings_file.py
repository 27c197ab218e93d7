"""A settings file that cannot be read as meant."""

from __future__ import annotations

from pathlib import Path

import pytest

from currents_tui.cli.settings_file import SETTINGS
from currents_tui.core.problem import Problem
from tests.cli.program import KEY
from tests.cli.test_settings import refused, settings, write

# --- a file that cannot be read as meant


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("interval = \n", "line 1: invalid value. The line is: interval ="),
        ('theme = "dark"\ninterval == 5\n', "line 2: invalid value. The line is: interval == 5"),
        ("[profiles.work\n", "line 1: "),
        ('theme = "dark', "line 1: "),
        ("a = 1\na = 2\n", "line 2: cannot overwrite a value"),
        ("intervall = 5\n", "it knows no “intervall”. Did you mean “interval”?"),
        ("[profiles.work]\nprojekt = 'x'\n", "“projekt” of profile work. Did you mean “project”?"),
        ("colour = 1\n", "it knows no “colour”. It knows: api_key_command, "),
        ("interval = 0\n", "interval is not seconds, 1 to 3600."),
        ("interval = true\n", "interval is not seconds"),
        ("interval = nan\n", "interval is not seconds"),
        ("theme = 'blue'\n", "theme is not one of dark, light"),
        ("read_only = 'yes'\n", "read_only is not true or false."),
        ("notify = 'loud'\n", "notify is not one of bell, osc9, osc777, none."),
        ("title = 'off'\n", "title is not true or false."),
        ("[profiles.work]\nmouse = 1\n", "mouse of profile work is not true or false."),
        ("project = 5\n", "project is not a project's id in quotes."),
        ("profile = 5\n", "profile is not the name of a profile"),
        ("profiles = 5\n", "profiles is not a table of tables."),
        ("[profiles]\nwork = 5\n", "profiles is not a table of tables."),
        ("profile = 'wrok'\n[profiles.work]\n", "there is no profile “wrok”. Did you mean “work”?"),
        ("api_key_command = 'a'\napi_key_file = 'b'\n", "are both there. Keep one of them."),
    ],
)
def test_what_is_wrong_is_named_with_what_was_meant(home: Path, text: str, words: str) -> None:
    said = refused(home, text)
    assert said.startswith("/currents-tui/config.toml: ")
    assert words in said


@pytest.mark.parametrize(
    "text",
    [
        f"api_key = '{KEY}'\n",
        f"[profiles.work]\napi_key = '{KEY}'\n",
        f"token = '{KEY}'\n",
        f"api_key = {KEY}\n",
        f"api_key = '{KEY}\n",
        f"  api-token: {KEY}\n",
        f'key "{KEY}"\n',
        f"{KEY}\n",
        f"theme = 'dark'\n{KEY}\n",
    ],
)
def test_a_key_in_the_file_is_refused_and_never_shown(home: Path, text: str) -> None:
    said = refused(home, text)
    assert KEY not in said
    assert KEY[:8] not in said


def test_a_profile_without_a_file(home: Path) -> None:
    with pytest.raises(Problem, match="There is no profile “work”: there is no file"):
        settings(home, "--profile", "work")


def test_files_that_are_no_files(home: Path) -> None:
    path = home / "currents-tui" / "config.toml"
    path.write_bytes(b"theme = '\xff'")
    with pytest.raises(Problem, match="it is not UTF-8 text"):
        settings(home)
    path.unlink()
    path.mkdir()
    with pytest.raises(Problem, match="it cannot be read: Is a directory"):
        settings(home)


def test_a_byte_order_mark_and_windows_line_ends_are_nothing(home: Path) -> None:
    (home / "currents-tui" / "config.toml").write_bytes(b"\xef\xbb\xbftheme = 'light'\r\ninterval = 9\r\n")
    assert settings(home).theme == "light"


def test_every_setting_of_the_file_is_read_somewhere(home: Path) -> None:
    source = Path("currents_tui/cli/settings.py").read_text(encoding="utf-8")
    assert [name for name in SETTINGS if f'"{name}"' not in source] == []


def test_a_project_that_is_none_is_named_with_its_place(home: Path) -> None:
    write(home, "project = 'a/b'\n")
    with pytest.raises(Problem, match=r"^file: “a/b” is not a project's id"):
        _ = settings(home).project


def test_an_address_that_is_none_is_named_with_its_place(home: Path) -> None:
    write(home, "api_url = 'http://elsewhere.example/v1'\n")
    with pytest.raises(Problem, match=r"^api_url \(file\) is plain http"):
        _ = settings(home).address
