"""What the engine has counted since its start."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass


@dataclass(slots=True)
class Counts:
    """Datagrams since the start."""

    requests: int = 0  #: sent, retries included
    retries: int = 0
    timeouts: int = 0  #: waits that ended without a reply
    malformed: int = 0  #: dropped: not SNMP, or not an answer to what was asked
    unknown_id: int = 0  #: dropped: from a peer, but nobody waits for it
    wrong_source: int = 0  #: dropped: from an address that was not asked
    unauthentic: int = 0  #: dropped: SNMPv3 that is not from whom it says
    refused: int = 0  #: ICMP errors, addresses without a route
    layout_hits: int = 0  #: replies read without parsing
    layout_misses: int = 0  #: replies parsed in full

    def shown(self) -> Mapping[str, int]:
        """Return all by name, with what follows from them: replies, and errors of every kind."""
        wrong = self.malformed + self.unknown_id + self.wrong_source + self.unauthentic
        return {
            **asdict(self),
            "replies": self.layout_hits + self.layout_misses,
            "errors": wrong + self.refused,
        }
