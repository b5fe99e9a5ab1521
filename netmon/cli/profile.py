"""``netmon profile …``: profiles of one's own, proposed of a recording or imported."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from netmon.cli.command import Command, Group, command
from netmon.cli.given import Given, json_option, pass_given
from netmon.cli.output import force_option, may_write, write
from netmon.config.explain import with_allowed
from netmon.config.profile_values import PROFILE_ID
from netmon.locale import N_, tr, trn
from netmon.model.errors import UsageError
from netmon.model.oid import Oid
from netmon.model.profile import Profiles
from netmon.terminal.console import show
from netmon.terminal.profiles import imported_lines, profile_json, profile_list

if TYPE_CHECKING:
    from netmon.config.exporter.convert import Imported

profile_command = Group(
    "profile", help=N_("Device profiles: list, propose, import"), no_args_is_help=True
)


def _sub(name: str, text: str) -> Callable[[Callable[..., Any]], Command]:
    def add(function: Callable[..., Any]) -> Command:
        made = command(text, name)(function)
        profile_command.add_command(made)
        return made

    return add


class OidType(click.ParamType):  # type: ignore[type-arg] # generic since click 8.4 alone
    """An object identifier."""

    name = "oid"

    def convert(
        self,
        value: Any,  # noqa: ANN401 - click's own
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> Oid:
        """Return what is written."""
        try:
            return Oid.parse(str(value))
        except ValueError:
            text = tr(
                '"{word}" is not an object identifier; write its numbers, 1.3.6.1.…', word=value
            )
            self.fail(text, param, ctx)


class IdType(click.ParamType):  # type: ignore[type-arg]
    """A profile's id."""

    name = "id"

    def convert(
        self,
        value: Any,  # noqa: ANN401 - click's own
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> str:
        """Return what is written."""
        if not PROFILE_ID.fullmatch(str(value)):
            text = tr('"{word}" is not a profile id: small letters, digits, "-"', word=value)
            self.fail(text, param, ctx)
        return str(value)


@_sub("list", N_("List the profiles, shipped and your own, with what they match"))
@json_option()
@pass_given
def list_(given: Given, *, as_json: bool) -> int:
    """List profiles."""
    from netmon import app

    found = [profile_json(profile) for profile in app.profiles(given.inventory_dir).by_id.values()]
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
    else:
        show(profile_list(found))
    return 0


@_sub("new", N_("Propose a profile for a recorded device"))
@click.option(
    "--from",
    "recording",
    required=True,
    type=click.Path(path_type=Path),
    metavar="FILE",
    help=N_("A recording (.snmprec), or what snmpwalk -On printed"),
)
@click.option(
    "-o",
    "--output",
    "to",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help=N_("The profile to write, named after its id (default: stdout)"),
)
@click.option("--id", "id_", type=IdType(), metavar="NAME", help=N_("The profile's id"))
@force_option
@pass_given
def new(given: Given, recording: Path, to: Path | None, id_: str | None, *, force: bool) -> int:
    """Propose a profile."""
    from netmon import app
    from netmon.config.collector import no_collection
    from netmon.core.proposal.propose import propose
    from netmon.simulator.snmpwalk import load

    if to is not None and id_ is None and PROFILE_ID.fullmatch(to.stem):
        id_ = to.stem
    with no_collection():
        known = app.profiles(given.inventory_dir)
        others = {k: v for k, v in known.by_id.items() if k != id_}  # it may be proposed anew
        proposal = propose(load(recording), Profiles(others, known.probes), id_)
    if to is None:
        click.echo(proposal.text, nl=False)
    else:
        may_write(to, force=force)
        write(to, proposal.text)
    objects = trn("{n} object", "{n} objects", proposal.readings)
    tables = trn("{n} table", "{n} tables", proposal.tables)
    left = trn("{n} table", "{n} tables", proposal.left_out)
    line = tr("{id}: {objects} to be read, {tables}; {left} left out", id=proposal.id,
              objects=objects, tables=tables, left=left)  # fmt: skip
    click.echo(line, err=True)
    return 0


@_sub("import", N_("Take over modules of an snmp_exporter's snmp.yml as profiles"))
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE")
@click.option("--module", "names", multiple=True, metavar="NAME", help=N_("Only this module"))
@click.option(
    "-o",
    "--output",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help=N_("Where to write (default: the inventory's profiles)"),
)
@click.option(
    "--object-id", "object_ids", type=OidType(), multiple=True, metavar="OID",
    help=N_("It is for devices whose sysObjectID lies here"),
)  # fmt: skip
@click.option(
    "--has", type=OidType(), multiple=True, metavar="OID",
    help=N_("It is for devices that answer this scalar"),
)  # fmt: skip
@force_option
@pass_given
def import_(
    given: Given,
    file: Path,
    names: tuple[str, ...],
    folder: Path | None,
    object_ids: tuple[Oid, ...],
    has: tuple[Oid, ...],
    *,
    force: bool,
) -> int:
    """Import modules."""
    from netmon.config.exporter.convert import Wanted, convert
    from netmon.config.exporter.covered import covered
    from netmon.config.exporter.module import read_exporter
    from netmon.config.profiles import load_profiles

    found = read_exporter(file)
    for name in names:
        if name not in found.modules:
            problem = tr('there is no module "{word}" in {path}', word=name, path=file)
            raise click.ClickException(with_allowed(problem, name, list(found.modules)))
    known, wanted = covered(load_profiles()), Wanted(object_ids, has)
    chosen = [m for m in found.modules.values() if not names or m.name in names]
    if (object_ids or has) and len(chosen) > 1:
        raise UsageError(N_("--object-id and --has are for one module; name it by --module"))
    made = [convert(module, known, wanted) for module in chosen]
    _write_all(made, folder or given.inventory_dir / "profiles", force=force)
    if found.secrets:
        text = trn(
            "{n} credential is not taken over; write it under credentials: in the inventory",
            "{n} credentials are not taken over; write them under credentials: in the inventory",
            found.secrets,
        )
        click.echo(text, err=True)
    return 0


def _write_all(made: list[Imported], folder: Path, *, force: bool) -> None:
    """Write every profile, or none where one may not be written; tell what became of each."""
    paths = [folder / f"{one.id}.yaml" if one.text else None for one in made]
    for wanted in filter(None, paths):
        may_write(wanted, force=force)
    for one, path in zip(made, paths, strict=True):
        if path is not None:
            write(path, one.text)
        for line in imported_lines(one, path):
            click.echo(line)
