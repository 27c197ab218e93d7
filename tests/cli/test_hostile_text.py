"""Strings that would like to be obeyed: none of it reaches the terminal, and names stay as they are.

That nothing but drawing was written is looked at when each terminal is closed (`tests.guards`).
"""

from __future__ import annotations

import base64
import re
from typing import Any

from tests import guards
from tests.canned import Answer
from tests.cli import answers
from tests.cli.program import KEY, RUN_ID, program
from tests.cli.serving import enveloped, serving
from tests.safety import forbidden

HOSTILE = (
    "\x1b]52;c;aGVsbG8=\x07\x1b]2;owned\x1b\\\x1bc\x1b[2J\x1b[?1049l\x9b31m\x9d52;c;eA==\x9c"
    "\x1bP1$r\x1b\\\u202e\u2066gpj.exe\u2069\u200f\x00\x07\x08\r\x0b\x7f\u2028\x85"
)
MARKUP = "[/nope] [@click=app.quit]x[/] [id] [bold]b[/bold] [$primary] :smiley: \\[a"


def hostile(value: Any) -> Any:
    """`value` with every string that is not read as a time, a state or an id made hostile."""
    if isinstance(value, dict):
        kept = ("runId", "completionState", "claimedAt", "completedAt", "createdAt", "instanceId")
        return {
            name: item if name in kept or "wallClock" in name else hostile(item)
            for name, item in value.items()
        }
    if isinstance(value, list):
        return [hostile(item) for item in value]
    return f"{MARKUP}{HOSTILE}{value}" if isinstance(value, str) else value


def run() -> dict[str, Any]:
    document = hostile(answers.playwright(complete=True))
    assert isinstance(document, dict)
    document["specs"][0]["spec"] = f"app/[id]/{HOSTILE}page.spec.ts"
    document["specs"][1]["instanceId"] = f"x{HOSTILE}"
    return document


def test_not_one_byte_of_it_is_obeyed() -> None:
    with serving(enveloped(run())) as server:
        terminal = program(
            RUN_ID, "--api-url", f"{server.url}/v1", "--interval", "1",
            env={"CURRENTS_API_KEY": KEY}, cols=200, rows=60, beyond=(),
        )  # fmt: skip
        with terminal:
            terminal.wait_for(lambda text: "app/[id]/" in text and "q quit" in text)
            for keys, shown in (
                ("\r", "instance id"),
                ("\x1b", "2 Specs"),
                ("i", "author"),
                ("G", "author"),
                ("\x1b", "2 Specs"),
                ("?", "Help"),
                ("\x1b", "2 Specs"),
                ("y", "Copy:"),
                ("\x1b", "2 Specs"),
                ("1\r", "filter: g:"),
                ("\x1b", "filter: none"),
            ):
                terminal.send(keys)
                terminal.wait_for(shown)
                # A lone escape is told from the start of a sequence by the silence after it.
                terminal.settle(0.15)
            server.says(Answer(status=500, reason=b"No", body=HOSTILE.encode()))
            terminal.send("r")
            terminal.wait_for("SERVER ERROR")
            server.says(
                Answer(status=400, body=enveloped({"status": "FAILED", "error": MARKUP + HOSTILE}).body)
            )
            terminal.send("r")
            terminal.wait_for("REFUSED")
            assert "[/nope]" in terminal.text() and "[@click=app.quit]x[/]" in terminal.text()
            terminal.send("q")
            assert terminal.wait_exit() == 0


def test_what_is_copied_is_one_line_of_text() -> None:
    with serving(enveloped(run())) as server:
        arguments = (RUN_ID, "--api-url", f"{server.url}/v1")
        with program(*arguments, env={"CURRENTS_API_KEY": KEY}, beyond=(guards.CLIPBOARD,)) as terminal:
            terminal.wait_for(lambda text: "app/[id]/" in text and "q quit" in text)
            terminal.send("ys")
            terminal.wait_until(lambda: b"\x1b]52;" in terminal.raw, "the clipboard's sequence")
            terminal.settle(0.1)
            copied = re.findall(rb"\x1b\]52;c;([A-Za-z0-9+/=]*)(?:\x07|\x1b\\)", terminal.raw)
            assert len(copied) == 1
            text = base64.b64decode(copied[0]).decode()
            assert text.startswith(MARKUP) and text.endswith("search.spec.ts")
            assert forbidden(text) == ""
