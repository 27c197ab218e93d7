"""How the tests are run."""

import os


def pytest_xdist_auto_num_workers() -> int:
    """Two for each core: most of the tests' time passes in waiting for a terminal or a server."""
    return 2 * (os.cpu_count() or 1)
