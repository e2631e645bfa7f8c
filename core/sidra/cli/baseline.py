"""`sidra baseline`: the versions of the baseline that are there, how one is packed, and which number it must have."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sidra.cli.configuration import writing
from sidra.cli.exits import Exit
from sidra.cli.refusals import refusals
from sidra.cli.rows import print_rows
from sidra.cli.telling import answer, tell

if TYPE_CHECKING:
    from sidra.configuration import Configuration


def register(main: click.Group) -> None:
    """Add the commands."""
    main.add_command(baseline)


@click.group()
def baseline() -> None:
    """Versions of the baseline side by side: list, pack, add, version, lock."""


def _configuration() -> Configuration:
    """Return what is configured here: the group's own repository has a baseline, and need not have any affiliate."""
    from sidra.configuration import read_configuration
    from sidra.settings import load_settings

    return read_configuration(load_settings(os.environ, Path.cwd()))


@baseline.command("list")
def list_versions() -> None:
    """List the versions that are there, and who has them."""
    with refusals():
        layers = _configuration().layers
        installed = layers.installed.version
        pins = {name: layers.affiliate(name).pin or installed for name in layers.affiliates}
        rows = [
            {
                "version": version,
                "where": "installed" if version == installed else "kept",
                "affiliates": [name for name, pin in pins.items() if pin == version],
                "fault": layers.versions[version].fault if version in layers.versions else "",
            }
            for version in dict.fromkeys((*layers.there, installed))
        ]
        print_rows(rows, ("version", "where", "affiliates", "fault"))


@baseline.command()
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Default: baseline-VERSION.tar.gz here.")
def pack(out: Path | None) -> None:
    """Pack the installed baseline into one archive, with the hash of each file."""
    from sidra.versions.archives import pack as packed

    with refusals():
        found = _configuration()
        version = found.layers.installed.version
        data = packed(found.settings.baseline, version)
        target = out or Path(f"baseline-{version}.tar.gz")
        with writing(target):
            target.write_bytes(data)
        tell(f"{target}: the baseline {version}", version=version, file=str(target))


@baseline.command()
@click.argument("source", required=False, type=click.Path(exists=True, path_type=Path))
def add(source: Path | None) -> None:
    """Take a baseline from an archive or a folder; without SOURCE keep the installed one, before you install another.

    It stands beside the others then, and `sidra upgrade` brings an affiliate onto it.
    """
    from sidra.versions.archives import add as added
    from sidra_metamodel.layering.discovering import discover

    with refusals():
        found = _configuration()
        layers = discover(source, [], found.language.registry) if source and source.is_dir() else found.layers
        place, installed = source or found.settings.baseline, found.layers.installed.version
        version, is_new = added(found.settings, place, layers.installed.version, installed)
        tell(f"baseline {version}: {'taken' if is_new else 'it was there already'}", version=version, new=is_new)


@baseline.command()
@click.option("--since", required=True, help="An earlier version, as `sidra baseline list` names it.")
def version(since: str) -> None:
    """Say which version the installed baseline must have, by what has changed since an earlier one.

    Exit code 1 when it says a smaller one.
    """
    from sidra.versions.demanding import demand
    from sidra_metamodel.versions.declared import numbered

    with refusals():
        configuration = _configuration().with_version(since)
        earlier = demand(configuration.layers, since)
        found = numbered(configuration.layers, configuration.language.registry, earlier)
        said = {
            "since": since,
            "declared": found.declared,
            "least": found.least,
            "reasons": [one.as_dict() for one in found.reasons],
        }
        if not answer(said):
            for one in found.reasons:
                click.echo(f"{one.size.name.lower():<6} {one.path}: {one.what}")
            click.echo(f"since {since} it must be {found.least} at least; its layer.yaml says {found.declared}")
    sys.exit(Exit.DONE if found.is_enough else Exit.FOUND)


@baseline.command()
@click.argument("affiliates", nargs=-1)
def lock(affiliates: tuple[str, ...]) -> None:
    """Note in overlay.lock what the overrides of AFFILIATES and regions, or of all, see in the baseline they have."""
    from sidra.configuration import read_configuration
    from sidra.settings import installation
    from sidra.versions.placing import place
    from sidra.versions.taking import new_lock
    from sidra_metamodel.upgrading.lock import lock_file, lock_text

    with refusals():
        settings = installation(os.environ, Path.cwd())
        layers = read_configuration(settings).layers
        for name in affiliates or (*layers.regions, *layers.affiliates):
            own, found = new_lock(settings, name)
            place(own.path, {lock_file(own): lock_text(name, found)})
            tell(f"{name}: {len(found.entries)} overrides on the baseline {found.baseline}")
