"""A module of an snmp_exporter in, the profile out, reviewed as a difference.

``UPDATE_GOLDEN=1`` rewrites the text; it changes only with the reason in the commit.
"""

from __future__ import annotations

import os
from pathlib import Path

from netmon.config.exporter.convert import Wanted, convert
from netmon.config.exporter.covered import covered
from netmon.config.exporter.module import read_exporter
from netmon.config.profiles import load_profiles, shipped
from netmon.core.poll_once import PolledTarget, poll_once
from netmon.model.inventory import Name, Role, SiteId, Target, TargetId
from netmon.model.oid import Oid
from netmon.model.wire import Credential, Peer, Version
from tests.agents.table import AgentTable

FILE = Path(__file__).parent / "imports" / "synthetic.yml"
GOLDEN = FILE.with_suffix(".example-pdu.yaml")
NOTHING = Wanted()
EX = "1.3.6.1.4.1.99999.2."


def imported(name: str, wanted: Wanted = NOTHING):
    modules = read_exporter(FILE).modules
    return convert(modules[name], covered(load_profiles()), wanted)


def test_a_module_gives_this_profile():
    text = imported("example_pdu").text
    if os.environ.get("UPDATE_GOLDEN"):
        GOLDEN.write_text(text, encoding="utf-8")
    assert text == GOLDEN.read_text(encoding="utf-8")


def test_no_metric_is_lost_without_a_word():
    made = imported("example_pdu")
    accounts = (made.taken, made.names, *made.covered.values(), *made.left_out.values())
    named = [name for names in accounts for name in names]
    modules = read_exporter(FILE).modules
    metrics = [metric.name for metric in modules["example_pdu"].metrics]
    assert sorted(named) == sorted([*metrics, "exPduFirmwareOk"])
    assert made.left_out == {
        "IF-MIB: netmon reads what it judges by, and not this": ["ifMtu"],
        "a moment in time": ["exPduLastReset"],
        "a text, and not a value": ["exPduModel", "exOutletMac"],
        "its patterns give constants: write states: for the texts": ["exPduFirmwareOk"],
    }
    assert "not-to-be-taken-over" not in made.text


def test_a_module_that_is_read_already_gives_none():
    made = imported("only_interfaces")
    assert (made.text, made.covered) == ("", {"if-mib": ["ifHCInOctets"]})


def test_the_profile_reads_what_the_module_read(tmp_path):
    (tmp_path / "example-pdu.yaml").write_text(GOLDEN.read_text("utf-8"), "utf-8")
    values = {
        "1.1.0": b"PDU 24", "1.2.0": 253, "1.3.0": 5, "1.4.0": 12, "1.6.0": b"\x40",
        "1.7.0": b"load=12.5%",
        "2.1.2.1.7": b"Rack 3", "2.1.3.1.7": 1250, "2.1.4.1.7": 1, "2.1.5.1.7": 3,
        "3.1.2.1": 9, "4.1.2.9": b"Group A",
        "5.1.2.65.49": 47, "5.1.3.65.49": 3.5, "6.1.2.1.192.0.2.1": 70,
    }  # fmt: skip
    agent = AgentTable({Oid.parse(EX + tail): value for tail, value in values.items()})
    agent.values[Oid.parse("1.3.6.1.2.1.1.3.0")] = 1
    peer = Peer("t", "192.0.2.1", 161, Credential("c", Version.V2C))
    target = Target(
        TargetId("t"), "device", Name("甲", "a"), SiteId("s"), Role.OTHER, peer.address,
        peer.credential,
    )  # fmt: skip
    stage = poll_once(peer, target, load_profiles(shipped(), tmp_path))
    while not isinstance(stage, PolledTarget):
        stage = stage.feed(agent.answer(stage.requests))
    told = {(r.sensor.metric, r.sensor.name): r.state or r.value for r in stage.facts.readings}
    assert told == {
        ("temperature_celsius", "inlet temperature"): 25.3,
        ("state", "status"): "failed",
        ("energy_joules_total", "energy"): 4_320_000,
        ("state", "alarms overload"): "off",
        ("state", "alarms fan failed"): "on",
        ("load_ratio", "firmware load"): 0.125,
        ("current_amperes", "Rack 3 current"): 1.25,
        ("state", "Rack 3 state"): "on",
        ("events_total", "Rack 3 switchings"): 3,
        ("humidity_ratio", "A1 humidity"): 0.47,
        ("pressure_pascals", "A1 pressure"): 3.5,
        ("count", "1.192.0.2.1 ex peer quality"): 70,
    }
