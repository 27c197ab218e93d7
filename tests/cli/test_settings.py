"""The settings file, where each value comes from, and where the key does."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from currents_tui.cli.exit_codes import for_problem
from currents_tui.cli.main import main
from currents_tui.cli.options import screen_parser
from currents_tui.cli.settings import Settings
from currents_tui.cli.settings_file import settings_path
from currents_tui.core.problem import Kind, Problem
from tests.canned import Answer
from tests.cli.program import KEY, RUN_ID
from tests.cli.serving import serving

PRINTED = "key-that-a-command-prints"
"""Its command line holds it: nobody looks for it there."""


def write(home: Path, text: str, name: str = "config.toml", mode: int = 0o600) -> Path:
    path = home / "currents-tui" / name
    path.write_text(text, encoding="utf-8")
    path.chmod(mode)
    return path


def settings(home: Path, *flags: str, **environ: str) -> Settings:
    return Settings(screen_parser().parse_args(flags), {"XDG_CONFIG_HOME": str(home), **environ})


def refused(home: Path, text: str, *flags: str) -> str:
    write(home, text)
    with pytest.raises(Problem) as told:
        settings(home, *flags)
    assert told.value.kind is Kind.BAD_SETTING
    assert for_problem(told.value.kind) == 2
    return str(told.value).replace(str(home), "")


# --- where it is


@pytest.mark.parametrize(
    ("environ", "path"),
    [
        ({"XDG_CONFIG_HOME": "/etc/x"}, "/etc/x/currents-tui/config.toml"),
        ({"HOME": "/home/a"}, "/home/a/.config/currents-tui/config.toml"),
        ({"HOME": "/home/a", "XDG_CONFIG_HOME": ""}, "/home/a/.config/currents-tui/config.toml"),
        ({"HOME": "/home/a", "XDG_CONFIG_HOME": "relative"}, "/home/a/.config/currents-tui/config.toml"),
    ],
)
def test_where_the_file_is_looked_for(environ: Mapping[str, str], path: str) -> None:
    assert str(settings_path(environ)) == path


def test_why_nothing_is_cancelled_or_deleted_is_told(home: Path) -> None:
    assert settings(home, "--read-only").read_only == "Read-only: read_only is set (--read-only)."
    assert "reaches this page" in settings(home, "--read-only", TEXTUAL_DRIVER="a:b").read_only


def test_without_a_file_everything_has_its_default(home: Path) -> None:
    told = settings(home)
    assert (told.interval, told.theme, told.read_only, told.switch("ascii")) == (5.0, "dark", "", False)
    assert (told.project, str(told.address)) == (None, "https://api.currents.dev/v1")
    for as_the_terminal_is in (True, False):
        assert told.switch("calm", as_the_terminal_is) is as_the_terminal_is
        assert told.switch("mouse", as_the_terminal_is) is as_the_terminal_is
    assert not told.file.exists


# --- what goes before what

FILE = """
project = "top111"
interval = 7
theme = "light"
read_only = true
api_url = "https://top.example/v1"

[profiles.work]
project = "work11"
interval = 9
mouse = false
"""


def test_the_order_is_flag_environment_profile_file_default(home: Path) -> None:
    write(home, FILE)
    assert settings(home).project == "top111"
    assert settings(home, "--profile", "work").project == "work11"
    assert settings(home, "--profile", "work", CURRENTS_PROJECT_ID="env111").project == "env111"
    assert (
        settings(home, "--profile", "work", "--project", "flag11", CURRENTS_PROJECT_ID="x").project
        == "flag11"
    )
    assert settings(home, "--interval", "3").interval == 3
    assert settings(home, "--profile", "work").interval == 9
    assert settings(home).interval == 7
    # What a profile does not say, the top of the file does.
    work = settings(home, CURRENTS_TUI_PROFILE="work")
    assert (work.theme, work.switch("ascii")) == ("light", False)
    assert work.read_only == "Read-only: read_only is set (file)."
    assert not work.switch("mouse", True)


def test_how_it_makes_itself_noticed_is_set_in_the_file_and_by_a_flag(home: Path) -> None:
    told = settings(home)
    assert (told.notify, told.switch("title"), told.switch("progress", False)) == ("bell", True, False)
    write(home, "notify = 'osc9'\ntitle = false\n[profiles.work]\nprogress = true\nnotify = 'none'\n")
    assert settings(home).notify == "osc9"
    told = settings(home, "--profile", "work", "--notify", "osc777")
    assert (told.notify, told.switch("title"), told.switch("progress", False)) == ("osc777", False, True)
    shown = {name: (value, source) for name, value, source in told.shown()}
    assert shown["notify"] == ("osc777", "--notify")
    assert shown["title"] == ("no", "file")
    assert shown["progress"] == ("yes", "profile work")


def test_the_address_from_the_file_comes_after_the_environment(home: Path) -> None:
    write(home, FILE)
    assert str(settings(home).address) == "https://top.example/v1"
    own = settings(home, CURRENTS_TUI_API_URL="https://own.example/v1").address
    assert (str(own), own.setting) == ("https://own.example/v1", "CURRENTS_TUI_API_URL")


def test_the_file_can_choose_its_profile(home: Path) -> None:
    write(home, 'profile = "work"\n' + FILE)
    assert settings(home).project == "work11"


def test_config_show_says_where_each_value_comes_from(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write(home, FILE + 'api_key_command = "does-not-exist"\n')
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home))
    monkeypatch.setenv("CURRENTS_PROJECT_ID", "env111")
    for name in ("CURRENTS_API_KEY", "CURRENTS_TUI_API_URL", "CURRENTS_REST_API_URL", "CURRENTS_API_URL"):
        monkeypatch.delenv(name, raising=False)
    assert main(["config", "show", "--profile", "work"]) == 0
    rows = {line.split()[0]: line.split(maxsplit=2)[1:] for line in capsys.readouterr().out.splitlines()}
    assert rows["profile"] == ["work", "--profile"]
    # The command is named and not run.
    assert rows["api_key"] == ["set", "api_key_command (profile work)"]
    assert rows["project"] == ["env111", "CURRENTS_PROJECT_ID"]
    assert rows["interval"] == ["9", "profile work"]
    assert rows["theme"] == ["light", "file"]
    assert rows["ascii"] == ["no", "default"]


@pytest.mark.parametrize(("words", "told"), [(["config"], "Give path or show."), (["cancel"], "Give RUN.")])
def test_a_word_that_is_missing_is_told_by_what_it_could_be(
    words: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(words) == 2
    assert told in capsys.readouterr().err


def test_config_show_never_shows_the_key(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CURRENTS_API_KEY", KEY)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home))
    assert main(["config", "show"]) == 0
    said = capsys.readouterr()
    assert KEY not in said.out + said.err
    assert "CURRENTS_API_KEY" in said.out


def test_config_show_passes_on_nothing_that_a_terminal_obeys(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = home / "a\x1b]0;b\x07c"
    (folder / "currents-tui").mkdir(parents=True)
    write(folder, 'profile = "n\\u001b]0;i\\u0007ght"\n["profiles"."n\\u001b]0;i\\u0007ght"]\nascii = true\n')
    monkeypatch.setenv("XDG_CONFIG_HOME", str(folder))
    assert main(["config", "show"]) == 0
    said = capsys.readouterr().out
    assert said.replace("\n", "").isprintable()
    assert "yes" in said
    assert "profile nght" in said
    assert main(["config", "path"]) == 0
    assert capsys.readouterr().out.startswith(f"{home}/ac/")


def test_config_path_is_data_and_says_whether_there_is_a_file(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home))
    assert main(["config", "path"]) == 0
    said = capsys.readouterr()
    assert said.out == f"{home}/currents-tui/config.toml\n"
    assert said.err == "There is no file there yet.\n"
    write(home, "")
    assert main(["config", "path"]) == 0
    assert capsys.readouterr().err == ""


# --- the key


def test_the_environment_goes_before_the_file(home: Path) -> None:
    write(home, "api_key_command = 'does-not-exist'\n")
    assert settings(home, CURRENTS_API_KEY=KEY).key().reveal() == KEY


def test_the_first_line_of_a_commands_output(home: Path) -> None:
    write(
        home,
        f"""api_key_command = '''{sys.executable} -c "print('{PRINTED}'); print(2)"'''\n""",
    )
    assert settings(home).key().reveal() == PRINTED


def test_a_profiles_file_goes_before_the_tops_command(home: Path) -> None:
    write(home, "api_key_command = 'does-not-exist'\n[profiles.work]\napi_key_file = 'key'\n")
    write(home, f"{KEY}\nmore\n", "key")
    key = settings(home, "--profile", "work").key()
    assert (key.reveal(), key.setting) == (KEY, "api_key_file (profile work)")


@pytest.mark.parametrize("told", [True, False])
def test_a_refused_key_is_told_with_where_it_was_set(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], told: bool
) -> None:
    write(home, f"api_key_command = 'echo {PRINTED}'\n")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home))
    monkeypatch.delenv("CURRENTS_API_KEY", raising=False)
    if told:
        monkeypatch.setenv("CURRENTS_API_KEY", KEY)
    with serving(Answer(status=401, body=b"{}")) as server:
        monkeypatch.setenv("CURRENTS_TUI_API_URL", f"{server.url}/v1")
        for verb in ("status", "cancel", "doctor"):
            yes = ("--yes",) if verb == "cancel" else ()
            assert main([verb, *yes, *([] if verb == "doctor" else [RUN_ID])]) == 4
            said = "".join(capsys.readouterr())
            where = "CURRENTS_API_KEY" if told else "api_key_command (file)"
            assert (f"check {where}." in said) is (verb != "doctor")


@pytest.mark.parametrize(
    ("command", "kind", "words"),
    [
        ("does-not-exist-anywhere --please", Kind.BAD_SETTING, "cannot be run: No such file"),
        ("sh -c 'exit 3'", Kind.BAD_KEY, "failed with status 3"),
        ("true", Kind.BAD_KEY, "printed no key"),
        ("echo ''", Kind.BAD_KEY, "printed no key"),
        ("echo 'two words'", Kind.BAD_KEY, "has a blank in it"),
        ("echo 'open", Kind.BAD_SETTING, "a quote is open"),
    ],
)
def test_a_command_that_gives_no_key(home: Path, command: str, kind: Kind, words: str) -> None:
    write(home, f'api_key_command = """{command}"""\n')
    with pytest.raises(Problem, match=words) as told:
        settings(home).key()
    assert told.value.kind is kind


def test_a_failing_command_may_print_what_it_likes(home: Path, capfd: pytest.CaptureFixture[str]) -> None:
    write(home, f"""api_key_command = '''sh -c "echo {PRINTED}; exit 1"'''\n""")
    with pytest.raises(Problem) as told:
        settings(home).key()
    assert PRINTED not in str(told.value)
    assert PRINTED not in "".join(capfd.readouterr())


def test_a_command_is_not_run_where_others_could_have_written_it(home: Path) -> None:
    write(home, "api_key_command = 'touch run'\n", mode=0o666)
    with pytest.raises(Problem, match="others may write to it"):
        settings(home).key()


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o666])
def test_a_file_that_others_may_read_is_refused(home: Path, mode: int) -> None:
    write(home, "api_key_file = 'key'\n")
    write(home, KEY, "key", mode)
    with pytest.raises(Problem, match="others may read it") as told:
        settings(home).key()
    assert KEY not in str(told.value)


@pytest.mark.parametrize(
    ("content", "words"),
    [("", "no key"), ("\n\n", "no key"), ("a b\n", "has a blank in it"), ("\x00\x01", "control character")],
)
def test_a_file_without_a_key(home: Path, content: str, words: str) -> None:
    write(home, "api_key_file = 'key'\n")
    write(home, content, "key")
    with pytest.raises(Problem, match=words) as told:
        settings(home).key()
    assert told.value.kind is Kind.BAD_KEY


def test_a_file_that_is_not_there(home: Path) -> None:
    write(home, "api_key_file = '~nobody-of-this-name/key'\n")
    with pytest.raises(Problem, match="api_key_file cannot be read"):
        settings(home).key()


@pytest.mark.parametrize("name", ["api_key_command", "api_key_file"])
def test_a_key_in_place_of_where_it_is_found_is_not_shown(home: Path, name: str) -> None:
    write(home, f"{name} = 'the-key-itself'\n")
    with pytest.raises(Problem, match=f"{name} cannot be") as told:
        settings(home).key()
    assert "the-key-itself" not in str(told.value)
    assert str(home) in told.value.hint


def test_a_file_in_the_home_folder(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(home / "currents-tui"))
    write(home, "api_key_file = '~/key'\n")
    write(home, KEY, "key")
    assert settings(home).key().reveal() == KEY


def test_no_key_at_all(home: Path) -> None:
    with pytest.raises(Problem, match="CURRENTS_API_KEY is not set"):
        settings(home).key()


# --- how large an answer may be


def test_the_limit_of_an_answer(home: Path) -> None:
    assert settings(home).limits.body == 32 * 1024 * 1024
    write(home, "answer_limit = 64\n")
    assert settings(home).limits.body == 64 * 1024 * 1024
    assert ("answer_limit", "64 MiB", "file") in settings(home).shown()


@pytest.mark.parametrize("value", ["0", "1025", "1.5", "true", '"32"'])
def test_what_can_be_no_limit(home: Path, value: str) -> None:
    assert "answer_limit is not MiB, 1 to 1024." in refused(home, f"answer_limit = {value}\n")


# --- the run's timeout


def test_the_timeout_of_runs_is_a_time(home: Path) -> None:
    assert settings(home).run_timeout is None
    assert settings(home, "--run-timeout", "45m").run_timeout == 2700
    write(home, 'run_timeout = "1h30m"\n')
    assert settings(home).run_timeout == 5400
    assert settings(home, "--run-timeout", "90s").run_timeout == 90
    shown = {name: (value, source) for name, value, source in settings(home).shown()}
    assert shown["run_timeout"] == ("1h30m", "file")
    write(home, "")
    shown = {name: (value, source) for name, value, source in settings(home).shown()}
    assert shown["run_timeout"] == ("as the service tells", "default")


@pytest.mark.parametrize(
    "text", ["run_timeout = 30", 'run_timeout = "soon"', 'run_timeout = "0s"', "run_timeout = true"]
)
def test_what_is_no_time(home: Path, text: str) -> None:
    assert 'run_timeout is not a time in quotes, such as "30m".' in refused(home, f"{text}\n")
