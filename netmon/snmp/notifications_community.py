"""Notifications of SNMPv1 and SNMPv2c, read by pysnmp."""

from __future__ import annotations

from collections.abc import Collection
from functools import partial
from typing import Any, Final

from pyasn1.codec.ber import decoder, encoder
from pysnmp.proto.api import v1, v2c

from netmon.core.trap import translated
from netmon.model.notification import NotificationKind
from netmon.model.oid import Oid
from netmon.snmp.ber import OCTET_STRING, SEQUENCE, enter, read_integer
from netmon.snmp.notifications_read import Content, Drop, Dropped, content_of, pairs

_MODULES: Final = {0: v1, 1: v2c}


def peek_community(datagram: bytes) -> bytes:
    """Return the community of a v1 or v2c message. Nothing else is looked at.

    Raises:
        Malformed: it has none.
    """
    at, end = enter(datagram, 0, len(datagram), SEQUENCE)
    _, at = read_integer(datagram, at, end)
    start, stop = enter(datagram, at, end, OCTET_STRING)
    return datagram[start:stop]


def read(datagram: bytes, version: int, communities: Collection[bytes]) -> Content:
    """Read a message whose version field says 0 or 1.

    The community is looked at first: who does not know it costs no more than that.

    Raises:
        Dropped: it is no notification, or of none of the communities.
        Malformed: it is no message.
        PyAsn1Error: likewise.
    """
    if peek_community(datagram) not in communities:
        raise Dropped(Drop.WRONG_COMMUNITY)
    module: Any = _MODULES[version]
    message, rest = decoder.decode(datagram, asn1Spec=module.Message())
    if rest:
        raise Dropped(Drop.MALFORMED)
    pdu = module.apiMessage.get_pdu(message)
    if version == 0:
        return _v1(pdu)
    return content_of(pdu, partial(_response, message, pdu))


def _v1(pdu: Any) -> Content:  # noqa: ANN401 - pysnmp's
    """Read a Trap-PDU (RFC 1157 §4.1.6)."""
    if pdu.tagSet != v1.TrapPDU.tagSet:
        raise Dropped(Drop.NO_NOTIFICATION)
    trap = v1.apiTrapPDU
    enterprise = Oid(tuple(trap.get_enterprise(pdu)))
    generic, specific = int(trap.get_generic_trap(pdu)), int(trap.get_specific_trap(pdu))
    return Content(
        kind=NotificationKind.TRAP,
        trap=translated(enterprise, generic, specific),
        uptime_s=int(trap.get_timestamp(pdu)) / 100,
        varbinds=pairs(trap.get_varbinds(pdu)),
        request_id=0,
    )


def _response(message: Any, pdu: Any) -> bytes:  # noqa: ANN401 - pysnmp's
    """Write the Response-PDU that acknowledges an inform (RFC 3416 §4.2.7)."""
    answer = v2c.apiPDU.get_response(pdu)
    v2c.apiPDU.set_varbinds(answer, v2c.apiPDU.get_varbinds(pdu))
    wrapped = v2c.apiMessage.get_response(message)
    v2c.apiMessage.set_pdu(wrapped, answer)
    return bytes(encoder.encode(wrapped))
