"""A real net-snmp agent on a loopback port, with its own configuration and its own memory."""

from __future__ import annotations

import os
import socket
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from shutil import rmtree

from netmon.model.secret import Secret
from netmon.model.wire import AuthProtocol, Credential, Peer, PrivProtocol, Version
from netmon.snmp.ber import OCTET_STRING, SEQUENCE, encode_integer, tlv

AUTH_PASSWORD = Secret("blue is the deep sea")
PRIV_PASSWORD = Secret("grey is the high sky")
CONTEXT = "rack"  # a context in which the agent has its system group a second time
COMMUNITY = Secret("reading")
V1_COMMUNITY = Secret("reading-v1")

#: What createUser calls them (snmpd.conf(5)). Debian's build has all of them.
_AUTHS = {auth: auth.value for auth in AuthProtocol}
_PRIVS = {
    PrivProtocol.DES: "DES",
    PrivProtocol.AES_128: "AES",
    PrivProtocol.AES_192: "AES-192",
    PrivProtocol.AES_256: "AES-256",
    PrivProtocol.AES_192_C: "AES-192-C",
    PrivProtocol.AES_256_C: "AES-256-C",
}
_READY_S = 10.0
_GET_SYS_UPTIME = bytes.fromhex("a01902010102010002010030 0e300c06082b060102010103000500")


def user_of(auth: AuthProtocol | None, priv: PrivProtocol | None) -> str:
    """Return the name of the user that every Snmpd has for a pair of protocols."""
    return "-".join(["reader", *(p.name.lower() for p in (auth, priv) if p)])


def v3(
    auth: AuthProtocol | None = AuthProtocol.SHA_256,
    priv: PrivProtocol | None = PrivProtocol.AES_128,
    *,
    user: str | None = None,
    auth_password: Secret = AUTH_PASSWORD,
    priv_password: Secret = PRIV_PASSWORD,
    context: str = "",
    engine_id: bytes | None = None,
) -> Credential:
    """Return a v3 credential: right, unless a part is given that is wrong."""
    return Credential(
        id="v3",
        version=Version.V3,
        user=user or user_of(auth, priv),
        auth=(auth, auth_password) if auth else None,
        priv=(priv, priv_password) if priv else None,
        context=context,
        engine_id=engine_id,
    )


V1 = Credential(id="v1", version=Version.V1, community=V1_COMMUNITY)
V2C = Credential(id="v2c", version=Version.V2C, community=COMMUNITY)


def configuration(host: str, port: int, engine_id: bytes | None = None) -> str:
    """Return snmpd.conf: every user, two communities, one context.

    The community of v1 is not known under v2c, so a peer of v1 only is to be had, too.
    """
    lines = [f"exactEngineID 0x{engine_id.hex()}"] if engine_id else []
    lines += [
        "dontLogTCPWrappersConnects yes",
        "sysName fixture.example",
        "sysLocation a room",
        "sysServices 72",
        f"com2sec v1only default {V1_COMMUNITY.reveal()}",
        f"com2sec v2only default {COMMUNITY.reveal()}",
        f"com2sec6 v1only default {V1_COMMUNITY.reveal()}",
        f"com2sec6 v2only default {COMMUNITY.reveal()}",
        "group readers v1 v1only",
        "group readers v2c v2only",
        "view all included .1",
        'access readers "" any noauth exact all none none',
    ]
    for user, level, create in _users():
        lines.append(f"createUser {user} {create}".rstrip())
        lines.append(f"group users-{level} usm {user}")
    for level in ("noauth", "auth", "priv"):
        lines.append(f'access users-{level} "" usm {level} exact all none none')
        lines.append(f"access users-{level} {CONTEXT} usm {level} exact all none none")
    where = f"udp6:[{host}]:{port}" if ":" in host else f"{host}:{port}"
    # the agent asks itself: net-snmp's own modules live in the nameless context only
    lines.append(f"proxy -Cn {CONTEXT} -v 2c -c {COMMUNITY.reveal()} {where} .1.3.6.1.2.1.1")
    return "\n".join(lines) + "\n"


def _users() -> list[tuple[str, str, str]]:
    found = [(user_of(None, None), "noauth", "")]
    for auth, name in _AUTHS.items():
        create = f'{name} "{AUTH_PASSWORD.reveal()}"'
        found.append((user_of(auth, None), "auth", create))
        for priv, cipher in _PRIVS.items():
            private = f'{create} {cipher} "{PRIV_PASSWORD.reveal()}"'
            found.append((user_of(auth, priv), "priv", private))
    return found


@dataclass
class Snmpd:
    """One snmpd process, started and ended at will; its engine id and boots outlive it."""

    home: Path
    port: int
    host: str = "127.0.0.1"
    engine_id: bytes | None = None  #: None: made up at the first start, and remembered
    process: subprocess.Popen[bytes] | None = None

    def peer(self, credential: Credential = V2C, **changed: object) -> Peer:
        """Return the agent as a peer, patient enough for a busy machine."""
        how: dict[str, object] = {"timeout_s": 2.0, "retries": 2, "key": "snmpd"} | changed
        return Peer(address=self.host, port=self.port, credential=credential, **how)  # type: ignore[arg-type]

    def start(self) -> None:
        """Start the daemon and ask until it answers."""
        text = configuration(self.host, self.port, self.engine_id)
        (self.home / "snmpd.conf").write_text(text)
        v6 = ":" in self.host
        listen = f"udp6:[{self.host}]:{self.port}" if v6 else f"udp:{self.host}:{self.port}"
        memory = self.home / "memory"  # engine id and boots; -C or a path without it would not read
        places = {
            "SNMPCONFPATH": f"{self.home}:{memory}",
            "SNMP_PERSISTENT_DIR": str(memory),
        }
        with self._log.open("ab") as log:
            self.process = subprocess.Popen(
                ["snmpd", "-f", "-Lo", "-I", "-smux", listen],
                stdout=log,
                stderr=log,
                env=os.environ | places | {"MIBS": ""},
            )
        self._ask_until_it_answers(socket.AF_INET6 if v6 else socket.AF_INET)

    def restart(self, *, memory: bool = True) -> None:
        """End and start again; without memory the boots begin anew, like after a repair."""
        self.stop()
        if not memory:
            rmtree(self.home / "memory")
        self.start()

    @property
    def _log(self) -> Path:
        return self.home / "snmpd.log"

    def _ask_until_it_answers(self, family: socket.AddressFamily) -> None:
        community = tlv(OCTET_STRING, COMMUNITY.reveal().encode())
        question = tlv(SEQUENCE, encode_integer(1) + community + _GET_SYS_UPTIME)
        until_s = time.monotonic() + _READY_S
        with socket.socket(family, socket.SOCK_DGRAM) as asker:
            asker.settimeout(0.05)
            while self.process is not None and time.monotonic() < until_s:
                if self.process.poll() is not None:
                    break
                asker.sendto(question, (self.host, self.port))
                with suppress(TimeoutError, ConnectionRefusedError):
                    asker.recv(1500)
                    return
        self.stop()
        raise RuntimeError(f"snmpd does not answer: {self._log.read_text()[-2000:]}")

    def stop(self) -> None:
        """End the daemon as an operator would; it writes its boots down."""
        if self.process is not None:
            self.process.terminate()
            self.process.wait(10)
            self.process = None
