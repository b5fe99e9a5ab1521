"""Judge whether a line can be judged at all: ``no_data`` of a line."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from netmon.core.checks.line import Ends, PortNow, ends_of, far_answers, port_of
from netmon.core.scene import Scene
from netmon.model.condition import ConditionId, Key, Verdict
from netmon.model.fault import Params
from netmon.model.inventory import Line, PortEnd
from netmon.model.judgement import Judgement

#: IF-MIB's own word for an agent that does not know: unknown(4).
_UNKNOWN: Final = "unknown"


def judge_line_data(scene: Scene, line: Line) -> Iterator[Judgement]:
    """Yield BAD where nodes answer and neither a port nor the far end tells how a line is.

    One port or the far end is enough: where ICMP may not be asked the port tells. Of what can be
    told nothing is yielded, unless something is held of it.
    """
    key = Key(line.ref, ConditionId.NO_DATA)
    is_held = scene.held(key) is not None
    is_told = far_answers(scene.line(line.id)) is not None or _tells(port_of(scene, line.a))
    if is_told and not is_held:
        return  # nearly always: this is the hot path
    ends = ends_of(scene, line)
    verdict = Verdict.GOOD if is_told else _verdict(scene, line, ends)
    if verdict is Verdict.BAD or is_held:
        yield Judgement(key, verdict, params=_evidence(line, ends))


def _verdict(scene: Scene, line: Line, ends: Ends) -> Verdict:
    if any(map(_tells, ends.ports)):
        return Verdict.GOOD
    if any(port.found is False for port in ends.ports):
        return Verdict.GOOD  # there is no such port: the ledger's matter
    if ends.starting or not all(port.node_up for port in ends.ports):
        return Verdict.NO_DATA  # the node's silence, or its start, says all there is to say
    if any(_is_mute(scene, end) for end in _named(line)):
        return Verdict.NO_DATA  # so does the node's own no_data
    return Verdict.BAD


def _tells(port: PortNow) -> bool:
    return port.oper is not None and port.oper != _UNKNOWN


def _named(line: Line) -> list[PortEnd]:
    return [end for end in (line.a, line.z) if isinstance(end, PortEnd)]


def _is_mute(scene: Scene, end: PortEnd) -> bool:
    """Say whether nothing at all of the status lane came back."""
    return scene.target(end.node).facts.status.silence is not None


def _evidence(line: Line, ends: Ends) -> Params:
    at = next((i for i, port in enumerate(ends.ports) if not _tells(port)), 0)
    end = _named(line)[at]
    return {"node": end.node, "interface": end.interface}
