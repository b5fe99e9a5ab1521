"""What somebody says of a port or of a target is a hint: the truth is asked at once."""

from __future__ import annotations

from netmon.core.draft import Draft
from netmon.model.inventory import TargetId
from netmon.model.reading import Lane


def hinted(draft: Draft, target: TargetId, interface: str | None) -> None:
    """Have a target asked at once whether it is there and how its ports stand.

    Args:
        draft: the step in the making.
        target: who is spoken of.
        interface: the port by its name, where it is known.
    """
    draft.ask(target, Lane.PRESENCE)
    draft.ask(target, Lane.STATUS)
