"""What people read: each matter once, as it stands, the most urgent first, in their language."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from netmon.core.decide import event_data
from netmon.model.event import Event, EventKind, Notice
from netmon.model.inventory import Inventory, Person
from netmon.model.name import Name
from netmon.model.telling import Manner, Telling
from netmon.model.ticket import Priority, Ticket, TicketState
from netmon.notify.bulletin import composed
from tests.agents.stores import at, event, fault, ticket
from tests.fakes import district

OPENED, CHANGED = EventKind.TICKET_OPENED, EventKind.TICKET_CHANGED
EN, ZH = Manner("en"), Manner("zh")


@pytest.fixture(scope="module")
def inventory() -> Inventory:
    world = district.world().inventory
    return replace(
        world,
        policy=replace(world.policy, timezone="UTC"),
        people={"li": Person("li", Name("李工", "Li"))},
    )


def news(number: int, of: int, kind: EventKind = OPENED, **data: Any) -> Notice:
    told = event(number, kind=kind, subject=f"ticket:{of}", data={"ticket": of, **data})
    return Notice(f"person:li:{number}", "person:li", told)


def hurt(inventory: Inventory, number: int, **changed: Any) -> Ticket:
    tenants = tuple(inventory.tenants)[:1]
    return ticket(number, 1, lines=("LN-0001", "LN-0002"), tenants=tenants, **changed)


def test_one_open_ticket_says_all_that_is_needed(inventory: Inventory) -> None:
    said = composed([news(17, 12)], {12: hurt(inventory, 12)}, EN, inventory, at(20))
    head, since, hurts, how, key = said.text.split("\n")
    assert said.title == head
    assert head.startswith("P2 #12 line down · LN-0001")
    assert since == "since 08:12:00, open, nobody has it"
    assert hurts.startswith("hurts: 2 lines; ")
    assert how == "acknowledge: netmon ticket ack 12"
    assert key == "(netmon, message person:li:17)"
    assert said.short.startswith("netmon: P2 #12 line down")
    assert len(said.short) <= 140


def test_in_chinese(inventory: Inventory) -> None:
    said = composed([news(17, 12)], {12: hurt(inventory, 12)}, ZH, inventory, at(20))
    assert "线路中断" in said.title
    assert "无人认领" in said.text
    assert "确认：netmon ticket ack 12" in said.text
    assert "影响：2 条线路；" in said.text


def test_whoever_has_it_is_named_and_is_not_told_how_to_take_it(inventory: Inventory) -> None:
    for assignee, name in (("li", "Li"), ("zhao", "zhao")):
        one = ticket(12, 1, state=TicketState.WORKING, assignee=assignee)
        said = composed([news(17, 12)], {12: one}, EN, inventory, at(20))
        assert f"working, with {name}" in said.text
        assert "ticket ack" not in said.text


def test_of_one_ticket_it_speaks_once_and_as_it_stands(inventory: Inventory) -> None:
    over = ticket(12, 1, state=TicketState.RESTORED, cleared_at=at(15))
    both = [news(17, 12), news(18, 12, CHANGED)]
    said = composed(both, {12: over}, EN, inventory, at(20))
    assert said.text.count("#12") == 1
    assert "was and is over: 08:12:00 to 08:15:00 (3 min)" in said.text
    later = composed([news(18, 12, CHANGED)], {12: over}, EN, inventory, at(20))
    assert "over since 08:15:00 (after 3 min)" in later.text


def test_the_urgent_come_first_and_what_is_over_last(inventory: Inventory) -> None:
    tickets = {
        1: ticket(1, 1, priority=Priority.P1, state=TicketState.CLOSED, closed_at=at(9)),
        2: ticket(2, 1, priority=Priority.P3),
        3: ticket(3, 1, priority=Priority.P1),
    }
    said = composed([news(n, n) for n in tickets], tickets, EN, inventory, at(20))
    heads = [line.split()[1] for line in said.text.split("\n") if line.startswith("P")]
    assert heads == ["#3", "#2", "#1"]
    assert said.title.startswith("3 matters: P1 #3")
    assert said.short.endswith("(+2)")


def test_what_is_too_much_is_counted(inventory: Inventory) -> None:
    tickets = {n: ticket(n, 1) for n in range(1, 58)}
    manner = Manner("en", telling=Telling(lines=20))
    said = composed([news(n, n) for n in tickets], tickets, manner, inventory, at(90))
    assert said.text.count("line down") == 20
    assert "… and 37 more" in said.text
    assert said.title.startswith("57 matters: ")


def test_titles_are_short_whatever_things_are_called(inventory: Inventory) -> None:
    long = ticket(12, 1, subject="node:" + "长" * 300)
    for manner in (EN, ZH):
        said = composed([news(17, 12)], {12: long}, manner, inventory, at(20))
        assert len(said.title) == 60
        assert said.title.endswith("…")
        assert len(said.short) == 140


def test_a_ticket_that_is_gone_is_told_as_it_was(inventory: Inventory) -> None:
    data = {"priority": "P1", "condition": "line_down", "subject": "line:LN-0001", "state": "open"}
    said = composed([news(17, 12, **data)], {}, EN, inventory, at(20))
    assert said.title.startswith("P1 #12 line down · LN-0001")
    nothing_known = composed([news(17, 12)], {}, EN, inventory, at(20))
    assert "#12" in nothing_known.title


def told(number: int, kind: EventKind, **changed: Any) -> Notice:
    one = fault(7, **changed)
    happened = Event(number, at(number), kind, one.subject, event_data(one))
    return Notice(f"group:{number}", "group", happened)


def test_a_group_hears_of_faults_without_tickets_too(inventory: Inventory) -> None:
    said = composed([told(7, EventKind.FAULT_RAISED)], {}, EN, inventory, at(20))
    assert said.title.startswith("major: ")
    assert "since 08:06:52" in said.text
    both = [
        told(7, EventKind.FAULT_RAISED),
        told(9, EventKind.FAULT_CLEARED, cleared_at=at(9)),
    ]
    said = composed(both, {}, EN, inventory, at(20))
    assert "over since 08:09:00 (after 2 min 8 s)" in said.text
    assert said.text.count("LN-0001") == 1


def test_the_fault_of_a_ticket_is_told_with_it(inventory: Inventory) -> None:
    both = [told(7, EventKind.FAULT_RAISED, ticket=12), news(8, 12)]
    said = composed(both, {12: ticket(12, 7)}, EN, inventory, at(20))
    assert said.title.startswith("P2 #12")


@pytest.mark.parametrize("kind", EventKind)
@pytest.mark.parametrize(
    "data",
    [{}, {"fault": "x", "ticket": "y", "priority": 3}, {"ticket": True}, {"text": 3, "bad": "x"}],
)
@pytest.mark.parametrize("subject", ["ticket:12", "ticket:x", "", "line:LN-0001", "netmon:self"])
def test_whatever_happened_can_be_told(
    inventory: Inventory, kind: EventKind, data: dict[str, Any], subject: str
) -> None:
    one = Notice("p:1", "p", event(1, kind=kind, subject=subject, data=data))
    for manner in (EN, ZH):
        said = composed([one], {}, manner, inventory, at(20))
        assert said.title
        assert "p:1" in said.text


@pytest.mark.parametrize(
    ("clock", "told", "english"),
    [
        ("response", "due", "hurry: an answer is due by 2026-11-23 08:20"),
        ("restore", "due", "hurry: service is to be back by 2026-11-23 08:20"),
        ("restore", "missed", "late since 2026-11-23 08:20: service is to be back"),
    ],
)
def test_a_promised_time_that_runs_out_is_said(
    inventory: Inventory, clock: str, told: str, english: str
) -> None:
    late = {"clock": clock, "told": told, "due_at": "2026-11-23T08:20:00+00:00"}
    one = news(17, 12, EventKind.TICKET_DUE, **late)
    said = composed([one], {12: ticket(12, 1)}, EN, inventory, at(20))
    assert english in said.text.split("\n")
    over = ticket(12, 1, state=TicketState.RESTORED, cleared_at=at(15))
    assert english not in composed([one], {12: over}, EN, inventory, at(20)).text


def test_a_persons_own_title_is_kept(inventory: Inventory) -> None:
    own = ticket(12, 1, title="电话报修：窗口无网络", condition="")
    assert composed([news(17, 12)], {12: own}, ZH, inventory, at(20)).title.endswith(
        "电话报修：窗口无网络"
    )
