"""The audit on the screen: entries with the names of what changed, never values."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType

from sidra.access.accounts import Account
from sidra.access.actor import OPERATOR, STRANGER
from sidra.audit.browsing import LOOKED_THROUGH, AuditFilter, Entry, EntryPage
from sidra.errors import BadQuery
from sidra_metamodel.kinds.entity import Entity
from sidra_ui.presenting.addresses import with_query
from sidra_ui.presenting.desk import Desk
from sidra_ui.presenting.formats import isolated
from sidra_ui.presenting.frame.shell import AUDIT_LOG, shell
from sidra_ui.presenting.values import name_of, who
from sidra_ui.viewmodels.auditing import AuditPage
from sidra_ui.viewmodels.fields import FieldView, Option
from sidra_ui.viewmodels.shell import Place
from sidra_ui.viewmodels.tables import Cell, Column, Pager, Row, Table

NARROWING = ("actor", "entity", "record", "action", "since", "until")
"""What the address may say, beside where the page begins."""
NONE, DAY = datetime.timedelta(0), datetime.timedelta(days=1)
WORDS: Mapping[str, str] = MappingProxyType(
    {
        "create": "created",
        "update": "changed",
        "delete": "removed",
        "reveal": "revealed",
        "merge": "merged",
        "look_up": "did_look_up",
        "package": "did_package",
        "erase_ask": "did_erase_ask",
        "erase": "did_erase",
        "anonymise": "did_anonymise",
        "export": "did_export",
        "sign_in": "did_sign_in",
        "sign_in_again": "did_sign_in_again",
        "sign_in_failed": "did_sign_in_failed",
        "sign_out": "did_sign_out",
        "session_end": "did_session_end",
        "code_failed": "did_code_failed",
        "account_create": "did_account_create",
        "account_unlock": "did_account_unlock",
        "password_change": "did_password_change",
        "roles_change": "did_roles_change",
        "second_factor_on": "did_second_factor_on",
        "second_factor_off": "did_second_factor_off",
        "token_issue": "did_token_issue",
        "token_revoke": "did_token_revoke",
        "plan_propose": "did_plan_propose",
        "plan_withdraw": "did_plan_withdraw",
        "plan_approve": "did_plan_approve",
        "plan_refuse": "did_plan_refuse",
        "plan_decide": "did_plan_decide",
        "plan_comment": "did_plan_comment",
        "release_apply": "did_release_apply",
        "release_rollback": "did_release_rollback",
        "release_trial_ended": "did_release_trial_ended",
    }
)
"""What the program itself does is called so; a step of a life cycle has its label."""


def wanted_of(desk: Desk, given: Mapping[str, str]) -> AuditFilter:
    """What the address asks for; raises BadQuery for a day that is none."""
    return AuditFilter(
        actor=given.get("actor", ""),
        entity=given.get("entity", ""),
        record_id=given.get("record", ""),
        action=given.get("action", ""),
        since=day(desk, given.get("since", "")),
        until=day(desk, given.get("until", ""), after=DAY),
    )


def day(desk: Desk, text: str, after: datetime.timedelta = NONE) -> datetime.datetime | None:
    """The beginning of a day in the affiliate's zone, or of a day after it."""
    if not text:
        return None
    try:
        found = datetime.date.fromisoformat(text) + after
        return datetime.datetime.combine(found, datetime.time(), desk.model.time_zone).astimezone(datetime.UTC)
    except (ValueError, OverflowError) as error:
        raise BadQuery("a day is not one of the calendar", hint="write it as `2026-03-20`") from error


def audit_page(desk: Desk, found: EntryPage, given: Mapping[str, str], accounts: Sequence[Account]) -> AuditPage:
    """The page of some entries."""
    text, address = desk.messages.text, desk.addresses.page(AUDIT_LOG)
    narrowed = tuple((name, given[name]) for name in NARROWING if name in given)
    onwards = ""
    if found.next_before is not None:
        onwards = with_query(address, (*narrowed, ("before", str(found.next_before))))
    return AuditPage(
        shell(desk),
        Place(text("audit")),
        address,
        tuple(fields(desk, given, accounts)),
        table(desk, found.entries, {account.id: account.name for account in accounts}),
        Pager("", with_query(address, narrowed) if "before" in given else "", next_href=onwards),
        "" if found.is_complete else text("audit_further", count=LOOKED_THROUGH),
        address if narrowed else "",
    )


def fields(desk: Desk, given: Mapping[str, str], accounts: Iterable[Account]) -> Iterator[FieldView]:
    """What narrows the audit."""
    people = [(account.id, account.name) for account in accounts]
    people += [(one.id, who(desk, one.name)) for one in (OPERATOR,)] + [(STRANGER.id, desk.messages.text("stranger"))]
    entities = [(name, desk.plural(entity)) for name, entity in desk.model.entities.items() if not entity.abstract]
    actions = [(name, desk.messages.text(key)) for name, key in WORDS.items()]
    yield choice(desk, "actor", "who", people, given)
    yield choice(desk, "action", "what_done", actions, given)
    yield choice(desk, "entity", "record_kind", sorted(entities, key=lambda one: one[1]), given)
    if "record" in given:
        yield FieldView("record", desk.messages.text("record"), value=given["record"], is_code=True)
    yield FieldView("since", desk.messages.text("from_day"), "date", given.get("since", ""))
    yield FieldView("until", desk.messages.text("to_day"), "date", given.get("until", ""))


def choice(
    desk: Desk, name: str, label: str, options: Sequence[tuple[str, str]], given: Mapping[str, str]
) -> FieldView:
    """A field that narrows to one of several."""
    chosen = given.get(name, "")
    shown = tuple(Option(value, text, value == chosen) for value, text in options)
    everything = desk.messages.text("everything")
    return FieldView(name, desk.messages.text(label), "select", chosen, options=shown, placeholder=everything)


def table(desk: Desk, entries: Sequence[Entry], accounts: Mapping[str, str]) -> Table:
    """The entries; `accounts` has the names of the people with an account by id."""
    text = desk.messages.text
    columns = (
        Column("at", text("when")),
        Column("who", text("who")),
        Column("what", text("what_done")),
        Column("record", text("record")),
        Column("changed", text("members_changed"), is_secondary=True, is_prose=True),
        Column("reason", text("reason"), is_secondary=True, is_prose=True),
    )
    titles = {id: (name, "") for id, name in accounts.items()}
    rows = tuple(row(desk, entry, titles) for entry in entries)
    return Table(text("audit"), columns, rows, empty_text=text("nothing_found"))


def row(desk: Desk, entry: Entry, titles: dict[str, tuple[str, str]]) -> Row:
    """One entry."""
    entity = desk.model.entities.get(entry.entity)
    done = action_text(desk, entity, entry.action)
    cells = (
        Cell(desk.formats.moment(entry.at)),
        Cell(desk.messages.text("stranger") if entry.actor_id == STRANGER.id else who(desk, entry.actor_name)),
        Cell(done, is_strong=True),
        record_cell(desk, entry, entity, titles),
        Cell(desk.messages.listed(member_texts(desk, entity, entry.changed))),
        Cell(entry.reason or ""),
    )
    return Row(str(entry.sequence), done, cells)


def action_text(desk: Desk, entity: Entity | None, action: str) -> str:
    """What was done, in the reader's language; the bare name of what no text is known of."""
    lifecycle = entity.lifecycle if entity is not None else None
    step = lifecycle.transitions.get(action) if lifecycle is not None else None
    if step is not None:
        return desk.label(step)
    return desk.messages.text(WORDS[action]) if action in WORDS else action


def record_cell(desk: Desk, entry: Entry, entity: Entity | None, titles: dict[str, tuple[str, str]]) -> Cell:
    """Which record: by name, where the reader may see it, else what kind of record it is."""
    if entity is None or entry.record_id is None:
        return Cell(titles.get(entry.record_id or "", ("", ""))[0])
    if entry.record_id not in titles:
        found = desk.records.find(entry.entity, entry.record_id)
        href = desk.addresses.record(found.entity, found.id) if found is not None else ""
        titles[entry.record_id] = (name_of(desk, found) if found is not None else "", href)
    name, href = titles[entry.record_id]
    # A telephone number or a document's number is what names some records.
    return Cell(isolated(name), desk.label(entity), href=href) if name else Cell(desk.label(entity))


def member_texts(desk: Desk, entity: Entity | None, names: Iterable[str]) -> Iterator[str]:
    """What was changed, as screens call it; hidden members are on no screen."""
    for name in names:
        member = (entity.attributes.get(name) or entity.relations.get(name)) if entity is not None else None
        if member is None or not member.hidden:
            yield desk.label(member) if member is not None else name
