"""The whole program over TLS: SSL_CERT_FILE says whom it trusts, to the process that asks first as well."""

from __future__ import annotations

from pathlib import Path

import pytest

from currents_tui.cli.exit_codes import Exit
from tests.cli import answers
from tests.cli.program import KEY, RUN_ID, call, clean, program, until_shown
from tests.cli.serving import Serving, enveloped, in_thread
from tests.tls import shown, trusted

RUN = enveloped(answers.playwright(complete=True))


@pytest.mark.parametrize("verb", ["status", "watch"])
def test_a_verb_asks_whom_it_is_told_to_trust(verb: str, tmp_path: Path) -> None:
    with in_thread(Serving([RUN], tls=shown())) as server:
        env = clean(CURRENTS_API_KEY=KEY, CURRENTS_TUI_API_URL=f"{server.url}/v1")
        ran = call(env | {"SSL_CERT_FILE": trusted(tmp_path)}, verb, RUN_ID)
        assert (ran.returncode, ran.stderr) == (Exit.FAILED, ""), "the run has failed"
        assert "FAILED" in ran.stdout
        assert server.requests


def test_nobody_else_is_asked(tmp_path: Path) -> None:
    with in_thread(Serving([RUN], tls=shown())) as server:
        env = clean(CURRENTS_API_KEY=KEY, CURRENTS_TUI_API_URL=f"{server.url}/v1")
        ran = call(env, "status", RUN_ID)
        assert ran.returncode == Exit.UNKNOWN
        assert "The service's certificate is not trusted, or TLS failed. Check SSL_CERT_FILE" in ran.stderr
        assert server.requests == []


def test_the_screen_shows_a_run_over_tls_from_its_first_answer_on(tmp_path: Path) -> None:
    with (
        in_thread(Serving([enveloped(answers.playwright(complete=False))], tls=shown())) as server,
        program(
            RUN_ID, "--api-url", f"{server.url}/v1", "--interval", "1",
            env={"CURRENTS_API_KEY": KEY, "SSL_CERT_FILE": trusted(tmp_path)},
        ) as terminal,
    ):  # fmt: skip
        until_shown(terminal)
        asked = len(server.requests)
        terminal.wait_until(lambda: len(server.requests) > asked + 1, "further polls")
        terminal.send("q")
        assert terminal.wait_exit() == 0
    assert server.connections <= 3, "the first look has one, and the polls and what they lead to share theirs"
