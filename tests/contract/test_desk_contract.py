"""What every Desk keeps: the faces see the committed present, and act through one door."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager

import pytest
from starlette.requests import Request

from netmon.api.signed import SignedDesk
from netmon.core.decide import self_judgement
from netmon.core.step import Noticed
from netmon.daemon.daemon import Daemon
from netmon.model.condition import ConditionId
from netmon.model.errors import UsageError
from netmon.model.event import EventKind
from netmon.model.reload import Asker, Outcome, ReloadWish
from netmon.model.ticket import Command, TicketAction, TicketId, TicketState
from netmon.model.world import TicketQuery
from tests.fakes import district
from tests.fakes.desk import FakeDesk
from tests.fakes.quiet import quiet_parts

NOBODY = TicketId(999)


@asynccontextmanager
async def daemon(tmp_path):
    inventory = district.world().inventory
    desk = Daemon(quiet_parts(inventory, tmp_path), inventory)
    task = asyncio.create_task(desk.run())
    async with asyncio.timeout(10):
        while desk.readiness():  # noqa: ASYNC110 - it says nothing by itself
            await asyncio.sleep(0.01)
    desk.put(Noticed(self_judgement(ConditionId.NETMON_STORE, "a fault to work on")))
    await desk.events_after(desk.world.last_event, 5)
    yield desk
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


@asynccontextmanager
async def fake(tmp_path):
    yield FakeDesk()


@asynccontextmanager
async def signed(tmp_path):
    """The desk as a route has it."""
    async with daemon(tmp_path) as made:
        yield SignedDesk(made, Request({"type": "http", "headers": []}))


@pytest.fixture(params=[daemon, fake, signed], ids=["Daemon", "FakeDesk", "SignedDesk"])
async def desk(request, tmp_path):
    async with request.param(tmp_path) as made:
        yield made


async def open_ticket(desk) -> TicketId:
    async with asyncio.timeout(5):
        while not (  # noqa: ASYNC110 - the desk says nothing by itself
            found := [t for t in desk.world.tickets.values() if t.state is TicketState.OPEN]
        ):
            await asyncio.sleep(0.01)
    return found[0].id


async def test_a_command_is_carried_out_recorded_and_told(desk):
    number = await open_ticket(desk)
    last = max((e.id for e in await desk.events_after(0, 1)), default=0)
    after = await desk.act(Command(number, TicketAction.ACK, "someone"))
    assert after.state is TicketState.ACKNOWLEDGED
    assert desk.world.tickets[number] == after
    stored = await desk.read(lambda store: store.tickets(TicketQuery()))
    assert after.id in {ticket.id for ticket in stored}
    told = await desk.events_after(last, 5)
    assert [e.kind for e in told if e.subject == f"ticket:{number}"][-1] is EventKind.TICKET_CHANGED


async def test_a_command_to_no_ticket_is_refused(desk):
    with pytest.raises((UsageError, KeyError)):
        await desk.act(Command(NOBODY, TicketAction.ACK, "someone"))
    assert NOBODY not in desk.world.tickets


async def test_events_come_in_order_and_none_is_waited_for_in_vain(desk):
    await open_ticket(desk)
    told = await desk.events_after(0, 1)
    assert [e.id for e in told] == sorted({e.id for e in told})
    assert await desk.events_after(told[-1].id + 1000, 0.01) == []


async def test_whoever_waits_for_an_event_gets_it(desk):
    number = await open_ticket(desk)
    last = (await desk.events_after(0, 1))[-1].id
    waiting = asyncio.create_task(desk.events_after(last, 5))
    await asyncio.sleep(0)
    await desk.act(Command(number, TicketAction.NOTE, "someone", "seen"))
    assert (await waiting)[0].id == last + 1


async def test_it_is_ready_and_counts_what_it_promises(desk):
    assert desk.readiness() == ()
    counted = {name for name, _ in desk.counters()}
    assert {
        "snmp_requests_total",
        "outbox_depth",
        "config_reload_success",
        "store_commits_total",
        "poll_exceptions_total",
    } <= counted
    assert desk.clock.now().tzinfo is not None


async def test_a_reload_of_the_same_files_changes_nothing_and_is_recorded(desk):
    await open_ticket(desk)
    last = (await desk.events_after(0, 1))[-1].id
    inventory = desk.world.inventory
    rehearsed = await desk.reload(ReloadWish(Asker.API, "li", dry_run=True))
    assert (rehearsed.outcome, rehearsed.differences) == (Outcome.DRY_RUN, ())
    assert await desk.events_after(last, 0.01) == []
    done = await desk.reload(ReloadWish(Asker.API, "li"))
    assert (done.outcome, done.before, done.after) == (Outcome.TAKEN_UP, *2 * [inventory.digest])
    assert (await desk.events_after(last, 5))[0].kind is EventKind.INVENTORY_RELOADED
