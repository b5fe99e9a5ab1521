"""Read maintenance, rotas and people: planned work and who answers."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, Final, cast

from netmon.config.explain import with_allowed
from netmon.config.fields import (
    Fields,
    Reading,
    Reference,
    Wrong,
    as_scalar,
    list_of,
    record,
)
from netmon.config.rrule import parts_of, rrule
from netmon.config.strict_yaml import Node
from netmon.config.telling import channel, quiet
from netmon.config.values import duration, ident, instant, name, one_of, text
from netmon.locale import tr
from netmon.model.hours import Hours
from netmon.model.inventory import Maintenance, Person, Ref

#: The kinds of object refs (CONTRACT §1) and the list each points into.
KINDS: Final = {
    "node": "nodes",
    "device": "devices",
    "line": "lines",
    "service": "services",
    "interface": "nodes",
    "site": "sites",
    "provider": "providers",
    "tenant": "tenants",
}

_SHORTEST: Final = timedelta(minutes=1)
_LONGEST: Final = timedelta(days=30)
_EMAIL: Final = re.compile(r"[^@\s]+@[^@\s]+")


def maintenance(fields: Fields) -> Maintenance:
    """Read one of ``maintenance``."""
    found = Maintenance(
        id=fields.must("id", ident),
        what=fields.must("what", list_of(object_ref, least=1)),
        reason=fields.must("reason", text),
        start=fields.may("from", instant),
        end=fields.may("to", instant),
        rrule=fields.may("rrule", rrule),
        duration=fields.may("duration", duration(_SHORTEST, _LONGEST)),
        remind=fields.may("remind", duration()),
    )
    if fields.ok:
        _check(fields, found)
    return found


def _check(fields: Fields, found: Maintenance) -> None:
    if found.rrule is None:
        _check_once(fields, found)
        return
    fields.refuse("to", tr('"to" belongs to work done once; a repeated one has a duration'))
    if found.duration is None:
        fields.wrong("rrule", tr("a recurrence rule needs a duration"))
    parts = parts_of(found.rrule)
    if found.start is None and ("COUNT" in parts or parts.get("INTERVAL", "1") != "1"):
        fields.wrong("rrule", tr('INTERVAL and COUNT are counted from somewhere: add "from"'))


def _check_once(fields: Fields, found: Maintenance) -> None:
    fields.refuse("duration", tr('a duration belongs to a recurrence rule; write "to"'))
    if found.start is None or found.end is None:
        raise Wrong(tr("maintenance is from and to, or rrule and duration"))
    if found.end <= found.start:
        fields.wrong("to", tr('"to" is not after "from"'))


def object_ref(node: Node, reading: Reading) -> Ref:
    """Return an object ref; its object must exist once all is read."""
    word = as_scalar(node).text
    kind, colon, which = word.partition(":")
    if not colon or not which:
        raise Wrong(tr('"{word}" is not an object ref; write node:ID, line:ID, site:ID …',
                       word=word))  # fmt: skip
    if kind not in KINDS:
        raise Wrong(with_allowed(tr('unknown kind "{word}"', word=kind), kind, list(KINDS)))
    if kind == "interface":
        which, slash, port = which.partition("/")
        if not slash or not port:
            raise Wrong(tr('"{word}" is not an interface; write interface:NODE/NAME', word=word))
        reading.references.append(Reference(node, ("nodes", "devices"), which))
    else:
        reading.references.append(Reference(node, (KINDS[kind],), which))
    return Ref(word)


def person(hours: Mapping[str, Hours] | None) -> Callable[[Fields], Person]:
    """Return the reader of one of the ``people`` of ``oncall``.

    Args:
        hours: those that the policies name; None = they are broken.
    """

    def build(fields: Fields) -> Person:
        return Person(
            id=fields.must("id", ident),
            name=fields.must("name", name),
            phone=fields.may("phone", text),
            email=fields.may("email", _email),
            channels=fields.may("channels", list_of(record(channel)), ()),
            lang=cast(Any, fields.may("lang", one_of("zh", "en"), "zh")),
            quiet=fields.may("quiet", quiet(hours)),
        )

    return build


def _email(node: Node, reading: Reading) -> str:
    word = text(node, reading)
    if not _EMAIL.fullmatch(word):
        raise Wrong(tr('"{word}" is not an e-mail address', word=word))
    return word
