"""An SNMP agent without a socket: a datagram in, a datagram or silence out."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from netmon.simulator.authority import OVERHEAD_OCTETS, Authority
from netmon.simulator.mib import Mib
from netmon.simulator.query import Query, read_query
from netmon.simulator.respond import Rules, respond
from netmon.snmp.ber import OCTET_STRING, SEQUENCE, Malformed, enter, read_integer, tlv

ROOM_OCTETS: Final = 1472  #: of an answer: what an Ethernet frame carries of UDP over IPv4

_V1: Final = 0
_V2C: Final = 1
_V3: Final = 3


class Agent:
    """What answers at one address: to whom, from which instances, in how many octets."""

    __slots__ = ("_communities", "_rules", "_rules_v3", "authority", "mib")

    def __init__(
        self,
        mib: Mib,
        communities: Collection[str] = ("public",),
        authority: Authority | None = None,
        *,
        room: int = ROOM_OCTETS,
    ) -> None:
        self.mib = mib  #: may be replaced at any moment
        self.authority = authority  #: None: version 3 is not answered
        self._communities = frozenset(community.encode() for community in communities)
        # A message's own header: 12 octets and the community.
        rooms = {c: room - 12 - len(c) for c in self._communities}
        self._rules = {
            (version, community): Rules(left, old=version == _V1)
            for version in (_V1, _V2C)
            for community, left in rooms.items()
        }
        self._rules_v3 = Rules(room - OVERHEAD_OCTETS)

    def answer(self, datagram: bytes) -> bytes | None:
        """Return the answer; None for what gets none: no SNMP, a community that is unknown."""
        try:
            return self._answer(datagram)
        except Malformed:
            return None

    def _answer(self, datagram: bytes) -> bytes | None:
        start, end = enter(datagram, 0, len(datagram), SEQUENCE)
        if end != len(datagram):
            raise Malformed("octets after the message")
        version, at = read_integer(datagram, start, end)
        if version == _V3:
            return self.authority.answer(datagram, self._respond_v3) if self.authority else None
        community_at, at = enter(datagram, at, end, OCTET_STRING)
        rules = self._rules.get((version, datagram[community_at:at]))
        if rules is None:
            return None
        pdu = respond(self.mib, read_query(datagram, at, end), rules)
        return None if pdu is None else tlv(SEQUENCE, datagram[start:at] + pdu)

    def _respond_v3(self, query: Query) -> bytes | None:
        return respond(self.mib, query, self._rules_v3)
