"""The API key, so wrapped that nothing shows it by accident."""

from collections.abc import Iterable
from urllib.parse import quote

from currents_tui.core.problem import Kind, Problem

_TYPED_HINT = "Copy it once more, the key alone: without quotes, and without the word Bearer."
_FILE_HINT = "When it comes from a file, take its first line only."


_held: set[str] = set()
"""Every key that this process has come to hold."""


def without_keys(text: str) -> str:
    """`text` without any key that this process has held: what a defect says may quote one."""
    return _without(text, _held)


def _without(text: str, secrets: Iterable[str]) -> str:
    forms = {form for secret in secrets for form in _forms(secret)}
    # One may be a part of another: of the longer one the rest would be left.
    for form in sorted(forms, key=len, reverse=True):
        text = text.replace(form, "***")
    return text


def _forms(secret: str) -> set[str]:
    """How `secret` is written: as it is, in an address, and in a literal of Python or JSON, also in one that
    stands in another. For most keys these are all the same.
    """
    forms = {secret, *(quote(secret, safe) for safe in ("", "/", _MAY_STAND))}
    for _ in range(2):
        escaped = {form.replace("\\", "\\\\") for form in forms}
        forms |= escaped | {form.replace(mark, f"\\{mark}") for form in escaped for mark in "'\"/"}
    return forms


_MAY_STAND = "!$&'()*+,;=:@/?"
"""What has a meaning in an address and may stand in it all the same."""


class Key:
    """An API key, and which setting said it, where that is known. Its `repr` and `str` are ***; only `reveal`
    gives what is inside.

    Raises `Problem` (BAD_KEY), which never quotes it, for what could not be sent as a header: HTTP
    libraries repeat such a value in their error messages.
    """

    __slots__ = ("_secret", "setting")

    def __init__(self, secret: str, *, setting: str = "") -> None:
        problem = _problem_with(secret)
        if problem is not None:
            secret = "***"  # noqa: S105  a traceback that shows locals would show the argument
            raise problem
        self._secret = secret
        self.setting = setting
        """What a person checks when it is refused; "" where nobody said it."""
        _held.add(secret)

    def __repr__(self) -> str:
        return "***"

    __str__ = __repr__

    def __reduce__(self) -> str:
        raise TypeError("a key is not written down")

    def reveal(self) -> str:
        """The key itself: for the header of a request, and nothing else."""
        return self._secret

    def hidden_in(self, text: str) -> str:
        """`text` without the key: servers repeat in their refusals what they were sent."""
        return _without(text, (self._secret,))


def _problem_with(secret: str) -> Problem | None:
    if not secret:
        return Problem(Kind.BAD_KEY, "The API key is empty.", "Set CURRENTS_API_KEY.")
    if "\n" in secret or "\r" in secret:
        return Problem(Kind.BAD_KEY, "The API key has a line break in it.", _FILE_HINT)
    if any(char < " " or char == "\x7f" for char in secret):
        return Problem(Kind.BAD_KEY, "The API key has a control character in it.", _TYPED_HINT)
    if not secret.isascii():
        return Problem(Kind.BAD_KEY, "The API key has a character in it that no key has.", _TYPED_HINT)
    if " " in secret:
        return Problem(Kind.BAD_KEY, "The API key has a blank in it.", _TYPED_HINT)
    return None
