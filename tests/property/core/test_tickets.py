"""The humans' state machine: total, safe, live; and what each action leaves behind."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netmon.core.tickets import BY_MACHINE, NEXT, Machine, carry_out, move, opened
from netmon.model.errors import UsageError
from netmon.model.fault import FaultId
from netmon.model.ticket import (
    MACHINE,
    Cause,
    Command,
    JournalEntry,
    Priority,
    Ticket,
    TicketAction,
    TicketId,
    TicketState,
    WaitReason,
)

S, A = TicketState, TicketAction
T0 = datetime(2026, 11, 23, 8, tzinfo=UTC)
CLEARED = T0 + timedelta(minutes=20)
NOW = T0 + timedelta(minutes=30)


def ticket(state: TicketState = S.OPEN, **changes: object) -> Ticket:
    values: dict[str, object] = {
        "id": TicketId(7),
        "state": state,
        "priority": Priority.P2,
        "opened_at": T0,
        "faults": (FaultId(1),),
        "subject": "line:L-7",
        "condition": "line_down",
        "journal_seq": 1,
    }
    return Ticket(**(values | changes))  # type: ignore[arg-type]


def command(action: TicketAction, **changes: object) -> Command:
    """A command that lacks nothing."""
    values: dict[str, object] = {
        "ticket": TicketId(7),
        "action": action,
        "actor": "li",
        "text": "said",
        "assignee": "wang" if action is A.ASSIGN else None,
        "waiting_for": WaitReason.CARRIER if action is A.WAIT else None,
        "priority": Priority.P3 if action is A.PRIORITY else None,
        "review": "learnt" if action is A.CLOSE else "",
    }
    return Command(**(values | changes))  # type: ignore[arg-type]


steps = st.lists(
    st.one_of(st.sampled_from(TicketAction), st.sampled_from(Machine)), min_size=0, max_size=30
)


def walk(
    those: list[TicketAction | Machine],
) -> list[tuple[TicketAction | Machine, Ticket, Ticket]]:
    held, _ = opened(ticket(), T0, "")
    told = []
    for i, what in enumerate(those):
        now = T0 + timedelta(minutes=i)
        before = held
        if isinstance(what, Machine):
            held, _ = move(held, what, now, "")
        else:
            try:
                held, _ = carry_out(held, command(what), now)
            except UsageError:
                continue
        told.append((what, before, held))
    return told


def test_every_pair_has_a_row():
    assert set(NEXT) == set(BY_MACHINE) == set(S)
    assert all(set(row) == set(A) for row in NEXT.values())
    assert all(set(row) == set(Machine) for row in BY_MACHINE.values())


def test_the_machine_never_closes_and_never_acknowledges():
    for state, row in BY_MACHINE.items():
        for to in row.values():
            assert to is state or to in (S.RESTORED, S.OPEN)


def test_closed_is_left_by_a_fault_that_returns_or_a_person_who_takes_it_up_again():
    leavers = {a for a, to in NEXT[S.CLOSED].items() if to not in (None, S.CLOSED)}
    assert leavers == {A.RESUME}
    assert BY_MACHINE[S.CLOSED][Machine.REOPENED] is S.OPEN


def test_only_a_restored_ticket_is_closed():
    closers = {state for state, row in NEXT.items() if row[A.CLOSE] is S.CLOSED}
    assert closers == {S.RESTORED}


def test_from_every_state_a_person_can_come_to_closed():
    reached = {S.CLOSED}
    while True:
        more = {s for s, row in NEXT.items() if reached & {t for t in row.values() if t}}
        if more <= reached:
            break
        reached |= more
    assert reached == set(S)


def test_a_note_never_moves_a_ticket_and_is_always_allowed():
    assert all(row[A.NOTE] is state for state, row in NEXT.items())


@given(steps)
def test_a_ticket_moves_only_along_the_tables(those):
    for what, before, after in walk(those):
        row = BY_MACHINE[before.state] if isinstance(what, Machine) else NEXT[before.state]
        assert after.state is row[what]  # type: ignore[index]


@given(steps)
def test_the_journal_is_numbered_without_a_gap(those):
    seqs = [after.journal_seq for _, _, after in walk(those)]
    assert seqs == list(range(2, len(seqs) + 2))


@given(steps)
def test_dates_fit_the_state(those):
    for _, _, after in walk(those):
        assert (after.closed_at is not None) == (after.state is S.CLOSED)
        assert (after.waiting_for is not None) == (after.state is S.WAITING)
        if after.state in (S.RESTORED, S.CLOSED):
            assert after.restored_at is not None
        if after.state in (S.OPEN, S.WORKING, S.ACKNOWLEDGED):
            assert after.restored_at is None


@pytest.mark.parametrize("state", S)
@pytest.mark.parametrize("action", A)
def test_a_refusal_says_what_is_allowed(state, action):
    before = ticket(state)
    if NEXT[state][action] is not None:
        after, entry = carry_out(before, command(action), NOW)
        assert entry.actor == "li"
        assert entry.action == action
        assert after.state is NEXT[state][action]
        return
    with pytest.raises(UsageError) as refusal:
        carry_out(before, command(action), NOW)
    assert state.value in str(refusal.value)
    assert refusal.value.params["action"] == action
    for other, to in NEXT[state].items():
        named = other.value in str(refusal.value.params["allowed"]).split(", ")
        assert named == (to is not None)


def test_who_acknowledges_takes_it_unless_somebody_has_it():
    after, entry = carry_out(ticket(), command(A.ACK), NOW)
    assert (after.state, after.assignee, after.acknowledged_at) == (S.ACKNOWLEDGED, "li", NOW)
    assert entry.before == {"state": "open", "assignee": None}
    assert entry.after == {"state": "acknowledged", "assignee": "li"}
    after, _ = carry_out(ticket(assignee="wang"), command(A.ACK), NOW)
    assert after.assignee == "wang"


def test_to_work_waiting_or_restoring_acknowledges_and_a_note_does_not():
    for action in (A.WORK, A.WAIT, A.RESTORE):
        assert carry_out(ticket(), command(action), NOW)[0].acknowledged_at == NOW
    for action in (A.NOTE, A.ASSIGN):
        assert carry_out(ticket(), command(action), NOW)[0].acknowledged_at is None
    before = ticket(S.WORKING, acknowledged_at=T0)
    assert carry_out(before, command(A.WAIT), NOW)[0].acknowledged_at == T0


def test_a_restoration_is_dated_by_the_person_the_machine_or_now_in_this_order():
    said = T0 + timedelta(minutes=10)
    cleared = ticket(S.WORKING, cleared_at=CLEARED)
    told = command(A.RESTORE, restored_at=said, cause=Cause.CARRIER, text="spliced")
    after, _ = carry_out(cleared, told, NOW)
    assert (after.restored_at, after.cause, after.remedy) == (said, Cause.CARRIER, "spliced")
    assert carry_out(cleared, command(A.RESTORE), NOW)[0].restored_at == CLEARED
    assert carry_out(ticket(S.WORKING), command(A.RESTORE), NOW)[0].restored_at == NOW


@pytest.mark.parametrize("restored_at", [T0 - timedelta(seconds=1), NOW + timedelta(seconds=1)])
def test_nothing_is_restored_before_it_broke_or_in_the_future(restored_at):
    with pytest.raises(UsageError, match="restor"):
        carry_out(ticket(S.WORKING), command(A.RESTORE, restored_at=restored_at), NOW)


def test_the_machine_restores_when_the_last_fault_cleared_and_dates_it():
    after, entry = move(ticket(S.WORKING), Machine.CLEARED, CLEARED, "fault 1")
    assert (after.state, after.cleared_at, after.restored_at) == (S.RESTORED, CLEARED, CLEARED)
    assert (entry.actor, entry.action, entry.text) == (MACHINE, "cleared", "fault 1")


def test_the_machine_does_not_overrule_a_person_who_restored_it_earlier():
    earlier = ticket(S.RESTORED, restored_at=T0)
    assert move(earlier, Machine.CLEARED, CLEARED, "")[0].restored_at == T0


def test_a_fault_that_comes_back_opens_the_ticket_again():
    closed = ticket(S.CLOSED, restored_at=CLEARED, cleared_at=CLEARED, closed_at=NOW)
    after, entry = move(closed, Machine.REOPENED, NOW, "")
    assert after.state is S.OPEN
    assert (after.restored_at, after.cleared_at, after.closed_at) == (None, None, None)
    assert entry.action == "reopened"


def test_a_fault_that_joins_work_under_way_does_not_disturb_it():
    waiting = ticket(S.WAITING, waiting_for=WaitReason.CARRIER, assignee="wang")
    after, _ = move(waiting, Machine.JOINED, NOW, "")
    assert (after.state, after.waiting_for, after.assignee) == (
        S.WAITING,
        WaitReason.CARRIER,
        "wang",
    )


def test_waiting_ends_when_the_work_goes_on():
    waiting = ticket(S.WAITING, waiting_for=WaitReason.PARTS)
    assert carry_out(waiting, command(A.NOTE), NOW)[0].waiting_for is WaitReason.PARTS
    assert carry_out(waiting, command(A.RESUME), NOW)[0].waiting_for is None
    again = carry_out(waiting, command(A.WAIT, waiting_for=WaitReason.POWER), NOW)[0]
    assert again.waiting_for is WaitReason.POWER
    assert move(waiting, Machine.CLEARED, NOW, "")[0].waiting_for is None


def test_a_restored_ticket_may_be_taken_up_again():
    before = ticket(S.RESTORED, restored_at=CLEARED, cleared_at=CLEARED)
    after, entry = carry_out(before, command(A.RESUME), NOW)
    assert (after.state, after.restored_at) == (S.WORKING, None)
    assert entry.before["restored_at"] == CLEARED.isoformat()


def test_a_review_and_a_cause_stay_with_a_closed_ticket():
    closed = ticket(S.CLOSED, restored_at=CLEARED, closed_at=NOW)
    after, _ = carry_out(closed, command(A.REVIEW, text="lessons", cause=Cause.SITE_POWER), NOW)
    assert (after.review, after.cause, after.closed_at) == ("lessons", Cause.SITE_POWER, NOW)


@pytest.mark.parametrize(
    "lacking",
    [
        command(A.ASSIGN, assignee=None),
        command(A.ASSIGN, assignee="  "),
        command(A.WAIT, waiting_for=None),
        command(A.NOTE, text=" "),
        command(A.PRIORITY, priority=None),
        command(A.PRIORITY, text=" "),
    ],
)
def test_a_command_that_lacks_something_is_refused(lacking):
    with pytest.raises(UsageError):
        carry_out(ticket(), lacking, NOW)


def test_an_opened_ticket_has_one_line_in_its_journal():
    after, entry = opened(ticket(journal_seq=0), T0, "fault 1")
    assert after.journal_seq == 1
    assert entry == JournalEntry(
        TicketId(7), 1, T0, MACHINE, "opened", "fault 1", {}, {"state": "open"}
    )


def test_a_p1_or_p2_is_closed_only_with_a_review():
    restored = ticket(S.RESTORED, restored_at=CLEARED)
    for urgent in (Priority.P1, Priority.P2):
        with pytest.raises(UsageError, match="netmon ticket review 7"):
            carry_out(replace(restored, priority=urgent), command(A.CLOSE, review=""), NOW)
        reviewed = replace(restored, priority=urgent, review="lessons")
        assert carry_out(reviewed, command(A.CLOSE, review=""), NOW)[0].state is S.CLOSED
    for calm in (Priority.P3, Priority.P4):
        after, _ = carry_out(replace(restored, priority=calm), command(A.CLOSE, review=""), NOW)
        assert after.state is S.CLOSED
    both, entry = carry_out(restored, command(A.CLOSE, text="spliced", review="lessons"), NOW)
    assert (both.review, both.remedy) == ("lessons", "spliced")
    assert (entry.after["review"], entry.after["remedy"]) == ("lessons", "spliced")


def test_what_was_said_at_restore_stays_at_close_unless_said_anew():
    restored = ticket(S.RESTORED, restored_at=CLEARED, remedy="spliced", cause=Cause.CARRIER)
    after, _ = carry_out(restored, command(A.CLOSE, text=""), NOW)
    assert (after.remedy, after.cause) == ("spliced", Cause.CARRIER)
    after, _ = carry_out(restored, command(A.CLOSE, text="new card", cause=Cause.UPSTREAM), NOW)
    assert (after.remedy, after.cause) == ("new card", Cause.UPSTREAM)


def test_a_priority_is_changed_with_a_reason_and_journalled():
    wanted = command(A.PRIORITY, priority=Priority.P4, text="nobody is there on Sundays")
    after, entry = carry_out(ticket(), wanted, NOW)
    assert (after.priority, after.assessed, after.acknowledged_at) == (
        Priority.P4,
        Priority.P2,
        None,
    )
    assert (entry.before, entry.after) == ({"priority": "P2"}, {"priority": "P4"})


def test_a_closed_ticket_that_was_merged_is_not_taken_up_again():
    closed = ticket(S.CLOSED, restored_at=CLEARED, closed_at=NOW)
    assert carry_out(closed, command(A.RESUME), NOW)[0].closed_at is None
    with pytest.raises(UsageError, match="merged into 9"):
        carry_out(replace(closed, merged_into=TicketId(9)), command(A.RESUME), NOW)
