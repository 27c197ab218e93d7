"""`currents-tui help`: the tables of the program, as it has them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from textwrap import wrap

from currents_tui.cli import out
from currents_tui.cli.exit_codes import MEANINGS, Exit
from currents_tui.cli.settings import ENVIRONMENT
from currents_tui.cli.verb_options import TOPICS, help_parser
from currents_tui.cli.verbs import SCREEN, VERBS
from currents_tui.core.problem import Kind, Problem

WIDTH = 79


def show_help(arguments: Sequence[str], environ: Mapping[str, str], started: float) -> int:
    """`currents-tui help [TOPIC]`. Raises `Problem` for a topic that there is not."""
    topic = help_parser().parse_args(arguments).topic
    if topic is None:
        out.write(SCREEN.parser().format_help())
        out.line(f"\nhelp TOPIC: a verb, {', '.join(TOPICS)}\nThe manual: currents-tui help man | man -l -")
    elif topic in VERBS:
        out.write(VERBS[topic].parser().format_help())
    elif topic == "man":
        from currents_tui.cli.manual import page

        out.write(page())
    elif topic in _TABLES:
        for text in _aligned(_TABLES[topic]()):
            out.line(text)
    else:
        raise _unknown(topic)
    return Exit.OK


def _exit_codes() -> list[tuple[str, str]]:
    # What is code in the README is a word like any other here.
    return [(str(int(code)), meaning.replace("`", "")) for code, meaning in sorted(MEANINGS.items())]


def _environment() -> list[tuple[str, str]]:
    return list(ENVIRONMENT.items())


def _keys() -> list[tuple[str, str]]:
    from currents_tui.core.commands import COMMANDS, keys_of

    return [(keys_of(command), command.told) for command in COMMANDS]


def _events() -> list[tuple[str, str]]:
    from currents_tui.cli.watch_events import COMMON, EVENTS

    rows = [(word, f"{event.meaning}: {' '.join(event.fields)}") for word, event in EVENTS.items()]
    return [("of each", " ".join(COMMON)), *((word, told.removesuffix(": ")) for word, told in rows)]


_TABLES = {"exit-codes": _exit_codes, "environment": _environment, "keys": _keys, "events": _events}


def _aligned(rows: Sequence[tuple[str, str]]) -> list[str]:
    """Two columns, the second one folded."""
    widest = min(28, max(len(name) for name, _ in rows))
    lines = []
    for name, meaning in rows:
        first, *rest = wrap(meaning, WIDTH - widest - 2)
        head = [f"{name:<{widest}}  {first}"] if len(name) <= widest else [name, f"{'':<{widest}}  {first}"]
        lines += [*head, *(f"{'':<{widest}}  {more}" for more in rest)]
    return lines


def _unknown(topic: str) -> Problem:
    from difflib import get_close_matches

    from currents_tui.core.text import clip, plain

    known = [*TOPICS, *VERBS]
    meant = get_close_matches(topic.lower(), known, n=1)
    hint = f"Did you mean {meant[0]}?" if meant else f"There are {', '.join(known)}."
    return Problem(Kind.BAD_SETTING, f"There is no help about “{clip(plain(topic), 40)}”.", hint)
