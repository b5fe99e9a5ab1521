"""Request-ids and message ids: not to be guessed, four octets in every encoding.

The two highest bits are never both zero nor the sign set, so an agent that writes an INTEGER anew,
in as few octets as it takes, writes four (X.690 §8.3.2) and its replies keep their layout.
"""

from __future__ import annotations

import secrets
import struct
from collections.abc import Iterator
from itertools import count
from typing import Final

_BLOCK: Final = struct.Struct(">1024I")
_REQUEST: Final = 0x40000000
_MESSAGE: Final = 0x01000000
_SPAN: Final = 0x3FFFFFFF


def request_ids() -> Iterator[int]:
    """Yield random ids from 2^30 to 2^31-1: an off-path attacker has to guess one of a billion."""
    while True:
        for number in _BLOCK.unpack(secrets.token_bytes(_BLOCK.size)):
            yield number & _SPAN | _REQUEST


def message_ids() -> Iterator[int]:
    """Yield ids that start at random and do not repeat within a process (RFC 3412 §6.2).

    They lie below those of ``request_ids``, for both are looked up in one place.
    """
    span = _REQUEST - _MESSAGE
    for number in count(secrets.randbelow(span)):
        yield _MESSAGE + number % span
