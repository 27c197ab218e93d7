"""How the tests are run."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import settings

from tests import guards

# How long an example takes is the benchmark's business: here it depends on what else the machine does.
settings.register_profile("at any speed", deadline=None)
settings.load_profile("at any speed")

# In the background of a script SIGINT is ignored, and all that is started from here would inherit that.
signal.signal(signal.SIGINT, signal.default_int_handler)

sys.addaudithook(guards.refuse_keys_in_arguments)


@pytest.fixture(scope="session", autouse=True)
def keyless_output() -> Iterator[None]:
    """Whatever a test reads of a process's output holds no key, also where it does not look for one."""
    communicate = subprocess.Popen.communicate

    def looked_at(self: subprocess.Popen[Any], *arguments: Any, **named: Any) -> tuple[Any, Any]:
        told = communicate(self, *arguments, **named)
        guards.assert_keyless(*told)
        return told

    # `subprocess.run` has no other place where all that was written comes by.
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(subprocess.Popen, "communicate", looked_at)
        yield


@pytest.fixture
def capsys(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> pytest.CaptureFixture[str]:
    """What the test itself prints, and a verb that it calls: likewise."""
    readouterr = capsys.readouterr

    def looked_at() -> Any:
        told = readouterr()
        guards.assert_keyless(*told)
        return told

    monkeypatch.setattr(capsys, "readouterr", looked_at)
    return capsys


def pytest_xdist_auto_num_workers() -> int:
    """Two for each core: most of the tests' time passes in waiting for a terminal or a server."""
    return 2 * (os.cpu_count() or 1)
