from __future__ import annotations

import re
from pathlib import Path

import pytest

from netmon.config.inventory import _TOP as COLLECTIONS
from netmon.config.inventory import load_inventory

DOCS = Path(__file__).parents[3] / "docs" / "howto"


@pytest.mark.parametrize("page", ["inventory.md", "inventory.zh-CN.md"])
def test_what_the_page_shows_is_an_inventory(page, tmp_path):
    text = (DOCS / page).read_text("utf-8")
    for i, block in enumerate(re.findall(r"^```yaml\n(.*?)^```", text, re.MULTILINE | re.DOTALL)):
        (tmp_path / f"{i}.yaml").write_text(block, "utf-8")
    found = load_inventory(tmp_path, None, {})
    assert found.lines
    assert all(f"{name}:" in text or f"`{name}`" in text for name in COLLECTIONS)
