"""`python -m tests.reliability [TIMES]`: what `SECURITY.md` names for its promises, as often in a row.

Ends with the first run that fails, or that skips more than the tests that want collections of other people.
Further arguments go to pytest.
"""

import ast
import re
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from xml.etree import ElementTree

ROOT = Path(__file__).parents[1]
CORPORA = "tests.fuzz.test_corpora."
"""How the tests begin that want collections of other people."""
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def promises() -> dict[int, list[tuple[str, str]]]:
    """For each promise of `SECURITY.md`, what shows it: file and test; without a test, all of the file."""
    page = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (\d+) \| .*? \| (.*) \|$", page, re.MULTILINE)
    return {int(number): re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", cell) for number, cell in rows}


def node_id(file: str, name: str) -> str:
    """What pytest calls it. Raises `LookupError` when it is not there."""
    path = ROOT / file
    if not path.is_file():
        raise LookupError(file)
    if not name:
        return file
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, FUNCTIONS) and node.name == name:
            return f"{file}::{name}"
        if isinstance(node, ast.ClassDef) and any(
            isinstance(inner, FUNCTIONS) and inner.name == name for inner in node.body
        ):
            return f"{file}::{node.name}::{name}"
    raise LookupError(f"{file}::{name}")


def suite() -> list[str]:
    """The tests, each once. Measurements are none, and the guards are in each of them."""
    named = {node_id(file, name) for shown in promises().values() for file, name in shown}
    return sorted(name for name in named if "/test_" in name)


def skipped(report: str) -> list[str]:
    """Which tests a run has skipped, and why, by what pytest reports of it as JUnit's XML."""
    return [
        f"{case.get('classname')}.{case.get('name')}: {why.get('message')}"
        for case in ElementTree.fromstring(report).iter("testcase")  # noqa: S314
        for why in case.iter("skipped")
    ]


def main(arguments: list[str]) -> int:
    """Run them; gives the status of the last run."""
    times = int(arguments.pop(0)) if arguments and arguments[0].isdigit() else 1
    with TemporaryDirectory() as folder:
        report = Path(folder, "report.xml")
        command = [sys.executable, "-m", "pytest", "--quiet", f"--junitxml={report}", *arguments, *suite()]
        for number in range(1, times + 1):
            started = time.monotonic()
            status = subprocess.run(command, cwd=ROOT, check=False).returncode
            left_out = skipped(report.read_text(encoding="utf-8")) if report.is_file() else []
            unexpected = [test for test in left_out if not test.startswith(CORPORA)]
            took = time.monotonic() - started
            print(
                f"-- {number} of {times}: {took:.0f} s, {len(left_out)} skipped",
                *unexpected,
                sep="\n   ",
                flush=True,
            )
            if status or unexpected:
                return status or 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
