"""Read ``rotas`` and ``escalations`` of ``oncall``: who is on call, and who is told next."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Final, TypeVar

from netmon.config.explain import with_allowed
from netmon.config.fields import (
    Fields,
    Read,
    Reading,
    Reference,
    Wrong,
    as_scalar,
    list_of,
    record,
    reference,
)
from netmon.config.hours import hours as written_hours
from netmon.config.hours import named, window
from netmon.config.strict_yaml import ListNode, MapNode, Node
from netmon.config.values import day, duration, ident, instant, integer, member, name, text
from netmon.locale import tr
from netmon.model.condition import ConditionId
from netmon.model.hours import ALWAYS, Hours
from netmon.model.inventory import LineKind
from netmon.model.roster import (
    Days,
    EscalationRule,
    Layer,
    Override,
    Rota,
    StepRule,
    Swap,
    Tell,
    Unless,
    Whom,
)
from netmon.model.ticket import Priority

T = TypeVar("T")

#: Hours by their names; None: they are broken.
Known = Mapping[str, Hours] | None

_SHORTEST_TURN: Final = timedelta(hours=1)
_LONGEST_WAIT: Final = timedelta(days=7)
_MOST_TIMES: Final = 20
_MINUTE: Final = timedelta(minutes=1)
_TIME: Final = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])")
_LAYER: Final = ("people", "start", "shift", "handover", "hours", "outside", "days")


def rota(known: Known) -> Callable[[Fields], Rota]:
    """Return the reader of one of ``rotas``: layers, or the keys of its only one."""

    def read(fields: Fields) -> Rota:
        ident_, name_ = fields.must("id", ident), fields.must("name", name)
        if fields.has("layers"):
            layers = fields.must("layers", list_of(record(_layer(known)), least=1))
            for key in _LAYER:
                fields.refuse(key, tr('"{key}" belongs into a layer here', key=key))
        else:
            layers = (_layer(known)(fields),)
        overrides = fields.may("overrides", list_of(record(_override)), ())
        handover = layers[0].handover if layers else 0
        swaps = fields.may("swaps", list_of(record(_swap(handover or 0))), ())
        return Rota(ident_, name_, layers, overrides, swaps)

    return read


def _layer(known: Known) -> Callable[[Fields], Layer]:
    def read(fields: Fields) -> Layer:
        return Layer(
            people=fields.must("people", list_of(reference("people"), least=1)),
            start=fields.must("start", day),
            shift=fields.may("shift", duration(_SHORTEST_TURN), timedelta(days=7)),
            handover=fields.may("handover", time_of_day, 0),
            hours=fields.may("hours", _hours(known), ALWAYS),
            outside=fields.may("outside", _hours(known)),
            days=fields.may("days", member(Days), Days.ALL),
        )

    return read


def time_of_day(node: Node, _: Reading) -> int:
    """Return the minutes since midnight of ``09:00``."""
    word = as_scalar(node).text
    found = _TIME.fullmatch(word)
    if found is None:
        raise Wrong(tr('"{word}" is not a time of day; write 09:00', word=word))
    return int(found[1]) * 60 + int(found[2])


def _hours(known: Known) -> Read[Hours]:
    """Return the reader of hours: a name, a list of windows, or as under ``policies: hours:``."""
    by_name = named(known)

    def read(node: Node, reading: Reading) -> Hours:
        if isinstance(node, ListNode):
            return Hours(list_of(window, least=1)(node, reading))
        if isinstance(node, MapNode):
            return record(written_hours)(node, reading)
        word = by_name(node, reading)
        return ALWAYS if known is None else known[word]

    return read


def _override(fields: Fields) -> Override:
    start, end = _span(fields)
    return Override(
        start,
        end,
        fields.must("person", reference("people")),
        fields.may("reason", text, ""),
    )


def _span(fields: Fields) -> tuple[datetime, datetime]:
    start, end = fields.must("from", instant), fields.must("to", instant)
    if fields.ok and end <= start:
        fields.wrong("to", tr('"to" is not after "from"'))
    return start, end


def _swap(handover: int) -> Callable[[Fields], Swap]:
    """Return the reader of a swap; the day it is on begins at the hand-over, minutes of the day."""

    def read(fields: Fields) -> Swap:
        person = fields.must("person", reference("people"))
        other = fields.must("with", reference("people"))
        if fields.ok and person == other:
            fields.wrong("with", tr("nobody swaps with themselves"))
        if not fields.has("on"):
            return Swap(*_span(fields), person, other)
        on = fields.must("on", day)
        for key in ("from", "to"):
            fields.refuse(key, tr('"on" is the whole day; write "on", or "from" and "to"'))
        if not fields.ok:
            raise Wrong(tr("a swap is on a day, or from and to"))
        zone = fields.reading.zone
        begin, end = (
            datetime.combine(one, time(*divmod(handover, 60)), zone).astimezone(UTC)
            for one in (on, on + timedelta(days=1))
        )
        return Swap(begin, end, person, other)

    return read


# --- escalations ----------------------------------------------------------------------------------


def escalation(known: Known) -> Callable[[Fields], EscalationRule]:
    """Return the reader of one of ``escalations``."""

    def read(fields: Fields) -> EscalationRule:
        when = fields.may("when", record(_when(known)), EscalationRule("", ()))
        steps = fields.must("steps", list_of(record(_step), least=1))
        ident_ = fields.must("id", ident)
        return replace(when, id=ident_, steps=steps) if fields.ok else when

    return read


def _when(known: Known) -> Callable[[Fields], EscalationRule]:
    def read(fields: Fields) -> EscalationRule:
        return EscalationRule(
            id="",
            steps=(),
            priorities=_set(fields, "priority", member(Priority)),
            conditions=_set(fields, "condition", member(ConditionId)),
            sites=_set(fields, "site", reference("sites")),
            line_kinds=_set(fields, "line_kind", member(LineKind)),
            hours=fields.may("hours", _hours(known), ALWAYS),
        )

    return read


def _set(fields: Fields, key: str, read: Read[T]) -> frozenset[T]:
    return frozenset(fields.may(key, _some(read), ()) or ())


def _some(read: Read[T]) -> Read[tuple[T, ...]]:
    """Return the reader of one value or a list of them."""
    whole = list_of(read, least=1)

    def read_some(node: Node, reading: Reading) -> tuple[T, ...]:
        return whole(node, reading) if isinstance(node, ListNode) else (read(node, reading),)

    return read_some


def _step(fields: Fields) -> StepRule:
    found = StepRule(
        tell=fields.must("tell", _some(_tell)),
        after=fields.may("after", duration(most=_LONGEST_WAIT), timedelta(0)),
        unless=fields.may("unless", member(Unless), Unless.ACKNOWLEDGED),
        times=fields.may("times", integer(1, _MOST_TIMES), 1),
        every=fields.may("every", duration(_MINUTE, _LONGEST_WAIT), timedelta(0)),
    )
    if fields.ok and (found.times > 1) is not (found.every > timedelta(0)):
        fields.wrong(
            "times" if found.times > 1 else "every",
            tr('what is repeated needs both: "times", how often, and "every", how soon again'),
        )
    return found


def _tell(node: Node, reading: Reading) -> Tell:
    word = as_scalar(node).text
    kind, colon, which = word.partition(":")
    if not colon or not which:
        raise Wrong(tr('"{word}" is nobody; write rota:ID, next:ID or person:ID', word=word))
    if kind not in set(Whom):
        raise Wrong(with_allowed(tr('unknown kind "{word}"', word=kind), kind, list(Whom)))
    whom = Whom(kind)
    table = "people" if whom is Whom.PERSON else "rotas"
    reading.references.append(Reference(node, (table,), which))
    return Tell(whom, which)
