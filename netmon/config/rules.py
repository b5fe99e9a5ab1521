"""Read ``rules``: what is made of syslog messages and SNMP notifications."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Final

from netmon.config.duties import object_ref
from netmon.config.explain import with_allowed
from netmon.config.fields import Fields, Reading, Wrong, as_map, as_scalar, list_of, record
from netmon.config.pattern import pattern
from netmon.config.strict_yaml import Node
from netmon.config.values import duration, ident, integer, member, name, text
from netmon.locale import tr
from netmon.model.condition import ConditionId, Severity
from netmon.model.message import Facility, Urgency
from netmon.model.oid import Oid
from netmon.model.rule import (
    ASKED_ALONE,
    PORT_GROUP,
    Clearing,
    EventRule,
    MessagePattern,
    Origin,
    Pattern,
    Raising,
    RuleId,
    TrapPattern,
)

_TELLERS: Final = ("node", "device", "site")
_KEYS: Final = {
    Origin.SYSLOG: ("match", "app", "facility", "severity_at_most"),
    Origin.TRAP: ("trap", "varbinds"),
}
_SECOND: Final = timedelta(seconds=1)
_HOUR: Final = timedelta(hours=1)
_MOST_TIMES: Final = 1000
_OID: Final = re.compile(r"\.?\d{1,10}(?:\.\d{1,10}){1,127}")
#: Conditions of lines and ports need a port to be about.
_OF_PORTS: Final = ("line_", "interface_")


def rule(fields: Fields) -> EventRule:
    """Read one of ``rules``."""
    ident_ = fields.must("id", ident)
    source = fields.must("source", member(Origin))
    about = fields.may("from", list_of(_teller, least=1), ())
    event = fields.must("event", name)
    if source is None:
        fields.give_up()
    found = _pattern(fields, source)
    raises = fields.may("raise", record(_raising))
    clears = fields.may("clear", record(_clearing(source)))
    if not fields.ok:
        return EventRule(RuleId(ident_), source, event, MessagePattern())
    _check(fields, found, raises, clears)
    return EventRule(RuleId(ident_), source, event, found, about, raises, clears)


def _teller(node: Node, reading: Reading) -> str:
    kind = as_scalar(node).text.partition(":")[0]
    if kind not in _TELLERS:
        problem = tr('"{word}" tells nothing', word=as_scalar(node).text)
        raise Wrong(with_allowed(problem, kind, [f"{teller}:…" for teller in _TELLERS]))
    return object_ref(node, reading)


# -- which messages -------------------------------------------------------------------------------


def _pattern(fields: Fields, source: Origin) -> Pattern:
    return _trap(fields) if source is Origin.TRAP else _message(fields)


def _message(fields: Fields) -> MessagePattern:
    found = MessagePattern(
        match=fields.may("match", pattern),
        app=fields.may("app", text),
        facility=fields.may("facility", member(Facility)),
        severity_at_most=fields.may("severity_at_most", member(Urgency)),
    )
    if fields.ok and found.match is None and found.app is None:
        raise Wrong(tr('which messages is not said: add "match" or "app"'))
    return found


def _trap(fields: Fields) -> TrapPattern:
    return TrapPattern(fields.must("trap", oid), fields.may("varbinds", _varbinds, ()))


def oid(node: Node, _: Reading) -> Oid:
    """Return an OID in numbers, ``1.3.6.1.4.1.9999.1``."""
    word = as_scalar(node).text
    if not _OID.fullmatch(word):
        raise Wrong(tr('"{word}" is not an OID; write it in numbers, as 1.3.6.1.4.1.9999.1',
                       word=word))  # fmt: skip
    try:
        return Oid.parse(word.removeprefix("."))
    except ValueError:
        raise Wrong(tr('"{word}" is not an OID: its numbers are too large', word=word)) from None


def _varbinds(node: Node, reading: Reading) -> tuple[tuple[Oid, re.Pattern[str]], ...]:
    found = []
    for key, value in as_map(node).entries.values():
        found.append((oid(key, reading), pattern(value, reading)))
    return tuple(found)


# -- what is made of them -------------------------------------------------------------------------


def _raising(fields: Fields) -> Raising:
    usual = Raising()
    found = Raising(
        condition=fields.may("condition", _condition, usual.condition),
        severity=fields.may("severity", member(Severity)),
        for_times=fields.may("for_times", integer(1, _MOST_TIMES), usual.for_times),
        within=fields.may("within", duration(_SECOND, 24 * _HOUR)),
    )
    if fields.ok and (found.for_times > 1) is not (found.within is not None):
        raise Wrong(tr('"for_times" and "within" belong together, as for_times: 3, within: 60s'))
    return found


def _condition(node: Node, _: Reading) -> ConditionId:
    word = as_scalar(node).text
    allowed = [c.value for c in ConditionId if c not in ASKED_ALONE]
    if word in allowed:
        return ConditionId(word)
    if word in {c.value for c in ASKED_ALONE}:
        raise Wrong(
            tr("{condition} is for netmon alone to judge; raise device_reported, or another",
               condition=word)
        )  # fmt: skip
    raise Wrong(with_allowed(tr('unknown condition "{word}"', word=word), word, allowed))


def _clearing(source: Origin) -> Callable[[Fields], Clearing]:
    def build(fields: Fields) -> Clearing:
        after = fields.may("after", duration(_SECOND))
        keys = _KEYS[source]
        told = [key for key in keys if fields.has(key)]
        found = _pattern(fields, source) if told else None
        if fields.ok and found is None and after is None:
            raise Wrong(tr('what clears it is not said: add "{key}" or "after"', key=keys[0]))
        return Clearing(found, after)

    return build


def _check(fields: Fields, found: Pattern, raises: Raising | None, clears: Clearing | None) -> None:
    if raises is None:
        fields.refuse("clear", tr('there is nothing to clear without "raise"'))
        return
    if clears is None:
        fields.wrong("raise", tr('a fault must be able to end: add "clear", with "after: 10m" or '
                                 "with what the device says then"))  # fmt: skip
    if raises.condition.startswith(_OF_PORTS) and PORT_GROUP not in groups_of(found):
        fields.wrong("raise", tr("{condition} is about a port: let (?P<{group}>…) name it",
                                 condition=raises.condition.value, group=PORT_GROUP))  # fmt: skip


def groups_of(found: Pattern) -> frozenset[str]:
    """Return the names of the groups of a pattern's expressions."""
    if isinstance(found, MessagePattern):
        return frozenset(found.match.groupindex if found.match else ())
    return frozenset(name for _, value in found.varbinds for name in value.groupindex)
