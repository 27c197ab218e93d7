"""currents-tui(1), the manual page, made of the very tables that the program goes by.

The page as a whole is a function without surroundings: the same program says the same on every machine.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Final

from currents_tui import __version__
from currents_tui.cli.crash import NAME as CRASH
from currents_tui.cli.exit_codes import MEANINGS
from currents_tui.cli.roff import (
    bold,
    escaped,
    italic,
    item,
    joined,
    literal,
    paragraph,
    section,
    subsection,
)
from currents_tui.cli.settings import ENVIRONMENT
from currents_tui.cli.settings_file import SETTINGS, own_folder, settings_path
from currents_tui.cli.verbs import SCREEN, VERBS
from currents_tui.cli.watch_events import COMMON, EVENTS
from currents_tui.core.commands import COMMANDS, Command, key_label

PROGRAM: Final = "currents-tui"

_HOME: Final = {"HOME": "~"}
"""The surroundings of nobody in particular."""

_DESCRIPTION: Final = """\
Every few seconds the full screen asks the Currents service how a run stands, and shows its groups and specs,
with what is stuck, failed or flaky on top, until the verdict. Without a run it opens the project's runs.

The verbs `watch`, `status`, `runs`, `failures`, `diff`, `cancel` and `delete` do without a screen. What a
verb found out goes to standard output, words about it to standard error, and its exit status is for scripts.

The key is read from `CURRENTS_API_KEY`, or as the settings file says; it is sent to the one configured
address and is shown nowhere. `currents-tui demo` needs neither key nor network.

A flag goes before the environment, that before a profile, that before the rest of the settings file.
"""

SETTINGS_EXAMPLE: Final = """\
api_key_command = "pass show currents"
project = "Ab12Cd"
theme = "light"

[profiles.nightly]
project = "Ef34Gh"
read_only = true
"""

EXAMPLES: Final = (
    ("Look around on a simulated project:", "currents-tui demo"),
    ("The run of a CI build, in the full screen:", "currents-tui @gh-18234567890-1"),
    ("Deploy only if the run passed:", "currents-tui watch 6f3b9c0e51d2a8b4 && deploy"),
    (
        "In a CI job: wait for the run to begin, and give up when it is silent:",
        "currents-tui watch --wait-for-start 5m --fail-on-stuck 15m",
    ),
    ("A line for a prompt:", "currents-tui status --format '{state} {specs.done}/{specs.total}'"),
    ("The last failed runs of a branch:", "currents-tui runs --branch main --status failed -n 5"),
    ("Their addresses:", "currents-tui runs -b main -s failed -n 5 --json | jq -r '.[].url'"),
    ("What failed, as a comment:", "currents-tui failures --format md 6f3b9c0e51d2a8b4 > comment.md"),
    ("Cancel without a question:", "currents-tui cancel --yes --if-running 6f3b9c0e51d2a8b4"),
    ("This page, wherever it is not installed:", "currents-tui help man | man -l -"),
)

_SERVICE: Final = "https://docs.currents.dev/resources/api"


def page(revised: str = "") -> str:
    """The page as roff. `revised` is the day of the last change, as in 2026-03-01; "" leaves it out."""
    title = f'"{escaped(PROGRAM.upper())}" 1 "{revised}" "{escaped(f"{PROGRAM} {__version__}")}"'
    lines = [
        f'.TH {title} "User Commands"',
        # What is copied off the page has no hyphens and no gaps that are not in it.
        ".nh",
        ".ad l",
        section("NAME"),
        f"{escaped(PROGRAM)} \\- {escaped(_summary())}",
        *_synopsis(),
        section("DESCRIPTION"),
        *(line for words in _DESCRIPTION.split("\n\n") for line in paragraph(words)),
        *_options(),
        *_verbs(),
        *_keys(),
        section("EXIT STATUS"),
        *(line for code, told in sorted(MEANINGS.items()) for line in item(bold(f"{code:d}"), told)),
        section("ENVIRONMENT"),
        *(line for names, told in ENVIRONMENT.items() for line in item(_listed(names.split(", ")), told)),
        *_files(),
        *_events(),
        section("EXAMPLES"),
        *(line for about, command in EXAMPLES for line in (*paragraph(about), *literal([escaped(command)]))),
        section("SEE ALSO"),
        *paragraph("`jq`(1), `tmux`(1), `currents-tui help`, and each verb's `--help`."),
        *paragraph(f"The service's interface: {_SERVICE}"),
    ]
    return joined(lines)


def _summary() -> str:
    """What the program says of itself, as a part of a sentence."""
    told = (SCREEN.parser().description or "").rstrip(".")
    return f"{told[:1].lower()}{told[1:]}"


def _listed(names: Sequence[str]) -> str:
    return ", ".join(map(bold, names))


# --- what can be said on the command line

_Groups = dict[str, list[argparse.Action]]


def _groups(parser: argparse.ArgumentParser) -> _Groups:
    """The options of a parser by the group that has them; "" for its own. Arguments are not in it."""
    groups: _Groups = {}
    # There is no public way to ask a parser what it knows; these have been there since Python 3.2.
    for group in parser._action_groups:
        title = "" if group is parser._optionals else group.title or ""
        options = [action for action in group._group_actions if action.option_strings]
        if options:
            groups[title] = options
    return groups


def _arguments(parser: argparse.ArgumentParser) -> list[argparse.Action]:
    return [action for action in parser._actions if not action.option_strings]


def _help(action: argparse.Action) -> str:
    return (action.help or "") % vars(action)


def _value(action: argparse.Action) -> str:
    """What stands for an argument, or behind an option; "" for an option that takes nothing."""
    if action.nargs == 0:
        return ""
    name = _name(action)
    return {"?": f"[{name}]", "*": f"[{name} ...]", "+": f"{name} ..."}.get(str(action.nargs), name)


def _name(action: argparse.Action) -> str:
    """What an argument is called, or all that it can be."""
    if action.metavar is None and action.choices:
        return "|".join(bold(str(choice)) for choice in action.choices)
    return italic(str(action.metavar or action.dest.upper()))


def _option(action: argparse.Action) -> list[str]:
    return item(" ".join(filter(None, (_listed(action.option_strings), _value(action)))), _help(action))


def _usage(name: str, parser: argparse.ArgumentParser) -> str:
    """What can follow the name of the program: the verb, whether it has options, its arguments."""
    has_options = any("--help" not in a.option_strings for told in _groups(parser).values() for a in told)
    parts = [bold(name) if name else "", "[options]" if has_options else "", *map(_value, _arguments(parser))]
    return " ".join(filter(None, parts))


def _synopsis() -> Iterator[str]:
    yield section("SYNOPSIS")
    verbs = {"": SCREEN, **VERBS}
    yield ".nf"
    yield from (f"{bold(PROGRAM)} {_usage(name, verb.parser())}" for name, verb in verbs.items())
    yield ".fi"


def _options() -> Iterator[str]:
    """What several parsers take is told once, under the name of the group that they have in common."""
    parsers = {name: verb.parser() for name, verb in VERBS.items()}
    screen = SCREEN.parser()
    yield section("OPTIONS")
    yield from paragraph("They stand before a verb or behind it.")
    for action in _arguments(screen):
        yield from item(_name(action), _help(action))
    for action in _groups(screen)[""]:
        yield from _option(action)
    for title, actions in _shared().items():
        yield subsection(escaped(title.capitalize()))
        takers = ["the full screen"] if title in _groups(screen) else []
        takers += [f"`{name}`" for name, parser in parsers.items() if title in _groups(parser)]
        yield from paragraph(f"Taken by {', '.join(takers[:-1])} and {takers[-1]}.")
        for action in actions:
            yield from _option(action)


def _shared() -> _Groups:
    """The groups that several parsers have, as the first of them has them."""
    shared: _Groups = {}
    for verb in (SCREEN, *VERBS.values()):
        for title, actions in _groups(verb.parser()).items():
            if title:
                shared.setdefault(title, actions)
    return shared


def _verbs() -> Iterator[str]:
    told = [*_groups(SCREEN.parser())[""], *(action for group in _shared().values() for action in group)]
    known = {(tuple(action.option_strings), _help(action)) for action in told}
    yield section("VERBS")
    for name, verb in VERBS.items():
        parser = verb.parser()
        yield subsection(_usage(name, parser))
        yield from paragraph(parser.description or verb.summary)
        for action in _arguments(parser):
            if action.help:
                yield from item(_name(action), _help(action))
        for actions in _groups(parser).values():
            for action in actions:
                # The demo has other defaults than the full screen.
                if (tuple(action.option_strings), _help(action)) not in known:
                    yield from _option(action)
        if taken := [title for title in _groups(parser) if title]:
            yield from paragraph(f"And the options above under {' and '.join(map(str.capitalize, taken))}.")


# --- the other tables


def _keys() -> Iterator[str]:
    yield section("KEYS")
    yield from paragraph("In the full screen, where `?` shows them.")
    for name, commands in groupby(sorted(COMMANDS, key=_section), key=_section):
        yield subsection(escaped(_SECTIONS[name]))
        for command in commands:
            yield from item(_listed([key_label(key) for key in command.keys]), command.title)


_SECTIONS: Final = tuple(dict.fromkeys(command.section for command in COMMANDS))
"""In the order in which the table comes to them."""


def _section(command: Command) -> int:
    return _SECTIONS.index(command.section)


def _files() -> Iterator[str]:
    yield section("FILES")
    yield from item(italic(str(settings_path(_HOME))), "the settings; `currents-tui config path` tells where")
    crash = own_folder(_HOME, "XDG_STATE_HOME", ".local/state") / CRASH
    yield from item(italic(str(crash)), "where the program crashed the last time; without the key")
    yield subsection("Settings")
    yield from paragraph(
        "The file is TOML. A setting stands at its top, or in a profile, a table `[profiles.NAME]`, which"
        " goes before the top; `profile` at the top names the one that is taken where nothing else does."
    )
    for name, rule in SETTINGS.items():
        yield from item(bold(name), f"{rule.meaning} ({rule.wanted})")
    yield from literal(map(escaped, SETTINGS_EXAMPLE.splitlines()))


def _events() -> Iterator[str]:
    yield section("EVENTS")
    first, *rest = (f"`{name}`" for name in COMMON)
    yield from paragraph(
        f"With `--json`, `watch` prints an object for each change, one to a line. Each has {first},"
        f" {' and '.join(rest)}, and then:"
    )
    for word, event in EVENTS.items():
        told = f": {' '.join(event.fields)}" if event.fields else ""
        yield from item(bold(word), f"{event.meaning}{told}")
