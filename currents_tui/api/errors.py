"""What a status or an exception means, as a `Problem`: one sentence for a person, and what to do.

Nothing here repeats an exception's own text where that could hold a header, and so the key.
"""

import re
import ssl
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final
from urllib.parse import urlsplit

import httpx

from currents_tui.api.limits import Limits
from currents_tui.core.problem import Kind, Problem, Unconfirmed
from currents_tui.core.text import clip, plain

_ADDRESS_HINT = "Check the network, the proxy (HTTPS_PROXY) and the API address."
_TLS_HINT = "Check SSL_CERT_FILE and the system's clock; a company proxy may need its own certificate."
_TLS_WAITS = (ssl.SSLWantReadError, ssl.SSLWantWriteError)
_HOST_CELLS = 60


def from_status(
    status: int,
    words: str = "",
    *,
    what: str = "run",
    key_setting: str = "",
    location: str = "",
    retry_after: float | None = None,
    is_foreign: bool = False,
) -> Problem:
    """A status that is not a success. `words` are the service's own, `location` is where it points,
    `what` was asked for: a run, a project, the run of a build; `key_setting` says what the key is.
    `is_foreign` says that it is not the service that refuses, but a gateway or a firewall before it: that
    tells nothing of the key or the run.
    """
    said = f" The service says: {words}{'' if words.endswith(('.', '!', '?')) else '.'}" if words else ""

    def problem(kind: Kind, sentence: str, hint: str = "") -> Problem:
        return Problem(kind, sentence + said, hint, retry_after=retry_after)

    if 300 <= status < 400:
        return Problem(
            Kind.REFUSED,
            f"The service answered with a redirect ({status}) to {_place(location)}.",
            "Check the API address. Redirects are not followed, for the key goes to one place only.",
        )
    if is_foreign and status in (401, 403, 404):
        return _foreign(status)
    if status == 401:
        where = f"check {key_setting}." if key_setting else "see currents-tui doctor."
        return problem(
            Kind.KEY_REFUSED,
            "The API key was refused (401).",
            f"It is wrong, revoked or expired: {where}",
        )
    if status == 403:
        return problem(
            Kind.FORBIDDEN, "The API key may not do this (403).", "Ask an admin for its permission."
        )
    if status == 404:
        return problem(Kind.NOT_FOUND, *_NOT_FOUND[what])
    if status in (409, 422):
        return problem(Kind.CONFLICT, f"The run is not in a state for this ({status}).")
    if status == 429:
        return problem(Kind.RATE_LIMITED, "The service asks for fewer requests (429).")
    if status >= 500:
        return problem(Kind.SERVER, f"The service has a problem of its own ({status}).")
    return problem(Kind.REFUSED, f"The service refused the request ({status}).")


def _foreign(status: int) -> Problem:
    return Problem(
        Kind.BAD_ANSWER,
        f"Not the service answered, but something before it ({status}).",
        "Check the API address (…/v1) and the proxy; a gateway may say so for a moment.",
    )


_NOT_FOUND: Final = {
    "run": (
        "There is no such run, or not in this key's organization (404).",
        "Check the run's id, the key and the API address.",
    ),
    "project": (
        "There is no such project, or not in this key's organization (404).",
        "Check the project's id, the key and the API address.",
    ),
    "build": ("There is no run of this CI build in the project (404).", "Has it begun to record?"),
    "instance": (
        "There is no such execution of a spec file, or not in this key's organization (404).",
        "The results of old runs are not kept for ever.",
    ),
    "page": ("The service knows no such address (404).", "Check the API address (…/v1)."),
}


def judged(
    status: int,
    words: str = "",
    *,
    is_foreign: bool = False,
    is_denied: bool = False,
    key_setting: str = "",
    location: str = "",
    retry_after: float | None = None,
) -> Problem | None:
    """What the answer to a write means: None when it is done, `Unconfirmed` when it does not tell.

    `is_foreign` is as `from_status` has it: a login page can also come with a success.
    `is_denied` says that the body speaks of a failure, whatever the status.
    """
    if 200 <= status < 300:
        if is_foreign:
            return Unconfirmed(Kind.BAD_ANSWER, "Not the service answered, but a web page.")
        said = f": {words}" if words else "."
        return Unconfirmed(Kind.REFUSED, f"The service speaks of a failure{said}") if is_denied else None
    problem = from_status(
        status,
        words,
        key_setting=key_setting,
        location=location,
        retry_after=retry_after,
        is_foreign=is_foreign,
    )
    if status >= 500 or status == 408 or problem.kind is Kind.BAD_ANSWER:
        # A gateway gives up on a request that the service behind it may still carry out.
        return Unconfirmed(problem.kind, problem.sentence, problem.hint, retry_after=retry_after)
    return problem


def from_write(error: Exception, limits: Limits) -> Problem:
    """Whatever came out of the HTTP library while writing: certain only where nothing went out."""
    problem = from_exception(error, limits)
    if isinstance(error, Problem | httpx.ConnectError | httpx.ConnectTimeout | httpx.ProxyError):
        return problem
    return Unconfirmed(problem.kind, problem.sentence, problem.hint)


def from_exception(error: BaseException, limits: Limits) -> Problem:
    """Whatever came out of the HTTP library while asking."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    if isinstance(error, Problem):
        return error
    if isinstance(error, httpx.ConnectTimeout):
        return Problem(Kind.TIMEOUT, f"No connection to the service in {limits.connect:g} s.", _ADDRESS_HINT)
    if isinstance(error, httpx.TimeoutException | TimeoutError):
        return Problem(Kind.TIMEOUT, f"No whole answer from the service in {limits.exchange:g} s.")
    if _is_tls(error):
        return Problem(Kind.OFFLINE, "The service's certificate is not trusted, or TLS failed.", _TLS_HINT)
    for kinds, kind, sentence, hint in _EXCEPTIONS:
        if isinstance(error, kinds):
            return Problem(kind, sentence, hint)
    # Of an exception that nobody foresaw, the name is safe to tell and the text is not.
    return Problem(Kind.OFFLINE, f"The request could not be made ({type(error).__name__}).", _ADDRESS_HINT)


def from_set_up(error: Exception) -> Problem:
    """Whatever came out of the HTTP library before anything was asked: a proxy or a file is wrong."""
    if isinstance(error, ImportError):
        return Problem(
            Kind.BAD_SETTING,
            "The proxy settings name a SOCKS proxy, which is not supported.",
            "Unset ALL_PROXY (and HTTPS_PROXY, HTTP_PROXY), or name an http:// proxy.",
        )
    if isinstance(error, OSError):  # ssl.SSLError is one as well
        return Problem(
            Kind.BAD_SETTING,
            "The file of trusted certificates cannot be used.",
            "Check SSL_CERT_FILE and SSL_CERT_DIR.",
        )
    return Problem(
        Kind.BAD_SETTING,
        "The proxy settings cannot be used.",
        "Check HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY.",
    )


def read_retry_after(value: str | None, now: datetime) -> float | None:
    """Seconds to wait by a Retry-After header: a number of them, or a date. Junk is None.

    How long is waited in the end is for whoever waits.
    """
    if not value:
        return None
    value = value.strip()
    if re.fullmatch(r"[0-9]{1,9}", value):
        return float(value)
    try:
        at = parsedate_to_datetime(value)
        seconds = (at if at.tzinfo else at.replace(tzinfo=UTC)) - now
    except (ValueError, OverflowError, TypeError):
        return None
    return max(seconds.total_seconds(), 0.0)


_EXCEPTIONS: Final[tuple[tuple[tuple[type[BaseException], ...], Kind, str, str], ...]] = (
    ((httpx.ProxyError,), Kind.OFFLINE, "The proxy does not let the request through.", "Check HTTPS_PROXY."),
    ((httpx.ConnectError,), Kind.OFFLINE, "There is no connection to the service.", _ADDRESS_HINT),
    (
        (httpx.LocalProtocolError, UnicodeEncodeError),
        Kind.BAD_KEY,
        "The API key cannot be sent as it is.",
        "Copy it once more.",
    ),
    (
        (httpx.InvalidURL, httpx.UnsupportedProtocol),
        Kind.BAD_SETTING,
        "The API address cannot be used.",
        "It looks like https://api.currents.dev/v1.",
    ),
    (
        (httpx.RemoteProtocolError,),
        Kind.BAD_ANSWER,
        "The answer is cut off, or is not HTTP.",
        "Is the address that of a Currents API?",
    ),
    ((httpx.TransportError, OSError), Kind.OFFLINE, "The connection to the service broke.", _ADDRESS_HINT),
)


def _is_tls(error: BaseException) -> bool:
    cause: BaseException | None = error
    while cause is not None:
        # That TLS waits for more is no failure: every exchange over it does.
        if isinstance(cause, ssl.SSLError) and not isinstance(cause, _TLS_WAITS):
            return True
        cause = cause.__cause__ or cause.__context__
    return False


def _place(location: str) -> str:
    """The host of a redirect's target, and no more: its path or query may hold anything."""
    try:
        host = urlsplit(location).hostname
    except ValueError:
        host = None
    return clip(plain(host), _HOST_CELLS) if host else "another place on the same host"
