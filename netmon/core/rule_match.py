"""Say which rules a message, or a notification, is a case of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from netmon.core.maintenance import refs_of
from netmon.core.text import text
from netmon.model.inventory import Inventory, Target, TargetId
from netmon.model.message import Message
from netmon.model.oid import Oid
from netmon.model.rule import (
    LOOKED_AT,
    PORT_GROUP,
    EventRule,
    MessagePattern,
    Origin,
    RuleId,
    TrapPattern,
)
from netmon.model.wire import Value


class Notified(Protocol):
    """The part of a notification that rules look at."""

    @property
    def trap(self) -> Oid:
        """Return its snmpTrapOID."""
        ...

    @property
    def varbinds(self) -> Sequence[tuple[Oid, Value]]:
        """Return what it carries."""
        ...


@dataclass(frozen=True, slots=True)
class Matched:
    """A rule that knows what was told."""

    rule: RuleId
    clears: bool  #: by what clears it
    port: str | None = None  #: as the device calls it; None = it names none


def rules_by_target(inventory: Inventory, source: Origin) -> Mapping[TargetId, list[EventRule]]:
    """Return the rules that hold for each target; targets without one are left out."""
    found: dict[TargetId, list[EventRule]] = {}
    for rule in inventory.rules.values():
        if rule.source is source:
            for target in inventory.targets.values():
                if is_about(inventory, rule, target):
                    found.setdefault(target.id, []).append(rule)
    return found


def is_about(inventory: Inventory, rule: EventRule, target: Target) -> bool:
    """Say whether a rule listens to a target."""
    return not rule.about or not refs_of(inventory, target.ref).isdisjoint(rule.about)


def match_message(rule: EventRule, message: Message) -> Matched | None:
    """Return how a rule knows a message; what clears counts first."""
    clearing = rule.clears.pattern if rule.clears else None
    for pattern, clears in ((clearing, True), (rule.pattern, False)):
        if isinstance(pattern, MessagePattern):
            groups = _in_message(pattern, message)
            if groups is not None:
                return Matched(rule.id, clears, groups.get(PORT_GROUP))
    return None


def match_notification(rule: EventRule, given: Notified) -> Matched | None:
    """Return how a rule knows a notification; what clears counts first."""
    clearing = rule.clears.pattern if rule.clears else None
    for pattern, clears in ((clearing, True), (rule.pattern, False)):
        if isinstance(pattern, TrapPattern):
            groups = _in_notification(pattern, given)
            if groups is not None:
                return Matched(rule.id, clears, groups.get(PORT_GROUP))
    return None


Groups = Mapping[str, str | None]


def _in_message(pattern: MessagePattern, message: Message) -> Groups | None:
    if pattern.app is not None and pattern.app.casefold() != message.app.casefold():
        return None
    if pattern.facility not in (None, message.facility):
        return None
    most = pattern.severity_at_most
    if most is not None and message.urgency.rank > most.rank:
        return None
    if pattern.match is None:
        return {}
    found = pattern.match.search(message.text, 0, LOOKED_AT)
    return None if found is None else found.groupdict()


def _in_notification(pattern: TrapPattern, given: Notified) -> Groups | None:
    if not pattern.trap.covers(given.trap):
        return None
    groups: dict[str, str | None] = {}
    for column, wanted in pattern.varbinds:
        texts = (text(value) for oid, value in given.varbinds if column.covers(oid))
        hits = (hit for value in texts if (hit := wanted.search(value, 0, LOOKED_AT)))
        found = next(hits, None)
        if found is None:
            return None
        groups |= found.groupdict()
    return groups


def spoken(given: Notified) -> Iterator[str]:
    """Yield a notification as one would write it: its OID, then what it carries."""
    yield str(given.trap)
    for oid, value in given.varbinds:
        yield f"{oid}={text(value)}"
