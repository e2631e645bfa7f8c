"""`sidra i18n`: what is not translated, a language as a file to translate, and the translated file back."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from sidra_metamodel.model import Model
    from sidra_ui.translating import Survey

SHOWN = 20


@click.group()
def i18n() -> None:
    """Languages: what is missing, and files to translate."""


@i18n.command()
@click.argument("affiliate", required=False)
@click.option("--json", "as_json", is_flag=True, help="As JSON: scope, locale, count, missing, stale of each language.")
def check(affiliate: str | None, *, as_json: bool) -> None:
    """Say what is not translated, or no longer right, in the screens and in the YAML; exit code 1 where anything is."""
    # What a command runs is imported with it, so that `sidra --help` is quick.
    from sidra.cli.refusals import refusals  # noqa: PLC0415
    from sidra_ui.translating import surveys  # noqa: PLC0415

    with refusals():
        found = list(surveys(drafts(affiliate)))
    if as_json:
        click.echo(json.dumps([survey.plain() for survey in found], ensure_ascii=False, indent=2))
    else:
        for survey in found:
            tell(survey)
    sys.exit(0 if all(survey.is_complete for survey in found) else 1)


@i18n.command()
@click.argument("affiliate")
@click.argument("locale")
@click.option("--all", "everything", is_flag=True, help="All texts, not only those that are left to translate.")
def export(affiliate: str, locale: str, *, everything: bool) -> None:
    """Write the texts of an affiliate in a language as a document of kind `translation`, to be filled in."""
    from sidra.cli.refusals import refusals  # noqa: PLC0415
    from sidra.cli.telling import print_text  # noqa: PLC0415
    from sidra_ui.translating import document, known_locale, written  # noqa: PLC0415

    with refusals():
        model = drafts(affiliate)[affiliate]
        known_locale(model, locale)
        text = written(locale, document(model, locale, everything=everything))
        print_text(text, locale=locale, document=text)


@i18n.command(name="import")
@click.argument("affiliate")
@click.argument("locale")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def take(affiliate: str, locale: str, file: Path) -> None:
    """Take the texts of FILE into the affiliate's own translation; texts left empty are passed over.

    Where the configuration would then be wrong, nothing is changed.
    """
    from sidra.cli.refusals import refusals  # noqa: PLC0415
    from sidra.cli.telling import tell as sentence  # noqa: PLC0415
    from sidra_ui.translating import take_in  # noqa: PLC0415

    with refusals():
        count = take_in(os.environ, Path.cwd(), affiliate, locale, file)
    sentence(f"{count} texts taken into {affiliate} in `{locale}`", texts=count)


def drafts(affiliate: str | None) -> dict[str, Model]:
    """Return the configuration of one affiliate, or of all, even where something is wrong with it."""
    from sidra.cli.configuration import configuration  # noqa: PLC0415

    found = configuration()
    return {name: found.load(name).draft for name in ([affiliate] if affiliate else found.layers.affiliates)}


def tell(survey: Survey) -> None:
    """Print what one language lacks."""
    counts = f"{survey.count} texts, {len(survey.missing)} missing, {len(survey.stale)} stale"
    click.echo(f"{survey.scope} {survey.locale}: {counts}")
    for word, paths in (("missing", survey.missing), ("stale", survey.stale)):
        for path in paths[:SHOWN]:
            click.echo(f"  {word}  {path}")
        if len(paths) > SHOWN:
            click.echo(f"  {word}  and {len(paths) - SHOWN} more; see --json")
