"""Read ``policies``: how often things are asked and from when on they are wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from types import MappingProxyType
from typing import Final
from zoneinfo import ZoneInfo, available_timezones

from netmon.config.accounting import accounting
from netmon.config.alerts import alert_policy
from netmon.config.explain import with_allowed
from netmon.config.fields import Fields, Reading, Wrong, as_scalar, list_of, record
from netmon.config.hours import by_name, hours
from netmon.config.levels import runbooks, targets
from netmon.config.statutory import calendar, statutory
from netmon.config.strict_yaml import Node
from netmon.config.telling import telling, webhook
from netmon.config.thresholds import thresholds
from netmon.config.values import (
    address,
    duration,
    integer,
    member,
    one_of,
    ratio,
    text,
    url,
)
from netmon.locale import tr
from netmon.model.condition import ConditionId, Severity
from netmon.model.hours import Hours
from netmon.model.policy import (
    DEFAULT_RULES,
    ENVIRONMENTS,
    Intervals,
    Patience,
    Policy,
    Presence,
    Rule,
)

_INSTANTLY: Final = timedelta(milliseconds=200)  #: presence is one varbind
_SECOND: Final = timedelta(seconds=1)
_MINUTE: Final = timedelta(minutes=1)
_DAY: Final = timedelta(days=1)


def policy(fields: Fields) -> Policy:
    """Read the mapping ``policies``; what it leaves out keeps its default."""
    usual = Policy()
    environment = fields.may("environment", one_of(*ENVIRONMENTS))
    rules = fields.may("thresholds", thresholds(_climate(environment)))
    service_hours: Mapping[str, Hours] | None = fields.may("hours", by_name(hours), usual.hours)
    fields.reading.hours = None if service_hours is None else frozenset(service_hours)
    return Policy(
        timezone=fields.may("timezone", timezone, usual.timezone),
        district=fields.may("district", text, usual.district),
        intervals=fields.may("intervals", record(_intervals), usual.intervals),
        presence=fields.may("presence", member(Presence), usual.presence),
        patience=fields.may("patience", record(_patience), usual.patience),
        rules=MappingProxyType(_climate(environment) if rules is None else rules),
        hot_within=fields.may("hot_within", duration(), usual.hot_within),
        ticket_severity=fields.may("ticket_severity", member(Severity), usual.ticket_severity),
        reopen_within=fields.may("reopen_within", duration(), usual.reopen_within),
        remind=fields.may("remind", duration(), usual.remind),
        retention=fields.may("retention", duration(_DAY), usual.retention),
        history=fields.may("history", duration(_DAY), usual.history),
        accounting=fields.may(
            "accounting", record(lambda of: accounting(of, service_hours)), usual.accounting
        ),
        hours=MappingProxyType(service_hours or {}),
        calendar=fields.may("calendar", record(calendar), statutory()),
        webhooks=fields.may("webhooks", list_of(webhook(service_hours)), usual.webhooks),
        telling=fields.may("telling", record(telling), usual.telling),
        alerts=fields.may("alerts", record(alert_policy), usual.alerts),
        external_url=(fields.may("external_url", url) or "").rstrip("/"),
        targets=fields.may("targets", targets, usual.targets),
        warn_at=fields.may("warn_at", ratio, usual.warn_at),
        runbooks=fields.may("runbooks", runbooks, usual.runbooks),
        syslog_relays=fields.may("syslog_relays", list_of(address), usual.syslog_relays),
    )


def timezone(node: Node, _: Reading) -> str:
    """Return the name of a zone of the IANA database."""
    word = as_scalar(node).text
    known = available_timezones()
    if word not in known:
        problem = tr('unknown time zone "{word}"', word=word)
        raise Wrong(with_allowed(problem, word, sorted(known)))
    return ZoneInfo(word).key


def _intervals(fields: Fields) -> Intervals:
    usual = Intervals()
    found = Intervals(
        presence=fields.may("presence", duration(_INSTANTLY), usual.presence),
        status=fields.may("status", duration(_SECOND), usual.status),
        counters=fields.may("counters", duration(_SECOND), usual.counters),
        names=fields.may("names", duration(_SECOND), usual.names),
        dead=fields.may("dead", duration(_SECOND), usual.dead),
    )
    if fields.ok and found.dead < found.presence:
        fields.wrong("dead", tr("a dead target would be asked more often than a living one"))
    return found


def _patience(fields: Fields) -> Patience:
    usual = Patience()
    return Patience(
        timeout=fields.may("timeout", duration(_INSTANTLY, _MINUTE), usual.timeout),
        retries=fields.may("retries", integer(0, 10), usual.retries),
        presence=fields.may("presence", duration(_INSTANTLY, _MINUTE), usual.presence),
    )


def _climate(environment: str | None) -> dict[ConditionId, Rule]:
    limits = ENVIRONMENTS.get(environment or "", {})
    return {of: replace(DEFAULT_RULES[of], limit=limit) for of, limit in limits.items()}
