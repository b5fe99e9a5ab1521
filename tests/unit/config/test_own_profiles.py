"""A user's own profiles stand in ``profiles`` of the inventory."""

from __future__ import annotations

import shutil

import pytest

from netmon.config.inventory import load_inventory
from netmon.config.loader import Loader
from netmon.config.profiles import known_profiles, load_profiles
from netmon.model.errors import ConfigError
from tests.conftest import ROOT

OWN = """\
profile: {id}
match: [{{object_id: 1.3.6.1.4.1.99999}}]
scalars:
  - {{object: exTemperature, oid: 1.3.6.1.4.1.99999.1.0, metric: temperature_celsius}}
"""


@pytest.fixture
def inventory(tmp_path):
    shutil.copytree(ROOT / "inventory", tmp_path / "inventory")
    (tmp_path / "inventory" / "profiles").mkdir()
    return tmp_path / "inventory"


def put(inventory, name, text=None):
    (inventory / "profiles" / f"{name}.yaml").write_text(text or OWN.format(id=name), "utf-8")


def test_they_are_loaded_beside_the_shipped_ones_and_are_no_inventory(inventory):
    put(inventory, "our-ups")
    found = known_profiles(inventory)
    assert found.by_id.keys() == {*load_profiles().by_id, "our-ups"}
    assert load_inventory(inventory, list(found.by_id)).targets


def test_one_of_the_same_id_replaces_the_shipped_one(inventory):
    put(inventory, "ups-mib")
    found = known_profiles(inventory)
    assert [*found.by_id] == [*load_profiles().by_id]
    assert [s.object for g in found.by_id["ups-mib"].groups for s in g.reads] == ["exTemperature"]


def test_an_inventory_without_them_is_an_inventory(tmp_path):
    assert known_profiles(tmp_path / "none").by_id.keys() == load_profiles().by_id.keys()


def test_mistakes_are_told_with_their_place(inventory):
    put(inventory, "our-ups", OWN.format(id="our-ups").replace("metric", "metrik"))
    put(inventory, "other")
    (inventory / "profiles" / "late.yml").write_text("", "utf-8")
    with pytest.raises(ConfigError) as caught:
        known_profiles(inventory)
    late, wrong = map(str, caught.value.mistakes)
    folder = inventory / "profiles"
    assert late == f"{folder}/late.yml: only *.yaml is read; rename the file"
    assert wrong.startswith(f'{folder}/our-ups.yaml:4:57: unknown key "metrik"; did you mean')


def test_loading_again_takes_up_both_or_neither(inventory):
    put(inventory, "our-ups")
    loader = Loader(inventory)
    loader.load()
    first = loader.profiles
    loader.load()
    assert loader.profiles is first
    put(inventory, "our-pdu")
    (inventory / "broken.yaml").write_text("nodes: 1", "utf-8")
    with pytest.raises(ConfigError):
        loader.load()
    assert loader.profiles is first
    (inventory / "broken.yaml").unlink()
    loader.load()
    assert "our-pdu" in loader.profiles
