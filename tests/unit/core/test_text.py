"""Octets become the text that people wrote, and numbers only where there are numbers."""

from __future__ import annotations

from ipaddress import IPv4Address

import pytest

from netmon.core.text import arcs, key, number, set_bits, signed, text, unsigned
from netmon.model.oid import Oid
from netmon.model.profile import Coding


@pytest.mark.parametrize(
    ("value", "coding", "written"),
    [
        (b"GE0/0/1", Coding.AUTO, "GE0/0/1"),
        ("机房温度".encode(), Coding.AUTO, "机房温度"),
        ("机房温度".encode("gb2312"), Coding.AUTO, "机房温度"),
        ("Lüfter 1".encode("latin-1"), Coding.AUTO, "Lüfter 1"),
        ("25 °C".encode("latin-1"), Coding.AUTO, "25 °C"),
        ("鎏金".encode("gbk"), Coding.GBK, "鎏金"),
        (b"name\0\0", Coding.AUTO, "name"),
        (b" padded \r\n", Coding.AUTO, "padded"),
        (b"\x00\x1b\x21\x03\x04\xff", Coding.AUTO, "00:1b:21:03:04:ff"),
        (b"\x00\x1b\x21\x03\x04\xff", Coding.MAC, "00:1b:21:03:04:ff"),
        (b"\xc0\x00\x02\x01", Coding.IP, "192.0.2.1"),
        (b"\x0a\x1b", Coding.HEX, "0a1b"),
        (b"\x50\x80", Coding.BITS, "1,3,8"),
        (b"\x07\xea\x0b\x17\x08\x00\x05\x02", Coding.DATE, "2026-11-23T08:00:05.2"),
        (b"\x07\xea\x0b\x17\x08\x00\x05\x02+\x08\x00", Coding.DATE, "2026-11-23T08:00:05.2+08:00"),
        (b"yesterday", Coding.DATE, "yesterday"),
        (Oid.parse("1.3.6.1"), Coding.AUTO, "1.3.6.1"),
        (IPv4Address("192.0.2.1"), Coding.AUTO, "192.0.2.1"),
        (23.50, Coding.AUTO, "23.5"),
        (7, Coding.AUTO, "7"),
        (None, Coding.AUTO, ""),
    ],
)
def test_values_are_written_as_people_write_them(value, coding, written):
    assert text(value, coding) == written


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (5, 5),
        (2.5, 2.5),
        (b"23.5", 23.5),
        (b"-7 dBm", -7.0),
        (b" +12.0C", 12.0),
        (b"23,5", 23.5),
        (b"1,234 W", None),  # thousands, or a fraction: not to be guessed
        (b"12,345", None),
        (b"1,2,3", None),
        (b"N/A", None),
        (b"", None),
        (float("nan"), None),
        (float("inf"), None),
        (b"9" * 400, None),
        (Oid.parse("1.3"), None),
        (None, None),
    ],
)
def test_numbers_are_read_where_there_are_some(value, told):
    assert number(value) == told


def test_a_key_is_a_number_or_a_text_in_lower_case():
    assert [key(v) for v in (3, 3.7, b"OK", Oid.parse("1.3.6"), None, float("nan"))] == [
        3, 3, "ok", "1.3.6", None, None,
    ]  # fmt: skip


def test_arcs_are_those_of_an_index():
    assert arcs(7) == (7,)
    assert arcs(-7) is None
    assert arcs(b"GE") == (2, 71, 69)
    assert arcs(Oid.parse("1.3.6.1.9"), Oid.parse("1.3.6")) == (1, 9)
    assert arcs(Oid.parse("1.4.9"), Oid.parse("1.3")) is None
    assert arcs(IPv4Address("192.0.2.1")) == (192, 0, 2, 1)


def test_negative_32_bit_numbers_are_large_ones():
    assert unsigned(-1) == 2**32 - 1
    assert unsigned(5) == 5
    assert unsigned(b"-1") == b"-1"


def test_bits_are_numbered_from_the_left():
    assert set_bits(b"\x80\x01") == (0, 15)


def test_negative_numbers_told_as_16_bits_are_negative():
    told = [signed(v, 16) for v in (65526, 32768, 32767, 0, 70000)]
    assert told == [-10, -32768, 32767, 0, 70000]
    assert signed(2**32 - 5, 32) == -5
    assert signed(b"65526", 16) == b"65526"


@pytest.mark.parametrize(
    ("told", "written"),
    [
        (b'"Fan 1"', "Fan 1"),
        (b'" Fan 1 "\0', "Fan 1"),
        (b'"', '"'),
        (b'19" rack', '19" rack'),
        (b'"a" and "b"', '"a" and "b"'),
    ],
)
def test_quotes_around_the_whole_of_a_text_are_dropped(told, written):
    assert text(told) == written
