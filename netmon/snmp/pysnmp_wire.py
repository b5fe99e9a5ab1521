"""One PDU by pysnmp: v1 and v2c by its lean architecture, v3 by its whole one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address
from types import ModuleType
from typing import Any, Final

from pyasn1.error import PyAsn1Error
from pyasn1.type import univ
from pysnmp.carrier.asyncio.dispatch import AsyncioDispatcher
from pysnmp.error import PySnmpError
from pysnmp.hlapi.v1arch import asyncio as lean
from pysnmp.hlapi.v3arch import asyncio as whole
from pysnmp.proto import errind, rfc1155, rfc1902

from netmon.model.oid import Oid
from netmon.model.secret import Secret
from netmon.model.wire import AuthProtocol, Credential, Peer, PrivProtocol, Silence, Value, Version
from netmon.snmp.ber import DECODERS, OPAQUE

_TICK_S: Final = 0.1  # pysnmp looks at its time-outs this often; its own 0.5 s is too coarse

AUTHS: Final = {
    AuthProtocol.MD5: whole.USM_AUTH_HMAC96_MD5,
    AuthProtocol.SHA: whole.USM_AUTH_HMAC96_SHA,
    AuthProtocol.SHA_224: whole.USM_AUTH_HMAC128_SHA224,
    AuthProtocol.SHA_256: whole.USM_AUTH_HMAC192_SHA256,
    AuthProtocol.SHA_384: whole.USM_AUTH_HMAC256_SHA384,
    AuthProtocol.SHA_512: whole.USM_AUTH_HMAC384_SHA512,
}
PRIVS: Final = {
    PrivProtocol.DES: whole.USM_PRIV_CBC56_DES,
    PrivProtocol.AES_128: whole.USM_PRIV_CFB128_AES,
    PrivProtocol.AES_192: whole.USM_PRIV_CFB192_AES_BLUMENTHAL,
    PrivProtocol.AES_256: whole.USM_PRIV_CFB256_AES_BLUMENTHAL,
    PrivProtocol.AES_192_C: whole.USM_PRIV_CFB192_AES,
    PrivProtocol.AES_256_C: whole.USM_PRIV_CFB256_AES,
}
_SILENCES: Final = (
    (errind.RequestTimedOut, Silence.TIMEOUT),
    (errind.UnknownUserName, Silence.UNKNOWN_USER),
    (errind.WrongDigest, Silence.WRONG_DIGEST),
    (errind.AuthenticationFailure, Silence.UNAUTHENTIC),
    (errind.NotInTimeWindow, Silence.NOT_IN_TIME_WINDOW),
    (errind.UnknownEngineID, Silence.UNKNOWN_ENGINE),
    (errind.UnsupportedSecurityLevel, Silence.UNSUPPORTED_SEC_LEVEL),
    (errind.DecryptionError, Silence.DECRYPTION),
    (errind.TooBig, Silence.TOO_BIG),
)

VarBind = tuple[Oid, Value]


@dataclass(frozen=True, slots=True)
class Answer:
    """What one PDU brought."""

    varbinds: tuple[VarBind, ...] = ()
    error_status: int = 0  #: RFC 3416 §3
    error_index: int = 0  #: from 1
    silence: Silence | None = None


class Wire:
    """pysnmp's engines: one for v1 and v2c, and one for every set of v3 keys.

    pysnmp keeps users by their name alone, so two passwords of one name need two engines; an
    engine per target would be its known way to crawl.
    """

    def __init__(self) -> None:
        self._lean: Any = None
        self._whole: dict[tuple[object, ...], Any] = {}
        self._retired: list[Any] = []  # forgotten while a request was under way
        self._busy = 0

    def start(self) -> None:
        """Make the engine for v1 and v2c on the running loop."""
        self._lean = lean.SnmpDispatcher()
        self._lean.transport_dispatcher.set_timer_resolution(_TICK_S)

    def close(self) -> None:
        """Close every socket."""
        self.forget()
        self._busy = 0
        self._sweep()
        if self._lean is not None:
            # its own close() raises where requests are still under way
            carrier = self._lean.transport_dispatcher
            carrier.unregister_recv_callback()
            carrier.unregister_timer_callback()
            carrier.close_dispatcher()
            self._lean = None

    def forget(self) -> None:
        """Drop what the v3 engines have learnt of their peers."""
        self._retired.extend(self._whole.values())
        self._whole.clear()
        self._sweep()

    def _sweep(self) -> None:
        if not self._busy:
            for engine in self._retired:
                engine.close_dispatcher()
            self._retired.clear()

    async def ask(self, peer: Peer, kind: str, oids: Sequence[Oid], repetitions: int = 1) -> Answer:
        """Send one PDU, with retries.

        Args:
            peer: whom to ask.
            kind: ``get``, ``next`` or ``bulk``.
            oids: the names in it.
            repetitions: max-repetitions of a GETBULK.
        """
        module, context = self._way(peer.credential)
        command = getattr(module, f"{kind}_cmd")
        numbers = (0, repetitions) if kind == "bulk" else ()
        varbinds = [(tuple(oid), rfc1902.Null("")) for oid in oids]
        self._busy += 1
        try:
            target = await self._target(module, peer)
            failed, status, index, answer = await command(
                *context, target, *self._tail(peer, module), *numbers, *varbinds, lookupMib=False
            )
            return _answer(failed, int(status), int(index), answer)
        except (PySnmpError, PyAsn1Error, errind.ErrorIndication):
            return Answer(silence=Silence.MALFORMED)
        finally:
            self._busy -= 1
            self._sweep()

    def _way(self, credential: Credential) -> tuple[ModuleType, tuple[object, ...]]:
        """Return pysnmp's module for the version, and the engine and identity to call it with."""
        if credential.version is not Version.V3:
            community = (credential.community or Secret("")).reveal()
            model = 0 if credential.version is Version.V1 else 1
            return lean, (self._lean, lean.CommunityData(community, mpModel=model))
        key = (credential.user, credential.auth, credential.priv, credential.engine_id)
        if key not in self._whole:
            engine = whole.SnmpEngine()
            engine.register_transport_dispatcher(AsyncioDispatcher(timeout=_TICK_S))
            self._whole[key] = engine
        return whole, (self._whole[key], _user(credential))

    @staticmethod
    async def _target(module: ModuleType, peer: Peer) -> object:
        of = module.Udp6TransportTarget if ":" in peer.address else module.UdpTransportTarget
        where = (peer.address, peer.port)
        return await of.create(where, timeout=peer.timeout_s, retries=peer.retries)

    @staticmethod
    def _tail(peer: Peer, module: ModuleType) -> tuple[object, ...]:
        if module is lean:
            return ()
        return (whole.ContextData(contextName=peer.credential.context.encode()),)


def _user(credential: Credential) -> object:
    how: dict[str, object] = {}
    if credential.auth:
        protocol, password = credential.auth
        how |= {"authProtocol": AUTHS[protocol], "authKey": password.reveal()}
    if credential.priv:
        cipher, password = credential.priv
        how |= {"privProtocol": PRIVS[cipher], "privKey": password.reveal()}
    if credential.engine_id:
        how["securityEngineId"] = rfc1902.OctetString(credential.engine_id)
    return whole.UsmUserData(credential.user, **how)  # noqa: S509 - as the site configured it


def _answer(failed: object, status: int, index: int, varbinds: Sequence[Any]) -> Answer:
    if failed:
        for kind, silence in _SILENCES:
            if isinstance(failed, kind):
                return Answer(silence=silence)
        return Answer(silence=Silence.MALFORMED)
    pairs = tuple((Oid(tuple(name)), value_of(value)) for name, value in varbinds)
    return Answer(pairs, status, index)


def value_of(value: object) -> Value:
    """Return pysnmp's value as the model has it."""
    if isinstance(value, univ.Null):
        return None  # noSuchObject, noSuchInstance and endOfMibView are NULLs to pysnmp
    if isinstance(value, (rfc1155.IpAddress, rfc1902.IpAddress)):
        return IPv4Address(bytes(value))
    if isinstance(value, univ.ObjectIdentifier):
        return Oid(tuple(value))
    if isinstance(value, univ.Integer):
        return int(value)
    if not isinstance(value, univ.OctetString):
        raise PySnmpError(f"pysnmp gave a {type(value).__name__}")
    is_opaque = isinstance(value, (rfc1155.Opaque, rfc1902.Opaque))
    return DECODERS[OPAQUE](bytes(value)) if is_opaque else bytes(value)
