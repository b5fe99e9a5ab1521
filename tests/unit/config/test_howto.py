from __future__ import annotations

import re
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path

import pytest

from netmon.config.fields import Reading, Wrong
from netmon.config.inventory import _TOP as COLLECTIONS
from netmon.config.inventory import load_inventory
from netmon.config.pattern import pattern
from netmon.config.strict_yaml import ScalarNode
from netmon.model.policy import DEFAULT_RULES, ENVIRONMENTS, Policy

DOCS = Path(__file__).parents[3] / "docs" / "howto"


@pytest.mark.parametrize("page", ["inventory.md", "inventory.zh-CN.md"])
def test_what_the_page_shows_is_an_inventory(page, tmp_path):
    text = (DOCS / page).read_text("utf-8")
    for i, block in enumerate(re.findall(r"^```yaml\n(.*?)^```", text, re.MULTILINE | re.DOTALL)):
        (tmp_path / f"{i}.yaml").write_text(block, "utf-8")
    found = load_inventory(tmp_path, None, {})
    assert found.lines
    assert all(f"{name}:" in text or f"`{name}`" in text for name in COLLECTIONS)


@pytest.mark.parametrize("page", ["syslog.md", "syslog.zh-CN.md"])
def test_the_rules_that_the_page_shows_are_right(page, tmp_path):
    text = (DOCS / page).read_text("utf-8")
    blocks = re.findall(r"^```yaml\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    (tmp_path / "rules.yaml").write_text(next(b for b in blocks if b.startswith("rules:")), "utf-8")
    site = "sites: [{id: dc, name: dc, kind: machine-room}]\n"
    (tmp_path / "site.yaml").write_text(site, "utf-8")
    assert len(load_inventory(tmp_path, None, {}).rules) == 3
    refused = re.findall(r"^\| `(.+?)` \| `(.+?)` \|", text, re.MULTILINE)
    assert len(refused) == 2
    for bad, good in refused:
        for written, right in ((bad, False), (good, True)):
            node = ScalarNode("f", 1, 1, written, plain=False)
            with nullcontext() if right else pytest.raises(Wrong):
                pattern(node, Reading(tmp_path, {}))


@pytest.mark.parametrize("page", ["machine-room.md", "machine-room.zh-CN.md"])
def test_the_limits_that_the_page_shows_are_the_defaults(page, tmp_path):
    [block] = re.findall(r"^```yaml\n(.*?)^```", (DOCS / page).read_text("utf-8"), re.M | re.S)
    (tmp_path / "room.yaml").write_text(block, "utf-8")
    found = load_inventory(tmp_path, None, {}).policy
    for condition, rule in found.rules.items():
        usual = DEFAULT_RULES[condition]
        asked = ENVIRONMENTS["gb50174"].get(condition, usual.limit)
        assert (condition, rule) == (condition, replace(usual, limit=asked))
    assert found.hot_within == Policy().hot_within
