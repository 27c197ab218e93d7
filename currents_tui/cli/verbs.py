"""Every verb: where it is done, where its options are, and what it is for. Imports none of them."""

from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Final, NamedTuple, cast

if TYPE_CHECKING:
    import argparse

Run = Callable[[Sequence[str], Mapping[str, str], float], int]
"""(arguments, environment, when the program started by the monotonic clock) -> exit status."""


class Verb(NamedTuple):
    done_by: str
    """module:function"""
    options: str
    """module:function that makes its parser"""
    summary: str

    def load(self) -> Run:
        return cast(Run, _named(self.done_by))

    def parser(self) -> "argparse.ArgumentParser":
        return cast("Callable[[], argparse.ArgumentParser]", _named(self.options))()


def _named(place: str) -> object:
    module, _, name = place.partition(":")
    return getattr(import_module(f"currents_tui.cli.{module}"), name)


WITH_VALUE: Final = (
    "--profile", "--project", "--api-url", "-i", "--interval", "--theme", "--run-timeout", "--notify",
    "--pictures",
)  # fmt: skip
"""The options of the full screen behind which a value stands: that is no verb, whatever it says."""

SCREEN: Final = Verb("full_screen:watch", "options:screen_parser", "the full screen")

VERBS: Final[Mapping[str, Verb]] = {
    "demo": Verb("full_screen:demo", "options:demo_parser", "the screen on a simulated project"),
    "watch": Verb("watch_verb:watch", "verb_options:watch_parser", "follow a run to its end, line by line"),
    "status": Verb("status_verb:status", "verb_options:status_parser", "how a run is now"),
    "runs": Verb("runs:runs", "verb_options:runs_parser", "the project's runs"),
    "failures": Verb("failures_verb:failures", "verb_options:failures_parser", "what failed, and why"),
    "diff": Verb("diff_verb:diff", "verb_options:diff_parser", "what is newly failing, and what is fixed"),
    "cancel": Verb("deeds:cancel", "verb_options:cancel_parser", "cancel runs, after a question"),
    "delete": Verb("deeds:delete", "verb_options:delete_parser", "delete runs, after a question"),
    "doctor": Verb("doctor:doctor", "verb_options:doctor_parser", "look what could be wrong"),
    "config": Verb("config_verb:config", "verb_options:config_parser", "what is set, and where"),
    "completion": Verb("completion:completion", "verb_options:completion_parser", "for bash, zsh or fish"),
    "help": Verb(
        "help_verb:show_help", "verb_options:help_parser", "exit codes, environment, keys, events, manual"
    ),
}
