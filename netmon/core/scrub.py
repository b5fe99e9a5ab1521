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


def _oids(*texts: str) -> tuple[Oid, ...]:
    return tuple(map(Oid.parse, texts))


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
    ),
}
_COMMUNITIES: Final = _oids(
    "1.3.6.1.6.3.18.1.1.1.2",  # snmpCommunityName
    "1.3.6.1.2.1.16.9.1.1.4",
    "1.3.6.1.2.1.16.19.13.1.2",  # trapDestCommunity
)
_MACS: Final = _oids(
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
        "alias": _oids("1.3.6.1.2.1.31.1.1.1.18"),
    }.items()
    for oid in oids
}

_MAC_OCTETS: Final = 6
_IPV4_ARCS: Final = 4
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
    hiding.learn(records, (*_SERIALS, *serials), community)
    dropped = tuple(oid for what in hide for oid in _DROPPED.get(what, ()))
    kept = (r for r in records if not any(oid.covers(r[0]) for oid in dropped))
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
    longest: tuple[tuple[bytes, bytes], ...] = ()

    def learn(self, records: Sequence[Raw], serials: Sequence[Oid], community: str | None) -> None:
        """Find what there is to hide."""
        for oid, tag, content in records:
            if Hide.ADDRESSES in self.hide:
                self._learn_address(oid, tag, content)
            if tag != OCTETS or not content.strip(b"\0 "):
                continue
            if Hide.SERIALS in self.hide and _below(oid, serials) and _has_digit(content):
                self._word(content, f"SYN{{:0{max(len(content) - 3, 1)}}}")
            if Hide.COMMUNITIES in self.hide and _below(oid, _COMMUNITIES):
                self._word(content, "community-{}")
            name = _below(oid, _NAMES) if Hide.NAMES in self.hide else None
            if name is not None:
                self._word(content, _NAMES[name] + "-{}")
        if Hide.COMMUNITIES in self.hide and community:
            self.words[community.encode()] = b"public"
        long = [pair for pair in self.words.items() if len(pair[0]) >= _WORD]
        self.longest = tuple(sorted(long, key=lambda pair: -len(pair[0])))

    def _learn_address(self, oid: Oid, tag: int, content: bytes) -> None:
        if tag == ADDRESS and len(content) == _IPV4_ARCS:
            self.address(content)
        elif tag == OCTETS and len(content) == _MAC_OCTETS and _below(oid, _MACS):
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

    def _index(self, oid: Oid) -> Oid:
        """Replace addresses that are part of an INDEX."""
        arcs = list(oid)
        for size, known in ((_MAC_OCTETS, self.macs), (_IPV4_ARCS, self.addresses)):
            for at in range(_PREFIX, len(arcs) - size + 1):
                part = arcs[at : at + size]
                if max(part) < 256 and bytes(part) in known:
                    arcs[at : at + size] = known[bytes(part)]
        return Oid(arcs)

    def _octets(self, content: bytes) -> bytes:
        if content in self.words:
            return self.words[content]
        if content in self.macs:
            return self.macs[content]
        for word, instead in self.longest:
            content = content.replace(word, instead)
        return self._text(content) if Hide.ADDRESSES in self.hide else content

    def _text(self, content: bytes) -> bytes:
        """Replace addresses within a text. Latin-1 keeps every octet as it is."""
        text = content.decode("latin-1")
        for pattern, instead in ((_MAC, self._mac_text), (_IPV6, _ipv6_text), (_QUAD, self._quad)):
            if pattern.search(text):
                text = pattern.sub(instead, text)
        return text.encode("latin-1")

    def _mac_text(self, hit: re.Match[str]) -> str:
        digits = re.sub("[^0-9A-Fa-f]", "", hit[0])
        new = iter(self.mac(bytes.fromhex(digits)).hex())
        return "".join(next(new) if c.isalnum() else c for c in hit[0])

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


def _ipv6_text(hit: re.Match[str]) -> str:
    try:
        address = IPv6Address(hit[0])
    except ValueError:
        return hit[0]
    return hit[0] if address.is_loopback or address.is_unspecified else "2001:db8::1"


def _below(oid: Oid, subtrees: Iterable[Oid]) -> Oid | None:
    return next((subtree for subtree in subtrees if subtree.covers(oid)), None)


def _stand_in(number: int) -> bytes:
    """Return the number-th address of RFC 5737, and of RFC 2544 when those are used up."""
    block, host = divmod(number, 254)
    if block < len(_DOCUMENTATION):
        return IPv4Address(f"{_DOCUMENTATION[block]}.{host + 1}").packed
    return (IPv4Address("198.18.0.0") + (number & 0x1FFFF)).packed


def _has_digit(content: bytes) -> bool:
    """Tell a serial number from a word in its place (``N/A``, ``Not Specified``)."""
    return any(0x30 <= octet <= 0x39 for octet in content)
