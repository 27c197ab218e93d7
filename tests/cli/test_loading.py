"""What each verb loads when it is really done: the heavy modules that it may, and no others."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from currents_tui.cli.verbs import VERBS
from tests.cli.program import NOWHERE, ROOT, clean
from tests.simulator import Simulator
from tests.terminal import Terminal

HEAVY = frozenset({
    "textual", "rich", "textual_image", "PIL", "httpx", "asyncio", "ssl", "msgspec", "humanize", "argparse",
    "tomllib",
})  # fmt: skip
"""What takes five milliseconds or more to import."""
OPTIONS = frozenset({"argparse"})
ASKING = OPTIONS | {"httpx", "asyncio", "ssl", "msgspec"}
TELLING = ASKING | {"humanize"}

MAY_LOAD = {
    "status RUN": TELLING,
    "watch RUN --timeout 1s": TELLING,
    "failures RUN": TELLING,
    "diff RUN": TELLING,
    "cancel --dry-run RUN": TELLING,
    "delete --dry-run RUN": TELLING,
    "runs": TELLING,
    "doctor": ASKING,
    "config path": OPTIONS,
    "config show": OPTIONS,
    "completion bash": OPTIONS,
    "help": OPTIONS,
    "--help": OPTIONS,
    "--version": OPTIONS,
    "no-such-verb": OPTIONS,
    "demo --help": OPTIONS,
    # These say what the keys are, and how long a duration may be.
    "help keys": OPTIONS | {"msgspec", "humanize"},
    "status --help": OPTIONS | {"asyncio", "ssl"},
    "runs --help": OPTIONS | {"asyncio", "ssl", "msgspec"},
}


@pytest.fixture(scope="module")
def sim() -> Iterator[Simulator]:
    with Simulator.start("busy") as simulator:
        yield simulator


def loaded(notes: Path) -> list[frozenset[str]]:
    """The heavy modules of each note."""
    return [HEAVY & set(json.loads(line)) for line in notes.read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize("line", MAY_LOAD)
def test_a_verb_loads_what_it_needs(line: str, sim: Simulator, tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    words = [sim.runs[0] if word == "RUN" else word for word in line.split()]
    env = clean(CURRENTS_API_KEY=sim.read_only_key, CURRENTS_TUI_API_URL=sim.url)
    subprocess.run(
        [sys.executable, "-m", "tests.loading", str(notes), *words],
        cwd=ROOT,
        env={**env, "CURRENTS_PROJECT_ID": sim.project_id},
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert loaded(notes)[-1] <= MAY_LOAD[line]


def test_every_verb_is_looked_at() -> None:
    assert set(VERBS) - {line.split()[0] for line in MAY_LOAD} == set()


@pytest.mark.parametrize("verb", ["RUN", "demo"])
def test_the_first_screen_comes_before_the_http_library_and_pictures(
    verb: str, sim: Simulator, tmp_path: Path
) -> None:
    notes = tmp_path / "notes"
    argv = [sys.executable, "-m", "tests.loading", str(notes), sim.runs[0] if verb == "RUN" else verb]
    env = {"CURRENTS_API_KEY": sim.read_only_key, "CURRENTS_TUI_API_URL": sim.url, "XDG_CONFIG_HOME": NOWHERE}
    with Terminal(argv, cwd=ROOT, env=env) as terminal:
        terminal.wait_for("q quit")
        terminal.send("\x11")
        assert terminal.wait_exit() == 0
    first, *_, last = loaded(notes)
    assert first <= {"argparse", "textual", "rich", "asyncio", "ssl", "msgspec", "humanize"}
    assert "PIL" not in last
