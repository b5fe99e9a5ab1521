"""Every seam of netmon, on one screen.

One Protocol per seam; what an implementation must keep is said here and tested by
``tests/contract/``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from netmon.model.wire import Reply, Request


class Clock(Protocol):
    """The time of day. Aware, UTC, never backwards within a process."""

    def now(self) -> datetime:
        """Return the present instant."""
        ...


class Engine(Protocol):
    """The wire. One call for many requests, so an engine can batch; answers come in batches too."""

    async def start(self) -> None:
        """Open the sockets on the running loop.

        Raises:
            EngineBroken: no socket could be opened.
        """
        ...

    def submit(
        self, requests: Sequence[Request], deliver: Callable[[Sequence[Reply]], None]
    ) -> Callable[[], None]:
        """Send all and deliver exactly one Reply per Request, in the order they are complete.

        Silence is a Reply, not an exception; nothing that the far side does raises. ``deliver`` is
        called on the loop, never before ``submit`` returns, and may submit more.

        Returns:
            A call that cancels: what is not yet delivered is dropped, and never delivered later.
        """
        ...

    def forget(self, key: str) -> None:
        """Drop what was learnt of the peer with this ``Peer.key``: its address or self changed."""
        ...

    def counts(self) -> Mapping[str, int]:
        """Return datagrams since the start: requests, replies, timeouts, retries, errors."""
        ...

    async def close(self) -> None:
        """Close the sockets; nothing is delivered afterwards."""
        ...
