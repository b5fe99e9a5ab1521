"""Octets and other raw values as text for people, or as numbers."""

from __future__ import annotations

import re
from ipaddress import IPv4Address, IPv6Address
from math import isfinite
from typing import Final

from netmon.model.oid import Oid
from netmon.model.profile import Coding
from netmon.model.wire import Value

#: A comma and up to two digits is a decimal fraction as much of Europe writes it; other commas
#: may be anything, and make no number.
_NUMBER: Final = re.compile(r"\s*([-+]?\d++(?:\.\d+|,\d{1,2}(?!\d))?)(?!,\d)")
_IPV4_OCTETS: Final = 4
_IPV6_OCTETS: Final = 16
_DATE_OCTETS: Final = 8
_DATE_ZONE_OCTETS: Final = 11


def number(value: Value) -> float | None:
    """Return a value as a number; text is read up to where it stops being one (``23.5 C``)."""
    if isinstance(value, int):
        return value
    if isinstance(value, bytes):
        found = _NUMBER.match(value.decode("latin-1"))
        value = float(found[1].replace(",", ".")) if found else None
    return value if isinstance(value, float) and isfinite(value) else None


def unsigned(value: Value) -> Value:
    """Return a 32-bit number that an agent tells as negative (hrStorageSize of 8 TiB) as it is."""
    return value + 2**32 if isinstance(value, int) and -(2**31) <= value < 0 else value


def signed(value: Value, bits: int) -> Value:
    """Return a number that an agent tells as an unsigned one of so many bits (65526) as −10."""
    if isinstance(value, int) and 1 << (bits - 1) <= value < 1 << bits:
        return value - (1 << bits)
    return value


def resigned(value: Value, bits: int | None) -> Value:
    """Return a number as it is meant (``Column.sign_bits``)."""
    if bits is None:
        return value
    return signed(value, bits) if bits else unsigned(value)


def text(value: Value, coding: Coding = Coding.AUTO) -> str:
    """Return a value as people write it; empty when there is none."""
    if value is None:
        return ""
    if isinstance(value, bytes):
        return _octets(value, coding)
    if isinstance(value, float):
        return f"{value:g}"
    return str(value)


def _octets(octets: bytes, coding: Coding) -> str:
    match coding:
        case Coding.HEX:
            return octets.hex()
        case Coding.MAC:
            return octets.hex(":")
        case Coding.IP:
            return _ip(octets)
        case Coding.DATE:
            return _date(octets)
        case Coding.BITS:
            return ",".join(map(str, set_bits(octets)))
        case Coding.AUTO:
            return _guess(octets)
        case _:
            return _clean(octets.decode(coding.value, "replace"))


def _guess(octets: bytes) -> str:
    """Decode a DisplayString of unknown coding.

    Both octets of a GB 2312 character are above 0xA0, which hardly ever happens twice in a row in
    Latin-1 text; GBK as a whole would swallow ``ü`` with the letter behind it.
    """
    bare = octets.rstrip(b"\0")
    for coding in ("utf-8", "gb2312"):
        try:
            found = bare.decode(coding)
        except UnicodeDecodeError:
            continue
        return _clean(found) if _printable(found) else octets.hex(":")
    found = bare.decode("latin-1")
    return _clean(found) if _printable(found) else octets.hex(":")


def _printable(found: str) -> bool:
    return all(c.isprintable() or c in "\t\r\n\0\x1b" for c in found)


def _clean(found: str) -> str:
    """Drop what is no text: NULs, blanks around it, quotes around the whole of it."""
    bare = found.replace("\0", "").strip()
    if len(bare) > 1 and bare[0] == bare[-1] == '"' and '"' not in bare[1:-1]:
        bare = bare[1:-1].strip()
    return bare


def _ip(octets: bytes) -> str:
    if len(octets) == _IPV4_OCTETS:
        return str(IPv4Address(octets))
    if len(octets) == _IPV6_OCTETS:
        return str(IPv6Address(octets))
    return octets.hex(":")


def _date(octets: bytes) -> str:
    """Write a DateAndTime (RFC 2579) as ``2026-11-23T08:00:00.0+08:00``."""
    if len(octets) not in (_DATE_OCTETS, _DATE_ZONE_OCTETS):
        return _guess(octets)
    year = int.from_bytes(octets[:2], "big")
    month, day, hour, minute, second, deci = octets[2:8]
    zone = ""
    if len(octets) == _DATE_ZONE_OCTETS:
        zone = f"{chr(octets[8])}{octets[9]:02}:{octets[10]:02}"
    return f"{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{deci}{zone}"


def set_bits(octets: bytes) -> tuple[int, ...]:
    """Return the numbers of the set bits, bit 0 being the most significant (RFC 2578 §7.1.4)."""
    return tuple(
        8 * i + bit for i, octet in enumerate(octets) for bit in range(8) if octet & (0x80 >> bit)
    )


def key(value: Value) -> int | str | None:
    """Return what a value is looked up by in an enumeration: its number, or its text lowered."""
    if isinstance(value, int):
        return value
    if isinstance(value, float):
        return int(value) if isfinite(value) else None
    return text(value).lower() if value is not None else None


def arcs(value: Value, strip: Oid | None = None) -> tuple[int, ...] | None:
    """Return a value as the arcs of an INDEX (RFC 2578 §7.7), what ``strip`` covers taken off."""
    if isinstance(value, int) and value >= 0:
        return (value,)
    if isinstance(value, Oid):
        return strip.index_of(value) if strip else tuple(value)
    if isinstance(value, bytes):
        return (len(value), *value)
    return tuple(value.packed) if isinstance(value, IPv4Address) else None
