"""A process that commits steps until it is killed: ``python -m tests.agents.committer DIR [URL]``.

It waits for a line, forks a child that prints the number of each step it has committed, and waits
for the child's end; so the long start of Python is paid once, and every death is a real one.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from netmon.model.condition import Held, Phase
from netmon.model.world import Step, SubjectState
from netmon.store.sql_store import open_store
from tests.agents.stores import entry, event, fault, notice, step, ticket


def whole(number: int) -> Step:
    """Return a step that writes to every table, all under its own number."""
    raised = fault(number, f"line:LN-{number}", ticket=number)
    return step(
        number,
        held={raised.key: Held(Phase.RAISED, raised.raised_at)},
        faults=(raised,),
        tickets=(ticket(number, number),),
        journal=(entry(number, 1), entry(number, 2)),
        events=(event(number),),
        notices=(notice(number), notice(number, "am")),
        states=(SubjectState(f"line:LN-{number}", "down", raised.raised_at),),
    )


def commit_for_ever(data_dir: Path, url: str | None) -> None:
    store = open_store(url, data_dir)
    number = store.load().last_step
    while True:
        number += 1
        store.commit(whole(number))
        os.write(1, f"{number}\n".encode())


def main() -> None:
    data_dir = Path(sys.argv[1])
    url = sys.argv[2] if len(sys.argv) > 2 else None
    for _ in sys.stdin:
        child = os.fork()
        if child == 0:
            commit_for_ever(data_dir, url)
        os.write(1, f"pid {child}\n".encode())
        _, status = os.waitpid(child, 0)
        os.write(1, f"dead {os.WTERMSIG(status)}\n".encode())


if __name__ == "__main__":
    main()
