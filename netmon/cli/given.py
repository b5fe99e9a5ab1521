"""What every command takes, before it or after it: where things are, and the language."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeVar

import click

from netmon.cli import keyring
from netmon.cli.actor import login_name
from netmon.locale import N_, Lang, lang_of, tr, use
from netmon.terminal.client import Client

F = TypeVar("F", bound=Callable[..., Any])

DEFAULT_URL: Final = "http://127.0.0.1:9464"
#: What gettext asks, the strongest first (POSIX XBD §8.2).
_LOCALE: Final = ("LC_ALL", "LC_MESSAGES", "LANG")


@dataclass(slots=True)
class Given:
    """The options as typed, the last word counting; None = not given."""

    inventory: str | None = None
    data: str | None = None
    lang: str | None = None
    url: str | None = None

    @property
    def inventory_dir(self) -> Path:
        """Where the inventory is."""
        return Path(self.inventory or "inventory")

    @property
    def data_dir(self) -> Path:
        """Where netmon keeps its own."""
        return Path(self.data or "data")

    def flags(self, **more: str | None) -> dict[str, str | None]:
        """Return what ``config.settings`` calls flags."""
        return {"inventory": self.inventory, "data": self.data, "lang": self.lang, **more}

    def client(self) -> Client:
        """Return a conversation with the running netmon.

        It is at ``--url``, else where the netmon of this data directory says it is.
        """
        url = self.address
        token = (
            os.environ.get("NETMON_TOKEN")
            or _content(self.data_dir / "token")
            or keyring.token_for(url)
        )
        return Client(url, token, myself=login_name())

    @property
    def address(self) -> str:
        """Where the running netmon is."""
        url = self.url or _content(self.data_dir / "url") or DEFAULT_URL
        return url if "://" in url else f"http://{url}"

    @property
    def token_before_login(self) -> str | None:
        """Say which token counts before that of a session here; None = none does."""
        if os.environ.get("NETMON_TOKEN"):
            return "NETMON_TOKEN"
        path = self.data_dir / "token"
        return str(path) if _content(path) else None


def _content(path: Path) -> str | None:
    try:
        return path.read_text("utf-8").strip() or None
    except (OSError, UnicodeDecodeError):
        return None


pass_given = click.make_pass_decorator(Given, ensure=True)


def shared_options() -> list[click.Parameter]:
    """Return the options that the program and each of its commands take."""
    texts = (
        ("inventory", "DIR", N_("The inventory (default ./inventory)")),
        ("data", "DIR", N_("netmon's own data (default ./data)")),
        ("url", "URL", N_("A running netmon (default http://127.0.0.1:9464)")),
    )
    options: list[click.Parameter] = [
        click.Option(
            [f"--{name}"],
            metavar=metavar,
            envvar=f"NETMON_{name.upper()}",
            help=text,
            expose_value=False,
            callback=_keep,
        )
        for name, metavar, text in texts
    ]
    lang = click.Option(
        ["--lang"],
        type=click.Choice([lang.value for lang in Lang]),
        envvar="NETMON_LANG",
        help=N_("The language (default from the locale)"),
        expose_value=False,
        callback=_keep,
        is_eager=True,
    )
    return [*options, lang]


def _keep(context: click.Context, option: click.Parameter, value: Any) -> None:  # noqa: ANN401
    if value is None or option.name is None:
        return
    given = context.ensure_object(Given)
    asked = context.get_parameter_source(option.name)
    typed = asked is click.core.ParameterSource.COMMANDLINE
    if typed or getattr(given, option.name) is None:  # the environment never overrides
        setattr(given, option.name, str(value))
    if option.name == "lang":
        use(Lang(given.lang or value))


def spoken(arguments: Sequence[str], environ: Mapping[str, str]) -> Lang:
    """Return the language of the help and of errors, known before the arguments are understood."""
    for i, argument in enumerate(arguments):
        name, equals, value = argument.partition("=")
        if name == "--lang":
            following = arguments[i + 1] if i + 1 < len(arguments) else ""
            return lang_of(value if equals else following) or Lang.EN
    asked = lang_of(environ.get("NETMON_LANG"))
    return asked or of_locale(environ)


def of_locale(environ: Mapping[str, str]) -> Lang:
    """Return the locale's language; ``LANGUAGE`` counts where the locale is not ``C``."""
    locale = next((environ[name] for name in _LOCALE if environ.get(name)), "C")
    if locale.split(".")[0] in ("C", "POSIX"):
        return Lang.EN
    wished = (lang_of(word) for word in environ.get("LANGUAGE", "").split(":"))
    return next((lang for lang in wished if lang), None) or lang_of(locale) or Lang.EN


def json_option(text: str | None = None) -> Callable[[F], F]:
    """Return the ``--json`` flag."""
    return click.option("--json", "as_json", is_flag=True, help=text or N_("JSON on stdout"))


def refuse(problem: str) -> click.UsageError:
    """Return a wrong usage."""
    return click.UsageError(problem, click.get_current_context(silent=True))


def need(value: str | None, what: str) -> str:
    """Return what must be given."""
    if not value:
        raise refuse(tr("{what} is missing", what=what))
    return value
