"""The main job, end to end: the example district simulated, polled, judged, recorded and shown."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.agents.running import ROOT, Running

CUT = """
name: {zh: 一条线路中断, en: A line is cut}
steps:
  - {at: 4s, do: cut, line: LN-0241}
"""

pytestmark = pytest.mark.slow


@pytest.fixture
def scenario(tmp_path):
    path = tmp_path / "cut.yaml"
    path.write_text(CUT, "utf-8")
    return str(path)


@pytest.fixture
def netmon(tmp_path, free_tcp_port, scenario):
    running = Running(tmp_path / "data", free_tcp_port, "--scenario", scenario)
    yield running
    running.end()


def cut_faults(running):
    found = running.get("/api/v1/faults?open=true")["items"]
    return [fault for fault in found if fault["subject"] == "line:LN-0241"]


def test_a_cut_line_is_one_fault_and_one_ticket_that_people_work_on(netmon):
    netmon.until(lambda: netmon.text("/readyz"))
    status = netmon.until(lambda: _all_known(netmon.get("/api/v1/status")))
    assert status["targets"]["up"] == 74
    assert status["lines"]["planned"] == 1

    [fault] = netmon.until(lambda: cut_faults(netmon))
    assert 'netmon_notifications_total{kind="trap"} 1' in netmon.text("/metrics")
    assert (fault["condition"], fault["severity"]) == ("line_down", "major")
    assert netmon.get("/api/v1/lines/LN-0241")["state"] == "down"
    [ticket] = netmon.get("/api/v1/tickets")["items"]
    assert ticket["faults"] == [fault["id"]]
    assert ticket["state"] == "open"

    shown = netmon.command("status", "--json")
    assert shown.returncode == 1, "something is wrong with the network"
    assert json.loads(shown.stdout)["lines"]["down"] == 1

    number = str(ticket["id"])
    assert netmon.command("ticket", "ack", number).returncode == 0
    assert netmon.command("ticket", "wait", number, "--for", "carrier").returncode == 0
    refused = netmon.command("ticket", "close", number)
    assert refused.returncode == 1
    assert len(refused.stderr.strip().splitlines()) == 1
    assert netmon.get(f"/api/v1/tickets/{number}")["state"] == "waiting"


def _all_known(status):
    known = status["targets"]["unknown"] == 0 and status["lines"]["unknown"] == 0
    return status if known and status["targets"]["up"] else None


def test_killed_at_once_and_started_again_it_neither_repeats_nor_forgets(
    tmp_path, free_tcp_port, scenario
):
    first = Running(tmp_path / "data", free_tcp_port, "--scenario", scenario)
    try:
        [fault] = first.until(lambda: cut_faults(first))
        assert first.command("ticket", "ack", str(fault["ticket"])).returncode == 0
        before = first.get(f"/api/v1/tickets/{fault['ticket']}")
    finally:
        first.kill()

    again = Running(tmp_path / "data", free_tcp_port, "--scenario", scenario)
    try:
        [kept] = again.until(lambda: cut_faults(again))
        assert kept == fault
        # Its district begins whole: the line is seen up, cut again, and it is the same fault still.
        again.until(lambda: _all_known(again.get("/api/v1/status")))
        after = again.get(f"/api/v1/tickets/{fault['ticket']}")
        assert after["acknowledged_at"] == before["acknowledged_at"]
        assert len(again.get("/api/v1/tickets")["items"]) == 1
    finally:
        assert again.end() == 0


@pytest.mark.needs("pgrep")
def test_it_ends_clean_and_leaves_no_child_and_no_address_behind(netmon):
    netmon.until(lambda: netmon.text("/readyz"))
    children = subprocess.run(
        ["pgrep", "-P", str(netmon.process.pid)], capture_output=True, text=True, check=False
    ).stdout.split()
    assert children
    assert netmon.end() == 0
    assert not (netmon.data / "url").exists()
    for child in children:
        assert not Path(f"/proc/{child}").exists()


@pytest.mark.needs("promtool")
def test_promtool_finds_the_metrics_of_a_whole_district_clean(netmon):
    netmon.until(lambda: _all_known(netmon.get("/api/v1/status")))
    netmon.until(lambda: "netmon_line_utilization_ratio{" in netmon.text("/metrics"), 120)
    lint = subprocess.run(
        ["promtool", "check", "metrics"],
        input=netmon.text("/metrics").encode(), capture_output=True, check=False,
    )  # fmt: skip
    assert (lint.stdout + lint.stderr).decode() == ""
    assert lint.returncode == 0


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["demo", "--scenario", "nosuch"], 2),
        (["demo", "--inventory", "/nonexistent"], 2),
        (["demo", "--data", "/proc/nowhere"], 1),
        (["run", "--listen", "nowhere"], 2),
        (["run", "--listen", "192.0.2.1:9464"], 2),
        (["run", "--listen", "192.0.2.1:9464", "--insecure-http"], 1),
    ],
)
def test_what_cannot_begin_says_why_in_one_line(tmp_path, words, code):
    given = [*words, "--lang", "en"]
    for option, value in (("--inventory", ROOT / "inventory"), ("--data", tmp_path / "data")):
        if option not in given:
            given += [option, str(value)]
    done = subprocess.run(
        [sys.executable, "-m", "netmon", *given],
        cwd=ROOT, capture_output=True, text=True, check=False, timeout=30,
    )  # fmt: skip
    assert done.returncode == code, done.stderr
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr
    assert "Traceback" not in done.stderr
