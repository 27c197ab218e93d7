"""The report of a defect: what is in it, for whom, and what is said."""

import json
import stat
import sys
from pathlib import Path

import pytest

from currents_tui.api.key import Key
from currents_tui.cli.crash import told
from currents_tui.cli.exit_codes import Exit
from currents_tui.cli.main import ended

SECRET = "secret-of-a-report"


def defect(text: str = "") -> Exception:
    """An exception as it is once it was raised, with the key in a variable beside it."""
    held = SECRET
    try:
        raise ValueError(text or "a defect")
    except ValueError as error:
        assert held
        return error


def report_in(folder: Path) -> Path:
    return folder / "currents-tui" / "crash.txt"


def test_the_sentence_names_the_line_and_the_report(tmp_path: Path) -> None:
    said = told(defect(), {"XDG_STATE_HOME": str(tmp_path)})
    assert said.startswith("This is a bug in currents-tui: ValueError at test_crash.py:")
    assert said.endswith(f"Please report it, with what is in {report_in(tmp_path)}.")
    text = report_in(tmp_path).read_text()
    assert text.startswith("currents-tui ")
    assert text.endswith("ValueError: a defect\n")


def test_no_values_of_variables_and_no_key(tmp_path: Path) -> None:
    Key(SECRET)
    told(defect(f"said to the service: Bearer {SECRET}"), {"XDG_STATE_HOME": str(tmp_path)})
    text = report_in(tmp_path).read_text()
    assert SECRET not in text
    assert "said to the service: Bearer ***" in text


LONG = 200_000


@pytest.mark.parametrize("lines", [1, 1000], ids=["in a line", "in lines"])
def test_however_long_the_texts_are_what_ended_it_stands_in_it(tmp_path: Path, lines: int) -> None:
    before = defect("\n".join(["before " * (LONG // lines // 7)] * lines))
    try:
        raise LookupError("the last one" + "\n".join([" and on" * (LONG // lines // 7)] * lines)) from before
    except LookupError as error:
        told(error, {"XDG_STATE_HOME": str(tmp_path)})
    text = report_in(tmp_path).read_text()
    assert text.startswith("currents-tui ")
    assert "ValueError: before before" in text
    assert "in test_however_long_the_texts_are_what_ended_it_stands_in_it" in text
    assert "LookupError: the last one and on" in text
    assert len(text) < LONG


def test_a_key_that_is_written_with_escapes_is_in_no_report(tmp_path: Path) -> None:
    odd = "quoted\"-back\\slashed-'secret"
    Key(odd)
    told(defect(f"{odd!r} {odd.encode()!r} {json.dumps([odd])}"), {"XDG_STATE_HOME": str(tmp_path)})
    assert "ValueError: '***' b'***' [\"***\"]" in report_in(tmp_path).read_text()


def test_nothing_in_it_commands_a_terminal(tmp_path: Path) -> None:
    hostile = defect("\x1b]52;c;aGk=\x07 \u202e \x9b2J [bold]as it is[/bold]")
    said = told(hostile, {"XDG_STATE_HOME": "/dev/null/nowhere"})
    assert "[bold]as it is[/bold]" in said
    assert not {"\x1b", "\x07", "\x9b", "\u202e"} & set(said)
    told(hostile, {"XDG_STATE_HOME": str(tmp_path)})
    assert not {"\x1b", "\x07", "\x9b", "\u202e"} & set(report_in(tmp_path).read_text())


def test_it_is_for_nobody_else_and_the_last_one_alone(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_text("mine")
    report_in(tmp_path).parent.mkdir()
    report_in(tmp_path).symlink_to(elsewhere)
    for text in ("the first", "the second"):
        told(defect(text), {"XDG_STATE_HOME": str(tmp_path)})
    assert elsewhere.read_text() == "mine"
    assert stat.S_IMODE(report_in(tmp_path).stat().st_mode) == 0o600
    assert "the first" not in report_in(tmp_path).read_text()


def test_where_it_cannot_be_written_it_is_said(tmp_path: Path) -> None:
    said = told(defect(), {"XDG_STATE_HOME": "/dev/null/nowhere"})
    assert "Please report it with this:\n" in said
    assert said.endswith("ValueError: a defect")


def test_of_a_group_the_first_is_named(tmp_path: Path) -> None:
    try:
        raise ExceptionGroup("some", [defect(), KeyError("another")])
    except ExceptionGroup as group:
        said = told(group, {"XDG_STATE_HOME": str(tmp_path)})
    assert "ValueError at test_crash.py:" in said


def test_a_program_that_was_removed_while_it_ran_says_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def gone() -> int:
        raise ModuleNotFoundError("No module named 'currents_tui.ui.screens.question'")

    monkeypatch.setitem(sys.modules, "currents_tui.cli.crash", None)
    assert ended(gone, {}) is Exit.BUG
    assert "removed or replaced while it ran" in capsys.readouterr().err
