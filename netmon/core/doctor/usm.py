"""Why an SNMPv3 agent does not let a user in: which part of the credential is wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Final

from netmon.core.doctor.code import Code
from netmon.core.doctor.finding import Finding
from netmon.core.doctor.question import Answer, Ask, Asking, Discovered, Kind
from netmon.core.doctor.subject import SYS_UP_TIME, Subject
from netmon.model.wire import AuthProtocol, Credential, PrivProtocol, Silence

_LAST_BOOT: Final = 2**31 - 1  # RFC 3414 §2.2.2: an engine that has reached it is to be set up anew

_HASTE_S: Final = 0.5  #: waited for at least, where many protocols are tried
_ALIKE: Final = 7  #: letters of AES-256 and AES-256-C that are the same: the likeliest mistake

#: Silences that leave nothing to try: one cause each.
_PLAIN: Final = {
    Silence.UNKNOWN_USER: Code.USER_UNKNOWN,
    Silence.UNKNOWN_ENGINE: Code.ENGINE_ID_WRONG,
    Silence.UNAUTHENTIC: Code.UNAUTHENTIC,
}


def usm_trouble(subject: Subject, engine: Discovered, told: Answer) -> Asking[Finding]:
    """Name the part of a version 3 credential that is wrong."""
    credential = subject.peer.credential
    silence = told.silence
    if silence in _PLAIN:
        params = {"user": credential.user, "engine_id": engine.engine_id.hex()}
        return Finding(_PLAIN[silence], params)
    if silence is Silence.NOT_IN_TIME_WINDOW:
        return Finding(Code.BOOTS_STUCK if engine.boots == _LAST_BOOT else Code.TIME_WINDOW)
    if silence is Silence.WRONG_DIGEST:
        return (yield from _other_auth(subject))
    if silence is Silence.UNSUPPORTED_SEC_LEVEL:
        return (yield from _lower_level(subject))
    if silence is Silence.ACCESS or credential.context:
        return (yield from _no_context(subject, silence))
    if credential.priv is not None:
        return (yield from _priv(subject))
    return Finding(Code.V3_SILENT, {"user": credential.user})


def _ask(subject: Subject, credential: Credential, tries: int = 1) -> Ask:
    return Ask(credential, Kind.GET, (SYS_UP_TIME,), subject.peer.timeout_s, tries)


def _works(
    subject: Subject, candidates: Iterable[Credential], accepted: Callable[[Answer], bool]
) -> Asking[tuple[Credential | None, int]]:
    """Return the first credential that the agent takes, and how many were tried."""
    tried = 0
    for candidate in candidates:
        tried += 1
        told = yield _ask(subject, candidate)
        if accepted(told):
            return candidate, tried
    return None, tried


def _other_auth(subject: Subject) -> Asking[Finding]:
    """Try the password with the other protocols: a digest is checked before all the rest."""
    credential = subject.peer.credential
    if credential.auth is None:
        return Finding(Code.V3_SILENT, {"user": credential.user})
    configured, password = credential.auth
    others = [p for p in AuthProtocol if p is not configured]
    found, tried = yield from _works(
        subject,
        (replace(credential, auth=(other, password)) for other in others),
        lambda told: told.came or told.silence is Silence.DECRYPTION,
    )
    params: dict[str, object] = {"tries": tried, "configured": configured, "user": credential.user}
    if found is None or found.auth is None:
        return Finding(Code.AUTH_WRONG, params)
    return Finding(Code.AUTH_PROTOCOL_WRONG, {**params, "works": found.auth[0]})


def _lower_level(subject: Subject) -> Asking[Finding]:
    credential = subject.peer.credential
    lower = [replace(credential, priv=None)] if credential.priv else []
    lower += [replace(credential, auth=None, priv=None)] if credential.auth else []
    found, _ = yield from _works(subject, lower, lambda told: told.is_good)
    params: dict[str, object] = {"user": credential.user, "configured": level(credential)}
    if found is None:
        return Finding(Code.LEVEL_UNSUPPORTED, params)
    return Finding(Code.LEVEL_LOWER_WORKS, {**params, "works": level(found)})


def level(credential: Credential) -> str:
    """Return the security level as RFC 3411 calls it."""
    if credential.auth is None:
        return "noAuthNoPriv"
    return "authNoPriv" if credential.priv is None else "authPriv"


def _no_context(subject: Subject, silence: Silence | None) -> Asking[Finding]:
    """See whether it answers without the context: some say so in a Report, net-snmp is silent."""
    credential = subject.peer.credential
    if credential.context:
        bare = replace(subject.peer, credential=replace(credential, context=""))
        told = yield _ask(subject, bare.credential, tries=2)
        if told.came:
            return Finding(Code.CONTEXT_WRONG, {"context": credential.context})
        if silence is not Silence.ACCESS and credential.priv is not None:
            return (yield from _priv(replace(subject, peer=bare)))
    return Finding(Code.ACCESS_REFUSED if silence is Silence.ACCESS else Code.V3_SILENT)


def _hasty(subject: Subject, took_s: float) -> Subject:
    """Return the same, asked with little patience: it has just answered so fast."""
    timeout_s = min(subject.peer.timeout_s, max(_HASTE_S, 10 * took_s))
    return replace(subject, peer=replace(subject.peer, timeout_s=timeout_s))


def _priv(subject: Subject) -> Asking[Finding]:
    """See whether all is right but privacy; then try its password with the other protocols.

    Agents that cannot decrypt say so in a Report, or take the noise for no message and are silent.
    """
    credential = subject.peer.credential
    bare = yield _ask(subject, replace(credential, priv=None), tries=2)
    if credential.priv is None or bare.silence is Silence.TIMEOUT:
        return Finding(Code.V3_SILENT, {"user": credential.user})
    if bare.silence is Silence.WRONG_DIGEST:
        return (yield from _other_auth(subject))
    configured, password = credential.priv
    others = [p for p in PrivProtocol if p is not configured]
    others.sort(key=lambda p: p.value[:_ALIKE] != configured.value[:_ALIKE])
    found, tried = yield from _works(
        _hasty(subject, bare.elapsed_s),
        (replace(credential, priv=(other, password)) for other in others),
        lambda told: told.came,
    )
    params: dict[str, object] = {"tries": tried, "configured": configured, "user": credential.user}
    if found is None or found.priv is None:
        return Finding(Code.PRIV_WRONG, params)
    return Finding(Code.PRIV_PROTOCOL_WRONG, {**params, "works": found.priv[0]})
