"""What can be said on the command line. Imports nothing heavy: --help and a typing error answer at once."""

import argparse
from typing import NoReturn

from currents_tui import __version__
from currents_tui.core.problem import Kind, Problem

SCENARIOS = ("busy", "failing", "stuck", "green", "flaky-network", "huge")
THEMES = ("dark", "light", "colour-blind", "terminal")
SHORTEST, LONGEST = 1.0, 3600.0
DEFAULT_INTERVAL = 5.0
DEMO_INTERVAL = 1.0
MOST_RUNS = 10_000
DEMO_SPEED = 10.0


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        # argparse begins most of its messages with the word "argument", and lists every choice there is.
        told = message.removeprefix("argument ")
        raise Problem(Kind.BAD_SETTING, f"{told[:1].upper()}{told[1:]}.", f"See {self.prog} --help.")


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not SHORTEST <= seconds <= LONGEST:
        raise argparse.ArgumentTypeError(f"give seconds, {SHORTEST:g} to {LONGEST:g}")
    return seconds


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
        "-i", "--interval", type=_seconds, default=interval, metavar="SEC",
        help=f"seconds between polls, {SHORTEST:g} at least (default {interval:g})",
    )  # fmt: skip
    screen.add_argument(
        "--theme", choices=THEMES, default="dark", help="colours (default dark; T changes them)"
    )
    screen.add_argument("--read-only", action="store_true", help="neither cancel nor delete anything")
    screen.add_argument("--ascii", action="store_true", help="draw frames and signs with ASCII alone")
    screen.add_argument(
        "--calm", action=argparse.BooleanOptionalAction, default=None,
        help="tick every 5 s instead of every second (default over SSH)",
    )  # fmt: skip
    screen.add_argument(
        "--mouse", action=argparse.BooleanOptionalAction, default=None,
        help="mouse on or off (default on, off over SSH; %% changes it)",
    )  # fmt: skip


def _add_api_url(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--api-url", metavar="URL", help="base of the API (default https://api.currents.dev/v1)"
    )


def _add_project(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--project", metavar="ID", help="the project (default $CURRENTS_PROJECT_ID)")


def _limit(text: str) -> int:
    limit = int(text) if text.isascii() and text.isdigit() else 0
    if not 1 <= limit <= MOST_RUNS:
        raise argparse.ArgumentTypeError(f"give a number from 1 to {MOST_RUNS}")
    return limit


def screen_parser() -> argparse.ArgumentParser:
    """`currents-tui [RUN…]`."""
    parser = _Parser(
        prog="currents-tui",
        usage="currents-tui [options] [RUN ...]\n"
        "       currents-tui demo [options]\n"
        "       currents-tui runs [options]\n"
        "       currents-tui cancel [options] RUN ...\n"
        "       currents-tui delete [options] RUN ...",
        description="Watch Currents runs live in the terminal.",
        epilog="currents-tui demo shows it on a simulated project: no key, no network."
        " The key is read from CURRENTS_API_KEY.",
    )
    parser.add_argument(
        "runs", nargs="*", metavar="RUN",
        help="a run's id, the address of its page, or @ and its CI build id; without one, $CURRENTS_RUN_ID,"
        " else the run of $CURRENTS_CI_BUILD_ID, else the project's runs",
    )  # fmt: skip
    _add_project(parser)
    _add_api_url(parser)
    parser.add_argument("--version", action="version", version=f"currents-tui {__version__}")
    _add_screen_options(parser, DEFAULT_INTERVAL)
    return parser


def demo_parser() -> argparse.ArgumentParser:
    """`currents-tui demo`."""
    parser = _Parser(
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


def deed_parser(verb: str) -> argparse.ArgumentParser:
    """`currents-tui cancel RUN…` or, with `verb` "delete", `currents-tui delete RUN…`."""
    does = (
        "Cancel runs: what runs is finished, what waits never starts."
        if verb == "cancel"
        else "Delete runs that are over, for everyone and for ever."
    )
    parser = _Parser(
        prog=f"currents-tui {verb}",
        description=f"{does} Shows what will happen and asks first."
        " What became of each run goes to standard output, everything else to standard error.",
    )
    parser.add_argument(
        "runs", nargs="+", metavar="RUN", help="a run's id, the address of its page, or @ and a CI build id"
    )
    _add_project(parser)
    parser.add_argument("-y", "--yes", action="store_true", help="do not ask; needed where nobody can answer")
    parser.add_argument("--dry-run", action="store_true", help="show what would happen, and do nothing")
    if verb == "cancel":
        parser.add_argument(
            "--if-running", action="store_true", help="a run that is over already is no failure (10)"
        )
    _add_api_url(parser)
    return parser


def runs_parser() -> argparse.ArgumentParser:
    """`currents-tui runs`."""
    parser = _Parser(
        prog="currents-tui runs",
        description="List the project's runs, newest first: aligned on a terminal, else with tabs.",
    )
    _add_project(parser)
    for letter, name, of in (
        ("b", "branch", "of this branch"),
        ("t", "tag", "with this tag"),
        ("a", "author", "of this commit author"),
        ("s", "status", "running, failing, passed, failed, in_progress, complete, canceled or timeout"),
    ):
        parser.add_argument(
            f"-{letter}", f"--{name}", action="append", default=[], help=f"runs {of}; may be repeated"
        )
    parser.add_argument(
        "--search", default="", metavar="TEXT", help="part of the commit message or of the CI build id"
    )
    parser.add_argument(
        "-n", "--limit", type=_limit, default=20, metavar="N", help="how many at most (default 20)"
    )
    parser.add_argument("--json", action="store_true", help="one JSON array")
    _add_api_url(parser)
    return parser
