"""What can be said on the command line. Imports nothing heavy: --help and a typing error answer at once."""

import argparse
import re
from typing import NoReturn

from currents_tui import __version__
from currents_tui.cli.verbs import VERBS
from currents_tui.core.problem import Kind, Problem

SCENARIOS = ("busy", "failing", "stuck", "green", "flaky-network", "huge")
THEMES = ("dark", "light", "colour-blind", "terminal")
NOTIFY = ("bell", "osc9", "osc777", "none")
PICTURES = ("auto", "sixel", "kitty", "blocks")
SHORTEST, LONGEST = 1.0, 3600.0
DEFAULT_INTERVAL = 5.0
DEFAULT_THEME = "dark"
DEFAULT_NOTIFY = "bell"
DEFAULT_PICTURES = "auto"
DEMO_INTERVAL = 1.0
DEMO_SPEED = 10.0


class Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        # argparse begins most of its messages with the word "argument", and lists every choice there is.
        told, unrecognized, unknown = message.removeprefix("argument ").partition("unrecognized arguments: ")
        _, is_required, needed = told.partition("the following arguments are required: ")
        told = f"give {needed.replace('|', ' or ')}" if is_required else told
        # Whoever gives an option that there is not may give it a key: its name is told, and no more of it.
        names = [word.partition("=")[0] for word in unknown.split() if word.startswith("-")]
        told += unrecognized + (" ".join(names) or unknown)
        hint = self._meant(names[0] if names else "") or f"See {self.prog} --help."
        raise Problem(Kind.BAD_SETTING, f"{told[:1].upper()}{told[1:]}.", hint)

    def _meant(self, unknown: str) -> str:
        """Which option was meant, where one that there is not was given and is near to one that there is."""
        from difflib import get_close_matches

        known = [name for action in self._actions for name in action.option_strings]
        meant = get_close_matches(unknown, known, n=1, cutoff=0.8) if unknown.startswith("--") else []
        return f"Did you mean {meant[0]}?" if meant else ""


def seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not SHORTEST <= seconds <= LONGEST:
        raise argparse.ArgumentTypeError(f"give seconds, {SHORTEST:g} to {LONGEST:g}")
    return seconds


_DURATION = re.compile(r"(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s?)?")
_LONGEST = 7 * 86400.0


def seconds_of(text: str) -> float | None:
    """Seconds: 90, 90s, 5m, 1h30m, 7d at most; None for what is no such time."""
    told = _DURATION.fullmatch(text.strip().lower())
    parts = [int(part or 0) for part in told.groups()] if told and text.isascii() else [0, 0, 0, 0]
    length = float(sum(part * unit for part, unit in zip(parts, (86400, 3600, 60, 1), strict=True)))
    return length if 1 <= length <= _LONGEST else None


def duration(text: str) -> float:
    """The seconds of an option that is a time."""
    if (length := seconds_of(text)) is None:
        raise argparse.ArgumentTypeError("give a time such as 90s, 5m or 1h30m, 7d at most")
    return length


def _speed(text: str) -> float:
    try:
        speed = float(text)
    except ValueError:
        speed = 0.0
    if not 0.01 <= speed <= 10_000:
        raise argparse.ArgumentTypeError("give a number from 0.01 to 10000")
    return speed


def _add_screen_options(parser: argparse.ArgumentParser, interval: float) -> None:
    screen = parser.add_argument_group("screen")
    screen.add_argument(
        "-i", "--interval", type=seconds, metavar="SEC",
        help=f"seconds between polls, {SHORTEST:g} at least (default {interval:g})",
    )  # fmt: skip
    screen.add_argument("--theme", choices=THEMES, help=f"colours (default {DEFAULT_THEME}; T changes them)")
    screen.add_argument(
        "--read-only", action="store_true", default=None, help="neither cancel nor delete anything"
    )
    screen.add_argument(
        "--run-timeout", type=duration, metavar="TIME",
        help="silence after which a run becomes TIMEOUT, where the service does not tell: 30m, 1h30m",
    )  # fmt: skip
    screen.add_argument(
        "--ascii", action="store_true", default=None, help="draw frames and signs with ASCII alone"
    )
    screen.add_argument(
        "--calm", action=argparse.BooleanOptionalAction, default=None,
        help="tick every 5 s instead of every second (default over SSH)",
    )  # fmt: skip
    screen.add_argument(
        "--mouse", action=argparse.BooleanOptionalAction, default=None,
        help="mouse on or off (default on, off over SSH; %% changes it)",
    )  # fmt: skip
    screen.add_argument(
        "--notify", choices=NOTIFY,
        help=f"how you are told of a failure, a silence and the verdict (default {DEFAULT_NOTIFY})",
    )  # fmt: skip
    screen.add_argument(
        "--pictures", choices=PICTURES,
        help="how screenshots are drawn (default auto: what the terminal says it can, else blocks)",
    )  # fmt: skip


def add_service_options(parser: argparse.ArgumentParser) -> None:
    """Whom to ask: what every verb that asks the service takes."""
    service = parser.add_argument_group("service")
    service.add_argument("--profile", metavar="NAME", help="a profile of the settings file")
    service.add_argument("--project", metavar="ID", help="the project (default $CURRENTS_PROJECT_ID)")
    service.add_argument(
        "--api-url", metavar="URL", help="base of the API (default https://api.currents.dev/v1)"
    )


def screen_parser() -> argparse.ArgumentParser:
    """`currents-tui [RUN…]`."""
    parser = Parser(
        prog="currents-tui",
        usage="currents-tui [options] [RUN ...]\n       currents-tui VERB [options] ...",
        description="Watch Currents runs live in the terminal.",
        epilog="verbs, each with its own --help:\n"
        + "\n".join(f"  {name:<12}{verb.summary}" for name, verb in VERBS.items())
        + "\n\nThe key is read from CURRENTS_API_KEY, or as the settings file says (config show).",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "runs", nargs="*", metavar="RUN",
        help="a run's id or, in the project, its first 6 digits, the address of its page or of one of its"
        " specs, or @ and its CI build id; without one, $CURRENTS_RUN_ID, else the run of"
        " $CURRENTS_CI_BUILD_ID, else the project's runs",
    )  # fmt: skip
    add_service_options(parser)
    parser.add_argument("--version", action="version", version=f"currents-tui {__version__}")
    _add_screen_options(parser, DEFAULT_INTERVAL)
    return parser


def demo_parser() -> argparse.ArgumentParser:
    """`currents-tui demo`."""
    parser = Parser(
        prog="currents-tui demo", description="The same screen on a simulated server: no key, no network."
    )
    parser.add_argument("--scenario", choices=SCENARIOS, default="busy", help="what happens (default busy)")
    parser.add_argument(
        "--speed", type=_speed, default=DEMO_SPEED, metavar="N",
        help=f"times faster than life (default {DEMO_SPEED:g})",
    )  # fmt: skip
    parser.add_argument(
        "--seed", type=int, default=1, metavar="N", help="another seed, other runs (default 1)"
    )
    _add_screen_options(parser, DEMO_INTERVAL)
    return parser
