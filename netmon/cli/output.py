"""Files that commands write: never over one that is there, unless told to; whole or not at all."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import click

from netmon.config.beside import beside
from netmon.locale import N_, tr

force_option: Final = click.option(
    "--force", is_flag=True, help=N_("Write over a file that is there")
)

#: Whoever may read the folder may read what is written for people to edit.
_READABLE: Final = 0o644


def may_write(to: Path, *, force: bool) -> None:
    """Refuse to write over a file that is there.

    Raises:
        click.ClickException: it is there, and nobody said ``--force``.
    """
    if to.exists() and not force:
        raise click.ClickException(tr("{path} is there already; --force writes over it", path=to))


def write(to: Path, text: str) -> None:
    """Write a text, the folders above it made where need be."""
    to.parent.mkdir(parents=True, exist_ok=True)
    with beside(to) as made:
        made.write_text(text, "utf-8")
        made.chmod(_READABLE)
        made.replace(to)
