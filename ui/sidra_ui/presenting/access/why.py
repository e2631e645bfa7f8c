"""Why a reader sees what she sees, in her words: which records, and what of each value."""

from __future__ import annotations

from collections.abc import Iterator

from sidra.access.actor import Actor
from sidra.access.functions import CONFIGURE
from sidra.access.why import MemberRule, MemberWhy, RoleRule, Why
from sidra_metamodel.granting.shares import LEVELS
from sidra_metamodel.kinds.entity import Attribute, Relation
from sidra_ui.presenting.desk import Desk
from sidra_ui.presenting.frame.shell import shell
from sidra_ui.presenting.values import system_text
from sidra_ui.viewmodels.common import Badge, Link, Tone
from sidra_ui.viewmodels.fields import FieldView
from sidra_ui.viewmodels.pages import WhyPage, WhyRole
from sidra_ui.viewmodels.shell import Place
from sidra_ui.viewmodels.tables import Cell, Column, Row, Table

TONES: dict[str, Tone] = {"edit": "green", "read": "green", "mask": "amber", "none": "neutral"}
AS = "as"
"""The parameter with the login of the one whose sight an administrator asks for."""


def why_page(desk: Desk, found: Why, address: str, *, login: str = "", may_ask: bool = False) -> WhyPage:
    """The page that says why; with `may_ask` its reader may ask for others, and is told of the record itself."""
    entity = desk.model.entity(found.entity)
    title = desk.messages.text("why_title", name=desk.label(entity))
    return WhyPage(
        shell=shell(desk),
        place=Place(desk.messages.text("why"), (Link(desk.plural(entity), desk.addresses.list(entity.name)),)),
        title=title,
        notes=tuple(notes(desk, found, is_told=bool(login))),
        roles=tuple(role(desk, one, is_told=bool(login)) for one in found.roles),
        table=members(desk, found),
        seen_by=FieldView(AS, desk.messages.text("username"), value=login) if may_ask else None,
        action=address,
    )


def notes(desk: Desk, found: Why, *, is_told: bool) -> Iterator[str]:
    """The units that count, and what is said of records that are out of sight."""
    actor: Actor = found.actor
    names = desk.messages.listed(system_text(desk, "unit", unit) or unit for unit in actor.units)
    yield desk.messages.text("why_units", names=names) if names else desk.messages.text("why_no_units")
    if is_told and found.record:
        yield desk.messages.text("why_allowed" if found.is_allowed else "why_denied", name=actor.name)
    else:
        yield desk.messages.text("why_same")


def role(desk: Desk, found: RoleRule, *, is_told: bool) -> WhyRole:
    """Which records one role lets its people see."""
    declared = desk.model.roles[found.role]
    rules = tuple(" && ".join(rule.text for rule in rules) for rules in found.alternatives)
    text = "why_none" if not found.allows else "why_all" if "" in rules else "why_rule"
    places = ", ".join(f"{place.path}:{place.line}" for place in found.places)
    answer = Badge(desk.messages.text("yes" if found.holds else "no"), "green" if found.holds else "red")
    return WhyRole(
        desk.label(declared),
        desk.messages.text(text),
        tuple(rule for rule in rules if rule) if text == "why_rule" else (),
        places if desk.records.profile.may_use(CONFIGURE) else "",
        answer if is_told and found.holds is not None else None,
    )


def members(desk: Desk, found: Why) -> Table:
    """Each attribute and relation with what may be seen of it and why, the least first."""
    entity = desk.model.entity(found.entity)
    declared: dict[str, Attribute | Relation] = {**entity.attributes, **entity.relations}
    text = desk.messages.text
    columns = (
        Column("value", text("why_value")),
        Column("level", text("level")),
        Column("because", text("reason"), is_prose=True),
    )
    rows = tuple(
        Row(one.name, desk.label(declared[one.name]), member_cells(desk, one, desk.label(declared[one.name])))
        for one in sorted(found.members, key=lambda one: LEVELS.index(one.level))
        if not declared[one.name].hidden
    )
    return Table(text("why_fields"), columns, rows)


def member_cells(desk: Desk, one: MemberWhy, label: str) -> tuple[Cell, ...]:
    """What may be seen of one value, and the reason of the role that gives most."""
    best = max(one.rules, key=lambda rule: LEVELS.index(rule.level), default=None)
    level = Badge(desk.messages.text(f"level_{one.level}"), TONES[one.level])
    return Cell(label), Cell(badges=(level,)), Cell(because(desk, best) if best is not None else "")


def because(desk: Desk, rule: MemberRule) -> str:
    """Why a role gives what it gives, in words."""
    labels = dict.fromkeys(filter(None, (label_of(desk, source) for source in rule.sources)))
    return desk.messages.text(f"because_{rule.because}", names=desk.messages.listed(labels))


def label_of(desk: Desk, source: str) -> str:
    """What an attribute of an entity is called."""
    entity, _, name = source.partition(".")
    declared = desk.model.entities.get(entity)
    found = (declared.attributes.get(name) or declared.relations.get(name)) if declared is not None else None
    return desk.label(found) if found is not None else ""
