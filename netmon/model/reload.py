"""What another inventory brings: what differs, what follows from it, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum, unique

from netmon.model.fault import NO_PARAMS, Params


@unique
class How(StrEnum):
    """How an object differs."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Difference:
    """One object that differs between two inventories."""

    how: How
    ref: str  #: ``line:LN-0001``; ``policies`` and ``monitor`` stand for themselves
    what: tuple[str, ...] = ()  #: of a changed one: the fields that differ, as in the model


@unique
class Effect(StrEnum):
    """What may follow from another inventory; the worst first."""

    ROOT_GONE = "root_gone"  #: no ``monitor`` any more: nothing explains anything
    LINE_CUT_OFF = "line_cut_off"  #: no way from netmon to its end A is left in the inventory
    LINE_WITHOUT_PARENT = "line_without_parent"  #: new, and no way to its end A
    NODE_CUT_OFF = "node_cut_off"
    NODE_SINGLE = "node_single"  #: had two ways in; one line or node alone severs it now
    LINE_SINGLE = "line_single"  #: had a partner in its group
    TENANT_SINGLE = "tenant_single"  #: had two lines
    TENANT_WITHOUT_LINE = "tenant_without_line"  #: had a line
    FAULT_ENDS = "fault_ends"  #: an open fault closes without getting well
    TICKET_RESTORED = "ticket_restored"  #: its last open fault does
    FAULT_COVERED = "fault_covered"  #: planned work begins to cover it
    FAULT_HEARD = "fault_heard"  #: planned work covers it no longer
    WINDOW_ENDS = "window_ends"  #: planned work under way is taken back
    RULE_OFF = "rule_off"  #: a condition is judged no longer
    RULE_ON = "rule_on"
    ASKED_ANEW = "asked_anew"  #: a target is surveyed again
    SERIES = "series"  #: of metrics, reckoned: gone and new


@dataclass(frozen=True, slots=True)
class Consequence:
    """One thing that follows."""

    effect: Effect
    subject: str  #: an object ref, ``ticket:12``, ``maintenance:M-1``, a condition, ``netmon:self``
    params: Params = field(default_factory=lambda: NO_PARAMS)


@unique
class Asker(StrEnum):
    """Who asked for a reload."""

    FILE = "file"  #: nobody: the files changed
    SIGNAL = "signal"
    API = "api"


@dataclass(frozen=True, slots=True)
class ReloadWish:
    """A reload as it is asked for."""

    by: Asker
    actor: str | None = None
    dry_run: bool = False  #: say what would follow, and do nothing
    yes: bool = False  #: take it up also where it removes most of what there is


@unique
class Outcome(StrEnum):
    """What became of a reload whose files are right."""

    TAKEN_UP = "taken_up"
    DRY_RUN = "dry_run"
    REFUSED = "refused"  #: it removes most of what there is, and nobody said yes


@dataclass(frozen=True, slots=True)
class Reloaded:
    """What a reload came to."""

    outcome: Outcome
    before: str  #: digest of the inventory that stood
    after: str  #: of the one that was read
    differences: tuple[Difference, ...]
    consequences: tuple[Consequence, ...]
    danger: str | None = None  #: what most is removed of: ``lines`` or ``targets``
    removed: int = 0  #: so many of them
    there: int = 0  #: of so many
