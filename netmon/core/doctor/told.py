"""An examination in words, and as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from netmon.core.doctor.examine import Examination
from netmon.core.doctor.finding import Finding
from netmon.core.doctor.question import Topic
from netmon.core.doctor.subject import Subject
from netmon.locale import N_, say, tr
from netmon.locale.figures import duration, number

Json = Mapping[str, object]

TOPICS: Final[Mapping[Topic, str]] = {
    Topic.REACH: N_("reach"),
    Topic.ACCESS: N_("access"),
    Topic.VIEW: N_("view"),
    Topic.SIZE: N_("reply size"),
    Topic.SPEED: N_("speed"),
    Topic.SELF: N_("device"),
    Topic.INVENTORY: N_("inventory"),
}
_MINUTE_S: Final = 60.0


def sentence(finding: Finding, subject: Subject) -> str:
    """Say what was found, in the current language."""
    return say(finding.row.says, **_shown(finding, subject))


def next_step(examination: Examination, subject: Subject) -> str:
    """Say the one thing to do next, in the current language."""
    finding = examination.decisive
    if finding is None:
        return tr("Nothing is to be done: the device answers as configured.")
    return say(finding.row.step, **_shown(finding, subject))


def examination_json(examination: Examination, subject: Subject, duration_s: float) -> Json:
    """Return an examination as ``netmon doctor --json`` prints it."""
    decisive, peer = examination.decisive, subject.peer
    return {
        "id": subject.target.id if subject.target else None,
        "address": peer.address,
        "port": peer.port,
        "version": peer.credential.version.value,
        "credential": _credential(subject),
        "ok": examination.is_well,
        "cause": decisive.code.value if decisive else None,
        "next_step": next_step(examination, subject),
        "duration_s": round(duration_s, 3),
        "findings": [
            {
                "topic": finding.row.topic.value,
                "mark": finding.row.mark.value,
                "code": finding.code.value,
                "text": sentence(finding, subject),
                "params": {name: _plain(value) for name, value in finding.params.items()},
            }
            for finding in examination.findings
        ],
    }


def _credential(subject: Subject) -> str | None:
    """Return the id of the inventory's credential, None where it was typed."""
    credential = subject.peer.credential
    known = subject.inventory.credentials if subject.inventory else {}
    return credential.id if known.get(credential.id) == credential else None


def _plain(value: object) -> object:
    if isinstance(value, list):
        return [str(one) for one in value]
    return value.value if isinstance(value, StrEnum) else value


def _shown(finding: Finding, subject: Subject) -> dict[str, object]:
    """Return what fills the braces: the device's own figures, and those of the finding."""
    peer = subject.peer
    params: dict[str, object] = {"address": peer.address, "port": peer.port}
    params |= {"user": peer.credential.user or ""}
    return params | {name: _figure(name, value) for name, value in finding.params.items()}


def _figure(name: str, value: object) -> object:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if isinstance(value, int | float) and name.endswith("_s"):
        return span(value)
    if isinstance(value, int) and name in ("largest", "silent", "octets"):
        return f"{value:,}"
    return value


def span(seconds: float) -> str:
    """Return a span with what matters of it: ``0.31 ms``, ``1.5 s``, ``3 d 4 h``."""
    if seconds <= 0:  # some clocks tick in milliseconds
        return tr("< 1 ms")
    if 1 <= seconds < _MINUTE_S:
        return tr("{n} s", n=number(seconds, 2))
    return duration(seconds)
