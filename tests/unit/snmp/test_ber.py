from __future__ import annotations

import math
from ipaddress import IPv4Address

import pytest

from netmon.model.oid import Oid
from netmon.snmp import ber
from netmon.snmp.ber import DECODERS, Malformed


def test_integers_are_read_with_their_sign() -> None:
    octets = {"00": 0, "7f": 127, "80": -128, "00ff": 255, "ff7f": -129, "7fffffff": 2**31 - 1}
    for text, value in octets.items():
        assert DECODERS[ber.INTEGER](bytes.fromhex(text)) == value


def test_unsigned_numbers_may_lack_the_leading_zero_octet_as_some_agents_send_them() -> None:
    for text in ("ffffffff", "00ffffffff", "ff"):
        assert DECODERS[ber.COUNTER32](bytes.fromhex(text)) == 2**32 - 1
    assert DECODERS[ber.COUNTER64](b"\xff" * 8) == 2**64 - 1
    assert DECODERS[ber.COUNTER64](b"\x00" + b"\xff" * 8) == 2**64 - 1


@pytest.mark.parametrize(
    ("tag", "content"),
    [
        (ber.INTEGER, b""),
        (ber.INTEGER, bytes(9)),
        (ber.GAUGE32, b""),
        (ber.GAUGE32, bytes(6)),
        (ber.TIME_TICKS, b"\x01\x00\x00\x00\x00"),
        (ber.COUNTER64, b"\x01" + bytes(8)),
        (ber.COUNTER64, bytes(10)),
        (ber.NULL, b"\x00"),
        (ber.END_OF_MIB_VIEW, b"\x00"),
        (ber.IP_ADDRESS, b"\x7f\x00\x00"),
        (ber.OBJECT_IDENTIFIER, b"\x2b\x86"),
        (ber.OBJECT_IDENTIFIER, b"\x2b\x90\x80\x80\x80\x00"),
        (ber.OBJECT_IDENTIFIER, b"\x2b\x80\x80\x80\x80\x80\x01"),
        (ber.OBJECT_IDENTIFIER, b"\x2b" * 128),
    ],
)
def test_what_no_type_of_smi_can_be_is_malformed(tag: int, content: bytes) -> None:
    with pytest.raises(Malformed):
        DECODERS[tag](content)


def test_values_of_the_application_types_are_read() -> None:
    assert DECODERS[ber.IP_ADDRESS](b"\x7f\x00\x00\x01") == IPv4Address("127.0.0.1")
    assert DECODERS[ber.OCTET_STRING](b"\xe4\xb8\xad") == "中".encode()
    for tag in (ber.NULL, ber.NO_SUCH_OBJECT, ber.NO_SUCH_INSTANCE, ber.END_OF_MIB_VIEW):
        assert DECODERS[tag](b"") is None


def test_the_floats_of_net_snmp_are_read_and_other_opaque_content_is_kept() -> None:
    opaque = DECODERS[ber.OPAQUE]
    assert opaque(bytes.fromhex("9f780442280000")) == 42.0
    assert opaque(bytes.fromhex("9f79084045000000000000")) == 42.0
    assert math.isnan(float(opaque(bytes.fromhex("9f78047fc00000"))))  # type: ignore[arg-type]
    assert opaque(b"\x9f\x78\x04\x42") == b"\x9f\x78\x04\x42"


def test_object_identifiers_are_read_as_x690_has_them() -> None:
    read = ber.decode_oid
    assert read(bytes.fromhex("2b06010201")) == Oid.parse("1.3.6.1.2.1")
    assert read(bytes.fromhex("883703")) == Oid.parse("2.999.3")
    assert read(bytes.fromhex("2b8fffffff7f")) == Oid.parse("1.3.4294967295")
    assert read(b"") == Oid.parse("0.0")


def test_the_cache_of_object_identifiers_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ber, "_oids", {})
    monkeypatch.setattr(ber, "_CACHED_OIDS", 10)
    for arc in range(100):
        ber.decode_oid(bytes((0x2B, arc)))
    ber.decode_oid(b"\x2b" * 100)
    assert len(ber._oids) <= 10
    assert all(len(content) <= 40 for content in ber._oids)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "nothing"),
        ("04", "no length"),
        ("0401", "no content"),
        ("048100", "right, but beyond the end"),
        ("0480", "an indefinite length"),
        ("0485000000000161", "a length of five octets"),
        ("04ff", "a reserved length"),
        ("0484ffffffff", "four gigabytes"),
        ("1f0161", "a high tag"),
        ("9f780161", "a high tag"),
    ],
)
def test_a_header_that_cannot_be_is_malformed(text: str, why: str) -> None:
    data = bytes.fromhex(text)
    end = len(data) - 1 if text == "048100" else len(data)
    with pytest.raises(Malformed):
        ber.read_header(data, 0, end)


def test_a_length_in_the_long_form_is_read() -> None:
    assert ber.read_header(bytes.fromhex("04840000000161"), 0, 7) == (4, 6, 7)


def test_numbers_are_written_in_as_few_octets_as_they_take() -> None:
    written = {0: "020100", 127: "02017f", 128: "02020080", -128: "020180", -129: "0202ff7f"}
    for value, text in written.items():
        assert ber.encode_integer(value) == bytes.fromhex(text)
    assert ber.encode_integer(2**32 - 1, ber.GAUGE32) == bytes.fromhex("420500ffffffff")


def test_short_identifiers_are_padded_for_a_walk_of_everything() -> None:
    assert ber.encode_oid(Oid.parse("1")) == b"\x28"
    assert ber.encode_oid(Oid.parse("1.3")) == b"\x2b"
