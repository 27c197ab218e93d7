"""`python -m tests.readme`: write from the code's tables what is told a second time.

That is the README's tables and, in `currents_tui/share`, the manual page and the shells' completions.
"""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from enum import IntEnum
from pathlib import Path

from currents_tui.cli import completion, manual
from currents_tui.cli.exit_codes import MEANINGS
from currents_tui.cli.watch_events import EVENTS
from currents_tui.core.commands import COMMANDS, keys_of

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
SHARE = ROOT / "currents_tui" / "share"
"""Laid out as the folder of that name in which an installation puts it."""
MANUAL = SHARE / "man/man1/currents-tui.1"
_DAY = re.compile(r'^\.TH "[^"]+" 1 "([0-9]{4}-[0-9]{2}-[0-9]{2})"', re.ASCII)


def keys_table() -> str:
    """Every command with its keys."""
    rows = ["| keys | what they do |", "| --- | --- |"]
    for command in COMMANDS:
        keys = " ".join(f"`{key}`" for key in keys_of(command).split())
        rows.append(f"| {keys} | {command.told} |")
    return "\n".join(rows)


def exit_table() -> str:
    """Every exit status with its meaning."""
    rows = ["| status | meaning |", "| --- | --- |"]
    rows += [f"| {int(code)} | {meaning} |" for code, meaning in sorted(MEANINGS.items(), key=_number)]
    return "\n".join(rows)


def events_table() -> str:
    """Every event of `watch --json` with its fields."""
    rows = ["| event | when | fields |", "| --- | --- | --- |"]
    rows += [f"| `{word}` | {event.meaning} | {_code(event.fields)} |" for word, event in EVENTS.items()]
    return "\n".join(rows)


def _code(names: Sequence[str]) -> str:
    return f"`{' '.join(names)}`" if names else ""


def _number(item: tuple[IntEnum, str]) -> int:
    return int(item[0])


def written(text: str) -> str:
    """`text` with its tables as they should be."""
    tables = {"keys": keys_table(), "exit codes": exit_table(), "events": events_table()}
    for name, table in tables.items():
        text = placed(text, name, table)
    return text


def placed(text: str, name: str, table: str) -> str:
    """`text` with `table` between the marks of that name."""
    before, start, rest = text.partition(f"<!-- {name} -->\n")
    _, end, after = rest.partition(f"<!-- /{name} -->")
    assert start, name
    assert end, name
    return f"{before}{start}\n{table}\n\n{end}{after}"


def shared(revised: str) -> dict[Path, str]:
    """Every file of `SHARE`, with the day on which the manual page last changed."""
    return {
        MANUAL: manual.page(revised),
        SHARE / "bash-completion/completions/currents-tui": completion.bash(),
        SHARE / "zsh/site-functions/_currents-tui": completion.zsh(),
        SHARE / "fish/vendor_completions.d/currents-tui.fish": completion.fish(),
    }


def revised() -> str:
    """The day that the manual page names: today's, where it is to be written anew."""
    there = MANUAL.read_text(encoding="utf-8") if MANUAL.exists() else ""
    day = _DAY.match(there)
    is_current = day is not None and manual.page(day[1]) == there
    return day[1] if day and is_current else f"{datetime.now(UTC):%Y-%m-%d}"


if __name__ == "__main__":
    README.write_text(written(README.read_text(encoding="utf-8")), encoding="utf-8")
    for path, text in shared(revised()).items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
