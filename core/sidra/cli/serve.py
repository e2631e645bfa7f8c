"""`sidra serve`: the screens and the API of all affiliates."""

from __future__ import annotations

import dataclasses
import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sidra.cli.opening import not_served
from sidra.cli.refusals import refusals
from sidra_metamodel.render import refusal

if TYPE_CHECKING:
    from sidra.settings import Settings


def register(main: click.Group) -> None:
    """Add the command of this topic."""
    main.add_command(serve)


@click.command()
@click.option("--port", type=click.IntRange(1, 65535), help="Default: the setting `port`, which is 6543.")
@click.option("--host", help="Default: the setting `host`, which is this machine only.")
@click.option("--reload", "reloads", is_flag=True, help="Put saved YAML in force at the next request.")
def serve(port: int | None, host: str | None, reloads: bool) -> None:
    """Serve all affiliates until told to end (Ctrl+C)."""
    from sidra.affiliates.registry import Affiliates
    from sidra.settings import installation
    from sidra.web import serving

    with refusals():
        settings = installation(os.environ, Path.cwd())
        settings = dataclasses.replace(settings, port=port or settings.port, host=host or settings.host)
        address = serving.free_address(settings)
        affiliates = Affiliates(settings)
        for error in not_served(affiliates, may_be_all=reloads):
            click.echo(refusal(error), err=True)
        _prepare_work(settings)
        click.echo(f"Sidra serves http://{settings.host}:{settings.port}/")
        serving.serve(affiliates, address, reloads=reloads)


def _prepare_work(settings: Settings) -> None:
    """Make the database of durable work where it lacks something; without it, all else is served."""
    from sidra.jobs.database import JobsDatabase
    from sidra.jobs.errors import JobsUnavailable

    database = JobsDatabase.of(settings, connections=1)
    try:
        database.prepare()
    except JobsUnavailable as error:
        click.echo(refusal(error), err=True)
    finally:
        # A connection does not survive a fork.
        database.close()
