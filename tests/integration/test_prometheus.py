"""A real Prometheus and promtool judge the exposition."""

from __future__ import annotations

import asyncio
import contextlib
import json
import signal
import subprocess
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from netmon.api.exposition import Exposition
from netmon.model.inventory import TargetId
from netmon.model.oid import Oid
from netmon.model.profile import METRICS
from netmon.model.reading import Reading, Sensor, Told
from netmon.model.world import World
from tests.fakes import district
from tests.fakes.desk import COUNTERS, FakeClock, FakeDesk
from tests.fakes.serving import serving

ROOT = Path(__file__).parents[2]
CONFIG = ROOT / "dashboards" / "prometheus" / "prometheus.yml"


def of_every_metric() -> World:
    """A world in which every metric that a profile may tell is told."""
    world = district.world()
    readings = tuple(
        Reading(Sensor(metric, "x", Oid.parse("1.3.6.1.4.1.1")), 1.5, "ok")
        for metric in sorted(METRICS)
    )
    known = world.targets[TargetId("env-1")]
    facts = replace(known.facts, counters=Told(readings))
    world.targets[TargetId("env-1")] = replace(known, facts=facts)
    return world


@pytest.mark.needs("promtool")
def test_promtool_finds_nothing_to_complain_of():
    page = Exposition().page(of_every_metric(), district.NOW, COUNTERS).body
    lint = subprocess.run(
        ["promtool", "check", "metrics"], input=page, capture_output=True, check=False
    )
    assert (lint.stdout + lint.stderr).decode() == ""
    assert lint.returncode == 0


@pytest.mark.needs("promtool")
def test_promtool_accepts_the_example_configuration():
    check = subprocess.run(
        ["promtool", "check", "config", str(CONFIG)], capture_output=True, check=False, text=True
    )
    assert check.returncode == 0, check.stdout + check.stderr


def local_configuration(tmp_path: Path, host: str) -> Path:
    """The example, asking ``host`` and often."""
    config: dict[str, Any] = yaml.safe_load(CONFIG.read_text("utf-8"))
    config["global"] = {"scrape_interval": "1s", "scrape_timeout": "1s"}
    for job in config["scrape_configs"]:
        for group in job.get("static_configs", ()):
            group["targets"] = [host]
        for discovery in job.get("http_sd_configs", ()):
            discovery["url"] = f"http://{host}/sd/prometheus"
            discovery["refresh_interval"] = "1s"
        job.pop("scrape_interval", None)
    path = tmp_path / "prometheus.yml"
    path.write_text(yaml.safe_dump(config))
    return path


@contextlib.asynccontextmanager
async def prometheus(config: Path, port: int, data: Path) -> AsyncIterator[httpx.AsyncClient]:
    process = await asyncio.create_subprocess_exec(
        "prometheus",
        f"--config.file={config}",
        f"--storage.tsdb.path={data}",
        f"--web.listen-address=127.0.0.1:{port}",
        "--log.level=warn",
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
            yield client
    finally:
        process.send_signal(signal.SIGTERM)
        await process.wait()


async def ask(client: httpx.AsyncClient, query: str) -> list[dict[str, Any]]:
    try:
        answer = await client.get("/api/v1/query", params={"query": query})
        result: list[dict[str, Any]] = answer.json()["data"]["result"]
    except (httpx.TransportError, KeyError, json.JSONDecodeError):
        return []  # it is still starting
    return result


async def until(client: httpx.AsyncClient, query: str, count: int) -> list[dict[str, Any]]:
    async with asyncio.timeout(60):
        while len(found := await ask(client, query)) < count:  # noqa: ASYNC110 - it calls nobody
            await asyncio.sleep(0.2)
    return found


@pytest.mark.needs("prometheus")
async def test_prometheus_scrapes_everything_and_each_target_and_stays_up(
    tmp_path: Path, free_port: Callable[..., int]
):
    clock = FakeClock()
    desk = FakeDesk(of_every_metric(), clock)
    async with serving(desk) as url:
        config = local_configuration(tmp_path, url.removeprefix("http://"))
        async with prometheus(config, free_port(), tmp_path / "tsdb") as client:
            await until(client, 'up{job="netmon-targets"} == 1', 5)
            await until(client, 'count_over_time(up{job="netmon"}[1m]) >= 4', 1)
            assert await ask(client, "min_over_time(up[1m]) == 0") == []
            traffic = 'netmon_interface_receive_bytes_total{target="agg-1",interface="GE0/0/1"}'
            samples = await ask(client, traffic)
            named = await ask(
                client,
                'netmon_line_up * on(line) group_left(name_zh) netmon_line_info{job="netmon"}',
            )
    assert {float(sample["value"][1]) for sample in samples} == {12_345_678_901}
    assert {row["metric"]["name_zh"] for row in named} >= {"区档案馆专线", "山前村专线"}
