"""Who netmon is to senders of SNMPv3 informs: its engine id, and how often it has started.

Of an inform the receiver is the authoritative engine (RFC 3414 §1.5.1): a sender localises its keys
to our id and remembers our boots. So the id is made once and kept, and the boots only grow.
"""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from netmon.snmp.usm_message import MAX_INT

#: RFC 3411 §5 snmpEngineID: the enterprise that pysnmp uses, then octets of our own choice.
_PREFIX: Final = bytes.fromhex("80004fb805")
_OWN_OCTETS: Final = 12


@dataclass(frozen=True, slots=True)
class Identity:
    """snmpEngineID and snmpEngineBoots of one start."""

    engine_id: bytes
    boots: int


def new_engine_id() -> bytes:
    """Return an engine id that nobody else has."""
    return _PREFIX + secrets.token_bytes(_OWN_OCTETS)


class Identities:
    """An identity for each start, kept in a file: ``engine id in hexadecimal, boots``."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def begin(self) -> Identity:
        """Return the identity of a new start; it is on disk before anybody is told of it.

        What cannot be read, or has started too often, is made anew (RFC 3414 §2.2.2).

        Raises:
            OSError: it cannot be written.
        """
        try:
            written, boots = self._file.read_text("ascii").split()
            before = Identity(bytes.fromhex(written), int(boots))
        except (OSError, ValueError):
            before = Identity(b"", 0)
        if not before.engine_id.startswith(_PREFIX) or not 0 < before.boots < MAX_INT - 1:
            before = Identity(new_engine_id(), 0)
        now = Identity(before.engine_id, before.boots + 1)
        self._write(f"{now.engine_id.hex()} {now.boots}\n")
        return now

    def _write(self, text: str) -> None:
        beside = self._file.with_suffix(".new")
        with beside.open("w", encoding="ascii") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(self._file)
