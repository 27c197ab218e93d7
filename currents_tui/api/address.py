"""Where the API is, and where the dashboard's pages about a run are."""

import re
from collections.abc import Mapping
from ipaddress import ip_address
from typing import NoReturn
from urllib.parse import SplitResult, quote, urlsplit

from currents_tui.core.problem import Kind, Problem

CLOUD = "https://api.currents.dev/v1"
_APPS = {"api.currents.dev": "app.currents.dev", "api-staging.currents.dev": "app-staging.currents.dev"}
_PORTS = {"https": 443, "http": 80}
_VERSION = "/v1"
_NETLOC = re.compile(r"(\[[0-9a-f:.]+\]|[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?)(:[0-9]+)?", re.IGNORECASE)
_PATH = re.compile(r"(/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)*/?")


class Address:
    """The base URL of the API, such as https://api.currents.dev/v1. The key goes to its origin alone.

    Raises `Problem` (BAD_SETTING), naming `setting`, for anything but https, or plain http to this
    machine. The URL is never quoted: somebody may have put a password into it.
    """

    __slots__ = ("host", "path", "port", "scheme", "setting")

    def __init__(self, url: str, *, setting: str = "") -> None:
        parts = _split(url, setting or "The API address")
        self.setting = setting
        """Where it was set; "" where it was not."""
        self.scheme = parts.scheme
        self.host = parts.hostname or ""
        """Lower case; an IPv6 address without its brackets."""
        self.port = parts.port if parts.port != _PORTS[parts.scheme] else None
        """None: the scheme's own."""
        self.path = parts.path.rstrip("/")

    def __str__(self) -> str:
        return self.origin + self.path

    def __repr__(self) -> str:
        return f"Address({str(self)!r})"

    @property
    def origin(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}" + (f":{self.port}" if self.port is not None else "")

    @property
    def web_base(self) -> str:
        """Where the dashboard is: the cloud has a host for it, a self-hosted service has one origin."""
        if self.scheme == "https" and self.port is None and self.host in _APPS:
            return f"https://{_APPS[self.host]}"
        return self.origin + self.path.removesuffix(_VERSION)

    def run_page(self, run_id: str) -> str:
        return f"{self.web_base}/run/{quote(run_id, safe='')}"

    def instance_page(self, instance_id: str) -> str:
        """The page of one spec file's execution."""
        return f"{self.web_base}/instance/{quote(instance_id, safe='')}"


def from_environment(
    environ: Mapping[str, str], flag: str | None = None, configured: Address | None = None
) -> Address:
    """The address by precedence: the flag, the environment, what is `configured`, then the cloud's.

    Currents' own tools disagree about CURRENTS_API_URL: it is the API with /v1 to some, and the host
    that takes recordings to others. So it counts only where it ends in /v1.
    """
    if flag is not None:
        return Address(flag, setting="--api-url")
    if own := environ.get("CURRENTS_TUI_API_URL"):
        return Address(own, setting="CURRENTS_TUI_API_URL")
    if rest := environ.get("CURRENTS_REST_API_URL"):
        return Address(rest.rstrip("/") + _VERSION, setting="CURRENTS_REST_API_URL")
    shared = environ.get("CURRENTS_API_URL", "")
    if shared.rstrip("/").endswith(_VERSION):
        return Address(shared, setting="CURRENTS_API_URL")
    return configured or Address(CLOUD)


def _split(url: str, setting: str) -> SplitResult:
    def refuse(trouble: str) -> NoReturn:
        raise Problem(Kind.BAD_SETTING, f"{setting} {trouble}.", f"It looks like {CLOUD}.") from None

    if not url:
        refuse("is empty")
    # urlsplit drops line breaks and tabs without a word.
    if not (url.isascii() and url.isprintable()) or " " in url:
        refuse("has a character in it that no address has")
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        refuse("is not a URL: its host or its port is malformed")
    if "@" in parts.netloc:
        refuse("has a user or a password in it; the key is all that is sent")
    if parts.scheme not in _PORTS:
        refuse("does not begin with https://")
    if port == 0 or not _NETLOC.fullmatch(parts.netloc) or (":" in host and not _is_ip(host)):
        refuse("is not a URL: its host or its port is malformed")
    if "?" in url or "#" in url:
        refuse("has a query or a fragment; it is the base of addresses")
    if not _PATH.fullmatch(parts.path):
        refuse("has a path that is not plain")
    if parts.scheme == "http" and not is_loopback(host):
        refuse("is plain http, which sends the key in the clear and is for this machine alone")
    return parts


def _is_ip(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def is_loopback(host: str) -> bool:
    """Whether `host` is this machine by its very name: 127.0.0.0/8, ::1 or localhost."""
    return host == "localhost" or (_is_ip(host) and ip_address(host).is_loopback)
