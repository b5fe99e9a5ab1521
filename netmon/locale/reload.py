"""Sentences about what follows from another inventory."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from netmon.locale import N_, say, tr, trn
from netmon.locale.messages import title
from netmon.locale.subjects import label
from netmon.locale.words import word_or
from netmon.model.condition import ConditionId
from netmon.model.fault import Ended
from netmon.model.inventory import Inventory
from netmon.model.reload import Consequence, Effect, Reloaded

#: ``{who}`` is the subject as people know it; the rest are the consequence's params.
SENTENCES: Final[Mapping[Effect, str]] = MappingProxyType(
    {
        Effect.ROOT_GONE: N_("netmon is no longer plugged in at {who}: nothing is explained"),
        Effect.LINE_CUT_OFF: N_("{who}: no way leads from netmon to {node} any more"),
        Effect.LINE_WITHOUT_PARENT: N_("{who}: no way leads from netmon to {node}"),
        Effect.NODE_CUT_OFF: N_("{who}: no way leads from netmon to it any more"),
        Effect.NODE_SINGLE: N_("{who}: a single line or node can cut it off now"),
        Effect.LINE_SINGLE: N_("{who}: the last line of group {group}"),
        Effect.TENANT_SINGLE: N_("{who}: has only {line} left"),
        Effect.TENANT_WITHOUT_LINE: N_("{who}: has no line left"),
        Effect.FAULT_ENDS: N_("fault {fault} closes ({title} · {who}): {why}"),
        Effect.TICKET_RESTORED: N_("ticket {id} is restored: its last fault closes"),
        Effect.FAULT_COVERED: N_("fault {fault} is under planned work {window} ({title} · {who})"),
        Effect.FAULT_HEARD: N_("fault {fault} is under planned work no longer ({title} · {who})"),
        Effect.WINDOW_ENDS: N_("planned work {id} ends now"),
        Effect.RULE_OFF: N_("{title}: judged no longer"),
        Effect.RULE_ON: N_("{title}: judged from now on"),
        Effect.ASKED_ANEW: N_("{who}: asked anew who it is and what it has"),
        Effect.SERIES: N_("metrics: about {gone} series go and {new} come"),
    }
)  # fmt: skip


def consequence_message(one: Consequence, *inventories: Inventory) -> str:
    """Return one sentence.

    Args:
        one: the consequence.
        inventories: where its subject's name may be; the first that knows it counts.
    """
    fields: dict[str, object] = {
        **one.params,
        "who": _who(one.subject, inventories),
        "id": one.subject.partition(":")[2],
    }
    condition = one.params.get("condition", one.subject)
    if condition in list(ConditionId):
        fields["title"] = title(str(condition))
    if "why" in fields:
        fields["why"] = word_or(Ended, str(fields["why"]))
    return say(SENTENCES[one.effect], **fields) + _more(one)


def _who(ref: str, inventories: tuple[Inventory, ...]) -> str:
    plain = ref.partition(":")[2]
    labels = [label(ref, inventory) for inventory in inventories]
    return next((text for text in labels if text != plain), plain or ref)


def _more(one: Consequence) -> str:
    if one.effect is Effect.ASKED_ANEW and one.params.get("what"):
        return f" ({one.params['what']})"
    if one.effect is Effect.RULE_OFF and one.params.get("faults") is not None:
        count = int(one.params["faults"] or 0)
        return trn(" ({n} open fault closes)", " ({n} open faults close)", count)
    return ""


def refusal(reloaded: Reloaded) -> str:
    """Say why an inventory that is right was not taken up."""
    counts = {"removed": reloaded.removed, "there": reloaded.there}
    if reloaded.danger == "targets":
        return tr(
            "it would remove {removed} of {there} targets; netmon reload --yes takes it up",
            **counts,
        )
    return tr(
        "it would remove {removed} of {there} lines; netmon reload --yes takes it up", **counts
    )
