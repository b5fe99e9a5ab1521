"""``netmon reload`` as a process: its sheet and its exit codes."""

from __future__ import annotations

import json
from dataclasses import replace

from netmon.model.errors import Mistake
from netmon.model.reload import Asker, ReloadWish
from tests.fakes.clients import TOKEN
from tests.fakes.desk import FakeDesk
from tests.fakes.serving import serving
from tests.integration.test_cli_http import netmon


def without(desk: FakeDesk, *lines: str) -> None:
    whole = desk.world.inventory
    left = {k: v for k, v in whole.lines.items() if k not in lines}
    desk.on_disk = replace(whole, lines=left)


async def test_what_differs_and_what_follows_is_printed():
    desk = FakeDesk()
    without(desk, "LN-0002")
    async with serving(desk) as url:
        told = {"NETMON_URL": url, "NETMON_TOKEN": TOKEN}
        rehearsed = await netmon("reload", "--dry-run", "--as", "li", "--lang", "en", **told)
        assert "LN-0002" in desk.world.inventory.lines
        done = await netmon("reload", "--as", "li", "--lang", "zh", **told)
        again = await netmon("reload", "--json", "--as", "li", **told)
        desk.world.faults.clear()  # as a daemon would have
        nothing = await netmon("reload", "--lang", "en", **told)
    assert (rehearsed.code, done.code, again.code) == (0, 0, 0)
    first, *rest = rehearsed.out.splitlines()
    assert first == "- line:LN-0002"
    assert any(line.startswith("! fault 1 closes (line down · LN-0002") for line in rest)
    assert rehearsed.err.startswith("Nothing was done (--dry-run): 0 added, 1 removed, 0 changed")
    assert "已从清单中删除" in done.out
    assert json.loads(again.out)["outcome"] == "taken_up"
    assert json.loads(again.out)["differences"] == []
    assert (nothing.code, nothing.out) == (0, "")
    assert nothing.err == "Taken up: nothing differs\n"
    wishes = [(wish.by, wish.actor, wish.dry_run) for wish in desk.wishes[:3]]
    assert wishes == [(Asker.API, "li", True), (Asker.API, "li", False), (Asker.API, "li", False)]


async def test_most_of_it_is_removed_with_a_yes_alone():
    desk = FakeDesk()
    without(desk, "LN-0001", "LN-0002")
    async with serving(desk) as url:
        told = {"NETMON_URL": url, "NETMON_TOKEN": TOKEN}
        refused = await netmon("reload", "--as", "li", "--lang", "en", **told)
        assert len(desk.world.inventory.lines) == 3
        done = await netmon("reload", "--yes", "--as", "li", "--lang", "en", **told)
    assert refused.code == 1
    assert refused.err == (
        "Not taken up: it would remove 2 of 3 lines; netmon reload --yes takes it up\n"
    )
    assert "- line:LN-0001" in refused.out
    assert (done.code, len(desk.world.inventory.lines)) == (0, 1)
    assert desk.wishes[-1] == ReloadWish(Asker.API, "li", yes=True)


async def test_files_that_are_wrong_are_said_place_by_place():
    desk = FakeDesk()
    desk.mistakes = [Mistake("lines.yaml", 3, 5, "unknown key"), Mistake("x.yaml", 0, 0, "empty")]
    async with serving(desk) as url:
        told = {"NETMON_URL": url, "NETMON_TOKEN": TOKEN}
        wrong = await netmon("reload", "--lang", "en", **told)
        as_json = await netmon("reload", "--json", "--lang", "en", **told)
    assert (wrong.code, wrong.out) == (2, "")
    assert wrong.err == "lines.yaml:3:5: unknown key\nx.yaml: empty\n"
    assert as_json.code == 2
    assert len(json.loads(as_json.out)["mistakes"]) == 2


async def test_without_a_netmon_or_a_token_it_is_one(free_port):
    nobody = await netmon("reload", "--url", f"127.0.0.1:{free_port()}", "--lang", "en")
    assert (nobody.code, nobody.out) == (1, "")
    async with serving(FakeDesk()) as url:
        stranger = await netmon("reload", "--url", url, "--data", "/nowhere", "--lang", "en")
    assert stranger.code == 1
    assert "token" in stranger.err
