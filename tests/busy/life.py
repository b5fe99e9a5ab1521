"""One life of netmon on a busy day: from what the database holds until its end, or the day's.

It is the real writer, the real chain, the real record in SQLite and the real dispatcher; the clock
is the script's, and the outside world a file to which is appended what it was told.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import mmap
import os
import signal
import struct
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum, unique
from pathlib import Path
from typing import Final

from sqlalchemy import event as on

from netmon.core.decide import self_judgement
from netmon.core.draft import Change
from netmon.core.present import awaken, reconcile
from netmon.core.step import Input, Noticed
from netmon.daemon.dispatcher import Dispatcher
from netmon.daemon.writer import Writer
from netmon.model.condition import ConditionId
from netmon.model.errors import NetmonError
from netmon.model.event import PERSON, Attempt, Bulletin, Delivery, Event, Notice
from netmon.model.telling import Manner
from netmon.model.ticket import Ticket
from netmon.model.world import Step
from netmon.ports import Notifier
from netmon.store.sql_store import SqlStore, open_store
from tests.busy.script import Day, Moment, as_it_stands

_PLACE: Final = struct.Struct("<qqq")


class Place:
    """Where a life is, in memory that outlives it: kept by the outside world."""

    def __init__(self) -> None:
        self._memory = mmap.mmap(-1, _PLACE.size)

    def note(self, moment: int, last_step: int, *, begun: bool) -> None:
        self._memory[:] = _PLACE.pack(moment, last_step, begun)

    def read(self) -> tuple[int, int, bool]:
        """Return the moment that was at hand, the last step before it, and whether it had begun."""
        moment, last_step, begun = _PLACE.unpack(self._memory[:])
        return moment, last_step, bool(begun)


class DayClock:
    """The script's instant."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at


@unique
class Where(StrEnum):
    """At which point of its work netmon is killed."""

    BEFORE_COMMIT = "before_commit"
    STATEMENT = "statement"  #: within the transaction
    BEFORE_END = "before_end"  #: everything is written, nothing is committed
    AFTER_COMMIT = "after_commit"  #: nobody has seen it yet
    TOLD = "told"  #: the outside was told, the outbox does not know
    SETTLING = "settling"  #: within the transaction that says so
    SETTLED = "settled"  #: the outbox knows
    ANY = "any"  #: whenever it happens to be


@dataclass(frozen=True, slots=True)
class Doom:
    """When a life ends: not before ``moment``, at the point ``where``; ``nth`` says which one."""

    moment: int
    where: Where
    nth: int = 0

    def __str__(self) -> str:
        return f"{self.where}#{self.nth}@{self.moment}"


class Fate:
    """Kills this process where it is doomed to be killed."""

    def __init__(self, doom: Doom | None) -> None:
        self.doom = doom
        self.moment = -1
        self._left = doom.nth if doom is not None else 0

    def meets(self, where: Where) -> None:
        doom = self.doom
        if doom is None or doom.where is not where or self.moment < doom.moment:
            return
        if self._left:
            self._left -= 1
            return
        os.kill(os.getpid(), signal.SIGKILL)


class Doomed(SqlStore):
    """The record, of a netmon that may be killed at any point of writing to it."""

    fate: Fate
    _at_work: str = ""

    def befall(self, fate: Fate) -> None:
        self.fate = fate
        on.listen(self._engine, "before_cursor_execute", self._statement)
        on.listen(self._engine, "commit", self._ends)

    def _statement(self, *_: object) -> None:
        if self._at_work == "commit":
            self.fate.meets(Where.STATEMENT)
        elif self._at_work == "settle":
            self.fate.meets(Where.SETTLING)

    def _ends(self, *_: object) -> None:
        if self._at_work == "commit":
            self.fate.meets(Where.BEFORE_END)

    def commit(self, step: Step) -> None:
        self.fate.meets(Where.BEFORE_COMMIT)
        self._at_work = "commit"
        super().commit(step)
        self._at_work = ""
        self.fate.meets(Where.AFTER_COMMIT)

    def settle(
        self, key: str, attempt: Attempt, now: datetime, retry_at: datetime | None = None
    ) -> None:
        self._at_work = "settle"
        super().settle(key, attempt, now, retry_at)
        self._at_work = ""
        self.fate.meets(Where.SETTLED)


class Outside:
    """Somebody outside who writes down what netmon tells, and may not be there, or answer."""

    def __init__(self, file: int, clock: DayClock, fate: Fate) -> None:
        self._file, self._clock, self._fate = file, clock, fate

    async def notify(self, notice: Notice) -> Attempt:
        minute = self._clock.at.minute
        if notice.receiver == "slow" and minute % 15 < 3:
            return Attempt(Delivery.RETRY, "nobody")  # for some minutes nobody is there
        line = {"key": self._key(notice), "to": notice.receiver, "told": self._told(notice)}
        os.write(self._file, json.dumps(line, ensure_ascii=False).encode() + b"\n")
        self._fate.meets(Where.TOLD)
        # Somebody heard it, and the answer was lost: it will be told again.
        is_lost = minute % 7 == 0 and not notice.attempts
        return Attempt(Delivery.RETRY if is_lost else Delivery.DELIVERED)

    def _key(self, notice: Notice) -> str:
        return notice.key

    def _told(self, notice: Notice) -> list[object]:
        return [_news(notice.event)]

    async def close(self) -> None: ...


class Someone(Outside):
    """A person: what waits is told in one message."""

    @property
    def manner(self) -> Manner:
        return Manner()

    def compose(self, news: Sequence[Notice], tickets: Mapping[int, Ticket]) -> Bulletin:
        del tickets
        said = json.dumps([_news(notice.event) for notice in news], ensure_ascii=False)
        return Bulletin("netmon", said, said)

    def _key(self, notice: Notice) -> str:
        return notice.letter or notice.key

    def _told(self, notice: Notice) -> list[object]:
        assert notice.bulletin is not None
        told: list[object] = json.loads(notice.bulletin.text)
        return told


def _news(event: Event) -> list[object]:
    return [event.at.isoformat(), event.kind, event.subject, dict(event.data)]


@dataclass(frozen=True, slots=True)
class Life:
    """What a life begins with, and how it ends."""

    day: Day
    folder: Path
    place: Place
    first: int  #: the moment with which it goes on
    at: datetime
    doom: Doom | None = None
    ready: int | None = None  #: a pipe on which it says that its doomed moment has begun
    looks: Sequence[
        tuple[int, datetime]
    ] = ()  #: before a moment, at an instant, it asks everything


def live(life: Life) -> None:
    """Live until killed, or until the day has ended and everybody was told everything."""
    asyncio.run(_Living(life).live())


class _Living:
    def __init__(self, life: Life) -> None:
        self._life = life
        self._fate = Fate(life.doom)
        self._clock = DayClock(life.at)
        opened = open_store(None, life.folder)
        opened.__class__ = Doomed
        assert isinstance(opened, Doomed)
        opened.befall(self._fate)
        self._store = opened
        world = awaken(self._store.load(), life.day.whole, life.at)
        world.ping_available = True
        self._writer = Writer(world, self._store, self._clock)
        path = life.folder / "outside.jsonl"
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        told: dict[str, Notifier] = {
            hook.id: Outside(self._file, self._clock, self._fate)
            for hook in life.day.whole.policy.webhooks
        }
        for person in life.day.whole.people:
            told[f"{PERSON}{person}"] = Someone(self._file, self._clock, self._fate)
        self._dispatcher = Dispatcher(
            self._writer.read,
            told,
            self._clock,
            lambda: self._writer.world.inventory.policy,
            self._writer.put,
        )
        self._owes = True  #: what an earlier life left is told first
        self._writer.followers.append(lambda change, _: self._follow(change))

    async def live(self) -> None:
        moments, first = self._life.day.moments, self._life.first
        self._place(first, begun=False)
        self._writer.reconcile(reconcile)
        loop = asyncio.create_task(self._writer.run())
        await self._look(first)
        looks = deque(self._life.looks)
        for number, moment in enumerate(moments[first:], first):
            while looks and looks[0][0] == number:
                self._clock.at = looks.popleft()[1]
                await self._look(number)
            await self._pass(number, moment)
        self._place(len(moments), begun=False)
        while self._owes:
            self._clock.at += timedelta(minutes=5)
            await self._tell()
        await self._writer.close()
        self._store.close()
        loop.cancel()

    async def _look(self, number: int) -> None:
        """Do what a start does: find netmon itself well, and ask everything."""
        await self._take(
            [
                Noticed(self_judgement(ConditionId.NETMON_CONFIG, None)),
                Noticed(self_judgement(ConditionId.NETMON_STORE, None)),
                *as_it_stands(self._life.day.moments[:number], self._clock.at),
            ]
        )

    async def _pass(self, number: int, moment: Moment) -> None:
        self._clock.at = max(self._clock.at, moment.at)
        self._place(number, begun=True)
        self._fate.moment = number
        doom = self._life.doom
        if doom is not None and number == doom.moment and self._life.ready is not None:
            os.write(self._life.ready, b".")
        if moment.deed is None:
            await self._take(moment.inputs)
        elif (act := moment.deed(self._writer.world)) is not None:
            with contextlib.suppress(NetmonError):  # what may not be done is that person's answer
                await self._writer.act(act)
        self._place(number + 1, begun=False)
        await self._tell()

    async def _take(self, inputs: Sequence[Input]) -> None:
        for given in inputs:
            self._writer.put(given)
        await self._writer.settled()

    def _follow(self, change: Change) -> None:
        self._owes = self._owes or bool(change.step.notices)

    async def _tell(self) -> None:
        """Have everybody told what is due now."""
        before = -1.0
        while self._owes:
            await self._dispatcher.look()
            await self._dispatcher.served()
            depth = self._dispatcher.counters(self._clock.at)["outbox_depth", ""]
            self._owes = depth > 0.0
            if depth == before:
                return
            before = depth

    def _place(self, number: int, *, begun: bool) -> None:
        self._life.place.note(number, self._writer.world.last_step, begun=begun)
