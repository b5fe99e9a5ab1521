"""Take out of a recording what is nobody else's business, consistently: equal stays equal.

Rule 1: what is replaced once is replaced everywhere, in values, within texts and in the INDEX of
rows, so that tables still fit together. Rule 2: tables that are about nothing else are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum, unique
from ipaddress import IPv4Address, IPv4Network, IPv6Address
from typing import Final

from netmon.model.oid import Oid

#: An instance, its BER tag and its content.
Raw = tuple[Oid, int, bytes]

OCTETS: Final = 0x04
ADDRESS: Final = 0x40


@unique
class Hide(StrEnum):
    """What can be taken out of a recording."""

    ADDRESSES = "addresses"  #: IP and MAC addresses, and the tables of neighbours, routes, sockets
    SERIALS = "serials"  #: serial numbers, as the profiles and ENTITY-MIB know them
    COMMUNITIES = "communities"  #: communities, users, views, receivers of notifications
    NAMES = "names"  #: sysName, sysContact, sysLocation, ifAlias, names of neighbours


class _Subtrees:
    """Subtrees, to be asked which of them an OID lies in; a recording has half a million OIDs."""

    def __init__(self, oids: Iterable[Oid]) -> None:
        self._oids = {tuple(oid): oid for oid in oids}
        self._lengths = sorted({len(oid) for oid in self._oids})

    def holder(self, oid: Oid) -> Oid | None:
        """Return the subtree that holds an OID."""
        for length in self._lengths:
            found = self._oids.get(oid[:length])
            if found is not None:
                return found
        return None


def _oids(*texts: str) -> tuple[Oid, ...]:
    return tuple(map(Oid.parse, texts))


def _subtrees(*texts: str) -> _Subtrees:
    return _Subtrees(_oids(*texts))


#: Tables without which a recording tells the same of a device: their rows are other people's.
_DROPPED: Final = {
    Hide.ADDRESSES: _oids(
        "1.3.6.1.2.1.3",  # atTable
        "1.3.6.1.2.1.4.20",  # ipAddrTable
        "1.3.6.1.2.1.4.21",  # ipRouteTable
        "1.3.6.1.2.1.4.22",  # ipNetToMediaTable
        "1.3.6.1.2.1.4.24",  # ipForward
        "1.3.6.1.2.1.4.32",  # ipAddressPrefixTable
        "1.3.6.1.2.1.4.34",  # ipAddressTable
        "1.3.6.1.2.1.4.35",  # ipNetToPhysicalTable
        "1.3.6.1.2.1.4.37",  # ipDefaultRouterTable
        "1.3.6.1.2.1.6.13",  # tcpConnTable
        "1.3.6.1.2.1.6.19",  # tcpConnectionTable
        "1.3.6.1.2.1.6.20",  # tcpListenerTable
        "1.3.6.1.2.1.7.5",  # udpTable
        "1.3.6.1.2.1.7.7",  # udpEndpointTable
        "1.3.6.1.2.1.14",  # ospf
        "1.3.6.1.2.1.15",  # bgp
        "1.3.6.1.2.1.17.4.3",  # dot1dTpFdbTable
        "1.3.6.1.2.1.17.7.1.2",  # dot1qTpFdbTable
        "1.3.6.1.2.1.55",  # ipv6
        "1.0.8802.1.1.2.1.3.8",  # lldpLocManAddrTable
        "1.0.8802.1.1.2.1.4.2",  # lldpRemManAddrTable
        "1.3.111.2.802.1.1.13.1.4",  # LLDP-V2-MIB: remote systems
        "1.3.6.1.4.1.9.9.23.1.2",  # cdpCacheTable
        "1.3.6.1.6.3.10.2.1.1",  # snmpEngineID is made of an address
        "1.3.6.1.6.3.12",  # SNMP-TARGET-MIB
    ),
    Hide.COMMUNITIES: _oids(
        "1.3.6.1.6.3.12",  # SNMP-TARGET-MIB
        "1.3.6.1.6.3.13",  # SNMP-NOTIFICATION-MIB
        "1.3.6.1.6.3.15.1.2",  # usmUserTable
        "1.3.6.1.6.3.16",  # SNMP-VIEW-BASED-ACM-MIB
        "1.3.6.1.6.3.18",  # SNMP-COMMUNITY-MIB
        "1.3.6.1.2.1.16.9.1.1.4",  # eventCommunity
        "1.3.6.1.2.1.16.19.13",  # trapDestTable
        "1.3.6.1.2.1.25.4.2.1.4",  # hrSWRunPath
        "1.3.6.1.2.1.25.4.2.1.5",  # hrSWRunParameters: passwords stand in command lines
    ),
    Hide.NAMES: _oids("1.3.111.2.802.1.1.13.1.4", "1.3.6.1.4.1.9.9.23.1.2"),
}
_COMMUNITIES: Final = _subtrees(
    "1.3.6.1.6.3.18.1.1.1.2",  # snmpCommunityName
    "1.3.6.1.2.1.16.9.1.1.4",
    "1.3.6.1.2.1.16.19.13.1.2",  # trapDestCommunity
)
_MACS: Final = _subtrees(
    "1.3.6.1.2.1.2.2.1.6",  # ifPhysAddress
    "1.3.6.1.2.1.17.1.1",  # dot1dBaseBridgeAddress
    "1.0.8802.1.1.2.1.3.2",  # lldpLocChassisId
    "1.0.8802.1.1.2.1.4.1.1.5",  # lldpRemChassisId
    "1.0.8802.1.1.2.1.4.1.1.7",  # lldpRemPortId
    "1.3.6.1.2.1.4.22.1.2",  # ipNetToMediaPhysAddress
    "1.3.6.1.2.1.17.4.3.1.1",  # dot1dTpFdbAddress
)
_SERIALS: Final = _oids(
    "1.3.6.1.2.1.47.1.1.1.1.11",  # entPhysicalSerialNum
    "1.3.6.1.2.1.47.1.1.1.1.15",  # entPhysicalAssetID
)
_NAMES: Final = {
    oid: what
    for what, oids in {
        "contact": _oids("1.3.6.1.2.1.1.4"),
        "name": _oids("1.3.6.1.2.1.1.5", "1.0.8802.1.1.2.1.3.3", "1.0.8802.1.1.2.1.4.1.1.9"),
        "location": _oids("1.3.6.1.2.1.1.6"),
        "alias": _oids("1.3.6.1.2.1.31.1.1.1.18", "1.3.6.1.2.1.47.1.1.1.1.14"),
    }.items()
    for oid in oids
}
_NAMED: Final = _Subtrees(_NAMES)

_MAC_OCTETS: Final = 6
_IPV4_ARCS: Final = 4
_IPV6_OCTETS: Final = 16
#: Octets of a MAC address that differ, at the least; fewer are flags.
_DIFFERENT: Final = 4
#: An arc above this is hardly one of a MIB's own.
_LARGE: Final = 40
#: Arcs before an INDEX begins, at the least: 1.3.6.1.2.1.x.y.z.column.
_PREFIX: Final = 8
#: A text of fewer characters is replaced only where it is all that a value says.
_WORD: Final = 5
_PRIVATE: Final = tuple(
    map(IPv4Network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"))
)
_DOCUMENTATION: Final = ("192.0.2", "198.51.100", "203.0.113")
_QUAD: Final = re.compile(r"(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?![\w.])")
_MAC: Final = re.compile(
    r"(?<![0-9A-Fa-f:.-])(?:[0-9A-Fa-f]{2}([:-]))(?:[0-9A-Fa-f]{2}\1){4}[0-9A-Fa-f]{2}(?![0-9A-Fa-f:-])"
    r"|(?<![0-9A-Fa-f.])(?:[0-9A-Fa-f]{4}[.-]){2}[0-9A-Fa-f]{4}(?![0-9A-Fa-f.-])"
)
_BARE_MAC: Final = re.compile(r"(?<![0-9A-Fa-f])[0-9A-Fa-f]{12}(?![0-9A-Fa-f])")
_IPV6: Final = re.compile(r"(?<![\w:.])[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,7}(?![\w:])")


def scrub(
    records: Sequence[Raw],
    hide: frozenset[Hide],
    serials: Iterable[Oid] = (),
    community: str | None = None,
) -> list[Raw]:
    """Return a recording without what is to be hidden, by ascending OID.

    Args:
        records: instances with their BER tags and contents.
        hide: what of them.
        serials: scalars and columns that hold serial numbers, as the profiles know them.
        community: the one that the recording was made with.
    """
    if not hide:
        return sorted(records)
    hiding = _Hiding(hide)
    hiding.learn(records, _Subtrees((*_SERIALS, *serials)), community)
    dropped = _Subtrees(oid for what in hide for oid in _DROPPED.get(what, ()))
    kept = [record for record in records if dropped.holder(record[0]) is None]
    hiding.find_places([oid for oid, _, _ in kept])
    return sorted(
        {oid: (oid, tag, content) for oid, tag, content in map(hiding.record, kept)}.values()
    )


@dataclass(slots=True)
class _Hiding:
    """What is replaced by what."""

    hide: frozenset[Hide]
    addresses: dict[bytes, bytes] = field(default_factory=dict)
    macs: dict[bytes, bytes] = field(default_factory=dict)
    words: dict[bytes, bytes] = field(default_factory=dict)
    ipv6: dict[bytes, bytes] = field(default_factory=dict)
    places: dict[tuple[int, ...], int] = field(default_factory=dict)
    longest: tuple[tuple[bytes, bytes], ...] = ()

    def learn(self, records: Sequence[Raw], serials: _Subtrees, community: str | None) -> None:
        """Find what there is to hide."""
        for oid, tag, content in records:
            if Hide.ADDRESSES in self.hide:
                self._learn_address(oid, tag, content)
            if tag != OCTETS or not content.strip(b"\0 "):
                continue
            if Hide.SERIALS in self.hide and serials.holder(oid) and _has_digit(content):
                self._word(content, f"SYN{{:0{max(len(content) - 3, 1)}}}")
            if Hide.COMMUNITIES in self.hide and _COMMUNITIES.holder(oid):
                self._word(content, "community-{}")
            name = _NAMED.holder(oid) if Hide.NAMES in self.hide else None
            if name is not None:
                self._word(content, _NAMES[name] + "-{}")
        if Hide.COMMUNITIES in self.hide and community:
            self.words[community.encode()] = b"public"
        long = [pair for pair in self.words.items() if len(pair[0]) >= _WORD]
        self.longest = tuple(sorted(long, key=lambda pair: -len(pair[0])))

    def _learn_address(self, oid: Oid, tag: int, content: bytes) -> None:
        if tag == ADDRESS and len(content) == _IPV4_ARCS:
            self.address(content)
        elif (
            tag == OCTETS
            and len(content) == _MAC_OCTETS
            and (_MACS.holder(oid) or _looks_like_mac(content))
        ):
            self.mac(content)

    def _word(self, content: bytes, pattern: str) -> None:
        if content not in self.words:
            self.words[content] = pattern.format(len(self.words) + 1).encode()

    def address(self, packed: bytes) -> bytes:
        """Return what stands for an IPv4 address: one of those set aside for documentation."""
        address = IPv4Address(packed)
        special = address.is_loopback or address.is_multicast or packed[0] in (0, 255)
        if special:
            return packed
        if packed not in self.addresses:
            self.addresses[packed] = _stand_in(len(self.addresses))
        return self.addresses[packed]

    def mac(self, octets: bytes) -> bytes:
        """Return what stands for a MAC address: a local one."""
        if not octets.strip(b"\0") or not octets.strip(b"\xff"):
            return octets
        if octets not in self.macs:
            self.macs[octets] = b"\x02\x00" + (len(self.macs) + 1).to_bytes(4)
        return self.macs[octets]

    def record(self, record: Raw) -> Raw:
        """Return a record with everything replaced that is known."""
        oid, tag, content = record
        if Hide.ADDRESSES in self.hide:
            oid = self._index(oid)
            if tag == ADDRESS and len(content) == _IPV4_ARCS:
                return oid, tag, self.address(content)
        if tag == OCTETS:
            content = self._octets(content)
        return oid, tag, content

    def find_places(self, oids: Sequence[Oid]) -> None:
        """Find the columns whose INDEX holds known addresses: ``places`` by what stands before.

        Arcs of the MIB itself may read like an address, above all like 1.1.1.1. So all rows of a
        column must have one there, and more than one, or one that has a large arc.
        """
        for size, known in ((_MAC_OCTETS, self.macs), (_IPV4_ARCS, self.addresses)):
            seen: dict[tuple[int, ...], set[tuple[int, ...]]] = {}
            for oid in oids if known else ():
                for at in range(_PREFIX, len(oid) - size + 1):
                    part = oid[at : at + size]
                    if max(part) < 256 and bytes(part) in known:
                        seen.setdefault(oid[:at], set()).add(part)
            others = {
                oid[:at]
                for oid in oids if seen
                for at in range(_PREFIX, len(oid) + 1)
                if oid[:at] in seen and oid[at : at + size] not in seen[oid[:at]]
            }  # fmt: skip
            for before, parts in seen.items():
                large = any(max(part) > _LARGE for part in parts)
                if before not in others and (large or len(parts) > 1):
                    self.places[before] = size

    def _index(self, oid: Oid) -> Oid:
        """Replace addresses that are part of an INDEX."""
        for at in range(_PREFIX, len(oid) - _IPV4_ARCS + 1) if self.places else ():
            size = self.places.get(oid[:at])
            if size is not None:
                known = self.macs if size == _MAC_OCTETS else self.addresses
                new = known[bytes(oid[at : at + size])]
                oid = Oid((*oid[:at], *new, *oid[at + size :]))
        return oid

    def _octets(self, content: bytes) -> bytes:
        if content in self.words:
            return self.words[content]
        if Hide.ADDRESSES in self.hide:
            known = self.macs.get(content) or self.addresses.get(content)
            if known is not None:
                return known
            if len(content) == _IPV6_OCTETS and not _is_text(content):
                return self._ipv6(content)
        for word, instead in self.longest:
            content = content.replace(word, instead)
        return self._text(content) if Hide.ADDRESSES in self.hide else content

    def _ipv6(self, packed: bytes) -> bytes:
        """Return what stands for an IPv6 address (RFC 3849)."""
        address = IPv6Address(packed)
        if address.is_loopback or address.is_unspecified or address.is_multicast:
            return packed
        if packed not in self.ipv6:
            self.ipv6[packed] = (IPv6Address("2001:db8::") + len(self.ipv6) + 1).packed
        return self.ipv6[packed]

    def _text(self, content: bytes) -> bytes:
        """Replace addresses within a text. Latin-1 keeps every octet as it is."""
        text = content.decode("latin-1")
        for pattern, instead in (
            (_MAC, self._mac_text),
            (_BARE_MAC, self._bare_mac),
            (_IPV6, self._ipv6_text),
            (_QUAD, self._quad),
        ):
            if pattern.search(text):
                text = pattern.sub(instead, text)
        return text.encode("latin-1")

    def _mac_text(self, hit: re.Match[str]) -> str:
        digits = re.sub("[^0-9A-Fa-f]", "", hit[0])
        new = iter(self.mac(bytes.fromhex(digits)).hex())
        return "".join(next(new) if c.isalnum() else c for c in hit[0])

    def _bare_mac(self, hit: re.Match[str]) -> str:
        known = self.macs.get(bytes.fromhex(hit[0]))
        return hit[0] if known is None else known.hex()

    def _ipv6_text(self, hit: re.Match[str]) -> str:
        try:
            address = IPv6Address(hit[0])
        except ValueError:
            return hit[0]
        return str(IPv6Address(self._ipv6(address.packed)))

    def _quad(self, hit: re.Match[str]) -> str:
        """A version may look like an address: only known and private ones are taken for one."""
        try:
            address = IPv4Address(hit[0])
        except ValueError:
            return hit[0]
        private = any(address in network for network in _PRIVATE)
        if not private and address.packed not in self.addresses:
            return hit[0]
        return str(IPv4Address(self.address(address.packed)))


def _is_text(octets: bytes) -> bool:
    return all(0x20 <= octet < 0x7F for octet in octets)


def _looks_like_mac(octets: bytes) -> bool:
    return not _is_text(octets) and len(set(octets)) >= _DIFFERENT


def _stand_in(number: int) -> bytes:
    """Return the number-th address of RFC 5737, and of RFC 2544 when those are used up."""
    block, host = divmod(number, 254)
    if block < len(_DOCUMENTATION):
        return IPv4Address(f"{_DOCUMENTATION[block]}.{host + 1}").packed
    return (IPv4Address("198.18.0.0") + (number & 0x1FFFF)).packed


def _has_digit(content: bytes) -> bool:
    """Tell a serial number from a word in its place (``N/A``, ``Not Specified``)."""
    return any(0x30 <= octet <= 0x39 for octet in content)
