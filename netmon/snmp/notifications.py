"""Traps and informs: a UDP port in front of pysnmp, which decodes and authenticates.

Rule 1: reading them never costs more than a part of the loop: polling goes on through any storm.
What is too much is dropped, of whoever sends the most, and counted. Rule 2: an inform is
acknowledged when it is on record, and not before: its sender is the one who can still send it
again. Rule 3: nothing that arrives raises.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from time import monotonic
from typing import Final

from pyasn1.error import PyAsn1Error
from pysnmp.error import PySnmpError

from netmon.model.inventory import Inventory
from netmon.model.notification import NotificationKind
from netmon.snmp.ber import Malformed
from netmon.snmp.notifications_identity import Identities
from netmon.snmp.notifications_queue import FairQueue
from netmon.snmp.notifications_read import Drop, Dropped
from netmon.snmp.notifications_reader import Deliver, Learnt, Reader
from netmon.snmp.notifications_senders import Address, plain
from netmon.snmp.notifications_socket import drops_of, open_listening

log = logging.getLogger(__name__)

#: Work at a stretch, seconds, and which part of the loop's time it may take in all.
STRETCH_S: Final = 0.02
SHARE: Final = 0.25
#: Datagrams read off the socket at once: cheap, for they only go into a queue.
_AT_ONCE: Final = 256
#: What is longer is dropped unread, octets: pysnmp takes a millisecond for 100 of them.
LONGEST: Final = 4096
#: What a source is not heard for is said once; of so many sources.
_SAID: Final = 1000
#: Reasons that somebody can mend.
_TO_BE_SAID: Final = frozenset(
    {
        Drop.UNKNOWN_SOURCE, Drop.WRONG_COMMUNITY, Drop.UNKNOWN_ENGINE, Drop.UNKNOWN_USER,
        Drop.SECURITY_LEVEL, Drop.WRONG_DIGEST, Drop.DECRYPTION,
    }
)  # fmt: skip


class NotificationReceiver:
    """``ports.TrapListener``: notifications of all versions."""

    def __init__(
        self,
        host: str,
        port: int,
        identity: Path,
        engine_ids: Callable[[], Learnt] = dict,
    ) -> None:
        """Make a receiver.

        Args:
            host: the address to listen on; ``::`` is all of them, of both families.
            port: UDP; 0 = any free one.
            identity: the file that netmon's own engine id is kept in.
            engine_ids: returns where v3 engines are that have answered polls.
        """
        self._address = (host, port)
        self._queue: FairQueue[tuple[bytes, Address]] = FairQueue()
        self._reader = Reader(self._send, Identities(identity), engine_ids)
        self._socket: socket.socket | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._resume: asyncio.TimerHandle | None = None
        self._rested_at = 0.0
        self._received = 0
        self._answered = 0
        self._taken: Counter[str] = Counter()
        self._dropped: Counter[str] = Counter()
        self._excess: Counter[str] = Counter()  # of each source, since the last look
        self._kernel_drops = 0
        self._said: set[tuple[str, Drop]] = set()

    # -- ports.TrapListener -----------------------------------------------------------------------

    @property
    def address(self) -> tuple[str, int]:
        """See ``ports.TrapListener``."""
        return self._address

    async def start(self, deliver: Deliver) -> str | None:
        """See ``ports.TrapListener``."""
        self._reader.deliver = deliver
        try:
            self._socket = open_listening(*self._address)
        except OSError as error:
            return error.strerror or str(error)
        self._address = (self._address[0], int(self._socket.getsockname()[1]))
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(self._socket, self._readable)
        return None

    def adopt(self, inventory: Inventory) -> None:
        """See ``ports.TrapListener``."""
        self._reader.adopt(inventory)
        self._said.clear()

    def overflow(self) -> tuple[str, int] | None:
        """See ``ports.TrapListener``."""
        self._reader.tick(monotonic())
        lost = self._count_kernel_drops()
        excess, self._excess = self._excess, Counter()
        total = sum(excess.values()) + lost
        if not total:
            return None
        return (excess.most_common(1)[0][0] if excess else ""), total

    def counts(self) -> Mapping[tuple[str, str], float]:
        """See ``ports.TrapListener``."""
        self._count_kernel_drops()
        found: dict[tuple[str, str], float] = {
            ("listening", ""): float(self._loop is not None),
            ("received_total", ""): self._received,
            ("waiting", ""): len(self._queue),
            ("answered_total", ""): self._answered,
        }
        found |= {("total", kind.value): self._taken[kind.value] for kind in NotificationKind}
        found |= {("dropped_total", drop.value): self._dropped[drop.value] for drop in Drop}
        return found

    async def close(self) -> None:
        """See ``ports.TrapListener``."""
        loop, self._loop = self._loop, None
        for timer in (self._timer, self._resume):
            if timer is not None:
                timer.cancel()
        if self._socket is not None:
            if loop is not None:
                loop.remove_reader(self._socket)
            self._socket.close()
            self._socket = None

    # -- what arrives -------------------------------------------------------------------------

    def _readable(self) -> None:
        """Take in what is there; after a full measure of it others have their turn."""
        if self._socket is None:
            return
        began_s = monotonic()
        for _ in range(_AT_ONCE):
            try:
                datagram, address = self._socket.recvfrom(LONGEST + 1)
            except BlockingIOError:
                break
            except OSError:
                continue
            self._received += 1
            self._admit(datagram, address)
        else:
            self._pause((monotonic() - began_s) * (1 / SHARE - 1))
        self._wake()

    def _pause(self, wait_s: float) -> None:
        if self._loop is not None and self._socket is not None:
            self._loop.remove_reader(self._socket)
            self._resume = self._loop.call_later(wait_s, self._read_on)

    def _read_on(self) -> None:
        if self._loop is not None and self._socket is not None:
            self._loop.add_reader(self._socket, self._readable)

    def _admit(self, datagram: bytes, address: Address) -> None:
        """Let a datagram wait for its turn, if there is any reason to."""
        source = address[0]
        if len(datagram) > LONGEST:
            self._drop(source, Drop.TOO_LONG)
            return
        whose = self._reader.whose(datagram, source, monotonic())
        if whose is None:
            self._drop(source, Drop.UNKNOWN_SOURCE)
            return
        excess = self._queue.put(whose, (datagram, address))
        if excess is not None:
            self._dropped[Drop.QUEUE.value] += 1
            self._excess[plain(excess)] += 1

    def _drop(self, source: str, reason: Drop) -> None:
        self._dropped[reason.value] += 1
        if reason in _TO_BE_SAID and len(self._said) < _SAID and (source, reason) not in self._said:
            self._said.add((source, reason))
            log.warning("notifications not taken source=%s reason=%s", plain(source), reason)

    def _count_kernel_drops(self) -> int:
        """Count what the kernel has dropped since the last look."""
        if self._socket is None:
            return 0
        new = drops_of(self._socket) - self._kernel_drops
        self._kernel_drops += new
        self._received += new
        self._dropped[Drop.KERNEL.value] += new
        return new

    # -- work ---------------------------------------------------------------------------------

    def _wake(self) -> None:
        if self._timer is None and self._loop is not None and len(self._queue):
            wait_s = max(0.0, self._rested_at - monotonic())
            self._timer = self._loop.call_later(wait_s, self._work)

    def _work(self) -> None:
        """Read what waits, for a stretch; then rest, that others have the rest of the loop."""
        self._timer = None
        began_s = now_s = monotonic()
        while now_s - began_s < STRETCH_S and (found := self._queue.pop()) is not None:
            self._one(*found, now_s)
            now_s = monotonic()
        self._rested_at = now_s + (now_s - began_s) * (1 / SHARE - 1)
        self._wake()

    def _one(self, datagram: bytes, address: Address, now_s: float) -> None:
        """Read one datagram, whatever it is."""
        reason = Drop.MALFORMED
        try:
            kind = self._reader.take(datagram, address, now_s)
        except Dropped as dropped:
            reason = dropped.reason
        except (Malformed, PyAsn1Error, PySnmpError):
            pass
        except Exception:
            reason = Drop.EXCEPTION
            log.exception("notification not read source=%s", plain(address[0]))
        else:
            self._taken[kind.value] += 1
            return
        self._drop(address[0], reason)

    def _send(self, datagram: bytes, address: Address) -> None:
        if self._socket is None:
            return
        with contextlib.suppress(OSError):  # lost, like on the way
            self._socket.sendto(datagram, address)
            self._answered += 1
