"""What an alert of another tool says: of which object, how bad, and in which words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from netmon.model.alert import ALERT, MONITOR, Alert, AlertPolicy
from netmon.model.condition import Severity
from netmon.model.fault import Params
from netmon.model.inventory import Inventory, LineId, ServiceId, TargetId

#: So much of a text of somebody else's is kept, characters.
_NAME: Final = 100
_SUMMARY: Final = 240
_TEXT: Final = 1000
#: Labels by which others name a node or a device of ours.
_TARGETS: Final = ("target", "node", "device")
_UNNAMED: Final = "alert"
#: A word of a name: of ``NodeDown``, ``node_down``, ``SNMPAgentDown``.
_WORD: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_DOWN: Final = frozenset({"down", "unreachable", "offline"})


def is_own(alert: Alert) -> bool:
    """Say whether netmon itself pushed an alert."""
    label, value = MONITOR
    return alert.labels.get(label) == value


def name_of(alert: Alert) -> str:
    """Return what an alert is called."""
    return cleaned(alert.labels.get("alertname", ""), _NAME) or _UNNAMED


def says_down(params: Params) -> bool:
    """Say whether the name of an alert says that its object is down: ``NodeDown``."""
    name = params.get("alert")
    return isinstance(name, str) and any(w.lower() in _DOWN for w in _WORD.findall(name))


def subject_of(alert: Alert) -> str:
    """Return the subject of an alert's fault: two alerts about one object do not collide."""
    return f"{ALERT}{name_of(alert).replace('/', ' ')}/{alert.fingerprint}"


def severity_of(alert: Alert, policy: AlertPolicy) -> Severity | None:
    """Return how bad an alert is; None where such are not taken in."""
    word = alert.labels.get(policy.severity_label, "").strip().lower()
    return policy.severities.get(word, policy.severity)


def params_of(alert: Alert, inventory: Inventory) -> Params:
    """Return the evidence: texts of somebody else's, cleaned and cut."""
    summary = alert.annotations.get("summary") or alert.annotations.get("message", "")
    found = {
        "alert": name_of(alert),
        "summary": cleaned(summary, _SUMMARY),
        "description": cleaned(alert.annotations.get("description", ""), _TEXT),
        "labels": cleaned(", ".join(_written(alert.labels)), _TEXT),
        "url": cleaned(alert.url, _TEXT),
        "object": object_of(alert.labels, inventory),
    }
    return {key: value for key, value in found.items() if value}


def cleaned(text: str, most: int) -> str:
    """Return a text on one line, without what a terminal would obey, and not too long."""
    shown = "".join(c if c.isprintable() else " " for c in text[: 4 * most])
    line = " ".join(shown.split())
    return line if len(line) <= most else line[: most - 1] + "…"


def _written(labels: Mapping[str, str]) -> Iterator[str]:
    for name, value in sorted(labels.items()):
        yield f'{name}="{value}"'


def object_of(labels: Mapping[str, str], inventory: Inventory) -> str | None:
    """Return the object of the inventory that labels name, the most exact first."""
    line = inventory.lines.get(LineId(labels.get("line", "")))
    if line is not None:
        return line.ref
    target = _target(labels, inventory)
    port = labels.get("interface", "").strip()
    if target is not None and port and port.isprintable() and len(port) <= _NAME:
        return f"interface:{target}/{port}"
    if target is not None:
        return inventory.targets[target].ref
    service = inventory.services.get(ServiceId(labels.get("service", "")))
    return service.ref if service is not None else None


def _target(labels: Mapping[str, str], inventory: Inventory) -> TargetId | None:
    for label in _TARGETS:
        target = TargetId(labels.get(label, ""))
        if target in inventory.targets:
            return target
    instance = labels.get("instance", "").strip()
    return _at(instance, inventory) if instance else None


def _at(instance: str, inventory: Inventory) -> TargetId | None:
    """Return the target with an address or an id, whichever port stands behind it."""
    host = _host(instance)
    for word in (instance, host):
        if word in inventory.targets:
            return TargetId(word)
    found = [t.id for t in inventory.targets.values() if t.address in (instance, host)]
    return found[0] if len(found) == 1 else None  # behind one address may be many


def _host(instance: str) -> str:
    """Return ``10.0.0.1`` of ``10.0.0.1:9100``, and ``2001:db8::1`` of ``[2001:db8::1]:9100``."""
    if instance.startswith("["):
        return instance[1:].partition("]")[0]
    host, _, port = instance.rpartition(":")
    return host if host and ":" not in host and port.isdigit() else instance
