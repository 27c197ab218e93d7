"""How editors are started, and which paths may be looked for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from currents_tui.core.editing import Editing, editing, ending_with, relative_path

PATH = "/home/example/shop/cart.spec.ts"


def argv(editor: str, line: int = 88) -> tuple[str, ...]:
    told = editing(editor, PATH, line, "cart.spec.ts:88")
    assert isinstance(told, Editing)
    return told.argv


@pytest.mark.parametrize(
    ("editor", "expected"),
    [
        ("vi", ("vi", "+88", PATH)),
        ("/usr/bin/nvim", ("/usr/bin/nvim", "+88", PATH)),
        ("vim -u NONE", ("vim", "-u", "NONE", "+88", PATH)),
        ("nano", ("nano", "+88", PATH)),
        ("micro", ("micro", "+88", PATH)),
        ("emacs -nw", ("emacs", "-nw", "+88", PATH)),
        ("emacsclient -t", ("emacsclient", "-t", "+88", PATH)),
        ("'/opt/my editors/ed'", ("/opt/my editors/ed", "+88", PATH)),
        ("hx", ("hx", f"{PATH}:88")),
        ("code --wait", ("code", "-g", f"{PATH}:88")),
        ("code-insiders -n", ("code-insiders", "-n", "-g", f"{PATH}:88")),
        ("subl -w", ("subl", f"{PATH}:88")),
        ("zed", ("zed", f"{PATH}:88")),
        ("idea", ("idea", "--line", "88", PATH)),
        ("gvim -f", ("gvim", "+88", PATH)),
    ],
)
def test_each_editor_is_told_the_line_in_its_own_way(editor: str, expected: tuple[str, ...]) -> None:
    assert argv(editor) == expected


@pytest.mark.parametrize(
    ("editor", "is_windowed"), [("vim", False), ("hx", False), ("code", True), ("gvim", True)]
)
def test_who_has_a_window_leaves_the_terminal_alone(editor: str, is_windowed: bool) -> None:
    told = editing(editor, PATH, 1, "x")
    assert isinstance(told, Editing)
    assert (told.is_windowed, told.program) == (is_windowed, editor)


@pytest.mark.parametrize("editor", ["", "   ", "vim 'open", '"'])
def test_what_is_no_command_is_a_sentence(editor: str) -> None:
    assert editing(editor, PATH, 1, "x") == "The editor cannot be started: VISUAL or EDITOR is not a command."


def test_there_is_no_line_before_the_first() -> None:
    assert argv("vi", 0) == argv("vi", -7) == ("vi", "+1", PATH)


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ("cart.spec.ts", "cart.spec.ts"),
        ("./e2e//cart/[id].spec.ts", "e2e/cart/[id].spec.ts"),
        ("e2e\\cart.spec.ts", "e2e/cart.spec.ts"),
        ("e2e/-x.spec.ts", "e2e/-x.spec.ts"),
        ("übersicht/日本.spec.ts", "übersicht/日本.spec.ts"),
        ("/etc/passwd", None),
        ("../../.ssh/config", None),
        ("e2e/../../x", None),
        ("e2e\\..\\..\\x", None),
        ("-c :!sh", None),
        ("./-c", None),
        ("+!sh", "+!sh"),  # made absolute before anybody sees it
        ("~/x", None),
        ("./~/x", None),
        ("C:\\x", None),
        ("\\\\host\\x", None),
        ("a\nb", None),
        ("a\x1b[2Jb", None),
        ("a\x00b", None),
        ("", None),
        (".", None),
        ("//", None),
        ("x" * 2_000, None),
    ],
)
def test_only_what_stays_below_a_folder_is_looked_for(spec: str, expected: str | None) -> None:
    assert relative_path(spec) == expected


@given(st.text() | st.text("./\\-~ab:"))
def test_no_path_leads_out(spec: str) -> None:
    path = relative_path(spec)
    if path is not None:
        parts = path.split("/")
        assert not {"", ".", ".."} & set(parts)
        assert not path.startswith(("-", "/", "~"))
        assert path.isprintable()


def test_a_file_is_found_by_its_end_if_it_is_the_only_one() -> None:
    tracked = ["README.md", "web/e2e/cart.spec.ts", "admin/e2e/user.spec.ts", "web/e2e/user.spec.ts"]
    assert ending_with(tracked, "e2e/cart.spec.ts") == ["web/e2e/cart.spec.ts"]
    assert ending_with(tracked, "README.md") == ["README.md"]
    assert len(ending_with(tracked, "user.spec.ts")) == 2
    assert ending_with(tracked, "art.spec.ts") == []
