"""How much of its tree the agent shows: the first instance of the parts that netmon reads."""

from __future__ import annotations

from typing import Final

from netmon.core.doctor.code import Code
from netmon.core.doctor.finding import Finding
from netmon.core.doctor.question import Answer, Ask, Asking, Begin, Kind, Topic
from netmon.core.doctor.subject import Subject
from netmon.model.oid import Oid

SYSTEM: Final = Oid.parse("1.3.6.1.2.1.1")
_IF_MIB: Final = Oid.parse("1.3.6.1.2.1.2")
_ENTERPRISES: Final = Oid.parse("1.3.6.1.4.1")
_PARTS: Final = {
    SYSTEM: "system",
    _IF_MIB: "IF-MIB",
    Oid.parse("1.3.6.1.2.1.31"): "ifXTable",
    Oid.parse("1.3.6.1.2.1.47"): "ENTITY-MIB",
    _ENTERPRISES: "enterprises",
}
#: Parts that any device worth watching has: without one of them the view is probably too small.
_EXPECTED: Final = frozenset({SYSTEM, _IF_MIB, _ENTERPRISES})
_MODULE: Final = 7  #: arcs of a module's root below mib-2: 1.3.6.1.2.1.33
_NO_ACCESS: Final = (6, 16)  # noAccess, authorizationError: RFC 3416 §3


def view(subject: Subject, timeout_s: float) -> Asking[list[Finding]]:
    """Ask for the first instance of each part."""
    yield Begin(Topic.VIEW)
    credential = subject.peer.credential
    told: dict[Oid, Answer] = {}
    for part in _PARTS:
        told[part] = yield Ask(credential, Kind.NEXT, (part,), timeout_s, subject.tries)
    return [seen_as(told)]


def seen_as(told: dict[Oid, Answer]) -> Finding:
    """Judge a view by the answers to GETNEXT of each part."""
    shown = [part for part, answer in told.items() if _is_within(part, answer)]
    others = _others(told)
    refused = [part for part, answer in told.items() if answer.error_status in _NO_ACCESS]
    if refused:
        return Finding(Code.VIEW_REFUSED, {"parts": _names(refused)})
    if not shown and not others:
        return Finding(Code.VIEW_EMPTY)
    if shown == [SYSTEM] and not others:
        return Finding(Code.VIEW_SYSTEM_ONLY)
    hidden = [part for part in told if part in _EXPECTED and part not in shown]
    seen = [*_names(shown), *others]
    if hidden:
        return Finding(Code.VIEW_PARTLY, {"shown": seen, "parts": _names(hidden)})
    return Finding(Code.VIEW_OK, {"shown": seen})


def _others(told: dict[Oid, Answer]) -> list[str]:
    """Return other modules of mib-2 that were met on the way: a UPS may have no other."""
    met: dict[str, None] = {}
    for answer in told.values():
        if answer.is_good and answer.oids and answer.values[0] is not None:
            module = Oid(answer.oids[0][:_MODULE])
            if not any(part.covers(module) for part in _PARTS):
                met[str(module)] = None
    return list(met)


def _is_within(part: Oid, answer: Answer) -> bool:
    """Whether the first name behind a subtree's root lies in it (an endOfMibView repeats it)."""
    if not answer.is_good or not answer.oids:
        return False
    return answer.oids[0] != part and part.covers(answer.oids[0])


def _names(parts: list[Oid]) -> list[str]:
    return [_PARTS[part] for part in parts]
