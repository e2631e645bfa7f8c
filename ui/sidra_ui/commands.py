"""`sidra assets`: builds the browser's files."""

from __future__ import annotations

import click


@click.command()
def assets() -> None:
    """Build the browser's files, unless they are up to date."""
    # What a command runs is imported with it, so that `sidra --help` is quick.
    from sidra.cli.telling import tell  # noqa: PLC0415
    from sidra_ui.assets_build import AssetsError, build_assets  # noqa: PLC0415
    from sidra_ui.rendering import STATIC_FOLDER  # noqa: PLC0415

    try:
        build_assets(STATIC_FOLDER)
    except AssetsError as error:
        raise click.ClickException(str(error)) from error
    tell("The browser's files are up to date.")
