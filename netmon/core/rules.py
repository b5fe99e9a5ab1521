"""Make events and faults of what devices tell unasked, as the inventory's rules say.

Rule 1: every match is an event; beyond so many of a target in a minute they are counted. Rule 2: a
rule that stands, for it has heard enough and nothing ended it, says bad of its subject; the last
one that ceases to stand says good. Rule 3: what netmon asks for itself counts more: where a poll
has cleared a condition, the rule no longer stands.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from netmon.core import decide
from netmon.core.draft import Draft
from netmon.core.hint import hinted
from netmon.core.interface import canonical, find_interface
from netmon.core.life import is_starting
from netmon.core.link_message import LinkSaid
from netmon.core.rule_match import Matched, Notified, is_about, match_notification, spoken
from netmon.model.condition import ConditionId, Key, Phase, Verdict
from netmon.model.event import EventKind
from netmon.model.fault import Ended, Fault, Params
from netmon.model.inventory import Inventory, PortEnd, Target, TargetId
from netmon.model.judgement import Judgement
from netmon.model.message import Message
from netmon.model.reading import Lane
from netmon.model.rule import EventRule, Origin, Report, RuleId, Tally
from netmon.model.topology import Topology

#: Events of one target in a minute; what is beyond is counted.
_EVENTS: Final = 20
_MINUTE: Final = timedelta(seconds=60)
#: So much of a text is kept as evidence, characters.
_KEPT: Final = 240


@dataclass(frozen=True, slots=True)
class Logged:
    """A syslog message that a rule knows, or that speaks of a link."""

    target: TargetId
    message: Message
    matches: tuple[Matched, ...] = ()
    link: LinkSaid | None = None  #: what it says of a link
    wait_s: float = 0.0  #: the target was asked only just now: so long is waited until it is again


def judge_message(draft: Draft, given: Logged) -> None:
    """Take in a syslog message."""
    target = draft.inventory.targets.get(given.target)
    if target is None:
        return  # removed since it came
    if given.link is not None:
        _hint(draft, target, given.link, given.wait_s)
    said = given.message
    data = {"app": said.app, "event": said.event, "urgency": said.urgency.value, "host": said.host}
    for match in given.matches:
        _take(draft, target, match, said.text[:_KEPT], data)


def judge_notification(draft: Draft, target: Target, given: Notified) -> None:
    """Take in a trap or an inform."""
    for rule in draft.inventory.rules.values():
        if rule.source is not Origin.TRAP or not is_about(draft.inventory, rule, target):
            continue
        match = match_notification(rule, given)
        if match is not None:
            data = {"trap": str(given.trap)}
            _take(draft, target, match, " ".join(spoken(given))[:_KEPT], data)


def _hint(draft: Draft, target: Target, link: LinkSaid, wait_s: float) -> None:
    """Have the target asked: at once, or as soon as it may be again."""
    if not wait_s:
        starting = is_starting(draft.target(target.id), draft.now, draft.watched_since)
        port = None if starting else _known_port(draft, target, link.port)
        hinted(draft, target.id, port, is_up=link.is_up)
        return
    for lane in (Lane.PRESENCE, Lane.STATUS):
        draft.ask(target.id, lane, wait_s)


def _take(
    draft: Draft, target: Target, match: Matched, text: str, data: Mapping[str, object]
) -> None:
    rule = draft.inventory.rules.get(match.rule)
    if rule is None:
        return  # left the inventory since it matched
    port = _known_port(draft, target, match.port)
    _tell(draft, target, rule, {**data, "text": text, "interface": port, "clears": match.clears})
    if match.clears:
        _end(draft, target, rule, port)
    else:
        _heard(draft, target, rule, port, text)


# -- events ---------------------------------------------------------------------------------------


def _tell(draft: Draft, target: Target, rule: EventRule, data: Mapping[str, object]) -> None:
    tally = draft.tally(target.id)
    if tally is None or draft.now - tally.since >= _MINUTE:
        _unfold(draft, target, tally)
        tally = Tally(draft.now)
    if tally.told >= _EVENTS:
        draft.put_tally(target.id, replace(tally, folded=tally.folded + 1))
        return
    names = {"zh": rule.event.zh, "en": rule.event.en}
    told = {"rule": rule.id, "source": rule.source.value, "name": names, **data}
    draft.happened(EventKind.MESSAGE, target.ref, told)
    draft.put_tally(target.id, replace(tally, told=tally.told + 1))


def _unfold(draft: Draft, target: Target, tally: Tally | None) -> None:
    """Put on record how many messages got no event of their own."""
    if tally is not None and tally.folded:
        data = {"folded": tally.folded, "since": tally.since.isoformat()}
        draft.happened(EventKind.MESSAGE, target.ref, data)


# -- what it is about -----------------------------------------------------------------------------


def _known_port(draft: Draft, target: Target, port: str | None) -> str | None:
    """Return a port by the name that netmon knows; None where it knows none such."""
    if not port:
        return None
    known = draft.target(target.id).facts.interfaces
    at = find_interface(known.names, known.descr, port.strip(" .,;:"))
    return None if at is None else known.names[at]


def _subject(draft: Draft, target: Target, condition: ConditionId, port: str | None) -> str | None:
    """Return what a condition is about; None where it needs a port that is not known."""
    if condition.startswith("line_"):
        return _line_at(draft, target, port) if port else None
    if port is not None:
        return f"interface:{target.id}/{port}"
    return None if condition.startswith("interface_") else str(target.ref)


def _line_at(draft: Draft, target: Target, port: str) -> str | None:
    known, ports = draft.target(target.id).facts.interfaces, draft.target(target.id).ports
    for ident in draft.topology.lines_at.get(target.id, ()):
        line = draft.inventory.lines[ident]
        for end in (line.a, line.z):
            if not isinstance(end, PortEnd) or end.node != target.id:
                continue
            at = ports.get(end.interface)
            name = end.interface if at is None else known.names[at]
            if canonical(name) == canonical(port):
                return str(line.ref)
    return None


# -- faults ---------------------------------------------------------------------------------------


def _heard(draft: Draft, target: Target, rule: EventRule, port: str | None, text: str) -> None:
    """Count a match; once there are enough, the rule stands."""
    raises = rule.raises
    subject = None if raises is None else _subject(draft, target, raises.condition, port)
    if raises is None or subject is None:
        return
    before = draft.report(rule.id, subject) or Report(draft.now)
    within = raises.within or timedelta(0)
    recent = (*(at for at in before.seen if draft.now - at < within), draft.now)
    count = before.count + 1 if before.standing else len(recent)
    report = Report(
        last_at=draft.now,
        seen=recent[-raises.for_times :],
        count=count,
        standing=before.standing or len(recent) >= raises.for_times,
        params=_evidence(rule, text, port, count),
    )
    draft.put_report(rule.id, subject, report)
    if report.standing:
        _say_bad(draft, rule, subject, report)


def _evidence(rule: EventRule, text: str, port: str | None, count: int) -> Params:
    found: dict[str, str | int] = {
        "rule": rule.id,
        "event_zh": rule.event.zh,
        "event_en": rule.event.en,
        "text": text,
        "count": count,
    }
    return found if port is None else {**found, "interface": port}


def _say_bad(draft: Draft, rule: EventRule, subject: str, report: Report) -> None:
    if rule.raises is None:
        return
    key = Key(subject, rule.raises.condition)
    severity = rule.raises.severity
    decide.settle(draft, Judgement(key, Verdict.BAD, severity, report.params))


def _end(draft: Draft, target: Target, rule: EventRule, port: str | None) -> None:
    """End what a rule has heard: of the port that is named, else of all of the target."""
    raises = rule.raises
    if raises is None:
        return
    named = None if port is None else _subject(draft, target, raises.condition, port)
    for (ident, subject), report in draft.reports().items():
        if (
            ident == rule.id
            and _is_of(draft.topology, target, subject)
            and named in (None, subject)
        ):
            _cease(draft, rule, subject, report)


def _is_of(topology: Topology, target: Target, subject: str) -> bool:
    kind, _, name = subject.partition(":")
    if kind == "line":
        lines = topology.lines_at.get(target.id, ())
        return any(line == name for line in lines)
    return subject == target.ref or (kind == "interface" and name.startswith(f"{target.id}/"))


def _cease(draft: Draft, rule: EventRule, subject: str, report: Report) -> None:
    """Let a rule no longer stand; say good if no other stands for the same."""
    if rule.raises is None or not report.standing:
        draft.put_report(rule.id, subject, None)
        return
    draft.put_report(rule.id, subject, replace(report, standing=False, seen=()))
    key = Key(subject, rule.raises.condition)
    if not _is_upheld(draft, key):
        decide.settle(draft, Judgement(key, Verdict.GOOD))


def _is_upheld(draft: Draft, key: Key) -> bool:
    rules = draft.inventory.rules
    return any(
        report.standing
        and subject == key.subject
        and (rule := rules.get(ident)) is not None
        and rule.raises is not None
        and rule.raises.condition is key.condition
        for (ident, subject), report in draft.reports().items()
    )


# -- what time does -------------------------------------------------------------------------------


def ticked(draft: Draft) -> None:
    """Look at what changes by time alone: quiet that clears, hold-downs, counts to be told."""
    for (ident, subject), report in draft.reports().items():
        rule = draft.inventory.rules.get(ident)
        if rule is None or rule.raises is None:
            draft.put_report(ident, subject, None)
        elif report.standing:
            _look_at_standing(draft, rule, subject, report)
        else:
            _look_at_ended(draft, rule, subject, report)
    for target_id, tally in draft.tallies().items():
        if draft.now - tally.since >= _MINUTE:
            target = draft.inventory.targets.get(target_id)
            if target is not None:
                _unfold(draft, target, tally)
            draft.put_tally(target_id, None)


def _phase(draft: Draft, rule: EventRule, subject: str) -> Phase:
    condition = rule.raises.condition if rule.raises else ConditionId.DEVICE_REPORTED
    held = draft.held(Key(subject, condition))
    return Phase.CLEAR if held is None else held.phase


def _look_at_standing(draft: Draft, rule: EventRule, subject: str, report: Report) -> None:
    quiet = rule.clears.after if rule.clears else None
    phase = _phase(draft, rule, subject)
    if phase in (Phase.CLEAR, Phase.UNKNOWN):
        draft.put_report(rule.id, subject, None)  # netmon has asked, and knows better
    elif quiet is not None and draft.now - report.last_at >= quiet:
        _cease(draft, rule, subject, report)
    elif phase is Phase.PENDING:
        _say_bad(draft, rule, subject, report)


def _look_at_ended(draft: Draft, rule: EventRule, subject: str, report: Report) -> None:
    """See a fault through its hold-down, and forget matches that are too old to count."""
    raises = rule.raises
    if raises is None:
        return
    key = Key(subject, raises.condition)
    if not report.seen and _phase(draft, rule, subject) is Phase.CLEARING:
        if not _is_upheld(draft, key):
            decide.settle(draft, Judgement(key, Verdict.GOOD))
        return
    if not report.seen or draft.now - report.last_at >= (raises.within or timedelta(0)):
        draft.put_report(rule.id, subject, None)


# -- what a restart, or a new inventory, does -----------------------------------------------------


def reconciled(draft: Draft) -> None:
    """Keep open what a rule can still clear, its quiet counted from now; end everything else.

    What a rule has heard is not on record; the fault is, and says in its evidence which rule it is.
    """
    for known, subject in draft.reports():
        if known not in draft.inventory.rules:
            draft.put_report(known, subject, None)
    for fault in draft.open_faults():
        ident = _raised_by(fault)
        if ident is None:
            continue
        if has_lost_its_rule(draft.inventory, draft.topology, fault):
            draft.put_held(fault.key, None)
            decide.clear(draft, fault.key, draft.now, Ended.RULE_DISABLED)
        elif draft.report(ident, fault.subject) is None:
            report = Report(draft.now, count=1, standing=True, params=fault.params)
            draft.put_report(ident, fault.subject, report)


def _raised_by(fault: Fault) -> RuleId | None:
    named = fault.params.get("rule")
    return RuleId(named) if isinstance(named, str) else None


def has_lost_its_rule(inventory: Inventory, topology: Topology, fault: Fault) -> bool:
    """Say whether a rule raised a fault, and no longer would: it is gone or means another."""
    ident = _raised_by(fault)
    if ident is None:
        return False
    rule = inventory.rules.get(ident)
    if rule is None or rule.raises is None or rule.raises.condition is not fault.condition:
        return True
    tellers = [t for t in inventory.targets.values() if _is_of(topology, t, fault.subject)]
    return not any(is_about(inventory, rule, target) for target in tellers)
