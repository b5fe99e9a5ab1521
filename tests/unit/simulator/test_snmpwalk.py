from __future__ import annotations

import bz2
from ipaddress import IPv4Address

import pytest

from netmon.model.errors import ConfigError
from netmon.model.oid import Oid
from netmon.simulator.snmpwalk import load, parse

WALK = """\
.1.3.6.1.2.1.1.1.0 = STRING: "Example \\"Power\\" 2
second line = yes"
.1.3.6.1.2.1.1.2.0 = OID: .1.3.6.1.4.1.99999.1
iso.3.6.1.2.1.1.3.0 = Timeticks: (12345) 0:02:03.45
.1.3.6.1.2.1.1.4.0 = ""
.1.3.6.1.2.1.1.7.0 = INTEGER: up(1)
.1.3.6.1.2.1.2.2.1.6.1 = Hex-STRING: 00 1B 2C 3D 4E 5F
.1.3.6.1.2.1.4.20.1.1.1 = IpAddress: 192.0.2.7
.1.3.6.1.4.1.99999.1.0 = INTEGER: -5 0.1 degrees
.1.3.6.1.4.1.99999.2.0 = Gauge32: 7
.1.3.6.1.4.1.99999.3.0 = Counter64: 18446744073709551615
.1.3.6.1.4.1.99999.4.0 = Opaque: Float: 1.500000
.1.3.6.1.4.1.99999.5.0 = No Such Object available on this agent at this OID
.1.3.6.1.4.1.99999.6.0 = 42
.1.3.6.1.4.1.99999.7.0 = Hex-STRING: 01 02
03 04
.1.3.6.1.4.1.99999.8.0 = BITS: 80 one(0)
.1.3.6.1.4.1.99999.9.0 = NULL
"""


def test_every_type_is_read_as_a_recording_has_it(tmp_path):
    (tmp_path / "walk.txt").write_text(WALK, "utf-8")
    (tmp_path / "walk.txt.bz2").write_bytes(bz2.compress(WALK.replace("\n", "\r\n").encode()))
    found = {str(o)[12:].lstrip("."): (tag, value) for o, tag, value in load(tmp_path / "walk.txt")}
    assert found == {
        "1.1.0": (4, b'Example "Power" 2\nsecond line = yes'),
        "1.2.0": (6, Oid.parse("1.3.6.1.4.1.99999.1")),
        "1.3.0": (67, 12345),
        "1.4.0": (4, b""),
        "1.7.0": (2, 1),
        "2.2.1.6.1": (4, bytes.fromhex("001b2c3d4e5f")),
        "4.20.1.1.1": (64, IPv4Address("192.0.2.7")),
        "99999.1.0": (2, -5),
        "99999.2.0": (66, 7),
        "99999.3.0": (70, 2**64 - 1),
        "99999.4.0": (68, b"\x9f\x78\x04\x3f\xc0\x00\x00"),
        "99999.6.0": (67, 42),
        "99999.7.0": (4, bytes([1, 2, 3, 4])),
        "99999.8.0": (4, b"\x80"),
    }
    assert load(tmp_path / "walk.txt.bz2") == load(tmp_path / "walk.txt")


def test_a_recording_is_read_by_the_same_door(tmp_path):
    (tmp_path / "a.snmprec").write_text("1.3.6.1.2.1.1.1.0|4|.1.3 = x\n", "utf-8")
    assert load(tmp_path / "a.snmprec") == [(Oid.parse("1.3.6.1.2.1.1.1.0"), 4, b".1.3 = x")]


def test_mistakes_are_told_all_with_their_lines():
    walk = (
        b'SNMPv2-MIB::sysDescr.0 = STRING: "x"\n.1.3.6.1.9.0 = Wrong: 1\n.1.3.6.1.8.0 = INTEGER: \n'
    )
    with pytest.raises(ConfigError) as caught:
        parse(walk, "w")
    assert [(m.line, m.message) for m in caught.value.mistakes] == [
        (1, "not a line of snmpwalk -On: OID = TYPE: value"),
        (2, "not a line of a recording: Wrong"),
        (3, "not a line of a recording: "),
    ]


@pytest.mark.parametrize("name", ["none", "cut.bz2"])
def test_a_file_that_cannot_be_read_is_a_mistake(tmp_path, name):
    (tmp_path / "cut.bz2").write_bytes(bz2.compress(b"x" * 99)[:20])
    with pytest.raises(ConfigError, match="cannot be read"):
        load(tmp_path / name)
