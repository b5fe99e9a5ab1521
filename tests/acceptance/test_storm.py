"""An aggregation node dies with forty lines behind it: one ticket, and two messages at the most."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

import pytest

from netmon.daemon.dispatcher import Dispatcher
from netmon.model.event import PERSON, Attempt, Bulletin, Delivery, EventKind, Notice
from netmon.model.inventory import Inventory, Name, Person
from netmon.model.roster import Layer, Rota
from netmon.model.secret import Secret
from netmon.model.telling import Channel, Manner
from netmon.model.ticket import Ticket
from tests.acceptance import district
from tests.acceptance.timeline import Story

LINES = [f"S-{n}" for n in range(40)]
DOORS = [f"door-{n}" for n in range(300)]


def with_people(whole: Inventory) -> Inventory:
    ways = (Channel("sms", Secret("json://sms.example/")),)
    people = {who: Person(who, Name(who, who), channels=ways) for who in ("li", "wang")}
    first, second = (
        Rota(ident, Name(ident, ident), (Layer(turns, district.START.date()),))
        for ident, turns in (("duty", ("li",)), ("second", ("wang",)))
    )
    return replace(whole, people=people, rotas={"duty": first, "second": second})


class Told:
    """Somebody who counts messages."""

    manner = Manner()

    def __init__(self, who: str, messages: Counter[str]) -> None:
        self.who, self.messages = who, messages

    async def notify(self, notice: Notice) -> Attempt:
        self.messages[self.who] += 1
        return Attempt(Delivery.DELIVERED)

    def compose(self, news: Sequence[Notice], tickets: Mapping[int, Ticket]) -> Bulletin:
        return Bulletin("netmon", str(len(news)), str(len(news)))

    async def close(self) -> None: ...


class Watched:
    """The story's clock."""

    def __init__(self, story: Story) -> None:
        self.story = story

    def now(self) -> datetime:
        return self.story.now


async def told_of(story: Story, until_s: float) -> Counter[str]:
    """Tell the story until an instant, and its people what they are owed meanwhile."""
    messages: Counter[str] = Counter()
    whole = story.world.inventory

    async def read(question):
        return question(story.store)

    people = {f"{PERSON}{who}": Told(who, messages) for who in whole.people}
    dispatcher = Dispatcher(read, people, Watched(story), lambda: whole.policy, story.give)
    while story.now_s < until_s:
        story.tell(s=story.now_s + 5.0)
        await dispatcher.look()
        await dispatcher.served()
    return messages


def with_forty_lines(whole: Inventory) -> Inventory:
    more = tuple(
        district.tail(ident, "agg-2", f"192.0.2.{100 + n}") for n, ident in enumerate(LINES)
    )
    return district.with_lines(whole, more=more)


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_forty_lines_behind_a_dead_node_are_one_ticket_and_two_messages():
    story = Story(with_people(with_forty_lines(district.inventory())))
    story.tell(min=3)
    moment = story.at(min=3)
    moment.power_off("agg-2")
    for ident in LINES:
        moment.does(lambda truth, ident=ident: truth.dark.add(ident))
        moment.trap("core-1", "BB-3")
    messages = asyncio.run(told_of(story, 240.0))
    (ticket,) = story.tickets()
    assert set(LINES) <= set(ticket.lines)
    assert len(story.events(EventKind.TICKET_OPENED)) == 1
    assert 1 <= max(messages.values()) <= 2, messages


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_three_hundred_faults_of_their_own_are_not_three_hundred_messages():
    """Doors that have nothing to do with each other: many tickets, and few messages."""
    whole = with_people(district.inventory())
    doors = [district.target(n, "device", district.Role.ENVIRONMENT) for n in DOORS]
    addressed = [replace(d, address=f"127.1.{n // 200}.{n % 200 + 1}") for n, d in enumerate(doors)]
    whole = replace(whole, targets={**whole.targets, **{d.id: d for d in addressed}})
    story = Story(whole)
    story.tell(min=3)
    story.at(min=3).silence(*DOORS)
    for ident in DOORS:
        story.at(min=3).does(lambda truth, i=ident: setattr(truth.machines[i], "pings", False))
    messages = asyncio.run(told_of(story, 240.0))
    raised = story.events(EventKind.FAULT_RAISED)
    assert len(raised) >= len(DOORS)
    assert 1 <= max(messages.values()) <= 3, messages
