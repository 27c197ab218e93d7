"""Which of a project's runs are wanted: what a person types, and what that asks of the service.

The service filters, so that a run months old is found as well as one on the screen.
"""

import re
from collections.abc import Iterable, Sequence

from msgspec import Struct

from currents_tui.core.completion import completion
from currents_tui.core.filter_words import no_such_field, no_such_state
from currents_tui.core.model import FeedItem, Run
from currents_tui.core.problem import Kind, Problem
from currents_tui.core.verdict import run_verdict

STATUSES = ("RUNNING", "FAILING", "PASSED", "FAILED")
STATES = ("IN_PROGRESS", "COMPLETE", "CANCELED", "TIMEOUT")
_STATE_OF = {"RUNNING": "IN_PROGRESS", "FAILING": "IN_PROGRESS", "PASSED": "COMPLETE", "FAILED": "COMPLETE"}
"""In which completion state a status is the verdict: a run that was cancelled has passed nothing."""
SEARCH_LENGTH = 200
"""Characters of free text that the service takes, printable ASCII all of them."""
REMEMBERED = 500
"""Names of each sort that are kept to complete what is typed."""

_TERM = re.compile(r'(?:(b|branch|tag|by|author|st|status):)?(?:"([^"]*)"?|(\S+))')
_FIELDS = {"b": "branch", "branch": "branch", "tag": "tag", "by": "author", "author": "author", "st": "st"}
SHOWN_FIELDS = ("branch", "tag", "by", "st")
"""Those of them that a person is told of."""
_LAST_TERM = re.compile(r'(?:^|\s)(b|branch|tag|by|author|st|status):(?:(")([^"]*)|([^\s"]*))$')


class RunFilter(Struct, frozen=True):
    """Any of the branches and authors, all of the tags, any of the verdicts, and the words."""

    branches: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    """Verdicts, of which RUNNING is everything in progress."""
    states: tuple[str, ...] = ()
    """Completion states: beside the statuses, but for one that a status of it narrows."""
    search: str = ""
    """Part of the CI build id or of the commit's message."""

    @property
    def is_empty(self) -> bool:
        return self == ALL

    @property
    def verdicts(self) -> tuple[str, ...]:
        """The statuses that a run has to have as its verdict, unless its completion state is in `whole`."""
        return tuple(word for word in self.statuses if word != "RUNNING")

    @property
    def whole(self) -> tuple[str, ...]:
        """The completion states of which every run is wanted: no COMPLETE beside PASSED, which narrows it."""
        narrowed = {_STATE_OF[word] for word in self.verdicts}
        states = (word for word in self.states if word not in narrowed)
        return _unique([*(["IN_PROGRESS"] if "RUNNING" in self.statuses else []), *states])

    @property
    def asked_statuses(self) -> tuple[str, ...]:
        """What the service is asked for as the status: it takes both, and a run has to match both."""
        return () if self.whole else self.verdicts

    @property
    def asked_states(self) -> tuple[str, ...]:
        """What it is asked for as the completion state."""
        return _unique([*(_STATE_OF[word] for word in self.verdicts), *self.whole])

    def fits(self, run: Run) -> bool:
        """Whether the verdict on `run` is one that was asked for, whatever the service lists."""
        if not (self.statuses or self.states):
            return True
        return run_verdict(run).word in self.verdicts or completion(run) in self.whole

    def __str__(self) -> str:
        """As a person would type it."""
        terms = [
            *(f"branch:{_quoted(name)}" for name in self.branches),
            *(f"tag:{_quoted(name)}" for name in self.tags),
            *(f"by:{_quoted(name)}" for name in self.authors),
            *(f"st:{word.lower()}" for word in (*self.statuses, *self.states)),
            _quoted_search(self.search),
        ]
        return " ".join(filter(None, terms))


ALL = RunFilter()


class PageRequest(Struct, frozen=True):
    """A page beside what is known: the runs older than `after`, or those newer than `before`."""

    after: str = ""
    before: str = ""


def _quoted(name: str) -> str:
    return f'"{name}"' if re.search(r"\s", name) else name


def _quoted_search(words: str) -> str:
    """In quotes a word that looks like a field is none."""
    looks = any(no_such_field(word, ()) for word in words.split())
    return f'"{words}"' if looks and '"' not in words else words


def parse_run_filter(typed: str) -> RunFilter:
    """What was typed: `branch:` `tag:` `by:` `st:` and words. Quotes hold several words together.

    Raises `Problem` (BAD_SETTING) for a state or a field that there is not, and for words that the service
    would refuse.
    """
    found: dict[str, list[str]] = {"branch": [], "tag": [], "author": [], "st": [], "": []}
    for field, quoted, word in _TERM.findall(typed):
        if not field and (refused := no_such_field(word, SHOWN_FIELDS)):
            raise Problem(Kind.BAD_SETTING, refused)
        if text := quoted or word:
            found[_FIELDS.get(field, "st" if field == "status" else "")].append(text)
    words = [state for text in found["st"] for state in states_of(text)]
    return RunFilter(
        branches=_unique(found["branch"]),
        tags=_unique(found["tag"]),
        authors=_unique(found["author"]),
        statuses=_unique(word for word in words if word in STATUSES),
        states=_unique(word for word in words if word in STATES),
        search=checked_search(" ".join(found[""])),
    )


def checked_search(text: str) -> str:
    """`text`, if the service can search for it. Raises `Problem` (BAD_SETTING)."""
    if len(text) > SEARCH_LENGTH or not (text.isascii() and text.isprintable()):
        raise Problem(
            Kind.BAD_SETTING, f"The service searches for {SEARCH_LENGTH} characters of plain ASCII at most."
        )
    return text


def states_of(text: str) -> list[str]:
    """The statuses and completion states that begin with `text`: "fail" is FAILING and FAILED.

    Raises `Problem` (BAD_SETTING) when there is none.
    """
    wanted = _letters(text).replace("cancelled", "canceled")
    found = [word for word in (*STATUSES, *STATES) if wanted and _letters(word).startswith(wanted)]
    if not found:
        known = (word.lower() for word in (*STATUSES, *STATES))
        raise Problem(Kind.BAD_SETTING, no_such_state("run", text, known))
    return found


def _letters(word: str) -> str:
    return "".join(char for char in word.lower() if char.isalnum())


def _unique(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))


class Seen(Struct, frozen=True):
    """Names that were in the lists so far, the latest first: what is typed is completed from them."""

    branches: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()


def seen_in(items: Iterable[FeedItem], before: Seen) -> Seen:
    """What `items` bring, the latest of them first, and what was known `before`; the very same value where
    that comes to the same.
    """
    branches: list[str | None] = []
    tags: list[str | None] = []
    authors: list[str | None] = []
    for item in items:
        branches.append(item.meta.commit.branch)
        tags += item.tags
        authors.append(item.meta.commit.author_name)
    after = Seen(
        branches=_latest([*branches, *before.branches]),
        tags=_latest([*tags, *before.tags]),
        authors=_latest([*authors, *before.authors]),
    )
    return before if after == before else after


def _latest(names: Iterable[str | None]) -> tuple[str, ...]:
    return _unique(filter(None, names))[:REMEMBERED]


def completed(typed: str, seen: Seen) -> str | None:
    """`typed` with its last term completed to a name that was seen, or None."""
    last = _LAST_TERM.search(typed)
    if last is None:
        return None
    field, quote, in_quotes, bare = last.groups()
    begun = in_quotes if quote else bare
    before = typed[: last.end() - len(begun) - len(quote or "")]
    for name in _names(field, seen):
        if name.lower().startswith(begun.lower()) and name != begun:
            return f"{before}{_quoted(name) if not quote else f'{quote}{name}{quote}'}"
    return None


def _names(field: str, seen: Seen) -> Sequence[str]:
    match _FIELDS.get(field, "st"):
        case "branch":
            return seen.branches
        case "tag":
            return seen.tags
        case "author":
            return seen.authors
        case _:
            return [word.lower() for word in (*STATUSES, *STATES)]
