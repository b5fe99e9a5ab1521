"""Telling, whole: a daemon, its record, Apprise, and far sides on loopback ports."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from netmon.core.decide import self_judgement
from netmon.core.step import Noticed
from netmon.daemon.clock import SystemClock
from netmon.daemon.daemon import Daemon, Parts
from netmon.model.condition import ConditionId
from netmon.model.inventory import Inventory, Person
from netmon.model.name import Name
from netmon.model.policy import Webhook
from netmon.model.profile import Profiles
from netmon.model.roster import EscalationRule, StepRule, Tell, Whom
from netmon.model.secret import Secret
from netmon.model.telling import Channel, HandleLetter, LetterAction, Telling
from netmon.notify.receivers import receiver_of
from netmon.ports import Store
from netmon.store.memory_store import MemoryStore
from netmon.store.sql_store import open_store
from tests.agents.receiver import Receiver, http, receiving
from tests.fakes import district

SOON = Telling(
    wait=timedelta(milliseconds=300),
    urgent_wait=timedelta(milliseconds=300),
    interval=timedelta(seconds=1),
    urgent_interval=timedelta(seconds=1),
)
CONFIG, DELIVERY = ConditionId.NETMON_CONFIG, ConditionId.NETMON_DELIVERY


class Nobody:
    """No engine and no pinger: nothing is asked."""

    async def start(self) -> bool:
        return False

    def submit(self, *_: Any) -> Callable[[], None]:
        return lambda: None

    def forget(self, key: str) -> None:
        pass

    def counts(self) -> dict[str, int]:
        return dict.fromkeys(("requests", "replies", "timeouts", "retries", "errors"), 0)

    async def close(self) -> None:
        pass


@asynccontextmanager
async def watching(store: Store, inventory: Inventory, folder: Path) -> AsyncIterator[Daemon]:
    clock = SystemClock()
    desk = Daemon(
        Parts(
            clock=clock,
            engine=Nobody(),  # type: ignore[arg-type]
            pinger=Nobody(),  # type: ignore[arg-type]
            store=store,
            profiles=lambda: Profiles({}),
            inventory_dir=folder,
            load=lambda: inventory,
            notifier_of=lambda told, of: receiver_of(told, of, clock),
        ),
        inventory,
    )
    task = asyncio.create_task(desk.run())
    try:
        await until(lambda: not desk.readiness())
        yield desk
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def until(fact: Callable[[], object]) -> None:
    async with asyncio.timeout(20):
        while not fact():  # noqa: ASYNC110 - nobody says so
            await asyncio.sleep(0.02)


def open_(desk: Daemon, condition: ConditionId) -> bool:
    return any(f.condition is condition for f in desk.world.faults.values())


def told_of(far: Receiver, condition: ConditionId) -> list[str]:
    return [
        body["event"]["kind"]
        for body in far.bodies
        if body["event"]["data"].get("condition") == condition.value
        and body["event"]["kind"].startswith("fault")
    ]


def of(policy: dict[str, Any], **parts: Any) -> Inventory:
    whole = district.world().inventory
    return replace(whole, policy=replace(whole.policy, telling=SOON, **policy), **parts)


async def test_whom_netmon_does_not_reach_is_a_fault_and_no_loop(tmp_path: Path) -> None:
    moody, good = Receiver(http(403)), Receiver()
    async with receiving(moody), receiving(good):
        hooks = (Webhook("moody", moody.url()), Webhook("good", good.url()))
        async with watching(MemoryStore(), of({"webhooks": hooks}), tmp_path) as desk:
            desk.put(Noticed(self_judgement(CONFIG, "a mistake")))
            await until(lambda: told_of(good, DELIVERY) == ["fault_raised"])
            (fault,) = [f for f in desk.world.faults.values() if f.condition is DELIVERY]
            assert fault.params["receiver"] == "moody"
            assert fault.params["reason"] == "http_403"
            tries = len(moody.bodies)
            keys = [body["key"] for body in moody.bodies]
            assert len(set(keys)) == tries  # what is refused is not tried again by itself
            moody.answer = http(200)
            dead = await desk.read(lambda store: store.letters(dead=True))
            assert {letter.first.receiver for letter in dead} == {"moody"}
            for letter in dead:
                await desk.act(HandleLetter(letter.key, LetterAction.RETRY, "wang"))
            await until(lambda: not open_(desk, DELIVERY))
            await until(lambda: told_of(good, DELIVERY) == ["fault_raised", "fault_cleared"])
            assert await desk.read(lambda store: store.letters(dead=True)) == []
            assert {letter.key for letter in dead} <= {b["key"] for b in moody.bodies[tries:]}


async def test_a_ticket_reaches_the_person_of_its_escalation_as_one_message(
    tmp_path: Path,
) -> None:
    phone = Receiver(http(503))
    async with receiving(phone):
        url = f"json://127.0.0.1:{phone.port}/"
        li = Person("li", Name("李", "Li"), channels=(Channel("json", Secret(url)),), lang="en")
        rule = EscalationRule("all", steps=(StepRule((Tell(Whom.PERSON, "li"),)),))
        inventory = of({}, people={"li": li}, escalations={"all": rule})
        store = open_store(None, tmp_path / "data")
        async with watching(store, inventory, tmp_path) as desk:
            desk.put(Noticed(self_judgement(ConditionId.NETMON_STORE, "the disk is full")))
            await until(lambda: phone.bodies)
            first = phone.bodies[0]
            assert "netmon cannot write its database" in first["title"]
            assert "acknowledge: netmon ticket ack 1" in first["message"]
        # Ended before it was delivered: after the start it is the same message, word for word.
        phone.answer = http(200)
        store = open_store(None, tmp_path / "data")
        async with watching(store, inventory, tmp_path) as desk:
            await until(lambda: desk.counters()["outbox_deliveries_total", "delivered"] == 1)
            assert {body["message"] for body in phone.bodies[:2]} == {first["message"]}


async def test_a_receiver_is_tried_through_its_real_channel(tmp_path: Path) -> None:
    phone, hook = Receiver(), Receiver(http(404))
    async with receiving(phone), receiving(hook):
        url = f"json://127.0.0.1:{phone.port}/"
        li = Person("li", Name("李", "Li"), channels=(Channel("json", Secret(url)),))
        hooks = (Webhook("desk", hook.url()), Webhook("am", hook.url(), "alertmanager"))
        inventory = of({"webhooks": hooks}, people={"li": li})
        async with watching(MemoryStore(), inventory, tmp_path) as desk:
            attempts = [await desk.try_out(one) for one in ("person:li", "desk", "am", "nobody")]
    told = [None if one is None else (one.delivery.value, one.reason) for one in attempts]
    assert told == [("delivered", ""), ("refused", "http_404"), ("refused", "http_404"), None]
    assert "测试" in phone.bodies[0]["title"]
    assert hook.bodies[0]["event"]["kind"] == "test"
    assert hook.bodies[1] == []  # no alert at all
