"""What the filters of the specs and of the runs refuse alike, and how they say so."""

import re
from collections.abc import Iterable

from currents_tui.core.text import clip, plain

# With a slash behind the colon it is an address or a drive, with a dot or a slash before it a file.
_FIELD = r"!?([a-zA-Z][a-zA-Z_-]*):[^\s/\\]"


def no_such_field(word: str, fields: Iterable[str]) -> str:
    """Why `word`, in which none of `fields` was found, is refused; "" where it does not begin like one."""
    found = re.match(_FIELD, word)
    if found is None:
        return ""
    return f"There is no field {clip(plain(found[1]), 20)}: {' '.join(f'{name}:' for name in fields)}"


def no_such_state(what: str, typed: str, states: Iterable[str]) -> str:
    """That no run, or no spec, is ever in the state `typed`, and which `states` there are: in 80 cells."""
    return f"No {what} is “{clip(plain(typed), 20)}”: {' '.join(states)}"
