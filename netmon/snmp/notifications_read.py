"""What a received datagram turns out to be: a notification, or the reason why it is none."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum, unique
from typing import Any

from pysnmp.proto.api import v2c

from netmon.core.trap import SNMP_TRAP_OID, SYS_UP_TIME
from netmon.model.notification import NotificationKind
from netmon.model.oid import Oid
from netmon.model.wire import Value
from netmon.snmp.pysnmp_wire import value_of


@unique
class Drop(StrEnum):
    """Why a datagram is not taken."""

    QUEUE = "queue"  #: more came than is read; of the source that sent the most
    KERNEL = "kernel"  #: the socket's buffer was full; nobody knows whose it was
    TOO_LONG = "too_long"
    MALFORMED = "malformed"  #: no SNMP message, or a notification without its OID
    NO_NOTIFICATION = "no_notification"  #: a request, or an answer
    UNKNOWN_SOURCE = "unknown_source"  #: neither its address nor its engine is a target's
    WRONG_COMMUNITY = "wrong_community"
    DISCOVERY = "discovery"  #: v3: asks for our engine id or our clock, and is told
    UNKNOWN_ENGINE = "unknown_engine"  #: v3: no target has proved to be it
    UNKNOWN_USER = "unknown_user"
    SECURITY_LEVEL = "security_level"  #: v3: less protected than the inventory has it
    WRONG_DIGEST = "wrong_digest"
    DECRYPTION = "decryption"
    NOT_IN_TIME = "not_in_time"  #: v3: outside of the time window (RFC 3414 §2.2.3)
    DUPLICATE = "duplicate"
    EXCEPTION = "exception"  #: an error of netmon's, or of pysnmp's


class Dropped(Exception):  # noqa: N818 - is no error
    """The datagram is not taken."""

    def __init__(self, reason: Drop) -> None:
        super().__init__(reason.value)
        self.reason = reason


@dataclass(frozen=True, slots=True, eq=False)
class Content:
    """A notification, decoded and authentic."""

    kind: NotificationKind
    trap: Oid
    uptime_s: float | None
    varbinds: tuple[tuple[Oid, Value], ...]
    request_id: int  #: 0 in v1
    response: Callable[[], bytes] | None = None  #: of an inform: makes its acknowledgement

    @property
    def said(self) -> tuple[object, ...]:
        """Return all by which a copy of it is told from another."""
        return (self.request_id, self.trap, self.uptime_s, self.varbinds)


def content_of(pdu: Any, response: Callable[[], bytes] | None) -> Content:  # noqa: ANN401 - pysnmp's
    """Read an SNMPv2-Trap-PDU or an InformRequest-PDU (RFC 3416 §4.2.6).

    Raises:
        Dropped: it is neither, or does not say what happened.
    """
    tags = pdu.tagSet
    if tags not in (v2c.SNMPv2TrapPDU.tagSet, v2c.InformRequestPDU.tagSet):
        raise Dropped(Drop.NO_NOTIFICATION)
    is_inform = tags == v2c.InformRequestPDU.tagSet
    varbinds = pairs(v2c.apiPDU.get_varbinds(pdu))
    trap = dict(varbinds).get(SNMP_TRAP_OID)
    if not isinstance(trap, Oid):
        raise Dropped(Drop.MALFORMED)
    ticks = dict(varbinds).get(SYS_UP_TIME)
    return Content(
        kind=NotificationKind.INFORM if is_inform else NotificationKind.TRAP,
        trap=trap,
        uptime_s=ticks / 100 if isinstance(ticks, int) else None,
        varbinds=tuple(p for p in varbinds if p[0] not in (SNMP_TRAP_OID, SYS_UP_TIME)),
        request_id=int(v2c.apiPDU.get_request_id(pdu)),
        response=response if is_inform else None,
    )


def pairs(varbinds: Sequence[Any]) -> tuple[tuple[Oid, Value], ...]:
    """Return pysnmp's varbinds as the model has them."""
    return tuple((Oid(tuple(name)), value_of(value)) for name, value in varbinds)
