"""Whatever arrives, the parser reads it or calls it malformed; nothing else comes of it."""

from __future__ import annotations

from contextlib import suppress

from hypothesis import given
from hypothesis import strategies as st

from netmon.model.oid import Oid
from netmon.snmp import ber, pdu
from netmon.snmp.ber import DECODERS, Malformed
from tests.agents.replies import VarBind, reply
from tests.property.snmp.replies import names, replies, request_ids, spoilt, values, varbinds


def read_all(data: bytes) -> None:
    with suppress(Malformed):
        pdu.peek_version(data)
    with suppress(Malformed):
        at, end = pdu.find_pdu(data)
        with suppress(Malformed):
            pdu.peek_request_id(data, at, end)
        response = pdu.read_response(data, at, end)
        assert len(response.oids) == len(response.values)
        pdu.spans(data, at, end)


@given(st.binary(max_size=300))
def test_any_octets_are_read_or_malformed(data: bytes) -> None:
    read_all(data)


@given(st.data())
def test_a_spoilt_reply_is_read_or_malformed(data: st.DataObject) -> None:
    whole = data.draw(replies())
    read_all(data.draw(spoilt(whole)))
    read_all(whole[: data.draw(st.integers(0, len(whole)))])


@given(request_ids, st.lists(varbinds, max_size=30))
def test_what_is_written_is_read(request_id: int, binds: list[VarBind]) -> None:
    data = reply(request_id, binds)
    found = pdu.read_response(data, *pdu.find_pdu(data))
    assert found.request_id == request_id
    assert found.oids == [name for name, _, _ in binds]
    assert list(map(repr, found.values)) == [repr(_kept(tag, value)) for _, tag, value in binds]


def _kept(tag: int, value: object) -> object:
    """Return what is to be read: Opaque octets may happen to be those of a float."""
    if tag == ber.OPAQUE and isinstance(value, bytes):
        return DECODERS[ber.OPAQUE](value)
    return value


@given(values)
def test_spans_lead_to_the_values(value: tuple[int, object]) -> None:
    tag, content = value
    data = reply(0x41000000, [(Oid.parse("1.3.6.1"), tag, content)])  # type: ignore[list-item]
    _, found = pdu.spans(data, *pdu.find_pdu(data))
    [(found_tag, start, stop)] = found
    assert found_tag == tag
    assert repr(DECODERS[tag](data[start:stop])) == repr(_kept(tag, content))


@given(names)
def test_an_identifier_survives_the_wire(oid: Oid) -> None:
    assert ber.decode_oid(ber.encode_oid(oid)) == oid


@given(st.binary(max_size=20))
def test_an_identifier_is_read_the_same_from_the_cache(content: bytes) -> None:
    def read() -> Oid | None:
        try:
            return ber.decode_oid(content)
        except Malformed:
            return None

    assert read() == read()
