"""``netmon check --diff``: what differs between two directories, and what follows of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from netmon.cli.root import program
from tests.unit.config.test_inventory import SMALL

NEW = SMALL.replace("community: demo", "community: other") + "monitor: {node: core-1}\n"
SECOND = """
tenants:
  - {id: fin, name: Finance Bureau, kind: department}
nodes:
  - {id: agg-1, name: Agg, site: dc, role: aggregation, address: 192.0.2.2, credential: ro}
lines:
  - {id: BB-1, name: Trunk, kind: backbone, bandwidth: 1G,
     a: {node: core-1, interface: GE0/0/9}, z: {node: agg-1, interface: GE0/0/9}}
  - {id: LN-2, name: Line 2, kind: access, bandwidth: 100M, tenant: fin,
     a: {node: agg-1, interface: GE0/0/1}, z: {site: dc}}
"""


def inventory(folder: Path, *texts: str) -> Path:
    folder.mkdir()
    for number, text in enumerate(texts):
        (folder / f"{number}.yaml").write_text(text, "utf-8")
    return folder


def diff(new: Path, old: Path, *more: str) -> Result:
    arguments = ["check", "--inventory", str(new), "--diff", str(old), *more]
    return CliRunner().invoke(program, arguments)


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    without_trunk = "\n".join(SECOND.splitlines()[:6] + SECOND.splitlines()[8:])
    old = inventory(tmp_path / "old", SMALL + "monitor: {node: core-1}\n", SECOND)
    return inventory(tmp_path / "new", NEW, without_trunk), old


def test_what_differs_is_followed_by_what_follows(folders: tuple[Path, Path]):
    shown = diff(*folders, "--lang", "en")
    assert shown.exit_code == 0
    lines = shown.stdout.splitlines()
    assert lines[0] == "~ credential:ro (community)"
    assert "- line:BB-1" in lines
    consequences = [line for line in lines if line.startswith("! ")]
    assert consequences[0] == "! LN-2 Line 2: no way leads from netmon to agg-1 any more"
    assert "! agg-1 Agg: no way leads from netmon to it any more" in consequences
    assert "! core-1 Core: asked anew who it is and what it has (credential, lines)" in consequences
    assert consequences[-1].startswith("! metrics: about ")
    assert lines.index(consequences[0]) > lines.index("- line:BB-1")
    assert shown.stderr == "0 added, 1 removed, 3 changed\n"


def test_it_is_said_in_chinese_and_as_json_too(folders: tuple[Path, Path]):
    chinese = diff(*folders, "--lang", "zh")
    assert "! agg-1 Agg:netmon 到它已没有通路" in chinese.stdout.replace("：", ":")
    told = json.loads(diff(*folders, "--json").stdout)
    assert {"how": "removed", "ref": "line:BB-1", "what": []} in told["changes"]
    effects = [one["effect"] for one in told["consequences"]]
    assert effects == ["line_cut_off", "node_cut_off", "asked_anew", "asked_anew", "series"]
    assert told["consequences"][0]["params"] == {"node": "agg-1"}


def test_a_credentials_own_words_are_never_shown(folders: tuple[Path, Path]):
    for more in ((), ("--json",)):
        shown = diff(*folders, *more)
        assert "other" not in shown.stdout.replace("all others", "")
        assert "demo" not in shown.stdout


def test_the_same_directory_has_neither(folders: tuple[Path, Path]):
    shown = diff(folders[0], folders[0], "--lang", "en")
    assert (shown.stdout, shown.stderr) == ("", "0 added, 0 removed, 0 changed\n")


def test_of_many_consequences_of_a_kind_a_dozen_is_shown(tmp_path: Path):
    def tails(text: str) -> str:
        return text + "".join(
            f"  - {{id: T-{n}, name: T, kind: access, bandwidth: 1M, "
            f"a: {{node: agg-1, interface: GE1/0/{n}}}, z: {{site: dc}}}}\n"
            for n in range(20)
        )

    old = inventory(tmp_path / "a", SMALL + "monitor: {node: core-1}\n", tails(SECOND))
    trunkless = SECOND.splitlines()
    new = inventory(
        tmp_path / "b",
        SMALL + "monitor: {node: core-1}\n",
        tails("\n".join(trunkless[:6] + trunkless[8:]) + "\n"),
    )
    lines = diff(new, old, "--lang", "en").stdout.splitlines()
    cut = [line for line in lines if line.endswith("no way leads from netmon to agg-1 any more")]
    assert len(cut) == 12
    assert "  … and 9 more" in lines
