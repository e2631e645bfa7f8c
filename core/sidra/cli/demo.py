"""`sidra demo`: the demonstration affiliates with data, ready to be looked at."""

from __future__ import annotations

import dataclasses
import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sidra.cli.configuration import refusals

if TYPE_CHECKING:
    from sidra.affiliates.registry import Affiliates
    from sidra.ops.demo.accounts import DemoAccount
    from sidra.runtime import Runtime
    from sidra.settings import Settings

SUBSCRIBERS = Path("../shared/data/telco-customers.csv")
SAMPLE_ROWS = 500


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
    from sidra.settings import load_settings
    from sidra.web import serving

    with refusals():
        settings = load_settings(os.environ, Path.cwd())
        settings = dataclasses.replace(settings, port=port or settings.port)
        affiliates = Affiliates(settings)
        accounts = prepare(affiliates, settings, customers)
        affiliates.close()
        address = f"http://{settings.host}:{settings.port}"
        for account in accounts:
            click.echo(f"{address}/{account.affiliate}/  {account.login:<14} {account.password}")
        if not data_only:
            click.echo(f"Sidra serves {address}/ (Ctrl+C ends it)")
            serving.serve(settings, reloads=True)


def prepare(affiliates: Affiliates, settings: Settings, customers: int) -> list[DemoAccount]:
    """Return the accounts of all affiliates, after making data and accounts where they lack."""
    from sidra.ops.demo.accounts import ensure_accounts
    from sidra.ops.demo.profile import FILE, read_profile, units_of

    folders = {folder.name: folder for folder in settings.affiliates}
    accounts: list[DemoAccount] = []
    for name in affiliates.names:
        runtime, folder = affiliates.get(name), folders.get(name)
        if runtime is None:
            click.echo(f"{name}: not served, run `sidra check {name}`", err=True)
        elif folder is None or not (folder / FILE).exists():
            click.echo(f"{name}: no {FILE}, so no data is made", err=True)
        else:
            _fill(runtime, folder, customers)
            accounts += ensure_accounts(runtime, units_of(read_profile(folder)))
    return accounts


def _fill(runtime: Runtime, folder: Path, customers: int) -> None:
    from sidra.ops.demo.generate import generate

    def tell(done: int) -> None:
        click.echo(f"\r{runtime.affiliate}: {done:,} of {customers:,} customers", nl=done >= customers)

    if generate(runtime, folder, customers=customers, progress=tell) and runtime.affiliate == "pl":
        _load_subscribers(runtime)


def _load_subscribers(runtime: Runtime) -> None:
    """Load the real subscribers where the file is there, a generated sample elsewhere."""
    import tempfile

    from sidra.access.actor import system_actor
    from sidra.cli.feeds import summary
    from sidra.interfaces.loading import FeedLoader
    from sidra.ops.demo.subscribers import subscriber_file

    with tempfile.TemporaryDirectory() as scratch:
        file = SUBSCRIBERS
        if not file.exists():
            file = Path(scratch) / "subscribers.csv"
            file.write_text(subscriber_file(SAMPLE_ROWS), encoding="utf-8")
        loader = FeedLoader(runtime, "subscriber_load")
        counts = loader.run(file, system_actor("demo", affiliate=runtime.affiliate))
    click.echo(f"{runtime.affiliate}: subscriber_load: {summary(counts)}")
