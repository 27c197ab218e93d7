"""Whatever comes in place of an answer: the screen stays, says so, keeps its data, and recovers."""

from __future__ import annotations

import re
from functools import partial

import pytest

from tests.canned import Answer
from tests.cli import answers, program
from tests.cli.program import KEY
from tests.cli.serving import Serving, enveloped, json_answer, said, serving
from tests.terminal import Terminal

GOOD = enveloped(answers.playwright(complete=False))
LATER = enveloped(answers.playwright(complete=True))

STRANGE = {
    "not JSON": (said(b"certainly"), "The answer is not JSON."),
    "truncated": (said(GOOD.body[:700]), "The answer was cut off"),
    "HTML": (said(b"<!doctype html><p>Please sign in", "text/html"), "not JSON but HTML"),
    "empty": (said(b""), "The answer is empty."),
    "null": (json_answer(None), "there is no run in it"),
    "an error with status 200": (json_answer({"status": "FAILED", "error": "out of order"}), "out of order."),
    "nested beyond reason": (said(b"[" * 200_000), "BAD ANSWER"),
    "damaged gzip": (
        Answer(headers=(("Content-Encoding", "gzip"),), body=GOOD.body),
        "compressed, and damaged",
    ),
    "closed after half": (Answer(body=GOOD.body, cut=300), "cut off"),
    "a reset": (Answer(reset=True), "OFFLINE"),
    "500": (Answer(status=500, reason=b"Oh no", body=b"<h1>Oh no</h1>"), "SERVER ERROR"),
    "a redirect": (
        Answer(status=302, reason=b"Found", headers=(("Location", "https://other.example.com/x?y"),)),
        "redirect (302) to other.example.com",
    ),
    "key revoked": (Answer(status=401, reason=b"No"), "KEY REFUSED (401)"),
}


watching = partial(program.watching, cols=100, rows=30)


def ask_now(terminal: Terminal, server: Serving) -> None:
    """Have the program ask once more. What it was told a moment ago, it is not asked for again at once."""
    asked = len(server.requests)
    terminal.send("r")
    terminal.wait_until(lambda: len(server.requests) > asked, "another request")


# In few sessions, for the start is what takes the time.
@pytest.mark.parametrize("names", [list(STRANGE)[first::4] for first in range(4)])
def test_the_data_stays_with_its_age_and_comes_back(names: list[str]) -> None:
    with serving(GOOD) as server, watching(server) as terminal:
        terminal.wait_for(lambda text: "LIVE" in text and "2/7" in text)
        for name in names:
            answer, words = STRANGE[name]
            server.says(answer)
            ask_now(terminal, server)
            terminal.wait_for(lambda text, told=words: "! " in text and told in text)  # type: ignore[misc]
            terminal.wait_for(lambda text: "2/7" in text and "RUNNING" in text)
        terminal.wait_for(lambda text: re.search(r"\d\d:\d\d:\d\d, \d+:\d\d old", text) is not None)
        assert terminal.process.poll() is None
        server.says(LATER)
        ask_now(terminal, server)
        terminal.wait_for(lambda text: "FAILED" in text and "OVER" in text and "! " not in text)
        terminal.send("q")
        assert terminal.wait_exit() == 0
        assert KEY.encode() not in terminal.raw


@pytest.mark.parametrize("name", ["HTML", "a reset", "500"])
def test_trouble_from_the_start_is_told_until_it_is_over(name: str) -> None:
    answer, _ = STRANGE[name]
    with serving(answer) as server, watching(server) as terminal:
        terminal.wait_for(lambda text: "! " in text and "Nothing is known of this run yet." in text)
        server.says(GOOD)
        terminal.wait_for(lambda text: "LIVE" in text and "2/7" in text and "! " not in text)


@pytest.mark.parametrize(
    "answer", [Answer(body=GOOD.body, drip=0.5), Answer(delay=60.0, body=GOOD.body)], ids=["drip", "silence"]
)
def test_while_an_answer_is_awaited_keys_are_answered_and_q_quits(answer: Answer) -> None:
    with serving(GOOD) as server, watching(server) as terminal:
        terminal.wait_for(lambda text: "LIVE" in text and "2/7" in text)
        server.says(answer)
        ask_now(terminal, server)
        terminal.wait_for("asking")
        terminal.send("/login\r")
        terminal.wait_for(lambda text: "1 of 3" in text and "filter: login" in text)
        terminal.send("\x1b")
        terminal.wait_for("filter: none")
        terminal.send("q")
        assert terminal.wait_exit(5) == 0


def test_a_service_that_never_answers_does_not_keep_the_screen_away() -> None:
    with serving(Answer(delay=600.0)) as server, watching(server) as terminal:
        terminal.wait_for("ASKING")
        terminal.send("q")
        assert terminal.wait_exit(5) == 0
