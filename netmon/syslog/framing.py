"""Cut a TCP stream into messages: octet counting, or a delimiter (RFC 6587), as it comes.

A sender may change between the two, so each frame is looked at anew. ``MSG-LEN SP <`` is counted;
anything else ends at LF or NUL. No frame takes more memory than the longest message.
"""

from __future__ import annotations

import re
from typing import Final

from netmon.syslog.message import LONGEST

#: A count, the blank, and the first octet of the message it counts (RFC 6587 §3.4.1).
_COUNTED: Final = re.compile(rb"([1-9]\d{0,7}) <")
#: What may yet become one.
_MAYBE: Final = re.compile(rb"[1-9]\d{0,7} ?\Z")
_DELIMITER: Final = re.compile(rb"[\n\0]")


class Framing:
    """One connection's stream. Feed it what comes; it gives whole messages.

    A message that is too long is given cut, one octet longer than the longest, so that whoever
    reads it can see that.
    """

    def __init__(self) -> None:
        self._rest = b""  #: of a frame that is not complete
        self._skip_count = 0  #: octets of a counted frame that are not taken
        self._skip_line = False  #: the rest of a line is not taken

    @property
    def held(self) -> int:
        """Return how many octets wait for the rest of their frame."""
        return len(self._rest)

    def feed(self, octets: bytes) -> list[bytes]:
        """Take octets in; return the messages that they complete, empty ones left out."""
        data = self._rest + octets
        found: list[bytes] = []
        at = 0
        while at < len(data):
            after = self._one(data, at, found)
            if after is None:
                break
            at = after
        self._rest = data[at:]
        return [message for message in found if message.strip()]

    def end(self) -> list[bytes]:
        """Return what the last frame held when the stream ended."""
        last, self._rest = self._rest, b""
        return [last] if last.strip() else []

    def _one(self, data: bytes, at: int, found: list[bytes]) -> int | None:
        """Take one frame, or what is to be skipped; return where the next one begins."""
        if self._skip_count:
            skipped = min(self._skip_count, len(data) - at)
            self._skip_count -= skipped
            return at + skipped
        if self._skip_line:
            end = _DELIMITER.search(data, at)
            self._skip_line = end is None
            return len(data) if end is None else end.end()
        counted = _COUNTED.match(data, at)
        if counted is not None:
            return self._counted(data, counted.end() - 1, int(counted[1]), found)
        if _MAYBE.match(data, at):
            return None
        return self._line(data, at, found)

    def _counted(self, data: bytes, start: int, count: int, found: list[bytes]) -> int | None:
        taken = min(count, LONGEST + 1)
        if len(data) - start < taken:
            return None
        found.append(data[start : start + taken])
        self._skip_count = count - taken
        return start + taken

    def _line(self, data: bytes, at: int, found: list[bytes]) -> int | None:
        end = _DELIMITER.search(data, at, at + LONGEST + 1)
        if end is not None:
            found.append(data[at : end.start()])
            return end.end()
        if len(data) - at <= LONGEST:
            return None
        found.append(data[at : at + LONGEST + 1])
        self._skip_line = True
        return at + LONGEST + 1
