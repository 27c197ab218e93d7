"""How many branches of a room are tested, and which are not."""

from typing import Any

import pytest

from tests.covered import covered


def file(taken: int, *missing: tuple[int, int]) -> dict[str, Any]:
    told = {"num_branches": taken + len(missing), "covered_branches": taken}
    return {"summary": told, "missing_branches": [list(one) for one in missing]}


FILES = {
    "currents_tui/api/a.py": file(9, (7, 9)),
    "currents_tui/api/b.py": file(20),
    "other.py": file(0, (1, 2)),
}


def test_all_files_of_a_room_count_and_no_others() -> None:
    share, missing = covered(FILES, "currents_tui/api/")
    assert share == pytest.approx(100 * 29 / 30)
    assert missing == ["currents_tui/api/a.py:7 to 9"]


def test_a_way_out_of_a_function_is_named() -> None:
    assert covered({"a.py": file(1, (7, -3))}, "a.py") == (50.0, ["a.py:7 to the end"])


def test_a_room_that_was_not_measured_is_no_success() -> None:
    with pytest.raises(AssertionError, match="nothing was measured"):
        covered(FILES, "currents_tui/core/")
