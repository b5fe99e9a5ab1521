"""Read a ``.snmprec`` recording: one ``oid|tag|value`` per line, as snmpsim and LibreNMS keep them.

The tag is the BER tag of the value's type in decimal, followed by ``x`` where the value is written
in hexadecimal. A value may itself contain ``|``.
"""

from __future__ import annotations

import bz2
from ipaddress import IPv4Address
from pathlib import Path
from typing import Final

from netmon.locale import tr
from netmon.model.errors import ConfigError, Mistake
from netmon.model.oid import Oid
from netmon.model.wire import Value

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
