"""Passwords: argon2id, slow on purpose, in a thread beside the loop, and few at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final, TypeVar

from pwdlib import PasswordHash
from pwdlib.exceptions import PwdlibError
from pwdlib.hashers.argon2 import Argon2Hasher

from netmon.model.errors import NetmonError

T = TypeVar("T")

#: Each takes 64 MiB and a core for a while.
_AT_ONCE: Final = 2
_WAITING: Final = 16


class Busy(NetmonError):  # noqa: N818 - the field says it so
    """Too many passwords are being looked at; try again later."""


class Passwords:
    """Makes and compares what is kept of passwords."""

    def __init__(self) -> None:
        self._hash = PasswordHash((Argon2Hasher(),))
        self._turns = asyncio.Semaphore(_AT_ONCE)
        self._waiting = 0
        self._nobodys: str | None = None

    async def hashed(self, password: str) -> str:
        """Return what is kept of a password.

        Raises:
            Busy: too many are asked for.
        """
        return await self._turn(lambda: self._hash.hash(password))

    async def match(self, password: str, kept: str | None) -> bool:
        """Say whether it is the password; without one to compare with it takes as long.

        Raises:
            Busy: too many are asked for.
        """
        if self._nobodys is None:
            self._nobodys = await self.hashed("nobody's password")
        against = kept or self._nobodys
        return await self._turn(lambda: self._verify(password, against)) and kept is not None

    def _verify(self, password: str, kept: str) -> bool:
        try:
            return self._hash.verify(password, kept)
        except PwdlibError:
            return False

    async def _turn(self, work: Callable[[], T]) -> T:
        if self._waiting >= _WAITING:
            raise Busy
        self._waiting += 1
        try:
            async with self._turns:
                return await asyncio.to_thread(work)
        finally:
            self._waiting -= 1
