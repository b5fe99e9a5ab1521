"""Tell people: each message by the first of their channels that takes it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from netmon.model.event import Attempt, Bulletin, Delivery, Notice
from netmon.model.inventory import Inventory
from netmon.model.telling import Manner
from netmon.model.ticket import Ticket
from netmon.notify.bulletin import composed
from netmon.notify.channels import Line
from netmon.ports import Clock


class People:
    """A person, or a group with one robot. Implements ``ports.Gathering``."""

    def __init__(
        self, lines: Sequence[Line], manner: Manner, inventory: Inventory, clock: Clock
    ) -> None:
        self._lines = tuple(lines)
        self._manner = manner
        self._inventory = inventory
        self._clock = clock

    @property
    def manner(self) -> Manner:
        """Return how they want to be told."""
        return self._manner

    def compose(self, news: Sequence[Notice], tickets: Mapping[int, Ticket]) -> Bulletin:
        """Return one message that says it all."""
        return composed(news, tickets, self._manner, self._inventory, self._clock.now())

    async def notify(self, notice: Notice) -> Attempt:
        """Try the channels in order until one takes it; the first that failed is told of."""
        bulletin = notice.bulletin or self.compose((notice,), {})
        failed: list[Attempt] = []
        for line in self._lines:
            attempt = await line.send(bulletin)
            if attempt.delivery is Delivery.DELIVERED:
                return Attempt(Delivery.DELIVERED, failed[0].reason if failed else "")
            failed.append(Attempt(attempt.delivery, f"{line.id}:{attempt.reason}"))
        if not failed:
            return Attempt(Delivery.REFUSED, "no_channel")
        hopeless = all(attempt.delivery is Delivery.REFUSED for attempt in failed)
        return Attempt(Delivery.REFUSED if hopeless else Delivery.RETRY, failed[0].reason)

    async def close(self) -> None:
        """Nothing is held open between messages."""
