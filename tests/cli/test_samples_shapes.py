"""Answers in the shapes that the service really gives, shown by the real program."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial
from typing import Any

from tests.cli import answers, program
from tests.cli.serving import enveloped, serving
from tests.terminal import Terminal

watching = partial(program.watching, env={"TZ": "UTC0"})


def wait_for_all(terminal: Terminal, *patterns: str) -> None:
    for pattern in patterns:
        terminal.wait_until(lambda wanted=pattern: re.search(wanted, terminal.text()) is not None, pattern)  # type: ignore[misc]


def test_a_playwright_run_under_way_and_then_over() -> None:
    with serving(enveloped(answers.playwright(complete=False))) as server, watching(server) as terminal:
        wait_for_all(
            terminal,
            r"Shop42 > 6f3b9c0e +\S RUNNING +main @0c5b17a .* LIVE",
            r"specs [▒░]+ 0/3 +2 run 1 wait +tests 7/20",
            r"storefront +[▒░]+ +0/3 +0% +█+░+ +7/20",
            r"RUN +storefront/cart\.spec\.ts +s1 +5/8 ",
            r"RUN +storefront/search\.spec\.ts +s2 +2/7 ",
            r"WAIT +storefront/login\.spec\.ts +0/5 ",
        )
        server.says(enveloped(answers.playwright(complete=True)))
        wait_for_all(
            terminal,
            r"\S FAILED +main .* OVER",
            r"specs █+ 3/3 +tests 20/20 +2F 1~ 1-",
            r"ran 1:04",
            r"storefront +█+ +3/3 +100% +█+ +20/20 +2F 1~",
            r"FAIL +storefront/cart\.spec\.ts +s1 +8/8 +1F +1:04",
            r"FLKY +storefront/login\.spec\.ts +s3 +5/5 +1~ +1:04",
        )
        assert "RUN " not in terminal.text()


def test_a_cypress_run_whose_machine_claims_in_batches() -> None:
    with serving(enveloped(answers.cypress())) as server, watching(server) as terminal:
        wait_for_all(
            terminal,
            r"\S FAILING +main",
            r"specs █+▒+ 1/3 +1 run 1 wait +tests 3/\? +1F 1-",
            r"shop-901-1 +█+▒+ +1/3 +33% +╌+ +3/\? +1F",
            r"FAIL +cypress/e2e/basket\.cy\.js +s1 +3/3 +1F +0:30",
            r"RUN +cypress/e2e/checkout\.cy\.js +s1 +\d",
            # Claimed in the same batch, and its machine is busy with another.
            r"WAIT +cypress/e2e/profile\.cy\.js +s1 +queued",
        )
        terminal.send("\r")
        wait_for_all(terminal, r"instance id +aBasket12345", r"claimed +2026-02-03 10:00:02")
        terminal.send("\rG")
        wait_for_all(terminal, r"basket is empty", r"348\.\d kB|340\.\d Ki?B", r"https://files\.example\.com")


def the_groups(shown: str) -> str:
    return shown.partition("1 Groups")[2].partition("2 Specs")[0]


def shown_of(document: Mapping[str, Any], *patterns: str) -> str:
    with serving(enveloped(document)) as server, watching(server) as terminal:
        wait_for_all(terminal, *patterns)
        return terminal.text()


def test_where_everything_is_null_nothing_is_made_up() -> None:
    shown = shown_of(answers.nothing_known(), r"UNKNOWN", r"specs ╌+ 0/\?", r"\? +╌+ +0/\? +╌+ +0/\?")
    assert "%" not in shown
    assert not re.search(r"PASS|FAIL|CANC|OVER", shown)


def test_counts_beyond_their_totals_do_not_burst_the_bars() -> None:
    shown = shown_of(answers.beyond_totals(), r"storefront +█+ +3/3 .* 7F", r"\S RUNNING")
    assert not re.search(r"-\d+[F~/]|[2-9]\d\d%|\d{4,}%", the_groups(shown))


def test_zero_totals_are_no_hundred_percent() -> None:
    shown = shown_of(answers.zero_totals(), r"storefront +╌+ +0/0 +╌+ +0/0", r"No specs")
    assert "%" not in shown


def test_words_that_nobody_knows_are_shown_as_they_are() -> None:
    shown = shown_of(answers.unknown_words(), r"PONDERING", r"RUN +storefront/cart")
    assert "LIVE" in shown
