"""The audit trail: what is altered or left out is found; what is pruned leaves it whole."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from netmon.core import audit
from netmon.core.draft import Draft
from netmon.core.present import absorb
from netmon.model.audit import AuditEntry, AuditHead, PruneAudit
from netmon.model.world import World
from tests.fakes import district

texts = st.text(max_size=30)
details = st.dictionaries(texts, st.none() | st.booleans() | st.integers() | texts, max_size=3)
written = st.lists(st.tuples(texts, texts, texts, st.booleans(), details), min_size=1, max_size=8)


def trail(world: World, wanted, together: int = 2) -> list[AuditEntry]:
    """Record all, a few in one step."""
    made: list[AuditEntry] = []
    now = district.NOW
    for start in range(0, len(wanted), together):
        draft = Draft(world, now)
        for actor, action, subject, ok, data in wanted[start : start + together]:
            audit.record(draft, actor, action, subject, ok=ok, data=data)
        change = draft.change()
        absorb(world, change)
        made += [r for r in change.step.records if isinstance(r, AuditEntry)]
        now += timedelta(minutes=1)
    return made


def head_of(world: World) -> AuditHead:
    [head] = world.live[AuditHead].values()
    return head


def walked(head: AuditHead | None, entries) -> audit.Walk:
    walk = audit.Walk(head)
    if all(walk.step(entry) for entry in entries):
        walk.end()
    return walk


def new_world() -> World:
    return district.world()


@given(written)
def test_what_was_written_holds(wanted):
    world = new_world()
    entries = trail(world, wanted)
    found = walked(head_of(world), entries)
    assert (found.broken, found.seen) == (None, len(wanted))
    assert len({entry.digest for entry in entries}) == len(entries)


@given(written, st.data())
def test_an_altered_entry_is_found(wanted, data):
    world = new_world()
    entries = trail(world, wanted)
    at = data.draw(st.integers(0, len(entries) - 1))
    entry = entries[at]
    other = data.draw(
        st.sampled_from(
            [
                replace(entry, actor=entry.actor + "x"),
                replace(entry, ok=not entry.ok),
                replace(entry, at=entry.at + timedelta(microseconds=1)),
                replace(entry, data={**entry.data, "more": 1}),
                replace(entry, subject=entry.subject + "x"),
            ]
        )
    )
    # Its own digest may be made anew: then it is the next entry, or the end, that tells.
    if data.draw(st.booleans()):
        other = replace(other, digest=audit.digest_of(other))
    found = walked(head_of(world), [*entries[:at], other, *entries[at + 1 :]])
    assert found.broken is not None
    assert found.broken.entry in {e.id for e in entries[at : at + 2]}


@given(written, st.data())
def test_a_missing_entry_is_found_at_either_end_too(wanted, data):
    world = new_world()
    entries = trail(world, wanted)
    at = data.draw(st.integers(0, len(entries) - 1))
    assert walked(head_of(world), entries[:at] + entries[at + 1 :]).broken is not None


@given(written, st.data())
def test_what_is_pruned_leaves_a_chain_that_holds_and_nothing_else_does(wanted, data):
    world = new_world()
    entries = trail(world, wanted)
    at = data.draw(st.integers(0, len(entries) - 1))
    draft = Draft(world, district.NOW + timedelta(days=500))
    audit.prune(draft, PruneAudit("netmon", entries[at].id, entries[at].digest))
    absorb(world, draft.change())
    head = head_of(world)
    for left in (entries, entries[at + 1 :]):  # before and after they are deleted
        assert walked(head, left).broken is None
    if at + 2 < len(entries):
        assert walked(head, entries[at + 2 :]).broken is not None


def test_an_empty_trail_holds_and_a_trail_that_is_gone_does_not():
    assert walked(None, []).broken is None
    world = new_world()
    trail(world, [("li", "login", "", True, {})])
    assert walked(head_of(world), []).broken is not None
