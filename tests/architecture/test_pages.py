"""Pages lead somewhere, and what the first one shows is an inventory."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from netmon.config.inventory import load_inventory
from tests.architecture.house import ROOT, tracked

PAGES = [p for p in tracked() if p.suffix == ".md"]
READMES = ("README.md", "README.zh-CN.md")


def _targets(page: Path) -> list[str]:
    text = re.sub(r"^```.*?^```", "", (ROOT / page).read_text("utf-8"), flags=re.M | re.S)
    links = re.findall(r"\]\(([^)\s]+)\)", re.sub(r"`[^`\n]*`", "", text))
    return [link.partition("#")[0] for link in links if "://" not in link]


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_every_link_leads_to_a_file_of_ours(page: Path) -> None:
    lost = [to for to in _targets(page) if to and not (ROOT / page.parent / to).exists()]
    assert lost == []


@pytest.mark.parametrize("page", READMES)
def test_the_readme_shows_a_right_inventory(page: str, tmp_path: Path) -> None:
    (block,) = re.findall(r"^```yaml\n(.*?)^```", (ROOT / page).read_text("utf-8"), re.M | re.S)
    (tmp_path / "all.yaml").write_text(block, "utf-8")
    found = load_inventory(tmp_path, None, {"NETMON_SNMP_COMMUNITY": "anything"})
    assert [*found.lines] == ["LN-0001"]


def test_both_readmes_show_the_same_commands() -> None:
    def commands(page: str) -> list[str]:
        blocks = re.findall(r"^```sh\n(.*?)^```", (ROOT / page).read_text("utf-8"), re.M | re.S)
        lines = "".join(blocks).replace(" --lang zh", "").splitlines()
        return [line.partition("#")[0].strip() for line in lines]

    english, chinese = map(commands, READMES)
    assert english == chinese


def test_a_decision_fits_on_a_page() -> None:
    records = [p for p in PAGES if p.parts[:2] == ("docs", "adr")]
    long = [p for p in records if len((ROOT / p).read_text("utf-8").splitlines()) > 60]
    numbers = [int(p.name[:4]) for p in records]
    assert long == []
    assert numbers == [*range(1, len(numbers) + 1)]
