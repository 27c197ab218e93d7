"""`python -m tests.loading FILE ARGUMENT…`: the program, and a note of every module it has loaded.

FILE gets one list of names when the screen is shown first, and one at the end, each in a line of JSON.
"""

import gc
import json
import sys
from pathlib import Path


def main(file: Path, arguments: list[str]) -> int:
    """Run the program as its command does; gives its exit status."""

    def note() -> None:
        with file.open("a", encoding="utf-8") as notes:
            notes.write(json.dumps([name for name in sys.modules if name not in before]) + "\n")

    def freeze() -> None:
        note()
        really_freeze()

    before = set(sys.modules)
    # The curtain is raised with this call: more than once where the answer was not here at first.
    really_freeze, gc.freeze = gc.freeze, freeze
    from currents_tui.cli.main import main as program

    try:
        return program(arguments)
    finally:
        note()


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2:]))
