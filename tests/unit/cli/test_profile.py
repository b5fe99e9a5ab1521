"""``netmon profile``: what it writes, what it says, and how it ends."""

from __future__ import annotations

import json
import shutil

import pytest
from click.testing import CliRunner

from netmon.cli.root import program
from netmon.config.profiles import known_profiles, load_profiles
from tests.conftest import ROOT

GOLDEN = ROOT / "tests" / "golden"
RECORDING = GOLDEN / "proposals" / "synthetic-room-unit.snmprec"
EXPORTER = GOLDEN / "imports" / "synthetic.yml"


@pytest.fixture
def inventory(tmp_path):
    shutil.copytree(ROOT / "inventory", tmp_path / "inventory")
    return tmp_path / "inventory"


def netmon(inventory, *arguments):
    clean = {"LC_ALL": "C", "NETMON_SNMP_COMMUNITY": "any", "LANGUAGE": None}
    words = ["--inventory", str(inventory), "profile", *map(str, arguments)]
    return CliRunner(env=clean).invoke(program, words)


def test_a_proposal_goes_to_stdout_and_a_word_about_it_to_stderr(inventory):
    ended = netmon(inventory, "new", "--from", RECORDING, "--id", "example-room")
    assert ended.exit_code == 0
    assert ended.stdout == RECORDING.with_suffix(".expected.yaml").read_text("utf-8")
    assert ended.stderr == "example-room: 10 objects to be read, 3 tables; 2 tables left out\n"


def test_a_proposal_in_the_inventory_is_a_profile_and_can_be_made_anew(inventory):
    to = inventory / "profiles" / "our-room.yaml"
    assert netmon(inventory, "new", "--from", RECORDING, "-o", to).exit_code == 0
    first = to.read_text("utf-8")
    assert "our-room" in known_profiles(inventory)
    refused = netmon(inventory, "new", "--from", RECORDING, "-o", to)
    assert (refused.exit_code, refused.stderr) == (
        1, f"netmon: {to} is there already; --force writes over it\n",
    )  # fmt: skip
    assert netmon(inventory, "new", "--from", RECORDING, "-o", to, "--force").exit_code == 0
    assert to.read_text("utf-8") == first


def test_modules_are_imported_into_the_inventory_and_what_became_of_each_is_told(inventory):
    ended = netmon(inventory, "import", EXPORTER)
    assert ended.exit_code == 0
    assert [*(inventory / "profiles").iterdir()] == [inventory / "profiles" / "example-pdu.yaml"]
    assert "example-pdu" in known_profiles(inventory)
    lines = ended.stdout.splitlines()
    assert lines[0] == "example-pdu: 11 taken over, 1 name rows, 2 read already, 5 left out"
    assert "only-interfaces: 0 taken over, 0 name rows, 1 read already, 0 left out" in lines
    assert "1 credential is not taken over" in ended.stderr
    assert "not-to-be-taken-over" not in ended.stdout + ended.stderr
    again = netmon(inventory, "import", EXPORTER, "--force")
    assert again.stdout == ended.stdout


def test_the_user_says_which_devices_a_module_is_for(inventory, tmp_path):
    options = ("--module", "example_pdu", "-o", tmp_path / "out")
    ended = netmon(inventory, "import", EXPORTER, *options, "--object-id", "1.3.6.1.4.1.99999.2")
    assert ended.exit_code == 0
    [profile] = load_profiles(tmp_path / "out").by_id.values()
    assert [str(oid) for clause in profile.match for oid in clause.object_ids] == [
        "1.3.6.1.4.1.99999.2"
    ]


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["import", EXPORTER, "--module", "example_pd"], 1, 'did you mean "example_pdu"?'),
        (["import", EXPORTER, "--has", "1.x"], 2, '--has: "1.x" is not an object identifier'),
        (["import", EXPORTER, "--has", "1.3.6"], 1, "name it by --module"),
        (["import", RECORDING], 2, "not valid YAML|there is no module"),
        (["import", "none.yml"], 2, "none.yml: cannot be read"),
        (["new", "--from", "none.snmprec"], 2, "none.snmprec: cannot be read"),
        (["new", "--from", RECORDING, "--id", "Room 1"], 2, '--id: "Room 1" is not a profile id'),
        (["new"], 2, "--from is missing"),
        (["lst"], 2, 'there is no command "lst"; did you mean "list"?'),
    ],
)
def test_a_mistake_is_one_line_and_the_right_code(inventory, arguments, code, says):
    ended = netmon(inventory, *arguments)
    assert ended.exit_code == code
    assert ended.stderr.count("\n") == 1
    assert any(word in ended.stderr for word in says.split("|"))


def test_the_list_has_every_profile(inventory):
    netmon(inventory, "import", EXPORTER)
    listed = netmon(inventory, "list", "--json")
    found = {p["id"]: p for p in json.loads(listed.stdout)}
    assert found.keys() == known_profiles(inventory).by_id.keys()
    assert found["if-mib"]["always"]
    assert found["example-pdu"]["match"] == [{"has": ["1.3.6.1.4.1.99999.2.1.1.0"]}]
    table = netmon(inventory, "list")
    assert table.exit_code == 0
    assert "ups-mib" in table.stdout
