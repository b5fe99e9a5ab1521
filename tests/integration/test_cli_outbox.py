"""``netmon outbox`` and ``netmon notify`` as processes."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from netmon.model.event import Attempt, Bulletin, Delivery, EventKind, Notice
from netmon.model.telling import Letter, LetterAction
from tests.agents.stores import at, event
from tests.fakes.clients import TOKEN
from tests.fakes.desk import FakeDesk
from tests.fakes.serving import serving
from tests.integration.test_cli_http import Ended, netmon

LI = "person:li"


def troubled() -> FakeDesk:
    desk = FakeDesk()
    opened = event(17, kind=EventKind.TICKET_OPENED, subject="ticket:12")
    said = Bulletin("P1 #12 line down", "P1 #12 line down\nsince 08:17", "netmon: P1 #12")
    dead = Notice(f"{LI}:17", LI, opened, 3, None, None, f"{LI}:17", said, "timeout", at(60))
    also = replace(dead, key=f"{LI}:18", event=event(18), bulletin=None)
    desk.letters = [
        Letter(f"{LI}:17", (dead, also)),
        Letter("desk:19", (Notice("desk:19", "desk", event(19)),)),
    ]
    return desk


async def typed(desk: FakeDesk, *words: str) -> Ended:
    async with serving(desk) as url:
        return await netmon(*words, NETMON_URL=url, NETMON_TOKEN=TOKEN, COLUMNS="110")


async def test_the_outbox_is_listed_in_both_languages() -> None:
    shown = await typed(troubled(), "outbox", "list")
    assert (shown.code, shown.err) == (0, "")
    dead, waiting = shown.out.splitlines()[1:]
    for word in (f"{LI}:17", "given up", "3", "P1 #12 line down", "no answer in time"):
        assert word in dead
    assert "desk:19" in waiting
    chinese = await typed(troubled(), "outbox", "list", "--dead", "--lang", "zh")
    assert "已放弃" in chinese.out
    assert "desk:19" not in chinese.out
    told = await typed(troubled(), "outbox", "list", "--json")
    assert [one["key"] for one in json.loads(told.out)] == [f"{LI}:17", "desk:19"]


async def test_an_empty_outbox_says_so() -> None:
    shown = await typed(FakeDesk(), "outbox", "list")
    assert (shown.code, shown.out, shown.err) == (
        0,
        "",
        "Nothing waits, and nothing was given up\n",
    )


async def test_one_message_is_shown_with_its_words() -> None:
    shown = await typed(troubled(), "outbox", "show", f"{LI}:17")
    assert shown.code == 0
    assert "since 08:17" in shown.out
    assert "ticket:12" in shown.out
    lost = await typed(troubled(), "outbox", "show", "x:1")
    assert (lost.code, lost.err) == (1, "netmon: there is no message x:1 in the outbox\n")


@pytest.mark.parametrize("action", LetterAction)
async def test_a_dead_letter_is_handled(action: LetterAction) -> None:
    desk = troubled()
    done = await typed(desk, "outbox", action.value, f"{LI}:17", "--as", "wang")
    assert (done.code, done.err) == (0, "")
    assert [(one.key, one.action) for one in desk.handled] == [(f"{LI}:17", action)]
    waiting = await typed(desk, "outbox", action.value, "desk:19")
    assert (waiting.code, len(desk.handled)) == (1, 1)
    assert waiting.err == "netmon: message desk:19 is not given up: it waits\n"


async def test_a_receiver_is_tried() -> None:
    desk = FakeDesk()
    desk.reached = {
        LI: Attempt(Delivery.DELIVERED, "wecom:timeout"),
        "desk": Attempt(Delivery.REFUSED, "http_403"),
    }
    li = await typed(desk, "notify", "test", "li")
    assert (li.code, li.out.splitlines()) == (
        0,
        [f"{LI} is reached", "but not by the first channel: wecom: no answer in time"],
    )
    refused = await typed(desk, "notify", "test", "desk")
    assert (refused.code, refused.err) == (1, "desk is not reached: HTTP 403\n")
    lost = await typed(desk, "notify", "test", "nobody")
    assert lost.code == 1
    assert "nobody" in lost.err
    usage = await typed(desk, "notify", "test")
    assert usage.code == 2
