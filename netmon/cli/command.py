"""Commands that speak both languages and know the word that was meant."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any, Final

import click

from netmon.cli.given import shared_options
from netmon.config.explain import near
from netmon.locale import N_, say, tr

_HELP: Final = N_("Show this and end")


class _Spoken(click.Command):
    """Help in the current language, said when it is asked for."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - click's own
        super().__init__(*args, **kwargs)
        self.params += shared_options()

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = _HELP
        return option

    def get_short_help_str(self, limit: int = 72) -> str:
        text = say(self.help or "").partition("\n")[0]
        return text if len(text) <= limit else text[: limit - 1] + "…"

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        pieces = " ".join(self.collect_usage_pieces(ctx))
        formatter.write_usage(ctx.command_path, pieces, prefix=tr("Usage:") + " ")

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_text(say(self.help or ""))

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        rows = []
        for option in self.get_params(ctx):
            record = option.get_help_record(ctx)
            if record is not None and isinstance(option, click.Option):
                rows.append((record[0], say(option.help or "")))
        with formatter.section(tr("Options")):
            formatter.write_dl(rows)


class Command(_Spoken):
    """One command; it takes the program's options too."""


class Group(_Spoken, click.Group):
    """Commands under one name, each loaded when it is called or listed."""

    def __init__(self, *args: Any, lazy: dict[str, str] | None = None, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        self._lazy = lazy or {}  # command → module that has it by its own name

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [*self._lazy, *self.commands]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        module = self._lazy.get(cmd_name)
        if module is None:
            return self.commands.get(cmd_name)
        command: click.Command = getattr(import_module(module), f"{cmd_name}_command")
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        word = args[0]
        if self.get_command(ctx, word) is None and not word.startswith("-"):
            raise click.UsageError(_unknown(word, self.list_commands(ctx)), ctx)
        return super().resolve_command(ctx, args)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        _Spoken.format_options(self, ctx, formatter)
        rows = [
            (name, command.get_short_help_str())
            for name in self.list_commands(ctx)
            if (command := self.get_command(ctx, name)) is not None
        ]
        with formatter.section(tr("Commands")):
            formatter.write_dl(rows)


def command(text: str, name: str | None = None) -> Callable[[Callable[..., Any]], Command]:
    """Make a function a command; ``text`` is its marked help."""

    def make(function: Callable[..., Any]) -> Command:
        return click.command(name, cls=Command, help=text)(function)

    return make


def _unknown(word: str, known: list[str]) -> str:
    meant = near(word, known)
    if meant is None:
        return tr(
            'there is no command "{word}"; there are: {known}', word=word, known=", ".join(known)
        )
    return tr('there is no command "{word}"; did you mean "{meant}"?', word=word, meant=meant)


def wrong_usage(error: click.UsageError) -> str:
    """Return what is wrong with a command line, in one line of the current language."""
    if isinstance(error, click.NoSuchOption):
        return _unknown_option(error)
    if isinstance(error, click.MissingParameter):
        return tr("{what} is missing", what=_parameter(error))
    if isinstance(error, click.BadParameter) and error.param is not None:
        return f"{_parameter(error)}: {error.message.rstrip('.')}"
    return error.format_message().rstrip(".")


def _unknown_option(error: click.NoSuchOption) -> str:
    names: list[str] = []
    if error.ctx is not None:
        for option in error.ctx.command.get_params(error.ctx):
            names += option.opts if isinstance(option, click.Option) else []
    meant = near(error.option_name, names)
    if meant is None:
        return tr('there is no option "{word}" here', word=error.option_name)
    return tr(
        'there is no option "{word}" here; did you mean "{meant}"?',
        word=error.option_name,
        meant=meant,
    )


def _parameter(error: click.BadParameter) -> str:
    found = error.param
    if found is None:
        return str(error.param_hint or "")
    return found.opts[0] if isinstance(found, click.Option) else found.make_metavar(error.ctx)  # type: ignore[arg-type]
