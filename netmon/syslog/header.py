"""Read the head of a message that is not RFC 5424: BSD's, and what vendors made of it.

::

    Nov 24 10:00:00 host tag[12]: text                                 RFC 3164
    Nov 24 2026 10:00:00 host %%01IFNET/4/LINK_STATE(l)[12]:text       Huawei VRP
    Nov 24 10:00:00 2026 host %%10IFNET/3/PHY_UPDOWN: text             H3C Comware
    123: host: *Nov 24 10:00:00.123 CST: %LINK-3-UPDOWN: text          Cisco IOS, Ruijie
    : 2026 Nov 24 10:00:00 CST: %ETHPORT-5-IF_UP: text                 Cisco NX-OS
    date=2026-11-24 time=10:00:00 devname="host" type="event" …        Fortinet

Every expression is anchored, and none can be read in two ways: a line costs one pass.
"""

from __future__ import annotations

import re
from typing import Final

Head = tuple[str, str, str, str]  #: host, app, event, text

_MONTH: Final = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
_CLOCK: Final = r"\d\d:\d\d:\d\d(?:[.:]\d{1,6})?"
#: A zone's name is told from a host's by what follows it, or by being known.
_ZONE: Final = (
    r"(?:Z| ?[+-]\d\d:?\d\d(?: DST)?| [A-Z]{1,5}(?=:)| (?:UTC|GMT|CST|BJT|Beijing)(?= ))?"
)

_NUMBERS: Final = re.compile(r"(?:\d{0,10}:\s*){1,2}")
#: Where a clock is not set Cisco marks it with a star, where it is lost with a dot.
_TIME: Final = re.compile(
    rf"[*.%]?(?:{_MONTH} {{1,2}}\d{{1,2}} (?:\d{{4}} )?{_CLOCK}(?: \d{{4}}(?=[ :]))?"
    rf"|\d{{4}} {_MONTH} {{1,2}}\d{{1,2}} {_CLOCK}"
    rf"|\d{{4}}[-/]\d\d[-/]\d\d[T ]{_CLOCK}){_ZONE}:?(?:\s+|$)"
)
_ORIGIN: Final = re.compile(rf"([\w./-]{{1,255}}): *(?=[*.]?{_MONTH} )")
_HOST: Final = re.compile(r"([^\s:\[\]%/=]{1,255}|[0-9A-Fa-f:.]{2,45})\s+(?=\S)")
#: ``%%01IFNET/4/LINK_STATE`` and, in Comware's log buffer, ``IFNET/3/PHY_UPDOWN``.
_SLASHED: Final = re.compile(r"(?:%%\d\d|%)?([A-Za-z][\w-]{0,63})/\d/(\w{1,100})")
#: ``%LINK-3-UPDOWN:``, ``%PKT_INFRA-LINK-3-UPDOWN :``
_DASHED: Final = re.compile(r"%([A-Z][A-Z0-9_-]{0,98}?)-[0-7]-([A-Z0-9_]{1,100})(?= ?:)")
_TAG: Final = re.compile(r"([\w./-]{1,64})(?:\[[\w.-]{0,20}\])?:\s?")
_PAIR: Final = re.compile(r'([a-z_]{1,40})=(?:"([^"]{0,300})"|([^\s"]{0,300}))')
_KEYED: Final = re.compile(r"(?:date=\d{4}-|devname=|logver=|devid=)")
#: So far into a line a mnemonic is looked for.
_NEAR: Final = 160


def read_header(line: str, *, headed: bool = False) -> Head:
    """Return host, app, event and text of a line without its PRI.

    Args:
        line: the line.
        headed: an envelope has told time and host already.
    """
    if _KEYED.match(line):
        return _keyed(line)
    host, rest = ("", line) if headed else _past_time(line)
    named = _mnemonic(rest)
    if named is not None:
        return (host, *named, rest)
    tag = _TAG.match(rest)
    if tag is None or headed:
        return host, "", "", rest
    return host, tag[1], "", rest[tag.end() :]


def _past_time(line: str) -> tuple[str, str]:
    """Take number, time and host off; return the host and the rest."""
    host, rest = "", line
    number = _NUMBERS.match(rest)
    if number is not None:
        rest = rest[number.end() :]
    origin = _ORIGIN.match(rest)
    if origin is not None:
        host, rest = origin[1], rest[origin.end() :]
    time = _TIME.match(rest)
    if time is None:
        return host, rest
    rest = rest[time.end() :]
    named = None if host else _HOST.match(rest)
    if named is not None:
        host, rest = named[1], rest[named.end() :]
        rest = rest.removeprefix(": ")  # Cisco ASA sets the colon apart
    return host, rest


def _mnemonic(text: str) -> tuple[str, str] | None:
    found = _SLASHED.match(text) or _DASHED.search(text, 0, _NEAR)
    if found is None:
        at = text.find("%%", 0, _NEAR)
        found = _SLASHED.match(text, at) if at >= 0 else None
    return None if found is None else (found[1], found[2])


def _keyed(line: str) -> Head:
    told = {key: quoted or plain for key, quoted, plain in _PAIR.findall(line[:2000])}
    event = told.get("logid") or told.get("log_id") or ""
    return told.get("devname", ""), told.get("type", ""), event, line
