"""What is set before anything is asked: the key, and which runs are meant."""

from collections.abc import Mapping, Sequence

from currents_tui.api.key import Key
from currents_tui.core.problem import Kind, Problem
from currents_tui.core.run_id import parse_run_id

VERBS = ("demo", "cancel", "delete")


def read_key(environ: Mapping[str, str]) -> Key:
    """The key of the environment. Raises `Problem` (BAD_KEY)."""
    if "CURRENTS_API_KEY" not in environ:
        raise Problem(
            Kind.BAD_KEY,
            "No API key: CURRENTS_API_KEY is not set.",
            "An organization's admin creates keys on the Currents dashboard; currents-tui demo needs none.",
        )
    return Key(environ["CURRENTS_API_KEY"])


def read_run_ids(named: Sequence[str]) -> tuple[str, ...]:
    """The runs that were named, each once. Raises `Problem` (BAD_SETTING)."""
    try:
        return tuple(dict.fromkeys(parse_run_id(run) for run in named))
    except Problem as problem:
        from difflib import get_close_matches

        meant = get_close_matches(named[0].lower(), VERBS, n=1)
        if not meant:
            raise
        raise Problem(problem.kind, problem.sentence, f"Did you mean currents-tui {meant[0]}?") from None
