"""`sidra promote`: what affiliates do alike becomes the baseline's or their region's."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sidra.cli.refusals import refusals
from sidra.cli.telling import answer, wants_json

if TYPE_CHECKING:
    from sidra_metamodel.promoting.promote import Promotion
    from sidra_metamodel.promoting.proposal import FileChange


def register(main: click.Group) -> None:
    """Add the command."""
    main.add_command(promote)


@click.command()
@click.argument("path")
@click.option("--to", metavar="LAYER", help="`core`, a pack or a region; default: where it belongs.")
@click.option(
    "--rename", metavar="NAME", help="Its name there, also as `x_*_ninea=tax_number`; default: without prefix."
)
@click.option("--like", metavar="AFFILIATE", help="Whose value to take where affiliates differ.")
@click.option("--approve", metavar="AFFILIATES", help="Who takes it over without having it: names, or `all`.")
@click.option("--why", default="", help="The reason that is written where affiliates keep what they have.")
@click.option("--ticket", default="", help="The ticket that is written there.")
@click.option("--dry-run", is_flag=True, help="Prove it and show the files; write nothing.")
def promote(  # noqa: PLR0913 - one for each option
    path: str,
    *,
    to: str | None,
    rename: str | None,
    like: str | None,
    approve: str | None,
    why: str,
    ticket: str,
    dry_run: bool,
) -> None:
    """Write what affiliates say alike at PATH into the baseline or a region, and delete it from their overlays.

    Affiliates that do not have it keep what they have, by an override, unless they approve. That everybody has the
    same as before is proven before anything is written.
    """
    from sidra.configuration import read_configuration
    from sidra.settings import installation
    from sidra_metamodel.promoting.choosing import Request
    from sidra_metamodel.promoting.promote import promote as promoted
    from sidra_metamodel.promoting.writing import write_all

    with refusals():
        found = read_configuration(installation(os.environ, Path.cwd()))
        approved = found.layers.affiliates if approve == "all" else (approve or "").replace(",", " ").split()
        for name in approved:
            found.layers.affiliate(name)
        new = rename.rpartition("=")[2] if rename is not None else None
        request = Request(path, to, new, like, frozenset(approved), why, ticket)
        promotion = promoted(found.layers, found.language, datetime.now(UTC).date(), request)
        if not dry_run:
            write_all(promotion.files)
    _tell(promotion, dry_run=dry_run)


def _tell(promotion: Promotion, *, dry_run: bool) -> None:
    answer(
        {
            "path": promotion.address,
            "to": promotion.target,
            "adopters": list(promotion.adopters),
            "kept": list(promotion.kept),
            "taken": list(promotion.taken),
            "names": {name: dict(names) for name, names in promotion.names.items()},
            "files": [{"path": one.shown, "what": _what(one)} for one in promotion.files],
            "version": promotion.version,
            "warnings": [f"{one.at}: {one.code}: {one.message}" for one in promotion.warnings],
            "written": not dry_run,
        }
    )
    if wants_json():
        return
    done = "would go" if dry_run else "went"
    click.echo(f"{promotion.address} {done} to {promotion.target}, from {', '.join(promotion.adopters)}")
    for names in promotion.names.values():
        for former, name in names.items():
            click.echo(f"  {former} is called {name}; `sidra db plan` shows the columns that follow")
    if promotion.kept:
        click.echo(f"  {', '.join(promotion.kept)} keep what they have, by an override")
    if promotion.taken:
        click.echo(f"  {', '.join(promotion.taken)} take it over, as approved")
    for one in promotion.files:
        click.echo(f"  {_what(one):<8} {one.shown}")
    if promotion.target_is_baseline:
        click.echo(f"  the baseline must be {promotion.version} at least: see `sidra baseline version`")
    for warning in promotion.warnings:
        click.echo(f"  warning[{warning.code}]: {warning.message} ({warning.at})", err=True)
    click.echo("  proven: all other effective documents are equal before and after; now run `sidra test`")


def _what(one: FileChange) -> str:
    return "new" if one.before is None else "deleted" if one.after is None else "changed"
