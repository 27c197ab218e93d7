"""The page about security names tests that are there."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
ROWS = dict(re.findall(r"^\| (\d+) \| .*? \| (.*) \|$", PAGE, re.MULTILINE))


def test_each_promise_has_its_row() -> None:
    assert [int(number) for number in ROWS] == list(range(1, 23))


@pytest.mark.parametrize("number", ROWS)
def test_what_shows_a_promise_is_there(number: str) -> None:
    named = re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", ROWS[number])
    assert named
    for path, name in named:
        file = ROOT / path
        assert file.is_file(), path
        if name:
            nodes = ast.walk(ast.parse(file.read_text(encoding="utf-8")))
            functions = {node.name for node in nodes if isinstance(node, FUNCTIONS)}
            assert name in functions, f"{path}::{name}"
