"""Killed with ``kill -9`` again and again on a busy day, netmon leaves what it leaves undisturbed.

``tests.busy`` writes a day: lines are cut and mended, an aggregation node loses its power, a line
flaps, the UPS runs on battery, work is planned, traps and syslog come in, people work on tickets.
The day is fed to the real writer, the real chain, the real record in SQLite and the real
dispatcher, on the script's clock; the process is killed, at random moments and at random points of
its work (before and within a transaction, after it, between telling and noting it, or wherever it
happens to be), and started again from the database alone within five seconds of the script's time.
What was at hand and is not on record comes in again, for whoever asks anew is answered.

At the end every fault, ticket, journal entry, event, state and record is as in the same day
undisturbed (numbers aside), the same messages were told, and what came twice had the same key and
the same content. A day that fails is played again by ``NETMON_BUSY_DAY=SEED:DEATHS``.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

#: Two hundred deaths in all, for nine in ten of them come.
DAYS = ((1, 112), (2, 112))


def _days() -> tuple[tuple[int, int], ...]:
    wanted = os.environ.get("NETMON_BUSY_DAY")
    if wanted is None:
        return DAYS
    seed, _, deaths = wanted.partition(":")
    return ((int(seed), int(deaths or 50)),)


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize(("seed", "deaths"), _days())
def test_killed_at_any_moment_of_a_busy_day_nothing_is_lost_or_told_otherwise(
    seed: int, deaths: int, tmp_path: Path
) -> None:
    command = [sys.executable, "-m", "tests.busy", str(seed), str(deaths), str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
