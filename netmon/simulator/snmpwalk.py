"""Read what ``snmpwalk -On`` printed as a recording: ``.1.3.6… = TYPE: value``, one a line.

Texts and octets may go on in the lines that follow. ``iso.`` counts as ``.1.``; other names do not
tell an OID, so they are mistakes.
"""

from __future__ import annotations

import bz2
import re
import struct
from collections.abc import Callable, Mapping
from ipaddress import IPv4Address
from pathlib import Path
from typing import Final

from netmon.locale import tr
from netmon.model.errors import ConfigError, Mistake
from netmon.model.oid import Oid
from netmon.model.wire import Value
from netmon.simulator import snmprec
from netmon.simulator.snmprec import Record

_LINE: Final = re.compile(r"(?P<oid>(?:iso|\.?[0-2])(?:\.\d+)+)\s+=\s?(?P<rest>.*)", re.DOTALL)
_NAMED: Final = re.compile(r"[\w-]+::\S+\s+=\s")
_TYPED: Final = re.compile(r"(?P<type>[A-Z][\w -]*): ?(?P<value>.*)", re.DOTALL)
_NUMBER: Final = re.compile(r"\D*?(-?\d+)")
_ENUM: Final = re.compile(r"[^()]*\((-?\d+)\)")
#: What snmpwalk says in a value's place.
_NOTHING: Final = ("No Such", "No more variables", "NULL", "No Instance")


def load(path: Path) -> list[Record]:
    """Return a recording by ascending OID: ``.snmprec`` or what snmpwalk printed, also ``.bz2``.

    Raises:
        ConfigError: the file cannot be read, or lines that are neither; all of them.
    """
    try:
        data = path.read_bytes()
        if path.suffix == ".bz2":
            data = bz2.decompress(data)
    except (OSError, ValueError) as error:
        message = tr("cannot be read: {reason}", reason=getattr(error, "strerror", "") or error)
        raise ConfigError([Mistake(str(path), 0, 0, message)]) from error
    return parse(data, str(path)) if _is_walk(data) else snmprec.parse(data, str(path))


def _is_walk(data: bytes) -> bool:
    first = data.lstrip(b"\xef\xbb\xbf \r\n").partition(b"\n")[0].decode("utf-8", "replace")
    return bool(_LINE.match(first) or _NAMED.match(first))


def parse(data: bytes, path: str) -> list[Record]:
    """Return what snmpwalk printed by ascending OID; instances without a value are left out.

    Raises:
        ConfigError: lines that are not ``OID = TYPE: value``; all of them.
    """
    records: dict[Oid, Record] = {}
    mistakes: list[Mistake] = []
    for number, line in _whole_lines(data.decode("utf-8", "surrogateescape")):
        found = _LINE.fullmatch(line)
        if found is None:
            message = tr("not a line of snmpwalk -On: OID = TYPE: value")
            mistakes.append(Mistake(path, number, 1, message))
            continue
        try:
            record = _record(found["oid"], found["rest"])
        except (ValueError, struct.error) as error:
            message = tr("not a line of a recording: {reason}", reason=str(error))
            mistakes.append(Mistake(path, number, 1, message))
        else:
            if record is not None:
                records.setdefault(record[0], record)
    if mistakes:
        raise ConfigError(mistakes)
    return sorted(records.values(), key=lambda record: record[0])


def _whole_lines(text: str) -> list[tuple[int, str]]:
    """Return lines with those that continue them, and the number of each first one."""
    whole: list[tuple[int, str]] = []
    for number, line in enumerate(text.split("\n"), 1):
        line = line.rstrip("\r")
        begins = _LINE.match(line) or _NAMED.match(line)
        if whole and not begins and _LINE.match(whole[-1][1]):
            whole[-1] = (whole[-1][0], f"{whole[-1][1]}\n{line}")
        elif line.strip():
            whole.append((number, line))
    return whole


def _record(oid: str, rest: str) -> Record | None:
    name = Oid.parse(oid.replace("iso", "1", 1))
    rest = rest.strip()
    if rest.startswith(_NOTHING):
        return None
    found = _TYPED.fullmatch(rest)
    if rest.startswith('"') or found is None:
        return name, *_untyped(rest)
    read = _READERS.get(found["type"])
    if read is None:
        raise ValueError(found["type"])
    tag, make = read
    return name, tag, make(found["value"].strip())


def _untyped(rest: str) -> tuple[int, Value]:
    """An empty text, or TimeTicks as ``-Ot`` writes them."""
    if re.fullmatch(r"-?\d+", rest):
        return snmprec.TIME_TICKS, int(rest)
    if rest.startswith('"') or not rest:
        return snmprec.OCTET_STRING, _text(rest)
    raise ValueError(rest[:40])


def _text(written: str) -> bytes:
    if len(written) > 1 and written[0] == written[-1] == '"':
        written = re.sub(r"\\(.)", r"\1", written[1:-1])
    return written.encode("utf-8", "surrogateescape")


def _hex(written: str) -> bytes:
    """Octets in hexadecimal; behind them ``-OT`` repeats them as text, and BITS their names."""
    pairs = re.match(r"(?:[0-9A-Fa-f]{2}[ :\n]*)*", written)
    return bytes.fromhex(re.sub(r"[ :\n]", "", pairs[0] if pairs else ""))


def _number(written: str) -> int:
    found = _ENUM.match(written) or _NUMBER.match(written)
    if found is None:
        raise ValueError(written[:40])
    return int(found[1])


def _opaque(written: str) -> bytes:
    kind, _, number = written.rpartition(":")
    if kind.strip() == "Float":
        return b"\x9f\x78\x04" + struct.pack(">f", float(number))
    if kind.strip() == "Double":
        return b"\x9f\x79\x08" + struct.pack(">d", float(number))
    return _hex(written)


_READERS: Final[Mapping[str, tuple[int, Callable[[str], Value]]]] = {
    "INTEGER": (snmprec.INTEGER, _number),
    "Integer32": (snmprec.INTEGER, _number),
    "STRING": (snmprec.OCTET_STRING, _text),
    "Hex-STRING": (snmprec.OCTET_STRING, _hex),
    "BITS": (snmprec.OCTET_STRING, _hex),
    "OID": (snmprec.OBJECT_IDENTIFIER, lambda text: Oid.parse(text.replace("iso", "1", 1))),
    "IpAddress": (snmprec.IP_ADDRESS, IPv4Address),
    "Network Address": (snmprec.IP_ADDRESS, lambda text: IPv4Address(_hex(text))),
    "Counter32": (snmprec.COUNTER32, _number),
    "Gauge32": (snmprec.GAUGE32, _number),
    "UInteger32": (snmprec.GAUGE32, _number),
    "Unsigned32": (snmprec.GAUGE32, _number),
    "Timeticks": (snmprec.TIME_TICKS, _number),
    "Counter64": (snmprec.COUNTER64, _number),
    "Opaque": (snmprec.OPAQUE, _opaque),
}
