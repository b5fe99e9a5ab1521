"""Accounts, tokens and the audit trail in every store: they come back whole, and in a chain."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from netmon.core import audit
from netmon.core.draft import Draft
from netmon.core.present import absorb, awaken
from netmon.model.account import Account, ApiToken, Permission, Role
from netmon.model.audit import AuditEntry, AuditHead, PruneAudit
from netmon.model.record import RecordId, RecordQuery
from netmon.model.world import World
from netmon.ports import Store
from tests.agents.stores import Stores, at, step
from tests.fakes import district

LI = Account(
    id=RecordId(1),
    name="li",
    display="李工",
    role=Role.OPERATOR,
    password_hash="$argon2id$v=19$m=65536,t=3,p=4$c2FsdA$aGFzaA",
    created_at=at(0),
    created_by="chief",
    password_changed_at=at(1),
    failed_logins=3,
    locked_until=at(9),
)
SCRIPT = ApiToken(
    id=RecordId(2),
    owner=LI.id,
    label="脚本",
    digest="ab" * 32,
    scopes=(Permission.READ.value, Permission.ALERTS.value),
    created_at=at(2),
    created_by="li",
    expires_at=at(90),
    last_used_at=at(3),
)


def test_accounts_and_tokens_come_back_as_they_were_and_are_at_hand(stores: Stores) -> None:
    store = stores.new()
    store.commit(step(1, records=(LI, SCRIPT)))
    again = stores.again(store)
    assert set(again.load().live) == {LI, SCRIPT}
    gone = replace(SCRIPT, ended_at=at(5))
    again.commit(step(2, records=(gone, replace(LI, disabled=True))))
    assert again.load().live == (replace(LI, disabled=True),)
    assert again.records(RecordQuery(ApiToken)) == [gone]
    again.prune(at(4))
    assert again.records(RecordQuery(ApiToken)) == [gone]
    again.prune(at(6))
    assert again.records(RecordQuery(ApiToken)) == []


def written(store: Store, world: World, number: int) -> None:
    """Record one thing after another, some of it what no database keeps as it is."""
    for n in range(number):
        draft = Draft(world, at(n) + timedelta(microseconds=n))
        data = {"n": n, "说明": "光缆", "half": 0.5, "none": None, "ok": True}
        audit.record(draft, "王工\x00\ud800", f"thing.{n}", "user:li", ok=n % 2 == 0, data=data)
        change = draft.change()
        store.commit(change.step)
        absorb(world, change)


def walked(store: Store) -> audit.Walk:
    [head] = [one for one in store.load().live if isinstance(one, AuditHead)]
    walk = audit.Walk(head)
    if all(walk.step(e) for e in store.records(RecordQuery(AuditEntry, oldest_first=True))):
        walk.end()
    return walk


def test_the_trail_verifies_as_it_is_read_back_also_after_it_was_pruned(stores: Stores) -> None:
    store = stores.new()
    world = awaken(store.load(), district.inventory(), at(0))
    written(store, world, 6)
    store = stores.again(store)
    assert (walked(store).broken, walked(store).seen) == (None, 6)
    store.prune(at(1000))
    assert walked(store).seen == 6, "nothing goes before the chain knows of it"
    third = store.records(RecordQuery(AuditEntry, oldest_first=True))[2]
    draft = Draft(world, at(500))
    audit.prune(draft, PruneAudit("netmon", third.id, third.digest))
    store.commit(draft.change().step)
    assert (walked(store).broken, walked(store).seen) == (None, 3)
    store.prune(at(0))
    assert (walked(store).broken, walked(store).seen) == (None, 3)
    assert len(store.records(RecordQuery(AuditEntry))) == 3
