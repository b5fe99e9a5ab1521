"""The errors of netmon, and what is not one.

::

    NetmonError
    ├── ConfigError     our files are wrong: where, what, what is allowed, the near word
    ├── UsageError      the request makes no sense: unknown id, action that the state does not allow
    ├── StoreError      the database failed; the step is not committed
    │   └── StepRefused     the step itself is wrong: trying it again cannot help
    └── EngineBroken    the engine itself failed (not the far side)

What the far side does is a value: ``Silence`` (wire), ``Delivery`` (outbox), None for "cannot be
known".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


class NetmonError(Exception):
    """Whatever netmon raises on purpose."""


@dataclass(frozen=True, slots=True, order=True)
class Mistake:
    """One thing wrong in one of our files, printable as ``path:line:col: message``."""

    path: str
    line: int  #: from 1; 0 = the file as a whole
    column: int  #: from 1
    message: str

    def __str__(self) -> str:
        where = f"{self.path}:{self.line}:{self.column}" if self.line else self.path
        return f"{where}: {self.message}"


class ConfigError(NetmonError):
    """Our files are wrong; carries every mistake, not the first."""

    def __init__(self, mistakes: Sequence[Mistake]) -> None:
        super().__init__("\n".join(map(str, mistakes)))
        self.mistakes = tuple(mistakes)


class UsageError(NetmonError):
    """The request makes no sense: an unknown id, an action that the state does not allow.

    Carries the sentence and what stands in its braces apart, so that a face can translate it.
    """

    def __init__(self, sentence: str, **params: object) -> None:
        super().__init__(sentence.format(**params) if params else sentence)
        self.sentence = sentence
        self.params = params


class StoreError(NetmonError):
    """The database failed; the step is not committed."""


class StepRefused(StoreError):  # noqa: N818 - the field says it so
    """The step itself is wrong, not the database: trying it again cannot help."""


class EngineBroken(NetmonError):  # noqa: N818 - the field says it so
    """The engine itself failed: its socket is gone, not the far side."""
