"""A real Alertmanager shows what is wrong while it is wrong."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from netmon.core.decide import event_data
from netmon.model.condition import ConditionId, Severity
from netmon.model.event import Delivery, Event, EventKind, Notice
from netmon.model.fault import Fault, FaultId
from netmon.model.policy import Webhook
from netmon.notify.alertmanager import Alertmanager
from netmon.notify.receivers import notifier_of
from tests.agents.alertmanager import RealAlertmanager, alertmanager

pytestmark = pytest.mark.needs("prometheus-alertmanager", "amtool")


class RealClock:
    def now(self) -> datetime:
        return datetime.now(UTC)  # noqa: TID251 - Alertmanager looks at the real one


CLOCK = RealClock()


@pytest.fixture(scope="module")
def real(
    tmp_path_factory: pytest.TempPathFactory, free_port: Callable[[], int]
) -> Iterator[RealAlertmanager]:
    with alertmanager(tmp_path_factory.mktemp("alertmanager"), free_port) as running:
        yield running


@pytest.fixture
def notifier(real: RealAlertmanager) -> Alertmanager:
    made = notifier_of(Webhook("am", real.url, "alertmanager"), str, CLOCK)
    assert isinstance(made, Alertmanager)
    return made


def fault(number: int, subject: str, **changed: Any) -> Fault:
    began = CLOCK.now() - timedelta(minutes=10)
    values: dict[str, Any] = {
        "id": FaultId(number),
        "subject": subject,
        "condition": ConditionId.LINE_DOWN,
        "severity": Severity.MAJOR,
        "raised_at": began + timedelta(seconds=8),
        "began_at": began,
    }
    return Fault(**values | changed)


async def tell(notifier: Alertmanager, kind: EventKind, of: Fault) -> None:
    event = Event(1, CLOCK.now(), kind, of.subject, event_data(of))
    assert (await notifier.notify(Notice("am:1", "am", event))).delivery is Delivery.DELIVERED


async def firing(real: RealAlertmanager, subject: str) -> list[dict[str, Any]]:
    return await asyncio.to_thread(real.alerts, f"subject={subject}")


async def test_a_raised_fault_appears_and_a_cleared_one_resolves(
    real: RealAlertmanager, notifier: Alertmanager
) -> None:
    line = "line:线路-1"
    raised = fault(1, line)
    await tell(notifier, EventKind.FAULT_RAISED, raised)
    [alert] = await firing(real, line)
    assert alert["labels"]["alertname"] == "line_down"
    assert alert["status"]["state"] in ("active", "unprocessed")
    assert datetime.fromisoformat(alert["startsAt"]) == raised.began_at.replace(
        microsecond=raised.began_at.microsecond // 1000 * 1000
    )

    cleared = fault(1, line, began_at=raised.began_at, cleared_at=CLOCK.now())
    await tell(notifier, EventKind.FAULT_CLEARED, cleared)
    assert await firing(real, line) == []
    assert await asyncio.to_thread(real.received, "resolved") >= 1


async def test_a_severity_that_changes_leaves_one_alert(
    real: RealAlertmanager, notifier: Alertmanager
) -> None:
    raised = fault(2, "line:LN-2")
    await tell(notifier, EventKind.FAULT_RAISED, raised)
    await tell(notifier, EventKind.FAULT_CHANGED, fault(2, "line:LN-2", severity=Severity.CRITICAL))
    assert [a["labels"]["severity"] for a in await firing(real, "line:LN-2")] == ["critical"]


async def test_what_is_suppressed_disappears(
    real: RealAlertmanager, notifier: Alertmanager
) -> None:
    await tell(notifier, EventKind.FAULT_RAISED, fault(3, "line:LN-3"))
    under = fault(3, "line:LN-3", suppressed_by="fault:9")
    await tell(notifier, EventKind.FAULT_CHANGED, under)
    assert await firing(real, "line:LN-3") == []


async def test_what_is_repeated_lives_longer_and_keeps_its_start(
    real: RealAlertmanager, notifier: Alertmanager
) -> None:
    open_fault = fault(4, "line:LN-4")
    await tell(notifier, EventKind.FAULT_RAISED, open_fault)
    [before] = await firing(real, "line:LN-4")
    assert await notifier.refresh([open_fault], CLOCK.now()) is Delivery.DELIVERED
    [after] = await firing(real, "line:LN-4")
    assert after["endsAt"] > before["endsAt"]
    assert after["startsAt"] == before["startsAt"]
    ahead = datetime.fromisoformat(after["endsAt"]) - CLOCK.now()
    assert timedelta(minutes=3, seconds=30) < ahead <= timedelta(minutes=4)


async def test_a_storm_of_two_thousand_is_taken(
    real: RealAlertmanager, notifier: Alertmanager
) -> None:
    storm = [fault(n, f"node:storm-{n}") for n in range(1000, 3000)]
    assert await notifier.refresh(storm, CLOCK.now()) is Delivery.DELIVERED
    found = await asyncio.to_thread(real.alerts, "target=~storm-.*")
    assert len(found) == 2000


async def test_a_fault_told_late_after_it_cleared_does_not_stay(
    real: RealAlertmanager, notifier: Alertmanager
) -> None:
    raised = fault(5, "line:LN-5")
    cleared = fault(
        5, "line:LN-5", began_at=raised.began_at, cleared_at=CLOCK.now() - timedelta(minutes=5)
    )
    await tell(notifier, EventKind.FAULT_RAISED, raised)
    await tell(notifier, EventKind.FAULT_CLEARED, cleared)
    assert await firing(real, "line:LN-5") == []
