"""Links to artifacts, signed as storage services sign them: anew at every answer."""

from __future__ import annotations

import zlib
from dataclasses import dataclass

_CDN = "https://artifacts.currents.example"
_BUCKET = "https://storage.currents.example/currents-demo"


@dataclass(frozen=True, slots=True)
class Signer:
    """Signs the links of one answer."""

    turn: int
    """Which answer of the server this is; no two have the same."""
    now_ms: int

    def cdn(self, path: str) -> str:
        """A link that says when it expires."""
        expires = self.now_ms // 1000 + 7200
        return f"{_CDN}/{path}?Expires={expires}&Key-Pair-Id=KDEMO&Signature={self._signature(path)}"

    def bucket(self, path: str) -> str:
        """A link that says for how long it is good: three days, in seconds."""
        return f"{_BUCKET}/{path}?X-Amz-Expires=259200&X-Amz-Signature={self._signature(path)}"

    def _signature(self, path: str) -> str:
        return "".join(f"{zlib.crc32(f'{part} {self.turn} {path}'.encode()):08x}" for part in range(4))
