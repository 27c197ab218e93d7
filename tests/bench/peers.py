"""What people use in place of this program, as far as it is installed here."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.cli.program import KEY, ROOT
from tests.documents import RUN_ID
from tests.terminal import Terminal

NEEDED: Mapping[str, tuple[str, ...]] = {
    "gh run watch": ("gh",),
    "watch, curl, jq": ("watch", "curl", "jq"),
}
"""The commands that a peer is made of; those of Textual are always there."""

_LINE = r""".data.specs[] | "\(.groupId) \(.spec) \(.results.stats.passes)/\(.results.stats.tests)" """


@dataclass(frozen=True)
class Peers:
    """Starts the other programs."""

    folder: Path
    compiled: Mapping[str, str | None]

    @property
    def absent(self) -> tuple[str, ...]:
        """The peers that are not installed, with the commands that are missing."""
        missing = {name: [c for c in needed if shutil.which(c) is None] for name, needed in NEEDED.items()}
        return tuple(f"{name} (no {', '.join(gone)})" for name, gone in missing.items() if gone)

    def has(self, name: str) -> bool:
        return all(shutil.which(command) is not None for command in NEEDED[name])

    def bare(self, *modules: str) -> Terminal:
        """A Textual application of one Static; it shows "a bare application". It loads `modules` first."""
        return self._python("tests/bench/apps/bare.py", *modules)

    def ticking(self, url: str, interval: float, *, key: str, run_id: str) -> Terminal:
        """A Textual application of one Static that shows the time, and throws the answers away."""
        script = "tests/bench/apps/ticking.py"
        return self._python(script, f"{url}/runs/{run_id}", key, str(interval), cols=120, rows=40)

    def table(self, url: str, interval: float, *, cols: int = 120, rows: int = 40, key: str = KEY,
              run_id: str = RUN_ID) -> Terminal:  # fmt: skip
        """The same specs in a DataTable; `r` asks now, and the first line says how many specs there are."""
        return self._python(
            "tests/bench/apps/table.py", f"{url}/runs/{run_id}", key, str(interval), cols=cols, rows=rows
        )

    def curl(self, url: str, interval: float, *, cols: int = 120, rows: int = 40) -> Terminal:
        """`watch 'curl | jq'`: a line for each spec."""
        command = f"curl -s {url}/runs/{RUN_ID} | jq -r '{_LINE}'"
        return Terminal(["watch", "-n", str(interval), command], cols=cols, rows=rows)

    def gh(self, socket: Path, interval: int, *, cols: int = 120, rows: int = 40) -> Terminal:
        """`gh run watch` on the GitHub that listens at `socket`."""
        settings = self.folder / "gh"
        settings.mkdir(exist_ok=True)
        (settings / "config.yml").write_text(f"http_unix_socket: {socket}\n", encoding="utf-8")
        env = {"GH_CONFIG_DIR": str(settings), "GH_TOKEN": "example", "GH_NO_UPDATE_NOTIFIER": "1"}
        argv = ["gh", "run", "watch", "77", "-i", str(interval), "-R", "example/shop"]
        return Terminal(argv, cols=cols, rows=rows, env={**env, "GITHUB_TOKEN": None, "GH_HOST": None})

    def received(self, url: str, times: int) -> float:
        """The milliseconds of processor time that httpx takes to receive what is at `url`, and no more."""
        argv = [sys.executable, str(Path(ROOT) / "tests/bench/apps/receiver.py"), url, str(times)]
        return float(subprocess.run(argv, capture_output=True, check=True, text=True).stdout)

    def _python(self, script: str, *arguments: str, cols: int = 80, rows: int = 24) -> Terminal:
        argv = [sys.executable, str(Path(ROOT) / script), *arguments]
        return Terminal(argv, cols=cols, rows=rows, env=self.compiled)
