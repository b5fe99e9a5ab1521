"""``POST /api/v1/reload``: the files are taken up, or it is said why not."""

from __future__ import annotations

from dataclasses import replace

from netmon.api.access import Access
from netmon.model.errors import Mistake
from netmon.model.inventory import Inventory
from netmon.model.reload import Asker, ReloadWish
from tests.fakes.clients import TOKEN, client_of

MISTAKES = [
    Mistake("lines.yaml", 3, 5, 'unknown key "bandwith"; did you mean "bandwidth"?'),
    Mistake("nodes.yaml", 0, 0, "the file is empty"),
]


def shorter(whole: Inventory, lines: int) -> Inventory:
    return replace(whole, lines=dict(list(whole.lines.items())[:lines]), digest="new")


async def test_a_reload_answers_what_it_came_to(client, desk):
    desk.on_disk = shorter(desk.world.inventory, 2)
    answer = await client.post("/api/v1/reload", json={"actor": "li"})
    told = answer.json()
    assert answer.status_code == 200
    assert (told["outcome"], told["before"], told["after"]) == ("taken_up", "abc123", "new")
    assert told["differences"] == [{"how": "removed", "ref": "line:UP-1", "what": []}]
    effects = {one["effect"]: one for one in told["consequences"]}
    assert effects["series"]["params"]["new"] == 0
    assert told["detail"] is None
    assert desk.wishes == [ReloadWish(Asker.API, "li")]
    assert len(desk.world.inventory.lines) == 2


async def test_consequences_are_said_in_the_clients_language(client, desk):
    whole = desk.world.inventory
    desk.on_disk = replace(whole, lines={k: v for k, v in whole.lines.items() if k != "LN-0002"})
    answer = await client.post("/api/v1/reload?lang=zh&dry_run=true")
    (ends,) = [c for c in answer.json()["consequences"] if c["effect"] == "fault_ends"]
    assert ends["message"] == "故障 1 将结束（线路中断 · LN-0002 山前村专线）：已从清单中删除"
    assert ends["params"]["why"] == "removed"
    assert "LN-0002" in desk.world.inventory.lines


async def test_what_removes_most_needs_a_yes(client, desk):
    desk.on_disk = shorter(desk.world.inventory, 0)
    refused = await client.post("/api/v1/reload")
    assert refused.status_code == 409
    told = refused.json()
    assert told["outcome"] == "refused"
    assert told["detail"].startswith("it would remove 3 of 3 lines")
    assert len(told["differences"]) == 3
    assert len(desk.world.inventory.lines) == 3
    assert (await client.post("/api/v1/reload?yes=true")).json()["outcome"] == "taken_up"
    assert desk.world.inventory.lines == {}


async def test_a_rehearsal_says_that_it_would_be_refused(client, desk):
    desk.on_disk = shorter(desk.world.inventory, 0)
    answer = await client.post("/api/v1/reload?dry_run=true")
    assert (answer.status_code, answer.json()["outcome"]) == (200, "dry_run")
    assert answer.json()["detail"].startswith("it would remove 3 of 3 lines")


async def test_every_mistake_comes_back_with_its_place(client, desk):
    desk.mistakes = MISTAKES
    answer = await client.post("/api/v1/reload")
    assert answer.status_code == 422
    assert answer.json()["detail"] == "the inventory has 2 mistakes; the old one stays"
    assert answer.json()["mistakes"] == [
        {"path": m.path, "line": m.line, "column": m.column, "message": m.message} for m in MISTAKES
    ]


async def test_a_reload_needs_the_token_and_knows_its_parameters(client, desk):
    async with client_of(desk, Access(TOKEN, local=True)) as stranger:
        assert (await stranger.post("/api/v1/reload")).status_code == 401
    assert (await client.post("/api/v1/reload?force=true")).status_code == 422
    assert (await client.post("/api/v1/reload", json={"who": "li"})).status_code == 422
    assert desk.wishes == []


async def test_the_description_has_both_refusals(client):
    paths = (await client.get("/openapi.json")).json()["paths"]
    answers = paths["/api/v1/reload"]["post"]["responses"]
    schemas = {code: answers[code]["content"]["application/json"]["schema"] for code in answers}
    assert schemas["409"] == {"$ref": "#/components/schemas/ReloadOut"}
    assert schemas["422"] == {"$ref": "#/components/schemas/MistakesOut"}
