"""Where a message comes from, written as the inventory writes addresses."""

from __future__ import annotations

from functools import lru_cache
from ipaddress import IPv6Address


def source_of(host: str) -> str:
    """Return the address of a peer as the kernel tells it, without a zone, mapped IPv4 plain."""
    return _ipv6(host) if ":" in host else host


@lru_cache(maxsize=4096)
def _ipv6(host: str) -> str:
    address = IPv6Address(host.partition("%")[0])
    return str(address.ipv4_mapped or address)
