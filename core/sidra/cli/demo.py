"""`sidra demo`: the demonstration affiliates with data, ready to be looked at."""

from __future__ import annotations

import dataclasses
import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sidra.cli.opening import not_served, why_not_served
from sidra.cli.refusals import refusals
from sidra.cli.simulate import played_beside
from sidra.cli.telling import tell
from sidra.errors import SidraError
from sidra_metamodel.render import refusal

if TYPE_CHECKING:
    from sidra.affiliates.registry import Affiliates
    from sidra.ops.demo.accounts import DemoAccount
    from sidra.runtime import Runtime
    from sidra.settings import Settings

FEED = "subscriber_load"
FEED_AFFILIATE = "pl"
SUBSCRIBERS = Path("../shared/data/telco-customers.csv")
SAMPLE_ROWS = 500
NO_ACCOUNTS = "No accounts were made. Make one: sidra user add AFFILIATE LOGIN --name NAME --role ROLE"
COLUMNS = ("Address", "Role", "Login", "Password")


def register(main: click.Group) -> None:
    """Add the command of this topic."""
    main.add_command(demo)


@click.command()
@click.option("--port", type=click.IntRange(1, 65535), help="Default: the setting `port`, which is 6543.")
@click.option("--customers", default=2000, show_default=True, type=click.IntRange(1), help="Of each affiliate.")
@click.option("--data-only", is_flag=True, help="Make the data and end.")
def demo(port: int | None, customers: int, data_only: bool) -> None:
    """Make demonstration data where there is none, print the accounts, and serve with reload."""
    from sidra.affiliates.registry import Affiliates
    from sidra.settings import installation
    from sidra.web import serving

    with refusals():
        settings = installation(os.environ, Path.cwd())
        settings = dataclasses.replace(settings, port=port or settings.port)
        address = "" if data_only else serving.free_address(settings)
        _make_places(settings)
        affiliates = Affiliates(settings)
        not_served(affiliates)
        accounts = prepare(affiliates, settings, customers)
        if accounts:
            tell(
                table(accounts, f"http://{settings.host}:{settings.port}"),
                accounts=[dataclasses.asdict(one) for one in accounts],
            )
        else:
            click.echo(NO_ACCOUNTS, err=True)
        if address:
            tell("Sidra serves until Ctrl+C.")
            with played_beside(affiliates):
                serving.serve(affiliates, address, reloads=True)


def _make_places(settings: Settings) -> None:
    """Make the places in PostgreSQL that are not there yet; where one cannot be made, its affiliate is not served."""
    from sidra.cli.store import known_places, made, reached

    for name, place in known_places(settings).items():
        if isinstance(place, SidraError) or reached(place, settings)[0] is not None:
            continue
        try:
            for says in made(place, settings):
                click.echo(f"{name}: {says}", err=True)
        except SidraError as error:
            click.echo(refusal(error), err=True)


def table(accounts: Iterable[DemoAccount], address: str) -> str:
    """Return who signs in where, in columns."""
    rows = [COLUMNS, *((f"{address}/{one.affiliate}/", one.role, one.login, one.password) for one in accounts)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    return "\n".join(lines)


def prepare(affiliates: Affiliates, settings: Settings, customers: int) -> list[DemoAccount]:
    """Return the accounts of all affiliates, after making data and accounts where they lack."""
    from sidra.ops.demo.accounts import ensure_accounts
    from sidra.ops.demo.inbox import fill_inbox
    from sidra.ops.demo.profile import FILE, read_profile, units_of

    folders = {folder.name: folder for folder in settings.affiliates}
    accounts: list[DemoAccount] = []
    for name in affiliates.names:
        runtime, folder = affiliates.get(name), folders.get(name)
        if runtime is None:
            click.echo(refusal(why_not_served(affiliates, name)), err=True)
        elif folder is None or not (folder / FILE).exists():
            click.echo(f"{name}: no {FILE}, so no data is made", err=True)
        else:
            accounts += ensure_accounts(runtime, units_of(read_profile(folder)))
            _fill(runtime, folder, customers)
            runtime.store.analyse()
            fill_inbox(runtime, folder)
    return accounts


def _fill(runtime: Runtime, folder: Path, customers: int) -> None:
    from sidra.ops.demo.generate import generate

    def tell(done: int) -> None:
        text = f"{runtime.affiliate}: {done:,} of {customers:,} customers"
        if sys.stderr.isatty():
            click.echo(f"\r{text}", nl=done >= customers, err=True)
        elif done >= customers:
            click.echo(text, err=True)

    generate(runtime, folder, customers=customers, progress=tell)
    if runtime.affiliate == FEED_AFFILIATE:
        _load_subscribers(runtime)


def _load_subscribers(runtime: Runtime) -> None:
    """Load the real subscribers where the file is there, a generated sample elsewhere; once."""
    import tempfile

    from sidra.access.actor import system_actor
    from sidra.cli.feeds import shown_progress, summary
    from sidra.interfaces.loading import FeedLoader
    from sidra.ops.demo.subscribers import subscriber_file

    loader = FeedLoader(runtime, FEED)
    if loader.has_run():
        return
    with tempfile.TemporaryDirectory() as scratch:
        file = SUBSCRIBERS
        if not file.exists():
            file = Path(scratch) / "subscribers.csv"
            file.write_text(subscriber_file(SAMPLE_ROWS), encoding="utf-8")
        with shown_progress(FEED) as progress:
            counts = loader.run(file, system_actor("demo", affiliate=runtime.affiliate), progress)
    click.echo(f"{runtime.affiliate}: {FEED}: {summary(counts)}", err=True)
