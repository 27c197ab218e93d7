"""What each floor imports when it is used: the contracts say who may, this says what it costs."""

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
GATES = {"Text": "core/text.py", "Block": "core/text.py", "Inked": "core/ink.py"}
"""Who may say of a string that it passed the gate."""


def imported_with(module: str) -> set[str]:
    """The names of all modules that are there after `module` was imported in a fresh process."""
    code = f"import sys, json, {module}; print(json.dumps(sorted(sys.modules)))"
    shown = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True, encoding="utf-8"
    )
    return set(json.loads(shown.stdout))


@pytest.mark.parametrize(
    ("module", "unwanted"),
    [
        # --help, a typing error and the first question come before anything slow.
        ("currents_tui.cli.main", {"textual", "rich", "httpx", "asyncio", "msgspec", "argparse"}),
        ("currents_tui.cli.full_screen", {"textual", "httpx", "asyncio", "msgspec"}),
        ("currents_tui.cli.first_look", {"textual", "httpx", "asyncio", "msgspec"}),
        # The process that asks first only passes the answer on.
        ("currents_tui.api.client", {"textual", "msgspec", "humanize", "currents_tui.api.decode"}),
        # A verb without a screen answers before a screen could be imported.
        ("currents_tui.cli.status_verb", {"textual", "rich", "httpx", "msgspec"}),
        ("currents_tui.cli.watching", {"textual"}),
        ("currents_tui.watch.follow", {"textual", "httpx"}),
        ("currents_tui.core.rows.detail", {"textual", "httpx", "asyncio"}),
        # What opens at a key is imported at that key.
        (
            "currents_tui.ui.app",
            {
                "httpx",
                "PIL",
                "textual_image",
                "currents_tui.ui.lending",
                "currents_tui.ui.screens.page",
                "currents_tui.ui.screens.copy_menu",
            },
        ),
        # The page of a picture never asks the terminal by being imported.
        ("currents_tui.ui.screens.picture", {"httpx", "textual_image"}),
        ("currents_tui.ui.pictures", {"httpx", "PIL", "textual_image"}),
        (
            "currents_tui.api.download",
            {"textual", "msgspec", "currents_tui.api.key", "currents_tui.api.connection"},
        ),
        ("currents_tui.sim.server", {"textual", "httpx", "msgspec", "currents_tui.core", "currents_tui.api"}),
    ],
)
def test_a_module_imports_nothing_that_it_does_not_need(module: str, unwanted: set[str]) -> None:
    assert not unwanted & imported_with(module)


def test_nothing_but_the_gate_calls_a_string_safe() -> None:
    """An empty one needs no gate."""
    called = [
        (node.func.id, path.relative_to(ROOT / "currents_tui").as_posix())
        for path in (ROOT / "currents_tui").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args
    ]
    assert {call for call in called if call[0] in GATES} == set(GATES.items())
