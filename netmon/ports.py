"""Every seam of netmon, on one screen.

One Protocol per seam; what an implementation must keep is said here and tested by
``tests/contract/``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Protocol, TypeVar, runtime_checkable

from netmon.model.act import Act
from netmon.model.event import Attempt, Bulletin, Delivery, Event, Notice
from netmon.model.fault import Fault
from netmon.model.inventory import Inventory
from netmon.model.message import Message
from netmon.model.notification import Notification
from netmon.model.record import R, RecordQuery
from netmon.model.reload import Reloaded, ReloadWish
from netmon.model.telling import Letter, Manner, ReceiverNow
from netmon.model.ticket import JournalEntry, Ticket, TicketId
from netmon.model.wire import Reply, Request
from netmon.model.world import FaultQuery, Memory, Step, TicketQuery, World

T = TypeVar("T")


class Clock(Protocol):
    """The time of day. Aware, UTC, never backwards within a process."""

    def now(self) -> datetime:
        """Return the present instant."""
        ...


class Engine(Protocol):
    """The wire. One call for many requests, so an engine can batch; answers come in batches too."""

    async def start(self) -> None:
        """Open the sockets on the running loop.

        Raises:
            EngineBroken: no socket could be opened.
        """
        ...

    def submit(
        self, requests: Sequence[Request], deliver: Callable[[Sequence[Reply]], None]
    ) -> Callable[[], None]:
        """Send all and deliver exactly one Reply per Request, in the order they are complete.

        Silence is a Reply, not an exception; nothing that the far side does raises. ``deliver`` is
        called on the loop, never before ``submit`` returns, and may submit more.

        Returns:
            A call that cancels: what is not yet delivered is dropped, and never delivered later.
        """
        ...

    def forget(self, key: str) -> None:
        """Drop what was learnt of the peer with this ``Peer.key``: its address or self changed."""
        ...

    def counts(self) -> Mapping[str, int]:
        """Return datagrams since the start: requests, replies, timeouts, retries, errors."""
        ...

    async def close(self) -> None:
        """Close the sockets; nothing is delivered afterwards."""
        ...


class Pinger(Protocol):
    """Whether an address answers at all, SNMP or not."""

    async def start(self) -> bool:
        """Open what is needed; False where the privilege is missing (then nothing is asked)."""
        ...

    def submit(
        self,
        addresses: Sequence[str],
        timeout_s: float,
        deliver: Callable[[str, float | None], None],
    ) -> None:
        """Ask each address once; deliver each once, with its round trip in seconds or None."""
        ...

    async def close(self) -> None:
        """Stop; nothing is delivered afterwards."""
        ...


class SyslogListener(Protocol):
    """Whoever hears what devices tell unasked. It never makes a sender wait."""

    async def start(self, known: Callable[[str], bool]) -> None:
        """Listen; what comes from an address that is not ``known`` is dropped.

        Raises:
            OSError: the port is taken, or may not be had. Then it is as if it were not started.
        """
        ...

    async def run(self, hear: Callable[[str, Message], None]) -> None:
        """Give on each message with the address it came from, in order, for ever.

        However many come in, they take a bounded share of the loop's time and of memory.
        """
        ...

    def dropped(self) -> Mapping[str, int]:
        """Return how many were dropped since the start, by the reason."""
        ...

    def overflow(self) -> tuple[str | None, int] | None:
        """Return how many were dropped since the last call for want of room; None = none.

        With it the source that sent the most of them, or None where that is not known.
        """
        ...

    async def close(self) -> None:
        """Let the port go; nothing is heard afterwards."""
        ...


class TrapListener(Protocol):
    """Where targets speak unasked: traps and informs. Nothing that arrives raises."""

    @property
    def address(self) -> tuple[str, int]:
        """Return the host and port it listens on; a port of 0 is any, until it does."""
        ...

    async def start(
        self, deliver: Callable[[Notification, Callable[[], None] | None], None]
    ) -> str | None:
        """Open the port; return why it cannot be had, or None where all is well.

        Each notification is delivered once, whatever copies come of it, on the loop. With an inform
        comes a call that acknowledges it: to be made when it is on record, and never before.
        """
        ...

    def adopt(self, inventory: Inventory) -> None:
        """Take notifications of an inventory's targets, by its credentials; of nobody else."""
        ...

    def overflow(self) -> tuple[str, int] | None:
        """Return what was dropped for want of room since the last call; None = nothing.

        The source that most of it was of, empty where nobody knows, and how much it was in all.
        """
        ...

    def counts(self) -> Mapping[tuple[str, str], float]:
        """Return figures since the start by (name, label value or ""); see ``Desk.counters``.

        What was received was taken, dropped, or waits.
        """
        ...

    async def close(self) -> None:
        """Close the port; nothing is delivered afterwards."""
        ...


class Store(Protocol):
    """The record. Calls block; one thread calls. Every failure is a StoreError."""

    def load(self) -> Memory:
        """Return what must survive a restart."""
        ...

    def commit(self, step: Step) -> None:
        """Write a step: whole or not at all; a step already written changes nothing.

        Raises:
            StoreError: nothing of it is written (disk full, database gone, a second open fault of
                one key).
        """
        ...

    def outbox(self, limit: int, now: datetime, receiver: str | None = None) -> list[Notice]:
        """Return the oldest notices that are due, in order; None = every receiver's."""
        ...

    def owed(self, receiver: str, limit: int) -> list[Notice]:
        """Return what one receiver is owed, due or not, in the order of the events."""
        ...

    def compose(self, keys: Sequence[str], bulletin: Bulletin, now: datetime) -> None:
        """Freeze which notices are told in one message, and its words, before the first try.

        The message's key is that of the first; what is told in a message already stays in that.
        From now on it is late.
        """
        ...

    def settle(
        self, key: str, attempt: Attempt, now: datetime, retry_at: datetime | None = None
    ) -> None:
        """Record what became of a message, and how its receiver fares.

        Gone when delivered, given up when refused, not due before ``retry_at`` when to retry.
        """
        ...

    def outbox_depth(self) -> tuple[int, datetime | None]:
        """Return how many notices wait and when the oldest happened."""
        ...

    def receivers(self) -> list[ReceiverNow]:
        """Return how telling each receiver goes, by name."""
        ...

    def letters(self, *, dead: bool | None = None, limit: int = 100) -> list[Letter]:
        """Return messages that wait, that were given up, or (None) both, the oldest first."""
        ...

    def letter(self, key: str) -> Letter | None:
        """Return one message by its key."""
        ...

    def faults(self, query: FaultQuery) -> list[Fault]:
        """Return faults, newest (highest id) first."""
        ...

    def fault(self, fault_id: int) -> Fault | None:
        """Return one fault."""
        ...

    def tickets(self, query: TicketQuery) -> list[Ticket]:
        """Return tickets, newest (highest id) first."""
        ...

    def ticket(self, ticket_id: TicketId) -> Ticket | None:
        """Return one ticket."""
        ...

    def journal(self, ticket_id: TicketId) -> list[JournalEntry]:
        """Return a ticket's journal in order."""
        ...

    def journals(self, ids: Sequence[TicketId]) -> dict[TicketId, list[JournalEntry]]:
        """Return tickets' journals in order; of one that is not there an empty one."""
        ...

    def events(self, after: int, limit: int) -> list[Event]:
        """Return events with an id above ``after``, in order."""
        ...

    def records(self, query: RecordQuery[R]) -> list[R]:
        """Return the entries of one kind that a query asks for."""
        ...

    def prune(self, before: datetime, history: datetime | None = None) -> int:
        """Delete what was closed or happened before ``before``; return how many rows.

        What figures are made of (intervals, planned work, amendments) is kept since ``history``.
        """
        ...

    def close(self) -> None:
        """Release the database."""
        ...


class Notifier(Protocol):
    """Someone outside. Tries once, never raises; the same key may come twice."""

    async def notify(self, notice: Notice) -> Attempt:
        """Tell of one notice and say what became of it; no reason holds a URL or a secret."""
        ...

    async def close(self) -> None:
        """Release connections."""
        ...


@runtime_checkable
class Gathering(Notifier, Protocol):
    """A Notifier for people: they get messages, each of all the news that belong together."""

    @property
    def manner(self) -> Manner:
        """Return how they want to be told."""
        ...

    def compose(self, news: Sequence[Notice], tickets: Mapping[int, Ticket]) -> Bulletin:
        """Return one message that says it all, the most urgent first.

        Args:
            news: at least one; in the order of their events.
            tickets: as they stand now, by id; those that are gone are told as they were.
        """
        ...


@runtime_checkable
class Repeater(Protocol):
    """A Notifier whose far side forgets what is not repeated, as Alertmanager does."""

    async def refresh(self, open_faults: Sequence[Fault], now: datetime) -> Delivery:
        """Tell again of all that is open; called at the start and once a minute."""
        ...


class Desk(Protocol):
    """What the faces see of the daemon: the present, the record, and the one way to act."""

    @property
    def world(self) -> World:
        """Return the present. Look, do not touch, and do not wait between two looks."""
        ...

    @property
    def clock(self) -> Clock:
        """Return the clock by which the world is dated."""
        ...

    async def read(self, question: Callable[[Store], T]) -> T:
        """Ask the record something.

        Raises:
            StoreError: it cannot be read.
        """
        ...

    async def act(self, act: Act[T]) -> T:
        """Carry out a person's wish; returns its answer when it is committed.

        Raises:
            UsageError: no such ticket, or its state does not allow it.
            StoreError: it could not be written; nothing was done.
        """
        ...

    async def reload(self, wish: ReloadWish) -> Reloaded:
        """Read the inventory's files and take them up whole, or say what that would come to.

        Raises:
            ConfigError: with every mistake; what stands stays.
        """
        ...

    async def events_after(self, event_id: int, wait_s: float) -> list[Event]:
        """Return committed events above ``event_id`` in order; wait for one, up to ``wait_s``."""
        ...

    async def try_out(self, receiver: str) -> Attempt | None:
        """Send a harmless message to ``person:ID`` or a webhook's id; None = there is no such."""
        ...

    def readiness(self) -> tuple[str, ...]:
        """Return why netmon is not ready, as codes (``starting``, ``store``); empty = ready."""
        ...

    def counters(self) -> Mapping[tuple[str, str], float]:
        """Return netmon's own figures by (metric name without ``netmon_``, label value or "").

        ``snmp_requests_total``, ``snmp_replies_total``, ``snmp_timeouts_total``,
        ``snmp_retries_total``, ``snmp_errors_total``, ``poll_polls_total`` (lane),
        ``poll_overrun_total`` (lane), ``poll_late_seconds`` (lane), ``poll_duration_seconds_sum``
        and ``_count`` (lane), ``outbox_depth``, ``outbox_oldest_seconds``,
        ``outbox_dead_letters``, ``outbox_deliveries_total`` (result), ``outbox_failing_receivers``,
        ``config_reload_success`` and ``config_last_reload_timestamp_seconds``,
        ``store_commit_failures_total``, ``store_commits_total``, ``poll_exceptions_total``,
        ``syslog_messages_total``, ``syslog_dropped_total`` (reason), ``syslog_resting_rules``,
        ``notifications_listening``, ``notifications_received_total``, ``notifications_total``
        (kind), ``notifications_dropped_total`` (reason), ``notifications_waiting``,
        ``notifications_answered_total``.
        """
        ...
