"""What every test stands on: tools that may be missing, recordings, ports, and no network.

Law: no datagram and no connection leaves this machine, and ``unit/`` and ``property/`` open no
socket at all. A missing tool skips its tests on a developer's machine and fails them in CI.
"""

from __future__ import annotations

import ipaddress
import os
import shutil
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final, Literal

import pytest
from hypothesis import HealthCheck, settings

from tests.agents.lacking import lack

pytest_plugins = ["tests.agents.postgres", "tests.agents.stores"]

ROOT: Final = Path(__file__).parent.parent
RECORDINGS: Final = Path(
    os.environ.get("NETMON_RECORDINGS", ROOT.parent / "shared" / "recordings" / "dev")
)

#: What the program keeps for itself stays inside the checkout.
os.environ.setdefault("XDG_CACHE_HOME", str(ROOT / ".cache"))

#: Debian keeps daemons out of a plain user's PATH, and PostgreSQL out of everybody's.
os.environ["PATH"] = os.pathsep.join(
    [
        os.environ.get("PATH", os.defpath),
        *("/usr/local/sbin", "/usr/sbin", "/sbin"),
        *map(str, sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)),
    ]
)

# A noisy machine must not decide whether a property holds.
_calm = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}
settings.register_profile("netmon", **_calm)
settings.register_profile("fuzz", max_examples=20_000, **_calm)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "netmon"))


def _has_ipv6() -> bool:
    try:
        with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as probe:
            probe.bind(("::1", 0))
    except OSError:
        return False
    return True


#: Needs that are not programs. A program is there when it is found in PATH.
CONDITIONS: Final[dict[str, Callable[[], bool]]] = {
    "current-prometheus": (ROOT / ".cache" / "current" / ".done").exists,  # requirements/current
    "ipv6": _has_ipv6,
    "root": lambda: os.geteuid() == 0,
}


def _is_there(tool: str) -> bool:
    return CONDITIONS[tool]() if tool in CONDITIONS else shutil.which(tool) is not None


def pytest_configure() -> None:
    # Whoever is started in the background by a shell ignores SIGINT, and so would every child that
    # a test presses Ctrl-C on.
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_runtest_setup(item: pytest.Item) -> None:
    needed = [tool for marker in item.iter_markers("needs") for tool in marker.args]
    missing = [tool for tool in needed if not _is_there(tool)]
    if item.get_closest_marker("recordings") and not RECORDINGS.is_dir():
        missing.append("the recordings ($NETMON_RECORDINGS)")
    if missing:
        lack(f"missing {', '.join(missing)}")


class _Guard:
    """The socket rule of the running test, asked by an audit hook (which also sees C code)."""

    sealed = False  # no Internet socket at all
    ended = False

    def __call__(self, event: str, args: tuple[Any, ...]) -> None:
        if not event.startswith("socket.") or self.ended:
            return
        if event == "socket.__new__":
            if self.sealed and args[1] in (socket.AF_INET, socket.AF_INET6):
                raise RuntimeError("tests/unit and tests/property open no socket")
        elif event in ("socket.connect", "socket.sendto", "socket.sendmsg"):
            # ``None`` is sendmsg on a connected socket; a text or bytes address is AF_UNIX.
            if isinstance(args[1], tuple) and not _is_local(args[1][0]):
                raise RuntimeError(f"a test must not leave this machine: {event} {args[1]}")
        elif event == "socket.getaddrinfo" and not _is_local(args[0]):
            raise RuntimeError(f"a test must not ask the DNS: {args[0]}")


def _is_local(host: str | bytes | None) -> bool:
    text = host.decode() if isinstance(host, bytes) else host or "localhost"
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return text == "localhost"
    return address.is_loopback or address.is_unspecified


_guard = _Guard()
sys.addaudithook(_guard)


@pytest.fixture(autouse=True)
def _seal(request: pytest.FixtureRequest) -> Iterator[None]:
    room = request.path.relative_to(ROOT / "tests").parts[0]
    _guard.sealed = room in ("unit", "property")
    yield
    _guard.sealed = False


def pytest_unconfigure() -> None:
    _guard.ended = True


@pytest.fixture(scope="session")
def recordings() -> Path:
    """The folder of the development recordings; mark the test with ``recordings`` too."""
    return RECORDINGS


@pytest.fixture(scope="session")
def free_port() -> Callable[..., int]:
    """A call that gives a port nobody listens on, never the same one twice."""
    given: set[int] = set()

    def find(kind: Literal["tcp", "udp"] = "tcp", host: str = "127.0.0.1") -> int:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        stream = socket.SOCK_STREAM if kind == "tcp" else socket.SOCK_DGRAM
        while True:
            with socket.socket(family, stream) as probe:
                probe.bind((host, 0))
                port: int = probe.getsockname()[1]
            if port not in given:
                given.add(port)
                return port

    return find
