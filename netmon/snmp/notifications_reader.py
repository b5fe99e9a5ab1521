"""One datagram: whose is it, has it come before, what does it say, and who waits for an answer."""

from __future__ import annotations

import logging
from collections.abc import Callable, Hashable
from typing import Final

from pyasn1.error import PyAsn1Error
from pysnmp.error import PySnmpError

from netmon.model.inventory import Inventory, Target
from netmon.model.notification import Notification, NotificationKind
from netmon.model.wire import Version
from netmon.snmp import notifications_community
from netmon.snmp.notifications_read import Content, Drop, Dropped
from netmon.snmp.notifications_seen import INFORM_S, TRAP_S, Acknowledge, Known, Seen
from netmon.snmp.notifications_senders import Address, Senders, plain
from netmon.snmp.pdu import peek_version

log = logging.getLogger(__name__)

_VERSIONS: Final = {0: Version.V1, 1: Version.V2C, 3: Version.V3}

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
        except (PyAsn1Error, PySnmpError):
            log.exception("inform not acknowledged source=%s", plain(self._to[0]))
            return
        self._send(self._octets, self._to)


class Reader:
    """See the module. Whatever is not taken ends as ``Dropped``, or as a codec's own error."""

    def __init__(self, send: Callable[[bytes, Address], None]) -> None:
        self.deliver: Deliver = lambda _given, _committed: None
        self._send = send
        self._senders = Senders()
        self._seen = Seen()

    def adopt(self, inventory: Inventory) -> None:
        """Take notifications by the credentials of an inventory, from its targets."""
        self._senders = Senders(inventory)

    def is_known(self, source: str) -> bool:
        """Say whether anybody of ours is at an address."""
        return bool(self._senders.at(source))

    def forget(self, now_s: float) -> None:
        """Forget what is too old to come again."""
        self._seen.forget(now_s)

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
        content, target = self._read(datagram, version, address)
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

    def _read(self, datagram: bytes, version: Version, address: Address) -> tuple[Content, Target]:
        if version is Version.V3:
            raise Dropped(Drop.UNKNOWN_ENGINE)
        found = self._senders.at(address[0])
        if not found:  # gone since it came
            raise Dropped(Drop.UNKNOWN_SOURCE)
        number = 0 if version is Version.V1 else 1
        content = notifications_community.read(datagram, number, self._senders.communities)
        return content, found[0]
