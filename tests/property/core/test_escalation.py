"""Escalations: the tables are total, nothing is told twice, and nobody is woken in vain."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from netmon.core.escalation import NEEDED, NEXT, SEEN
from netmon.core.step import Ticked
from netmon.model.escalation import EscalationPhase, Signal, StepOutcome
from netmon.model.roster import EscalationRule, StepRule, Tell, Unless, Whom
from netmon.model.ticket import Command, TicketAction, TicketState
from tests.fakes.on_call import OnCall, inventory

P, S = EscalationPhase, Signal


def test_the_tables_are_total():
    assert SEEN.keys() == set(TicketState)
    assert NEXT.keys() == NEEDED.keys() == set(EscalationPhase)
    assert all(row.keys() == set(Signal) for row in NEXT.values())
    assert all(row.keys() == set(Unless) for row in NEEDED.values())


def test_what_has_ended_never_goes_on():
    assert set(NEXT[P.ENDED].values()) == {P.ENDED}
    assert not any(NEEDED[P.ENDED].values())


def test_nobody_presses_who_is_at_work_on_it_and_nothing_is_needed_when_it_is_done():
    for phase in P:
        after = NEXT[phase][S.AT_WORK]
        assert not NEEDED[after][Unless.ACKNOWLEDGED]
        done = NEXT[phase][S.DONE]
        assert not any(NEEDED[done].values())


def test_every_phase_can_end():
    for phase in P:
        assert NEXT[phase][S.GONE] is P.ENDED


tells = st.sampled_from(
    [
        Tell(Whom.ROTA, "network"),
        Tell(Whom.ROTA, "second-line"),
        Tell(Whom.NEXT, "network"),
        Tell(Whom.PERSON, "lead"),
        Tell(Whom.PERSON, "gone"),
    ]
)
steps = st.builds(
    StepRule,
    tell=st.lists(tells, min_size=1, max_size=2).map(tuple),
    after=st.integers(0, 30).map(lambda n: timedelta(minutes=n)),
    unless=st.sampled_from(Unless),
    times=st.just(1),
)
repeated = st.builds(
    StepRule,
    tell=st.lists(tells, min_size=1, max_size=2).map(tuple),
    unless=st.sampled_from(Unless),
    times=st.integers(2, 4),
    every=st.integers(1, 15).map(lambda n: timedelta(minutes=n)),
)
rules = st.lists(st.one_of(steps, repeated), min_size=1, max_size=4).map(
    lambda some: EscalationRule("r", tuple(some))
)
moves = st.one_of(
    st.tuples(st.just("wait"), st.integers(1, 20)),
    st.tuples(st.just("look"), st.just(0)),
    st.tuples(st.just("restart"), st.just(0)),
    st.tuples(st.just("smoke"), st.just(0)),
    st.tuples(st.just("clear"), st.just(0)),
    st.tuples(st.sampled_from([a.value for a in (
        TicketAction.ACK, TicketAction.WORK, TicketAction.RESUME, TicketAction.RESTORE,
        TicketAction.NOTE,
    )]), st.just(0)),
)  # fmt: skip


def _move(desk: OnCall, what: str, minutes: int) -> None:
    if what == "wait":
        desk.wait(minutes)
    elif what == "look":
        desk.take(Ticked())
    elif what == "restart":
        desk.restart()
    elif what == "smoke":
        desk.smoke()
    elif what == "clear":
        desk.clear()
    else:
        for ticket in desk.world.tickets:
            desk.take(Command(ticket, TicketAction(what), "li", text="x"))


@settings(max_examples=120, deadline=None)
@given(rules, st.lists(moves, max_size=14))
def test_over_random_histories_each_step_is_done_once_and_none_in_vain(rule, history):
    desk = OnCall(inventory(rule))
    desk.smoke()
    done: dict[tuple[int, int], object] = {}
    for what, minutes in history:
        before = {one.id: one for one in desk.running}
        taken = {t.id for t in desk.world.tickets.values() if t.state is not TicketState.OPEN}
        over = {t.id for t in desk.world.tickets.values() if SEEN[t.state] is Signal.DONE}
        _move(desk, what, minutes)  # it asserts itself that no notice has the key of another
        for one in desk.running:
            assert [step.due_at for step in one.steps] == sorted(s.due_at for s in one.steps)
            for step in one.steps:
                if step.outcome is StepOutcome.PENDING:
                    assert (one.id, step.number) not in done, "a step that is done stays done"
                    continue
                assert done.setdefault((one.id, step.number), step) == step
                known = before.get(one.id)
                newly = known is None or known.steps[step.number - 1].outcome is StepOutcome.PENDING
                if newly and known is not None and step.outcome is not StepOutcome.NEEDLESS:
                    assert step.due_at <= desk.now, "not before it is due"
                    assert not (one.ticket in taken and step.unless is Unless.ACKNOWLEDGED)
                    assert one.ticket not in over
    desk.take(Ticked())
    for one in desk.running:
        late = [s for s in one.steps if s.outcome is StepOutcome.PENDING and s.due_at <= desk.now]
        assert late == [], "nothing that is due is forgotten"
