"""`sidra work`: a process that does durable work."""

from __future__ import annotations

import os
from pathlib import Path

import click

from sidra.cli.refusals import refusals


def register(main: click.Group) -> None:
    """Add the command of this topic."""
    main.add_command(work)


@click.command()
@click.option("--affiliate", "only", multiple=True, metavar="NAME", help="Work for this one only; may be repeated.")
@click.option("--reload", "reloads", is_flag=True, help="Put saved YAML in force soon after it was saved.")
def work(only: tuple[str, ...], reloads: bool) -> None:
    """Do durable work until told to end (Ctrl+C): feeds, schedules, and what follows from changes.

    Any number of workers may run, wherever the databases are reached; what one leaves behind, another takes over.
    """
    from sidra.affiliates.registry import Affiliates
    from sidra.jobs.process import run_worker
    from sidra.settings import installation

    with refusals():
        run_worker(Affiliates(installation(os.environ, Path.cwd())), only=only, reloads=reloads)
