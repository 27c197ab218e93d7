"""Several answers read at once, in a process that has read none before."""

import subprocess
import sys
from pathlib import Path

import pytest

_MANY_AT_ONCE = """
import json, sys, threading
from currents_tui.api.decode import read_run
from currents_tui.api.decode_instance import read_instance
from currents_tui.api.decode_list import read_project_page, read_run_page
from tests.instances import INSTANCE_ID, enveloped, playwright_2

instance = enveloped(playwright_2())
run = {"runId": "6f3b9c0e51d2a8b4", "meta": {"commit": {"branch": 5}}, "specs": [{"spec": "a"}]}
page = enveloped([run])
reads = [
    lambda: read_instance(instance, INSTANCE_ID),
    lambda: read_run(enveloped(run), run["runId"]),
    lambda: read_run_page(page),
    lambda: read_project_page(enveloped([{"projectId": "abc", "name": 5}])),
]
sys.setswitchinterval(1e-6)
start = threading.Barrier(8)


def read(number):
    start.wait()
    reads[number % len(reads) if sys.argv[1] == "mixed" else 0]()


threads = [threading.Thread(target=read, args=(number,)) for number in range(8)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
"""


@pytest.mark.parametrize("sort", ["mixed", "instances"] * 3)
def test_several_threads_meet_a_class_for_the_first_time(sort: str) -> None:
    root = Path(__file__).parents[2]
    ended = subprocess.run(
        [sys.executable, "-X", "faulthandler", "-c", _MANY_AT_ONCE, sort],
        cwd=root,
        capture_output=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr.decode()
