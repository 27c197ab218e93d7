"""Links to artifacts, signed as storage services sign them: anew at every answer.

Pictures and texts lead to the storage beside the simulated service, where there is one; videos and traces
lead nowhere.
"""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from urllib.parse import parse_qs

_CDN = "https://artifacts.currents.example"
_BUCKET = "https://storage.currents.example/currents-demo"
_KEPT: Final = (".png", ".md", ".txt")
_CDN_SECONDS: Final = 7_200
_BUCKET_SECONDS: Final = 259_200


@dataclass(frozen=True, slots=True)
class Signer:
    """Signs the links of one answer."""

    turn: int
    """Which answer of the server this is; no two have the same."""
    now_ms: int
    storage: str = ""
    """The address of the storage beside the service; "" where there is none."""

    def cdn(self, path: str) -> str:
        """A link that says when it expires."""
        expires = self.now_ms // 1000 + _CDN_SECONDS
        query = f"Expires={expires}&Key-Pair-Id=KDEMO&Signature={self._signature(path)}"
        return f"{self._base(path, _CDN)}/{path}?{query}"

    def bucket(self, path: str) -> str:
        """A link that says for how long it is good: three days, in seconds."""
        signed = datetime.fromtimestamp(self.now_ms // 1000, UTC).strftime("%Y%m%dT%H%M%SZ")
        query = f"X-Amz-Date={signed}&X-Amz-Expires={_BUCKET_SECONDS}&X-Amz-Signature={self._signature(path)}"
        return f"{self._base(path, _BUCKET)}/{path}?{query}"

    def _base(self, path: str, otherwise: str) -> str:
        return self.storage if self.storage and path.endswith(_KEPT) else otherwise

    def _signature(self, path: str) -> str:
        return "".join(f"{zlib.crc32(f'{part} {self.turn} {path}'.encode()):08x}" for part in range(4))


def is_granted(query: str, now_ms: int) -> bool:
    """Whether a link with that query is signed, and has not expired."""
    told = {name: values[0] for name, values in parse_qs(query).items()}
    if not (told.get("Signature") or told.get("X-Amz-Signature")):
        return False
    if re.fullmatch("[0-9]{1,11}", told.get("Expires", "")):
        return now_ms < int(told["Expires"]) * 1000
    try:
        signed = datetime.strptime(told["X-Amz-Date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        until = signed + timedelta(seconds=int(told["X-Amz-Expires"]))
    except (KeyError, ValueError, OverflowError):
        return False
    return now_ms < until.timestamp() * 1000
