"""The fast path gives what the full parser gives, or nothing: over replies built and mutated."""

from __future__ import annotations

from hypothesis import given, note, target
from hypothesis import strategies as st

from netmon.model.wire import Value
from netmon.snmp import pdu
from netmon.snmp.ber import Malformed
from netmon.snmp.layout import learn
from netmon.snmp.pdu import Response
from tests.property.snmp.replies import replies, spoilt


def parse(data: bytes) -> Response | None:
    try:
        return pdu.read_response(data, *pdu.find_pdu(data))
    except Malformed:
        return None


def shown(values: list[Value]) -> list[tuple[type, str]]:
    """Return values so that NaN equals NaN, and 1 is not 1.0."""
    return [(type(value), repr(value)) for value in values]


@given(st.data())
def test_a_reply_read_by_layout_reads_as_the_parser_reads_it(data: st.DataObject) -> None:
    first = data.draw(replies())
    response = parse(first)
    assert response is not None
    layout = learn(first, *pdu.find_pdu(first), response)
    if layout is None:
        return
    second = data.draw(spoilt(first))
    values = layout.read(second)
    note(f"{first.hex()} {second.hex()}")
    target(float(values is not None))
    if values is None:
        return
    full = parse(second)
    assert full is not None
    assert shown(values) == shown(full.values)
    assert (full.error_status, full.error_index, full.oids) == (0, 0, response.oids)


@given(replies())
def test_a_layout_reads_the_reply_it_was_learnt_from(data: bytes) -> None:
    response = parse(data)
    assert response is not None
    layout = learn(data, *pdu.find_pdu(data), response)
    if layout is not None:
        values = layout.read(data)
        assert values is not None
        assert shown(values) == shown(response.values)
