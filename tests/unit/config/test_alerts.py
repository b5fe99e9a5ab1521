"""``policies: alerts:`` and what a webhook is entered with."""

from __future__ import annotations

from datetime import timedelta

import pytest

from netmon.model.alert import SEVERITIES, AlertPolicy
from netmon.model.condition import Severity
from tests.unit.config.test_inventory import load, mistakes, write


def test_what_is_left_out_is_as_usual(tmp_path):
    policy = load(tmp_path, "policies: {}\n").policy
    assert (policy.alerts, policy.external_url) == (AlertPolicy(), "")


def test_words_of_others_are_added_to_the_usual_ones(tmp_path):
    policy = load(
        tmp_path,
        "policies:\n"
        "  external_url: https://netmon.example/n/\n"
        "  alerts: {severity_label: level, severities: {P0: critical, warning: ignore},\n"
        "    severity: minor, ticket_severity: major, forget_after: 2d}\n",
    ).policy
    assert policy.external_url == "https://netmon.example/n"
    found = policy.alerts
    assert found.severities == {**SEVERITIES, "p0": Severity.CRITICAL, "warning": None}
    assert (found.severity_label, found.severity) == ("level", Severity.MINOR)
    assert (found.ticket_severity, found.forget_after) == (Severity.MAJOR, timedelta(days=2))


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("alerts: {severities: {page: urgent}}", 'unknown value "urgent"'),
        ("alerts: {forget_after: 5s}", "at least 1m"),
        ("alerts: {repeat: 1}", 'unknown key "repeat"'),
        ("external_url: netmon", "is not a URL"),
        ("webhooks: [{id: a, url: 'https://a', ca: none.pem}]", "there is no file none.pem"),
        ("webhooks: [{id: a, url: 'https://a', ca: all.yaml}]", "has no certificates"),
        ('webhooks: [{id: a, url: "https://a", token: "s\\tecret"}]', "control character"),
        (
            "webhooks: [{id: a, url: 'https://a', token: t, login: {user: u, password: p}}]",
            "there is a token already",
        ),
        ("webhooks: [{id: a, url: 'https://a', login: {user: u}}]", '"password" is missing'),
    ],
)
def test_a_mistake_is_said(tmp_path, written: str, said: str):
    write(tmp_path, f"policies:\n  {written}\n")
    found = mistakes(tmp_path)
    assert any(said in one for one in found), found
    assert not any("s\tecret" in one for one in found)
