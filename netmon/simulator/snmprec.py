"""Read and write ``.snmprec`` recordings: one ``oid|tag|value`` per line, as snmpsim keeps them.

The tag is the BER tag of the value's type in decimal, followed by ``x`` where the value is written
in hexadecimal. A value may itself contain ``|``.
"""

from __future__ import annotations

import bz2
from collections.abc import Iterable
from ipaddress import IPv4Address
from pathlib import Path
from typing import Final

from netmon.locale import tr
from netmon.model.errors import ConfigError, Mistake
from netmon.model.oid import Oid
from netmon.model.wire import Value
from netmon.snmp.ber import DECODERS, UINTEGER32

INTEGER: Final = 2
OCTET_STRING: Final = 4
NULL: Final = 5
OBJECT_IDENTIFIER: Final = 6
IP_ADDRESS: Final = 64
COUNTER32: Final = 65
GAUGE32: Final = 66
TIME_TICKS: Final = 67
OPAQUE: Final = 68
COUNTER64: Final = 70

_NUMBERS: Final = frozenset({INTEGER, COUNTER32, GAUGE32, TIME_TICKS, COUNTER64})
_OCTETS: Final = frozenset({OCTET_STRING, OPAQUE})

#: One line: the instance, the BER tag of its type, and its value. Opaque stays octets.
Record = tuple[Oid, int, Value]


def load(path: Path) -> list[Record]:
    """Return a recording's lines by ascending OID; of equal OIDs the first. ``.bz2`` is unpacked.

    Raises:
        ConfigError: the file cannot be read, or lines that are not ``oid|tag|value``; all of them.
    """
    try:
        data = path.read_bytes()
        if path.suffix == ".bz2":
            data = bz2.decompress(data)
    except OSError as error:
        message = tr("cannot be read: {reason}", reason=error.strerror or str(error))
        raise ConfigError([Mistake(str(path), 0, 0, message)]) from error
    return parse(data, str(path))


def parse(data: bytes, path: str) -> list[Record]:
    """Return the lines of a recording's octets by ascending OID.

    Raises:
        ConfigError: lines that are not ``oid|tag|value``; all of them.
    """
    records: dict[Oid, Record] = {}
    mistakes = []
    for number, line in enumerate(data.split(b"\n"), 1):
        if not line.strip():
            continue
        try:
            record = _record(line.rstrip(b"\r"))
        except ValueError as error:
            message = tr("not a line of a recording: {reason}", reason=str(error))
            mistakes.append(Mistake(path, number, 1, message))
        else:
            records.setdefault(record[0], record)
    if mistakes:
        raise ConfigError(mistakes)
    return sorted(records.values())


def written(records: Iterable[tuple[Oid, int, bytes]]) -> bytes:
    """Return records with their contents as on the wire (BER) as the octets of a recording."""
    return b"".join(_line(oid, tag, content) for oid, tag, content in records)


def _line(oid: Oid, tag: int, content: bytes) -> bytes:
    value = DECODERS[tag](content) if tag in DECODERS and tag != OPAQUE else content
    kind = str(GAUGE32 if tag == UINTEGER32 else tag)
    if isinstance(value, bytes):
        if value and not _is_plain(value):
            kind, value = f"{kind}x", value.hex().encode()
        shown = value
    else:
        shown = b"" if value is None else str(value).encode()
    return b"%s|%s|%s\n" % (str(oid).encode(), kind.encode(), shown)


def _is_plain(octets: bytes) -> bool:
    """Say whether octets can stand in a line as they are: printable ASCII, no blank at its end."""
    return all(0x20 <= octet < 0x7F for octet in octets) and octets == octets.strip()


def _record(line: bytes) -> Record:
    oid, tag, value = line.split(b"|", 2)
    kind = tag.decode("ascii")
    hexadecimal = kind.endswith("x")
    number = int(kind.removesuffix("x"))
    octets = bytes.fromhex(value.decode("ascii")) if hexadecimal else value
    return Oid.parse(oid.decode("ascii")), number, _value(number, octets, hexadecimal=hexadecimal)


def _value(tag: int, octets: bytes, *, hexadecimal: bool) -> Value:
    if tag in _OCTETS:
        return octets
    if tag == NULL:
        return None
    if tag == IP_ADDRESS:
        return IPv4Address(octets if hexadecimal else octets.decode("ascii"))
    if tag == OBJECT_IDENTIFIER:
        return Oid.parse(octets.decode("ascii"))
    if tag in _NUMBERS:
        return int(octets)
    raise ValueError(f"tag {tag}")
