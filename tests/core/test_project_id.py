"""What can be a project's id, and so a part of a URL's path."""

import pytest

from currents_tui.core.problem import Kind, Problem
from currents_tui.core.project_id import is_project_id, parse_project_id


@pytest.mark.parametrize("text", ["Shop42", "a", "A-b_9", "x" * 64])
def test_what_can_be_one(text: str) -> None:
    assert is_project_id(text)
    assert parse_project_id(f" {text}\n", "--project") == text


@pytest.mark.parametrize("text", ["", "..", "a/b", "a?b", "-x", "ü", "x" * 65, "a b", "a\nb", "\x1b[2J"])
def test_what_cannot(text: str) -> None:
    assert not is_project_id(text)
    with pytest.raises(Problem) as caught:
        parse_project_id(text, "CURRENTS_PROJECT_ID")
    assert caught.value.kind is Kind.BAD_SETTING
    assert "CURRENTS_PROJECT_ID" in caught.value.sentence
    assert "\x1b" not in str(caught.value)
