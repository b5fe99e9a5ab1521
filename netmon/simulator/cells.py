"""Values of synthetic agents: fixed ones encoded at once, live ones at the moment of asking."""

from __future__ import annotations

from collections.abc import Callable
from ipaddress import IPv4Address
from typing import Final

from netmon.model.oid import Oid
from netmon.simulator.mib import Cell
from netmon.snmp.ber import (
    COUNTER32,
    COUNTER64,
    GAUGE32,
    IP_ADDRESS,
    OBJECT_IDENTIFIER,
    OCTET_STRING,
    TIME_TICKS,
    encode_integer,
    encode_oid,
    tlv,
)

Rows = dict[Oid, Cell]  #: an agent's instances, or some of them

_32_BITS: Final = 0xFFFFFFFF
_SMALL: Final = tuple(encode_integer(number) for number in range(256))


def text(value: str) -> bytes:
    """Encode an OCTET STRING of UTF-8."""
    return tlv(OCTET_STRING, value.encode())


def octets(value: bytes) -> bytes:
    """Encode an OCTET STRING."""
    return tlv(OCTET_STRING, value)


def integer(value: int) -> bytes:
    """Encode an INTEGER."""
    return _SMALL[value] if 0 <= value < len(_SMALL) else encode_integer(value)


def gauge(value: int) -> bytes:
    """Encode a Gauge32."""
    return encode_integer(value, GAUGE32)


def counter(value: int) -> bytes:
    """Encode a Counter32."""
    return encode_integer(value & _32_BITS, COUNTER32)


def ticks(seconds: float) -> bytes:
    """Encode TimeTicks, hundredths of a second."""
    return encode_integer(int(seconds * 100) & _32_BITS, TIME_TICKS)


def oid(value: Oid) -> bytes:
    """Encode an OBJECT IDENTIFIER."""
    return tlv(OBJECT_IDENTIFIER, encode_oid(value))


def address(value: str) -> bytes:
    """Encode an IpAddress."""
    return tlv(IP_ADDRESS, IPv4Address(value).packed)


def live(read: Callable[[], float]) -> Cell:
    """Return an INTEGER that is read when it is asked for, rounded."""
    return lambda: integer(round(read()))


def live_gauge(read: Callable[[], float]) -> Cell:
    """Return a Gauge32 that is read when it is asked for, rounded."""
    return lambda: encode_integer(round(read()), GAUGE32)


def live_ticks(read: Callable[[], float]) -> Cell:
    """Return TimeTicks of a number of seconds that is read when it is asked for."""
    return lambda: ticks(read())


def live_counter(read: Callable[[], int]) -> Cell:
    """Return a Counter32 that is read when it is asked for."""
    return lambda: encode_integer(read() & _32_BITS, COUNTER32)


def live_counter64(read: Callable[[], int]) -> Cell:
    """Return a Counter64 that is read when it is asked for."""
    return lambda: encode_integer(read(), COUNTER64)


def only_while(there: Callable[[], bool], cell: Cell) -> Cell:
    """Return an instance that comes and goes: an alarm's, a neighbour's."""

    def read() -> bytes | None:
        if not there():
            return None
        return cell if isinstance(cell, bytes) else cell()

    return read
