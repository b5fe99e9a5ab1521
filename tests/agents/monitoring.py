"""Real Prometheus and Alertmanager processes, installed or unpacked, and amtool to ask by."""

from __future__ import annotations

import json
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

ROOT = Path(__file__).parents[2]
T = TypeVar("T")

#: Where Debian's current packages are unpacked (requirements/current).
CURRENT = ROOT / ".cache" / "current" / "usr" / "bin"


def until(claim: Callable[[], T], within_s: float = 60.0, *, said: str = "") -> T:
    """Ask until it is true, and return what it said."""
    end = time.monotonic() + within_s
    while True:
        try:
            found = claim()
        except (urllib.error.URLError, ConnectionError, subprocess.CalledProcessError):
            found = None  # it is still starting
        if found:
            return found
        assert time.monotonic() < end, f"not within {within_s:g} s: {said or claim}"
        time.sleep(0.1)


def fetch(url: str) -> Any:
    with urllib.request.urlopen(url, timeout=10) as answer:
        return json.load(answer)


class Server:
    """One process with a log of its own, that may be ended and started again."""

    def __init__(self, folder: Path, command: list[str], url: str) -> None:
        self.url = url
        self._command = command
        self._log = folder / "log"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(self._command, stdout=log, stderr=log)

    def ready(self) -> None:
        until(self._answers, said=self._log.read_text("utf-8")[-2000:])

    def _answers(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, self._log.read_text("utf-8")[-2000:]
        with urllib.request.urlopen(f"{self.url}/-/ready", timeout=10) as answer:
            return answer.status == 200

    def kill(self) -> None:
        """End it as a power failure does."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def stop(self) -> None:
        """End it in good order: an Alertmanager writes its silences down."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait()


class Alertmanager(Server):
    def __init__(self, folder: Path, port: int, configuration: str, programs: Path | None) -> None:
        folder.mkdir()
        config = folder / "alertmanager.yml"
        config.write_text(configuration, "utf-8")
        self._amtool = str(programs / "amtool") if programs else "amtool"
        command = [
            str(programs / "prometheus-alertmanager") if programs else "prometheus-alertmanager",
            f"--config.file={config}",
            f"--storage.path={folder}/data",
            f"--web.listen-address=127.0.0.1:{port}",
            "--cluster.listen-address=",
        ]
        super().__init__(folder, command, f"http://127.0.0.1:{port}")

    def alerts(self, *matchers: str, state: str = "--active") -> list[dict[str, Any]]:
        """Return what ``amtool alert query`` shows."""
        found: list[dict[str, Any]] = json.loads(self._ask("alert", "query", state, *matchers))
        return found

    def silence(self, *matchers: str) -> str:
        comment = "--comment=known", "--author=tests", "--duration=1h"
        return self._ask("silence", "add", *comment, *matchers, output="simple").strip()

    def _ask(self, *words: str, output: str = "json") -> str:
        command = [self._amtool, "--alertmanager.url", self.url, "--output", output, *words]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout


class Prometheus(Server):
    def __init__(self, folder: Path, port: int, programs: Path | None, **config: Any) -> None:
        folder.mkdir()
        (folder / "rules.yml").write_text(json.dumps(config.pop("rules")), "utf-8")
        whole = {
            "global": {"scrape_interval": "1s", "evaluation_interval": "1s"},
            "rule_files": [str(folder / "rules.yml")],
            **config,
        }
        (folder / "prometheus.yml").write_text(json.dumps(whole), "utf-8")  # JSON is YAML
        command = [
            str(programs / "prometheus") if programs else "prometheus",
            f"--config.file={folder}/prometheus.yml",
            f"--storage.tsdb.path={folder}/data",
            f"--web.listen-address=127.0.0.1:{port}",
            "--rules.alert.resend-delay=1s",
        ]
        super().__init__(folder, command, f"http://127.0.0.1:{port}")
