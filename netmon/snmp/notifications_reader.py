"""One datagram: whose is it, has it come before, what does it say, and who waits for an answer."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Hashable, Mapping
from typing import Final

from netmon.model.inventory import Inventory, Target
from netmon.model.notification import Notification, NotificationKind
from netmon.model.wire import Version
from netmon.snmp import notifications_community
from netmon.snmp.ber import Malformed
from netmon.snmp.notifications_identity import Identities, Identity, new_engine_id
from netmon.snmp.notifications_read import Content, Drop, Dropped
from netmon.snmp.notifications_seen import INFORM_S, TRAP_S, Acknowledge, Known, Seen
from netmon.snmp.notifications_senders import Address, Senders, plain
from netmon.snmp.notifications_usm import Usm
from netmon.snmp.pdu import peek_version
from netmon.snmp.usm_message import read as read_message

log = logging.getLogger(__name__)

_VERSIONS: Final = {0: Version.V1, 1: Version.V2C, 3: Version.V3}

#: What polling has learnt of v3 engines is looked up no more often than this, seconds.
_LEARN_S: Final = 1.0

#: Where v3 engines are that have answered.
Learnt = Mapping[bytes, Collection[str]]
#: Takes a notification, and, of an inform, what is to be called when it is on record.
Deliver = Callable[[Notification, Callable[[], None] | None], None]


class _Answer:
    """The acknowledgement of one copy: written once, sent as often as that copy comes."""

    def __init__(
        self, write: Callable[[], bytes], send: Callable[[bytes, Address], None], to: Address
    ) -> None:
        self._write, self._send, self._to = write, send, to
        self._octets: bytes | None = None

    def __call__(self) -> None:
        try:
            if self._octets is None:
                self._octets = self._write()
        except Exception:  # it is the writer who calls: nothing of a sender's may stop it
            log.exception("inform not acknowledged source=%s", plain(self._to[0]))
            return
        self._send(self._octets, self._to)


class Reader:
    """See the module. Whatever is not taken ends as ``Dropped``, or as a codec's own error."""

    def __init__(
        self,
        send: Callable[[bytes, Address], None],
        identities: Identities,
        engine_ids: Callable[[], Learnt],
    ) -> None:
        self.deliver: Deliver = lambda _given, _committed: None
        self._send = send
        self._identities = identities
        self._engine_ids = engine_ids
        self._learnt: Learnt = {}
        self._learnt_at = float("-inf")
        self._senders = Senders()
        self._seen = Seen()
        self._usm: Usm | None = None

    def adopt(self, inventory: Inventory) -> None:
        """Take notifications by the credentials of an inventory, from its targets."""
        before, self._senders = self._senders.users, Senders(inventory)
        users = self._senders.users
        if before == users and self._usm is not None:
            return
        self._usm = Usm(self._identity(), users, self._send) if users else None

    def _identity(self) -> Identity:
        try:
            return self._identities.begin()
        except OSError as error:
            log.warning("v3 informs: the engine id is not kept: %s", error.strerror)
            return Identity(new_engine_id(), 1)

    def whose(self, datagram: bytes, source: str, now_s: float) -> str | None:
        """Return the address of the target that a datagram is of; None: of nobody of ours."""
        if self._senders.at(source):
            return source
        try:
            engine_id = read_message(datagram).security.engine_id
        except Malformed:
            return None
        target = self._sender(engine_id, source, now_s)
        return None if target is None else target.address

    def _sender(self, engine_id: bytes, source: str, now_s: float) -> Target | None:
        """Return the target of an engine id; what polling has learnt of it is looked up again."""
        found = self._senders.with_engine(engine_id, source, self._learnt)
        if found is None and now_s - self._learnt_at >= _LEARN_S:
            self._learnt, self._learnt_at = self._engine_ids(), now_s
            found = self._senders.with_engine(engine_id, source, self._learnt)
        return found

    def tick(self, now_s: float) -> None:
        """Let a second have gone by; forget what is too old to come again."""
        self._seen.forget(now_s)
        if self._usm is not None:
            self._usm.tick(nothing_owed=not self._seen.owes)

    def take(self, datagram: bytes, address: Address, now_s: float) -> NotificationKind:
        """Deliver what a datagram says; return which kind it was.

        Raises:
            Dropped: it is nothing, not for us, or has been here before.
            Malformed: it is no SNMP message.
            PyAsn1Error: likewise.
            PySnmpError: likewise.
        """
        octets = (address, datagram)
        self._refuse_copy(octets, None, now_s)
        version = _VERSIONS.get(peek_version(datagram))
        if version is None:
            raise Dropped(Drop.MALFORMED)
        content, target = self._read(datagram, version, address, now_s)
        answer = _Answer(content.response, self._send, address) if content.response else None
        said = (address[0], version, content.said)
        self._refuse_copy(said, (octets, answer), now_s)
        known = Known(now_s + (TRAP_S if answer is None else INFORM_S))
        self._seen.keep(octets, known, answer)
        self._seen.keep(said, known, answer)
        if answer is not None:
            known.acknowledge(answer)
        given = Notification(
            source=plain(address[0]),
            target=target.id,
            version=version,
            kind=content.kind,
            trap=content.trap,
            varbinds=content.varbinds,
            uptime_s=content.uptime_s,
        )
        self.deliver(given, None if answer is None else known.committed)
        return content.kind

    def _refuse_copy(
        self, key: Hashable, newest: tuple[Hashable, Acknowledge | None] | None, now_s: float
    ) -> None:
        """Let nothing pass that is known, but have a copy of an inform acknowledged."""
        copy = self._seen.find(key, now_s)
        if copy is None:
            return
        known, answer = copy
        if newest is not None:
            octets, answer = newest
            self._seen.keep(octets, known, answer)
        if answer is not None and (newest is not None or known.is_committed):
            known.acknowledge(answer)
        raise Dropped(Drop.DUPLICATE)

    def _read(
        self, datagram: bytes, version: Version, address: Address, now_s: float
    ) -> tuple[Content, Target]:
        if version is Version.V3:
            return self._read_v3(datagram, address, now_s)
        found = self._senders.at(address[0])
        if not found:  # gone since it came
            raise Dropped(Drop.UNKNOWN_SOURCE)
        number = 0 if version is Version.V1 else 1
        content = notifications_community.read(datagram, number, self._senders.communities)
        return content, found[0]

    def _read_v3(self, datagram: bytes, address: Address, now_s: float) -> tuple[Content, Target]:
        """Read a message of SNMPv3: a trap names its sender, an inform us (RFC 3414 §1.5.1)."""
        security = read_message(datagram).security
        usm = self._usm
        if usm is None:
            raise Dropped(Drop.UNKNOWN_USER)
        if security.engine_id in (b"", usm.identity.engine_id):
            here = self._senders.at(address[0])
            target = here[0] if here else None
        else:
            target = self._sender(security.engine_id, address[0], now_s)
        if target is None:
            raise Dropped(Drop.UNKNOWN_ENGINE)
        return usm.take(datagram, address, security, target.credential), target
