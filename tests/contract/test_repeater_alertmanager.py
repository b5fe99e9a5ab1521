"""How Alertmanager turns faults into alerts: what it posts, alert by alert."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import Any

import pytest

from netmon.core.decide import event_data
from netmon.model.condition import ConditionId, Severity
from netmon.model.event import Delivery, Event, EventKind, Notice
from netmon.model.fault import Fault
from netmon.model.policy import Webhook
from netmon.model.secret import Secret
from netmon.notify.alertmanager import Alertmanager
from netmon.notify.receivers import notifier_of
from tests.agents.receiver import Receiver, http, receiving
from tests.agents.stores import at, event, fault

RAISED, CHANGED, CLEARED = (
    EventKind.FAULT_RAISED,
    EventKind.FAULT_CHANGED,
    EventKind.FAULT_CLEARED,
)
SOON = "2026-11-23T09:04:00.123456Z"  # four minutes from the clock's hour
MINUTE_17 = "2026-11-23T08:17:00.123456Z"


class StoppedClock:
    def now(self) -> datetime:
        return at(60)


def notice(kind: EventKind, of: Fault) -> Notice:
    return Notice("am:17", "am", Event(17, at(17), kind, of.subject, event_data(of)))


def alertmanager(receiver: Receiver) -> Alertmanager:
    return Alertmanager("am", receiver.url("/"), str, StoppedClock())


def short(body: list[dict[str, Any]]) -> list[tuple[str, str, str]]:
    return [(a["labels"]["subject"], a["labels"]["severity"], a["endsAt"]) for a in body]


async def test_a_raised_fault_is_an_alert() -> None:
    receiver = Receiver()
    async with receiving(receiver):
        raised = fault(7, "interface:core-1/GE0/0/1", ticket=3)
        assert (
            await alertmanager(receiver).notify(notice(RAISED, raised))
        ).delivery is Delivery.DELIVERED
    assert receiver.heads[0][0] == "POST /api/v2/alerts HTTP/1.1"
    [[alert]] = receiver.bodies
    assert alert["labels"] == {
        "alertname": "line_down",
        "severity": "major",
        "subject": "interface:core-1/GE0/0/1",
        "monitor": "netmon",
        "target": "core-1",
        "interface": "GE0/0/1",
    }
    assert alert["startsAt"] == "2026-11-23T08:06:52.123456Z"  # the first bad poll
    assert alert["endsAt"] == SOON
    assert (alert["annotations"]["fault"], alert["annotations"]["ticket"]) == ("7", "3")
    assert set(alert["annotations"]) >= {"summary", "summary_zh", "description", "description_zh"}


@pytest.mark.parametrize(
    ("subject", "labels"),
    [
        ("node:core-1", {"target": "core-1"}),
        ("device:ups-1", {"target": "ups-1"}),
        ("line:LN-1", {"line": "LN-1"}),
        ("service:portal", {"service": "portal"}),
        ("netmon:self", {}),
    ],
)
async def test_an_alert_has_the_labels_by_which_metrics_know_its_subject(
    subject: str, labels: dict[str, str]
) -> None:
    receiver = Receiver()
    async with receiving(receiver):
        await alertmanager(receiver).notify(notice(RAISED, fault(1, subject)))
    found = receiver.bodies[0][0]["labels"]
    assert {k: found[k] for k in found.keys() & {"target", "line", "service"}} == labels


async def test_the_end_is_when_it_cleared_and_never_before_the_start() -> None:
    receiver = Receiver()
    async with receiving(receiver):
        am = alertmanager(receiver)
        await am.notify(notice(CLEARED, fault(7, cleared_at=at(9))))
        await am.notify(notice(CLEARED, fault(7, began_at=at(30), cleared_at=at(9))))
    ends = [a["endsAt"] for body in receiver.bodies for a in body]
    assert ends == ["2026-11-23T08:09:00.123456Z", "2026-11-23T08:30:00.123456Z"]


async def test_a_severity_that_changes_ends_the_alert_of_the_old_one() -> None:
    receiver = Receiver()
    async with receiving(receiver):
        am = alertmanager(receiver)
        await am.notify(notice(RAISED, fault(7)))
        worse = fault(7, severity=Severity.CRITICAL)
        await am.notify(notice(CHANGED, worse))
        await am.notify(notice(CHANGED, worse))
    line = "line:LN-0001"
    assert short(receiver.bodies[1]) == [(line, "major", MINUTE_17), (line, "critical", SOON)]
    assert short(receiver.bodies[2]) == [(line, "critical", SOON)]


async def test_what_was_not_delivered_is_not_taken_for_told() -> None:
    receiver = Receiver()
    async with receiving(receiver):
        am = alertmanager(receiver)
        await am.notify(notice(RAISED, fault(7)))
        receiver.answer = http(503)
        worse = notice(CHANGED, fault(7, severity=Severity.CRITICAL))
        assert (await am.notify(worse)).delivery is Delivery.RETRY
        receiver.answer = http(200)
        await am.notify(worse)
    assert receiver.bodies[1] == receiver.bodies[2]


async def test_a_suppressed_fault_is_no_alert_and_its_alert_ends() -> None:
    receiver = Receiver()
    async with receiving(receiver):
        am = alertmanager(receiver)
        explained = fault(7, suppressed_by="fault:9", root=9)
        await am.refresh([explained], at(61))
        assert receiver.bodies == []
        am = alertmanager(receiver)
        await am.notify(notice(RAISED, fault(7)))
        await am.refresh([explained], at(62))
        await am.refresh([explained], at(63))
        await am.notify(notice(CHANGED, explained))
    assert [short(body)[-1][2] for body in receiver.bodies] == [
        SOON,
        "2026-11-23T09:02:00.123456Z",
        MINUTE_17,
    ]


async def test_what_is_open_is_repeated_with_a_later_end() -> None:
    receiver = Receiver()
    async with receiving(receiver):
        am = alertmanager(receiver)
        hot = fault(8, "device:ac-1", condition=ConditionId.TEMPERATURE_HIGH)
        assert await am.refresh([fault(7), hot], at(70)) is Delivery.DELIVERED
        await am.refresh([hot], at(71))
        await am.refresh([], at(72))
    first, second, *ends = receiver.bodies
    assert [(a["labels"]["alertname"], a["endsAt"]) for a in first] == [
        ("line_down", "2026-11-23T09:14:00.123456Z"),
        ("temperature_high", "2026-11-23T09:14:00.123456Z"),
    ]
    assert short(second) == [("device:ac-1", "major", "2026-11-23T09:15:00.123456Z")]
    # What is over ends, though its notice may still wait after an absence of the far side.
    assert [short(body) for body in ends] == [
        [("line:LN-0001", "major", "2026-11-23T09:11:00.123456Z")],
        [("device:ac-1", "major", "2026-11-23T09:12:00.123456Z")],
    ]


async def test_a_storm_is_repeated_in_parts_and_one_that_fails_is_said() -> None:
    receiver = Receiver()
    async with receiving(receiver):
        am = alertmanager(receiver)
        storm = [fault(n, f"line:LN-{n}") for n in range(1, 1202)]
        assert await am.refresh(storm, at(70)) is Delivery.DELIVERED
        receiver.answer = http(500)
        assert await am.refresh(storm, at(71)) is Delivery.RETRY
    assert [len(body) for body in receiver.bodies] == [500, 500, 201, 500]  # the others wait


async def test_of_tickets_nothing_is_told() -> None:
    receiver = Receiver()
    async with receiving(receiver):
        opened = Notice("am:1", "am", event(1, kind=EventKind.TICKET_OPENED))
        assert (await alertmanager(receiver).notify(opened)).delivery is Delivery.DELIVERED
    assert receiver.bodies == []


async def test_a_url_may_name_a_path_before_the_api_or_the_api_itself() -> None:
    receiver = Receiver()
    async with receiving(receiver):
        for path in ("/am/", "/am/api/v2/alerts", "/am"):
            am = Alertmanager("am", receiver.url(path), str, StoppedClock())
            await am.notify(notice(RAISED, fault(1, began_at=at(1) - timedelta(days=1))))
    assert {head[0] for head in receiver.heads} == {"POST /am/api/v2/alerts HTTP/1.1"}


async def test_what_another_tool_told_is_not_sent_back() -> None:
    receiver = Receiver()
    async with receiving(receiver):
        am = alertmanager(receiver)
        theirs = fault(7, "alert:DiskFull/f1", condition=ConditionId.EXTERNAL_ALERT)
        assert (await am.notify(notice(RAISED, theirs))).delivery is Delivery.DELIVERED
        assert await am.refresh([theirs], at(70)) is Delivery.DELIVERED
    assert receiver.bodies == []


async def test_after_a_restart_the_end_of_the_milder_alert_is_still_told() -> None:
    receiver = Receiver()
    async with receiving(receiver):
        am = alertmanager(receiver)
        worse = fault(7, severity=Severity.CRITICAL)
        await am.notify(notice(CHANGED, worse))  # the notice waited through the restart
        again = alertmanager(receiver)
        await again.refresh([worse], at(70))  # or the repetition came first
        await again.notify(notice(CHANGED, worse))
    line = "line:LN-0001"
    ends = [(line, severity, MINUTE_17) for severity in ("major", "minor", "warning")]
    assert [short(body) for body in receiver.bodies] == [
        [*ends, (line, "critical", SOON)],
        [(line, "critical", "2026-11-23T09:14:00.123456Z")],
        ends,
    ]


async def test_a_beginning_that_waited_does_not_undo_what_was_repeated_since() -> None:
    receiver = Receiver()
    async with receiving(receiver):
        am = alertmanager(receiver)
        await am.refresh([fault(7, severity=Severity.CRITICAL)], at(70))
        assert (await am.notify(notice(RAISED, fault(7)))).delivery is Delivery.DELIVERED
        assert (
            await am.notify(notice(RAISED, fault(8, "line:LN-2")))
        ).delivery is Delivery.DELIVERED
        assert await am.notify(notice(CLEARED, fault(8, "line:LN-2", cleared_at=at(9))))
    assert [short(body)[0][:2] for body in receiver.bodies] == [
        ("line:LN-0001", "critical"),
        ("line:LN-2", "major"),  # its end
    ]


async def test_a_repetition_does_not_revive_what_ended_while_it_went_on() -> None:
    receiver = Receiver()
    async with receiving(receiver):
        am = alertmanager(receiver)
        storm = [fault(n, f"line:LN-{n}", began_at=at(1)) for n in range(1, 1202)]
        repeating = asyncio.create_task(am.refresh(storm, at(70)))
        while not receiver.bodies:  # noqa: ASYNC110 - it calls nobody
            await asyncio.sleep(0)
        last = fault(1201, "line:LN-1201", began_at=at(1), cleared_at=at(17))
        await am.notify(notice(CLEARED, last))
        assert await repeating is Delivery.DELIVERED
        assert await am.refresh(storm, at(71)) is Delivery.DELIVERED  # the world is a moment behind
    ends = [e for body in receiver.bodies for s, _, e in short(body) if s == "line:LN-1201"]
    assert ends == [MINUTE_17]


async def test_a_fault_is_linked_to_where_people_reach_netmon() -> None:
    receiver = Receiver()
    async with receiving(receiver):
        hook = Webhook("am", receiver.url("/"), "alertmanager")
        am = notifier_of(hook, str, StoppedClock(), "https://netmon.example/n")
        await am.notify(notice(RAISED, fault(7)))
    [[alert]] = receiver.bodies
    assert alert["generatorURL"] == "https://netmon.example/n/api/v1/faults/7"


@pytest.mark.parametrize(
    ("entry", "header"),
    [
        ({"token": Secret("abc")}, "Bearer abc"),
        ({"login": ("netmon", Secret("päss"))}, "Basic bmV0bW9uOnDDpHNz"),
        ({}, None),
    ],
)
async def test_an_alertmanager_may_ask_who_comes(entry: Any, header: str | None) -> None:
    receiver = Receiver()
    async with receiving(receiver):
        hook = Webhook("am", receiver.url("/"), "alertmanager", **entry)
        assert "abc" not in repr(hook)
        await notifier_of(hook, str, StoppedClock()).notify(notice(RAISED, fault(7)))
    sent = [line for line in receiver.heads[0] if line.lower().startswith("authorization")]
    assert sent == ([] if header is None else [f"Authorization: {header}"])
