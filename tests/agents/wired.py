"""What stands on the nodes of a real network: net-snmp's agents, and a netmon that watches them."""

from __future__ import annotations

import ctypes
import json
import os
import signal
import subprocess
import sys
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.agents.running import ROOT, Running, environment
from tests.agents.wires import Wires

COMMUNITY = "reading"
USER, AUTH, PRIV = "reader", "blue is the deep sea", "grey is the high sky"
LINK_DOWN, LINK_UP = "1.3.6.1.6.3.1.1.5.3", "1.3.6.1.6.3.1.1.5.4"
_IF_ENTRY = "1.3.6.1.2.1.2.2.1"
_OPER = f"{_IF_ENTRY}.8"
#: NET-SNMP-AGENT-MIB nsCacheTimeout of the ifTable, seconds: 3 by default, 1 is the least.
_CACHE = "1.3.6.1.4.1.8072.1.5.3.1.2.1.3.6.1.2.1.2.2"
_ENGINE = "1.3.6.1.6.3.10.2.1"  # SNMP-FRAMEWORK-MIB snmpEngine: .2 boots, .3 time
_CLONE_NEWNET = 0x40000000


@dataclass
class Agent:
    """One snmpd on a node; its engine id and boots outlive it."""

    wires: Wires
    node: str
    folder: Path
    process: subprocess.Popen[bytes] | None = None

    @property
    def engine_id(self) -> str:
        return "80001f8805" + self.node.encode().hex()

    def start(self) -> None:
        """Start it; ``ready`` waits until it answers."""
        self.folder.mkdir(exist_ok=True)
        (self.folder / "snmpd.conf").write_text(
            f"exactEngineID 0x{self.engine_id}\n"
            f"sysName {self.node}\nsysServices 72\n"
            "dontLogTCPWrappersConnects yes\n"
            f"rwcommunity {COMMUNITY}\n"
            f'createUser {USER} SHA "{AUTH}" AES "{PRIV}"\n'
            f"rouser {USER} priv\n"
        )
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                self.wires.inside(self.node, "snmpd", "-f", "-Lo", "-I", "-smux", "udp:161"),
                stdout=log,
                stderr=log,
                env=self._environment,
            )

    @property
    def _environment(self) -> dict[str, str]:
        memory = self.folder / "memory"
        places = {"SNMPCONFPATH": f"{self.folder}:{memory}", "SNMP_PERSISTENT_DIR": str(memory)}
        return os.environ | places | {"MIBS": ""}

    def ready(self) -> None:
        """Wait until it answers, and let it look at its ports every second."""
        self._tool("snmpset", "-t", "0.2", "-r", "100", *self._here, _CACHE, "i", "1")

    def restart(self) -> None:
        self.stop()
        self.start()
        self.ready()

    def stop(self) -> None:
        if self.process is not None:
            self.process.send_signal(signal.SIGCONT)
            self.process.terminate()
            self.process.wait(10)
            self.process = None

    def pause(self) -> None:
        """Let it fall silent, as an agent that hangs does; the node's kernel answers on."""
        assert self.process is not None
        self.process.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        assert self.process is not None
        self.process.send_signal(signal.SIGCONT)

    def oper(self, port: str) -> str:
        """Return a port's ifOperStatus as the agent tells it: 1 is up, 2 down."""
        return self._get(f"{_OPER}.{self.wires.number(self.node, port)}")

    def clock(self) -> str:
        """Return the engine's boots and time as snmptrap takes them."""
        return ",".join(self._get(f"{_ENGINE}.{leaf}.0") for leaf in (2, 3))

    def tell(self, to: str, port: str, *how: str, trap: str = LINK_DOWN) -> None:
        """Say of a port, whatever it is like, that it has gone down, or up.

        Args:
            to: netmon's address.
            port: its name.
            how: the tool and its options; without them a v2c trap.
            trap: what is said.
        """
        tool, *options = how or ("snmptrap", "-v2c", "-c", COMMUNITY)
        number = str(self.wires.number(self.node, port))
        index, admin, oper = (f"{_IF_ENTRY}.{column}.{number}" for column in (1, 7, 8))
        binds = [index, "i", number, admin, "i", "1", oper, "i", "2" if trap == LINK_DOWN else "1"]
        self._tool(tool, *options, f"{to}:1162", "900000", trap, *binds)

    def v3(self, tool: str) -> tuple[str, ...]:
        """Return ``how`` to tell by authPriv; a trap's engine is the agent's own, at this time."""
        words = (tool, "-v3", "-l", "authPriv", "-u", USER, "-a", "SHA", "-A", AUTH)
        words = (*words, "-x", "AES", "-X", PRIV)
        if tool == "snmpinform":
            return (*words, "-t", "3", "-r", "2")
        return (*words, "-e", f"0x{self.engine_id}", "-Z", self.clock())

    @property
    def _here(self) -> tuple[str, ...]:
        return "-v2c", "-c", COMMUNITY, "-Oqv", "127.0.0.1"

    def _get(self, oid: str) -> str:
        return self._tool("snmpget", *self._here, oid).strip()

    def _tool(self, *words: str) -> str:
        # What the tools keep is their own: not the agent's boots.
        where = {"MIBS": "", "SNMP_PERSISTENT_DIR": str(self.folder / "tools")}
        done = subprocess.run(
            self.wires.inside(self.node, *words), env=os.environ | where,
            capture_output=True, text=True, timeout=30, check=False,
        )  # fmt: skip
        assert done.returncode == 0, f"{words}: {done.stderr}{self.log()}"
        return done.stdout

    def log(self) -> str:
        return (self.folder / "log").read_text("utf-8")[-2000:]


class Watching(Running):
    """``netmon run`` on a node, asked over HTTP from within its namespace."""

    def __init__(self, wires: Wires, node: str, folder: Path) -> None:
        self._words = wires.inside(
            node, sys.executable, "-m", "netmon", "run",
            "--inventory", str(folder / "inventory"), "--data", str(folder / "data"),
            "--listen", "127.0.0.1:9464", "--syslog", "off", "--lang", "en",
        )  # fmt: skip
        self.data = folder / "data"
        self.url = "http://127.0.0.1:9464"
        # A socket belongs to the namespace that it is opened in, and so does a thread: one does it.
        self._there = ThreadPoolExecutor(1, "netns", _enter, (f"/run/netns/{wires.space(node)}",))
        self.begin()

    def begin(self) -> None:
        """Start netmon, anew if it was killed."""
        self.log = (self.data.parent / "netmon.log").open("ab")
        self.process = subprocess.Popen(
            self._words, cwd=ROOT, stdout=self.log, stderr=self.log, env=environment()
        )

    def text(self, path: str) -> str:
        return self._there.submit(self._read, path).result()

    def get(self, path: str) -> Any:
        return json.loads(self.text(path))

    def _read(self, path: str) -> str:
        with urllib.request.urlopen(self.url + path, timeout=10) as answer:
            return answer.read().decode()

    def leave(self) -> int:
        """End it; return the exit code."""
        try:
            return self.end()
        finally:
            self._there.shutdown()

    # -- what it says -----------------------------------------------------------------------------

    def faults(self, after: int = 0) -> list[dict[str, Any]]:
        """Return the faults raised after the one of a number, the oldest first."""
        items = self.get("/api/v1/faults?limit=200")["items"]
        return sorted((f for f in items if f["id"] > after), key=lambda fault: fault["id"])

    def last_fault(self) -> int:
        return max((fault["id"] for fault in self.faults()), default=0)

    def fault(self, number: int) -> dict[str, Any]:
        found: dict[str, Any] = self.get(f"/api/v1/faults/{number}")
        return found

    def metric(self, name: str, **labels: str) -> float | None:
        """Return the value of a series that has these labels among its own; None without one."""
        wanted = [f'{key}="{value}"' for key, value in labels.items()]
        for line in self.text("/metrics").splitlines():
            if line.startswith(f"{name}{{") and all(label in line for label in wanted):
                return float(line.rpartition(" ")[2])
        return None


def _enter(path: str) -> None:
    """Move this thread into a network namespace."""
    libc = ctypes.CDLL(None, use_errno=True)
    handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        if libc.setns(handle, _CLONE_NEWNET) != 0:
            raise OSError(ctypes.get_errno(), f"setns {path}")
    finally:
        os.close(handle)
