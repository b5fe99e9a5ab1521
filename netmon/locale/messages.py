"""Sentences about conditions: what is wrong with what, and the evidence, in a person's words."""

from __future__ import annotations

import string
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Final

from netmon.locale import N_, lang, say, tr
from netmon.locale.figures import quantity
from netmon.locale.outlook import with_outlook
from netmon.locale.telling import delivery_reason
from netmon.locale.words import word_or
from netmon.model.condition import ConditionId
from netmon.model.fault import Params
from netmon.model.wire import Silence

_C = ConditionId

#: What a condition is called.
TITLES: Final[Mapping[ConditionId, str]] = MappingProxyType(
    {
        _C.NODE_DOWN: N_("node down"),
        _C.AGENT_SILENT: N_("SNMP agent silent"),
        _C.NODE_REBOOTED: N_("node rebooted"),
        _C.INTERFACE_DOWN: N_("interface down"),
        _C.INTERFACE_ERRORS: N_("interface errors"),
        _C.LINE_DOWN: N_("line down"),
        _C.LINE_DEGRADED: N_("line degraded"),
        _C.LINE_SATURATED: N_("line saturated"),
        _C.LINE_FLAPPING: N_("line flapping"),
        _C.TEMPERATURE_HIGH: N_("temperature high"),
        _C.TEMPERATURE_LOW: N_("temperature low"),
        _C.HUMIDITY_HIGH: N_("humidity high"),
        _C.HUMIDITY_LOW: N_("humidity low"),
        _C.DEW_POINT_HIGH: N_("dew point high"),
        _C.TEMPERATURE_RISING: N_("temperature rising fast"),
        _C.UPS_ON_BATTERY: N_("UPS on battery"),
        _C.UPS_ON_BYPASS: N_("UPS on bypass"),
        _C.BATTERY_LOW: N_("battery low"),
        _C.BATTERY_REPLACE: N_("battery to be replaced"),
        _C.UPS_OVERLOAD: N_("UPS overloaded"),
        _C.MAINS_FAILED: N_("mains failure"),
        _C.WATER_LEAK: N_("water leak"),
        _C.SMOKE: N_("smoke"),
        _C.DOOR_OPEN: N_("door open"),
        _C.FAN_FAILED: N_("fan failed"),
        _C.POWER_SUPPLY_FAILED: N_("power supply failed"),
        _C.COOLING_FAILED: N_("cooling failed"),
        _C.HARDWARE_STATE: N_("hardware fault"),
        _C.OPTICAL_POWER_LOW: N_("optical power low"),
        _C.CPU_HIGH: N_("CPU load high"),
        _C.MEMORY_HIGH: N_("memory nearly full"),
        _C.STORAGE_FULL: N_("storage nearly full"),
        _C.SERVICE_DOWN: N_("service down"),
        _C.CERTIFICATE_EXPIRING: N_("certificate expiring"),
        _C.DNS_WRONG: N_("DNS answer wrong"),
        _C.LEDGER_MISMATCH: N_("does not match the ledger"),
        _C.NO_DATA: N_("no data"),
        _C.AUTHENTICATION_FAILURES: N_("authentication failures"),
        _C.DEVICE_REPORTED: N_("reported by the device"),
        _C.EXTERNAL_ALERT: N_("alert of another tool"),
        _C.NETMON_STORE: N_("netmon cannot write its database"),
        _C.NETMON_CONFIG: N_("netmon refused a new configuration"),
        _C.NETMON_DELIVERY: N_("netmon does not reach somebody"),
        _C.NETMON_OVERRUN: N_("netmon polls late"),
        _C.NETMON_ISOLATED: N_("netmon is cut off"),
        _C.NETMON_STORM: N_("more notifications than netmon takes"),
    }
)

_VALUE_AND_LIMIT = N_("{who}: {title}, {sensor} at {value}, limit {limit}")
_VALUE = N_("{who}: {title}, {sensor} at {value}")
_SENSOR_STATE = N_('{who}: {title}, {sensor} says "{state}"')
_SENSOR = N_("{who}: {title}, {sensor}")
_MEASURED = N_("{who}: {title}, {value}, limit {limit}")
_TOLD = N_('{who}: {title}; the device says "{text}"')
_PROBLEM = N_("{who}: {title}, {problem}")
_PLAIN = N_("{who}: {title}")

#: Whatever the condition, the first of these whose fields are all known.
_GENERAL: Final = (
    _VALUE_AND_LIMIT,
    _VALUE,
    _SENSOR_STATE,
    _SENSOR,
    _MEASURED,
    _TOLD,
    _PROBLEM,
    _PLAIN,
)

#: Before those: what only one condition can say.
SENTENCES: Final[Mapping[ConditionId, tuple[str, ...]]] = MappingProxyType(
    {
        _C.NODE_DOWN: (N_("{who} does not answer, neither SNMP nor ping"),),
        _C.AGENT_SILENT: (
            N_("{who} answers ping but not SNMP: {silence}"),
            N_("{who} answers ping but not SNMP"),
        ),
        _C.NODE_REBOOTED: (N_("{who} started anew {uptime_s} ago"), N_("{who} started anew")),
        _C.INTERFACE_DOWN: (
            N_("Interface {who} is {oper} although it is switched on"),
            N_("Interface {who} is down although it is switched on"),
        ),
        _C.INTERFACE_ERRORS: (
            N_("Interface {who}: {ratio} of its packets are in error ({direction})"),
        ),
        _C.LINE_DOWN: (
            N_("Line {who} is down: {interface} of {node} is {oper}"),
            N_("Line {who} is down: the port at its far end is {far_oper}"),
            N_("Line {who} is down: its far end does {far_answers} answer"),
            N_("Line {who} is down"),
        ),
        _C.LINE_DEGRADED: (
            N_("Line {who} is down at {interface} of {node}; {carrier} carries its traffic"),
            N_("Line {who} is down; {carrier} carries its traffic"),
            N_("Line {who} loses {loss_ratio} of its packets"),
            N_("Line {who} is degraded"),
        ),
        _C.LINE_SATURATED: (
            N_("Line {who} carries {ratio} of its bandwidth ({direction})"),
            N_("Line {who} is saturated"),
        ),
        _C.LINE_FLAPPING: (
            N_("Line {who} goes up and down: {changes} changes so far"),
            N_("Line {who} goes up and down"),
        ),
        _C.TEMPERATURE_RISING: (N_("{who}: {sensor} at {value}, rising {rate}"),),
        _C.UPS_ON_BATTERY: (
            N_("{who} runs on battery, {runtime_s} left"),
            N_("{who} runs on battery"),
        ),
        _C.UPS_ON_BYPASS: (N_("{who} runs on bypass: the load is not protected"),),
        _C.LEDGER_MISMATCH: (
            N_(
                "{who} does not match the ledger: {interface} of {node} should lead to {expected}, "
                "but LLDP sees {neighbour} there"
            ),
            N_(
                "{who} does not match the ledger: {interface} of {node} is described as "
                '"{description}", which is {other}'
            ),
            N_("{who} does not match the ledger: {node} has no port {interface}"),
        ),
        _C.NO_DATA: (
            N_("{who} cannot be judged: {node} does not tell the state of {interface}"),
            N_("{who} answers, but does not tell its values: {silence}"),
            N_("{who} answers, but does not tell its values"),
        ),
        _C.AUTHENTICATION_FAILURES: (
            N_("{who} refused {count} requests with a wrong password in {window_s}"),
            N_("{who} refuses requests with a wrong password"),
        ),
        _C.DEVICE_REPORTED: (
            N_("{who} reports {event}: {text}"),
            N_("{who} reports: {text}"),
            N_("{who} reports trouble"),
        ),
        _C.EXTERNAL_ALERT: (
            N_("{who}: {summary} ({named})"),
            N_("{who}: alert {named}"),
            N_("{who}: {summary}"),
            N_("{who} is reported by another tool"),
        ),
        _C.NETMON_STORE: (N_("netmon cannot write its database: {problem}"),),
        _C.NETMON_CONFIG: (N_("netmon keeps the old configuration: {problem}"),),
        _C.NETMON_DELIVERY: (
            N_("netmon does not reach {receiver}: {reason} ({waiting} waiting, {dead} given up)"),
            N_("netmon does not reach {receiver}"),
        ),
        _C.NETMON_OVERRUN: (N_("netmon polls late: {problem}"),),
        _C.NETMON_ISOLATED: (
            N_("netmon is cut off: none of {count} targets answers"),
            N_("netmon is cut off: nothing answers"),
        ),
        _C.NETMON_STORM: (
            N_("netmon drops syslog messages, {messages} in a second, most of them from {source}"),
            N_("netmon drops syslog messages, {messages} in a second"),
            N_("netmon drops notifications, {count} in a second, most of them from {source}"),
            N_("netmon drops notifications: more come in than it takes"),
        ),
    }
)

_DIRECTIONS: Final = {"in": N_("inbound"), "out": N_("outbound")}

#: Metrics of the conditions whose evidence is a bare ``value`` and ``limit``.
_METRICS: Final[Mapping[ConditionId, str]] = MappingProxyType(
    {
        _C.TEMPERATURE_HIGH: "temperature_celsius",
        _C.TEMPERATURE_LOW: "temperature_celsius",
        _C.DEW_POINT_HIGH: "dew_point_celsius",
        _C.HUMIDITY_HIGH: "humidity_ratio",
        _C.HUMIDITY_LOW: "humidity_ratio",
        _C.LINE_SATURATED: "load_ratio",
        _C.LINE_DEGRADED: "loss_ratio",
        _C.INTERFACE_ERRORS: "errors_ratio",
        _C.BATTERY_LOW: "charge_ratio",
        _C.UPS_OVERLOAD: "load_ratio",
        _C.CPU_HIGH: "cpu_ratio",
        _C.MEMORY_HIGH: "memory_ratio",
        _C.STORAGE_FULL: "storage_ratio",
        _C.OPTICAL_POWER_LOW: "optical_power_dbm",
        _C.CERTIFICATE_EXPIRING: "left_seconds",
    }
)

#: What the last word of a parameter's name says of its unit.
_SUFFIXES: Final = (("_s", "_seconds"), ("ratio", "_ratio"), ("_bps", "_bps"))


def title(condition: ConditionId | str) -> str:
    """Return what a condition is called."""
    return say(TITLES[ConditionId(condition)])


def fault_message(condition: ConditionId | str, who: str, params: Params) -> str:
    """Return one sentence about a fault.

    Args:
        condition: what is wrong.
        who: the subject as people know it (``locale.subjects``).
        params: the evidence, in base units; the sentence that uses most of it is chosen.
    """
    which = ConditionId(condition)
    fields = {"who": who, "title": title(which), **_printable(which, params)}
    if "object" in params:  # an alert that is about one of our objects; else its name is who
        fields["named"] = fields.get("alert", "")
    templates = (*SENTENCES.get(which, ()), *_GENERAL)
    template = next((t for t in templates if _fields_of(t) <= fields.keys()), _PLAIN)
    return with_outlook(say(template, **fields), which, params)


@cache
def _fields_of(template: str) -> frozenset[str]:
    return frozenset(name for _, name, _, _ in string.Formatter().parse(template) if name)


def _printable(condition: ConditionId, params: Params) -> dict[str, str]:
    metric = str(params.get("metric") or _METRICS.get(condition, ""))
    fields: dict[str, str] = {}
    for key, value in params.items():
        text = _text(key, value, metric)
        if text:
            fields[key] = text
    event = fields.get(f"event_{lang()}")  # what a rule calls it, in both languages
    return fields if event is None else {**fields, "event": event}


def _text(key: str, value: str | float | None, metric: str) -> str:
    """Return a parameter as it is spoken of; empty where it is no evidence."""
    if value is None or value is True:
        return ""
    if value is False:
        return tr("not") if key == "far_answers" else ""
    if isinstance(value, str):
        return _word(key, value)
    if key in ("value", "limit"):
        return quantity(metric, value)
    if key == "rate":
        return quantity(f"{metric}_per_hour", value)
    for suffix, unit in _SUFFIXES:
        if key.endswith(suffix):
            return quantity(unit, value)
    return quantity("", value)


def _word(key: str, code: str) -> str:
    if key == "silence":
        return word_or(Silence, code)
    if key == "reason":
        return delivery_reason(code)
    if key == "direction":
        return say(_DIRECTIONS.get(code, code))
    if key in ("oper", "far_oper") and code == "up":
        return ""  # a port that is up is no evidence
    return code
