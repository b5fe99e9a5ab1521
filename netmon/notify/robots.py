"""Make Apprise's plug-ins read what a robot answers.

The group robots of WeCom and DingTalk answer every POST with HTTP 200 and say in its JSON whether
they took the message (``errcode``); the plug-ins look at the status alone, so that a message with
a withdrawn key would count as delivered. Their modules are given a ``requests`` that looks.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from importlib import import_module
from typing import Any, Final

#: Plug-ins that look at the HTTP status alone.
_HASTY: Final = ("apprise.plugins.wecombot", "apprise.plugins.dingtalk")

#: Busy, or too many messages: later. https://developer.work.weixin.qq.com/document/path/90313,
#: https://open.dingtalk.com/document/orgapp/server-api-error-codes-1
BUSY: Final = frozenset({-1, 45009, 45033, 88, 90018, 130101, 410100, 660026})

_said = threading.local()


class _Careful:
    """The module ``requests``, for one plug-in."""

    def __init__(self, requests: Any) -> None:  # noqa: ANN401 - a module
        self._requests = requests

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever it is
        return getattr(self._requests, name)

    def post(self, *args: Any, **options: Any) -> Any:  # noqa: ANN401 - as requests.post
        answer = self._requests.post(*args, **options)
        code = _code_of(answer)
        if code:
            _said.code = code
            raise self._requests.RequestException("the robot refused")
        return answer


def _code_of(answer: Any) -> int:  # noqa: ANN401 - requests.Response
    """Return the error code in an answer; 0 where it says none."""
    if answer.status_code != 200:
        return 0
    try:
        said = answer.json()
    except ValueError:
        return 0
    code = said.get("errcode") if isinstance(said, dict) else None
    return code if isinstance(code, int) else 0


def forget() -> None:
    """Forget what a robot said to this thread."""
    _said.code = 0


def code() -> int:
    """Return what a robot said to this thread; 0 = nothing, or that all is well."""
    return int(getattr(_said, "code", 0))


def make_careful(names: Iterable[str] = _HASTY) -> None:
    """Have the plug-ins look from now on."""
    for name in names:
        module: Any = import_module(name)
        if not isinstance(module.requests, _Careful):
            module.requests = _Careful(module.requests)
