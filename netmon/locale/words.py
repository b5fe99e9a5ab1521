"""What netmon's codes are called: states, severities, roles, kinds, reasons."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from netmon.locale import N_, say
from netmon.model.accounting import Counted
from netmon.model.clock import ClockState
from netmon.model.condition import Severity
from netmon.model.event import EventKind
from netmon.model.fault import Ended
from netmon.model.impact import Loss, Why
from netmon.model.inventory import LineKind, Role, SiteKind, TenantKind
from netmon.model.outage import Clue, Confidence, ServiceState
from netmon.model.reading import Lane, StateSeverity
from netmon.model.ticket import Cause, Origin, Priority, TicketAction, TicketState, WaitReason
from netmon.model.wire import Silence
from netmon.model.world import LineState, TargetState

#: By enumeration, for two of them may use one word for two things.
WORDS: Final[Mapping[type[StrEnum], Mapping[StrEnum, str]]] = MappingProxyType(
    {
        Severity: {
            Severity.CRITICAL: N_("critical"),
            Severity.MAJOR: N_("major"),
            Severity.MINOR: N_("minor"),
            Severity.WARNING: N_("warning"),
        },
        StateSeverity: {
            StateSeverity.OK: N_("normal"),
            StateSeverity.WARNING: N_("warning"),
            StateSeverity.MINOR: N_("minor"),
            StateSeverity.MAJOR: N_("major"),
            StateSeverity.CRITICAL: N_("critical"),
            StateSeverity.UNKNOWN: N_("unknown"),
        },
        TargetState: {
            TargetState.UP: N_("up"),
            TargetState.DOWN: N_("down"),
            TargetState.UNREACHABLE: N_("unreachable"),
            TargetState.UNKNOWN: N_("unknown"),
        },
        LineState: {
            LineState.UP: N_("up"),
            LineState.DEGRADED: N_("degraded"),
            LineState.DOWN: N_("down"),
            LineState.UNREACHABLE: N_("unreachable"),
            LineState.UNKNOWN: N_("unknown"),
            LineState.PLANNED: N_("planned"),
        },
        ServiceState: {
            ServiceState.UP: N_("up"),
            ServiceState.DEGRADED: N_("degraded"),
            ServiceState.DOWN: N_("down"),
            ServiceState.UNREACHABLE: N_("unreachable (upstream)"),
            ServiceState.UNKNOWN: N_("unknown"),
            ServiceState.NOT_IN_SERVICE: N_("not in service"),
        },
        Counted: {
            Counted.UP: N_("counts as up"),
            Counted.DOWN: N_("counts as down"),
            Counted.EXCLUDED: N_("excluded"),
        },
        Confidence: {
            Confidence.HIGH: N_("high confidence"),
            Confidence.MEDIUM: N_("medium confidence"),
            Confidence.LOW: N_("low confidence"),
        },
        Clue: {
            Clue.PLANNED_WORK: N_("planned work was under way"),
            Clue.UPSTREAM_DOWN: N_("a line upstream was down"),
            Clue.OWN_NODE_DOWN: N_("a node of ours was down"),
            Clue.PORT_SHUT: N_("the port was shut by its administrator"),
            Clue.POWER_NEAR: N_("a power fault at the near end"),
            Clue.POWER_FAR: N_("a power fault at the far end"),
            Clue.CARRIER_TOGETHER: N_("other lines of the carrier fell at the same time"),
            Clue.OPTICAL_LOW: N_("the light was weak"),
            Clue.FAR_ANSWERS: N_("the far end answers while the port is down"),
            Clue.FAR_SILENT: N_("the port is up and the far end does not answer"),
            Clue.PORT_DOWN: N_("the port lost its signal"),
            Clue.ATTACK: N_("failed log-ins at an end of the line"),
        },
        TicketState: {
            TicketState.OPEN: N_("open"),
            TicketState.ACKNOWLEDGED: N_("acknowledged"),
            TicketState.WORKING: N_("working"),
            TicketState.WAITING: N_("waiting"),
            TicketState.RESTORED: N_("restored"),
            TicketState.CLOSED: N_("closed"),
        },
        Priority: {
            Priority.P1: N_("P1"),
            Priority.P2: N_("P2"),
            Priority.P3: N_("P3"),
            Priority.P4: N_("P4"),
        },
        WaitReason: {
            WaitReason.CARRIER: N_("the carrier"),
            WaitReason.POWER: N_("power"),
            WaitReason.ACCESS: N_("access to the site"),
            WaitReason.PARTS: N_("spare parts"),
            WaitReason.OTHER: N_("something else"),
        },
        Cause: {
            Cause.CARRIER: N_("carrier"),
            Cause.SITE_POWER: N_("site power"),
            Cause.SUBSCRIBER_EQUIPMENT: N_("equipment of the connected organisation"),
            Cause.OWN_EQUIPMENT: N_("own equipment"),
            Cause.UPSTREAM: N_("upstream network"),
            Cause.PLANNED: N_("planned work"),
            Cause.SECURITY: N_("security incident"),
            Cause.UNKNOWN: N_("cause unknown"),
        },
        Role: {
            Role.CORE: N_("core node"),
            Role.AGGREGATION: N_("aggregation node"),
            Role.ACCESS: N_("access node"),
            Role.ROUTER: N_("router"),
            Role.FIREWALL: N_("firewall"),
            Role.GAP: N_("gap device"),
            Role.SERVER: N_("server"),
            Role.UPS: N_("UPS"),
            Role.COOLING: N_("air conditioner"),
            Role.ENVIRONMENT: N_("environment sensor"),
            Role.LEAK: N_("leak detector"),
            Role.PDU: N_("PDU"),
            Role.STORAGE: N_("storage"),
            Role.DOOR: N_("door control"),
            Role.OTHER: N_("other"),
        },
        LineKind: {
            LineKind.ACCESS: N_("access line"),
            LineKind.UPLINK: N_("uplink"),
            LineKind.EGRESS: N_("egress"),
            LineKind.BACKBONE: N_("backbone"),
            LineKind.INTERNAL: N_("internal line"),
        },
        SiteKind: {
            SiteKind.MACHINE_ROOM: N_("machine room"),
            SiteKind.DEPARTMENT: N_("department"),
            SiteKind.STREET: N_("sub-district"),
            SiteKind.TOWNSHIP: N_("township"),
            SiteKind.VILLAGE: N_("village or community"),
            SiteKind.CARRIER: N_("carrier"),
            SiteKind.UPSTREAM: N_("upstream network"),
        },
        TenantKind: {
            TenantKind.DEPARTMENT: N_("department"),
            TenantKind.STREET: N_("sub-district"),
            TenantKind.TOWNSHIP: N_("township"),
            TenantKind.VILLAGE: N_("village or community"),
            TenantKind.VERTICAL: N_("vertically managed agency"),
            TenantKind.OTHER: N_("other"),
        },
        Loss: {
            Loss.SERVICE: N_("service lost"),
            Loss.PART: N_("service lost in part"),
            Loss.REDUNDANCY: N_("redundancy lost"),
        },
        Why: {
            Why.TAKEN: N_("taken down itself"),
            Why.ENDS: N_("an end of it is taken down"),
            Why.CUT_OFF: N_("cut off"),
            Why.NARROW: N_("one way in is left"),
            Why.WAY_OUT: N_("not reached from the Internet"),
        },
        Lane: {
            Lane.PRESENCE: N_("presence"),
            Lane.STATUS: N_("status"),
            Lane.COUNTERS: N_("counters"),
            Lane.NAMES: N_("names"),
        },
        TicketAction: {
            TicketAction.ACK: N_("acknowledge"),
            TicketAction.ASSIGN: N_("assign"),
            TicketAction.NOTE: N_("note"),
            TicketAction.WORK: N_("start work"),
            TicketAction.WAIT: N_("wait"),
            TicketAction.RESUME: N_("resume"),
            TicketAction.RESTORE: N_("restore"),
            TicketAction.REVIEW: N_("review"),
            TicketAction.CLOSE: N_("close"),
            TicketAction.PRIORITY: N_("change the priority"),
        },
        Origin: {
            Origin.MONITORING: N_("monitoring"),
            Origin.MANUAL: N_("a person"),
            Origin.ALERTMANAGER: N_("an alert of another tool"),
        },
        ClockState: {
            ClockState.RUNNING: N_("running"),
            ClockState.PAUSED: N_("standing still"),
            ClockState.MET: N_("in time"),
            ClockState.MISSED: N_("missed"),
        },
        EventKind: {
            EventKind.FAULT_RAISED: N_("fault raised"),
            EventKind.FAULT_CLEARED: N_("fault cleared"),
            EventKind.FAULT_CHANGED: N_("fault changed"),
            EventKind.TICKET_OPENED: N_("ticket opened"),
            EventKind.TICKET_CHANGED: N_("ticket changed"),
            EventKind.TICKET_ESCALATED: N_("ticket escalated"),
            EventKind.TICKET_DUE: N_("ticket due"),
            EventKind.STATE_CHANGED: N_("state changed"),
            EventKind.LINE_ADDED: N_("line added"),
            EventKind.LINE_CHANGED: N_("line changed"),
            EventKind.LINE_REMOVED: N_("line removed"),
            EventKind.NOTIFICATION: N_("notification"),
            EventKind.MAINTENANCE_BEGAN: N_("planned work began"),
            EventKind.MAINTENANCE_ENDING: N_("planned work ends soon"),
            EventKind.MAINTENANCE_ENDED: N_("planned work ended"),
            EventKind.OUTAGE_AMENDED: N_("outage record amended"),
            EventKind.INVENTORY_RELOADED: N_("inventory reloaded"),
            EventKind.INVENTORY_REFUSED: N_("inventory refused"),
            EventKind.TEST: N_("a test"),
            EventKind.MESSAGE: N_("message of a device"),
        },
        Ended: {
            Ended.REMOVED: N_("removed from the inventory"),
            Ended.RULE_DISABLED: N_("its rule is switched off"),
            Ended.NOT_WATCHED: N_("its port is no longer watched"),
            Ended.LINE_ENDED: N_("the line is not in service"),
            Ended.NOT_REPEATED: N_("nobody tells of it any more"),
        },
        Silence: {
            Silence.TIMEOUT: N_("no answer in time"),
            Silence.DEADLINE: N_("the time for this target was up before its answer was complete"),
            Silence.REFUSED: N_("nothing listens there: port unreachable or no route"),
            Silence.MALFORMED: N_("what came back is not SNMP, or answers something else"),
            Silence.TOO_BIG: N_("the agent says tooBig even to a single value"),
            Silence.GEN_ERR: N_("the agent answered with an error (error-status)"),
            Silence.ACCESS: N_("the agent refuses access to this part (view or community)"),
            Silence.NOT_INCREASING: N_("the agent's table runs in circles (OID not increasing)"),
            Silence.ENDLESS: N_("the agent's table has no end"),
            Silence.UNSUPPORTED_SEC_LEVEL: N_(
                "the user may not ask at this security level (usmStatsUnsupportedSecLevels)"
            ),
            Silence.NOT_IN_TIME_WINDOW: N_(
                "the agent's clock or boots cannot be followed (usmStatsNotInTimeWindows)"
            ),
            Silence.UNKNOWN_USER: N_(
                "the agent does not know this user (usmStatsUnknownUserNames)"
            ),
            Silence.UNKNOWN_ENGINE: N_(
                "the engine ID is not the agent's (usmStatsUnknownEngineIDs)"
            ),
            Silence.WRONG_DIGEST: N_(
                "the authentication password or protocol is wrong (usmStatsWrongDigests)"
            ),
            Silence.DECRYPTION: N_(
                "the privacy password or protocol is wrong (usmStatsDecryptionErrors)"
            ),
            Silence.UNAUTHENTIC: N_("the replies' own authentication is wrong; they were dropped"),
        },
    }
)  # fmt: skip


def word(code: StrEnum) -> str:
    """Return what a code is called in the current language."""
    return say(WORDS[type(code)][code])


def word_or(kind: type[StrEnum], text: str) -> str:
    """Return what the code ``text`` of ``kind`` is called; itself where it is none."""
    try:
        return word(kind(text))
    except ValueError:
        return text
