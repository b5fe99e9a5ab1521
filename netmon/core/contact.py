"""Contacts are personal data: what of them may leave the duty room."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from netmon.model.inventory import Contact

#: Digits that stay at both ends of a number, the longest numbers first: 138****1234.
_SHOWN: Final = ((11, 3, 4), (7, 0, 4), (4, 0, 2))
_HIDDEN: Final = "*"


def masked(contact: Contact) -> Contact:
    """Return a contact by which people recognise their own, and nobody finds another's."""
    return Contact(contact.name[:1] + 2 * _HIDDEN, masked_phone(contact.phone))


@lru_cache(maxsize=4096)
def masked_phone(phone: str) -> str:
    """Return a telephone number with its middle digits hidden; what separates them stays.

    >>> masked_phone("13812341234")
    '138****1234'
    >>> masked_phone("0000-5551001")
    '000*-***1001'
    """
    count = sum(char.isdigit() for char in phone)
    first, last = next(((a, z) for least, a, z in _SHOWN if count >= least), (0, 0))
    told, at = [], 0
    for char in phone:
        at += char.isdigit()
        hidden = char.isalnum() and not (char.isdigit() and (at <= first or at > count - last))
        told.append(_HIDDEN if hidden else char)
    return "".join(told)
