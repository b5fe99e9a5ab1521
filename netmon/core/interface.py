"""Interfaces by name: unique names, and the port that a person means by ``GE0/0/1``."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Final

#: ifAdminStatus and ifOperStatus (IF-MIB RFC 2863).
ADMIN: Final = {1: "up", 2: "down", 3: "testing"}
OPER: Final = {
    1: "up",
    2: "down",
    3: "testing",
    4: "unknown",
    5: "dormant",
    6: "notPresent",
    7: "lowerLayerDown",
}

#: The words of one kind of port, of all vendors, the one we compare by first. Lower case, letters
#: and the digits that belong to the word; what follows is the number.
_WORDS: Final = (
    ("fe", "fastethernet", "fas", "fa", "fei"),
    ("eth", "ethernet", "et", "e"),
    ("ge", "gigabitethernet", "gigaethernet", "gig", "gi", "g", "gei"),
    ("2.5ge", "two5gige", "twodot5gigabitethernet", "tw"),
    ("5ge", "fivegigabitethernet", "fi"),
    (
        "xge",
        "xgigabitethernet",
        "10ge",
        "ten-gigabitethernet",
        "tengigabitethernet",
        "tengige",
        "tengigaethernet",
        "tge",
        "te",
        "xgi",
        "xgei",
        "xe",
        "tg",
    ),
    ("25ge", "twenty-fivegige", "twentyfivegige", "twentyfivegigabitethernet", "twe", "wge"),
    ("40ge", "fortygige", "fortygigabitethernet", "fo", "fge", "xlgei"),
    ("50ge", "fiftygige", "fiftygigabitethernet"),
    ("100ge", "hundredgige", "hundredgigabitethernet", "hundredgigaethernet", "hu", "hge", "cgei"),
    ("200ge", "twohundredgige"),
    ("400ge", "fourhundredgige"),
    ("mge", "m-gigabitethernet"),
    ("me", "m-ethernet", "meth"),
    ("eth-trunk", "trunk"),
    ("bagg", "bridge-aggregation"),
    ("ragg", "route-aggregation"),
    ("po", "port-channel", "portchannel"),
    ("ag", "aggregateport", "aggregate-port"),
    ("smartgroup", "sg"),
    ("vlanif", "vlan-interface", "vlan-int", "vlan", "vl", "vlif"),
    ("lo", "loopback", "loop"),
    ("tun", "tunnel", "tu"),
    ("se", "serial", "ser"),
    ("pos", "packet-over-sonet"),
    ("null", "nu"),
)
_CANONICAL: Final = {word: words[0] for words in _WORDS for word in words}

#: A word, perhaps with digits in front (``10GE``), then the number with its slashes and dots.
_PORT: Final = re.compile(r"(\d*(?:\.5)?[a-z][a-z-]*?(?:5gige)?)[ _-]*(\d[\d/.:_-]*)")


def canonical(name: str) -> str:
    """Return a name in the form that names are compared by.

    >>> canonical("GigabitEthernet0/0/1") == canonical("GE0/0/1")
    True
    >>> canonical("Eth-Trunk1")
    'eth-trunk 1'
    """
    low = "".join(name.lower().split())
    hit = _PORT.fullmatch(low)
    if hit is None:
        return low
    word, number = hit.groups()
    return f"{_CANONICAL.get(word, word)} {number}"


def find_interface(names: Sequence[str], descrs: Sequence[str], wanted: str) -> int | None:
    """Return the position of the port that ``wanted`` means; None if none or several are meant.

    An exact ifName counts before an exact ifDescr, and both before the same port in other words
    (``GE0/0/1``, ``GigabitEthernet0/0/1``).
    """
    for texts in (names, descrs):
        if wanted in texts:
            return texts.index(wanted)
    form = canonical(wanted)
    for texts in (names, descrs):
        hits = [i for i, text in enumerate(texts) if canonical(text) == form]
        if hits:
            return hits[0] if len(hits) == 1 else None
    return None


def unique_names(
    names: Sequence[str], descrs: Sequence[str], index: Sequence[int]
) -> tuple[str, ...]:
    """Return one name per interface, no two alike: ifName, else ifDescr, else with ifIndex.

    A name that is its own stays, whatever else is there: an interface that appears does not rename
    another unless it has taken the very same name.
    """
    by_name, by_descr = Counter(names), Counter(descrs)
    own = [
        name if name and by_name[name] == 1
        else descr if descr and by_descr[descr] == 1 and descr not in by_name
        else None
        for name, descr in zip(names, descrs, strict=True)
    ]  # fmt: skip
    taken = set(own)
    chosen = []
    for at, name in enumerate(own):
        free = name or f"{names[at] or descrs[at] or 'if'}#{index[at]}"
        while name is None and free in taken:
            free += f"#{index[at]}"
        taken.add(free)
        chosen.append(free)
    return tuple(chosen)
