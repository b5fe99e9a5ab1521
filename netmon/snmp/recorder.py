"""Read everything an agent shows, in order, with its types: what a recording is made of.

Rule: the agent is asked one question at a time and no more at once than it answers; where it falls
silent, or goes back, the walk goes on behind that place and says so.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Final

from netmon.model.oid import Oid
from netmon.model.wire import Peer, Silence, Version
from netmon.snmp.ber import END_OF_MIB_VIEW, NO_SUCH_INSTANCE, NO_SUCH_OBJECT
from netmon.snmp.conversation import Conversation, Heard
from netmon.snmp.job import silence_of
from netmon.snmp.pdu import GET_BULK, GET_NEXT, ErrorStatus

#: Where agents keep what they have: the Internet's subtree, IEEE 802.1AB, IEEE 802.3ad and .1x, and
#: what IEEE 802 has registered since.
ROOTS: Final = tuple(map(Oid.parse, ("1.3.6.1", "1.0.8802", "1.2.840.10006", "1.3.111.2.802")))

_FIRST: Final = 10  #: max-repetitions to begin with
_MOST: Final = 50
#: A reply longer than this is fragmented on its way; many agents and firewalls do not let it.
_DATAGRAM: Final = 1400
_SKIPS: Final = 20  #: places behind which to go on, after which an agent is given up
_BULK_TRIES: Final = 3  #: times that GETNEXT alone is answered, after which it is all that is asked
_NOTHING: Final = frozenset({END_OF_MIB_VIEW, NO_SUCH_INSTANCE, NO_SUCH_OBJECT})

#: An instance, its BER tag and its content.
RawRecord = tuple[Oid, int, bytes]


@dataclass(frozen=True, slots=True)
class Gap:
    """A place behind which the walk had to go on, and why."""

    after: Oid
    why: Silence


@dataclass(slots=True)
class Recording:
    """A recording under way: what there is to say of it."""

    instances: int = 0
    datagrams: int = 0
    at: Oid = ROOTS[0]  #: the last instance that was read
    gaps: list[Gap] = field(default_factory=list)
    silence: Silence | None = None  #: nothing at all came


class Recorder:
    """A walk over all of an agent."""

    def __init__(self, peer: Peer, roots: tuple[Oid, ...] = ROOTS) -> None:
        self.so_far = Recording()
        self._peer = peer
        self._roots = roots
        bulk = peer.bulk and peer.credential.version is not Version.V1
        self._repetitions = _FIRST if bulk else 0
        self._bulk_left = _BULK_TRIES if bulk else 0

    async def walk(self) -> AsyncIterator[list[RawRecord]]:
        """Yield what each answer brought; ``so_far`` says how it goes.

        Raises:
            OSError: there is no way to that address.
        """
        async with Conversation(self._peer) as talk:
            first = await talk.ask(GET_NEXT, (self._roots[0],))
            self.so_far.datagrams += first.datagrams
            self.so_far.silence = first.silence
            for root in self._roots:
                if self.so_far.silence is not None or len(self.so_far.gaps) > _SKIPS:
                    return
                async for records in self._subtree(talk, root):
                    yield records

    async def _subtree(self, talk: Conversation, root: Oid) -> AsyncIterator[list[RawRecord]]:
        cursor: Oid | None = root
        while cursor is not None:
            heard = await self._ask(talk, cursor)
            self.so_far.datagrams += heard.datagrams
            records, trouble, ended = _read(heard, root, cursor)
            if records:
                cursor = records[-1][0]
                self.so_far.instances += len(records)
                self.so_far.at = cursor
                yield records
            if ended:
                return
            if trouble is not None:
                cursor = self._go_on_behind(cursor, root, trouble)

    async def _ask(self, talk: Conversation, cursor: Oid) -> Heard:
        """Ask for what follows; for less of it where the answer is too long for the way."""
        while self._repetitions > 0:
            heard = await talk.ask(GET_BULK, (cursor,), self._repetitions)
            if heard.silence is None and not heard.error_status:
                self._bulk_left = _BULK_TRIES
                self._measure(heard)
                return heard
            if heard.silence not in (None, Silence.TIMEOUT, Silence.MALFORMED):
                return heard
            self.so_far.datagrams += heard.datagrams
            self._repetitions //= 2
        heard = await talk.ask(GET_NEXT, (cursor,))
        if heard.silence is None and self._bulk_left:
            self._bulk_left -= 1
            self._repetitions = min(self._bulk_left, 1)
        return heard

    def _measure(self, heard: Heard) -> None:
        """Ask for as many as fill a datagram, by what these took."""
        each = max(heard.octets // max(len(heard.oids), 1), 1)
        self._repetitions = max(1, min(_MOST, _DATAGRAM // each))

    def _go_on_behind(self, cursor: Oid, root: Oid, why: Silence) -> Oid | None:
        """Return where to go on: behind this column; where that fails too, behind what holds it.

        None: not at all.
        """
        so_far = self.so_far
        if cursor == root:
            so_far.silence = None if so_far.instances else why
            return None
        so_far.gaps.append(Gap(cursor, why))
        if len(so_far.gaps) > _SKIPS:
            return None
        if len(cursor) <= len(root) + 1:
            return None
        self._repetitions = _FIRST if self._bulk_left else 0
        return Oid((*cursor[:-2], cursor[-2] + 1))


def _read(heard: Heard, root: Oid, cursor: Oid) -> tuple[list[RawRecord], Silence | None, bool]:
    """Return the records of an answer, what is wrong with it, and whether the subtree has ended."""
    if heard.silence is not None:
        return [], heard.silence, False
    if heard.error_status == ErrorStatus.NO_SUCH_NAME:  # v1: the end of the view
        return [], None, True
    if heard.error_status:
        return [], silence_of(heard.error_status), False
    records: list[RawRecord] = []
    last = cursor
    for oid, (tag, content) in zip(heard.oids, heard.raw, strict=True):
        if tag in _NOTHING or not root.covers(oid):
            return records, None, True
        if oid <= last:
            return records, Silence.NOT_INCREASING, False
        records.append((oid, tag, content))
        last = oid
    return records, None, not records
