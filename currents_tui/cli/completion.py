"""`currents-tui completion`: what a shell offers behind Tab, made from the very parsers that read it."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping, Sequence

from currents_tui.cli import out
from currents_tui.cli.exit_codes import Exit
from currents_tui.cli.verb_options import TOPICS, completion_parser
from currents_tui.cli.verbs import SCREEN, VERBS


def completion(arguments: Sequence[str], environ: Mapping[str, str], started: float) -> int:
    """`currents-tui completion bash|zsh|fish`."""
    shell = completion_parser().parse_args(arguments).shell
    out.write({"bash": bash, "zsh": zsh, "fish": fish}[shell]())
    return Exit.OK


def options_of(parser: argparse.ArgumentParser) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Each long option, and the values that it can have: none where it takes none, or any."""
    # There is no public way to ask a parser what it knows; these two have been there since Python 3.2.
    for action in parser._actions:
        for name in action.option_strings:
            if name.startswith("--"):
                yield name, tuple(map(str, action.choices or ()))


def _words_of(name: str, parser: argparse.ArgumentParser) -> list[str]:
    """What can follow a verb: its options, and words that stand by themselves."""
    words = [option for option, _ in options_of(parser)]
    for action in parser._actions:
        if not action.option_strings and action.choices:
            words += map(str, action.choices)
    return [*words, *(TOPICS if name == "help" else ()), *(VERBS if name == "help" else ())]


def _values() -> dict[str, tuple[str, ...]]:
    """What can follow VERB:OPTION, or *:OPTION where it is the same whatever the verb."""
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    for name, parser in {"": SCREEN.parser(), **_parsers()}.items():
        for option, values in options_of(parser):
            found.setdefault(option, {})[name] = values
    told: dict[str, tuple[str, ...]] = {}
    for option, by_verb in found.items():
        is_same = len(set(by_verb.values())) == 1
        told |= {f"{'*' if is_same else name}:{option}": values for name, values in by_verb.items() if values}
    return told


def _parsers() -> dict[str, argparse.ArgumentParser]:
    return {name: verb.parser() for name, verb in VERBS.items()}


def bash() -> str:
    """For bash 3.2 and later."""
    parsers = _parsers()
    cases = [
        f"        {name}) words={_quoted(_words_of(name, parser))} ;;" for name, parser in parsers.items()
    ]
    wanted = [f"        {place}) words={_quoted(choices)} ;;" for place, choices in _values().items()]
    top = _quoted([*VERBS, *(option for option, _ in options_of(SCREEN.parser()))])
    return "\n".join(
        [
            "_currents_tui() {",
            '    local current="${COMP_WORDS[COMP_CWORD]}" words=""',
            '    case "${COMP_WORDS[1]}:${COMP_WORDS[COMP_CWORD-1]}" in',
            *wanted,
            "    esac",
            '    [ -n "$words" ] || case "${COMP_WORDS[1]}" in',
            *cases,
            f"        *) words={top} ;;",
            "    esac",
            f'    [ "$COMP_CWORD" -gt 1 ] || words={top}',
            '    COMPREPLY=( $(compgen -W "$words" -- "$current") )',
            "}",
            "complete -F _currents_tui currents-tui",
            "",
        ]
    )


def zsh() -> str:
    """For zsh: its own way of taking what was written for bash."""
    lines = [
        "#compdef currents-tui",
        "autoload -Uz bashcompinit && bashcompinit",
        bash(),
        # In a folder of zsh's this is a function, and the first Tab is what calls it.
        '[ "$funcstack[1]" != _currents-tui ] || _bash_complete -F _currents_tui',
        "",
    ]
    return "\n".join(lines)


def fish() -> str:
    """For fish."""
    begin = "complete -c currents-tui"
    no_verb = f"-n 'not __fish_seen_subcommand_from {' '.join(VERBS)}'"
    lines = [f"{begin} -f"]
    lines += [f"{begin} {no_verb} -a {name} -d {_said(verb.summary)}" for name, verb in VERBS.items()]
    lines += [
        f"{begin} {no_verb} -l {option[2:]}{_choices(values)}"
        for option, values in options_of(SCREEN.parser())
    ]
    for name, parser in _parsers().items():
        seen = f"-n '__fish_seen_subcommand_from {name}'"
        plain = [word for word in _words_of(name, parser) if not word.startswith("--")]
        lines += [f"{begin} {seen} -a '{' '.join(plain)}'"] if plain else []
        lines += [
            f"{begin} {seen} -l {option[2:]}{_choices(values)}" for option, values in options_of(parser)
        ]
    return "\n".join(lines) + "\n"


def _said(words: str) -> str:
    """A string of fish's."""
    told = words.replace("\\", r"\\").replace("'", r"\'")
    return f"'{told}'"


def _choices(values: Sequence[str]) -> str:
    return f" -xa '{' '.join(values)}'" if values else ""


def _quoted(words: Sequence[str]) -> str:
    return f'"{" ".join(dict.fromkeys(words))}"'
