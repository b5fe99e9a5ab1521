"""When people are told: nothing is lost, nothing is too soon, nothing waits for ever."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from netmon.core.telling import due
from netmon.model.event import EventKind, Notice
from netmon.model.hours import Hours, Window
from netmon.model.policy import Policy
from netmon.model.telling import Manner, Quiet, Telling
from netmon.model.ticket import Priority
from tests.agents.stores import at, event, ticket

POLICY = Policy(timezone="Asia/Shanghai")
TICKETS = {n: ticket(n, 1, priority=Priority(f"P{n}")) for n in range(1, 5)}
WEEK = frozenset(range(7))

minutes = st.integers(0, 3000)
notices = st.lists(
    st.builds(
        lambda n, of, kind, when, later: Notice(
            f"p:{n}",
            "p",
            event(n, at=at(when), kind=kind, subject=f"ticket:{of}"),
            not_before=at(when + later),
        ),
        st.integers(1, 60),
        st.integers(1, 5),
        st.sampled_from([EventKind.TICKET_OPENED, EventKind.TICKET_CHANGED]),
        minutes,
        st.sampled_from([0, 0, 15]),
    ),
    min_size=1,
    max_size=25,
    unique_by=lambda notice: notice.key,
).map(lambda some: sorted(some, key=lambda notice: notice.event.id))
quiets = st.none() | st.builds(
    Quiet,
    st.sampled_from(
        [
            Hours((Window(WEEK, 22 * 60, 24 * 60), Window(WEEK, 0, 7 * 60))),
            Hours((Window(frozenset({5, 6})),)),
        ]
    ),
    st.none() | st.sampled_from(Priority),
)


def told(owed: list[Notice], manner: Manner) -> list[tuple[timedelta, list[Notice]]]:
    """Play it: look exactly when it says, deliver at once, until nothing is owed."""
    clock, last, messages = at(0), None, []
    left = list(owed)
    for _ in range(400):
        if not left:
            return messages
        found = due(left, TICKETS, last, manner, POLICY, clock)
        assert found.letter is None
        if found.news:
            messages.append((clock - at(0), list(found.news)))
            left = [notice for notice in left if notice not in found.news]
            last = clock
        else:
            assert found.again_at is not None  # what is owed is looked at again
            assert found.again_at > clock
            clock = found.again_at
    raise AssertionError("it does not end")


@given(notices, quiets)
def test_everything_is_told_once_and_not_too_soon(owed: list[Notice], quiet: Quiet | None) -> None:
    manner = Manner(quiet=quiet)
    messages = told(owed, manner)
    assert sorted(n.key for _, some in messages for n in some) == sorted(n.key for n in owed)
    usual = Telling()
    for (before, _), (after, _) in itertools.pairwise(messages):
        assert after - before >= usual.urgent_interval
    for when, some in messages:
        assert all(at(0) + when >= notice.owed_since for notice in some)
        first = min(notice.owed_since for notice in some)
        assert at(0) + when >= first + usual.urgent_wait


@given(notices)
def test_without_a_new_p1_messages_keep_the_interval(owed: list[Notice]) -> None:
    plain = [
        replace(n, event=replace(n.event, kind=EventKind.TICKET_CHANGED), not_before=n.not_before)
        for n in owed
    ]
    times = [when for when, _ in told(plain, Manner())]
    for before, after in itertools.pairwise(times):
        assert after - before >= Telling().interval


@given(notices, st.sampled_from(Priority) | st.none())
def test_in_quiet_hours_only_the_urgent_is_told(owed: list[Notice], but: Priority | None) -> None:
    night = Hours((Window(WEEK, 22 * 60, 24 * 60), Window(WEEK, 0, 7 * 60)))
    for when, some in told(owed, Manner(quiet=Quiet(night, but))):
        hour = (at(0) + when + timedelta(hours=8)).hour
        if hour >= 22 or hour < 7:
            assert but is not None
            for notice in some:
                number = int(notice.event.subject.partition(":")[2])
                assert number in TICKETS
                assert TICKETS[number].priority <= but


@given(notices)
def test_nobody_waits_longer_than_the_wait_and_the_interval(owed: list[Notice]) -> None:
    usual = Telling()
    for when, some in told(owed, Manner()):
        for notice in some:
            late = at(0) + when - notice.owed_since
            assert late <= usual.wait + usual.interval
