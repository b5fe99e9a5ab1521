"""Sentences about planned work: that it begins, ends soon, is over, and what is bad meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from netmon.locale import N_, say, tr, trn
from netmon.locale.messages import title
from netmon.model.condition import ConditionId
from netmon.model.event import Event, EventKind

_SENTENCES: Final[Mapping[EventKind, str]] = MappingProxyType(
    {
        EventKind.MAINTENANCE_BEGAN: N_("Planned work {window} began: {reason}"),
        EventKind.MAINTENANCE_ENDING: N_("Planned work {window} ends at {end}"),
        EventKind.MAINTENANCE_ENDED: N_("Planned work {window} is over"),
    }
)

#: So many bad things are named in one sentence.
_NAMED: Final = 5


def planned_message(event: Event, label: Callable[[str], str]) -> str | None:
    """Return one or two sentences; None where the event is not of planned work.

    Args:
        event: as ``core.planned`` tells it.
        label: from an object ref to what people call it, in the current language.
    """
    sentence = _SENTENCES.get(event.kind)
    if sentence is None:
        return None
    data = event.data
    text = say(
        sentence,
        window=data.get("window"),
        reason=data.get("reason"),
        end=str(data.get("ends_at") or "")[:16].replace("T", " "),
    )
    bad = data.get("bad")
    if not bad:
        return text if event.kind is EventKind.MAINTENANCE_BEGAN else text + tr("; all is well")
    named = _named(data.get("faults"), label)
    rest = bad - len(named) if isinstance(bad, int) else 0
    more = trn(" and {n} more", " and {n} more", rest) if rest > 0 else ""
    return text + tr("; bad: {names}{more}", names=tr(", ").join(named), more=more)


def _named(faults: object, label: Callable[[str], str]) -> list[str]:
    """Return the first few; what an older or newer netmon told otherwise is passed over."""
    told = faults if isinstance(faults, list | tuple) else ()
    known = [f for f in told if isinstance(f, Mapping) and f.get("condition") in list(ConditionId)]
    return [f"{title(f['condition'])} · {label(str(f.get('subject')))}" for f in known[:_NAMED]]
