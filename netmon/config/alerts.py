"""Read ``policies: alerts:``: how alerts of other tools are taken in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import Final

from netmon.config.fields import Broken, Fields, Reading, Wrong, as_map
from netmon.config.strict_yaml import Node
from netmon.config.values import duration, member, one_of, text
from netmon.model.alert import SEVERITIES, AlertPolicy
from netmon.model.condition import Severity

#: The value by which alerts of a severity are not taken in.
_IGNORE: Final = "ignore"
_MINUTE: Final = timedelta(minutes=1)


def alert_policy(fields: Fields) -> AlertPolicy:
    """Read the mapping; what it leaves out keeps its default."""
    usual = AlertPolicy()
    return AlertPolicy(
        severity_label=fields.may("severity_label", text, usual.severity_label),
        severities=fields.may("severities", _severities, usual.severities),
        severity=fields.may("severity", member(Severity), usual.severity),
        ticket_severity=fields.may("ticket_severity", member(Severity), usual.ticket_severity),
        forget_after=fields.may("forget_after", duration(_MINUTE), usual.forget_after),
    )


def _severities(node: Node, reading: Reading) -> Mapping[str, Severity | None]:
    """Return what words of others mean, on top of the usual ones."""
    found: dict[str, Severity | None] = dict(SEVERITIES)
    meant, broken = one_of(*Severity, _IGNORE), False
    for word, (_, value) in as_map(node).entries.items():
        try:
            severity = meant(value, reading)
        except Wrong as wrong:
            reading.wrong(value, wrong.message)
            broken = True
        else:
            found[word.strip().lower()] = None if severity == _IGNORE else Severity(severity)
    if broken:
        raise Broken
    return MappingProxyType(found)
