"""What is handed out: the source distribution, and the wheel that is built of it."""

from __future__ import annotations

import subprocess
import sys
import tarfile
from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.readme import ROOT, SHARE

BESIDE = {
    *("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md", "LICENSE"),
    *("pyproject.toml", "PKG-INFO", ".gitignore"),
}


def built(target: str, source: Path, into: Path) -> Path:
    # Without an environment of its own, which would need the network; .ci/run installs with one.
    command = [sys.executable, "-m", "hatchling", "build", "-t", target, "-d", str(into)]
    subprocess.run(command, cwd=source, check=True, capture_output=True)
    (package,) = into.iterdir()
    return package


def files(folder: Path) -> set[str]:
    return {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The source distribution, unpacked."""
    folder = tmp_path_factory.mktemp("source")
    with tarfile.open(built("sdist", ROOT, tmp_path_factory.mktemp("sdist"))) as archive:
        archive.extractall(folder, filter="data")
    (top,) = folder.iterdir()
    return top


def test_the_source_has_the_program_its_tests_and_what_is_to_be_read(source: Path) -> None:
    assert {path.name for path in source.iterdir()} == {"currents_tui", "tests", *BESIDE}
    assert files(source / "currents_tui") == files(ROOT / "currents_tui")
    assert {name for name in files(ROOT / "tests") if name.endswith((".py", ".sh"))} == files(
        source / "tests"
    )


def test_the_wheel_has_the_program_and_puts_the_rest_where_it_is_looked_for(
    source: Path, tmp_path: Path
) -> None:
    with ZipFile(built("wheel", source, tmp_path)) as wheel:
        names = set(wheel.namelist())
        shared = {name.partition(".data/data/share/")[2]: name for name in names if ".data/" in name}
        assert {name: wheel.read(place) for name, place in shared.items()} == {
            name: (SHARE / name).read_bytes() for name in files(SHARE)
        }
    program = {name for name in names if name.startswith("currents_tui/")}
    wanted = {f"currents_tui/{name}" for name in files(source / "currents_tui")}
    assert program == {name for name in wanted if not name.startswith("currents_tui/share/")}
    assert {name.partition(".dist-info/")[2] for name in names - program - {*shared.values()}} == {
        *("METADATA", "WHEEL", "RECORD", "entry_points.txt", "licenses/LICENSE")
    }
