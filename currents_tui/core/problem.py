"""What can go wrong between a question and its answer, told to a person in one sentence."""

from enum import StrEnum

from currents_tui.core.text import Text, plain


class Kind(StrEnum):
    """What a failure means for what comes next: whether asking again can help, and how soon."""

    OFFLINE = "offline"
    """No connection, or it broke."""
    TIMEOUT = "timeout"
    """No whole answer within the time allowed."""
    KEY_REFUSED = "key refused"
    """401: the key is wrong, revoked or expired."""
    FORBIDDEN = "forbidden"
    """403: the key is right and may not do this."""
    NOT_FOUND = "not found"
    """404: no such run, or not in this organization."""
    CONFLICT = "conflict"
    """409 or 422: the run is not in a state in which this can be done."""
    RATE_LIMITED = "rate limited"
    """429."""
    SERVER = "server error"
    """5xx."""
    REFUSED = "refused"
    """Any other status that is not a success, redirects among them: none is followed."""
    BAD_ANSWER = "bad answer"
    """The answer is not what the API sends: no JSON, cut off, or no run in it."""
    TOO_LARGE = "too large"
    """The answer is larger than the limit."""
    BAD_KEY = "bad key"
    """No key, or one that cannot be sent; found before anything is asked."""
    BAD_SETTING = "bad setting"
    """A URL, id, proxy or file that cannot be used; found before anything is asked."""


class Problem(Exception):
    """Base of every failure that is foreseen.

    `sentence` says what happened, `hint` what to do about it; both are safe on a terminal, and neither
    ever holds the key. `retry_after` is in seconds, where the server asked for a pause.
    """

    def __init__(
        self, kind: Kind, sentence: str, hint: str = "", *, retry_after: float | None = None
    ) -> None:
        self.kind = kind
        self.sentence: Text = plain(sentence)
        self.hint: Text = plain(hint)
        self.retry_after = retry_after
        super().__init__(f"{self.sentence} {self.hint}".strip())


class Unconfirmed(Problem):
    """A write went out, and no answer says what became of it: it may have been carried out."""
