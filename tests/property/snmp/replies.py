"""Strategies for replies: as agents build them, and spoilt."""

from __future__ import annotations

from hypothesis import strategies as st

from netmon.model.oid import Oid
from netmon.snmp import ber
from tests.agents.replies import VarBind, message, pdu, varbind

names = st.lists(st.integers(0, 2**32 - 1), max_size=12).map(lambda tail: Oid((1, 3, *tail)))

_signed = st.one_of(st.integers(-300, 300), st.integers(-(2**31), 2**31 - 1),
                    st.integers(-(2**63), 2**63 - 1))  # fmt: skip
_unsigned32 = st.one_of(st.integers(0, 300), st.integers(0, 2**32 - 1))
_unsigned64 = st.one_of(st.integers(0, 300), st.integers(0, 2**64 - 1))
_absent = [ber.NULL, ber.NO_SUCH_OBJECT, ber.NO_SUCH_INSTANCE, ber.END_OF_MIB_VIEW]

values = st.one_of(
    st.tuples(st.just(ber.INTEGER), _signed),
    st.tuples(
        st.sampled_from([ber.COUNTER32, ber.GAUGE32, ber.TIME_TICKS, ber.UINTEGER32]), _unsigned32
    ),
    st.tuples(st.just(ber.COUNTER64), _unsigned64),
    st.tuples(st.just(ber.OCTET_STRING), st.binary(max_size=200)),
    st.tuples(st.just(ber.OPAQUE), st.one_of(st.binary(max_size=12), st.floats())),
    st.tuples(st.just(ber.OBJECT_IDENTIFIER), names),
    st.tuples(st.just(ber.IP_ADDRESS), st.ip_addresses(v=4)),
    st.tuples(st.sampled_from(_absent), st.none()),
)
varbinds = st.tuples(names, values).map(lambda pair: (pair[0], *pair[1]))
request_ids = st.integers(0x40000000, 0x7FFFFFFF)


def _encoded(bind: VarBind, padding: int) -> bytes:
    """Encode a varbind; ``padding`` writes numbers as some agents do, with zeros before them."""
    name, tag, value = bind
    encoded = ber.encode_value(value, tag)
    if padding and isinstance(value, int) and value >= 0 and encoded[1] + padding <= 4:
        encoded = ber.tlv(tag, bytes(padding) + encoded[2:])
    return varbind(name, encoded)


@st.composite
def replies(draw: st.DrawFn) -> bytes:
    """Draw a whole v2c message."""
    binds = draw(st.lists(st.tuples(varbinds, st.integers(0, 2)), min_size=1, max_size=12))
    community = draw(st.binary(max_size=12))
    content = pdu(draw(request_ids), [_encoded(*bind) for bind in binds])
    return message(content, community=community)


@st.composite
def spoilt(draw: st.DrawFn, data: bytes) -> bytes:
    """Draw a message of the same length in which some octets are others."""
    found = bytearray(data)
    for at in draw(st.lists(st.integers(0, len(data) - 1), max_size=6)):
        found[at] = draw(st.one_of(st.integers(0, 255), st.just(found[at] ^ 0x80)))
    return bytes(found)
