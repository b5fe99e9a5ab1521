"""The back-up command of docs/operations.md, run as it is printed there."""

from __future__ import annotations

import re
import shlex
import sqlite3
import subprocess
import sys
from pathlib import Path

from netmon.model.world import FaultQuery
from netmon.store import sql_store
from tests.agents.stores import fault, step

PAGE = Path(__file__).parents[2] / "docs" / "operations.md"


def test_the_back_up_of_a_running_netmon_opens_and_holds_its_newest_rows(tmp_path: Path) -> None:
    line = re.search(r"^sudo -u netmon /opt/netmon/bin/python (-c .*)$", PAGE.read_text(), re.M)
    assert line
    option, program, *_ = shlex.split(line[1])
    running, restored = tmp_path / "running", tmp_path / "restored"
    restored.mkdir()
    store = sql_store.open_store(None, running)
    try:
        store.commit(step(1, faults=(fault(1),)))
        # The row is in the write-ahead log only: copying the file would lose it.
        assert (running / "netmon.db-wal").stat().st_size > 0
        copy = [running / "netmon.db", restored / "netmon.db"]
        subprocess.run([sys.executable, option, program, *copy], check=True)
    finally:
        store.close()
    with sqlite3.connect(restored / "netmon.db") as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    database.close()
    again = sql_store.open_store(None, restored)
    try:
        assert again.faults(FaultQuery()) == [fault(1)]
    finally:
        again.close()
