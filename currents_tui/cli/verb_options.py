"""What can be said behind a verb. Imports nothing heavy: --help and a typing error answer at once."""

import argparse

from currents_tui.cli.options import (
    DEFAULT_INTERVAL,
    SHORTEST,
    Parser,
    add_service_options,
    duration,
    seconds,
)

MOST_RUNS = 10_000
SHELLS = ("bash", "zsh", "fish")
TOPICS = ("exit-codes", "environment", "keys", "events", "man")
_RUN_HELP = (
    "a run's id or, in the project, its first 6 digits, the address of its page or of one of its specs, or @"
    " and its CI build id; without one, $CURRENTS_RUN_ID, else the run of $CURRENTS_CI_BUILD_ID, else the"
    " newest of the git branch"
)

_VERDICTS = (
    "whose verdict is running (all in progress), failing, passed, failed, in_progress, complete, canceled"
    " or timeout"
)


def _limit(text: str) -> int:
    limit = int(text) if text.isascii() and text.isdigit() else 0
    if not 1 <= limit <= MOST_RUNS:
        raise argparse.ArgumentTypeError(f"give a number from 1 to {MOST_RUNS}")
    return limit


def _parser(verb: str, description: str) -> argparse.ArgumentParser:
    """The parser of a verb that asks the service."""
    parser = Parser(prog=f"currents-tui {verb}", description=description)
    add_service_options(parser)
    _add_read_only(parser)
    words = parser.add_argument_group("words")
    words.add_argument(
        "-q", "--quiet", action="store_true", help="say only what was asked for, and what went wrong"
    )
    words.add_argument(
        "-v", "--verbose", action="count", default=0, help="tell each request; -vv the settings as well"
    )
    return parser


def _add_read_only(parser: argparse.ArgumentParser) -> None:
    """Also for verbs that only read: whoever wraps all of them can always give it."""
    parser.add_argument(
        "--read-only", action="store_true", default=None, help="neither cancel nor delete anything"
    )


def watch_parser() -> argparse.ArgumentParser:
    """`currents-tui watch [RUN]`."""
    parser = _parser(
        "watch",
        "Follow a run to its end without a full screen, and end with its verdict as the exit status:"
        " 0 passed, 1 failed, 3 cancelled, 5 timed out.",
    )
    parser.add_argument("run", nargs="?", metavar="RUN", help=_RUN_HELP)
    parser.add_argument(
        "-i", "--interval", type=seconds, metavar="SEC",
        help=f"seconds between polls, {SHORTEST:g} at least (default {DEFAULT_INTERVAL:g})",
    )  # fmt: skip
    parser.add_argument(
        "--timeout", type=duration, metavar="TIME", help="stop watching after that long (8): 90s, 5m, 1h30m"
    )
    parser.add_argument("--fail-fast", action="store_true", help="stop watching at the first failed test (1)")
    parser.add_argument(
        "--wait-for-start", type=duration, metavar="TIME",
        help="how long to wait for a run that is not there yet (7), or of which nothing has started (8)",
    )  # fmt: skip
    parser.add_argument(
        "--fail-on-stuck", type=duration, metavar="TIME",
        help="stop watching when a spec, or the whole run, was silent for that long (9)",
    )  # fmt: skip
    parser.add_argument(
        "--json", action="store_true", help="one JSON object for each change (see currents-tui help events)"
    )
    _add_no_exit_status(parser)
    return parser


def _add_no_exit_status(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--no-exit-status",
        action="store_true",
        help="0 whatever becomes of the run, and where it is still running; trouble keeps its status",
    )


def status_parser() -> argparse.ArgumentParser:
    """`currents-tui status [RUN]`."""
    parser = _parser(
        "status", "How a run is now, in one look; the exit status is its verdict (8 while it is running)."
    )
    parser.add_argument("run", nargs="?", metavar="RUN", help=_RUN_HELP)
    how = parser.add_mutually_exclusive_group()
    how.add_argument(
        "--json", nargs="?", const="", metavar="FIELDS",
        help="one JSON object: all of it, or the fields that are named, with commas between them",
    )  # fmt: skip
    how.add_argument(
        "--format", metavar="TEMPLATE", help="a line of your own: '{state} {specs.done}/{specs.total}'"
    )
    _add_no_exit_status(parser)
    return parser


def failures_parser() -> argparse.ArgumentParser:
    """`currents-tui failures [RUN]`."""
    parser = _parser(
        "failures",
        "The failed and flaky tests of a run: their errors, artifacts, and the command that repeats them.",
    )
    parser.add_argument("run", nargs="?", metavar="RUN", help=_RUN_HELP)
    parser.add_argument("--format", choices=("text", "md", "json"), default="text", help="default text")
    return parser


def diff_parser() -> argparse.ArgumentParser:
    """`currents-tui diff RUN [RUN2]`."""
    parser = _parser(
        "diff", "What is newly failing, still failing, fixed and flaky in RUN, compared with RUN2."
    )
    parser.add_argument("run", nargs="?", metavar="RUN", help=_RUN_HELP)
    parser.add_argument(
        "other", nargs="?", metavar="RUN2",
        help="the run before; without one, the newest finished run of the same branch that is older,"
        " else of the default branch",
    )  # fmt: skip
    parser.add_argument("--json", action="store_true", help="one JSON object")
    return parser


def cancel_parser() -> argparse.ArgumentParser:
    """`currents-tui cancel RUN…`."""
    parser = _deed_parser("cancel", "Cancel runs: what runs is finished, what waits never starts.")
    parser.add_argument(
        "--if-running", action="store_true", help="a run that is over already is no failure (10)"
    )
    return parser


def delete_parser() -> argparse.ArgumentParser:
    """`currents-tui delete RUN…`."""
    return _deed_parser("delete", "Delete runs that are over, for everyone and for ever.")


def _deed_parser(verb: str, does: str) -> argparse.ArgumentParser:
    parser = _parser(
        verb,
        f"{does} Shows what will happen and asks first."
        " What became of each run goes to standard output, everything else to standard error.",
    )
    parser.add_argument(
        "runs", nargs="+", metavar="RUN",
        help="a run's id, the address of its page or of one of its specs, or @ and a CI build id",
    )  # fmt: skip
    parser.add_argument("-y", "--yes", action="store_true", help="do not ask; needed where nobody can answer")
    parser.add_argument("--dry-run", action="store_true", help="show what would happen, and do nothing")
    return parser


def runs_parser() -> argparse.ArgumentParser:
    """`currents-tui runs`."""
    parser = _parser("runs", "List the project's runs, newest first: aligned on a terminal, else with tabs.")
    for letter, name, of in (
        ("b", "branch", "of this branch"),
        ("t", "tag", "with this tag"),
        ("a", "author", "of this commit author"),
        ("s", "status", _VERDICTS),
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
    return parser


def doctor_parser() -> argparse.ArgumentParser:
    """`currents-tui doctor`."""
    return _parser(
        "doctor",
        "Look at the key, the service, the network and this terminal. What it prints holds neither the key"
        " nor a project's data: it is safe to paste into a bug report.",
    )


def config_parser() -> argparse.ArgumentParser:
    """`currents-tui config path|show`."""
    parser = Parser(
        prog="currents-tui config",
        description="path: where the settings file is. show: every setting, and where its value comes from;"
        " never the key.",
    )
    parser.add_argument("what", metavar="path|show", choices=("path", "show"))
    add_service_options(parser)
    _add_read_only(parser)
    return parser


def completion_parser() -> argparse.ArgumentParser:
    """`currents-tui completion SHELL`."""
    parser = Parser(
        prog="currents-tui completion",
        description="Print the completion of verbs and options: source <(currents-tui completion bash)",
    )
    parser.add_argument("shell", choices=SHELLS)
    return parser


def help_parser() -> argparse.ArgumentParser:
    """`currents-tui help [TOPIC]`."""
    parser = Parser(prog="currents-tui help", description="What the exit statuses mean, and so on.")
    parser.add_argument("topic", nargs="?", metavar="TOPIC", help="a verb, or " + ", ".join(TOPICS))
    return parser
