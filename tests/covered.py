"""`python -m tests.covered` tests what must not fail quietly, and fails where branches are not tested.

That is what speaks to the service, what keeps time, and the gate for text: 95 % of the branches of each. What
draws is looked at by other means, and its tests run without being measured.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).parents[1]
ROOMS: Final = ("currents_tui/api/", "currents_tui/watch/", "currents_tui/core/text.py")
LEAST: Final = 95.0
"""Per cent."""
TESTS: Final = ("tests/api", "tests/watch", "tests/core/test_text.py", "tests/core/test_ink.py")


def main() -> int:
    """0 where the tests pass and each room is covered."""
    with tempfile.TemporaryDirectory() as folder:
        data, told = f"--data-file={folder}/data", Path(folder, "told.json")
        code = coverage("run", data, "-m", "pytest", "--quiet", *TESTS)
        coverage("combine", data, "--quiet")
        coverage("json", data, "--quiet", "-o", str(told))
        files = json.loads(told.read_text())["files"]
    for room in ROOMS:
        share, missing = covered(files, room)
        print(f"-- {room}: {share:.1f} % of its branches are tested")
        if share < LEAST:
            print(f"   of {LEAST:g} % at least. Not tested: {', '.join(missing)}")
            code = code or 1
    return code


def covered(files: Mapping[str, Any], room: str) -> tuple[float, list[str]]:
    """How many of a hundred branches of `room` were taken, and where those begin and lead that were not."""
    within = {name: file for name, file in files.items() if name.startswith(room)}
    assert within, f"nothing was measured of {room}"
    there = sum(file["summary"]["num_branches"] for file in within.values())
    taken = sum(file["summary"]["covered_branches"] for file in within.values())
    missing = [
        f"{name}:{begin} to {end if end > 0 else 'the end'}"
        for name, file in within.items()
        for begin, end in file["missing_branches"]
    ]
    return 100 * taken / there, missing


def coverage(*arguments: str) -> int:
    return subprocess.run([sys.executable, "-m", "coverage", *arguments], cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
