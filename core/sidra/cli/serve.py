"""`sidra serve`: the screens and the API of all affiliates."""

from __future__ import annotations

import dataclasses
import os
from pathlib import Path

import click

from sidra.cli.configuration import refusals


def register(main: click.Group) -> None:
    """Add the command of this topic."""
    main.add_command(serve)


@click.command()
@click.option("--port", type=click.IntRange(1, 65535), help="Default: the setting `port`, which is 6543.")
@click.option("--host", help="Default: the setting `host`, which is this machine only.")
@click.option("--reload", "reloads", is_flag=True, help="Put saved YAML in force at the next request.")
def serve(port: int | None, host: str | None, reloads: bool) -> None:
    """Serve all affiliates until told to end (Ctrl+C)."""
    from sidra.settings import load_settings
    from sidra.web import serving

    with refusals():
        settings = load_settings(os.environ, Path.cwd())
        settings = dataclasses.replace(settings, port=port or settings.port, host=host or settings.host)
        click.echo(f"Sidra serves http://{settings.host}:{settings.port}/")
        serving.serve(settings, reloads=reloads)
