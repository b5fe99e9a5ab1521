"""What a notification does: it makes netmon ask, and is put on record.

Rule 1: truth is polled. A trap may be lost, late, doubled or forged; what it says of a port or a
sensor is believed when the agent says so itself. Rule 2: only what cannot be polled is judged by
traps: a burst of authenticationFailure, and what a rule of the user names. Rule 3: who sends many
gets no more of the record than who sends few.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Final

from netmon.core import decide, rules
from netmon.core.confirm import is_raised
from netmon.core.draft import Draft
from netmon.core.hint import hinted
from netmon.core.interface import find_interface
from netmon.core.life import BOOT_GRACE, is_starting
from netmon.core.text import text
from netmon.core.trap import AUTHENTICATION_FAILURE, LINK_DOWN, LINK_UP, name_of
from netmon.model.condition import ConditionId, Key, Verdict
from netmon.model.event import EventKind
from netmon.model.inventory import Target, TargetId
from netmon.model.judgement import Judgement
from netmon.model.notification import NOTHING_HEARD, Heard, Notification
from netmon.model.oid import Oid
from netmon.model.reading import Interfaces, Lane

#: A target is asked again so long after its last notification (Zino's verification).
_AGAIN: Final = timedelta(seconds=120)
#: For one reason a target is asked no more often than this.
_ONCE: Final = timedelta(seconds=1)
_REASONS_AT_ONCE: Final = 64
#: Events of one target in a minute; what is beyond is counted.
_EVENTS: Final = 20
_MINUTE: Final = timedelta(seconds=60)
#: So many authenticationFailure within a minute are a burst.
_BURST: Final = 5
#: What of a notification is kept in its event.
_VARBINDS: Final = 16
_TEXT: Final = 160

#: IF-MIB: what names a port in a varbind, by its value or by the index of its instance.
_IF_INDEX: Final = Oid.parse("1.3.6.1.2.1.2.2.1.1")
_IF_ENTRY: Final = Oid.parse("1.3.6.1.2.1.2.2.1")
_NAMES: Final = (Oid.parse("1.3.6.1.2.1.31.1.1.1.1"), Oid.parse("1.3.6.1.2.1.2.2.1.2"))


def heard(draft: Draft, given: Notification) -> None:
    """Take in a notification."""
    target = draft.inventory.targets.get(given.target)
    if target is None:
        return  # removed since it came
    kept = _recorded(draft, target, given, draft.target(target.id).heard)
    if given.trap == AUTHENTICATION_FAILURE:
        kept = _refused(draft, target, given, kept)
    else:
        kept = _asked(draft, target, given, kept)
    draft.put_target(target.id, replace(draft.target(target.id), heard=kept))
    rules.judge_notification(draft, target, given)


# -- to ask ---------------------------------------------------------------------------------------


def _asked(draft: Draft, target: Target, given: Notification, kept: Heard) -> Heard:
    """Have the target asked now, and again when things have settled."""
    link = given.trap in (LINK_DOWN, LINK_UP) and not _is_booting(draft, target.id, given)
    name = _port_of(draft, target.id, given) if link else None
    why = f"{given.trap} {name}" if link else ""  # down and up of one port are two reasons
    recent = tuple((reason, at) for reason, at in kept.asked if draft.now - at < _ONCE)
    last = dict(recent).get(why)
    if last is not None or len(recent) >= _REASONS_AT_ONCE:
        wait_s = (_ONCE - (draft.now - (last or draft.now))).total_seconds()
        draft.ask(target.id, Lane.PRESENCE, wait_s)
        draft.ask(target.id, Lane.STATUS, wait_s)
    else:
        recent = (*recent, (why, draft.now))
        if link:
            hinted(draft, target.id, name, is_up=given.trap == LINK_UP)
        else:
            _ask(draft, target.id)
    return replace(kept, asked=recent, again_at=draft.now + _AGAIN)


def _ask(draft: Draft, target: TargetId) -> None:
    draft.ask(target, Lane.PRESENCE)
    draft.ask(target, Lane.STATUS)


def _port_of(draft: Draft, target: TargetId, given: Notification) -> str | None:
    facts = draft.target(target).facts
    return interface_of(given, facts.interfaces, by_number=not facts.table_changed)


def interface_of(given: Notification, known: Interfaces, *, by_number: bool = True) -> str | None:
    """Return the port that a linkDown or linkUp speaks of, by the name that netmon knows.

    A name counts before a number, and a number not at all once the ports were numbered anew.
    """
    for column in _NAMES:
        for oid, value in given.varbinds:
            if isinstance(value, bytes) and column.covers(oid):
                at = find_interface(known.names, known.descr, text(value))
                if at is not None:
                    return known.names[at]
    number = _if_index(given) if by_number else 0
    return known.names[known.index.index(number)] if number in known.index else None


def _if_index(given: Notification) -> int:
    for oid, value in given.varbinds:
        if isinstance(value, int) and _IF_INDEX.covers(oid):
            return value
    for oid, _ in given.varbinds:
        if (_IF_ENTRY.covers(oid) or _NAMES[0].covers(oid)) and len(oid) > len(_IF_ENTRY) + 1:
            return oid[-1]
    return 0  # no ifIndex is 0


def _is_booting(draft: Draft, target: TargetId, given: Notification) -> bool:
    """Say whether the target is only just starting: its ports come up, its managers stumble."""
    if given.uptime_s is not None and given.uptime_s < BOOT_GRACE.total_seconds():
        return True
    return is_starting(draft.target(target), draft.now, draft.watched_since)


# -- to judge -------------------------------------------------------------------------------------


def _refused(draft: Draft, target: Target, given: Notification, kept: Heard) -> Heard:
    """Count an authenticationFailure: somebody asks the target with a wrong password."""
    if _is_booting(draft, target.id, given):
        return kept
    failures = (*(at for at in kept.failures if draft.now - at < _MINUTE), draft.now)[-_BURST:]
    key = Key(target.ref, ConditionId.AUTHENTICATION_FAILURES)
    if len(failures) >= _BURST or is_raised(draft.held(key)):
        params = {"count": len(failures), "window_s": _MINUTE.total_seconds()}
        decide.settle(draft, Judgement(key, Verdict.BAD, params=params))
    return replace(kept, failures=failures)


# -- to record ------------------------------------------------------------------------------------


def _recorded(draft: Draft, target: Target, given: Notification, kept: Heard) -> Heard:
    if kept.since is None or draft.now - kept.since >= _MINUTE:
        kept = replace(_unfolded(draft, target, kept), since=draft.now, told=0, folded=0)
    if kept.told >= _EVENTS:
        return replace(kept, folded=kept.folded + 1)
    port = _port_of(draft, target.id, given)
    shown = given.varbinds[:_VARBINDS]
    data = {
        "source": given.source,
        "version": given.version.value,
        "kind": given.kind.value,
        "trap": str(given.trap),
        "name": name_of(given.trap),
        "interface": port if given.trap in (LINK_DOWN, LINK_UP) else None,
        "uptime_s": given.uptime_s,
        "varbinds": [[str(oid), text(value)[:_TEXT]] for oid, value in shown],
        "left_out": len(given.varbinds) - len(shown),
    }
    draft.happened(EventKind.NOTIFICATION, target.ref, data)
    return replace(kept, told=kept.told + 1)


def _unfolded(draft: Draft, target: Target, kept: Heard) -> Heard:
    """Put on record how many notifications got no event of their own."""
    if kept.folded and kept.since is not None:
        data = {"folded": kept.folded, "since": kept.since.isoformat()}
        draft.happened(EventKind.NOTIFICATION, target.ref, data)
    return replace(kept, folded=0)


def ticked(draft: Draft) -> None:
    """Look at what changes by time alone: second looks, counts to be told, bursts that are over."""
    for target_id in list(draft.world.targets):
        now = draft.target(target_id)
        target = draft.inventory.targets.get(target_id)
        if now.heard is NOTHING_HEARD or target is None:
            continue
        kept = _turned(draft, target, now.heard)
        if kept is not now.heard:
            draft.put_target(target_id, replace(now, heard=kept))
    for fault in draft.open_faults():
        if fault.condition is ConditionId.AUTHENTICATION_FAILURES:
            decide.settle(draft, Judgement(fault.key, Verdict.GOOD))


def _turned(draft: Draft, target: Target, kept: Heard) -> Heard:
    if kept.folded and kept.since is not None and draft.now - kept.since >= _MINUTE:
        kept = _unfolded(draft, target, kept)
    if kept.again_at is not None and draft.now >= kept.again_at:
        _ask(draft, target.id)
        kept = replace(kept, again_at=None)
    return kept
