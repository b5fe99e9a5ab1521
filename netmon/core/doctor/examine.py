"""The examination from its first question to the last, and what it comes to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from netmon.core.doctor.access import Access, access
from netmon.core.doctor.code import Code
from netmon.core.doctor.finding import Finding, answers_as_configured, decisive
from netmon.core.doctor.person import engine_clock, person
from netmon.core.doctor.question import Asking, Begin, Discover, Discovered, Others, Topic
from netmon.core.doctor.size import size
from netmon.core.doctor.speed import repetitions, round_trips, walking
from netmon.core.doctor.subject import Subject
from netmon.core.doctor.view import view
from netmon.model.inventory import TargetId

#: Findings about the order of topics on the screen.
_TOPICS: Final = {topic: place for place, topic in enumerate(Topic)}


@dataclass(frozen=True, slots=True)
class Examination:
    """What was found, topic by topic."""

    findings: tuple[Finding, ...]

    @property
    def is_well(self) -> bool:
        """Whether the device answers as configured."""
        return answers_as_configured(self.findings)

    @property
    def decisive(self) -> Finding | None:
        """Return the finding whose step comes next; None where nothing is to be done."""
        return decisive(self.findings)


def examine(subject: Subject) -> Asking[Examination]:
    """Look into everything; what depends on an answer is asked only where one came."""
    begun: Access = yield from access(subject)
    found = list(begun.findings)
    if subject.others and begun.engine.engine_id:
        found += yield from _others(subject, begun.engine)
    if begun.works:
        found += yield from _within(subject, begun)
    found.sort(key=lambda finding: _TOPICS[finding.row.topic])
    return Examination(tuple(found))


def _within(subject: Subject, begun: Access) -> Asking[list[Finding]]:
    """Look into what an agent shows that lets us in."""
    wait_s = begun.timeout_s
    found = yield from view(subject, wait_s)
    if any(finding.code is Code.VIEW_EMPTY for finding in found):
        return found
    walks = yield from walking(subject, wait_s)
    fits = yield from size(subject, wait_s, bulk=walks.bulk)
    found += fits.findings
    found += yield from round_trips(subject, wait_s)
    found += walks.findings
    found += yield from repetitions(subject, wait_s, walks, fits.largest)
    found += yield from person(subject, wait_s)
    if begun.engine.engine_id:
        last: Discovered = yield Discover(wait_s)
        found += engine_clock(begun.engine, last)
    return found


def _others(subject: Subject, engine: Discovered) -> Asking[list[Finding]]:
    """Ask the other targets of version 3 for their engine ids."""
    yield Begin(Topic.ACCESS)
    ids: dict[TargetId, bytes] = yield Others(subject.others)
    same = [target for target, engine_id in ids.items() if engine_id == engine.engine_id]
    if same:
        return [Finding(Code.ENGINE_DUPLICATE, {"others": same})]
    asked = {"answered": len(ids), "asked": len(subject.others)}
    return [Finding(Code.ENGINE_UNIQUE, asked)]
