"""`sidra audit`: who did what, and the proof that nobody changed what the audit says of it."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sidra.cli.exits import Exit
from sidra.cli.opening import unknown_affiliate
from sidra.cli.refusals import refusals
from sidra.cli.rows import print_rows
from sidra.cli.telling import print_text, tell

if TYPE_CHECKING:
    import datetime

    from sidra.audit.browsing import Entry
    from sidra.audit.verification import Fault, Verdict
    from sidra.privacy.keys import KeyRing
    from sidra.store.database import Store

MOMENTS = ["%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]
COLUMNS = ("at", "actor", "action", "record", "changed", "reason", "sequence")


def register(main: click.Group) -> None:
    """Add the commands of this topic."""
    main.add_command(audit)


@dataclass(frozen=True, slots=True)
class Audited:
    """The audit of an affiliate, whether or not its configuration is good."""

    affiliate: str
    store: Store
    keys: KeyRing
    home: Path

    @property
    def heads(self) -> Path:
        """The folder of the heads that are exported each day."""
        from sidra.audit.heads import head_folder

        return head_folder(self.home, self.affiliate)


@click.group()
def audit() -> None:
    """Who did what, and whether the audit is what was written."""


@audit.command()
@click.argument("affiliate")
@click.option(
    "--head",
    "files",
    type=click.Path(path_type=Path, dir_okay=False),
    multiple=True,
    help="A file of `sidra audit head`, beside those in the data folder; may be repeated.",
)
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def verify(affiliate: str, files: tuple[Path, ...], as_json: bool) -> None:
    """Find any edit, deletion, reordering or truncation of the audit: it is read from its first entry to its last.

    The first place of each kind of fault is told, and then the exit code is 1. That the newest entries are gone is
    found where a head was exported after them; name heads that you keep elsewhere by `--head`.
    """
    from sidra.audit.heads import kept_heads, read_heads
    from sidra.audit.verification import AuditBroken, Verification

    with refusals():
        opened = _open(affiliate)
        heads = list(read_heads(dict.fromkeys((*kept_heads(opened.heads), *files))))
        verdict = Verification(opened.store, opened.keys, affiliate).run(heads)
        if as_json:
            print_rows([_told(fault, verdict) for fault in verdict.faults], (), as_json=True)
            sys.exit(Exit.DONE if verdict.is_whole else Exit.FOUND)
        _print(verdict)
        if not verdict.is_whole:
            raise AuditBroken(
                f"the audit of `{affiliate}` is not what was written",
                hint="keep the database as it is for whoever looks into it, and restore a backup beside it to compare",
            )


@audit.command()
@click.argument("affiliate")
@click.option("--to", "file", type=click.Path(path_type=Path, dir_okay=False), help="The file to write it to.")
@click.option("--keep", is_flag=True, help="Keep it in the data folder, as is done each day.")
def head(affiliate: str, file: Path | None, keep: bool) -> None:
    """Print how far the audit goes, signed: a line of JSON, and a line with the signature (Ed25519) of the first.

    Kept where the database is not, it proves later that nothing before it was cut off or written anew.
    """
    from sidra.audit.heads import keep_head, sign_head, write_head
    from sidra.clock import utc_now

    with refusals():
        opened = _open(affiliate)
        made = sign_head(opened.store, opened.keys, affiliate, utc_now())
        written = [write_head(made, file)] if file is not None else []
        written += [keep_head(made, opened.heads)] if keep else []
    if not written:
        print_text(made.text, head=made.text, entries=made.entries)
    for place in written:
        tell(
            f"The head of {made.entries:,} entries is in {place}",
            entries=made.entries,
            files=[str(one) for one in written],
        )


@audit.command("list")
@click.argument("affiliate")
@click.option("--actor", default="", help="Who acted: a login, or an id such as `system:operator`.")
@click.option("--record", default="", metavar="ENTITY[/ID]", help="What it was done to.")
@click.option("--action", default="", help="What was done: `create update delete reveal sign_in`, a step, ….")
@click.option("--since", type=click.DateTime(MOMENTS), help="From this moment on, in UTC.")
@click.option("--until", type=click.DateTime(MOMENTS), help="Before this moment, in UTC.")
@click.option("--limit", type=click.IntRange(1, 1000), default=50, show_default=True, help="Entries to show.")
@click.option("--before", default="", metavar="SEQUENCE", help="Only earlier entries: what the last line names.")
@click.option("--json", "as_json", is_flag=True, help=f"As JSON: {', '.join(COLUMNS)}.")
def list_(  # noqa: PLR0913, PLR0917 - the options of a command
    affiliate: str,
    actor: str,
    record: str,
    action: str,
    since: datetime.datetime | None,
    until: datetime.datetime | None,
    limit: int,
    before: str,
    as_json: bool,
) -> None:
    """List who did what, the latest first: when, who, what, which record, names of what changed, why, and the sequence.

    Values are in the history of each record, for those who may read them.
    """
    from sidra.audit.browsing import AuditEntries, AuditFilter, cursor

    with refusals():
        opened = _open(affiliate)
        entity, _, record_id = record.partition("/")
        wanted = AuditFilter(
            actor=_actor(opened, actor),
            entity=entity,
            record_id=record_id,
            action=action,
            since=_utc(since),
            until=_utc(until),
        )
        page = AuditEntries(opened.store).page(wanted, before=cursor(before), limit=limit)
    print_rows([_listed(entry) for entry in page.entries], COLUMNS, as_json=as_json)
    if page.next_before is not None:
        click.echo(f"There may be more: go on with --before {page.next_before}", err=True)


def _open(affiliate: str) -> Audited:
    """Return the audit of an affiliate; raises NotFound where there is none."""
    from sidra.access.tables import add_access_tables
    from sidra.affiliates.opening import open_store
    from sidra.affiliates.places import place_of
    from sidra.configuration import read_configuration
    from sidra.privacy.keys import KeyRing
    from sidra.settings import installation

    settings = installation(os.environ, Path.cwd())
    layers = read_configuration(settings).layers
    if affiliate not in layers.affiliates:
        raise unknown_affiliate(affiliate, layers.affiliates)
    store = open_store(place_of(layers, affiliate, settings), settings)
    add_access_tables(store)
    return Audited(affiliate, store, KeyRing.open(settings.key_file).of(affiliate), settings.home)


def _actor(opened: Audited, named: str) -> str:
    """Return the id of an actor who is named by login or id."""
    from sidra.access.entrance import Entrance

    entrance = Entrance.of(opened.affiliate, opened.store, keys=opened.keys)
    account = entrance.accounts.find(named) if named else None
    return account.id if account is not None else named


def _utc(at: datetime.datetime | None) -> datetime.datetime | None:
    from datetime import UTC

    return None if at is None else at.replace(tzinfo=UTC)


def _listed(entry: Entry) -> dict[str, object]:
    """Return what is told of an entry, by column."""
    return {
        "at": f"{entry.at:%Y-%m-%dT%H:%M:%SZ}",
        "actor": entry.actor_name,
        "action": entry.action,
        "record": "/".join(part for part in (entry.entity, entry.record_id) if part),
        "changed": list(entry.changed),
        "reason": entry.reason,
        "sequence": entry.sequence,
    }


def _print(verdict: Verdict) -> None:
    """Print what was found: a line for each kind of fault, and the counts."""
    for fault in verdict.faults:
        tell(f"{fault.kind}{_place(fault)}: {fault.meaning}{_more(fault, verdict)}")
    end = "whole" if verdict.is_whole else f"{sum(verdict.counts.values()):,} faults"
    lanes = f"{verdict.lanes:,} lane{'' if verdict.lanes == 1 else 's'}"
    heads = f"{verdict.heads:,} head{'' if verdict.heads == 1 else 's'}"
    tell(f"{verdict.entries:,} entries in {lanes}, {heads}: {end}")


def _place(fault: Fault) -> str:
    at = "" if fault.at is None else f" at {fault.at:%Y-%m-%dT%H:%M:%SZ}"
    return at if fault.sequence is None else f"{at} (entry {fault.sequence})"


def _more(fault: Fault, verdict: Verdict) -> str:
    count = verdict.counts[fault.kind]
    parts = (fault.detail, f"{count:,} such" if count > 1 else "")
    told = "; ".join(part for part in parts if part)
    return f" [{told}]" if told else ""


def _told(fault: Fault, verdict: Verdict) -> dict[str, Any]:
    return {
        "kind": fault.kind,
        "sequence": fault.sequence,
        "at": None if fault.at is None else f"{fault.at:%Y-%m-%dT%H:%M:%SZ}",
        "meaning": fault.meaning,
        "detail": fault.detail,
        "count": verdict.counts[fault.kind],
    }
