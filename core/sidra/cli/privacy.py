"""`sidra privacy`: what people may ask for about their data, and what must go by itself."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sidra.cli.configuration import writing
from sidra.cli.opening import open_runtime
from sidra.cli.refusals import refusals
from sidra.cli.telling import answer, tell
from sidra.errors import Busy

if TYPE_CHECKING:
    from sidra.access.actor import Actor
    from sidra.privacy.surveying import Erasure
    from sidra.runtime import Runtime


def register(main: click.Group) -> None:
    """Add the commands of this topic."""
    main.add_command(privacy)


@click.group()
def privacy() -> None:
    """What is held about a person: hand it out, erase it, let it go when its time is over."""


@privacy.command()
@click.argument("affiliate")
@click.argument("party_id")
@click.option("--to", type=click.Path(dir_okay=False, path_type=Path), required=True, help="The archive to write.")
@click.option("--language", help="Language of the page; default: the affiliate's first one.")
def package(affiliate: str, party_id: str, to: Path, language: str | None) -> None:
    """Write an archive of everything that is held about a person: a page to read, and the data as JSON."""
    from sidra.privacy.packaging import package as packed

    with refusals(), writing(to):
        runtime = open_runtime(affiliate)
        found = packed(runtime, party_id, actor=_operator(runtime), locale=language)
        # For its owner only: it holds all of a person.
        with os.fdopen(os.open(to, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as stream:
            os.fchmod(stream.fileno(), 0o600)
            stream.write(found.zipped())
        tell(f"{len(found.data['records'])} records in {to}", file=str(to), records=len(found.data["records"]))


@privacy.command()
@click.argument("affiliate")
@click.argument("party_id")
@click.option("--reason", required=True, help="Why, as the audit keeps it; without personal data.")
@click.option("--even-held", is_flag=True, help="Also where something is open, or held by a rule.")
@click.option("--dry-run", is_flag=True, help="Count, and change nothing.")
def erase(affiliate: str, party_id: str, reason: str, even_held: bool, dry_run: bool) -> None:
    """Take every personal value of a person out of the database: records, search, history, quarantine, duplicates."""
    from sidra.privacy.erasing import erase as erased
    from sidra.privacy.ledger import Erased, keep_erased

    with refusals():
        runtime = open_runtime(affiliate)
        done = erased(runtime, party_id, actor=_operator(runtime), reason=reason, even_held=even_held, dry_run=dry_run)
        _tell(done, dry_run=dry_run)
        if not dry_run:
            keep_erased(_ledger(affiliate), Erased(party_id, reason, runtime.now()))


@privacy.command("erase-again")
@click.argument("affiliate")
@click.option("--dry-run", is_flag=True, help="Count, and change nothing.")
def erase_again(affiliate: str, dry_run: bool) -> None:
    """Erase anew everybody whom a restored backup has again: run it before the affiliate is served from one."""
    from sidra.privacy.ledger import erase_again as erased_again
    from sidra.privacy.scrubbing import scrub_wanted

    with refusals():
        runtime = open_runtime(affiliate)
        count = 0
        for person, done in erased_again(runtime, _ledger(affiliate), actor=_operator(runtime), dry_run=dry_run):
            count += 1
            tell(f"{person.id}\terased on {person.at:%Y-%m-%d}\t{sum(done.records.values())} records")
        tell(f"{count} {'would be ' if dry_run else ''}erased again", people=count)
        if count and not dry_run:
            scrub_wanted(runtime.store)


def _ledger(affiliate: str) -> Path:
    from sidra.privacy.ledger import ledger_file
    from sidra.settings import installation

    return ledger_file(installation(os.environ, Path.cwd()).home, affiliate)


@privacy.command()
@click.argument("affiliate")
@click.option("--dry-run", is_flag=True, help="Count, and change nothing.")
def retention(affiliate: str, dry_run: bool) -> None:
    """Anonymise or delete what the `retention:` of entities says has been kept long enough."""
    from sidra.privacy.retaining import apply_retention

    with refusals():
        runtime = open_runtime(affiliate)
        found = apply_retention(runtime, dry_run=dry_run)
        answer([{"entity": one.entity, "do": one.do, "count": one.count, "held": one.held} for one in found])
        for line in found:
            held = f", {line.held} held" if line.held else ""
            tell(f"{line.entity}\t{line.do}\t{line.count}{held}")


@privacy.command()
@click.argument("affiliate")
def scrub(affiliate: str) -> None:
    """Rewrite the database now, so that nothing of values that are gone is left on its disk: nobody writes meanwhile.

    The schedule `scrub` does it each night after values went.
    """
    from sidra.privacy.scrubbing import scrub_wanted

    with refusals():
        if not scrub_wanted(open_runtime(affiliate).store):
            raise Busy("others use the database", hint="try again when nobody works")


def _operator(runtime: Runtime) -> Actor:
    from sidra.access.actor import system_actor

    return system_actor("privacy", affiliate=runtime.affiliate)


def _tell(done: Erasure, *, dry_run: bool) -> None:
    would = "would be " if dry_run else ""
    for name, count in sorted(done.done.attributes.items()):
        tell(f"{name}\t{count} {would}taken out")
    for name, count in sorted(done.done.left_empty.items()):
        tell(f"{name}\t{count} {would}left empty, although it is required")
    for name, count in sorted(done.done.removed.items()):
        tell(f"{name}\t{count} {would}removed")
    for name, count in sorted(done.shared.items()):
        tell(f"{name}\t{count} also about others: as before")
    for hold in done.held:
        tell(f"{hold.entity}\t{hold.count} {hold.why}: refused without --even-held")
    if done.rejects:
        tell(f"feeds\t{done.rejects} rows in quarantine {would}dropped")
