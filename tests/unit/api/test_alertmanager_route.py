"""``POST /api/v1/alertmanager``: what Alertmanager's webhook posts, and what comes back."""

from __future__ import annotations

import json
from typing import Any

import pytest

from netmon.api.routes import alertmanager

PATH = "/api/v1/alertmanager"
NOT_YET = "0001-01-01T00:00:00Z"


def alert(number: int = 1, **changed: Any) -> dict[str, Any]:
    usual = {
        "status": "firing",
        "labels": {"alertname": "DiskFull", "severity": "critical"},
        "annotations": {"summary": "the disk is full"},
        "startsAt": "2026-11-23T07:59:00.123456789Z",
        "endsAt": NOT_YET,
        "generatorURL": "http://prometheus:9090/graph?g0.expr=up",
        "fingerprint": f"{number:016x}",
    }
    return {**usual, **changed}


def group(*alerts: dict[str, Any], **changed: Any) -> dict[str, Any]:
    usual = {
        "receiver": "netmon",
        "status": "firing",
        "alerts": list(alerts),
        "groupLabels": {"alertname": "DiskFull"},
        "commonLabels": {},
        "commonAnnotations": {},
        "externalURL": "http://alertmanager:9093",
        "version": "4",
        "groupKey": '{}:{alertname="DiskFull"}',
        "truncatedAlerts": 0,
    }
    return {**usual, **changed}


async def test_what_became_of_each_is_counted(client, desk):
    before = len(desk.world.tickets)
    answer = await client.post(PATH, json=group(alert(1), alert(2), truncatedAlerts=3))
    assert answer.status_code == 200
    said = answer.json()
    assert {key: said[key] for key in said if said[key]} == {
        "raised": 2,
        "truncated": 3,
        "tickets": said["tickets"],
    }
    assert len(said["tickets"]) == len(desk.world.tickets) - before == 1
    again = await client.post(
        PATH,
        json=group(
            alert(1, status="resolved", endsAt="2026-11-23T07:59:30+00:00"),
            alert(2),
            alert(3, status="resolved"),
            alert(4, labels={"alertname": "line_down", "monitor": "netmon"}),
            alert(5, labels={"alertname": "Watchdog", "severity": "none"}),
        ),
    )
    said = again.json()
    counted = ("raised", "repeated", "cleared", "ignored", "own", "unknown", "unwanted")
    assert [said[key] for key in counted] == [0, 1, 1, 3, 1, 1, 1]


async def test_a_resolved_alert_that_does_not_say_when_ended_now(client, desk):
    await client.post(PATH, json=group(alert(1)))
    said = (await client.post(PATH, json=group(alert(1, status="resolved")))).json()
    assert said["cleared"] == 1


async def test_fields_that_later_versions_add_are_passed_over(client):
    more = group(alert(1, newer={"a": 1}), notificationReason="group_wait")
    assert (await client.post(PATH, json=more)).json()["raised"] == 1


async def test_a_large_group_is_one_ticket_and_several_steps(client, desk, monkeypatch):
    monkeypatch.setattr(alertmanager, "_AT_ONCE", 10)
    many = [alert(n, labels={"alertname": f"A{n}"}) for n in range(25)]
    said = (await client.post(PATH, json=group(*many, truncatedAlerts=7))).json()
    assert (said["raised"], len(said["tickets"])) == (25, 1)
    assert [(len(t.alerts), t.truncated) for t in desk.told] == [(10, 7), (10, 0), (5, 0)]


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (b"{", "is not JSON"),
        (b"[]", "the body is not a JSON object"),
        (group(version="3"), "\"version\" is not one of '4'"),
        ({"version": "4"}, '"alerts" is missing'),
        (group({}), '"alerts.0.status" is missing'),
        (group(alert(status="odd")), "\"alerts.0.status\" is not one of 'firing' or 'resolved'"),
        (group(alert(fingerprint="../x")), '"alerts.0.fingerprint" has letters'),
        (group(alert(fingerprint="a" * 65)), '"alerts.0.fingerprint" is longer than 64'),
        (group(alert(startsAt="soon")), '"alerts.0.startsAt" is not a time such as'),
        (group(alert(startsAt="2026-11-23T08:00:00")), '"alerts.0.startsAt" is a time without'),
        (group(alert(startsAt=NOT_YET)), '"alerts.0.startsAt" is below 2000'),
        (group(alert(labels={"a": 1})), '"alerts.0.labels.a" is not a text'),
        (group(alert(labels=None)), '"alerts.0.labels" is not a JSON object'),
        (group(truncatedAlerts=-1), '"truncatedAlerts" is below 0'),
        ({"version": "4", "alerts": {}}, '"alerts" is not a list'),
    ],
)
async def test_a_wrong_body_is_refused_with_the_field(client, desk, body, sentence: str):
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    answer = await client.post(PATH, content=content)
    assert answer.status_code == 422
    assert sentence in answer.json()["detail"]
    assert desk.told == []


async def test_a_body_too_long_is_refused(client, desk, monkeypatch):
    monkeypatch.setattr(alertmanager, "_BYTES", 1000)
    answer = await client.post(PATH, json=group(alert(1, annotations={"summary": "x" * 2000})))
    assert answer.status_code == 413
    assert "max_alerts" in answer.json()["detail"]
    monkeypatch.undo()
    many = await client.post(PATH, json=group(*[alert(1)] * 10_001))
    assert many.status_code == 422
    assert many.json()["detail"] == '"alerts" has more than 10000 entries'
    assert desk.told == []


async def test_where_the_record_cannot_be_written_alertmanager_tries_again(client, desk):
    desk.broken = True
    answer = await client.post(PATH, json=group(alert(1)))
    assert answer.status_code == 503


async def test_it_needs_the_token(client, desk):
    answer = await client.post(PATH, json=group(alert(1)), headers={"Authorization": "Bearer x"})
    assert answer.status_code == 401
    assert desk.told == []
