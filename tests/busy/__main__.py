"""Kill netmon on a busy day, again and again: ``python -m tests.busy SEED DEATHS [DIR]``.

Every life is a fork of this process, which has no threads and no loop; so the long start of Python
is paid once. It prints what differs from the same day undisturbed, and ends with 1 if anything
does.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import sqlite3
import sys
import tempfile
import time
import traceback
from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from tests.busy.compare import differences, kept
from tests.busy.life import Doom, Life, Place, Where, live
from tests.busy.script import Day, day

#: A start of netmon takes so long, at the most, seconds.
AWAY_S = 5.0
#: Of the deaths that are planned so many come: the last may find nothing to be killed at.
_OF_ALL = 0.9


def main() -> int:
    seed, deaths = int(sys.argv[1]), int(sys.argv[2])
    folder = Path(sys.argv[3] if len(sys.argv) > 3 else tempfile.mkdtemp(prefix="busy-day-"))
    began = time.monotonic()
    script = day(seed)
    print(f"seed {seed}: {len(script.moments)} moments in {folder}", flush=True)
    died = killed(script, folder / "killed", seed, deaths)
    found = kept(folder / "killed")
    ways = Counter(str(doom.where) for doom, _, _ in died)
    print(f"killed {len(died)} times: {dict(ways)}, {time.monotonic() - began:.1f} s", flush=True)
    looks = [(moment, at) for _, moment, at in died]
    _life(Life(script, folder / "undisturbed", Place(), 0, script.moments[0].at, looks=looks))
    wanted = kept(folder / "undisturbed")
    print(f"undisturbed: {wanted.summary()}, {time.monotonic() - began:.1f} s", flush=True)
    wrong = differences(wanted, found)
    for line in wrong[:60]:
        print(line)
    if wrong or len(died) < _OF_ALL * deaths:
        print(f"{len(wrong)} differences; again: python -m tests.busy {seed} {deaths}")
        return 1
    if len(sys.argv) <= 3:
        shutil.rmtree(folder)
    return 0


#: How a life ended, and with which moment and at which instant the next one began.
Death = tuple[Doom, int, datetime]


def killed(script: Day, folder: Path, seed: int, deaths: int) -> list[Death]:
    """Kill netmon so often in a day, and start it again each time."""
    dice = random.Random(f"deaths {seed}")
    dooms = [
        Doom(moment, dice.choice(list(Where)), dice.choice((0, 0, 1, 3, 8)))
        for moment in sorted(dice.sample(range(int(0.98 * len(script.moments))), deaths))
    ]
    place, first, at = Place(), 0, script.moments[0].at
    died: list[Death] = []
    for planned in dooms:
        doom = replace(planned, moment=max(planned.moment, first))
        if not _life(Life(script, folder, place, first, at, doom), dice):
            return died
        first, at = _goes_on(script, folder, place, dice)
        died.append((doom, first, at))
    _life(Life(script, folder, place, first, at))
    return died


def _life(life: Life, dice: random.Random | None = None) -> bool:
    """Live a life in a process of its own; say whether it was killed."""
    reading, writing = os.pipe()
    if life.doom is not None and life.doom.where is Where.ANY:
        life = replace(life, ready=writing)
    child = os.fork()
    if child == 0:
        _child(life)
    os.close(writing)
    if life.ready is not None and os.read(reading, 1) and dice is not None:
        time.sleep(dice.uniform(0.0, 0.02))
        os.kill(child, signal.SIGKILL)
    os.close(reading)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        assert os.WTERMSIG(status) == signal.SIGKILL, f"died of signal {os.WTERMSIG(status)}"
        return True
    assert status == 0, f"a life failed, doomed to {life.doom}"
    return False


def _child(life: Life) -> None:
    try:
        live(life)
    except BaseException:  # noqa: BLE001 - whatever it is, this process must not go on as its parent
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


def _goes_on(script: Day, folder: Path, place: Place, dice: random.Random) -> tuple[int, datetime]:
    """Return with which moment the world goes on, and when netmon is there again.

    What was at hand when it died, and is not on record, comes in again: who asks anew is answered.
    """
    moment, before, begun = place.read()
    if begun and _last_step(folder) > before:
        moment += 1
    # Nobody outside can tell when it died since the last that it did.
    at = script.moments[max(0, moment - 1)].at
    away = timedelta(seconds=dice.choice((0.0, round(dice.uniform(0.0, AWAY_S), 2))))
    if moment < len(script.moments):
        away = min(away, script.moments[moment].at - at)
    return moment, at + away


def _last_step(folder: Path) -> int:
    with sqlite3.connect(folder / "netmon.db") as connection:
        (last,) = connection.execute("SELECT last_step FROM progress").fetchone()
    connection.close()
    return int(last)


if __name__ == "__main__":
    sys.exit(main())
