"""A real Alertmanager on a free port, asked through amtool."""

from __future__ import annotations

import json
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

CONFIGURATION = """\
route:
  receiver: nobody
receivers:
  - name: nobody
"""


class RealAlertmanager:
    def __init__(self, url: str) -> None:
        self.url = url

    def alerts(self, *matchers: str) -> list[dict[str, Any]]:
        """Return the alerts that fire."""
        return self._amtool("alert", "query", *matchers)

    def received(self, status: str) -> int:
        """Return how many alerts it was sent: ``firing`` or ``resolved``."""
        wanted = f'alertmanager_alerts_received_total{{status="{status}",version="v2"}}'
        with urllib.request.urlopen(f"{self.url}/metrics") as answer:
            lines = answer.read().decode().splitlines()
        return next((int(line.split()[-1]) for line in lines if line.startswith(wanted)), 0)

    def _amtool(self, *arguments: str) -> Any:
        command = ["amtool", "--alertmanager.url", self.url, "--output", "json", *arguments]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        return json.loads(done.stdout)


@contextmanager
def alertmanager(folder: Path, free_port: Callable[[], int]) -> Iterator[RealAlertmanager]:
    (folder / "alertmanager.yml").write_text(CONFIGURATION)
    port = free_port()
    process = subprocess.Popen(
        [
            "prometheus-alertmanager",
            f"--config.file={folder}/alertmanager.yml",
            f"--storage.path={folder}/data",
            f"--web.listen-address=127.0.0.1:{port}",
            "--cluster.listen-address=",
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait(f"http://127.0.0.1:{port}/-/ready", process)
        yield RealAlertmanager(f"http://127.0.0.1:{port}")
    finally:
        process.terminate()
        process.wait()


def _wait(url: str, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 30
    while time.monotonic() < until and process.poll() is None:
        try:
            urllib.request.urlopen(url).close()
        except OSError:
            continue
        return
    raise RuntimeError("alertmanager did not start")
