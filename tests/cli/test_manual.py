"""The manual page is whole, says what it says, and is taken by whatever reads manual pages."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from pathlib import Path
from random import Random

import pytest

from currents_tui.cli import completion, manual, roff
from currents_tui.cli.exit_codes import MEANINGS
from currents_tui.cli.help_verb import show_help
from currents_tui.cli.options import THEMES
from currents_tui.cli.settings import ENVIRONMENT
from currents_tui.cli.settings_file import SETTINGS, SettingsFile
from currents_tui.cli.verb_options import TOPICS
from currents_tui.cli.verbs import SCREEN, VERBS
from currents_tui.cli.watch_events import EVENTS
from currents_tui.core.commands import COMMANDS, key_label

PAGE = manual.page("2026-03-01")
LETTERS = [chr(number) for number in range(0x20, 0x7F)] + ["\\", ".", "'", " "] * 10
"""All of ASCII, and more often what roff reads."""
MACROS = (".TH", ".SH", ".SS", ".PP", ".TP", ".RS", ".RE", ".nf", ".fi", ".nh", ".ad")


def needs(program: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(shutil.which(program) is None, reason=f"there is no {program} here")


def rendered(page: str) -> str:
    """What groff makes of `page`, in plain letters; fails where it complains."""
    read = ["groff", "-man", "-Tutf8", "-ww", "-P-cbou", "-rLL=78n"]
    ran = subprocess.run(read, input=page, capture_output=True, encoding="utf-8", check=True)
    assert ran.stderr == ""
    return ran.stdout


def test_all_that_the_tables_hold_is_in_it() -> None:
    options = {
        option
        for verb in (SCREEN, *VERBS.values())
        for action in verb.parser()._actions
        for option in action.option_strings
    }
    variables = {name for names in ENVIRONMENT for name in names.split(", ")}
    keys = {key_label(key) for command in COMMANDS for key in command.keys}
    statuses = {str(int(code)) for code in MEANINGS}
    for word in options | variables | keys | statuses | {*VERBS, *SETTINGS, *EVENTS}:
        assert roff.bold(word) in PAGE, word
    for command in COMMANDS:
        assert roff.escaped(command.title).split()[-1] in PAGE


def test_nothing_in_it_is_taken_for_a_command_that_is_none() -> None:
    for line in PAGE.splitlines():
        assert line.isascii()
        assert not line.startswith("'")
        assert line.split()[0] in MACROS or not line.startswith("."), line


@needs("groff")
def test_it_reads_well_at_80_columns() -> None:
    shown = rendered(PAGE)
    assert max(len(line) for line in shown.splitlines()) <= 80
    # What is copied off it runs: no hyphen and no quotation mark of a typesetter's.
    for _, command in manual.EXAMPLES:
        assert f"           {command}\n" in shown


@needs("mandoc")
def test_mandoc_has_nothing_to_say() -> None:
    ran = subprocess.run(
        ["mandoc", "-Tlint", "-Wwarning"], input=PAGE, capture_output=True, encoding="utf-8", check=False
    )
    assert (ran.returncode, ran.stdout + ran.stderr) == (0, "")


@needs("groff")
def test_words_stay_as_they_are() -> None:
    """Whatever they begin with, and whatever of roff's own is in them."""
    letters = Random(1)
    told = ["".join(letters.choices(LETTERS, k=letters.randint(1, 60))) for _ in range(500)]
    blocks = [line for words in told for line in [".PP", *roff.filled(roff.escaped(words))]]
    page = roff.joined(['.TH "X" "1" "" "" ""', ".nh", ".ad l", "<<<", *blocks, ".PP", ">>>"])
    shown = rendered(page).partition("<<<")[2].rpartition(">>>")[0]
    assert "".join(shown.split()) == "".join("".join(told).split())


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (".so /etc/passwd", r"\&.so /etc/passwd"),
        ("'br", r"\(aqbr"),
        (r"a\fBc", r"a\efBc"),
        ("--json `x` ~ ^", r"\-\-json \(gax\(ga \(ti \(ha"),
        ("“RUN…”", r"\[u201C]RUN\[u2026]\[u201D]"),
    ],
)
def test_what_roff_reads_is_escaped(words: str, line: str) -> None:
    assert roff.filled(roff.escaped(words)) == [line]


@pytest.mark.parametrize("command", [command for _, command in manual.EXAMPLES])
def test_the_examples_can_be_said(command: str) -> None:
    name, *arguments = shlex.split(re.split(r" (?:&&|\||>) ", command)[0])
    assert name == manual.PROGRAM
    verb = VERBS[arguments.pop(0)] if arguments and arguments[0] in VERBS else SCREEN
    verb.parser().parse_args(arguments)


def test_the_example_of_a_settings_file_can_be_read(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text(manual.SETTINGS_EXAMPLE)
    assert SettingsFile(path).chosen("nightly")[1]["read_only"] is True


def test_help_shows_it_and_says_how_to_read_it(capsys: pytest.CaptureFixture[str]) -> None:
    show_help(["man"], {}, 0.0)
    assert capsys.readouterr().out == manual.page()
    show_help([], {}, 0.0)
    assert "currents-tui help man | man -l -" in capsys.readouterr().out


@pytest.mark.parametrize("topic", TOPICS)
def test_help_knows_every_topic(topic: str, capsys: pytest.CaptureFixture[str]) -> None:
    show_help([topic], {}, 0.0)
    assert capsys.readouterr().out


def test_what_is_said_to_fish_has_an_end() -> None:
    """An apostrophe in a summary began a string that had none, and fish took nothing of the file."""
    for line in completion.fish().splitlines():
        assert re.fullmatch(r"(?:[^'\\]|'(?:[^'\\]|\\.)*')*", line), line


def test_a_value_is_offered_where_its_option_has_choices_and_nowhere_else() -> None:
    """The same name may be a template to one verb, and a choice to another."""
    script = completion.bash()
    for line in ("status --format ", "failures --format ", "demo --theme ", "--theme "):
        words = ["currents-tui", *line.split(), ""]
        told = " ".join(f"'{word}'" for word in words)
        ask = f"COMP_WORDS=({told}); COMP_CWORD={len(words) - 1}; _currents_tui; echo ${{COMPREPLY[@]}}"
        ran = subprocess.run(["bash", "-c", f"{script}\n{ask}"], capture_output=True, text=True, check=True)
        offered = ran.stdout.split()
        if "theme" in line:
            assert offered == list(THEMES), line
        else:
            assert ("json" in offered) is line.startswith("failures"), line


@pytest.mark.parametrize(
    ("shell", "script"), [("bash", completion.bash()), ("zsh", completion.zsh()), ("fish", completion.fish())]
)
def test_each_shell_can_read_its_own(shell: str, script: str, tmp_path: Path) -> None:
    if shutil.which(shell) is None:
        pytest.skip(f"there is no {shell} here")
    path = tmp_path / "script"
    path.write_text(script)
    ran = subprocess.run([shell, "-n", str(path)], capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (0, "")
