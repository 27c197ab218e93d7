"""`python -m tests`: everything that must hold before a change lands, in one command."""

import subprocess
import sys
import time

from tests import covered

# import-linter has no `python -m` form of its own.
LINT_IMPORTS = (
    "import sys; from importlinter.cli import lint_imports_command; sys.exit(lint_imports_command())"
)

CHECKS = (
    ("formatting", ["-m", "ruff", "format", "--check", "--quiet", "."]),
    ("lint", ["-m", "ruff", "check", "--quiet", "."]),
    ("types", ["-m", "mypy"]),
    ("floors", ["-c", LINT_IMPORTS, "--no-cache"]),
    ("branches", ["-m", "tests.covered"]),
    ("tests", ["-m", "pytest", "--quiet", *(f"--ignore={name}" for name in covered.TESTS)]),
)


def main() -> int:
    """Run every check, also after one has failed, and give the number of failures."""
    failed = []
    for name, command in CHECKS:
        started = time.monotonic()
        code = subprocess.run([sys.executable, *command], check=False).returncode
        took = time.monotonic() - started
        print(f"-- {name}: {'ok' if code == 0 else 'FAILED'} ({took:.1f} s)", flush=True)
        if code:
            failed.append(name)
    print("-- all checks passed" if not failed else f"-- failed: {', '.join(failed)}")
    return len(failed)


if __name__ == "__main__":
    sys.exit(main())
