"""What traps are called, and how those of SNMPv1 are translated (RFC 3584 §3.1)."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from netmon.model.oid import Oid

SYS_UP_TIME: Final = Oid.parse("1.3.6.1.2.1.1.3.0")
SNMP_TRAP_OID: Final = Oid.parse("1.3.6.1.6.3.1.1.4.1.0")

#: snmpTraps (SNMPv2-MIB, RFC 3418 §2).
SNMP_TRAPS: Final = Oid.parse("1.3.6.1.6.3.1.1.5")
COLD_START: Final = SNMP_TRAPS.child(1)
WARM_START: Final = SNMP_TRAPS.child(2)
LINK_DOWN: Final = SNMP_TRAPS.child(3)
LINK_UP: Final = SNMP_TRAPS.child(4)
AUTHENTICATION_FAILURE: Final = SNMP_TRAPS.child(5)

_ENTERPRISE_SPECIFIC: Final = 6

#: Notifications of standard MIBs.
_NAMES: Final = MappingProxyType(
    {
        COLD_START: "coldStart",
        WARM_START: "warmStart",
        LINK_DOWN: "linkDown",
        LINK_UP: "linkUp",
        AUTHENTICATION_FAILURE: "authenticationFailure",
        SNMP_TRAPS.child(6): "egpNeighborLoss",
        # UPS-MIB (RFC 1628)
        Oid.parse("1.3.6.1.2.1.33.2.1"): "upsTrapOnBattery",
        Oid.parse("1.3.6.1.2.1.33.2.2"): "upsTrapTestCompleted",
        Oid.parse("1.3.6.1.2.1.33.2.3"): "upsTrapAlarmEntryAdded",
        Oid.parse("1.3.6.1.2.1.33.2.4"): "upsTrapAlarmEntryRemoved",
        # ENTITY-MIB (RFC 6933), ENTITY-STATE-MIB (RFC 4268)
        Oid.parse("1.3.6.1.2.1.47.2.0.1"): "entConfigChange",
        Oid.parse("1.3.6.1.2.1.131.0.1"): "entStateOperEnabled",
        Oid.parse("1.3.6.1.2.1.131.0.2"): "entStateOperDisabled",
        # BRIDGE-MIB (RFC 4188), LLDP-MIB (IEEE 802.1AB)
        Oid.parse("1.3.6.1.2.1.17.0.1"): "newRoot",
        Oid.parse("1.3.6.1.2.1.17.0.2"): "topologyChange",
        Oid.parse("1.0.8802.1.1.2.0.0.1"): "lldpRemTablesChange",
        # BGP4-MIB (RFC 4273), OSPF-TRAP-MIB (RFC 4750)
        Oid.parse("1.3.6.1.2.1.15.0.1"): "bgpEstablishedNotification",
        Oid.parse("1.3.6.1.2.1.15.0.2"): "bgpBackwardTransNotification",
        Oid.parse("1.3.6.1.2.1.14.16.2.2"): "ospfNbrStateChange",
        Oid.parse("1.3.6.1.2.1.14.16.2.16"): "ospfIfStateChange",
        # VRRP-MIB (RFC 2787)
        Oid.parse("1.3.6.1.2.1.68.0.1"): "vrrpTrapNewMaster",
        Oid.parse("1.3.6.1.2.1.68.0.2"): "vrrpTrapAuthFailure",
        # NET-SNMP-AGENT-MIB
        Oid.parse("1.3.6.1.4.1.8072.4.0.1"): "nsNotifyStart",
        Oid.parse("1.3.6.1.4.1.8072.4.0.2"): "nsNotifyShutdown",
        Oid.parse("1.3.6.1.4.1.8072.4.0.3"): "nsNotifyRestart",
    }
)


def name_of(trap: Oid) -> str | None:
    """Return what a standard notification is called; None of any other."""
    return _NAMES.get(trap)


def translated(enterprise: Oid, generic: int, specific: int) -> Oid:
    """Return snmpTrapOID of an SNMPv1 trap (RFC 3584 §3.1 (2) and (3)).

    >>> translated(Oid.parse("1.3.6.1.4.1.8072.3.2.10"), 2, 0)
    Oid('1.3.6.1.6.3.1.1.5.3')
    >>> translated(Oid.parse("1.3.6.1.4.1.2011.5.25"), 6, 7)
    Oid('1.3.6.1.4.1.2011.5.25.0.7')
    """
    if generic == _ENTERPRISE_SPECIFIC:
        return enterprise.child(0, specific)
    return SNMP_TRAPS.child(generic + 1)
