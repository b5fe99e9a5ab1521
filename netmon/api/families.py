"""Every metric netmon exposes: name, type and HELP (CONTRACT §6), in the order of the page.

Names end in the base unit; a counter's name ends in ``_total``. States are gauges labelled
``state``: OpenMetrics' stateset would name the label after the metric.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, Literal

from netmon.core.checks.climate import RATES
from netmon.locale import N_, say
from netmon.model.profile import METRICS

Kind = Literal["counter", "gauge", "info", "summary", "unknown"]

_UNITS: Final = frozenset(
    (
        *("seconds", "bytes", "ratio", "celsius", "volts", "amperes"),
        *("watts", "joules", "hertz", "pascals", "meters", "ohms"),
    )
)


@dataclass(frozen=True, slots=True, eq=False)
class Family:
    """One metric family: samples of one name and type, which stand together on the page."""

    name: str  #: as its samples are called; of a summary without ``_sum`` and ``_count``
    kind: Kind
    help: str  #: a marked message
    params: dict[str, str] = field(default_factory=dict)  #: of the message

    def head(self, *, openmetrics: bool) -> bytes:
        """Return the HELP and TYPE lines in one of the two formats, in the current language."""
        text = say(self.help, **self.params).replace("\\", r"\\").replace("\n", r"\n")
        if not openmetrics:
            kind = {"info": "gauge", "unknown": "untyped"}.get(self.kind, self.kind)
            return f"# HELP {self.name} {text}\n# TYPE {self.name} {kind}\n".encode()
        ending = {"counter": "_total", "info": "_info"}.get(self.kind, "")
        name = self.name.removesuffix(ending)
        unit = name.rpartition("_")[2]
        lines = [f"# HELP {name} {text.replace(chr(34), chr(92) + chr(34))}"]
        lines.append(f"# TYPE {name} {self.kind}")
        if unit in _UNITS and self.kind != "info":
            lines.append(f"# UNIT {name} {unit}")
        return ("\n".join(lines) + "\n").encode()


def _f(name: str, kind: Kind, text: str) -> Family:
    return Family("netmon_" + name, kind, text)


TARGET_UP = _f("target_up", "gauge", N_("Whether the target answers."))
TARGET_STATE = _f("target_state", "gauge", N_("1 for the state the target is in, 0 for others."))
TARGET_UPTIME = _f("target_uptime_seconds", "gauge", N_("Time since the agent started."))
TARGET_DURATION = _f(
    "target_poll_duration_seconds", "gauge", N_("How long the last poll of a lane took.")
)
TARGET_REPLY = _f(
    "target_last_reply_timestamp_seconds", "gauge", N_("When the target answered last.")
)
TARGET_BREAKS = _f(
    "target_discontinuities_total",
    "counter",
    N_("Counter intervals dropped and not guessed: restarts and renumberings."),
)
TARGET_INFO = _f("target_info", "info", N_("Who the target says it is, and its names."))

INTERFACE_UP = _f("interface_up", "gauge", N_("Whether ifOperStatus is up."))
INTERFACE_ADMIN = _f("interface_admin_up", "gauge", N_("Whether ifAdminStatus is up."))
INTERFACE_SPEED = _f("interface_speed_bytes", "gauge", N_("Speed in bytes per second."))
INTERFACE_INFO = _f("interface_info", "info", N_("What the interface is called and carries."))

_RECEIVED: Final = (
    ("in_octets", "bytes", N_("Bytes received."), N_("Bytes transmitted.")),
    ("in_errors", "errors", N_("Packets received in error."), N_("Packets not sent for errors.")),
    (
        "in_discards",
        "discards",
        N_("Sound packets received and dropped."),
        N_("Sound packets dropped instead of sent."),
    ),
    (
        "in_ucast",
        "unicast_packets",
        N_("Unicast packets received."),
        N_("Unicast packets transmitted."),
    ),
    (
        "in_multicast",
        "multicast_packets",
        N_("Multicast packets received."),
        N_("Multicast packets transmitted."),
    ),
    (
        "in_broadcast",
        "broadcast_packets",
        N_("Broadcast packets received."),
        N_("Broadcast packets transmitted."),
    ),
)

#: By the counter's name in ``model.reading.COUNTERS``.
INTERFACE_COUNTERS: Final[dict[str, Family]] = {
    counter: family
    for name, what, received, transmitted in _RECEIVED
    for counter, family in (
        (name, _f(f"interface_receive_{what}_total", "counter", received)),
        (
            name.replace("in_", "out_", 1),
            _f(f"interface_transmit_{what}_total", "counter", transmitted),
        ),
    )
}

LINE_UP = _f("line_up", "gauge", N_("Whether the line carries traffic, degraded or not."))
LINE_STATE = _f("line_state", "gauge", N_("1 for the state the line is in, 0 for others."))
LINE_BANDWIDTH = _f("line_bandwidth_bytes", "gauge", N_("Leased bandwidth, bytes per second."))
LINE_RECEIVED = _f("line_receive_bytes_total", "counter", N_("Bytes received at end A."))
LINE_SENT = _f("line_transmit_bytes_total", "counter", N_("Bytes transmitted at end A."))
LINE_USE = _f("line_utilization_ratio", "gauge", N_("Share of the leased bandwidth in use."))
LINE_RTT = _f(
    "line_round_trip_seconds", "gauge", N_("Round trip to the far end (RFC 2681), last answer.")
)
LINE_LOSS = _f("line_packet_loss_ratio", "gauge", N_("Share of lost echoes (RFC 2680)."))
LINE_JITTER = _f(
    "line_jitter_seconds",
    "gauge",
    N_("Mean absolute difference of successive round trips (RFC 3393)."),
)
LINE_FLAPS = _f(
    "line_flap_penalty",
    "gauge",
    N_("Doubled by each change between up and down and aged by time; beyond 35 the line flaps."),
)
LINE_INFO = _f("line_info", "info", N_("What the line is called, who uses and who leases it."))


def _sensor(metric: str) -> Family:
    name = f"netmon_sensor_{metric}"
    if metric == "state":
        return Family(name, "gauge", N_("1 for the state the sensor is in."))
    # A gauge must not end in _count, and CONTRACT's name of a bare number does: so no type is told.
    kind: Kind = "unknown" if metric == "count" else "gauge"
    if metric.endswith("_total"):
        kind = "counter"
    return Family(name, kind, N_("Readings of sensors: {metric}."), {"metric": metric})


SENSORS: Final[dict[str, Family]] = {metric: _sensor(metric) for metric in sorted(METRICS)}

SENSOR_RATES: Final[dict[str, Family]] = {
    metric: Family(
        f"netmon_sensor_{metric}_per_hour",
        "gauge",
        N_("How fast readings of sensors change, per hour: {metric}."),
        {"metric": metric},
    )
    for metric in sorted(RATES)
}
SENSOR_LIMIT = _f(
    "sensor_time_to_limit_seconds",
    "gauge",
    N_("Estimated time until a rising sensor passes its limit; 0 once it has."),
)

FAULTS = _f("faults", "gauge", N_("Open faults."))
FAULTS_RAISED = _f("faults_raised_total", "counter", N_("Faults raised since the start."))
TICKETS = _f("tickets", "gauge", N_("Tickets that are not closed."))

BUILD_INFO = _f("build_info", "info", N_("Which netmon this is."))
CONFIG_INFO = _f("config_info", "info", N_("Digest of the inventory in force."))
STARTED = _f("start_timestamp_seconds", "gauge", N_("When netmon started."))
POLL_DURATION = _f("poll_duration_seconds", "summary", N_("How long polls took, by lane."))

_OWN: Final[tuple[tuple[str, Kind, str], ...]] = (
    ("poll_polls_total", "counter", N_("Polls made.")),
    ("poll_overrun_total", "counter", N_("Polls skipped, for the one before was not over.")),
    ("poll_late_seconds", "gauge", N_("How late the last poll of a lane began.")),
    ("poll_exceptions_total", "counter", N_("Errors of netmon itself while judging a target.")),
    ("snmp_requests_total", "counter", N_("Datagrams sent.")),
    ("snmp_replies_total", "counter", N_("Datagrams received.")),
    ("snmp_timeouts_total", "counter", N_("Datagrams that were not answered in time.")),
    ("snmp_retries_total", "counter", N_("Datagrams sent again.")),
    ("snmp_errors_total", "counter", N_("Datagrams refused, malformed or not authentic.")),
    ("syslog_messages_total", "counter", N_("Syslog messages taken in.")),
    ("syslog_resting_rules", "gauge", N_("Rules that rest, for they took too long.")),
    ("syslog_dropped_total", "counter", N_("Syslog messages dropped, by reason.")),
    ("store_commits_total", "counter", N_("Steps written to the database.")),
    ("store_commit_failures_total", "counter", N_("Steps that the database refused.")),
    ("outbox_depth", "gauge", N_("Notices waiting to be delivered.")),
    ("outbox_oldest_seconds", "gauge", N_("Age of the oldest waiting notice.")),
    ("outbox_dead_letters", "gauge", N_("Notices that were given up and wait for a person.")),
    ("outbox_failing_receivers", "gauge", N_("Receivers that are not reached.")),
    ("outbox_deliveries_total", "counter", N_("Tries to tell somebody, by result.")),
    ("config_reload_success", "gauge", N_("Whether the last reload of the inventory was taken.")),
    ("config_last_reload_timestamp_seconds", "gauge", N_("When the inventory was last reloaded.")),
    ("alerts_total", "counter", N_("Alerts of other tools, by what became of them.")),
    ("alerts_truncated_total", "counter", N_("Alerts that an Alertmanager left out.")),
    ("notifications_listening", "gauge", N_("Whether traps and informs are received.")),
    ("notifications_received_total", "counter", N_("Datagrams at the port for traps.")),
    ("notifications_total", "counter", N_("Traps and informs taken.")),
    ("notifications_dropped_total", "counter", N_("Datagrams not taken, by reason.")),
    ("notifications_answered_total", "counter", N_("Answers sent to senders of informs.")),
    ("notifications_waiting", "gauge", N_("Traps and informs waiting to be read.")),
)

#: What a figure is told apart by, where that is not the lane.
OWN_LABELS: Final = {
    "alerts_total": "outcome",
    "notifications_total": "kind",
    "notifications_dropped_total": "reason",
    "syslog_dropped_total": "reason",
    "outbox_deliveries_total": "result",
}

#: By the name in ``Desk.counters``; ``config_last_reload_…`` is exposed as CONTRACT spells it.
OWN: Final[dict[str, Family]] = {
    name: _f(name.replace("config_last_reload", "config_reload"), kind, text)
    for name, kind, text in _OWN
}

TARGET_FAMILIES: Final = (
    TARGET_UP,
    TARGET_STATE,
    TARGET_UPTIME,
    TARGET_DURATION,
    TARGET_REPLY,
    TARGET_BREAKS,
    TARGET_INFO,
    INTERFACE_UP,
    INTERFACE_ADMIN,
    INTERFACE_SPEED,
    *INTERFACE_COUNTERS.values(),
    INTERFACE_INFO,
    *SENSORS.values(),
    *SENSOR_RATES.values(),
    SENSOR_LIMIT,
)

#: The order of the page.
FAMILIES: Final = (
    *TARGET_FAMILIES,
    LINE_UP,
    LINE_STATE,
    LINE_BANDWIDTH,
    LINE_RECEIVED,
    LINE_SENT,
    LINE_USE,
    LINE_RTT,
    LINE_LOSS,
    LINE_JITTER,
    LINE_FLAPS,
    LINE_INFO,
    FAULTS,
    FAULTS_RAISED,
    TICKETS,
    BUILD_INFO,
    CONFIG_INFO,
    STARTED,
    POLL_DURATION,
    *OWN.values(),
)
