"""Notifications of SNMPv3: pysnmp authenticates, decrypts and decodes.

What pysnmp leaves open is closed here: it takes a trap of any security level, and at any time (it
believes the clock that a message carries before it looks whether the message is in time).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from time import monotonic
from typing import Any, Final

from pysnmp.carrier.asyncio.dgram.udp import SNMP_UDP_DOMAIN
from pysnmp.entity import config
from pysnmp.entity.engine import SnmpEngine
from pysnmp.proto import errind, rfc1902
from pysnmp.proto.api import v2c
from pysnmp.proto.secmod.cache import Cache

from netmon.model.wire import Credential
from netmon.snmp.notifications_identity import Identity
from netmon.snmp.notifications_read import Content, Drop, Dropped, content_of
from netmon.snmp.notifications_senders import Address
from netmon.snmp.pysnmp_wire import AUTHS, PRIVS
from netmon.snmp.usm import Remote
from netmon.snmp.usm_keys import auth_key, priv_key
from netmon.snmp.usm_message import AUTH, Security

Send = Callable[[bytes, Address], None]

_LOCALISED: Final = config.USM_KEY_TYPE_LOCALIZED
_TICK_S: Final = 1.0
_PDUS: Final = (v2c.SNMPv2TrapPDU.tagSet, v2c.InformRequestPDU.tagSet)
_FAILURES: Final = (
    (errind.UnknownEngineID, Drop.UNKNOWN_ENGINE),
    (errind.UnknownSecurityName, Drop.UNKNOWN_USER),
    (errind.UnsupportedSecurityLevel, Drop.SECURITY_LEVEL),
    (errind.AuthenticationFailure, Drop.WRONG_DIGEST),
    (errind.NotInTimeWindow, Drop.NOT_IN_TIME),
    (errind.DecryptionError, Drop.DECRYPTION),
)


class _Carrier:
    """What pysnmp takes for its transport: datagrams come and go through our own socket."""

    def __init__(self) -> None:
        self.outgoing: list[bytes] = []
        self._tick: Callable[[float], None] = lambda _now_s: None

    def register_recv_callback(self, _call: object, _which: object = None) -> None:
        """Datagrams are handed over without."""

    def register_timer_callback(self, call: Callable[[float], None]) -> None:
        """Take what forgets answers that are not given."""
        self._tick = call

    def get_timer_resolution(self) -> float:
        """Return how far apart ticks are, in seconds."""
        return _TICK_S

    def get_timer_ticks(self) -> float:
        """Return the time."""
        return monotonic()

    def tick(self) -> None:
        """Let a second have gone by."""
        self._tick(monotonic())

    def send_message(self, octets: bytes, _domain: object, _to: object) -> None:
        """Keep what is to be sent."""
        self.outgoing.append(bytes(octets))


class _Engine:
    """One pysnmp engine: it knows users by their names alone, so each name stands once in it."""

    def __init__(self, identity: Identity) -> None:
        self.users: dict[bytes, Credential] = {}
        self._carrier = _Carrier()
        self._known: set[tuple[bytes, bytes]] = set()
        self._content: Content | None = None
        self._reason = Drop.MALFORMED
        self._pysnmp: Any = SnmpEngine()
        builder = self._pysnmp.get_mib_builder()
        # Not as an argument: then pysnmp would keep boots of its own in a directory for all users.
        for name, value in (
            ("snmpEngineID", identity.engine_id),
            ("snmpEngineBoots", identity.boots),
        ):
            (scalar,) = builder.import_symbols("__SNMP-FRAMEWORK-MIB", name)
            scalar.syntax = scalar.syntax.clone(value)
        self._pysnmp.snmpEngineID = rfc1902.OctetString(identity.engine_id)
        self._pysnmp.register_transport_dispatcher(self._carrier)
        self._pysnmp.message_dispatcher.register_context_engine_id(b"", _PDUS, self._heard)
        self._pysnmp.observer.register_observer(
            self._failed, "rfc3412.prepareDataElements:sm-failure"
        )

    def know(self, engine_id: bytes, user: bytes) -> None:
        """Have pysnmp know a user of an engine, if we do."""
        credential = self.users.get(user)
        if credential is None or (engine_id, user) in self._known:
            return
        self._known.add((engine_id, user))
        how: dict[str, object] = {}
        if credential.auth:
            auth, password = credential.auth
            key = auth_key(auth, password, engine_id)
            how |= {"authProtocol": AUTHS[auth], "authKey": key, "authKeyType": _LOCALISED}
            if credential.priv:
                cipher, password = credential.priv
                key = priv_key(cipher, auth, password, engine_id)
                how |= {"privProtocol": PRIVS[cipher], "privKey": key, "privKeyType": _LOCALISED}
        where = rfc1902.OctetString(engine_id)
        config.add_v3_user(self._pysnmp, user.decode(), **how, securityEngineId=where)

    def take(self, datagram: bytes, address: Address, send: Send) -> Content:
        """Read a message; send what a Report has to say to it.

        Raises:
            Dropped: it is no notification that may be believed.
        """
        self._content, self._reason = None, Drop.MALFORMED
        dispatcher = self._pysnmp.message_dispatcher
        dispatcher.receive_message(self._pysnmp, SNMP_UDP_DOMAIN, address, datagram)
        while self._carrier.outgoing:
            send(self._carrier.outgoing.pop(0), address)
        if self._content is None:
            raise Dropped(self._reason)
        return self._content

    def _heard(self, *told: Any) -> None:  # noqa: ANN401 - pysnmp's
        """Take what pysnmp has decoded: its process_pdu, whose PDU is the ninth argument."""
        pdu = told[8]
        try:
            self._content = content_of(pdu, partial(self._response, told, pdu))
        except Dropped as dropped:
            self._reason = dropped.reason

    def _response(self, told: Sequence[Any], pdu: Any) -> bytes:  # noqa: ANN401 - pysnmp's
        """Write the Response to an inform (RFC 3412 §4.1.2)."""
        answer = v2c.apiPDU.get_response(pdu)
        v2c.apiPDU.set_varbinds(answer, v2c.apiPDU.get_varbinds(pdu))
        back = (*told[:8], answer, *told[9:], {})
        self._pysnmp.message_dispatcher.return_response_pdu(*back)
        return self._carrier.outgoing.pop()

    def _failed(self, _engine: object, _point: object, seen: Mapping[str, Any], _: object) -> None:
        indication = seen["statusInformation"].get("errorIndication")
        found = (drop for kind, drop in _FAILURES if isinstance(indication, kind))
        self._reason = next(found, Drop.MALFORMED)

    def tick(self, *, nothing_owed: bool) -> None:
        """Let a second have gone by; forget what pysnmp remembers of failed messages for ever."""
        self._carrier.tick()
        if nothing_owed:
            for model in self._pysnmp.security_models.values():
                model._cache = Cache()  # noqa: SLF001 - it has no other way, and its version is pinned


class Usm:
    """The v3 users of an inventory, and netmon as the engine that informs are sent to."""

    def __init__(self, identity: Identity, users: Sequence[Credential], send: Send) -> None:
        self.identity = identity
        self._send = send
        self._remotes: dict[bytes, Remote] = {}
        self._engines: list[_Engine] = []
        for credential in users:
            self._place(credential)

    def _place(self, credential: Credential) -> None:
        """Put a user where no other keys go by the same name."""
        name = (credential.user or "").encode()
        for engine in self._engines:
            if keys_of(engine.users.setdefault(name, credential)) == keys_of(credential):
                return
        self._engines.append(_Engine(self.identity))
        self._engines[-1].users[name] = credential

    def take(
        self, datagram: bytes, address: Address, security: Security, usual: Credential | None
    ) -> Content:
        """Read a message of a known sender.

        Args:
            datagram: the message.
            address: whence it came.
            security: its header, read and not yet believed.
            usual: the credential by which the sender is polled; it counts where a name has several.

        Raises:
            Dropped: it is no notification, or not to be believed.
        """
        engine = self._engine_of(security.user, usual)
        engine_id = security.engine_id
        if engine_id not in (b"", self.identity.engine_id) and security.user not in engine.users:
            raise Dropped(Drop.UNKNOWN_USER)
        engine.know(engine_id, security.user)
        try:
            content = engine.take(datagram, address, self._send)
        except Dropped as dropped:
            raise Dropped(self._meaning(dropped.reason, security)) from None
        if engine_id != self.identity.engine_id:
            self._believe(security, engine.users[security.user])
        return content

    def _engine_of(self, user: bytes, usual: Credential | None) -> _Engine:
        having = [engine for engine in self._engines if user in engine.users]
        for engine in having:
            if usual is not None and keys_of(engine.users[user]) == keys_of(usual):
                return engine
        return (having or self._engines)[0]

    def _meaning(self, reason: Drop, security: Security) -> Drop:
        """Tell a sender that asks who we are, and what our clock says, from one that is wrong."""
        stranger = not any(security.user in engine.users for engine in self._engines)
        if reason is Drop.MALFORMED and security.user and stranger:
            return Drop.UNKNOWN_USER
        asks_who = reason is Drop.UNKNOWN_ENGINE and not security.engine_id
        asks_time = reason is Drop.NOT_IN_TIME and security.boots == security.time == 0
        return Drop.DISCOVERY if asks_who or asks_time else reason

    def _believe(self, security: Security, credential: Credential) -> None:
        """See whether a trap is as well protected as it should be, and in time (RFC 3414 §3.2)."""
        if not credential.auth:
            return
        if not security.flags & AUTH:
            raise Dropped(Drop.SECURITY_LEVEL)
        remote = self._remotes.get(security.engine_id)
        if remote is None:
            remote = self._remotes[security.engine_id] = Remote(security.engine_id)
        if not remote.follow(security, monotonic()):
            raise Dropped(Drop.NOT_IN_TIME)

    def tick(self, *, nothing_owed: bool) -> None:
        """Let a second have gone by."""
        for engine in self._engines:
            engine.tick(nothing_owed=nothing_owed)


def keys_of(credential: Credential) -> tuple[object, ...]:
    """Return what makes two credentials the same user."""
    return credential.user, credential.auth, credential.priv
