"""How the tests are run."""

import os

from hypothesis import settings

# How long an example takes is the benchmark's business: here it depends on what else the machine does.
settings.register_profile("at any speed", deadline=None)
settings.load_profile("at any speed")


def pytest_xdist_auto_num_workers() -> int:
    """Two for each core: most of the tests' time passes in waiting for a terminal or a server."""
    return 2 * (os.cpu_count() or 1)
