"""Two parsers that have nothing in common must read the same: ours and pysnmp's (pyasn1)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from ipaddress import IPv4Address

from hypothesis import given
from hypothesis import strategies as st
from pyasn1.codec.ber import decoder, encoder
from pyasn1.error import PyAsn1Error
from pysnmp.error import PySnmpError
from pysnmp.proto import api, rfc1902

from netmon.model.oid import Oid
from netmon.model.wire import Value
from netmon.snmp.ber import (
    COUNTER32,
    COUNTER64,
    END_OF_MIB_VIEW,
    GAUGE32,
    INTEGER,
    IP_ADDRESS,
    NO_SUCH_INSTANCE,
    NO_SUCH_OBJECT,
    NULL,
    OBJECT_IDENTIFIER,
    OCTET_STRING,
    OPAQUE,
    SEQUENCE,
    TIME_TICKS,
    Malformed,
    encode_integer,
    encode_oid,
    encode_value,
    tlv,
)
from netmon.snmp.pdu import RESPONSE, find_pdu, read_response
from netmon.snmp.pysnmp_wire import value_of

Read = tuple[int, int, int, list[tuple[int, ...]], list[Value]]

arcs = st.integers(0, 2**32 - 1)
oids = st.builds(
    lambda head, tail: Oid((*head, *tail)),
    st.one_of(
        st.tuples(st.sampled_from((0, 1)), st.integers(0, 39)),
        st.tuples(st.just(2), st.integers(0, 2**31)),
    ),
    st.lists(arcs, min_size=1, max_size=20),
)
unsigned = st.integers(0, 2**32 - 1)
values = st.one_of(
    st.tuples(st.just(INTEGER), st.integers(-(2**31), 2**31 - 1)),
    st.tuples(st.just(OCTET_STRING), st.binary(max_size=300)),
    st.tuples(st.just(OBJECT_IDENTIFIER), oids),
    st.tuples(st.just(IP_ADDRESS), st.integers(0, 2**32 - 1).map(IPv4Address)),
    st.tuples(st.sampled_from((COUNTER32, GAUGE32, TIME_TICKS)), unsigned),
    st.tuples(st.just(COUNTER64), st.integers(0, 2**64 - 1)),
    st.tuples(st.just(OPAQUE), st.floats(allow_nan=False)),
    st.tuples(
        st.sampled_from((NULL, NO_SUCH_OBJECT, NO_SUCH_INSTANCE, END_OF_MIB_VIEW)), st.none()
    ),
)
varbinds = st.lists(st.tuples(oids, values), max_size=12)
heads = st.tuples(st.integers(-(2**31), 2**31 - 1), st.integers(0, 18), st.integers(0, 12))


def written(head: tuple[int, int, int], pairs: Sequence[tuple[Oid, tuple[int, Value]]]) -> bytes:
    """Write a v2c response with our own encoder."""
    body = b"".join(
        tlv(SEQUENCE, tlv(OBJECT_IDENTIFIER, encode_oid(oid)) + encode_value(value, tag))
        for oid, (tag, value) in pairs
    )
    pdu = tlv(RESPONSE, b"".join(map(encode_integer, head)) + tlv(SEQUENCE, body))
    return tlv(SEQUENCE, encode_integer(1) + tlv(OCTET_STRING, b"reading") + pdu)


def ours(datagram: bytes) -> Read | None:
    try:
        read = read_response(datagram, *find_pdu(datagram))
    except Malformed:
        return None
    return (read.request_id, read.error_status, read.error_index, [*map(tuple, read.oids)],
            read.values)  # fmt: skip


def theirs(datagram: bytes) -> Read | None:
    module = api.PROTOCOL_MODULES[api.SNMP_VERSION_2C]
    try:
        message, _ = decoder.decode(datagram, asn1Spec=module.Message())
        pdu = module.apiMessage.get_pdu(message)
        pairs = module.apiPDU.get_varbinds(pdu)
        return (
            int(module.apiPDU.get_request_id(pdu)),
            int(module.apiPDU.get_error_status(pdu)),
            int(module.apiPDU.get_error_index(pdu, muteErrors=True)),
            [tuple(name) for name, _ in pairs],
            [value_of(value) for _, value in pairs],
        )
    except (PyAsn1Error, PySnmpError, LookupError, ValueError, TypeError):
        return None  # the last three are pyasn1's own stumbles over damage


def check_alike(mine: Read, other: Read) -> None:
    """Compare; an error-index beyond the varbinds is one that pysnmp changes."""
    assert mine[:2] == other[:2]
    assert mine[2] == other[2] or not 0 <= mine[2] <= len(mine[3])
    assert mine[3] == other[3]
    for one, two in zip(mine[4], other[4], strict=True):
        assert one == two or (isinstance(one, float) and math.isnan(one))


@given(heads, varbinds)
def test_what_we_write_both_read_alike(
    head: tuple[int, int, int], pairs: list[tuple[Oid, tuple[int, Value]]]
) -> None:
    datagram = written(head, pairs)
    known = (*head, [tuple(oid) for oid, _ in pairs], [value for _, (_, value) in pairs])
    assert ours(datagram) == known
    read = theirs(datagram)
    assert read is not None
    check_alike(known, read)


_THEIRS = {
    INTEGER: rfc1902.Integer32,
    OCTET_STRING: rfc1902.OctetString,
    OBJECT_IDENTIFIER: rfc1902.ObjectIdentifier,
    COUNTER32: rfc1902.Counter32,
    GAUGE32: rfc1902.Gauge32,
    TIME_TICKS: rfc1902.TimeTicks,
    COUNTER64: rfc1902.Counter64,
}
plain = st.tuples(oids, values.filter(lambda pair: pair[0] in _THEIRS))


@given(st.integers(0, 2**31 - 1), st.lists(plain, max_size=8))
def test_what_pysnmp_writes_we_read(
    request_id: int, pairs: list[tuple[Oid, tuple[int, Value]]]
) -> None:
    module = api.PROTOCOL_MODULES[api.SNMP_VERSION_2C]
    pdu = module.ResponsePDU()
    module.apiPDU.set_defaults(pdu)
    module.apiPDU.set_request_id(pdu, request_id)
    module.apiPDU.set_varbinds(
        pdu, [(tuple(oid), _THEIRS[tag](value)) for oid, (tag, value) in pairs]
    )
    message = module.Message()
    module.apiMessage.set_defaults(message)
    module.apiMessage.set_community(message, b"reading")
    module.apiMessage.set_pdu(message, pdu)
    read = ours(encoder.encode(message))
    assert read is not None
    assert read[0] == request_id
    assert read[3] == [tuple(oid) for oid, _ in pairs]
    assert read[4] == [value for _, (_, value) in pairs]


@given(
    heads.map(lambda head: (head[0], 0, 0)),
    st.lists(st.tuples(oids, values), min_size=1, max_size=4),
    st.lists(st.tuples(st.integers(0), st.integers(1, 255)), min_size=1, max_size=2),
)
def test_what_is_damaged_is_refused_or_read_alike(
    head: tuple[int, int, int],
    pairs: list[tuple[Oid, tuple[int, Value]]],
    damage: list[tuple[int, int]],
) -> None:
    datagram = bytearray(written(head, pairs))
    for at, bits in damage:
        datagram[at % len(datagram)] ^= bits
    mine, other = ours(bytes(datagram)), theirs(bytes(datagram))
    if mine is not None and other is not None:
        check_alike(mine, other)
