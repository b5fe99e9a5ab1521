"""netmon, a real Prometheus and a real Alertmanager, both ways, through everybody's restarts.

Once with the versions that Debian installs, once with those of today.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.agents.monitoring import CURRENT, Alertmanager, Prometheus, until
from tests.agents.small_netmon import SmallNetmon

pytestmark = pytest.mark.slow

NOBODY = """\
route: {receiver: nobody}
receivers: [{name: nobody}]
"""
#: As in docs/howto/alertmanager.md, but at once.
TO_NETMON = """\
route:
  receiver: netmon
  group_by: [alertname]
  group_wait: 100ms
  group_interval: 200ms
  repeat_interval: 1h
receivers:
  - name: netmon
    webhook_configs:
      - url: {url}/api/v1/alertmanager
        send_resolved: true
        http_config: {{authorization: {{type: Bearer, credentials_file: {token}}}}}
"""


@pytest.fixture(
    params=[
        pytest.param(
            None,
            id="installed",
            marks=pytest.mark.needs("prometheus", "prometheus-alertmanager", "amtool"),
        ),
        pytest.param(CURRENT, id="current", marks=pytest.mark.needs("current-prometheus")),
    ]
)
def programs(request: pytest.FixtureRequest) -> Path | None:
    found: Path | None = request.param
    return found


class Scene:
    """A netmon and an Alertmanager that know each other."""

    def __init__(self, folder: Path, free_port: Callable[..., int], programs: Path | None) -> None:
        self.folder, self.programs, self.free_port = folder, programs, free_port
        ports = free_port(), free_port()
        policies = (
            f"  webhooks: [{{id: am, kind: alertmanager, url: 'http://127.0.0.1:{ports[1]}'}}]\n"
            "  external_url: https://netmon.example"
        )
        self.netmon = SmallNetmon(folder / "netmon", ports[0], free_port(), policies)
        config = TO_NETMON.format(url=self.netmon.url, token=self.netmon.data / "token")
        self.manager = Alertmanager(folder / "manager", ports[1], config, programs)
        self._others: list[Prometheus] = []

    def start(self) -> None:
        self.netmon.start()
        self.manager.start()
        self.manager.ready()

    def prometheus(self, **config: Any) -> Prometheus:
        folder = self.folder / "prometheus"
        made = Prometheus(folder, self.free_port(), self.programs, **config)
        self._others.append(made)
        made.start()
        made.ready()
        return made

    def close(self) -> None:
        for server in (*self._others, self.manager):
            server.kill()
        self.netmon.close()

    def down(self, state: str = "--active") -> list[dict[str, Any]]:
        return self.manager.alerts("alertname=node_down", state=state)

    def faults(self, condition: str) -> list[dict[str, Any]]:
        return self.netmon.items(f"/api/v1/faults?open=true&condition={condition}")

    def tickets(self) -> list[dict[str, Any]]:
        return self.netmon.items("/api/v1/tickets")


@pytest.fixture
def scene(tmp_path: Path, free_port: Callable[..., int], programs: Path | None) -> Iterator[Scene]:
    made = Scene(tmp_path, free_port, programs)
    try:
        made.start()
        yield made
    finally:
        made.close()


def test_a_fault_shows_resolves_and_survives_restarts_and_a_silence_stays(scene: Scene) -> None:
    netmon, manager = scene.netmon, scene.manager
    until(lambda: netmon.get("/api/v1/targets/core-1")["state"] == "up")
    netmon.silence()
    [alert] = until(scene.down)
    [fault] = scene.faults("node_down")
    assert alert["labels"]["subject"] == "node:core-1"
    assert alert["generatorURL"] == f"https://netmon.example/api/v1/faults/{fault['id']}"

    silence = manager.silence("target=core-1")
    [silenced] = until(lambda: scene.down("--silenced"))
    assert silenced["status"]["silencedBy"] == [silence]

    # Both are lost: what is open is told again, and the silence holds.
    netmon.kill()
    manager.stop()
    netmon.start()
    manager.start()
    manager.ready()
    [again] = until(lambda: scene.down("--silenced"))
    assert again["status"]["silencedBy"] == [silence]
    assert (again["labels"], again["startsAt"]) == (alert["labels"], alert["startsAt"])
    assert scene.down() == []
    assert [f["id"] for f in scene.faults("node_down")] == [fault["id"]]

    netmon.hear()
    until(lambda: not scene.faults("node_down"))
    until(lambda: not scene.down("--silenced"))
    # netmon told itself of nothing, although the route leads to it.
    assert scene.faults("external_alert") == []
    assert len(scene.tickets()) == 1


def test_an_alertmanager_that_was_lost_is_caught_up_with_ends_too(scene: Scene) -> None:
    netmon, manager = scene.netmon, scene.manager
    until(lambda: netmon.get("/api/v1/targets/core-1")["state"] == "up")
    netmon.silence()
    until(scene.down)
    manager.stop()
    netmon.hear()
    until(lambda: not scene.faults("node_down"))
    netmon.kill()  # with the end untold
    manager.start()
    manager.ready()
    netmon.start()
    until(lambda: "netmon_outbox_depth 0" in _metrics(scene))
    assert scene.down() == []
    netmon.silence()
    assert until(scene.down)[0]["labels"]["target"] == "core-1"


def _metrics(scene: Scene) -> str:
    import urllib.request

    with urllib.request.urlopen(f"{scene.netmon.url}/metrics") as answer:
        text: str = answer.read().decode()
    return text


def test_a_promql_alert_becomes_one_ticket_and_resolves(scene: Scene) -> None:
    netmon, manager = scene.netmon, scene.manager
    until(lambda: netmon.get("/api/v1/targets/core-1")["state"] == "up")
    rule = {
        "alert": "CoreSilent",
        "expr": 'netmon_target_up{target="core-1"} == 0',
        "labels": {"severity": "page"},
        "annotations": {"summary": "{{ $labels.target }} says nothing"},
    }
    prometheus = scene.prometheus(
        rules={"groups": [{"name": "g", "rules": [rule]}]},
        scrape_configs=[
            {
                "job_name": "netmon",
                "metric_relabel_configs": [{"regex": "kind|role|site", "action": "labeldrop"}],
                "static_configs": [{"targets": [netmon.url.removeprefix("http://")]}],
            }
        ],
        alerting={
            "alertmanagers": [
                {"static_configs": [{"targets": [manager.url.removeprefix("http://")]}]}
            ]
        },
    )
    netmon.silence()
    [fault] = until(lambda: scene.faults("external_alert"))
    assert (fault["subject"].partition("/")[0], fault["severity"]) == (
        "alert:CoreSilent",
        "critical",
    )
    assert fault["message"] == "core-1 Core: core-1 says nothing (CoreSilent)"
    # It is about the node that netmon itself saw go down: one matter, one ticket.
    [ticket] = scene.tickets()
    assert fault["id"] in ticket["faults"]

    # Everybody is started again; it is told anew, and is nothing new.
    netmon.kill()
    manager.stop()
    prometheus.stop()
    netmon.start()
    manager.start()
    prometheus.start()
    until(lambda: manager.alerts("alertname=CoreSilent"))
    assert [f["id"] for f in scene.faults("external_alert")][:1]
    assert [t["id"] for t in scene.tickets()] == [ticket["id"]]

    netmon.hear()
    until(lambda: not scene.faults("external_alert"))
    until(lambda: scene.tickets()[0]["state"] == "restored")
    assert len(scene.tickets()) == 1
    counted = [line for line in _metrics(scene).splitlines() if line.startswith("netmon_alerts")]
    assert 'netmon_alerts_total{outcome="cleared"} 1' in counted
