"""Which command opens a page, and that nobody waits for it or sees what it says."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from currents_tui.api.key import Key
from currents_tui.cli.browser import commands, open_url
from tests.cli import answers
from tests.cli.program import KEY, until_shown, watching
from tests.cli.serving import enveloped, serving
from tests.patience import until

PAGE = "https://app.currents.dev/run/6f3b9c0e51d2a8b4"
OPENS_AND_STAYS = """#!/bin/sh
echo "said by the browser" >&2
echo "said by the browser"
echo "said by the browser" 2>/dev/null >/dev/tty
env > "$(dirname "$0")/environment"
echo "$$ $1" > "$(dirname "$0")/opened"
exec sleep 60
"""


@pytest.fixture
def programs(tmp_path: Path) -> Path:
    """A folder for programs, the only one on the path."""
    (tmp_path / "bin").mkdir()
    return tmp_path / "bin"


def put(folder: Path, *names: str, text: str = "#!/bin/sh\n") -> None:
    for name in names:
        (folder / name).write_text(text)
        (folder / name).chmod(0o700)


def found(folder: Path, browser: str | None = None, platform: str = "linux") -> list[str]:
    """What may open the page, without the folder and the page."""
    environ = {"PATH": str(folder)} | ({"BROWSER": browser} if browser is not None else {})
    told = commands(PAGE, environ, platform)
    return [" ".join(argv).replace(PAGE, "PAGE").replace(f"{folder}/", "") for argv in told]


def test_what_the_person_has_chosen_goes_before_what_the_desktop_has(programs: Path) -> None:
    put(programs, "xdg-open", "gio", "wslview", "mine", "other")
    desktop = ["wslview PAGE", "xdg-open PAGE", "gio open PAGE"]
    assert found(programs) == desktop
    assert found(programs, "mine") == ["mine PAGE", *desktop]
    assert found(programs, "mine --at=%s:other 'a b' %s &") == ["mine --at=PAGE", "other a b PAGE", *desktop]


def test_what_is_not_there_or_no_command_is_passed_over(programs: Path) -> None:
    put(programs, "gio")
    assert found(programs, "not-there %s::it's") == ["gio open PAGE"]
    (programs / "gio").unlink()
    assert found(programs, "not-there") == []


def test_what_would_take_the_terminal_is_not_used(programs: Path) -> None:
    put(programs, "w3m", "lynx", "links", "elinks", "www-browser", "firefox")
    assert found(programs, f"w3m:lynx %s:{programs}/links:elinks:www-browser") == ["firefox PAGE"]


def test_a_mac_opens_it_by_itself(programs: Path) -> None:
    put(programs, "open", "xdg-open")
    assert found(programs, platform="darwin") == ["open PAGE"]


def test_without_a_browser_or_a_page_nothing_is_opened(programs: Path) -> None:
    environ = {"PATH": str(programs), "DISPLAY": ":0"}
    assert not open_url(PAGE, environ)
    put(programs, "xdg-open", text="no program at all")
    assert not open_url(PAGE, environ)
    put(programs, "xdg-open")
    assert open_url(PAGE, environ)
    assert not open_url("file:///etc/passwd", environ)
    assert not open_url(PAGE, environ | {"SSH_TTY": "/dev/pts/1"})


@pytest.fixture
def staying(programs: Path) -> Iterator[Path]:
    """A browser that says something, and stays."""
    put(programs, "stays", text=OPENS_AND_STAYS)
    yield programs / "stays"
    if (programs / "opened").exists():
        with suppress(psutil.NoSuchProcess):
            psutil.Process(int((programs / "opened").read_text().split()[0])).kill()


def opened(browser: Path) -> str:
    """The page that was opened, waited for."""
    told = browser.with_name("opened")
    until(lambda: told.exists() and told.read_text().endswith("\n"))
    return told.read_text().split()[1]


def test_it_is_told_no_key_under_any_name(staying: Path) -> None:
    environ = {"PATH": os.environ["PATH"], "DISPLAY": ":0", "BROWSER": str(staying), "ANOTHER_NAME": KEY}
    assert open_url(PAGE, environ, Key(KEY))
    assert opened(staying) == PAGE
    assert KEY not in staying.with_name("environment").read_text()


@pytest.mark.skipif(sys.platform == "darwin", reason="has a browser without a display, too")
def test_a_browser_that_stays_holds_up_nothing_and_says_nothing_on_the_screen(staying: Path) -> None:
    """It was waited for, so that neither a poll nor a key came through."""
    env = {"DISPLAY": ":0", "BROWSER": str(staying)}
    with serving(enveloped(answers.playwright(complete=False))) as server:
        with watching(server, env=env, cols=120) as terminal:
            until_shown(terminal)
            terminal.send("o")
            assert opened(staying).startswith(f"{server.url}/")
            asked = len(server.requests)
            terminal.wait_until(lambda: len(server.requests) > asked + 1, "another question")
            terminal.wait_for("Opened http")
            terminal.send("q")
            began = time.monotonic()
            assert terminal.wait_exit() == 0
            assert time.monotonic() - began < 2.0
        assert b"said by the browser" not in terminal.raw
