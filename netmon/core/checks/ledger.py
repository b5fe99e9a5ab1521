"""Judge whether devices are as the ledger has them: ``ledger_mismatch``.

A port that is not there; a description that names another line; a neighbour that stands elsewhere.
The last two count when two surveys have seen them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from netmon.core.scene import Scene
from netmon.core.wiring import contradictions
from netmon.model.condition import ConditionId, Key, Verdict
from netmon.model.fault import Params
from netmon.model.inventory import Line, PortEnd, Target
from netmon.model.judgement import Judgement
from netmon.model.wiring import Contradiction
from netmon.model.world import TargetNow


def judge_line_ledger(
    scene: Scene, line: Line, found: Sequence[bool | None]
) -> Iterator[Judgement]:
    """Yield whether a line's ports are there, and say nothing against the ledger.

    Args:
        scene: the present.
        line: the line.
        found: of each of its ports, end A first, whether the node has it; None = not known.
    """
    key = Key(line.ref, ConditionId.LEDGER_MISMATCH)
    named = [line.a, *([line.z] if isinstance(line.z, PortEnd) else [])]
    for end, there in zip(named, found, strict=True):
        if there is False:
            yield Judgement(key, Verdict.BAD, params=_no_port(end.node, end.interface))
            return
    against = sorted(contradictions(scene, line), key=lambda told: told[0].what == "description")
    for told, twice in against:
        if twice:
            yield Judgement(key, Verdict.BAD, params=_evidence(told))
            return
    if against:
        yield Judgement(key, Verdict.NO_DATA)
    elif all(found):
        yield Judgement(key, Verdict.GOOD)


def judge_port_ledger(target: Target, now: TargetNow) -> Iterator[Judgement]:
    """Yield whether a target has the ports that the inventory wants watched by name."""
    if isinstance(target.ports, str) or not now.facts.interfaces.names:
        return
    for name in target.ports:
        key = Key(f"interface:{target.id}/{name}", ConditionId.LEDGER_MISMATCH)
        found = now.ports.get(name) is not None
        params = _no_port(target.id, name)
        yield Judgement(key, Verdict.GOOD if found else Verdict.BAD, params=params)


def _no_port(node: str, interface: str) -> Params:
    return {"what": "port", "interface": interface, "node": node}


def _evidence(told: Contradiction) -> Params:
    where: Params = {"what": told.what, "interface": told.interface, "node": told.node}
    if told.what == "neighbour":
        return {**where, "neighbour": told.found, "expected": told.expected}
    return {**where, "other": told.found, "description": told.description}
