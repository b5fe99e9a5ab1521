"""Is anybody there, and does he let us in: reachability, versions, communities, users.

Rule: passwords are tried with other protocols, never other passwords, five times at most: some
devices lock a user, or an address, out who fails too often.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from netmon.core.doctor.code import Code
from netmon.core.doctor.finding import Finding
from netmon.core.doctor.question import (
    Answer,
    Ask,
    Asking,
    Begin,
    Discover,
    Discovered,
    Kind,
    Ping,
    Pinged,
    Together,
    Topic,
)
from netmon.core.doctor.subject import SYS_UP_TIME, Subject
from netmon.core.doctor.usm import level, usm_trouble
from netmon.model.secret import Secret
from netmon.model.wire import Credential, Silence, Version

#: Said to agents that are silent in version 3, to hear whether they speak at all.
_PUBLIC = Credential("public", Version.V2C, community=Secret("public"))


@dataclass(frozen=True, slots=True)
class Access:
    """What was found, and whether the configured credential works."""

    findings: tuple[Finding, ...]
    engine: Discovered
    works: bool = False
    timeout_s: float = 0.0  #: to wait from here on


def access(subject: Subject) -> Asking[Access]:
    """Find out whether the agent answers, and if not, why."""
    yield Begin(Topic.REACH)
    peer = subject.peer
    first = _uptime(peer.credential, peer.timeout_s, subject.tries)
    # In other versions the engine is by the way: one that does not answer shall not hold us up.
    tries = subject.tries if peer.credential.version is Version.V3 else 1
    pinged, engine, told = yield Together((Ping(), Discover(peer.timeout_s, tries), first))
    if told.silence is Silence.TIMEOUT and not engine.engine_id:
        return (yield from _patiently(subject, pinged))
    if told.silence is Silence.REFUSED:
        return Access((*_ping(pinged, told), _refused(subject, engine)), engine)
    seen = (*_ping(pinged, told), _engine(engine))
    if told.is_good:
        good = Finding(Code.ACCESS_OK, {"how": _how(peer.credential)})
        return Access((*seen, good), engine, works=True, timeout_s=peer.timeout_s)
    yield Begin(Topic.ACCESS)
    trouble = yield from _trouble(subject, engine, told)
    works = trouble.code is Code.ANSWERS_LATE
    return Access((*seen, trouble), engine, works=works, timeout_s=subject.patience_s)


def _uptime(credential: Credential, timeout_s: float, tries: int = 2) -> Ask:
    return Ask(credential, Kind.GET, (SYS_UP_TIME,), timeout_s, tries)


def _how(credential: Credential) -> str:
    """Return the version and what proves us, without any secret."""
    words = [f"SNMP {credential.version.value}"]
    words += [] if credential.user is None else [credential.user, level(credential)]
    words += [protocol.value for protocol, _ in filter(None, (credential.auth, credential.priv))]
    return " ".join(words)


def _ping(pinged: Pinged, told: Answer) -> Iterable[Finding]:
    if not pinged.permitted:
        return (Finding(Code.PING_NOT_PERMITTED),)
    best_s = pinged.best_s
    if best_s is not None:
        return (Finding(Code.PING_OK, {"rtt_s": best_s}),)
    return (Finding(Code.PING_SILENT),) if told.came else ()


def _engine(engine: Discovered) -> Finding:
    if not engine.engine_id:
        return Finding(Code.ENGINE_SILENT)
    told = {"engine_id": engine.engine_id.hex(), "boots": engine.boots}
    return Finding(Code.ENGINE_FOUND, told)


def _refused(subject: Subject, engine: Discovered) -> Finding:
    code = Code.NO_ROUTE if engine.no_route else Code.PORT_REFUSED
    return Finding(code, {"port": subject.peer.port})


def _patiently(subject: Subject, pinged: Pinged) -> Asking[Access]:
    """Wait longer, and in other versions: nothing at all has come yet."""
    peer = subject.peer
    late = _uptime(peer.credential, subject.patience_s, tries=1)
    other = _uptime(_otherwise(peer.credential), peer.timeout_s, subject.tries)
    again = Discover(peer.timeout_s, subject.tries)
    told, else_told, engine = yield Together((late, other, again))
    seen = (*_ping(pinged, told), _engine(engine))
    code = _silent_code(pinged)
    if told.silence is Silence.MALFORMED:
        code = Code.NOT_SNMP
    elif told.is_good:
        code = Code.ANSWERS_LATE
    elif else_told.came:
        code = _other_version(peer.credential)
    elif engine.engine_id:
        is_v3 = peer.credential.version is Version.V3
        code = Code.V3_SILENT if is_v3 else Code.COMMUNITY_WRONG
    params = {"port": peer.port, "took_s": told.elapsed_s, "timeout_s": peer.timeout_s}
    works = code is Code.ANSWERS_LATE
    return Access((*seen, Finding(code, params)), engine, works=works, timeout_s=subject.patience_s)


def _silent_code(pinged: Pinged) -> Code:
    if not pinged.permitted:
        return Code.MAYBE_DEAD
    return Code.HOST_DEAD if pinged.best_s is None else Code.AGENT_SILENT


def _otherwise(credential: Credential) -> Credential:
    """Return the same in the other version that has communities."""
    if credential.version is Version.V3:
        return _PUBLIC
    other = Version.V1 if credential.version is Version.V2C else Version.V2C
    return replace(credential, version=other)


def _other_version(credential: Credential) -> Code:
    return {
        Version.V1: Code.V2C_NOT_V1,
        Version.V2C: Code.V1_ONLY,
        Version.V3: Code.V3_NOT_SPOKEN,
    }[credential.version]


def _trouble(subject: Subject, engine: Discovered, told: Answer) -> Asking[Finding]:
    """Name why an agent that is there does not answer as it should."""
    peer = subject.peer
    if told.error_status:
        return refusal(told)
    if peer.credential.version is Version.V3:
        trouble = yield from usm_trouble(subject, engine, told)
        if trouble.code is Code.V3_SILENT:
            late = yield _uptime(peer.credential, _longer(subject), tries=1)
            return _late(subject, late) if late.is_good else trouble
        return trouble
    if told.silence is Silence.MALFORMED:
        return Finding(Code.NOT_SNMP, {"port": peer.port})
    other = _uptime(_otherwise(peer.credential), peer.timeout_s)
    longer = _uptime(peer.credential, _longer(subject), tries=1)
    late, else_told = yield Together((longer, other))
    if late.is_good:
        return _late(subject, late)
    return Finding(_other_version(peer.credential) if else_told.came else Code.COMMUNITY_WRONG)


def _longer(subject: Subject) -> float:
    """Return what is waited for an agent that has answered another question in time."""
    return min(subject.patience_s, 2 * subject.peer.timeout_s + 1)


def _late(subject: Subject, late: Answer) -> Finding:
    took = {"took_s": late.elapsed_s, "timeout_s": subject.peer.timeout_s}
    return Finding(Code.ANSWERS_LATE, took)


_NO_ACCESS = (6, 16)  # noAccess, authorizationError: RFC 3416 §3


def refusal(told: Answer) -> Finding:
    """Say what an error-status to the simplest of questions means."""
    if told.error_status in _NO_ACCESS:
        return Finding(Code.ACCESS_REFUSED)
    if told.error_status == 2:  # noSuchName: version 1 has no other word for an empty view
        return Finding(Code.VIEW_EMPTY)
    return Finding(Code.ACCESS_ERROR, {"status": told.error_status})
