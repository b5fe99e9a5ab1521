"""The catalogue file: gettext's PO, read through Babel; there is no compiled form to forget."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import files

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po


def load(language: str) -> Catalog:
    """Return a language's catalogue."""
    path = files("netmon.locale") / language / "LC_MESSAGES" / "netmon.po"
    with path.open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)


def read(language: str) -> dict[str, str]:
    """Return a language's translations by msgid (of a plural: by its singular)."""
    translations: dict[str, str] = {}
    for message in load(language):
        msgid, text = _first(message.id), _first(message.string)
        if msgid and text:
            translations[msgid] = text
    return translations


def _first(forms: str | Sequence[str] | None) -> str:
    return forms if isinstance(forms, str) else next(iter(forms or ()), "")
