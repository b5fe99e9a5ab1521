"""A PostgreSQL server of our own: one for all tests of a run, a database for each.

It refuses to run as root, so it runs as ``postgres`` then. Its files are in a temporary folder;
it listens on a free port and on a socket beside its files, and dies with the tests.
"""

from __future__ import annotations

import itertools
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pytest


@dataclass
class Postgres:
    """A server that can be stopped, started, frozen or killed."""

    folder: Path
    port: int
    user: str
    process: subprocess.Popen[bytes] | None = None
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def url(self, database: str, scheme: str = "postgresql+psycopg") -> str:
        return f"{scheme}://{self.user}@127.0.0.1:{self.port}/{database}"

    def start(self) -> None:
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": self.port,
            "unix_socket_directories": self.folder,
            "fsync": "off",  # what is killed here is netmon, not the machine
            "max_connections": 20,
            "shared_buffers": "16MB",
        }
        options = [f"-c{name}={value}" for name, value in settings.items()]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [*_as(self.user), "postgres", "-D", str(self.folder / "data"), *options],
                stdout=log,
                stderr=log,
                cwd=self.folder,
            )
        self._wait()

    def stop(self) -> None:
        """Stop at once, as after a power cut: sessions are cut, the log is replayed later."""
        if self.process is not None:
            self.process.send_signal(3)  # SIGQUIT: immediate shutdown
            self.process.wait()
            self.process = None

    def create(self) -> str:
        """Create an empty database and return its name."""
        name = f"netmon_{next(self.numbers)}"
        with psycopg.connect(self.url("postgres", "postgresql"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} STRATEGY file_copy".encode())
        return name

    def _wait(self) -> None:
        assert self.process is not None
        while self.process.poll() is None:
            try:
                psycopg.connect(self.url("postgres", "postgresql"), connect_timeout=5).close()
            except psycopg.OperationalError:
                continue
            return
        raise RuntimeError((self.folder / "log").read_text())


def _as(user: str) -> list[str]:
    """Return what runs a program as that user, and ends it when the tests end."""
    if os.geteuid() != 0:
        return []
    ids = ["--reuid", user, "--regid", user, "--clear-groups"]
    return ["setpriv", *ids, "--pdeathsig", "QUIT"]


@pytest.fixture(scope="session")
def postgres(free_port: Callable[..., int]) -> Iterator[Postgres]:
    """A running server."""
    user = "postgres" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
    folder = Path(tempfile.mkdtemp(prefix="netmon-postgres-"))
    shutil.chown(folder, user)
    how = [
        "-D",
        "data",
        "-A",
        "trust",
        "-E",
        "UTF8",
        "--locale",
        "C",
        "--no-sync",
        "--no-instructions",
    ]
    subprocess.run(
        [*_as(user), "initdb", "-U", user, *how],
        cwd=folder,
        check=True,
        capture_output=True,
    )
    server = Postgres(folder, free_port(), user)
    try:
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)
