"""Whatever is committed in whatever order, a database remembers what MemoryStore remembers."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from netmon.model.condition import ConditionId, Held, Key, Phase, Severity
from netmon.model.errors import StoreError
from netmon.model.event import Attempt, Bulletin, Delivery, Event, EventKind, Notice
from netmon.model.fault import Fault
from netmon.model.telling import LEFT, LetterAction
from netmon.model.ticket import Cause, JournalEntry, Priority, Ticket, TicketState, WaitReason
from netmon.model.world import FaultQuery, Step, SubjectState, TargetState, TicketQuery
from netmon.ports import Store
from netmon.store.memory_store import MemoryStore
from tests.agents.stores import T0, Stores

words = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=8)
instants = st.integers(0, 10**13).map(lambda us: T0 + timedelta(microseconds=us))
few = st.integers(1, 4)
subjects = st.sampled_from(["line:LN-1", "node:街道-2", "interface:core-1/GE0/0/1"])
conditions = st.sampled_from([ConditionId.LINE_DOWN, ConditionId.NO_DATA])
scalars = st.none() | st.booleans() | st.integers(-(2**53), 2**53) | words
scalars |= st.floats(allow_nan=False, allow_infinity=False)
deep = st.recursive(scalars, lambda inner: st.lists(inner) | st.dictionaries(words, inner))
maybe_at = st.none() | instants

faults = st.builds(
    Fault,
    id=few,
    subject=subjects,
    condition=conditions,
    severity=st.sampled_from(Severity),
    raised_at=instants,
    began_at=instants,
    cleared_at=maybe_at,
    ended_at=maybe_at,
    root=st.none() | few,
    suppressed_by=st.none() | words,
    flapping=st.booleans(),
    params=st.dictionaries(words, scalars, max_size=3),
    ticket=st.none() | few,
)
tickets = st.builds(
    Ticket,
    id=few,
    state=st.sampled_from(TicketState),
    priority=st.sampled_from(Priority),
    opened_at=instants,
    faults=st.lists(few, unique=True, max_size=3).map(tuple),
    subject=subjects,
    condition=conditions.map(str),
    lines=st.lists(words, max_size=2).map(tuple),
    tenants=st.lists(words, max_size=2).map(tuple),
    assignee=st.none() | words,
    waiting_for=st.none() | st.sampled_from(WaitReason),
    cause=st.none() | st.sampled_from(Cause),
    remedy=words,
    review=words,
    acknowledged_at=maybe_at,
    cleared_at=maybe_at,
    restored_at=maybe_at,
    closed_at=maybe_at,
    journal_seq=few,
)
changes = st.dictionaries(words, st.none() | words, max_size=2)
entries = st.builds(
    JournalEntry,
    ticket=few,
    seq=st.integers(1, 50),
    at=instants,
    actor=words,
    action=words,
    text=words,
    before=changes,
    after=changes,
)
events = st.builds(
    Event,
    id=st.integers(1, 50),
    at=instants,
    kind=st.sampled_from(EventKind),
    subject=subjects,
    data=st.dictionaries(words, deep, max_size=3),
)
notices = st.builds(
    lambda receiver, event: Notice(f"{receiver}:{event.id}", receiver, event),
    st.sampled_from(["desk", "am"]),
    events,
)
helds = st.builds(Held, st.sampled_from(Phase), instants, maybe_at)


def several(of: st.SearchStrategy[Any], by: Any) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(of, unique_by=by, max_size=3).map(tuple)


steps = st.builds(
    Step,
    id=st.integers(1, 12),
    at=instants,
    held=st.dictionaries(st.builds(Key, subjects, conditions), st.none() | helds, max_size=3),
    faults=several(faults, lambda f: f.id),
    tickets=several(tickets, lambda t: t.id),
    journal=several(entries, lambda e: (e.ticket, e.seq)),
    events=several(events, lambda e: e.id),
    notices=several(notices, lambda n: n.key),
    states=several(
        st.builds(SubjectState, subjects, st.sampled_from(TargetState).map(str), instants),
        lambda s: s.subject,
    ),
    gone=st.lists(subjects, max_size=2).map(tuple),
    letters=st.dictionaries(
        st.builds("{}:{}".format, st.sampled_from(["desk", "am"]), st.integers(1, 50)),
        st.sampled_from(LetterAction),
        max_size=2,
    ),
)
keys = st.builds("{}:{}".format, st.sampled_from(["desk", "am"]), st.integers(1, 50))
settlements = st.tuples(
    st.just("settle"),
    keys,
    st.builds(Attempt, st.sampled_from(Delivery), st.sampled_from(["", "http_403", LEFT])),
    instants,
    maybe_at,
)
compositions = st.tuples(
    st.just("compose"),
    st.lists(keys, min_size=1, max_size=4, unique=True),
    st.builds(Bulletin, words, words, words),
    instants,
)
acts = st.lists(
    st.one_of(
        steps,
        steps,
        steps,
        st.tuples(st.just("wild"), steps),
        settlements,
        settlements,
        compositions,
        instants,
    ),
    min_size=2,
    max_size=8,
)


def mended(step: Step, model: MemoryStore, number: int) -> Step:
    """Return the step as one that fits what is there, mostly: chance alone seldom makes one."""
    there = {f.id for f in model.faults(FaultQuery())} | {f.id for f in step.faults}
    desks = {t.id for t in model.tickets(TicketQuery())} | {t.id for t in step.tickets}
    told = {e.id for e in model.events(0, 1000)}
    return replace(
        step,
        id=step.id + 12 * number,  # late enough to be written
        faults=tuple(
            replace(
                f,
                root=f.root if f.root in there else None,
                ticket=f.ticket if f.ticket in desks else None,
            )
            for f in step.faults
        ),
        tickets=tuple(
            replace(t, faults=tuple(f for f in t.faults if f in there)) for t in step.tickets
        ),
        journal=tuple(
            e
            for e in step.journal
            if e.ticket in desks and e.seq not in {j.seq for j in model.journal(e.ticket)}
        ),
        events=tuple(e for e in step.events if e.id not in told),
    )


def act(store: Store, what: object) -> object:
    """Do it, and return what a caller sees of it."""
    try:
        match what:
            case Step() | ("wild", Step()):
                store.commit(what if isinstance(what, Step) else what[1])
            case ("settle", *settled):
                store.settle(*settled)
            case ("compose", keys, bulletin, now):
                store.compose([k for k in keys if _is_owed(store, k)] or ["x"], bulletin, now)
            case datetime():
                return store.prune(what)
    except StoreError:
        return "refused"
    return None


def remembered(store: Store) -> list[object]:
    """Return all that can be asked of a store."""
    far = datetime(2100, 1, 1, tzinfo=UTC)
    return [
        store.load(),
        store.faults(FaultQuery()),
        store.faults(FaultQuery(open=True, subject="line:LN-1")),
        store.tickets(TicketQuery()),
        store.tickets(TicketQuery(states=("closed",), limit=1)),
        [store.journal(t.id) for t in store.tickets(TicketQuery())],
        store.events(0, 1000),
        _by_receiver(store.outbox(1000, far)),
        _by_receiver(store.outbox(1000, T0 + timedelta(days=30))),
        store.outbox_depth(),
        _by_receiver(store.owed("desk", 1000)),
        store.receivers(),
        store.letters(),
        store.letters(dead=True),
        store.letters(dead=False, limit=2),
    ]


def _is_owed(store: Store, key: str) -> bool:
    """Say whether a notice may be put into a message: only of those a dispatcher composes one."""
    found = store.letter(key)
    return found is not None and found.first.letter is None and found.first.dead_at is None


def _by_receiver(notices: list[Notice]) -> list[Notice]:
    # Between receivers there is no order.
    return sorted(notices, key=lambda n: n.receiver)


def test_a_database_remembers_what_memory_remembers(stores: Stores) -> None:
    @settings(
        max_examples=25,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    @given(acts)
    def history(done: list[object]) -> None:
        model, store = MemoryStore(), stores.new()
        try:
            for number, what in enumerate(done):
                fit = mended(what, model, number) if isinstance(what, Step) else what
                assert act(store, fit) == act(model, fit)
            assert remembered(store) == remembered(model)
            store = stores.again(store)
            assert remembered(store) == remembered(model)
        finally:
            store.close()

    history()
