from __future__ import annotations

from ipaddress import IPv4Address

import pytest

from netmon.model.oid import Oid
from netmon.model.wire import Value
from netmon.snmp import ber, pdu
from netmon.snmp.layout import Layout, learn
from tests.agents.replies import VarBind, reply

ROW = Oid.parse("1.3.6.1.2.1.2.2.1.10.1")


def learnt(*varbinds: VarBind) -> Layout | None:
    data = reply(0x41000001, varbinds)
    at, end = pdu.find_pdu(data)
    return learn(data, at, end, pdu.read_response(data, at, end))


def read(layout: Layout | None, *varbinds: VarBind, request_id: int = 0x7A000000) -> object:
    assert layout is not None
    return layout.read(reply(request_id, varbinds))


@pytest.mark.parametrize("octets", range(1, 9))
@pytest.mark.parametrize("tag", [ber.INTEGER, ber.COUNTER64])
def test_numbers_of_every_width_are_read(tag: int, octets: int) -> None:
    low, high = 1 << 8 * (octets - 1), (1 << 8 * octets - 1) - 1
    low = 0 if octets == 1 else low
    layout = learnt((ROW, tag, low), (ROW, tag, high))
    assert read(layout, (ROW, tag, high), (ROW, tag, low)) == [high, low]


@pytest.mark.parametrize("octets", range(1, 5))
def test_unsigned_numbers_of_every_width_are_read(octets: int) -> None:
    for tag in (ber.COUNTER32, ber.GAUGE32, ber.TIME_TICKS, ber.UINTEGER32):
        high = (1 << 8 * octets - 1) - 1
        layout = learnt((ROW, tag, high))
        assert read(layout, (ROW, tag, high - 1)) == [high - 1]


def test_a_counter_with_its_leading_zero_octet_is_read() -> None:
    for tag, top in ((ber.COUNTER32, 2**32 - 1), (ber.COUNTER64, 2**64 - 1)):
        layout = learnt((ROW, tag, top))
        assert read(layout, (ROW, tag, top - 5)) == [top - 5]
        assert read(layout, (ROW, tag, top // 2)) is None


def test_a_negative_number_is_read_where_struct_has_its_width() -> None:
    for value in (-1, -128, -30000, -2_000_000_000, -(2**60)):
        layout = learnt((ROW, ber.INTEGER, value))
        assert read(layout, (ROW, ber.INTEGER, value + 1)) in ([value + 1], None)
        assert read(layout, (ROW, ber.INTEGER, value)) == [value]


def test_a_negative_number_of_an_odd_width_is_left_to_the_parser() -> None:
    for value in (-70_000, -(2**35), -(2**44), -(2**52)):
        assert learnt((ROW, ber.INTEGER, value)) is None


def test_a_change_of_sign_is_left_to_the_parser() -> None:
    layout = learnt((ROW, ber.INTEGER, 70_000))
    assert read(layout, (ROW, ber.INTEGER, -70_000)) is None


def test_strings_of_the_same_length_and_floats_are_read() -> None:
    name = (ROW, ber.OCTET_STRING, b"core-1")
    layout = learnt(name, (ROW, ber.OPAQUE, 1.5), (ROW, ber.OCTET_STRING, b""))
    again = read(layout, (ROW, ber.OCTET_STRING, b"edge-2"), (ROW, ber.OPAQUE, -2.25),
                 (ROW, ber.OCTET_STRING, b""))  # fmt: skip
    assert again == [b"edge-2", -2.25, b""]


@pytest.mark.parametrize(
    ("tag", "value", "other"),
    [
        (ber.OBJECT_IDENTIFIER, Oid.parse("1.3.6.1"), Oid.parse("1.3.6.2")),
        (ber.IP_ADDRESS, IPv4Address("127.0.0.1"), IPv4Address("127.0.0.2")),
        (ber.OPAQUE, b"1234567", b"1234568"),
    ],
)
def test_what_struct_cannot_make_must_not_change(tag: int, value: Value, other: Value) -> None:
    layout = learnt((ROW, tag, value), (ROW, ber.INTEGER, 5))
    assert read(layout, (ROW, tag, value), (ROW, ber.INTEGER, 6)) == [value, 6]
    assert read(layout, (ROW, tag, other), (ROW, ber.INTEGER, 6)) is None


def test_absence_is_none_and_its_end_is_seen() -> None:
    layout = learnt((ROW, ber.NO_SUCH_INSTANCE, None), (ROW, ber.GAUGE32, 5))
    assert read(layout, (ROW, ber.NO_SUCH_INSTANCE, None), (ROW, ber.GAUGE32, 6)) == [None, 6]
    assert read(layout, (ROW, ber.NO_SUCH_OBJECT, None), (ROW, ber.GAUGE32, 6)) is None


def test_another_name_tag_or_status_is_not_of_the_layout() -> None:
    layout = learnt((ROW, ber.GAUGE32, 5))
    assert layout is not None
    assert read(layout, (ROW, ber.COUNTER32, 5)) is None
    assert read(layout, (Oid.parse("1.3.6.1.2.1.2.2.1.10.2"), ber.GAUGE32, 5)) is None
    assert layout.read(reply(0x41000001, [(ROW, ber.GAUGE32, 5)], status=5)) is None
    assert layout.read(reply(0x41000001, [(ROW, ber.GAUGE32, 5)], version=0)) is None


def test_an_error_and_an_empty_answer_are_not_learnt() -> None:
    for data in (reply(0x41000001, [(ROW, ber.NULL, None)], status=5), reply(0x41000001, [])):
        at, end = pdu.find_pdu(data)
        assert learn(data, at, end, pdu.read_response(data, at, end)) is None


def test_a_request_id_of_another_width_is_not_learnt() -> None:
    content = ber.tlv(pdu.RESPONSE, bytes.fromhex("020117020100020100") + bytes.fromhex(
        "300f300d06082b06010201010300430105"))  # fmt: skip
    found = pdu.read_response(content, 0, len(content))
    assert found.values == [5]
    assert learn(content, 0, len(content), found) is None
