"""How long a reply may be and still arrive: ever longer ones are asked for.

An Ethernet frame holds a reply of 1,472 octets; a longer one travels in fragments, which firewalls
and tunnels drop, and agents have limits of their own.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import Final

from netmon.core.doctor.code import Code
from netmon.core.doctor.finding import Finding
from netmon.core.doctor.question import Answer, Ask, Asking, Begin, Kind, Topic
from netmon.core.doctor.subject import Subject
from netmon.core.match import SYS_DESCR
from netmon.model.oid import Oid
from netmon.model.wire import Version

SIZES: Final = (500, 1000, 1400, 2000, 4000, 8000)  #: octets, of the reply
FRAME: Final = 1472  #: octets of UDP payload in a frame of 1,500

_FROM: Final = Oid.parse("1.3.6.1.2.1.2")
_TOO_BIG: Final = 1  # tooBig, RFC 3416 §3
_NEAR: Final = 0.8  # of the size that was wanted: near enough
_MOST: Final = 90  # names in one GET: the question itself must fit a frame


@dataclass(frozen=True, slots=True)
class Size:
    """What was found, and how long a reply may be."""

    findings: tuple[Finding, ...]
    largest: int  #: octets


@dataclass(slots=True)
class _Tried:
    """How far it is: what arrived, and how many octets one value takes."""

    largest: int = 0
    each: float = 40.0
    ended: bool = False  #: there is nothing longer to ask for
    cut: bool = False  #: the agent answers fewer repetitions than were asked
    few: bool = False  #: GETBULK has no more to give, for that reason or the tree's end
    silent: int = 0  #: the size of which nothing came
    too_big: int = 0  #: the size that the agent refused

    @property
    def over(self) -> bool:
        """Whether longer ones need not be asked for."""
        return bool(self.ended or self.silent or self.too_big)


def size(subject: Subject, timeout_s: float, *, bulk: bool) -> Asking[Size]:
    """Ask for ever longer replies, by GETBULK, or by a GET of one text over and over.

    The second where there is no GETBULK, and where an agent answers few repetitions only.
    """
    yield Begin(Topic.SIZE)
    tried = _Tried()
    bulk = bulk and subject.peer.credential.version is not Version.V1
    for wanted in SIZES:
        yield from _reach(subject, timeout_s, wanted, tried, bulk=bulk and not tried.few)
        if tried.few and bulk and not tried.over:
            yield from _reach(subject, timeout_s, wanted, tried, bulk=False)
        if tried.over:
            break
    return Size((_judged(tried),), tried.largest)


def _reach(
    subject: Subject, timeout_s: float, wanted: int, tried: _Tried, *, bulk: bool
) -> Asking[None]:
    """Ask for one size; a second time where the values were shorter than was thought."""
    for _ in range(3):
        count = max(1, ceil(wanted / tried.each))
        if not bulk:
            count = min(count, _MOST)
        told: Answer = yield _question(subject, timeout_s, count, bulk=bulk)
        if told.error_status:
            tried.too_big = wanted if told.error_status == _TOO_BIG else 0
            tried.ended = not tried.too_big
        elif not told.is_good or not told.oids:
            tried.silent = wanted
        else:
            _note(tried, told, count, bulk=bulk)
        if tried.over or (bulk and tried.few) or told.octets >= wanted * _NEAR:
            return


def _question(subject: Subject, timeout_s: float, count: int, *, bulk: bool) -> Ask:
    credential = subject.peer.credential
    if bulk:
        return Ask(credential, Kind.BULK, (_FROM,), timeout_s, tries=2, repetitions=count)
    return Ask(credential, Kind.GET, (SYS_DESCR,) * count, timeout_s, tries=2)


def _note(tried: _Tried, told: Answer, count: int, *, bulk: bool) -> None:
    tried.largest = max(tried.largest, told.octets)
    tried.each = max(told.octets / len(told.oids), 8.0)
    if not bulk:
        tried.ended = count == _MOST and told.octets < SIZES[-1]
    elif len(told.oids) < count:
        tried.cut = tried.few = True  # RFC 3416 §4.2.3: an agent may answer fewer repetitions
    elif told.values[-1] is None:
        tried.few = True


def _judged(tried: _Tried) -> Finding:
    params: dict[str, object] = {"largest": tried.largest}
    if tried.silent:
        params["silent"] = tried.silent
        if tried.largest > FRAME:
            return Finding(Code.SIZE_ENOUGH, params)
        lost = tried.largest and tried.silent > FRAME
        return Finding(Code.FRAGMENTS_LOST if lost else Code.LARGE_SILENT, params)
    if tried.too_big > FRAME:
        return Finding(Code.AGENT_CUTS, params)
    if tried.too_big:
        return Finding(Code.TOO_BIG, {**params, "silent": tried.too_big})
    if not tried.ended:
        return Finding(Code.SIZE_OK, params)
    return Finding(Code.AGENT_CUTS if tried.cut else Code.SIZE_UNTRIED, params)
