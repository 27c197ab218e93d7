"""Finding the file of a failure in a checkout, and starting an editor on it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from currents_tui.api.key import Key
from currents_tui.cli.editor import Editor, find
from currents_tui.cli.surroundings import without_key
from currents_tui.core.editing import Editing

SECRET = "key-of-the-example-organisation"
HERE = {"PATH": os.environ["PATH"]}


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout with two packages that have one spec of the same name."""
    top = tmp_path / "shop"
    for name in ("web/e2e/cart.spec.ts", "web/e2e/user.spec.ts", "admin/e2e/user.spec.ts", "top.spec.ts"):
        file = top / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("test\n")
    for command in (["init", "-q"], ["add", "."]):
        subprocess.run(["git", *command], cwd=top, check=True, env=HERE | {"HOME": str(tmp_path)})
    (tmp_path / "outside.spec.ts").write_text("secret\n")
    return top.resolve()


def test_a_file_is_looked_for_here_then_at_the_top_then_everywhere(checkout: Path) -> None:
    admin = checkout / "admin"
    assert find("e2e/user.spec.ts", admin) == admin / "e2e/user.spec.ts"
    assert find("web/e2e/user.spec.ts", admin) == checkout / "web/e2e/user.spec.ts"
    assert find("top.spec.ts", admin) == checkout / "top.spec.ts"
    assert find("e2e/cart.spec.ts", checkout) == checkout / "web/e2e/cart.spec.ts"


@pytest.mark.parametrize("path", ["none.spec.ts", "web/e2e", "web"])
def test_what_is_not_there_is_a_sentence(checkout: Path, path: str) -> None:
    assert find(path, checkout) == f"There is no {path} in this checkout."


def test_what_is_there_more_than_once_is_another(checkout: Path) -> None:
    told = find("e2e/user.spec.ts", checkout)
    assert told == "There are 2 files in this checkout that end in e2e/user.spec.ts."


def test_a_link_that_leads_out_is_not_followed(checkout: Path) -> None:
    (checkout / "out.spec.ts").symlink_to(checkout.parent / "outside.spec.ts")
    (checkout / "in.spec.ts").symlink_to("top.spec.ts")
    assert find("in.spec.ts", checkout) == checkout / "top.spec.ts"
    assert isinstance(find("out.spec.ts", checkout), str)


def test_outside_of_a_checkout_only_this_folder_counts(tmp_path: Path) -> None:
    file = tmp_path / "a.spec.ts"
    file.write_text("")
    assert find("a.spec.ts", tmp_path) == file.resolve()
    assert find("b.spec.ts", tmp_path) == (
        "There is no b.spec.ts here, and this is no git checkout to look through."
    )


@pytest.mark.parametrize("spec", ["/etc/passwd", "../outside.spec.ts", "-c", "a\x1bb", ""])
def test_what_is_no_path_never_reaches_an_editor(checkout: Path, spec: str) -> None:
    told = Editor(HERE, folder=checkout).choose(spec, 1)
    assert told == "The service tells no path for it that could be a file here."


@pytest.mark.parametrize(
    ("environ", "program"),
    [
        ({}, "vi"),
        ({"EDITOR": "nano"}, "nano"),
        ({"EDITOR": "nano", "VISUAL": "hx"}, "hx"),
        ({"VISUAL": ""}, "vi"),
    ],
)
def test_visual_comes_before_editor(checkout: Path, environ: dict[str, str], program: str) -> None:
    told = Editor(HERE | environ, folder=checkout).choose("top.spec.ts", 7)
    assert isinstance(told, Editing)
    assert (told.program, told.what) == (program, "top.spec.ts:7")
    assert told.argv[-1].startswith(str(checkout / "top.spec.ts"))


def test_the_key_is_in_no_childs_environment() -> None:
    environ = {"CURRENTS_API_KEY": "another", "MY_KEY": SECRET, "HOME": "/home/example"}
    assert without_key(environ, Key(SECRET)) == {"HOME": "/home/example"}
    assert without_key(environ) == {"MY_KEY": SECRET, "HOME": "/home/example"}


def test_the_editor_gets_the_line_and_no_key(checkout: Path, tmp_path: Path) -> None:
    seen = tmp_path / "seen"
    program = f"import os,sys; open({str(seen)!r},'w').write(repr((sys.argv[1:], sorted(os.environ))))"
    environ = HERE | {"EDITOR": f'{sys.executable} -c "{program}"', "CURRENTS_API_KEY": SECRET}
    editor = Editor(environ, Key(SECRET), checkout)
    chosen = editor.choose("top.spec.ts", 88)
    assert isinstance(chosen, Editing)
    assert editor.run(chosen) == "Back from top.spec.ts:88."
    assert str(["+88", str(checkout / "top.spec.ts")]) in seen.read_text()
    assert "CURRENTS_API_KEY" not in seen.read_text()


@pytest.mark.parametrize(
    ("argv", "told"),
    [
        (("/nonexistent/editor",), "The editor cannot be started: No such file or directory: editor."),
        (("sh", "-c", "exit 3"), "The editor sh ended with status 3."),
        (("sh", "-c", "kill -9 $$"), "The editor sh was ended by signal 9."),
        (("vi\0",), "The editor cannot be started: it is not a command: vi."),
    ],
)
def test_an_editor_that_fails_is_a_sentence(argv: tuple[str, ...], told: str) -> None:
    assert Editor(HERE).run(Editing(argv, False, "x:1")) == told


def test_an_editor_with_a_window_is_not_waited_for(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    # Opening a pipe for writing waits for a reader: it is still under way when `run` returns.
    told = Editor(HERE).run(Editing(("sh", "-c", f"echo opened > {pipe}"), True, "x:1"))
    assert told == "Opened x:1 in sh."
    assert pipe.read_text() == "opened\n"
