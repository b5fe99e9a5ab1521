"""``netmon duty …`` as processes against a running netmon."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from netmon.config.statutory import statutory
from tests.fakes.clients import TOKEN
from tests.fakes.duty_desk import DutyDesk
from tests.fakes.on_call import inventory
from tests.fakes.serving import serving
from tests.integration.test_cli_http import Ended, netmon


@pytest.fixture
async def url() -> AsyncIterator[str]:
    whole = inventory()
    desk = DutyDesk(replace(whole, policy=replace(whole.policy, calendar=statutory())))
    desk.house.smoke()
    async with serving(desk) as where:
        yield where


async def duty(url: str, *arguments: str, lang: str = "en") -> Ended:
    return await netmon("--lang", lang, "--url", url, "duty", *arguments, NETMON_TOKEN=TOKEN)


async def test_who_is_on_call_and_who_will_be(url):
    shown = await duty(url, "show")
    assert shown.code == 0, shown.err
    assert "duty-1 (duty-1)" in shown.out
    assert "2026-11-30 Mon 00:00" in shown.out
    later = await duty(url, "show", "network", "--at", "2026-12-02", "--json")
    (network,) = json.loads(later.out)
    assert network["person"]["id"] == "duty-2"
    zh = await duty(
        url, "schedule", "network", "--from", "2026-12-01", "--to", "2026-12-20", lang="zh"
    )
    rows = [line.split() for line in zh.out.splitlines()[1:]]
    assert [(row[1], row[2], row[4]) for row in rows] == [
        ("2026-12-01", "周二", "2026-12-07"),
        ("2026-12-07", "周一", "2026-12-14"),
        ("2026-12-14", "周一", "2026-12-20"),
    ]


async def test_the_calendar_says_what_is_not_known(url):
    known = await duty(url, "calendar", "--year", "2026", lang="zh")
    assert "2026-02-14  周六  上班" in known.out
    assert "春节" in known.out
    unknown = await duty(url, "calendar", "--year", "2099")
    assert "is known through 2026-12-31" in " ".join(unknown.out.split())


async def test_a_shift_is_handed_over_and_taken(url):
    made = await duty(url, "handover", "--to", "duty-2", "--rota", "network", "--text", "all dry")
    assert made.code == 0, made.err
    assert "duty-1 → duty-2  not accepted yet" in made.out
    assert "1 open ticket" in made.out
    assert "smoke" in made.out
    waiting = json.loads((await duty(url, "handovers", "--waiting", "--json")).out)
    number = str(waiting[0]["id"])
    taken = await duty(url, "accept", number, "--as", "duty-2", "--text", "seen")
    assert taken.out == f"Hand-over {number}: accepted by duty-2\n"
    shown = await duty(url, "handovers", number)
    assert "duty-2, 2026-11-24 08:00" in shown.out
    assert "remark: seen" in shown.out


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("show", "netwrk"), 1, 'did you mean "network"?'),
        (("show", "--at", "lunch"), 2, '"lunch" is not a time; write 2026-12-24'),
        (("schedule", "x"), 1, 'there is no rota "x"'),
        (("handover", "--to", "duty-9", "--rota", "network"), 1, 'There is no person "duty-9"'),
        (("handover",), 2, "--to"),
        (("accept", "9"), 1, "there is no hand-over 9"),
        (("shwo",), 2, 'did you mean "show"?'),
    ],
)
async def test_what_is_wrong_is_one_line(url, arguments, code, words):
    ended = await duty(url, *arguments)
    assert (ended.code, len(ended.err.splitlines())) == (code, 1), ended.err
    assert words in ended.err
