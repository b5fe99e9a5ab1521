"""The reference pages say what the code does."""

from __future__ import annotations

import pytest

from tests.architecture.reference import FOLDER, pages


@pytest.mark.parametrize("name", sorted(pages()))
def test_a_reference_page_is_as_the_code_is(name: str) -> None:
    written = (FOLDER / name).read_text("utf-8")
    assert written == pages()[name], "run: python -m tests.architecture.reference"
