"""Channels to people: Apprise's, and one that only writes netmon's log.

The only file that imports Apprise. Rule 1: a URL is a secret as a whole: of it only the scheme is
ever said, and Apprise's own log, which names more, goes nowhere. Rule 2: one try has one deadline,
in a thread of its own, for Apprise blocks.
"""

from __future__ import annotations

import asyncio
import logging
import re
import threading
import warnings
from collections.abc import Sequence
from functools import cache
from typing import Any, Final

from netmon.model.event import Attempt, Bulletin, Delivery
from netmon.model.secret import Secret
from netmon.model.telling import Channel
from netmon.notify import robots
from netmon.notify.post import delivery_of

log = logging.getLogger(__name__)

#: One try on one channel, seconds.
DEADLINE_S: Final = 15.0
#: Of Apprise's own waiting for a connection and for an answer, seconds.
_SOCKET_S: Final = 6.0
#: The channel that only writes netmon's log: to see what would be told.
LOG_SCHEME: Final = "log"
#: What takes no more than so many characters is an SMS or a pager.
_SHORT: Final = 400
_STATUS: Final = re.compile(r"(?:\berror=|\bfailed: )([1-5][0-9][0-9])\b")
_CODE: Final = re.compile(r"\bcode=([0-9]{1,9})\b")
_SCHEME: Final = re.compile(r"([a-z0-9][a-z0-9+.-]{0,19})://", re.IGNORECASE)


def scheme_of(url: str) -> str | None:
    """Return a URL's scheme, which is no secret; None where it has none."""
    found = _SCHEME.match(url)
    return found[1].lower() if found else None


def schemes() -> list[str]:
    """Return every scheme there is."""
    manager: Any = _apprise().manager_plugins.NotificationManager()
    return sorted({LOG_SCHEME, *manager.schemas()})


def is_right(url: str) -> bool:
    """Say whether a URL is one that can be told through."""
    return scheme_of(url) == LOG_SCHEME or _plugin(url) is not None


class Line:
    """One channel, ready to be used: tries, and says what became of it. Never raises."""

    def __init__(self, channel: Channel, deadline_s: float = DEADLINE_S) -> None:
        self.id = channel.id
        self._url = channel.url
        self._deadline_s = deadline_s
        self._made: Any = None
        self._busy = threading.Event()

    async def send(self, bulletin: Bulletin) -> Attempt:
        """Try once."""
        if scheme_of(self._url.reveal()) == LOG_SCHEME:
            log.info("told channel=%s %s", self.id, bulletin.short)
            return Attempt(Delivery.DELIVERED)
        if self._busy.is_set():
            return Attempt(Delivery.RETRY, "timeout")  # the last try has not come back
        loop = asyncio.get_running_loop()
        done: asyncio.Future[Attempt] = loop.create_future()

        def come_back(attempt: Attempt) -> None:
            if not done.done():
                done.set_result(attempt)

        def work() -> None:
            attempt = self._send(bulletin)
            self._busy.clear()
            try:
                loop.call_soon_threadsafe(come_back, attempt)
            except RuntimeError:  # the loop is closed: netmon has ended meanwhile
                return

        self._busy.set()
        threading.Thread(target=work, name=f"channel {self.id}", daemon=True).start()
        try:
            async with asyncio.timeout(self._deadline_s):
                return await done
        except TimeoutError:
            return Attempt(Delivery.RETRY, "timeout")

    def _send(self, bulletin: Bulletin) -> Attempt:
        """Try once, in this thread."""
        try:
            if self._made is None:
                self._made = _plugin(self._url.reveal())
            if self._made is None:
                return Attempt(Delivery.REFUSED, "bad_url")
            robots.forget()
            heard.begin()
            title, body = _cut(bulletin, self._made)
            sent = self._made.notify(title=title, body=body, body_format="text")
            return Attempt(Delivery.DELIVERED) if sent else _failure(robots.code(), heard.end())
        except Exception as error:  # noqa: BLE001 - whatever a plug-in does; its text may tell the URL
            log.warning("channel failed channel=%s error=%s", self.id, type(error).__name__)
            return Attempt(Delivery.RETRY, "error")


def line_of(channel: Channel) -> Line:
    """Return a channel, ready to be used."""
    return Line(channel)


def group_of(ident: str, url: str) -> Line:
    """Return the channel of a group's robot."""
    return Line(Channel(ident, Secret(url)))


def _cut(bulletin: Bulletin, plugin: Any) -> tuple[str, str]:  # noqa: ANN401 - Apprise's
    """Return title and text as the channel can take them."""
    most = int(plugin.body_maxlen)
    if 0 < most <= _SHORT:
        return "", _fit([bulletin.short], most)
    room = most - len(bulletin.title.encode()) - 8
    return bulletin.title, _fit(bulletin.text.split("\n"), room if most > 0 else 1 << 20)


def _fit(lines: Sequence[str], most: int) -> str:
    """Return whole lines within so many octets of UTF-8: some count those, and none asks less."""
    text = "\n".join(lines)
    if len(text.encode()) <= most:
        return text
    kept = list(lines)
    while len(kept) > 1 and len("\n".join([*kept, "…"]).encode()) > most:
        kept.pop()
    text = "\n".join([*kept, "…"]) if len(lines) > 1 else text
    return text.encode()[: max(0, most)].decode(errors="ignore")


def _failure(code: int, said: Sequence[str]) -> Attempt:
    """Return what the words of a plug-in come to; none of them is repeated."""
    if code:
        delivery = Delivery.RETRY if code in robots.BUSY else Delivery.REFUSED
        return Attempt(delivery, f"errcode_{code}")
    text = "\n".join(said)
    if status := _STATUS.search(text):
        delivery = delivery_of(int(status[1]))
        sure = Delivery.RETRY if delivery is Delivery.DELIVERED else delivery
        return Attempt(sure, f"http_{status[1]}")
    if own := _CODE.search(text):
        return Attempt(Delivery.REFUSED, f"errcode_{own[1]}")
    is_away = "onnection error" in text
    return Attempt(Delivery.RETRY, "unreachable" if is_away else "failed")


class _Heard:
    """What Apprise says in this thread: kept for one try, and let through to nobody."""

    def __init__(self) -> None:
        self._words = threading.local()

    def begin(self) -> None:
        self._words.lines = []

    def end(self) -> list[str]:
        return list(getattr(self._words, "lines", []))

    def filter(self, record: logging.LogRecord) -> bool:
        lines = getattr(self._words, "lines", None)
        if lines is not None and record.levelno >= logging.WARNING:
            lines.append(record.getMessage())
        return False


heard: Final = _Heard()


@cache
def _apprise() -> Any:  # noqa: ANN401 - a module that takes a second to load
    logging.getLogger("apprise").addFilter(heard)
    logging.getLogger("urllib3").setLevel(logging.CRITICAL)  # its lines have paths in them
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of its own imports; nobody here can mend them
        import apprise
        import apprise.manager_plugins

        manager: Any = apprise.manager_plugins.NotificationManager
        manager().load_modules()
    robots.make_careful()
    return apprise


@cache
def _asset() -> Any:  # noqa: ANN401
    made: Any = _apprise().AppriseAsset(
        app_id="netmon", app_desc="netmon", app_url="", storage_mode="memory"
    )
    return made


def _plugin(url: str) -> Any:  # noqa: ANN401
    """Return Apprise's object for a URL; None where it knows none, or the URL is wrong."""
    try:
        found: Any = _apprise().Apprise.instantiate(url, asset=_asset(), suppress_exceptions=True)
    except Exception:  # noqa: BLE001 - whatever a plug-in makes of strange words
        return None
    if not found:
        return None
    found.request_rate_per_sec = 0  # netmon has a pace of its own
    found.redirects = False  # followed, a POST becomes a GET of some page that says 200
    found.socket_connect_timeout = found.socket_read_timeout = _SOCKET_S
    return found
