"""What people do: one row for each kind of act, and its refusal is its actor's answer alone.

What is done stands in the audit trail in the same step; what is refused, in one of its own
(``refused``), so that nothing half done comes with it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from netmon.core import accounts, amendments, audit, external, handover, telling, ticket_acts
from netmon.core.draft import Draft
from netmon.model.account import (
    AddAccount,
    ChangeAccount,
    FailLogIn,
    IssueToken,
    LogIn,
    NoteUse,
    RemoveAccount,
    RevokeToken,
    SetPassword,
)
from netmon.model.act import Act
from netmon.model.alert import TellAlerts
from netmon.model.audit import PruneAudit, RecordRefusal
from netmon.model.errors import NetmonError
from netmon.model.handover import AcceptHandover, HandOver
from netmon.model.outage import Amend
from netmon.model.telling import HandleLetter
from netmon.model.ticket import Command, Merge, OpenTicket, Reparent, Split


def carry_out(draft: Draft, act: Act[object]) -> None:
    """Do it; a refusal is that person's answer and nobody else's trouble."""
    try:
        answer = CARRIED_OUT[type(act)](draft, act)
    except NetmonError as refusal:
        draft.answers.append(refusal)
        return
    audit.record_act(draft, act)
    draft.answers.append(answer)


@dataclass(frozen=True, slots=True)
class Refused(Act[None]):
    """Record that an act was refused, and why."""

    act: Act[Any]
    reason: str

    @property
    def called(self) -> None:
        """Say that it makes the entry of the act, and none of its own."""
        return


def _refused(draft: Draft, refused: Refused) -> None:
    audit.record_act(draft, refused.act, refused.reason)


#: Act -> how it is done: returns the answer, or raises a refusal before anything is written.
CARRIED_OUT: Final[Mapping[type[Act[Any]], Callable[[Draft, Any], object]]] = MappingProxyType(
    {
        TellAlerts: external.take_in,
        HandOver: handover.hand_over,
        AcceptHandover: handover.accept,
        HandleLetter: telling.handle_letter,
        Amend: amendments.amend,
        Refused: _refused,
        RecordRefusal: audit.refusal,
        PruneAudit: audit.prune,
        AddAccount: accounts.add,
        ChangeAccount: accounts.change,
        SetPassword: accounts.set_password,
        RemoveAccount: accounts.remove,
        LogIn: accounts.log_in,
        FailLogIn: accounts.fail_log_in,
        IssueToken: accounts.issue,
        RevokeToken: accounts.revoke,
        NoteUse: accounts.note_use,
        Command: ticket_acts.command,
        OpenTicket: ticket_acts.open_ticket,
        Merge: ticket_acts.merge,
        Split: ticket_acts.split,
        Reparent: ticket_acts.reparent,
    }
)
