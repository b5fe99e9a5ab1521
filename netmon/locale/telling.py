"""Why somebody was not reached, in words."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from netmon.locale import N_, say, tr

_REASONS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "timeout": N_("no answer in time"),
        "unreachable": N_("no connection"),
        "tls": N_("its certificate is not trusted"),
        "no_http": N_("what answers there is not HTTP"),
        "failed": N_("the service did not take it"),
        "error": N_("an error in netmon or Apprise; its log says more"),
        "bad_url": N_("the URL is wrong"),
        "no_channel": N_("there is no channel"),
        "left": N_("the inventory has no such receiver any more"),
        "unknown_fault": N_("it tells of a fault that this version does not know"),
    }
)


def delivery_reason(code: str) -> str:
    """Say a reason: ``http_403``, ``wecom:errcode_93000``, ``timeout``; what is not known as is."""
    channel, colon, plain = code.rpartition(":")
    kind, _, number = plain.partition("_")
    if plain in _REASONS:
        text = say(_REASONS[plain])
    elif kind == "http" and number.isdecimal():
        text = f"HTTP {number}"
    elif kind == "errcode":
        text = tr("error {code} of the service", code=number)
    else:
        text = plain
    return tr("{channel}: {reason}", channel=channel, reason=text) if colon else text
