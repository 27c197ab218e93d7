"""On what is measured."""

import os
import platform
from pathlib import Path


def machine() -> str:
    """The processor, its cores, the system and Python: "Example CPU, 2 cores, Linux, Python 3.13.1"."""
    return ", ".join(
        (
            _processor(),
            f"{os.cpu_count() or 1} cores",
            platform.system(),
            f"Python {platform.python_version()}",
        )
    )


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, platform.processor() or platform.machine())
