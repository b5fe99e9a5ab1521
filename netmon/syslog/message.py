"""Understand the octets of one syslog message, whatever they are.

RFC 5424 by its grammar; everything else as RFC 3164 and the vendors write it, which is by custom.
Nothing here raises: what is not understood stays in the text.
"""

from __future__ import annotations

import codecs
import re
from typing import Final

from netmon.model.message import FACILITIES, URGENCIES, Facility, Message, Urgency
from netmon.syslog.header import read_header

#: What is taken of one message, octets; the rest is cut off (RFC 5424 §6.1 asks for 2,048).
LONGEST: Final = 8192

_PRI: Final = re.compile(r"<(0|[1-9]\d{0,2})>")
#: VERSION, TIMESTAMP, HOSTNAME, APP-NAME, PROCID, MSGID (RFC 5424 §6); names longer than there.
_HEADER: Final = re.compile(
    r"[1-9]\d{0,2} (?:-|\d{4}-\d\d-\d\dT\S{1,40}) (\S{1,255}) (\S{1,255}) \S{1,255} (\S{1,255})"
    r"(?: |$)"
)
#: STRUCTURED-DATA: ``-``, or elements in which a quoted value may hold brackets. Possessive: no
#: way back, so that it costs one pass.
_DATA: Final = re.compile(r'(?:-|(?:\[[^\]"]*+(?:"(?:[^"\\]++|\\.)*+"[^\]"]*+)*+\])++)(?: |$)')

#: What could move a cursor, ring a bell, or turn the line around on whoever reads it: C0, DEL, C1,
#: line separators and the bidirectional controls, each by a blank.
_HARMLESS: Final = {
    **dict.fromkeys((*range(0x20), *range(0x7F, 0xA0)), " "),
    **dict.fromkeys((0x2028, 0x2029, 0x200E, 0x200F, 0x061C, 0xFEFF), " "),
    **dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A)), " "),
}


def parse(octets: bytes) -> Message:
    """Return what a message says."""
    cut = len(octets) > LONGEST
    line = harmless(decode(octets[:LONGEST], whole=not cut)).strip()
    facility, urgency, rest = _priority(line)
    found = _HEADER.match(rest)
    if found is None:
        host, app, event, text = read_header(rest.lstrip())
    else:
        host, app, event = (_known(field) for field in found.groups())
        text = _behind_data(rest[found.end() :])
        if not event:  # a vendor's line may travel in a standard envelope
            _, app_of_text, event, text = read_header(text, headed=True)
            app = app_of_text or app
    return Message(facility, urgency, host, app, event, text.strip(), cut)


def decode(octets: bytes, *, whole: bool = True) -> str:
    """Return octets as text: UTF-8, else GB 18030 (which GBK is part of), else as far as it goes.

    Args:
        octets: the octets.
        whole: False where they were cut, perhaps in the middle of a character.
    """
    for coding in ("utf-8", "gb18030"):
        try:
            return codecs.getincrementaldecoder(coding)().decode(octets, final=whole)
        except UnicodeDecodeError:
            continue
    return octets.decode("utf-8", "replace")


def harmless(text: str) -> str:
    """Return a text without controls."""
    return text.translate(_HARMLESS)


def _priority(line: str) -> tuple[Facility, Urgency, str]:
    """Take the PRI off; without one, or with one that cannot be, user.notice (RFC 3164 §4.3.3)."""
    found = _PRI.match(line)
    if found is None:
        return Facility.USER, Urgency.NOTICE, line
    facility, urgency = divmod(int(found[1]), len(URGENCIES))
    if facility >= len(FACILITIES):
        return Facility.USER, Urgency.NOTICE, line
    return FACILITIES[facility], URGENCIES[urgency], line[found.end() :]


def _known(field: str) -> str:
    return "" if field == "-" else field


def _behind_data(text: str) -> str:
    """Return what stands behind STRUCTURED-DATA (RFC 5424 §6.3); all of it where it is broken."""
    found = _DATA.match(text)
    return text if found is None else text[found.end() :]
