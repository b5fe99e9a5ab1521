"""Accounts, sessions, tokens and the audit trail over HTTP."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from netmon.api.access import Access
from netmon.core.accounts import FAILURES, LOCKED, SESSION
from netmon.model.account import Permission, Role
from netmon.model.audit import AuditEntry
from tests.fakes.clients import TOKEN, client_of
from tests.fakes.people import logged_in, token_of

PASSWORD = "x9-Kaufhaus"
OPEN = "/api/v1/sessions"


async def make(client, name="li", role="operator", password=PASSWORD):
    body = {"name": name, "role": role, "password": password, "actor": "chief"}
    return await client.post("/api/v1/users", json=body)


async def log_in(client, name="li", password=PASSWORD, **headers):
    answer = await client.post(OPEN, json={"name": name, "password": password}, headers=headers)
    token = answer.json().get("token", "")
    return answer, {"Authorization": f"Bearer {token}"}


def trail(desk) -> list[AuditEntry]:
    return [r for _, r in sorted(desk.records.items()) if isinstance(r, AuditEntry)]


async def settled(desk, number: int) -> list[AuditEntry]:
    """Wait until so many entries are written: what the gate refuses is recorded beside."""
    async with asyncio.timeout(5):
        while len(trail(desk)) < number:  # noqa: ASYNC110 - nothing tells
            await asyncio.sleep(0.005)
    return trail(desk)


async def test_a_person_logs_in_acts_as_themselves_and_logs_out(client, desk):
    made = await make(client)
    assert made.status_code == 201
    assert set(made.json()) == {
        "name", "display", "role", "disabled", "locked_until", "created_at", "created_by",
        "password_changed_at",
    }  # fmt: skip
    answer, mine = await log_in(client)
    assert answer.status_code == 201
    assert answer.json()["token"].startswith("nm_")
    who = (await client.get("/api/v1/whoami", headers=mine)).json()
    assert (who["name"], who["role"], who["administrator"]) == ("li", "operator", False)
    acted = await client.post("/api/v1/tickets/1/ack", headers=mine)
    assert acted.status_code == 200
    assert desk.commands[-1].actor == "li"
    assert desk.commands[-1].via.startswith("session:")
    assert (await client.delete(OPEN, headers=mine)).status_code == 200
    assert (await client.get("/api/v1/whoami", headers=mine)).status_code == 401
    assert PASSWORD not in repr(desk.records)


async def test_another_name_in_the_body_is_refused_and_one_s_own_is_not(client, desk):
    mine = await logged_in(desk, Role.OPERATOR, "li")
    other = await client.post("/api/v1/tickets/1/ack", json={"actor": "wang"}, headers=mine)
    assert other.status_code == 403
    assert other.json()["detail"] == '"actor" is not li, whose token this is; leave it out'
    assert not desk.commands
    own = await client.post("/api/v1/tickets/1/ack", json={"actor": "li"}, headers=mine)
    assert own.status_code == 200
    admin = await logged_in(desk, Role.ADMIN, "chief")
    query = await client.delete("/api/v1/users/li?actor=wang", headers=admin)
    assert query.status_code == 403


async def test_the_administrators_token_acts_for_whom_it_names(client, desk):
    await client.post("/api/v1/tickets/1/ack", json={"actor": "wang"})
    assert (desk.commands[-1].actor, desk.commands[-1].via) == ("wang", "administrator")
    await client.post("/api/v1/tickets/1/note", json={"text": "hm"})
    assert desk.commands[-1].actor == "admin"
    who = (await client.get("/api/v1/whoami")).json()
    assert who["administrator"]
    assert set(who["permissions"]) == {p.value for p in Permission}


async def test_who_cannot_come_in_is_told_the_same_whatever_the_reason(client, desk):
    await make(client)
    await make(client, "gone")
    await client.patch("/api/v1/users/gone", json={"disabled": True})
    nobody, _ = await log_in(client, "nobody", "what-ever-1")
    wrong, _ = await log_in(client, "li", "what-ever-1")
    disabled, _ = await log_in(client, "gone")
    for _ in range(FAILURES):
        await log_in(client, "li", "what-ever-1")
    locked, _ = await log_in(client, "li")
    answers = {(a.status_code, a.text) for a in (nobody, wrong, disabled, locked)}
    assert len(answers) == 1
    assert answers.pop()[0] == 401
    desk.clock.at += LOCKED
    opened, _ = await log_in(client, "li")
    assert opened.status_code == 201
    failed = [e for e in trail(desk) if e.action == "login" and not e.ok]
    assert len(failed) == FAILURES + 4


async def test_what_is_revoked_disabled_or_expired_opens_nothing_at_once(client, desk):
    mine = await logged_in(desk, Role.OPERATOR, "li")
    script = await token_of(desk, "li", Permission.READ, Permission.SELF)
    soon = desk.clock.now() + timedelta(hours=1)
    brief = await token_of(desk, "li", Permission.SELF, expires_at=soon)

    async def opens(headers) -> int:
        return (await client.get("/api/v1/whoami", headers=headers)).status_code

    assert [await opens(one) for one in (mine, script, brief)] == [200, 200, 200]
    desk.clock.at = soon
    assert [await opens(one) for one in (mine, script, brief)] == [200, 200, 401]
    await client.patch("/api/v1/users/li", json={"disabled": True})
    assert [await opens(one) for one in (mine, script)] == [401, 401]
    await client.patch("/api/v1/users/li", json={"disabled": False})
    assert [await opens(one) for one in (mine, script)] == [401, 200]
    tokens = (await client.get("/api/v1/tokens?owner=li")).json()["items"]
    number = next(t["id"] for t in tokens if t["scopes"] == ["read", "self"])
    assert (await client.delete(f"/api/v1/tokens/{number}")).status_code == 200
    assert await opens(script) == 401
    assert (await client.delete(f"/api/v1/tokens/{number}")).status_code == 404


async def test_a_session_ends_with_the_shift(client, desk):
    await make(client)
    _, mine = await log_in(client)
    desk.clock.at += SESSION
    assert (await client.get("/api/v1/whoami", headers=mine)).status_code == 401


async def test_a_token_is_told_once_and_gives_no_more_than_its_maker_has(client, desk):
    mine = await logged_in(desk, Role.ENGINEER, "li")
    body = {"label": "prometheus", "scopes": ["read"]}
    made = (await client.post("/api/v1/tokens", json=body, headers=mine)).json()
    listed = (await client.get("/api/v1/tokens", headers=mine)).json()["items"]
    assert [t["label"] for t in listed] == ["prometheus"]
    assert "token" not in listed[0]
    assert made["token"] not in repr(desk.records)
    read = {"Authorization": f"Bearer {made['token']}"}
    assert (await client.post("/api/v1/reload", headers=read)).status_code == 403
    beyond = await client.post(
        "/api/v1/tokens", json={"label": "x", "scopes": ["audit"]}, headers=mine
    )
    assert beyond.status_code == 403
    assert beyond.json()["detail"] == "you may not give what you have not: audit"
    other = await client.post("/api/v1/tokens", json={"label": "x", "owner": "chief"}, headers=mine)
    assert other.status_code == 403
    usual = (await client.post("/api/v1/tokens", json={"label": "y"}, headers=mine)).json()
    assert usual["expires_at"] is not None
    ever = {"label": "z", "never_expires": True}
    assert (await client.post("/api/v1/tokens", json=ever, headers=mine)).json()[
        "expires_at"
    ] is None


@pytest.mark.parametrize(
    ("body", "part"),
    [
        ({"name": "Li"}, '"name"'),
        ({"role": "boss"}, '"role"'),
        ({"password": "short"}, '"password"'),
        ({"password": "li-li-li-1A"}, '"password"'),
        ({"who": "x"}, '"who"'),
    ],
)
async def test_a_wrong_account_is_refused_by_the_field(client, body, part):
    right = {"name": "li", "role": "viewer", "password": PASSWORD}
    answer = await client.post("/api/v1/users", json={**right, **body})
    assert answer.status_code == 422
    assert part in answer.json()["detail"]


async def test_a_name_twice_and_a_name_of_nobody(client):
    assert (await make(client)).status_code == 201
    assert (await make(client)).status_code == 409
    assert (await client.patch("/api/v1/users/wang", json={})).status_code == 404
    assert (await client.delete("/api/v1/users/wang")).status_code == 404


async def test_one_s_own_password_needs_the_present_one(client):
    await make(client)
    _, mine = await log_in(client)
    path, new = "/api/v1/users/li/password", "another-1-Word"
    wrong = await client.put(path, json={"password": new, "current": "no"}, headers=mine)
    assert wrong.status_code == 403
    other = await client.put("/api/v1/users/wang/password", json={"password": new}, headers=mine)
    assert other.status_code == 403
    right = await client.put(path, json={"password": new, "current": PASSWORD}, headers=mine)
    assert right.status_code == 200
    assert (await client.get("/api/v1/whoami", headers=mine)).status_code == 200
    assert (await log_in(client))[0].status_code == 401
    assert (await log_in(client, password=new))[0].status_code == 201


async def test_refusals_stand_in_the_trail_and_cannot_flood_it(desk):
    async with client_of(desk, Access(TOKEN, local=False)) as client:
        await client.get("/api/v1/status")  # a browser without a token: not worth an entry
        guess = {"Authorization": "Bearer nm_guess"}
        for _ in range(300):
            await client.get("/api/v1/status", headers=guess)
        first = await settled(desk, 10)
        assert len(first) == 10
        assert {(e.actor, e.ok, e.data["status"]) for e in first} == {("anonymous", False, 401)}
        desk.clock.at += timedelta(minutes=1)
        await client.get("/api/v1/status", headers=guess)
        assert (await settled(desk, 11))[-1].data["left_out"] == 290


async def test_only_auditors_and_administrators_read_the_trail_and_it_verifies(client, desk):
    await make(client)
    for role in Role:
        mine = await logged_in(desk, role, f"a-{role.value}")
        status = (await client.get("/api/v1/audit", headers=mine)).status_code
        assert (status == 200) is (role in (Role.ADMIN, Role.AUDITOR)), role
    await settled(desk, len(trail(desk)))
    told = (await client.get("/api/v1/audit/verification")).json()
    assert (told["ok"], told["broken"]) == (True, None)
    assert told["entries"] >= 13
    listed = (await client.get("/api/v1/audit?actor=chief&action=user.add&limit=1")).json()
    assert [e["actor"] for e in listed["items"]] == ["chief"]
    assert listed["next"] is not None
    victim = trail(desk)[1]
    object.__setattr__(victim, "actor", "somebody")
    broken = (await client.get("/api/v1/audit/verification")).json()
    assert (broken["ok"], broken["broken"]["entry"]) == (False, victim.id)


async def test_without_a_token_neither_accounts_nor_the_trail_are_open_on_loopback(desk):
    async with client_of(desk, Access(TOKEN, local=True)) as client:
        for path in ("users", "tokens", "audit", "audit/verification", "whoami"):
            assert (await client.get(f"/api/v1/{path}")).status_code == 401, path


async def test_an_open_stream_ends_when_its_token_does(desk):
    mine = await logged_in(desk, Role.VIEWER, "li")
    async with client_of(desk, Access(TOKEN, local=False)) as client:
        reading = asyncio.create_task(client.get("/api/v1/events", headers=mine))
        await asyncio.sleep(0)
        assert not reading.done()
        admin = {"Authorization": f"Bearer {TOKEN}"}
        await client.delete("/api/v1/users/li", headers=admin)
        async with asyncio.timeout(5):
            assert (await reading).status_code == 200


async def test_a_log_in_is_of_the_name_that_is_given_whoever_s_token_comes_with_it(client, desk):
    mine = await logged_in(desk, Role.VIEWER, "li")
    await logged_in(desk, Role.ADMIN, "chief")
    await make(client, "wang", "engineer")
    answer, session = await log_in(client, "wang", **mine)
    assert answer.status_code == 201
    who = (await client.get("/api/v1/whoami", headers=session)).json()
    assert (who["name"], who["role"]) == ("wang", "engineer")
    for _ in range(FAILURES):
        await log_in(client, "wang", "wrong", **mine)
    locked = {
        a["name"]: a["locked_until"] for a in (await client.get("/api/v1/users")).json()["items"]
    }
    assert locked["wang"] is not None
    assert locked["li"] is None


async def test_a_stolen_session_does_not_guess_the_password_without_end(client):
    await make(client)
    _, mine = await log_in(client)
    wish = {"password": "another-long-one-7", "current": "wrong"}
    for _ in range(FAILURES):
        answer = await client.put("/api/v1/users/li/password", json=wish, headers=mine)
        assert answer.status_code == 403
    right = {**wish, "current": PASSWORD}
    answer = await client.put("/api/v1/users/li/password", json=right, headers=mine)
    assert answer.status_code == 403
    assert (await client.get("/api/v1/users")).json()["items"][0]["locked_until"] is not None


async def test_a_token_for_accounts_alone_makes_no_fuller_account_than_itself(client, desk):
    assert (await make(client, "boss", "admin")).status_code == 201
    mine = await token_of(desk, "boss", Permission.READ, Permission.ACCOUNTS)
    made = {"name": "li", "role": "admin", "password": PASSWORD}
    answer = await client.post("/api/v1/users", json=made, headers=mine)
    assert answer.status_code == 403
    assert "the role admin is not its to give" in answer.json()["detail"]
    new = {"password": "y8-Kaufhaus"}
    answer = await client.put("/api/v1/users/boss/password", json=new, headers=mine)
    assert answer.status_code == 403
    role = await client.patch("/api/v1/users/boss", json={"disabled": True}, headers=mine)
    assert role.status_code == 403
