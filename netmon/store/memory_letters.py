"""The outbox in memory: the same contract."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from netmon.model.event import Attempt, Bulletin, Delivery, Notice
from netmon.model.telling import LEFT, Letter, LetterAction, ReceiverNow, letters_of
from netmon.store.letters import after_attempt


class MemoryLetters:
    """What is owed, what was given up, and how each receiver fares."""

    def __init__(self) -> None:
        self._notices: dict[str, Notice] = {}
        self._receivers: dict[str, ReceiverNow] = {}

    def add(self, notice: Notice) -> None:
        """Take a notice in; one that is there already stays as it is."""
        self._notices.setdefault(notice.key, notice)

    def due(self, limit: int, now: datetime, receiver: str | None) -> list[Notice]:
        """Return the oldest notices that are due, in order; none overtakes its receiver's."""
        found: list[Notice] = []
        waiting: set[str] = set()
        for notice in self.alive():
            if notice.not_before is not None and notice.not_before > now:
                waiting.add(notice.receiver)
            elif notice.receiver not in waiting and receiver in (None, notice.receiver):
                found.append(notice)
        return found[:limit]

    def owed(self, receiver: str, limit: int) -> list[Notice]:
        """Return what one receiver is owed, due or not."""
        return [n for n in self.alive() if n.receiver == receiver][:limit]

    def alive(self) -> list[Notice]:
        """Return what is not given up, in order."""
        return [notice for notice in self._all() if notice.dead_at is None]

    def events(self) -> set[int]:
        """Return the events that something still speaks of."""
        return {notice.event.id for notice in self._notices.values()}

    def compose(self, keys: Sequence[str], bulletin: Bulletin, now: datetime) -> None:
        """Freeze which notices are told in one message, and its words."""
        for key in keys:
            notice = self._notices.get(key)
            if notice is not None and notice.letter is None:
                self._notices[key] = replace(notice, letter=keys[0], queued_at=now)
        if first := self._notices.get(keys[0]):
            self._notices[keys[0]] = replace(first, bulletin=bulletin)

    def settle(self, key: str, attempt: Attempt, now: datetime, retry_at: datetime | None) -> None:
        """Record what became of a message, and how its receiver fares."""
        found = [n for n in self._of(key) if n.dead_at is None]
        for notice in found:
            if attempt.delivery is Delivery.DELIVERED:
                del self._notices[notice.key]
                continue
            dead = attempt.delivery is Delivery.REFUSED
            self._notices[notice.key] = replace(
                notice,
                attempts=notice.attempts + 1,
                reason=attempt.reason,
                not_before=None if dead else retry_at,
                dead_at=now if dead else None,
            )
        if found:
            self._note(found[0].receiver, attempt, now)

    def _note(self, receiver: str, attempt: Attempt, now: datetime) -> None:
        before = self._receivers.pop(receiver, ReceiverNow(receiver))
        if attempt.reason != LEFT:
            self._receivers[receiver] = ReceiverNow(**after_attempt(before, attempt, now))

    def handle(self, key: str, action: LetterAction, now: datetime) -> None:
        """Have what was given up tried anew, or drop it."""
        for notice in [n for n in self._of(key) if n.dead_at is not None]:
            if action is LetterAction.DROP:
                del self._notices[notice.key]
                continue
            self._notices[notice.key] = replace(
                notice, dead_at=None, attempts=0, not_before=None, reason="", queued_at=now
            )

    def letters(self, *, dead: bool | None) -> list[Letter]:
        """Return messages, those of the oldest events first."""
        found = self._all() if dead is None else [n for n in self._all() if bool(n.dead_at) is dead]
        return letters_of(found)

    def receivers_now(self) -> list[ReceiverNow]:
        """Return how telling each receiver goes, by name."""
        names = {n.receiver for n in self._notices.values()} | self._receivers.keys()
        return [self._now(name) for name in sorted(names)]

    def prune(self, before: datetime) -> None:
        """Forget what was given up before."""
        kept = {k: n for k, n in self._notices.items() if not n.dead_at or n.dead_at >= before}
        self._notices = kept

    def _now(self, name: str) -> ReceiverNow:
        alive = self.owed(name, len(self._notices))
        all_ = [n for n in self._notices.values() if n.receiver == name]
        return replace(
            self._receivers.get(name, ReceiverNow(name)),
            waiting=len(alive),
            dead=len(all_) - len(alive),
            oldest=min((n.event.at for n in alive), default=None),
        )

    def _of(self, key: str) -> list[Notice]:
        return [n for n in self._notices.values() if (n.letter or n.key) == key]

    def _all(self) -> list[Notice]:
        return sorted(self._notices.values(), key=lambda n: (n.event.id, n.key))
