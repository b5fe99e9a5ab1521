"""What is taken out of a recording, and that what is left still fits together."""

from __future__ import annotations

from ipaddress import IPv4Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netmon.core.scrub import Hide, scrub
from netmon.model.oid import Oid

TEXT, ADDRESS, NUMBER = 0x04, 0x40, 0x02
ALL = frozenset(Hide)


def record(oid: str, content: bytes | str, tag: int = TEXT):
    return Oid.parse(oid), tag, content.encode() if isinstance(content, str) else content


def hidden(*records, hide=ALL, **more):
    return {str(oid): content for oid, _, content in scrub(records, frozenset(hide), **more)}


def test_nothing_is_hidden_unasked():
    records = [record("1.3.6.1.2.1.1.5.0", "core-1"), record("1.3.6.1.2.1.1.1.0", "10.0.0.1")]
    assert scrub(records, frozenset()) == sorted(records)


def test_an_address_is_the_same_stranger_everywhere():
    told = hidden(
        record("1.3.6.1.4.1.32473.1.5.0", IPv4Address("10.99.8.7").packed, ADDRESS),
        record("1.3.6.1.4.1.32473.2.1.3.10.99.8.7.4", b"\x01", NUMBER),
        record("1.3.6.1.4.1.32473.3.0", "peer 10.99.8.7 at 10.99.8.70, version 10.2.1"),
        record("1.3.6.1.4.1.32473.4.0", "Release 5.170.10.2"),
    )
    assert told == {
        "1.3.6.1.4.1.32473.1.5.0": IPv4Address("192.0.2.1").packed,
        "1.3.6.1.4.1.32473.2.1.3.192.0.2.1.4": b"\x01",
        "1.3.6.1.4.1.32473.3.0": b"peer 192.0.2.1 at 192.0.2.2, version 10.2.1",
        "1.3.6.1.4.1.32473.4.0": b"Release 5.170.10.2",
    }


@pytest.mark.parametrize("address", ["0.0.0.0", "127.0.0.1", "255.255.255.0", "224.0.0.5"])
def test_addresses_that_are_nobodys_stay(address):
    packed = IPv4Address(address).packed
    told = hidden(record("1.3.6.1.4.1.32473.1.0", packed, ADDRESS))
    assert told == {"1.3.6.1.4.1.32473.1.0": packed}


def test_mac_addresses_are_hidden_as_octets_and_in_every_spelling():
    mac = bytes.fromhex("aabbccddee01")
    told = hidden(
        record("1.3.6.1.2.1.2.2.1.6.1", mac),
        record("1.3.6.1.2.1.2.2.1.6.2", bytes(6)),
        record("1.3.6.1.4.1.32473.1.0", mac),
        record("1.3.6.1.4.1.32473.2.0", "AA:BB:CC:DD:EE:01 aabb-ccdd-ee01 aa-bb-cc-dd-ee-01"),
        record("1.3.6.1.4.1.32473.3.1.2.170.187.204.221.238.1", b"\x05", NUMBER),
    )
    assert told == {
        "1.3.6.1.2.1.2.2.1.6.1": bytes.fromhex("020000000001"),
        "1.3.6.1.2.1.2.2.1.6.2": bytes(6),
        "1.3.6.1.4.1.32473.1.0": bytes.fromhex("020000000001"),
        "1.3.6.1.4.1.32473.2.0": b"02:00:00:00:00:01 0200-0000-0001 02-00-00-00-00-01",
        "1.3.6.1.4.1.32473.3.1.2.2.0.0.0.0.1": b"\x05",
    }


def test_ipv6_addresses_in_texts_are_hidden_and_times_of_day_are_not():
    told = hidden(record("1.3.6.1.4.1.32473.1.0", "fe80::1:2 up since 08:15:30"))
    assert told["1.3.6.1.4.1.32473.1.0"] == b"2001:db8::1 up since 08:15:30"


def test_tables_of_neighbours_routes_and_receivers_are_left_out():
    rows = (
        "1.3.6.1.2.1.4.22.1.2.1.10.0.0.9",
        "1.3.6.1.2.1.17.4.3.1.2.1.2.3.4.5.6",
        "1.3.6.1.6.3.18.1.1.1.2.97",
        "1.0.8802.1.1.2.1.4.2.1.3.0.1.1.1.4.10.0.0.1",
    )
    assert hidden(*(record(oid, "x") for oid in rows)) == {}


def test_serial_numbers_are_hidden_wherever_they_are_repeated():
    told = hidden(
        record("1.3.6.1.2.1.47.1.1.1.1.11.1", "21D0123456789"),
        record("1.3.6.1.4.1.32473.7.0", "CN-7788"),
        record("1.3.6.1.2.1.1.1.0", "Switch, SN 21D0123456789, board CN-7788"),
        serials=[Oid.parse("1.3.6.1.4.1.32473.7.0")],
    )
    assert told == {
        "1.3.6.1.2.1.47.1.1.1.1.11.1": b"SYN0000000001",
        "1.3.6.1.4.1.32473.7.0": b"SYN0002",
        "1.3.6.1.2.1.1.1.0": b"Switch, SN SYN0000000001, board SYN0002",
    }


def test_the_community_is_hidden_wherever_an_agent_repeats_it():
    told = hidden(
        record("1.3.6.1.4.1.32473.1.1", "s3cret"),
        record("1.3.6.1.4.1.32473.1.2", "trap to nms with s3cret"),
        community="s3cret",
        hide=[Hide.COMMUNITIES],
    )
    assert told == {
        "1.3.6.1.4.1.32473.1.1": b"public",
        "1.3.6.1.4.1.32473.1.2": b"trap to nms with public",
    }


def test_names_of_people_and_places_are_hidden():
    told = hidden(
        record("1.3.6.1.2.1.1.4.0", "somebody"),
        record("1.3.6.1.2.1.1.5.0", "core-7"),
        record("1.3.6.1.2.1.31.1.1.1.18.1", "to the library"),
        record("1.3.6.1.4.1.32473.1.0", "core-7: fan 1"),
        hide=[Hide.NAMES],
    )
    assert b"somebody" not in b"".join(told.values())
    assert b"library" not in b"".join(told.values())
    assert told["1.3.6.1.4.1.32473.1.0"] == told["1.3.6.1.2.1.1.5.0"] + b": fan 1"


def test_arcs_of_a_mib_are_no_addresses_though_they_read_like_one():
    told = hidden(
        record("1.3.6.1.2.1.4.20.1.1.1.1.1.1", IPv4Address("1.1.1.1").packed, ADDRESS),
        record("1.3.6.1.4.1.2011.5.25.31.1.1.1.1.5.9", b"\x05", NUMBER),
        record("1.3.6.1.4.1.2011.5.25.31.1.1.1.1.7.9", b"\x07", NUMBER),
        record("1.3.6.1.4.1.318.1.1.1.1.1.1.0", "a model"),
    )
    assert "1.3.6.1.4.1.2011.5.25.31.1.1.1.1.5.9" in told
    assert "1.3.6.1.4.1.2011.5.25.31.1.1.1.1.7.9" in told
    assert told["1.3.6.1.4.1.318.1.1.1.1.1.1.0"] == b"a model"


def test_a_column_whose_rows_are_all_addresses_has_them_in_its_index():
    known = [record(f"1.3.6.1.4.1.32473.9.{n}.0", bytes([10, 0, 0, n]), ADDRESS) for n in (1, 2)]
    rows = [record(f"1.3.6.1.4.1.32473.2.1.3.10.0.0.{n}", b"\x05", NUMBER) for n in (1, 2)]
    other = record("1.3.6.1.4.1.32473.2.1.4.10.0.0.7", b"\x05", NUMBER)
    told = hidden(*known, *rows, other)
    assert "1.3.6.1.4.1.32473.2.1.3.192.0.2.1" in told
    assert "1.3.6.1.4.1.32473.2.1.3.192.0.2.2" in told
    assert "1.3.6.1.4.1.32473.2.1.4.10.0.0.7" in told  # of nobody known


def test_addresses_told_as_octets_are_hidden_too():
    packed = IPv4Address("203.0.113.77").packed
    six = bytes.fromhex("20010db8000000000000000000abcdef")
    told = hidden(
        record("1.3.6.1.4.1.32473.1.0", packed, ADDRESS),
        record("1.3.6.1.4.1.32473.2.0", packed),
        record("1.3.6.1.4.1.32473.3.0", six),
        record("1.3.6.1.4.1.32473.4.0", bytes.fromhex("a4c3f0112233")),
        record("1.3.6.1.4.1.32473.5.0", "mac a4c3f0112233, address 2001:db8::ab:cdef"),
    )
    assert told["1.3.6.1.4.1.32473.2.0"] == told["1.3.6.1.4.1.32473.1.0"] != packed
    assert told["1.3.6.1.4.1.32473.3.0"] != six
    assert told["1.3.6.1.4.1.32473.4.0"] == bytes.fromhex("020000000001")
    assert told["1.3.6.1.4.1.32473.5.0"] == b"mac 020000000001, address 2001:db8::1"


def test_what_processes_were_started_with_and_who_is_next_door_is_left_out():
    rows = (
        "1.3.6.1.2.1.25.4.2.1.5.7",
        "1.3.6.1.4.1.9.9.23.1.2.1.1.6.3.1",
        "1.3.111.2.802.1.1.13.1.4.1.1.10.0.1.1.1",
    )
    assert hidden(*(record(oid, "--password=x") for oid in rows)) == {}


octets = st.binary(max_size=20) | st.from_regex(rb"\A[ -~]{0,30}\Z")
oids = st.lists(st.integers(0, 300), min_size=2, max_size=20).map(lambda a: Oid((1, 3, *a)))
values = st.tuples(st.just(TEXT), octets) | st.tuples(
    st.just(ADDRESS), st.binary(min_size=4, max_size=4)
)


@given(st.dictionaries(oids, values, max_size=20), st.sets(st.sampled_from(Hide)))
def test_whatever_is_hidden_the_rest_is_ordered_and_no_more_than_before(told, hide):
    records = [(oid, tag, content) for oid, (tag, content) in told.items()]
    left = scrub(records, frozenset(hide), community="public")
    assert [r[0] for r in left] == sorted({r[0] for r in left})
    assert len(left) <= len(records)
