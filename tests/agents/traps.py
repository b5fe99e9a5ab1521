"""Notifications of SNMPv2c as octets, to be thrown at a port."""

from __future__ import annotations

import socket
from ipaddress import ip_address

from netmon.model.oid import Oid
from netmon.snmp.ber import (
    OBJECT_IDENTIFIER,
    OCTET_STRING,
    SEQUENCE,
    encode_integer,
    encode_oid,
    tlv,
)

TRAP, INFORM = 0xA7, 0xA6
LINK_DOWN = Oid.parse("1.3.6.1.6.3.1.1.5.3")
_TIMETICKS = 0x43
_SYS_UP_TIME = Oid.parse("1.3.6.1.2.1.1.3.0")
_TRAP_OID = Oid.parse("1.3.6.1.6.3.1.1.4.1.0")
_IF_INDEX = Oid.parse("1.3.6.1.2.1.2.2.1.1")


def _oid(oid: Oid) -> bytes:
    return tlv(OBJECT_IDENTIFIER, encode_oid(oid))


def notification(
    number: int,
    kind: int = TRAP,
    *,
    community: bytes = b"reading",
    trap: Oid = LINK_DOWN,
    index: int = 1,
) -> bytes:
    """Return a message with a request-id of its own, about one port."""
    binds = (
        (_SYS_UP_TIME, tlv(_TIMETICKS, (900_000).to_bytes(3, "big"))),
        (_TRAP_OID, _oid(trap)),
        (_IF_INDEX.child(index), encode_integer(index)),
    )
    varbinds = b"".join(tlv(SEQUENCE, _oid(name) + value) for name, value in binds)
    pdu = encode_integer(number) + encode_integer(0) * 2 + tlv(SEQUENCE, varbinds)
    return tlv(SEQUENCE, encode_integer(1) + tlv(OCTET_STRING, community) + tlv(kind, pdu))


def sender(source: str = "127.0.0.1") -> socket.socket:
    """Return a socket that sends from an address."""
    family = socket.AF_INET6 if ip_address(source).version == 6 else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_DGRAM)
    sock.setblocking(False)
    sock.bind((source, 0))
    return sock
