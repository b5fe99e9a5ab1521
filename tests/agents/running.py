"""A whole netmon in a process of its own, as a user starts it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]


class Running:
    """``netmon demo`` on a free port, until it is ended."""

    def __init__(self, data: Path, port: int, *more: str) -> None:
        self.data = data
        self.url = f"http://127.0.0.1:{port}"
        self.log = (data.parent / f"{data.name}.log").open("ab")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "netmon", "demo", "--inventory", str(ROOT / "inventory"),
             "--data", str(data), "--listen", f"127.0.0.1:{port}", "--lang", "en", *more],
            cwd=ROOT, stdout=self.log, stderr=self.log, env=environment(),
        )  # fmt: skip

    def get(self, path: str) -> Any:
        with urllib.request.urlopen(self.url + path, timeout=10) as answer:
            return json.load(answer)

    def text(self, path: str) -> str:
        with urllib.request.urlopen(self.url + path, timeout=10) as answer:
            return answer.read().decode()

    def until(self, claim: Callable[[], Any], within_s: float = 60.0) -> Any:
        """Ask until it is true, and return what it said."""
        end = time.monotonic() + within_s
        while True:
            try:
                if found := claim():
                    return found
            except (urllib.error.URLError, ConnectionError):
                assert self.process.poll() is None, self.said()
            assert time.monotonic() < end, self.said()
            time.sleep(0.2)

    def said(self) -> str:
        return Path(self.log.name).read_text("utf-8")

    def command(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "netmon", *words, "--url", self.url, "--data", str(self.data),
             "--lang", "en"],
            cwd=ROOT, capture_output=True, text=True, check=False, timeout=30, env=environment(),
        )  # fmt: skip

    def kill(self) -> None:
        self.process.kill()
        self.process.wait(10)
        self.log.close()

    def end(self) -> int:
        """Press Ctrl-C and return the exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        try:
            return self.process.wait(15)
        finally:
            self.kill()


def environment() -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("NETMON_", "LC_", "LANG"))}
    return {**kept, "PYTHONPATH": str(ROOT), "NO_COLOR": "1"}
