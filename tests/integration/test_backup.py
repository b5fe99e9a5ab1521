"""The back-up and restore commands of docs/operations.md, run as they are printed there."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from netmon.model.world import FaultQuery
from netmon.store.sql_store import open_store
from tests.agents.postgres import Postgres
from tests.agents.stores import fault, step

PAGE = Path(__file__).parents[2] / "docs" / "operations.md"


def printed(start: str) -> list[str]:
    """Return the words of the command that begins so."""
    line = re.search(rf"^(?:sudo -u \w+ )?{start} .*$", PAGE.read_text(encoding="utf-8"), re.M)
    assert line
    return shlex.split(line[0])


def test_the_back_up_of_a_running_netmon_on_sqlite_holds_its_newest_rows(tmp_path: Path) -> None:
    words = printed("/opt/netmon/bin/python")
    program = words[words.index("-c") + 1]
    running, restored = tmp_path / "running", tmp_path / "restored"
    restored.mkdir()
    store = open_store(None, running)
    try:
        store.commit(step(1, faults=(fault(1),)))
        # The row is in the write-ahead log only: copying the file would lose it.
        assert (running / "netmon.db-wal").stat().st_size > 0
        copy = [running / "netmon.db", restored / "netmon.db"]
        subprocess.run([sys.executable, "-c", program, *copy], check=True)
    finally:
        store.close()
    again = open_store(None, restored)
    try:
        assert again.faults(FaultQuery()) == [fault(1)]
    finally:
        again.close()


@pytest.mark.needs("initdb", "pg_dump", "pg_restore")
def test_the_back_up_of_a_running_netmon_on_postgresql_can_be_restored(
    tmp_path: Path, postgres: Postgres
) -> None:
    server = ["--host=127.0.0.1", f"--port={postgres.port}", f"--username={postgres.user}"]
    name, other = postgres.create(), postgres.create()
    store = open_store(postgres.url(name), tmp_path / "running")
    try:
        store.commit(step(1, faults=(fault(1),)))
        dump, *how, _ = printed("pg_dump")
        subprocess.run([dump, *server, *how, name], cwd=tmp_path, check=True)
    finally:
        store.close()
    restore, *how, file = printed("pg_restore")
    how = [word for word in how if not word.startswith(("--role=", "--dbname="))]
    roles = [f"--role={postgres.user}", f"--dbname={other}"]
    open_store(postgres.url(other), tmp_path / "restored").close()  # --clean finds tables to drop
    subprocess.run([restore, *server, *how, *roles, file], cwd=tmp_path, check=True)
    again = open_store(postgres.url(other), tmp_path / "restored")
    try:
        assert again.faults(FaultQuery()) == [fault(1)]
    finally:
        again.close()
