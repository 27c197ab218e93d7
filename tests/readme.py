"""`python -m tests.readme`: write the README's tables from the tables in the code."""

from collections.abc import Sequence
from enum import IntEnum
from pathlib import Path

from currents_tui.cli.exit_codes import MEANINGS
from currents_tui.cli.watch_events import EVENTS
from currents_tui.core.commands import COMMANDS, keys_of

README = Path(__file__).parent.parent / "README.md"


def keys_table() -> str:
    """Every command with its keys."""
    rows = ["| keys | what they do |", "| --- | --- |"]
    for command in COMMANDS:
        keys = " ".join(f"`{key}`" for key in keys_of(command).split())
        rows.append(f"| {keys} | {command.title} |")
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


if __name__ == "__main__":
    README.write_text(written(README.read_text(encoding="utf-8")), encoding="utf-8")
