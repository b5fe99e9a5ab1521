"""User-facing texts in Chinese and English, from one gettext catalogue.

Law: a message is written in English where it is said, as the literal argument of :func:`tr` (or
marked with :func:`N_` and said later with :func:`say`); its Chinese stands in
``zh/LC_MESSAGES/netmon.po``. A test keeps the two together.
"""

from __future__ import annotations

from contextvars import ContextVar
from enum import StrEnum, unique
from functools import lru_cache
from types import TracebackType

from netmon.model.inventory import Name


@unique
class Lang(StrEnum):
    """A language of netmon's texts."""

    EN = "en"
    ZH = "zh"


_current: ContextVar[Lang] = ContextVar("netmon_lang", default=Lang.EN)


class use:  # noqa: N801 - read as a word: ``with use(Lang.ZH):``
    """Speak ``lang`` from now on in this context, or, as ``with use(lang):``, for a while."""

    __slots__ = ("_token",)

    def __init__(self, lang: Lang | str) -> None:
        self._token = _current.set(Lang(lang))

    def __enter__(self) -> None:
        """Nothing is left to do: the language is set already."""

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        _current.reset(self._token)


def lang() -> Lang:
    """Return the language spoken in this context."""
    return _current.get()


def lang_of(tag: str | None) -> Lang | None:
    """Return the language that a tag means: ``zh_CN.UTF-8``, ``zh-Hans``, ``en``, ``C``."""
    word = (tag or "").replace("_", "-").split(".")[0].split("-")[0].strip().lower()
    if word in ("c", "posix"):
        return Lang.EN
    return Lang(word) if word in (Lang.EN, Lang.ZH) else None


def tr(msgid: str, /, **params: object) -> str:
    """Say a literal ``msgid`` in the current language, its ``{fields}`` filled from ``params``."""
    text = msgid if _current.get() is Lang.EN else _catalogue().get(msgid, msgid)
    return text.format(**params) if params else text


def trn(one: str, many: str, /, n: int, **params: object) -> str:
    """Say ``one`` or ``many`` of a thing; ``{n}`` is the number. Chinese has one form."""
    if _current.get() is Lang.EN:
        return (one if n == 1 else many).format(n=n, **params)
    return _catalogue().get(one, many).format(n=n, **params)


def say(msgid: str, /, **params: object) -> str:
    """Say a ``msgid`` that was marked with :func:`N_` elsewhere."""
    return tr(msgid, **params)


def N_(msgid: str) -> str:  # noqa: N802 - gettext's own name for it
    """Mark a literal as a message, to be said later."""
    return msgid


def name_of(name: Name) -> str:
    """Return a name in the current language."""
    return name.zh if _current.get() is Lang.ZH else name.en


@lru_cache(maxsize=1)
def _catalogue() -> dict[str, str]:
    from netmon.locale.catalogue import read

    return read(Lang.ZH)
