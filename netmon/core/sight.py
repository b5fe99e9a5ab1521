"""Keep what a survey saw at the ports of lines, and look again at what does not fit the ledger."""

from __future__ import annotations

from typing import Final

from netmon.core.checks.line import in_service, today_of
from netmon.core.described import named, names_itself
from netmon.core.draft import Draft
from netmon.core.scene import Scene
from netmon.core.wiring import APART, contradictions, ends, is_expected, neighbours_at
from netmon.model.inventory import LineId, TargetId
from netmon.model.plan import Surveyed
from netmon.model.reading import Lane, Neighbour
from netmon.model.wiring import Sight
from netmon.model.world import TargetNow

_LLDP: Final = "lldp"  #: how the parts of a survey begin that tell of neighbours

#: What does not fit is looked at again so soon, seconds; and then until it fits.
_AGAIN_S: Final = APART.total_seconds() + 15
_STILL_S: Final = 300.0


def neighbours_of(before: TargetNow, found: Surveyed) -> tuple[Neighbour, ...]:
    """Return a target's neighbours; those known before where this survey could not read them."""
    failed = any(trouble.part.startswith(_LLDP) for trouble in found.troubles)
    return before.neighbours if failed else found.neighbours


def sight_of(scene: Scene, target: TargetId, now: TargetNow) -> Sight:
    """Return what is seen at a target's lines' ports that is not plainly as the ledger has it."""
    strangers: dict[LineId, tuple[Neighbour, ...]] = {}
    described: dict[LineId, tuple[tuple[LineId, ...], str]] = {}
    today = today_of(scene)
    serving = scene.inventory.lines
    for line_id in scene.topology.lines_at.get(target, ()):
        line = serving[line_id]
        if not in_service(line, today):
            continue
        for end, other in ends(line):
            if end.node != target:
                continue
            seen = neighbours_at(now, end.interface)
            if seen and not (other and any(is_expected(scene, one, other) for one in seen)):
                strangers[line_id] = seen
            text = _description(now, end.interface)
            others = [x for x in named(scene.topology.words, text) if in_service(serving[x], today)]
            if others and not names_itself(line, text):
                described[line_id] = (tuple(others), text)
    return Sight(scene.now, strangers, described)


def _description(now: TargetNow, interface: str) -> str:
    at, alias = now.ports.get(interface), now.facts.interfaces.alias
    return alias[at] if at is not None and at < len(alias) else ""


def sight_before(before: TargetNow, scene: Scene) -> Sight | None:
    """Return the earlier of two looks, far enough from this one wherever there is such."""
    last = before.sight
    if last is not None and scene.now - last.at >= APART:
        return last
    return before.sight_before or last


def look_again(draft: Draft, target: TargetId) -> None:
    """Have a target, and whom it sees, surveyed anew while a line of it does not fit the ledger."""
    sight = draft.target(target).sight
    if sight is None:
        return
    for line_id in dict.fromkeys((*sight.strangers, *sight.described)):
        line = draft.inventory.lines.get(line_id)
        for found, twice in contradictions(draft, line) if line else ():
            _ask(draft, TargetId(found.node), twice=twice)
            if found.what == "neighbour":
                _ask(draft, TargetId(found.found), twice=twice)


def _ask(draft: Draft, target: TargetId, *, twice: bool) -> None:
    draft.ask(target, Lane.NAMES, _STILL_S if twice else _AGAIN_S)
