"""A netmon that watches one node, which may be silenced and heard again."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path
from typing import Any

from tests.agents.monitoring import ROOT, fetch, until
from tests.agents.running import environment

RECORDING = ROOT / "tests/golden/profiles/pcoweb-rittal-chiller/synthetic-rittal-chiller.snmprec"
INVENTORY = """\
sites: [{{id: room, name: Room, kind: machine-room}}]
credentials: [{{id: lan, version: 2c, community: public}}]
nodes:
  - {{id: core-1, name: Core, site: room, role: core, address: {address}, port: {port},
      credential: lan, profile: auto}}
monitor: {{node: core-1}}
policies:
  presence: snmp
  intervals: {{presence: 1s}}
  thresholds: {{node_down: {{clear: {{for: 1s}}}}}}
{policies}
"""


class SmallNetmon:
    """``netmon run`` over one simulated agent."""

    def __init__(self, folder: Path, port: int, agent_port: int, policies: str = "") -> None:
        folder.mkdir()
        self.data = folder / "data"
        self.url = f"http://127.0.0.1:{port}"
        self._folder, self._port = folder, port
        self._agent = self._start_agent(agent_port)
        address = self._served()
        inventory = folder / "inventory"
        inventory.mkdir()
        (inventory / "all.yaml").write_text(
            INVENTORY.format(address=address, port=agent_port, policies=policies), "utf-8"
        )
        self._process: subprocess.Popen[bytes] | None = None

    def _start_agent(self, port: int) -> subprocess.Popen[bytes]:
        with (self._folder / "agent.out").open("wb") as out:
            return subprocess.Popen(
                [sys.executable, "-m", "netmon", "simulate", str(RECORDING), "--port", str(port)],
                cwd=ROOT, stdout=out, stderr=subprocess.DEVNULL, env=environment(),
            )  # fmt: skip

    def _served(self) -> str:
        said = self._folder / "agent.out"
        return until(lambda: said.read_text("utf-8").partition(":")[0], said="the agent")

    def start(self) -> None:
        with (self._folder / "netmon.log").open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "netmon", "run", "--inventory",
                 str(self._folder / "inventory"), "--data", str(self.data),
                 "--listen", f"127.0.0.1:{self._port}",
                 "--syslog", "off", "--traps", "off", "--lang", "en"],
                cwd=ROOT, stdout=log, stderr=log, env=environment(),
            )  # fmt: skip
        until(self._is_ready, said="netmon")

    def _is_ready(self) -> bool:
        assert self._process is not None
        said = (self._folder / "netmon.log").read_text("utf-8")
        assert self._process.poll() is None, said
        with urllib.request.urlopen(f"{self.url}/readyz", timeout=10) as answer:
            return answer.status == 200

    def kill(self) -> None:
        """End it as a power failure does."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def close(self) -> None:
        self.kill()
        self.hear()
        self._agent.kill()
        self._agent.wait()

    def silence(self) -> None:
        """Let the node fall silent."""
        os.kill(self._agent.pid, signal.SIGSTOP)

    def hear(self) -> None:
        """Let the node speak again."""
        os.kill(self._agent.pid, signal.SIGCONT)

    @property
    def token(self) -> str:
        return (self.data / "token").read_text("utf-8").strip()

    def get(self, path: str) -> Any:
        return fetch(self.url + path)

    def items(self, path: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.get(path)["items"]
        return found

    def post(self, path: str, body: object) -> Any:
        request = urllib.request.Request(
            self.url + path, json.dumps(body).encode(),
            {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"},
        )  # fmt: skip
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)
